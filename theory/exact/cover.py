"""Covers: proofs that q(u) ≤ w·N(u) for all u, where q is a sum of ReLUs (:mod:`theory.exact.kinks`) and N a norm.

Space is cut in two by the first convex kink, each half by the second, and so on; the pieces that are cut no further are
the *leaves*. A leaf is a cone, named by its side of each hyperplane: ``"+-+"``. Listed with + before −, the names must
be those of a complete binary tree, so together the leaves are everything and no list of patterns is needed.

A leaf bounds q by a linear function zᵀu on its cone, z = h + Σ t_k x_k, whence q(u) ≤ N°(z) N(u) with the dual norm N°.
The slope t_k is good where c_k (s)_+ ≤ t_k s for the values s of x_kᵀu on the cone:
    convex kinks of the name    t_k ≥ c_k on the side +, t_k ≤ 0 on the side −;
    concave kinks               c_k ≤ t_k ≤ 0.
A convex kink beyond the name costs c (s)_+ = cs/2 + c|s|/2: half of its slope, and all of them together at most the longest
sum of the ± (c/2) x, times N(u) (:mod:`theory.exact.zonotope`). In place of a bound a leaf may show that its cone has no
interior, by λ ≥ 0 (not all zero) with Σ λ_k σ_k x_k = 0: the leaves that have one are closed and cover a dense set, hence
everything.

A cover may also be of one cone alone: then the tree grows from the name of that cone, whose hyperplanes come first among the
"convex" kinks whatever their weights are (:class:`Walled`). The slopes above are good on its sides for any weight.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import add
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.kinks import Kink, KinkSum
from theory.exact.rational import Vector, dot, read_number, read_vector
from theory.exact.zonotope import longest_sum

#: An upper bound on the dual norm of a vector.
DualNorm = Callable[[Vector], Fraction]


@dataclass(frozen=True)
class Walled(KinkSum):
    """A sum of ReLUs on a cone, with the hyperplanes that bound the cone.

    Attributes:
        walls: normals of distinct hyperplanes, each with the weight of q's kink there, which may be zero or negative.
    """

    walls: tuple[Kink, ...] = ()

    @classmethod
    def of(cls, q: KinkSum, normals: tuple[Vector, ...]) -> "Walled":
        """q with walls at these normals, which are among those of the rows that q was made from."""
        weights = {kink.normal: kink.weight for kink in q.kinks}
        walls = tuple(Kink(normal, weights.pop(normal, Fraction(0))) for normal in normals)
        return cls(q.linear, tuple(kink for kink in q.kinks if kink.normal in weights), walls)

    @cached_property
    def convex(self) -> tuple[Kink, ...]:
        """The walls, then the other kinks that are convex."""
        return (*self.walls, *KinkSum(self.linear, self.kinks).convex)


def largest_on_unit_ball(q: KinkSum, cover: Any, field: str, dual_norm: DualNorm, cone: str = "") -> Fraction:
    """A number w with q(u) ≤ w·N(u) for all u (in the cone): the greatest bound of a leaf of the cover.

    The cover states the sum of ‖z‖² over its leaves, which leaves no slope of any leaf idle.

    Raises:
        Rejected: when a leaf is missing, is no leaf of the tree, or does not bound q.
    """
    members(cover, field, {"leaves", "sum_of_squares"})
    largest, squares = measure(q, cover["leaves"], field, dual_norm, cone)
    check_sum(cover, field, squares)
    return largest


def check_sum(cover: dict[str, Any], field: str, squares: Fraction) -> None:
    """Raise Rejected unless the cover states this sum of ‖z‖²."""
    if read_number(cover["sum_of_squares"], f"{field}.sum_of_squares") != squares:
        raise Rejected(f"{field}.sum_of_squares: the leaves give {squares}")


def measure(q: KinkSum, leaves: Any, field: str, dual_norm: DualNorm, cone: str = "") -> tuple[Fraction, Fraction]:
    """The greatest bound of a leaf, and the sum of ‖z‖², once the leaves are found to cover everything (or the cone).

    Raises:
        Rejected: when a leaf is missing, is no leaf of the tree, or does not bound q.
    """
    if not isinstance(leaves, list):
        raise Rejected(f"{field}.leaves: a list is wanted")
    bounds = LinearBounds(q, dual_norm)
    largest, squares = Fraction(0), Fraction(0)
    for cell, leaf in _tree(iter(enumerate(leaves)), cone, len(q.convex), f"{field}.leaves"):
        where = f"{field}.leaves[{cell}]"
        if "empty" in leaf:
            _check_empty(cell, leaf, bounds.normals, where)
            continue
        z = bounds.linear(cell, leaf, where)
        squares += dot(z, z)
        largest = max(largest, dual_norm(z) + bounds.beyond(len(cell)))
    return largest, squares


def _tree(remaining: Iterator[tuple[int, Any]], root: str, depth: int, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The leaves with their names, when they are exactly those of a complete binary tree, + before −."""
    waiting = [root]
    while waiting:
        cell = waiting.pop()
        index, leaf = next(remaining, (None, None))
        if not isinstance(leaf, dict) or not isinstance(name := leaf.get("cell"), str):
            raise Rejected(f"{field}: no leaf covers the cone {cell!r}")
        while name != cell:
            if not name.startswith(cell) or len(cell) == depth:
                raise Rejected(f"{field}[{index}]: {name!r} is not the next cone to be covered, {cell!r} is")
            waiting.append(cell + "-")
            cell += "+"
        yield cell, leaf
    if next(remaining, None) is not None:
        raise Rejected(f"{field}: there are more leaves than the tree has")


