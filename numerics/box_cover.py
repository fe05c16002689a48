"""Covers that prove q(u) ≤ w‖u‖_∞ for a sum of ReLUs q, exactly and with the least w (:mod:`theory.exact.cover`).

A node of the cover is a cone that fixes the sides of some convex kinks. With the other ones replaced by their chords q is
concave there, so its greatest value on the box is taken at a vertex (:mod:`numerics.box_vertices`) and equals the least ‖z‖_1
over the slopes that a leaf may use. Comparing vertices in doubles finds the node's value; the slopes are the exact multipliers
of the best vertex. Everything is linear, so a rational q has a rational cover with w = max q exactly.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.box_vertices import BoxVertices, Floats
from numerics.rational_simplex import Infeasible, entries, matrix, minimise, nonnegative_solution, support
from theory.exact.kinks import Kink, KinkSum
from theory.exact.rational import Vector, dot, write_number
from theory.exact.vector_norms import sum_of_entries

#: Doubles nearer than this, relatively, are compared again in rationals.
CLOSE = 1e-9
Indices = NDArray[np.int64]


class Exceeded(Exception):  # noqa: N818 - an answer, not an error of the program
    """q exceeds the bound; ``vertex`` is the number of one where it does."""

    def __init__(self, vertex: int) -> None:
        super().__init__("the bound is too low")
        self.vertex = vertex


def greatest(q: KinkSum, vertices: BoxVertices, members: Indices) -> tuple[Fraction, int | None]:
    """The greatest value of q among some vertices, exactly, with the vertex; (0, None) when none is positive."""
    values = _value(q, vertices.points[members])
    best, where = Fraction(0), None
    for place in np.flatnonzero(values >= values.max(initial=0.0) - _rounding(q)):
        exact = q_at(q, vertices.exact(int(members[place])))
        if exact > best:
            best, where = exact, int(members[place])
    return best, where


def q_at(q: KinkSum, u: Vector) -> Fraction:
    """q(u) in rationals."""
    kinks = (kink.weight * max(Fraction(0), dot(kink.normal, u)) for kink in (*q.convex, *q.concave))
    return dot(q.linear, u) + sum(kinks, Fraction(0))


def _value(q: KinkSum, points: Floats) -> Floats:
    total = points @ np.array([float(entry) for entry in q.linear])
    for kink in (*q.convex, *q.concave):
        total += float(kink.weight) * np.maximum(points @ np.array([float(entry) for entry in kink.normal]), 0.0)
    return np.asarray(total)


def _rounding(q: KinkSum) -> float:
    """What doubles may miss in q on the box."""
    kinks = (abs(kink.weight) * sum_of_entries(kink.normal) for kink in (*q.convex, *q.concave))
    return CLOSE * float(sum_of_entries(q.linear) + sum(kinks, Fraction(0)))


def certify_box(q: KinkSum, vertices: BoxVertices, bound: Fraction, cone: str = "") -> dict[str, Any]:
    """A cover of q, on the cone where its first convex kinks have the sides ``cone``, with no leaf above the bound.

    Raises:
        Exceeded: when q is greater than the bound at a vertex of the cone.
    """
    return _Cover(q, vertices, bound).of(cone)


@dataclass(frozen=True)
class _Node:
    """A cone: its sides, the vertices in it, and the value of the concave q at every vertex."""

    cell: str
    members: Indices
    values: Floats


class _Cover:
    def __init__(self, q: KinkSum, vertices: BoxVertices, bound: Fraction) -> None:
        self.q, self.vertices, self.bound = q, vertices, bound
        self.kinks: tuple[Kink, ...] = (*q.convex, *q.concave)
        normals = np.array([[float(entry) for entry in kink.normal] for kink in self.kinks])
        normals = normals.reshape(len(self.kinks), vertices.d)
        sizes = abs(normals).sum(axis=1)
        self.units = normals / sizes[:, None]
        self.heights = vertices.points @ normals.T
        self.heights[abs(self.heights) <= CLOSE * sizes] = 0.0
        self.normals = matrix([kink.normal for kink in self.kinks])
        self.weights = np.array([float(kink.weight) for kink in self.kinks])
        self.rounding = _rounding(q)
        self.beyond = [Fraction(0)] * (len(q.convex) + 1)
        for level in reversed(range(len(q.convex))):
            kink = q.convex[level]
            self.beyond[level] = self.beyond[level + 1] + kink.weight / 2 * sum_of_entries(kink.normal)

    def of(self, cone: str) -> dict[str, Any]:
        leaves, squares = [], Fraction(0)
        waiting = [self._root(cone)]
        while waiting:
            node = waiting.pop()
            leaf = self._leaf(node)
            if leaf is None:
                # The last is taken first: + comes before − in the order of the tree.
                waiting += [self._child(node, "-"), self._child(node, "+")]
                continue
            leaves.append(leaf[0])
            squares += dot(leaf[1], leaf[1])
        return {"leaves": leaves, "sum_of_squares": write_number(squares)}

    def _root(self, cone: str) -> _Node:
        convex = len(self.q.convex)
        chords, concave = self.heights[:, :convex], np.maximum(self.heights[:, convex:], 0.0)
        values = self.vertices.points @ np.array([float(entry) for entry in self.q.linear])
        values = values + chords @ (self.weights[:convex] / 2) + concave @ self.weights[convex:]
        node = _Node("", np.arange(len(values)), values)
        for side in cone:
            node = self._child(node, side)
        return node

    def _child(self, node: _Node, side: str) -> _Node:
        level = len(node.cell)
        sign = 1.0 if side == "+" else -1.0
        inside = sign * self.heights[node.members, level] >= 0
        values = node.values[inside] + sign * self.weights[level] / 2 * self.heights[node.members[inside], level]
        return _Node(node.cell + side, node.members[inside], values)

    def _leaf(self, node: _Node) -> tuple[dict[str, Any], Vector] | None:
        """The node as a leaf with its linear bound z, or None when it has to be split."""
        if (empty := self._empty(node)) is not None:
            return {"cell": node.cell, "empty": empty}, ()
        level = len(node.cell)
        best = int(node.values.argmax()) if len(node.values) else None
        value = max(0.0, float(node.values[best])) if best is not None else 0.0
        room = self.bound - self.beyond[level]
        if value <= float(room) + self.rounding:
            vertex = int(node.members[best]) if best is not None and value > self.rounding else None
            slopes = self._multipliers(node.cell, vertex)
            z = self._linear(node.cell, slopes)
            if sum_of_entries(z) > room:
                slopes = self._least(node.cell)
                z = self._linear(node.cell, slopes)
            if sum_of_entries(z) <= room:
                return self._written(node.cell, slopes), z
        if level == len(self.q.convex):
            raise Exceeded(int(node.members[best or 0]))
        return None

    def _empty(self, node: _Node) -> list[list[Any]] | None:
        """Multipliers that show that the cone has no interior, where the mean of its vertices is not inside."""
        level = len(node.cell)
        signs = np.array([1.0 if side == "+" else -1.0 for side in node.cell])
        if not level or (len(node.members) and (signs * self.heights[node.members, :level].mean(axis=0) > 0).all()):
            return None
        # The last wall cuts the interior off: minus its normal is a combination, with nonnegative weights, of the others.
        rows = signs[:, None] * self.units[:level]
        target = tuple(-entry for entry in self._signed(node.cell, level - 1))
        for chosen in (support(rows[:-1].T, -rows[-1]), list(range(level - 1))):
            found = nonnegative_solution([self._signed(node.cell, k) for k in chosen], target)
            if found is not None:
                pairs = [(k, entry) for k, entry in zip(chosen, found, strict=True) if entry]
                return [[k, write_number(entry)] for k, entry in (*pairs, (level - 1, Fraction(1)))]
        return None

    def _signed(self, cell: str, kink: int) -> Vector:
        sign = 1 if cell[kink] == "+" else -1
        return tuple(sign * entry for entry in self.kinks[kink].normal)

    def _used(self, cell: str) -> list[int]:
        return [*range(len(cell)), *range(len(self.q.convex), len(self.kinks))]

    def _linear(self, cell: str, slopes: dict[int, Fraction]) -> Vector:
        if not self.kinks:
            return self.q.linear
        steep = matrix([[slopes.get(k, kink.weight / 2) for k, kink in enumerate(self.kinks)]]) * self.normals
        return tuple(entry + step for entry, step in zip(self.q.linear, entries(steep), strict=True))

    def _multipliers(self, cell: str, vertex: int | None) -> dict[int, Fraction]:
        """Slopes under which the vertex (None: the origin) is best on the whole box, where there are any.

        Only kinks through the vertex may have a slope other than their own there; z must vanish on the free entries and
        point outwards on the others.
        """
        u = (Fraction(0),) * self.vertices.d if vertex is None else self.vertices.exact(vertex)
        slopes, moving, columns, ends = dict[int, Fraction](), [], list[Vector](), list[Fraction | None]()
        for k in self._used(cell):
            kink, height = self.kinks[k], 0.0 if vertex is None else float(self.heights[vertex, k])
            on = cell[k] == "+" if k < len(cell) else height >= 0
            slopes[k] = kink.weight if on else Fraction(0)
            if height == 0 and (vertex is None or dot(kink.normal, u) == 0):
                moving.append(k)
                columns.append(self._signed(cell, k) if k < len(cell) else kink.normal)
                ends.append(None if k < len(cell) else -kink.weight)
        z = self._linear(cell, slopes)
        if all(entry == 0 if abs(x) != 1 else entry * x >= 0 for entry, x in zip(z, u, strict=True)):
            return slopes
        for j, x in enumerate(u):
            if abs(x) == 1:
                columns.append(tuple(-x * (i == j) for i in range(self.vertices.d)))
                ends.append(None)
        found = nonnegative_solution(columns, tuple(-entry for entry in z), ends)
        if found is not None:
            for k, step in zip(moving, found, strict=False):
                slopes[k] += step if k >= len(cell) or cell[k] == "+" else -step
        return slopes

    def _least(self, cell: str) -> dict[int, Fraction]:
        """The slopes of least ‖z‖_1, by a linear program: for vertices that doubles mistake."""
        slopes, columns, ends = dict[int, Fraction](), list[Vector](), list[Fraction | None]()
        for k in self._used(cell):
            kink = self.kinks[k]
            slopes[k] = Fraction(0) if k < len(cell) and cell[k] == "-" else kink.weight
            columns.append(self._signed(cell, k) if k < len(cell) else kink.normal)
            ends.append(None if k < len(cell) else -kink.weight)
        z = self._linear(cell, slopes)
        costs = [Fraction(0)] * len(columns) + [Fraction(1)] * (2 * len(z))
        for sign in (1, -1):
            columns += [tuple(Fraction(sign * (i == j)) for i in range(len(z))) for j in range(len(z))]
        found = minimise(columns, tuple(-entry for entry in z), costs, ends + [None] * (2 * len(z)))
        if isinstance(found, Infeasible):
            raise ArithmeticError("a program that is always feasible was not")
        for k, step in zip(self._used(cell), found.x, strict=False):
            slopes[k] += step if k >= len(cell) or cell[k] == "+" else -step
        return slopes

    def _written(self, cell: str, slopes: dict[int, Fraction]) -> dict[str, Any]:
        letters, values = [], []
        for k in self._used(cell):
            slope, weight = slopes[k], self.kinks[k].weight
            letters.append("0" if slope == 0 else "1" if slope == weight else "*")
            if letters[-1] == "*":
                values.append(write_number(slope))
        return {"cell": cell, "slopes": "".join(letters), "values": values}
