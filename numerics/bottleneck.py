"""The exact barrier between two networks: the least, over all paths, of the largest loss on the path."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numerics.cells import Cells
from numerics.cuts import cut
from numerics.faces import Faces
from numerics.flooding import Interrupted, Meeting, Progress, Search
from numerics.lifting import lift, network, straighten
from theory.exact.certificate import certificate
from theory.exact.cones import Arrangement
from theory.exact.effective import Weights, effective, loss, pad, path_maximum, renumbering
from theory.exact.rational import write_number, write_vector
from theory.exact.walls import Cell
from theory.network import Network
from theory.problem import Problem


@dataclass(frozen=True)
class BarrierResult:
    """An exact barrier with its proof.

    Attributes:
        barrier: the least possible maximum of L = ½‖f − y‖² on a path from a to b.
        lower, upper: what the cut and the path of the certificate prove; both equal the barrier.
        cells_explored: cells whose faces were examined.
        faces_solved: face programs solved.
        cells_total: cells there are.
        path: vertices of a polygonal path of effective weights (output weights −1, 0, 1) that attains the barrier.
        permutation: neuron j of the path's end is neuron permutation[j] of b; the identity unless modulo permutation.
        modulo_permutation: whether b's neurons could be renumbered.
        certificate: for the exact checker.
    """

    barrier: Fraction
    lower: Fraction
    upper: Fraction
    cells_explored: int
    faces_solved: int
    cells_total: int
    path: tuple[Network, ...]
    permutation: tuple[int, ...]
    modulo_permutation: bool
    certificate: dict[str, Any]

    def write(self) -> dict[str, Any]:
        """The JSON form, exact."""
        return {
            "barrier": write_number(self.barrier),
            "lower": write_number(self.lower),
            "upper": write_number(self.upper),
            "cells_explored": self.cells_explored,
            "faces_solved": self.faces_solved,
            "cells_total": self.cells_total,
            "path": [vertex.write() for vertex in self.path],
            "permutation": list(self.permutation),
            "modulo_permutation": self.modulo_permutation,
            "certificate": self.certificate,
        }


def barrier(
    problem: Any, a: Any, b: Any, modulo_permutation: bool = False, progress: Progress | None = None
) -> BarrierResult:
    """The barrier between two networks, exactly, with a certificate.

    Args:
        problem: a Problem, its JSON form, or a pair of arrays (X, y).
        a, b: Networks, their JSON form, or pairs of arrays (U, α). A narrower one has zero neurons appended.
        modulo_permutation: whether b's neurons may be renumbered.
        progress: told the number of cells examined so far, as the search goes on.

    Raises:
        InputError: naming what is wrong with the input.
        Interrupted: a KeyboardInterrupt that carries the bounds reached.
    """
    problem, modulo_permutation = Problem.read(problem), bool(modulo_permutation)
    given = Network.read(a, problem, "a"), Network.read(b, problem, "b")
    width = max(end.width for end in given)
    ends = tuple(pad(_weights(end), width) for end in given)
    at_ends = max(loss(problem.X, problem.y, end) for end in ends)
    arrangement = Arrangement(problem.X)
    cells, faces = Cells(arrangement, modulo_permutation), Faces(arrangement, problem.y)
    numbered = tuple(tuple(arrangement.place(sign, v) for sign, v in end) for end in ends)
    search = Search(cells, faces, (numbered[0], numbered[1]), at_ends)
    try:
        met = search.run(progress)
    except KeyboardInterrupt:
        # Through the zero network, no path needs to rise above the loss there and at the ends.
        raise Interrupted(search.level, max(at_ends, faces.solve(0).value), search.explored) from None
    points, last = lift(cells, faces, numbered[0], met.steps)
    end = _arranged(ends[1], numbered[1], last)
    path = straighten(problem.X, problem.y, [ends[0], *points, end], met.level)
    permutation = renumbering(ends[1], end) or []
    proof = {
        "path": [network(vertex).write() for vertex in path],
        "losses": write_vector([loss(problem.X, problem.y, vertex) for vertex in path]),
        "permutation": permutation,
        "cut": _cut(cells, faces, numbered, met),
    }
    statement = problem.write() | {
        "a": given[0].write(),
        "b": given[1].write(),
        "modulo_permutation": modulo_permutation,
        "barrier": write_number(met.level),
    }
    return BarrierResult(
        barrier=met.level,
        lower=met.level,
        upper=path_maximum(problem.X, problem.y, path),
        cells_explored=met.explored,
        faces_solved=faces.solved,
        cells_total=cells.total(width),
        path=tuple(network(vertex) for vertex in path),
        permutation=tuple(permutation),
        modulo_permutation=modulo_permutation,
        certificate=certificate("barrier", statement, proof),
    )


def certify(instance: dict[str, Any]) -> dict[str, Any]:
    """The certificate of the barrier between a and b of ``{"X", "y", "a", "b"}``, neurons renumbered freely."""
    data = {name: instance[name] for name in ("X", "y")}
    return barrier(data, instance["a"], instance["b"], modulo_permutation=True).certificate


def certify_labelled(instance: dict[str, Any]) -> dict[str, Any]:
    """The same when neurons keep their numbers."""
    data = {name: instance[name] for name in ("X", "y")}
    return barrier(data, instance["a"], instance["b"]).certificate


def _cut(cells: Cells, faces: Faces, numbered: tuple[Cell, ...], met: Meeting) -> dict[str, Any] | None:
    if met.raised_by is None:
        return None
    return cut(cells, faces, numbered[met.raised_by], met.level, "ab"[met.raised_by])


def _arranged(end: Weights, places: Cell, order: Cell) -> Weights:
    """The neurons of an end, which lie in the given places, in the order in which the path arrives at these places."""
    free = list(zip(places, end, strict=True))
    found = []
    for place in order:
        chosen = next(pair for pair in free if pair[0] == place)
        free.remove(chosen)
        found.append(chosen[1])
    return tuple(found)


def _weights(given: Network) -> Weights:
    return tuple(effective(neuron.u, neuron.alpha) for neuron in given.neurons)
