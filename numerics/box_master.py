"""The convex programs behind the max-entry rows: outputs of weighted units from the box, with a budget for each class of them.

A *budget* is a class of units, a sign and a cone, with the total size Σ‖v‖_∞ ≤ count·R that it may use. The large-width gauge
is one budget for all units of both signs; the search over widths (:mod:`numerics.width_search`) has one for each sign and cone.
As only vertices of the box matter (:mod:`numerics.box_vertices`), the least R that fits y is a linear program and the least
loss for a given R a nearest point of a polytope; both are solved in doubles over all vertices, then exactly over those that
are nearly tight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.box_vertices import BoxVertices, Floats
from numerics.nearest_point import Combination, nearest_exactly, nearest_in_doubles
from numerics.rational_simplex import Infeasible, minimise, minimise_in_doubles
from theory.exact.rational import Vector, dot
from theory.exact.vector_norms import sum_of_entries
from theory.problem import Problem

#: In doubles a column is nearly tight when its reduced cost is below this; only such columns enter the exact program.
NEARLY_TIGHT = 1e-7
#: In doubles a column violates an exact multiplier by more than this, relatively; rounding stays well below it.
VIOLATED = 1e-10
#: A unit is used when its weight is above this share of the largest.
USED = 1e-9


@dataclass(frozen=True)
class Budget:
    """Units that share a budget of ``count`` times R.

    Attributes:
        signs: output signs they may have, (1,), (−1,) or both.
        members: numbers of their vertices.
        count: neurons.
    """

    signs: tuple[int, ...]
    members: NDArray[np.int64]
    count: int


@dataclass(frozen=True)
class Part:
    """One unit of a solution: its budget, sign and vertex, and the size ‖v‖_∞ it is used with."""

    budget: int
    sign: int
    vertex: int
    size: Any


@dataclass(frozen=True)
class Optimum:
    """The optimum of one program: in doubles, or exactly.

    Attributes:
        value: R, or the loss; None when no R is large enough.
        parts: the units used.
        mu: the multiplier of the outputs, length n; for an infeasible program μᵀy > 0 and no unit has μᵀ(Xu)_+ > 0.
        corral: for the loss, the vertices of the polytope that carry f: a unit or None for each budget.
    """

    value: Any
    parts: tuple[Part, ...]
    mu: Any
    corral: tuple[Any, ...] = ()


class Master:
    """The programs for one problem. ``scale`` holds ‖x_i‖_1, or 1 for a zero row; rows are divided by it in doubles."""

    def __init__(self, problem: Problem, vertices: BoxVertices) -> None:
        self.problem, self.vertices = problem, vertices
        self.scale = tuple(sum_of_entries(row) or Fraction(1) for row in problem.X)
        rows = np.array([[float(e / s) for e in row] for row, s in zip(problem.X, self.scale, strict=True)])
        heights = vertices.points @ rows.T
        heights[abs(heights) <= 1e-9] = 0.0
        #: (x_iᵀu)_+ / ‖x_i‖_1 for every vertex, N × n.
        self.outputs: Floats = np.maximum(heights, 0.0)
        targets = [t / s for t, s in zip(problem.y, self.scale, strict=True)]
        #: The unit in which targets are at most one in doubles.
        self.unit = max(map(abs, targets)) or Fraction(1)
        self.targets = np.array([float(t / self.unit) for t in targets])
        self._outputs: dict[int, Vector] = {}

    def exact_outputs(self, vertex: int) -> Vector:
        """(Xu)_+ in rationals."""
        if vertex not in self._outputs:
            u = self.vertices.exact(vertex)
            self._outputs[vertex] = tuple(max(Fraction(0), dot(row, u)) for row in self.problem.X)
        return self._outputs[vertex]

    # The least radius ------------------------------------------------------------------------------------------------

    def radius(self, budgets: Sequence[Budget]) -> Optimum:
        """The least R with which y is fitted, in doubles (of the scaled problem: R in units of ``unit``)."""
        labels, A = self._columns(budgets)
        costs = np.zeros(A.shape[1])
        costs[0] = 1.0
        found = minimise_in_doubles(A, np.append(self.targets, np.zeros(len(budgets))), costs, np.full(len(costs), np.inf))
        if not found.feasible:
            return Optimum(None, (), None)
        sizes = found.x[1 + len(budgets) :]
        used = np.flatnonzero(sizes > USED * sizes.max(initial=0.0))
        parts = (Part(*labels[k], float(sizes[k])) for k in used)
        return Optimum(float(found.x[0]), tuple(parts), found.dual[: self.problem.n])

    def exact_radius(self, budgets: Sequence[Budget]) -> Optimum:
        """The least R exactly, with an exact multiplier: μᵀy = R and Σ count·(greatest μᵀ(Xu)_+ of the budget) = 1.

        The columns that are nearly tight in doubles are solved exactly; those that the exact multiplier violates join them.
        """
        labels, A = self._columns(budgets)
        count = len(budgets)
        first, costs = 1 + count, np.zeros(A.shape[1])
        costs[0] = 1.0
        found = minimise_in_doubles(A, np.append(self.targets, np.zeros(count)), costs, np.full(len(costs), np.inf))
        near = set(np.flatnonzero(costs - found.dual @ A <= NEARLY_TIGHT)) | set(found.basic) if found.feasible else set()
        while True:
            chosen = [k for k in range(len(labels)) if first + k in near]
            exact = minimise(self._exact_columns(budgets, [labels[k] for k in chosen]), self._exact_targets(count),
                             [Fraction(1)] + [Fraction(0)] * (count + len(chosen)))
            infeasible = isinstance(exact, Infeasible)
            dual = np.array([float(entry) for entry in exact.dual])
            prices = dual @ A - (0.0 if infeasible else costs)
            missing = set(np.flatnonzero(prices > VIOLATED * max(1.0, abs(dual).max()))) - near - set(range(first))
            if not missing:
                break
            near |= missing
        mu = tuple(m / s for m, s in zip(exact.dual, self.scale, strict=False))
        if isinstance(exact, Infeasible):
            return Optimum(None, (), mu)
        parts = (Part(*labels[k], self.unit * size) for k, size in zip(chosen, exact.x[first:], strict=True) if size)
        return Optimum(self.unit * exact.value, tuple(parts), mu)

    def _exact_targets(self, budgets: int) -> Vector:
        targets = (t / s / self.unit for t, s in zip(self.problem.y, self.scale, strict=True))
        return (*targets, *[Fraction(0)] * budgets)

    def _exact_columns(self, budgets: Sequence[Budget], labels: Sequence[tuple[int, int, int]]) -> list[Vector]:
        nothing, count = [Fraction(0)] * self.problem.n, len(budgets)
        columns: list[Vector] = [(*nothing, *[Fraction(-budget.count) for budget in budgets])]
        columns += [(*nothing, *[Fraction(b == k) for k in range(count)]) for b in range(count)]
        for b, sign, vertex in labels:
            outputs = (sign * f / s for f, s in zip(self.exact_outputs(vertex), self.scale, strict=True))
            columns.append((*outputs, *[Fraction(b == other) for other in range(count)]))
        return columns

    def _columns(self, budgets: Sequence[Budget]) -> tuple[list[tuple[int, int, int]], Floats]:
        """Labels (budget, sign, vertex) of the units, and the matrix: R, one slack a budget, the units."""
        labels, blocks = [], []
        for b, budget in enumerate(budgets):
            for sign in budget.signs:
                labels += [(b, sign, int(vertex)) for vertex in budget.members]
                share = np.zeros((len(budget.members), len(budgets)))
                share[:, b] = 1.0
                blocks.append(np.hstack([sign * self.outputs[budget.members], share]))
        n, count = self.problem.n, len(budgets)
        counts = np.array([float(budget.count) for budget in budgets])
        first = np.vstack([np.append(np.zeros(n), -counts), np.hstack([np.zeros((count, n)), np.eye(count)])])
        return labels, np.vstack([first, *blocks]).T

    # The least loss --------------------------------------------------------------------------------------------------

    def loss(self, budgets: Sequence[Budget], R: Fraction) -> Optimum:
        """The least ½‖f − y‖² within R, in doubles; μ = y − f."""
        y, limit = self.problem.y_float, float(R)
        outputs = self.outputs * np.array([float(entry) for entry in self.scale])

        def oracle(direction: Sequence[float]) -> tuple[tuple[Any, ...], list[float]]:
            gains = outputs @ np.array(direction)
            name, point = [], np.zeros(len(y))
            for budget in budgets:
                best: tuple[float, Any] = (0.0, None)
                for sign in budget.signs if len(budget.members) else ():
                    k = int((sign * gains[budget.members]).argmax())
                    best = max(best, (sign * gains[budget.members[k]], (sign, int(budget.members[k]))), key=lambda b: b[0])
                name.append(best[1])
                if best[1] is not None:
                    point += best[1][0] * budget.count * limit * outputs[best[1][1]]
            return tuple(name), list(point)

        found = nearest_in_doubles(list(y), oracle)
        mu = y - np.array(found.point)
        return Optimum(float(mu @ mu) / 2, self._parts(budgets, R, found), mu, found.names)

    def exact_loss(self, budgets: Sequence[Budget], R: Fraction) -> Optimum:
        """The least loss exactly; μ = y − f."""
        start = self.loss(budgets, R)
        near = self._near(budgets, start.mu)

        def place(name: tuple[Any, ...]) -> Vector:
            point = [Fraction(0)] * self.problem.n
            for budget, unit in zip(budgets, name, strict=True):
                if unit is not None:
                    step = unit[0] * budget.count * R
                    point = [p + step * entry for p, entry in zip(point, self.exact_outputs(unit[1]), strict=True)]
            return tuple(point)

        def oracle(direction: Sequence[Any]) -> tuple[tuple[Any, ...], Vector]:
            name = []
            for units in near:
                gains = [(sign * dot(direction, self.exact_outputs(vertex)), (sign, vertex)) for sign, vertex in units]
                gain, unit = max(gains, key=lambda g: g[0], default=(Fraction(0), None))
                name.append(unit if gain > 0 else None)
            return tuple(name), place(tuple(name))

        found = nearest_exactly(self.problem.y, oracle, [(name, place(name)) for name in start.corral])
        mu = tuple(t - f for t, f in zip(self.problem.y, found.point, strict=True))
        return Optimum(dot(mu, mu) / 2, self._parts(budgets, R, found), mu, found.names)

    def _near(self, budgets: Sequence[Budget], mu: Floats) -> list[list[tuple[int, int]]]:
        """For each budget the units whose price is near the greatest one."""
        gains = self.outputs @ (mu * np.array([float(entry) for entry in self.scale]))
        slack = NEARLY_TIGHT * abs(gains).max(initial=0.0)
        near = []
        for budget in budgets:
            signed = [(sign, sign * gains[budget.members]) for sign in budget.signs]
            top = max(0.0, *(float(values.max(initial=0.0)) for _, values in signed))
            near.append([(s, int(v)) for s, values in signed for v in budget.members[values >= top - slack]])
        return near

    def _parts(self, budgets: Sequence[Budget], R: Fraction, found: Combination) -> tuple[Part, ...]:
        sizes: dict[tuple[int, int, int], Any] = {}
        for name, weight in zip(found.names, found.weights, strict=True):
            limit = R if isinstance(weight, Fraction) else float(R)
            for b, unit in enumerate(name):
                if unit is not None:
                    sizes[b, *unit] = sizes.get((b, *unit), 0) + weight * budgets[b].count * limit
        return tuple(Part(*key, size) for key, size in sorted(sizes.items()) if size)
