"""``path-maximum``: how high the loss rises on a polygonal path between networks, in parameter space.

    statement  {"X", "y", "path": [network, …], "lower", "upper"}: two networks or more, of equal width. Along the path the
               parameters (U, α) move linearly from each to the next; L = ½‖f − y‖² is nowhere above ``upper``, and is
               ``lower`` at a point of the path
    proof      {"argmax", "pieces", "bisections"}: that point, as the number of segments passed plus t; how many pieces,
               with one quartic each, the path has; and how often an interval has to be halved for the bound

The checker finds the breakpoints itself. Each piece is cut at ``argmax`` if that lies inside, and then halved until no
Bernstein coefficient is above ``upper``; the largest coefficient that is left has to be ``upper``. Where the loss is
``lower`` at an end or a breakpoint, the first such point is the ``argmax``.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from theory.exact.bernstein import bernstein, subdivide, value
from theory.exact.certificate import Rejected, members
from theory.exact.loss_pieces import Piece, path_pieces, read_path
from theory.exact.rational import Vector, read_matrix, read_number, read_vector

#: No certificate needs more halvings than this; more are an attack.
LARGEST_BISECTIONS = 100_000


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Re-derive the pieces, the loss at the places of the maximum, and the bound.

    Returns:
        lower, upper, pieces: as stated; argmax: the first place; first, last: the loss at the ends of the path;
        at_breakpoints: the largest loss at a vertex or a breakpoint.
    """
    members(statement, "statement", {"X", "y", "path", "lower", "upper"})
    members(proof, "proof", {"argmax", "pieces", "bisections"})
    X = read_matrix(statement["X"], "statement.X")
    if not X or not X[0]:
        raise Rejected("statement.X: no entries")
    y = read_vector(statement["y"], "statement.y", len(X))
    lower, upper = (read_number(statement[name], f"statement.{name}") for name in ("lower", "upper"))
    pieces = list(path_pieces(X, y, read_path(statement["path"], "statement.path", len(X[0]))))
    if type(proof["pieces"]) is not int or proof["pieces"] != len(pieces):
        raise Rejected(f"proof.pieces: the path has {len(pieces)}")
    edges = edge_losses(pieces)
    places = read_vector(proof["argmax"], "proof.argmax")
    _check_places(places, pieces, edges, lower)
    budget = proof["bisections"]
    if type(budget) is not int or not 0 <= budget <= LARGEST_BISECTIONS:
        raise Rejected(f"proof.bisections: between 0 and {LARGEST_BISECTIONS} are wanted")
    bound = upper_bound(pieces, places, upper, budget)
    if bound.bisections != budget:
        raise Rejected(f"proof.bisections: {bound.bisections} suffice")
    if bound.highest != upper:
        raise Rejected(f"statement.upper: what is derived is {bound.highest}")
    losses = list(edges.values())
    return {"lower": lower, "upper": upper, "argmax": places[0], "pieces": len(pieces), "first": losses[0],
            "last": losses[-1], "at_breakpoints": max(losses)}


def edge_losses(pieces: Sequence[Piece]) -> dict[Fraction, Fraction]:
    """The loss at the vertices and breakpoints, by place, in order."""
    edges = {piece.passed + piece.left: value(piece.loss, piece.left) for piece in pieces}
    edges[pieces[-1].passed + Fraction(1)] = value(pieces[-1].loss, Fraction(1))
    return edges


def _check_places(places: Vector, pieces: Sequence[Piece], edges: Mapping[Fraction, Fraction], lower: Fraction) -> None:
    if not places or list(places) != sorted(set(places)):
        raise Rejected("proof.argmax: places in order are wanted, at least one")
    expected = [next((place for place, loss in edges.items() if loss == lower), None)]
    for piece in pieces:
        expected += [piece.passed + t for t in _inside(piece, places) if value(piece.loss, t) == lower]
    if set(places) != set(expected) - {None}:
        raise Rejected("proof.argmax: the first vertex or breakpoint where the loss is as stated and places inside of pieces")


def _inside(piece: Piece, places: Sequence[Fraction]) -> list[Fraction]:
    return [place - piece.passed for place in places if piece.left < place - piece.passed < piece.right]


class Bound(NamedTuple):
    """An upper bound of the loss on a path, and how often an interval was halved for it."""

    highest: Fraction
    bisections: int


def upper_bound(pieces: Sequence[Piece], places: Sequence[Fraction], level: Fraction, budget: int) -> Bound:
    """Cut the pieces at the places inside of them, halve until no coefficient is above the level, and take the largest.

    Raises:
        Rejected: when more halvings are needed than the budget allows, or the loss itself is above the level.
    """
    coefficients, bisections = [], 0
    for piece in pieces:
        ends = [piece.left, *_inside(piece, places), piece.right]
        for left, right in pairwise(ends):
            for box in subdivide(bernstein(piece.loss, left, right), level):
                if max(box) <= level:
                    coefficients.append(max(box))
                    continue
                bisections += 1
                if bisections > budget:
                    raise Rejected(f"proof.bisections: more than {budget} are needed")
    return Bound(max(coefficients), bisections)
