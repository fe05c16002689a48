"""The programs of the search over widths for the max-entry set: linear programs and nearest points, exact where it matters."""

from fractions import Fraction
from typing import Any

import numpy as np

from numerics.box_cover import certify_box, greatest
from numerics.box_master import Budget, Master, Optimum
from numerics.box_vertices import BoxVertices
from numerics.multipliers import tidy
from numerics.width_search import TIE, Leaf, Neuron, Relaxed, written_leaf
from theory.exact.allocations import Allocation, Units, line_normals
from theory.exact.cover import Walled
from theory.exact.kinds.width_limited import proved_bound
from theory.exact.kinks import kink_sum
from theory.exact.rational import Vector, dot
from theory.exact.vector_norms import largest_entry, sum_of_entries
from theory.problem import Problem

#: Bits of a multiplier where its bound need not be tight.
LOOSE_BITS = 30


class BoxPrograms:
    """Least R (``R`` None) or least loss within R, for neurons with |α_j| ‖u_j‖_∞ ≤ R."""

    slack = Fraction(0)

    def __init__(self, problem: Problem, R: Fraction | None) -> None:
        self.problem, self.R = problem, R
        self.vertices = BoxVertices(line_normals(problem.X), problem.d)
        self.master = Master(problem, self.vertices)

    def relax(self, allocation: Allocation) -> Relaxed:
        """The relaxation over all vertices, in doubles."""
        budgets = self._budgets(allocation)
        if self.R is None:
            found = self.master.radius(budgets)
            bound = np.inf if found.value is None else float(self.master.unit) * found.value
        else:
            found = self.master.loss(budgets, self.R)
            bound = found.value
        parts = found.parts
        return Relaxed(
            bound, np.array([part.budget for part in parts], np.int64), np.array([part.size for part in parts], float),
            self.vertices.sides[[part.vertex for part in parts]], found.mu,
        )

    def network(self, allocation: Allocation, relaxed: Relaxed) -> tuple[Fraction, list[Neuron]] | None:
        """The exact optimum of the relaxation as a network: equal copies of each class's sum."""
        found = self._exact(allocation)
        if found.value is None:
            return None
        neurons: list[Neuron] = []
        for index, units in enumerate(allocation):
            v = [Fraction(0)] * self.problem.d
            for part in found.parts:
                if part.budget == index and any(self.master.exact_outputs(part.vertex)):
                    unit = self.vertices.exact(part.vertex)
                    v = [entry + part.size * x for entry, x in zip(v, unit, strict=True)]
            if any(v):
                neurons += [(units.sign, tuple(entry / units.count for entry in v))] * units.count
        value = max((largest_entry(v) for _, v in neurons), default=Fraction(0)) if self.R is None else found.value
        return value, sorted(neurons)

    def prove(self, allocation: Allocation, relaxed: Relaxed, target: Fraction | None) -> Leaf:
        """A loose multiplier where the relaxation is clearly above the target, otherwise the exact one."""
        if target == 0:
            return self._leaf(allocation, (Fraction(0),) * self.problem.n, target)
        if target is not None and np.isfinite(relaxed.bound) and relaxed.bound > float(target) * (1 + TIE):
            loose = self._leaf(allocation, self._loose(relaxed.program), target)
            if loose.bound is not None and loose.bound >= target:
                return loose
        return self._leaf(allocation, self._exact(allocation).mu, target)

    def _exact(self, allocation: Allocation) -> Optimum:
        budgets = self._budgets(allocation)
        return self.master.exact_radius(budgets) if self.R is None else self.master.exact_loss(budgets, self.R)

    def _budgets(self, allocation: Allocation) -> list[Budget]:
        return [Budget((units.sign,), self._members(units), units.count) for units in allocation]

    def _members(self, units: Units) -> Any:
        inside = np.ones(len(self.vertices.points), bool)
        for line, side in enumerate(units.sides):
            if side != "*":
                inside &= self.vertices.sides[:, line] * (1 if side == "+" else -1) >= 0
        return np.flatnonzero(inside)

    def _loose(self, mu: Any) -> Vector:
        """A multiplier in doubles, as numbers of few bits."""
        scaled = np.asarray(mu, float)
        scale = self.master.scale if self.R is None else (Fraction(1),) * self.problem.n
        unit = Fraction(2) ** (int(np.frexp(abs(scaled).max(initial=0.0))[1]) - LOOSE_BITS)
        return tuple(round(Fraction(float(m)) / unit) * unit / s for m, s in zip(scaled, scale, strict=True))

    def _leaf(self, allocation: Allocation, multiplier: Vector, target: Fraction | None) -> Leaf:
        mu = tidy(self.problem, multiplier, self.R)
        q, normals = kink_sum(self.problem.X, mu), line_normals(self.problem.X)
        walled = []
        for units in allocation:
            walls = tuple(normal for normal, side in zip(normals, units.sides, strict=True) if side != "*")
            walled.append(Walled.of(q if units.sign > 0 else -q, walls))
        members = [self._members(units) for units in allocation]
        prices = [greatest(each, self.vertices, own)[0] for each, own in zip(walled, members, strict=True)]
        load = sum((units.count * price for units, price in zip(allocation, prices, strict=True)), Fraction(0))
        if self.R is not None and dot(mu, self.problem.y) - dot(mu, mu) / 2 < load * self.R:
            # A multiplier that proves less than nothing: the least loss is near zero, or the radius very large.
            return self._leaf(allocation, (Fraction(0),) * self.problem.n, target)
        room = self._room(mu, load, target, sum(units.count for units in allocation))
        covers = [
            certify_box(each, self.vertices, price + room, units.sides.replace("*", ""))
            for each, price, units in zip(walled, prices, allocation, strict=True)
        ]
        data = self.problem.X, self.problem.y
        bound = proved_bound(*data, sum_of_entries, self.R, allocation, mu, covers, "leaf")
        return written_leaf(self.problem.X, allocation, mu, covers, bound)

    def _room(self, mu: Vector, load: Fraction, target: Fraction | None, neurons: int) -> Fraction:
        """How far each price may be overestimated while the bound keeps to the target: covers are shorter then."""
        if not target or self.R == 0:
            return Fraction(0)
        most = 1 / target if self.R is None else (dot(mu, self.problem.y) - dot(mu, mu) / 2 - target) / self.R
        return max(Fraction(0), most - load) / neurons * (1 - Fraction(1, 2**10))