def _check_empty(cell: str, leaf: dict[str, Any], normals: list[list[int]], where: str) -> None:
    """λ > 0 for some hyperplanes of the cone with Σ λ_k σ_k x_k = 0; the normals are integers, in any unit."""
    members(leaf, where, {"cell", "empty"})
    pairs, before = leaf["empty"], -1
    total: list[Fraction | int] = [0] * len(normals[0] if normals else ())
    if not isinstance(pairs, list) or not pairs:
        raise Rejected(f"{where}.empty: a list of pairs (kink, multiplier) is wanted")
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) is not int or not before < pair[0] < len(cell):
            raise Rejected(f"{where}.empty: kinks of the cone are named in increasing order, each with a multiplier")
        before, multiplier = pair[0], read_number(pair[1], f"{where}.empty")
        if multiplier <= 0:
            raise Rejected(f"{where}.empty: a multiplier is not positive")
        # Whole multipliers are the usual ones; they stay integers.
        signed = multiplier if multiplier.denominator != 1 else multiplier.numerator
        signed = signed if cell[before] == "+" else -signed
        total = [s + signed * entry for s, entry in zip(total, normals[before], strict=True)]
    if any(total):
        raise Rejected(f"{where}.empty: the multipliers do not cancel")


class LinearBounds:
    """The linear bounds of leaves, in integers as far as they are alike."""

    def __init__(self, q: KinkSum, dual_norm: DualNorm) -> None:
        self.q, self.kinks, self._dual_norm = q, (*q.convex, *q.concave), dual_norm
        full = [[kink.weight * entry for entry in kink.normal] for kink in self.kinks]
        # Everything in units of 1/scale, so that the slopes 0, c/2 and c cost integer additions only.
        rows = (q.linear, *full, *(kink.normal for kink in self.kinks))
        self.scale = 2 * lcm(*(entry.denominator for row in rows for entry in row))
        self.full = [[int(entry * self.scale) for entry in row] for row in full]
        self.normals = [[int(entry * self.scale) for entry in kink.normal] for kink in self.kinks]
        levels = range(len(q.convex) + 1)
        self._beyond: dict[int, Fraction] = {}
        self.start = [[int(entry * self.scale) for entry in q.linear]] * len(levels)
        for level in reversed(levels[:-1]):
            half = [entry // 2 for entry in self.full[level]]
            self.start[level] = list(map(add, self.start[level + 1], half))

    def beyond(self, level: int) -> Fraction:
        """What the convex kinks from a level on add to the bound of a leaf."""
        if level not in self._beyond:
            halves = [tuple(kink.weight / 2 * entry for entry in kink.normal) for kink in self.q.convex[level:]]
            self._beyond[level] = longest_sum(halves, self._dual_norm)
        return self._beyond[level]

    def linear(self, cell: str, leaf: dict[str, Any], where: str) -> Vector:
        """z of a leaf. ``slopes`` has one letter a kink: 0, 1 (the slope c), or * for the next of ``values``.

        Raises:
            Rejected: naming ``where``, when a slope bounds nothing on the cone.
        """
        members(leaf, where, {"cell", "slopes", "values"})
        slopes, used = leaf["slopes"], [*range(len(cell)), *range(len(self.q.convex), len(self.kinks))]
        if not isinstance(slopes, str) or len(slopes) != len(used) or set(slopes) - set("01*"):
            raise Rejected(f"{where}.slopes: one of 0, 1 and * is wanted for each of {len(used)} kinks")
        values = iter(read_vector(leaf["values"], f"{where}.values", slopes.count("*")))
        total, given = list(self.start[len(cell)]), []
        for index, slope in zip(used, slopes, strict=True):
            weight = self.kinks[index].weight
            side = cell[index] if index < len(cell) else ""
            if slope == "*":
                value = next(values)
                good = value >= weight if side == "+" else value <= 0 and (side == "-" or value >= weight)
                given.append((value, self.normals[index]))
            elif slope == "1":
                good = weight < 0 or (weight > 0 and side == "+")
                total = list(map(add, total, self.full[index]))
            else:
                good = weight <= 0 or side == "-"
            if not good:
                raise Rejected(f"{where}.slopes: the slope of kink {index} bounds nothing on this cone")
        if not given:
            return tuple(Fraction(entry, self.scale) for entry in total)
        # One denominator for all the values given, so that nothing is reduced before the end.
        common = lcm(*(value.denominator for value, _ in given))
        sums = [entry * common for entry in total]
        for value, normal in given:
            factor = value.numerator * (common // value.denominator)
            sums = [s + factor * entry for s, entry in zip(sums, normal, strict=True)]
        return tuple(Fraction(entry, common * self.scale) for entry in sums)
