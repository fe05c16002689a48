"""Barriers between two networks: the least, over all paths, of the largest loss on the path. Exact.

Statement: ``{"X", "y", "a", "b", "modulo_permutation", "barrier"}``; the width is that of the wider network, the
other has zero neurons appended. With ``modulo_permutation`` the neurons of b may be renumbered.

Proof: ``path`` (networks written as effective weights, from a to b), ``losses`` (at each of them), ``permutation`` (the
neuron of b at each place of the path's end, the first of equal ones first) and ``cut``.

Upper bound: the exact maximum along the polygonal path.

Lower bound: the loss at the ends. Where that falls short of the barrier, the cut ``{"from": "a" | "b", "cells": N,
"multipliers": […]}``: the set S of cells flooded from one end, through faces that no multiplier closes, has N cells, and
a cell of the other end is not among them. The cells of S cover a closed set, and so do the others; together they cover
any path, which is connected, so a point p of it lies in a cell of S and in one outside. The cells that contain p are
joined through facets that contain p (a generic segment between two of them, near p, crosses one plane through p at a
time; a neuron at zero may change its sign), so p lies on a face between S and the others. A multiplier closes it, and the
loss at p is at least its bound. Each multiplier must be needed: it alone closes some face between S and the others.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cones import Arrangement
from theory.exact.effective import Weights, loss, pad, path_maximum, read_effective, read_network, renumbering
from theory.exact.rational import Matrix, Vector, read_matrix, read_number, read_vector
from theory.exact.walls import Walls


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Re-derive both bounds; they must meet at the stated barrier."""
    members(statement, "statement", {"X", "y", "a", "b", "modulo_permutation", "barrier"})
    X = read_matrix(statement["X"], "statement.X")
    if not X or not X[0]:
        raise Rejected("statement.X: no entries")
    y = read_vector(statement["y"], "statement.y", len(X))
    a, b = (read_network(statement[name], f"statement.{name}", len(X[0])) for name in ("a", "b"))
    symmetric = statement["modulo_permutation"]
    if type(symmetric) is not bool:
        raise Rejected("statement.modulo_permutation: true or false is wanted")
    return check_bounds(X, y, (a, b), symmetric, read_number(statement["barrier"], "statement.barrier"), proof)


def check_bounds(
    X: Matrix, y: Vector, ends: tuple[Weights, Weights], symmetric: bool, barrier: Fraction, proof: Any
) -> Mapping[str, Any]:
    """The same for a statement that has been read; other kinds of certificate contain barriers too."""
    members(proof, "proof", {"path", "losses", "permutation", "cut"})
    width = max(map(len, ends))
    a, b = (pad(end, width) for end in ends)
    _check_path(X, y, (a, b), symmetric, barrier, proof)
    at_ends = max(loss(X, y, a), loss(X, y, b))
    cells = multipliers = 0
    if barrier != at_ends:
        cells, multipliers = _check_cut(X, y, (a, b), symmetric, barrier, proof["cut"])
    elif proof["cut"] is not None:
        raise Rejected("proof.cut: null is wanted, since the loss at an end is the barrier")
    return {"barrier": barrier, "at_ends": at_ends, "width": width, "vertices": len(proof["path"]), "cells": cells,
            "multipliers": multipliers}


def _check_path(
    X: Matrix, y: Vector, ends: tuple[Weights, Weights], symmetric: bool, barrier: Fraction, proof: dict[str, Any]
) -> None:
    if not isinstance(proof["path"], list) or not proof["path"]:
        raise Rejected("proof.path: a list of networks is wanted")
    path = [read_effective(vertex, f"proof.path[{index}]", len(X[0]), len(ends[0]))
            for index, vertex in enumerate(proof["path"])]
    if path[0] != ends[0]:
        raise Rejected("proof.path: does not begin at a")
    permutation = renumbering(ends[1], path[-1])
    if permutation is None or not (symmetric or path[-1] == ends[1]):
        raise Rejected("proof.path: does not end at b")
    if proof["permutation"] != permutation:
        raise Rejected(f"proof.permutation: b's neurons come in the order {permutation}")
    if read_vector(proof["losses"], "proof.losses", len(path)) != tuple(loss(X, y, vertex) for vertex in path):
        raise Rejected("proof.losses: not the losses of the vertices")
    if (highest := path_maximum(X, y, path)) != barrier:
        raise Rejected(f"proof.path: its largest loss is {highest}, not {barrier}")


def _check_cut(
    X: Matrix, y: Vector, ends: tuple[Weights, Weights], symmetric: bool, barrier: Fraction, cut: Any
) -> tuple[int, int]:
    members(cut, "proof.cut", {"from", "cells", "multipliers"})
    if cut["from"] not in ("a", "b"):
        raise Rejected('proof.cut.from: "a" or "b" is wanted')
    arrangement = Arrangement(X)
    walls = Walls(arrangement, y, cut["multipliers"], "proof.cut.multipliers")
    if any(bound < barrier for bound in walls.bounds):
        raise Rejected(f"proof.cut.multipliers: the bound of one is below {barrier}")
    start, target = (tuple(arrangement.place(sign, v) for sign, v in end) for end in ends)
    if symmetric:
        start, target = tuple(sorted(start)), tuple(sorted(target))
    if cut["from"] == "b":
        start, target = target, start
    flooded = walls.flood(start, symmetric)
    if target in flooded:
        raise Rejected("proof.cut: the other end is reached through faces that no multiplier closes")
    if type(cut["cells"]) is not int or cut["cells"] != len(flooded):
        raise Rejected(f"proof.cut.cells: {len(flooded)} cells are flooded")
    needed = 0
    for cell in flooded:
        for across, closing in walls.exits(cell, symmetric):
            if across not in flooded and closing & (closing - 1) == 0:
                needed |= closing
    if needed != walls.all:
        raise Rejected("proof.cut.multipliers: one closes no face that the others leave open")
    return len(flooded), len(walls.bounds)
