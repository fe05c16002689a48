"""``path-barrier``: the certified maximum of the loss along a given path of networks, in parameter space, at any width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numerics.exact_maximum import highest
from theory.exact.certificate import Rejected, certificate
from theory.exact.kinds.path_maximum import LARGEST_BISECTIONS, Bound, edge_losses, upper_bound
from theory.exact.loss_pieces import Piece, path_pieces
from theory.exact.rational import InputError, write_number, write_vector
from theory.network import Network
from theory.problem import Problem

if TYPE_CHECKING:
    from numerics.scaled_path import ScaledPath

#: Up to this much work (see :func:`work`) the answer is exact by default: some seconds.
EXACT_WORK = 150_000
#: Products that a hidden unit costs, besides those of its inner product, when it has a breakpoint.
BREAKPOINT = 40
#: Where the maximum has no place with a short denominator, the exact bounds are apart by this fraction of the loss at most.
WIDTH = Fraction(1, 2**60)


@dataclass(frozen=True)
class PathBarrier:
    """The maximum of L = ½‖f − y‖² on a polygonal path of networks.

    Attributes:
        barrier: the loss at ``argmax``: exactly, or as computed in doubles.
        lower, upper: proved bounds of the maximum.
        argmax: a place of the path that attains it, as the number of segments passed plus t; in doubles up to rounding.
        pieces: intervals of the path on which the loss is one quartic; in doubles breakpoints that coincide count apart.
        above_ends: ``barrier`` minus the larger loss of the two ends.
        exact: rational arithmetic throughout; then ``lower`` is ``barrier``, and ``upper`` too where the maximum is attained at
            a vertex, a breakpoint, or a place with a short denominator.
        certificate: for the exact checker; None in doubles.
    """

    barrier: Fraction
    lower: Fraction
    upper: Fraction
    argmax: Fraction
    pieces: int
    above_ends: Fraction
    exact: bool
    certificate: dict[str, Any] | None
    _over_chord: Callable[[], Fraction] = field(repr=False, compare=False)

    @cached_property
    def above_chord(self) -> Fraction:
        """The largest excess of the loss over the chord between the ends, which is linear in the place of the path."""
        return self._over_chord()

    def write(self) -> dict[str, Any]:
        """The JSON form: exact numbers, or doubles (strings where a number is beyond their range)."""
        form = write_number if self.exact else _double
        names = ("barrier", "lower", "upper", "argmax", "above_ends", "above_chord")
        numbers = {name: form(getattr(self, name)) for name in names}
        return numbers | {"pieces": self.pieces, "exact": self.exact, "certificate": self.certificate}


def path_barrier(problem: Any, a: Any, b: Any, via: Sequence[Any] = (), exact: bool | None = None) -> PathBarrier:
    """The maximum of the loss on the path from a through ``via`` to b, each neuron's (u, α) moving linearly.

    Args:
        problem: a Problem, its JSON form, or a pair of arrays (X, y).
        a, b, via: Networks, their JSON form, or pairs of arrays (U of shape d × m, α of length m), all of one width.
        exact: rational arithmetic, or doubles with proved error bounds. By default doubles for arrays and for large data.

    Raises:
        InputError: naming what is wrong with the input.
    """
    given = [a, *via, b]
    names = ["a", *(f"via[{index}]" for index in range(len(via))), "b"]
    if not exact and all(isinstance(entry, tuple) for entry in (problem, *given)):
        return _of_arrays(problem, given, names)
    problem = Problem.read(problem)
    networks = [Network.read(network, problem, name) for network, name in zip(given, names, strict=True)]
    one_width(networks, names)
    if exact or (exact is None and work(problem, networks) <= EXACT_WORK):
        return _exact(problem, networks)
    from numerics.scaled_path import ScaledPath

    return _in_doubles(ScaledPath.of(problem, networks))


def work(problem: Problem, networks: Sequence[Network]) -> int:
    """How many products exact arithmetic takes, about."""
    return problem.n * networks[0].width * (problem.d + BREAKPOINT) * (len(networks) - 1)


def one_width(networks: Sequence[Network], names: Sequence[str]) -> None:
    """Raise InputError unless all networks have as many neurons as the first; the message names the one that has not."""
    for network, name in zip(networks, names, strict=True):
        if network.width != networks[0].width:
            raise InputError(f"{name}.neurons", f"{network.width} of them, but {names[0]} has {networks[0].width}; "
                             "parameters move linearly between networks of one width only")


def _of_arrays(problem: Any, given: Sequence[Any], names: Sequence[str]) -> PathBarrier:
    from numerics.scaled_path import ScaledPath, arrays

    X, = arrays(problem[:1], ("X",), [(None, None)])
    y, = arrays(problem[1:], ("y",), [(len(X),)])
    networks, width = [], None
    for network, name in zip(given, names, strict=True):
        U, alpha = arrays(network, (f"{name}.U", f"{name}.alpha"), [(X.shape[1], width), (width,)])
        width = U.shape[1]
        networks.append(arrays((U, alpha), (f"{name}.U", f"{name}.alpha"), [(X.shape[1], width), (width,)]))
    return _in_doubles(ScaledPath.of((X, y), networks))


def _exact(problem: Problem, networks: Sequence[Network]) -> PathBarrier:
    path = [[(neuron.u, neuron.alpha) for neuron in network.neurons] for network in networks]
    pieces = list(path_pieces(problem.X, problem.y, path))
    found = highest(pieces)
    bound = _bound(pieces, found.places, found.value)
    losses = list(edge_losses(pieces).values())
    statement = problem.write() | {
        "path": [network.write() for network in networks],
        "lower": write_number(found.value),
        "upper": write_number(bound.highest),
    }
    proof = {"argmax": write_vector(found.places), "pieces": len(pieces), "bisections": bound.bisections}
    return PathBarrier(
        barrier=found.value,
        lower=found.value,
        upper=bound.highest,
        argmax=found.places[0],
        pieces=len(pieces),
        above_ends=found.value - max(losses[0], losses[-1]),
        exact=True,
        certificate=certificate("path-maximum", statement, proof),
        _over_chord=lambda: _exactly_over_chord(pieces, losses[0], losses[-1], found.value),
    )


def _bound(pieces: Sequence[Piece], places: Sequence[Fraction], attained: Fraction) -> Bound:
    """The bound of the checker at the attained level, or else a little above it."""
    try:
        return upper_bound(pieces, places, attained, 1000 + 4 * len(pieces))
    except Rejected:
        return upper_bound(pieces, places, attained * (1 + WIDTH), LARGEST_BISECTIONS)


def _exactly_over_chord(pieces: Sequence[Piece], first: Fraction, last: Fraction, scale: Fraction) -> Fraction:
    slope = (last - first) / (pieces[-1].passed + 1)
    tilted = [
        piece._replace(loss=(piece.loss[0] - first - slope * piece.passed, piece.loss[1] - slope, *piece.loss[2:]))
        for piece in pieces
    ]
    return highest(tilted, scale).value


def _in_doubles(path: "ScaledPath") -> PathBarrier:
    from numerics.window_search import Chord, maximum, vertices

    segments, unit = path.segments(), Fraction(4) ** path.exponent
    at_vertices = vertices(segments)
    found, first, last = maximum(segments, at_vertices, Chord()), at_vertices[0], at_vertices[-1]

    def over_chord() -> Fraction:
        chord = Chord(first.value, (last.value - first.value) / len(segments))
        return unit * Fraction(maximum(segments, at_vertices, chord).value)

    return PathBarrier(
        barrier=unit * Fraction(found.value),
        lower=unit * Fraction(found.lower),
        upper=unit * Fraction(found.upper),
        argmax=Fraction(found.place),
        pieces=sum(segment.crossings + 1 for segment in segments),
        above_ends=unit * max(Fraction(0), Fraction(found.value) - Fraction(max(first.value, last.value))),
        exact=False,
        certificate=None,
        _over_chord=over_chord,
    )


def _double(number: Fraction) -> float | str:
    try:
        as_float = float(number)
    except OverflowError:
        return str(number)
    return as_float if Fraction(as_float) == number else str(number)


def certify(instance: dict[str, Any]) -> dict[str, Any]:
    """The certificate for ``{"X", "y", "path"}``."""
    first, *via, last = instance["path"]
    found = path_barrier({name: instance[name] for name in ("X", "y")}, first, last, via, exact=True).certificate
    if found is None:
        raise TypeError("exact answers carry certificates")
    return found


def upper_in_doubles(instance: dict[str, Any]) -> Fraction:
    """The upper bound for ``{"X", "y", "path"}`` without rational arithmetic."""
    first, *via, last = instance["path"]
    return path_barrier({name: instance[name] for name in ("X", "y")}, first, last, via, exact=False).upper
