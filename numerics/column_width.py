"""The programs of the search over widths for the max-column set: second-order cone programs in doubles.

What they return is made rational afterwards: a network that fits exactly and a multiplier with its covers, so the interval they
prove is as narrow as doubles allow, never a point. Whether a class of networks can fit at all does not depend on the norm, and
is taken from the exact programs of the max-entry set.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics.ball_cover import certify_ball
from numerics.box_width import BoxPrograms
from numerics.dual_certificate import rational
from numerics.dual_gauge import project
from numerics.group_lasso import Scaled
from numerics.multipliers import tidy
from numerics.rational_network import fitted, rounded
from numerics.width_search import TIE, Leaf, Neuron, Relaxed, written_leaf
from theory.arrangement import arrange
from theory.exact import Rejected
from theory.exact.allocations import Allocation, Units, line_normals
from theory.exact.cover import Walled
from theory.exact.effective import loss
from theory.exact.kinds.width_limited import proved_bound
from theory.exact.kinks import kink_sum
from theory.exact.rational import Vector, dot
from theory.exact.vector_norms import euclidean
from theory.problem import Problem, float_array
from theory.reformulation.base import Question
from theory.reformulation.width_limited import copies

Floats = NDArray[np.float64]
#: Asked of the conic solver in turn, until it says that it got there: what it returns after trying in vain is worse.
ACCURACIES = (1e-11, 1e-10, 1e-9, 1e-8)
#: With rows and targets of size one, to the conic solver a larger radius is none. What is proved does not know of this.
LARGEST_RADIUS = 1e6
#: A cell is used when its share of the budget is above this part of the largest.
USED = 1e-6
#: A unit lies on a hyperplane when the sine of its angle to it is below this.
ON_PLANE = 1e-6


class ColumnPrograms:
    """Least R (``R`` None) or least loss within R, for neurons with |α_j| ‖u_j‖_2 ≤ R."""

    slack = Fraction(1, 2 * 10**9)

    def __init__(self, problem: Problem, R: Fraction | None) -> None:
        self.problem, self.R = problem, R
        self._box = BoxPrograms(problem, None)
        self.normals = line_normals(problem.X)
        arrangement = arrange(problem.X)
        self._patterns, self._cells, self._facets = arrangement.patterns, arrangement.signs, arrangement.facets()
        self._scaled = Scaled.of(problem, Question("radius" if R is None else "loss", R or Fraction(0)))
        lines = np.asarray(float_array(self.normals), float).reshape(len(self.normals), problem.d)
        self._lines = lines / np.linalg.norm(lines, axis=1, keepdims=True)
        #: The unit of effective weights in the scaled problem.
        self._weight = self._scaled.target / self._scaled.row

    def relax(self, allocation: Allocation) -> Relaxed:
        """The relaxation over all cells of the classes, in doubles."""
        nothing = np.zeros(0, np.int64), np.zeros(0), np.zeros((0, len(self.normals)), np.int8)
        if self.R is None and not np.isfinite(self._box.relax(allocation).bound):
            return Relaxed(np.inf, *nothing, None)
        keys = [(c, int(cell)) for c, units in enumerate(allocation) for cell in np.flatnonzero(self._inside(units))]
        V, mu, value = self._solve(allocation, keys)
        sizes = np.linalg.norm(V, axis=1)
        used = np.flatnonzero(sizes > USED * sizes.max(initial=0.0))
        heights = (V[used] / sizes[used, None]) @ self._lines.T
        sides = np.where(abs(heights) <= ON_PLANE, 0, np.sign(heights)).astype(np.int8)
        totals = [V[[k for k, key in enumerate(keys) if key[0] == c]].sum(axis=0) for c in range(len(allocation))]
        unit = self._weight if self.R is None else self._scaled.target**2
        owners = np.array([keys[k][0] for k in used], np.int64)
        return Relaxed(value * float(unit), owners, sizes[used], sides, (totals, mu))

    def network(self, allocation: Allocation, relaxed: Relaxed) -> tuple[Fraction, list[Neuron]] | None:
        """Equal copies of each class's sum, made rational: an exact fit, or within the radius exactly."""
        if self.R is None and not any(self.problem.y):
            return Fraction(0), []
        totals, _ = relaxed.program
        largest = max((float(np.linalg.norm(v)) for v in totals), default=0.0)
        kept = [c for c, v in enumerate(totals) if np.linalg.norm(v) > USED**2 * largest]
        signs = np.array([allocation[c].sign for c in kept], np.int64)
        V = np.array([totals[c] for c in kept]).reshape(len(kept), self.problem.d)
        try:
            groups = self._fitting(signs, V) if self.R is None else self._within(signs, V, [allocation[c].count for c in kept])
        except ArithmeticError:
            return None
        neurons: list[Neuron] = []
        for c, (sign, v) in zip(kept, groups, strict=True):
            if any(dot(row, v) > 0 for row in self.problem.X):
                neurons += copies((sign, v), allocation[c].count)
        if self.R is None:
            return max((euclidean(v) for _, v in neurons), default=Fraction(0)), sorted(neurons)
        return loss(self.problem.X, self.problem.y, tuple(neurons)), sorted(neurons)

    def prove(self, allocation: Allocation, relaxed: Relaxed, target: Fraction | None) -> Leaf:
        """The rounded multiplier of the relaxation."""
        if relaxed.program is None:
            return self._box.prove(allocation, relaxed, None)
        if target == 0:
            return self._leaf(allocation, (Fraction(0),) * self.problem.n, None)
        mu = tuple(self._scaled.multiplier * entry for entry in rational(relaxed.program[1]))
        try:
            return self._leaf(allocation, mu, target)
        except Rejected:
            # A multiplier that proves less than nothing: the least loss is near zero, or the radius very large.
            return self._leaf(allocation, (Fraction(0),) * self.problem.n, None)

    def _leaf(self, allocation: Allocation, multiplier: Vector, target: Fraction | None) -> Leaf:
        mu = tidy(self.problem, multiplier, self.R)
        q, covers = kink_sum(self.problem.X, mu), []
        prices = [self._price(units, mu) for units in allocation]
        load = sum(units.count * price for units, price in zip(allocation, prices, strict=True))
        room = self._room(mu, load, target, sum(units.count for units in allocation))
        for units, price in zip(allocation, prices, strict=True):
            walls = tuple(normal for normal, side in zip(self.normals, units.sides, strict=True) if side != "*")
            walled = Walled.of(q if units.sign > 0 else -q, walls)
            covers.append(certify_ball(walled, price + room, units.sides.replace("*", ""), self.normals, self._cells))
        data = self.problem.X, self.problem.y
        bound = proved_bound(*data, euclidean, self.R, allocation, mu, covers, "leaf")
        return written_leaf(self.problem.X, allocation, mu, covers, bound)

    def _room(self, mu: Vector, load: float, target: Fraction | None, neurons: int) -> float:
        """How far each price may be overestimated while the bound keeps to the target: covers are shorter then."""
        if not target or self.R == 0:
            return 0.0
        gain = dot(mu, self.problem.y)
        most = gain / target if self.R is None else (gain - dot(mu, mu) / 2 - target) / self.R
        return max(0.0, (float(most) - load) * (1 - TIE) - TIE * load) / neurons

    def _inside(self, units: Units) -> NDArray[np.bool_]:
        """The cells in the cone of a class."""
        inside = np.ones(len(self._cells), bool)
        for line, side in enumerate(units.sides):
            if side != "*":
                inside &= self._cells[:, line] == (1 if side == "+" else -1)
        return inside

    def _walls(self, cell: int) -> Floats:
        chosen = self._facets[cell]
        return np.asarray(self._cells[cell, chosen, None] * self._lines[chosen])

    def _price(self, units: Units, mu: Vector) -> float:
        """max σ μᵀ(Xu)_+ over the unit vectors of a class, in doubles."""
        weights, best = units.sign * np.array([float(m) for m in mu]), 0.0
        for cell in np.flatnonzero(self._inside(units)):
            gradient = (weights * self._patterns[cell]) @ self.problem.X_float
            size = float(np.linalg.norm(gradient))
            if size > best:
                nearest, _ = project(self._walls(int(cell)), gradient / size)
                best = max(best, size * float(np.linalg.norm(nearest)))
        return best

    def _fitting(self, signs: NDArray[np.int64], V: Floats) -> list[Neuron]:
        exact = fitted(self._scaled.X, self._scaled.y, signs, V)
        return [(sign, tuple(self._weight * entry for entry in v)) for sign, v in exact]

    def _within(self, signs: NDArray[np.int64], V: Floats, counts: Sequence[int]) -> list[Neuron]:
        groups: list[Neuron] = []
        for (sign, v), count in zip(rounded(signs, V), counts, strict=True):
            size, limit = euclidean(v), count * self._scaled.limit
            shrink = min(Fraction(1), Fraction(int(limit / size * 2**60), 2**60)) if size else Fraction(0)
            groups.append((sign, tuple(self._weight * shrink * entry for entry in v)))
        return groups

    def _solve(self, allocation: Allocation, keys: Sequence[tuple[int, int]]) -> tuple[Floats, Floats, float]:
        """The conic program: v of each (class, cell), the multiplier of the outputs, and the value.

        The variables are the v ∈ R^d and t ≥ ‖v‖ of every key, then R (for the radius) or the residual r = f − y.
        """
        X, y = np.asarray(float_array(self._scaled.X)), np.asarray(float_array(self._scaled.y))
        (n, d), m, radius = X.shape, len(keys), self.R is None
        size, sizes = m * d + m + (1 if radius else n), slice(m * d, m * d + m)
        quadratic, linear = np.zeros(size), np.zeros(size)
        (linear if radius else quadratic)[sizes.stop :] = 1.0
        outputs = [allocation[c].sign * self._patterns[cell][:, None] * X for c, cell in keys]
        rest = sparse.csc_array((n, 1)) if radius else -sparse.eye_array(n)
        blocks: list[Any] = [sparse.hstack([sparse.csc_array(np.hstack(outputs)), sparse.csc_array((n, m)), rest])]
        right, cones = [y], [clarabel.ZeroConeT(n)]
        walls: Any = sparse.block_diag([-self._walls(cell) for _, cell in keys])
        counts = np.array([float(units.count) for units in allocation])
        shares = np.zeros((len(allocation), size))
        for k, (c, _) in enumerate(keys):
            shares[c, sizes.start + k] = 1.0
        if radius:
            shares[:, -1] = -counts
        limits = np.zeros(len(allocation)) if radius else counts * min(float(self._scaled.limit), LARGEST_RADIUS)
        constraints: list[tuple[Any, Floats]] = [(walls, np.zeros(walls.shape[0])), (shares, limits)]
        for block, bound in constraints:
            if block.shape[0]:
                blocks.append(sparse.hstack([block, sparse.csc_array((block.shape[0], size - block.shape[1]))]))
                right.append(bound)
                cones.append(clarabel.NonnegativeConeT(block.shape[0]))
        for k in range(m):
            places = np.array([sizes.start + k, *range(k * d, (k + 1) * d)])
            blocks.append(sparse.csc_array((-np.ones(d + 1), (np.arange(d + 1), places)), (d + 1, size)))
            right.append(np.zeros(d + 1))
            cones.append(clarabel.SecondOrderConeT(d + 1))
        rows: Any = sparse.vstack(blocks).tocsc()
        solution = _solved(sparse.diags_array(quadratic).tocsc(), linear, rows, np.concatenate(right), cones)
        x = np.array(solution.x)
        return x[: m * d].reshape(m, d), -np.array(solution.z)[:n], float(solution.obj_val)


def _solved(*program: Any) -> Any:
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    for accuracy in ACCURACIES:
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = accuracy
        solution = clarabel.DefaultSolver(*program, settings).solve()
        if str(solution.status) == "Solved":
            return solution
    raise ArithmeticError(f"the conic solver ended with {solution.status}")
