"""The dual gauge max_{‖u‖ ≤ 1} q(u) of a sum of ReLUs q(u) = hᵀu + Σ c_k (x_kᵀu)_+, by branch and bound in doubles.

Only the convex kinks (c_k > 0) are branched on: on a cone that fixes their sides q is concave, and its maximum is the
distance min ‖h + Σ t_k x_k‖ over a box of slopes t. So of the P patterns of the data only those of the convex kinks matter,
and of these only the ones whose bound exceeds the threshold are ever looked at. Leaves and slopes are those of
:mod:`theory.exact.cover`, which proves them once they are rational.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import daqp
import numpy as np
from numpy.typing import NDArray

from theory.exact.kinks import Kink, KinkSum

Floats = NDArray[np.float64]
#: Passes over all slopes at each level, and at the last one, where a cone cannot be cut further.
PASSES, LAST_PASSES = 8, 60
#: The exact bound of :func:`remaining` rounds its weights to eight bits, which costs less than this factor.
ROUNDED_WEIGHTS = 1 + 2.0**-7
#: A unit vector within this distance of a cone is taken to lie in it; exact arithmetic decides afterwards.
CLOSE = 1e-9


@dataclass(frozen=True)
class Kinks:
    """q in doubles: convex kinks first, in the order in which they are branched on.

    Attributes:
        linear: h, length d.
        normals: x_k as rows, K × d.
        weights: c_k, length K; the first ``convex`` are positive, the others negative.
        convex: number of convex kinks.
    """

    linear: Floats
    normals: Floats
    weights: Floats
    convex: int

    @classmethod
    def of(cls, q: KinkSum, row_unit: Fraction = Fraction(1), weight_unit: Fraction = Fraction(1)) -> "Kinks":
        """An exact sum of ReLUs in doubles: rows in units of ``row_unit``, weights in units of ``weight_unit``."""
        kinks: Sequence[Kink] = (*q.convex, *q.concave)
        normals = np.array([[float(entry / row_unit) for entry in kink.normal] for kink in kinks])
        return cls(
            np.array([float(entry / (row_unit * weight_unit)) for entry in q.linear]),
            normals.reshape(len(kinks), len(q.linear)),
            np.array([float(kink.weight / weight_unit) for kink in kinks]), len(q.convex),
        )


@dataclass(frozen=True)
class Leaves:
    """Cones with the same number of sides fixed.

    Attributes:
        sides: for each cone the sides of the convex kinks, count × level.
        slopes: t of all K kinks; c/2 for a convex kink that is not fixed.
        linear_bounds: z = h + Σ t_k x_k.
        sizes: ‖z‖ plus what the kinks not fixed may add.
        inside: a unit vector inside each cone.
    """

    sides: NDArray[np.bool_]
    slopes: Floats
    linear_bounds: Floats
    sizes: Floats
    inside: Floats

    def __getitem__(self, chosen: NDArray[Any]) -> "Leaves":
        return Leaves(
            self.sides[chosen], self.slopes[chosen], self.linear_bounds[chosen], self.sizes[chosen], self.inside[chosen]
        )

    def __len__(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True)
class Empty:
    """A cone without interior: Σ λ_k σ_k x_k = 0 over these kinks, up to rounding."""

    sides: NDArray[np.bool_]
    kinks: tuple[int, ...]


@dataclass(frozen=True)
class Cover:
    """What the branching ended in.

    Attributes:
        leaves: cones bounded by the threshold.
        survivors: cones with all sides fixed whose maximum exceeds the threshold; ``linear_bounds`` are directions of
            large q, to be made exact by :func:`sharpened`.
        empty: cones without interior.
    """

    leaves: list[Leaves]
    survivors: Leaves
    empty: list[Empty]


def cover(q: Kinks, threshold: float, solid: Collection[bytes] = ()) -> Cover:
    """Branch until every cone is bounded by the threshold or has all its sides fixed.

    Args:
        q: the sum of ReLUs, with data of size about one.
        threshold: the bound that leaves are to keep.
        solid: sides (as bytes) of cones that are branched on even when they seem to have no interior.
    """
    d, slack = len(q.linear), remaining(q)
    sides, inside = np.zeros((1, 0), bool), np.ones((1, d)) / np.sqrt(d)
    slopes = np.where(np.arange(len(q.weights)) < q.convex, q.weights / 2, 0.0)[None]
    leaves: list[Leaves] = []
    empty: list[Empty] = []
    for level in range(q.convex + 1):
        z = q.linear + slopes @ q.normals
        if slack[level] < threshold or level == q.convex:
            passes = LAST_PASSES if level == q.convex else PASSES
            _descend(q, sides, slopes, z, threshold - slack[level], passes)
        found = Leaves(sides, slopes, z, np.linalg.norm(z, axis=1) + slack[level], inside)
        low = found.sizes <= threshold
        if low.any():
            leaves.append(found[low])
        if level == q.convex or low.all():
            return Cover(leaves, found[~low], empty)
        sides, slopes, inside = _split(q, found[~low], empty, solid)
    raise AssertionError("the last level returns")


def remaining(q: Kinks) -> Floats:
    """For each level what the convex kinks from there on may add to ‖z‖ (:mod:`theory.exact.zonotope`)."""
    norms = np.linalg.norm(q.normals[: q.convex], axis=1)
    units, lengths = q.normals[: q.convex] / norms[:, None], q.weights[: q.convex] / 2 * norms
    found = np.zeros(q.convex + 1)
    for level in range(q.convex):
        # Divided by the greatest one first: lengths may be as small as doubles go.
        shares = lengths[level:] / lengths[level:].max()
        moment = (units[level:] * (shares / shares.sum())[:, None]).T @ units[level:]
        trace = float(np.trace(np.linalg.matrix_power(moment, 16)))
        found[level] = lengths[level:].sum() * min(1.0, ROUNDED_WEIGHTS * trace ** (1 / 32))
    return found


def bounds_of_slopes(q: Kinks, sides: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The least and the greatest slope of every kink on cones with these sides."""
    count, level = sides.shape
    low, high = np.zeros((2, count, len(q.weights)))
    fixed = q.weights[:level]
    low[:, :level], high[:, :level] = np.where(sides, fixed, -np.inf), np.where(sides, np.inf, 0.0)
    low[:, level : q.convex] = high[:, level : q.convex] = q.weights[level : q.convex] / 2
    low[:, q.convex :] = q.weights[q.convex :]
    return low, high


def _descend(q: Kinks, sides: NDArray[np.bool_], slopes: Floats, z: Floats, target: float, passes: int) -> None:
    """Lower ‖z‖ by one slope at a time, in place, on all cones where it is still above the target."""
    low, high = bounds_of_slopes(q, sides)
    squares = np.einsum("kd,kd->k", q.normals, q.normals)
    movable = [k for k in range(len(q.weights)) if not sides.shape[1] <= k < q.convex]
    for _ in range(passes):
        above = np.flatnonzero(np.einsum("nd,nd->n", z, z) > target * abs(target))
        if not len(above):
            return
        t, part, part_low, part_high = slopes[above], z[above], low[above], high[above]
        for k in movable:
            new = np.clip(t[:, k] - part @ q.normals[k] / squares[k], part_low[:, k], part_high[:, k])
            part += (new - t[:, k])[:, None] * q.normals[k]
            t[:, k] = new
        slopes[above], z[above] = t, part


def _split(
    q: Kinks, cones: Leaves, empty: list[Empty], solid: Collection[bytes]
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Both sides of the next convex kink, where they have an interior."""
    level = cones.sides.shape[1]
    units = q.normals[: level + 1] / np.linalg.norm(q.normals[: level + 1], axis=1)[:, None]
    heights = cones.inside @ units[level]
    side, children = heights > 0, []
    children.append((np.column_stack([cones.sides, side]), cones.slopes, cones.inside))
    beyond, points = [], []
    for index, signs in enumerate(np.where(cones.sides, 1.0, -1.0)):
        toward = units[level] if heights[index] <= 0 else -units[level]
        nearest, multipliers = project(signs[:, None] * units[:level], toward)
        reach = float(np.linalg.norm(nearest))
        if reach <= CLOSE:
            other = np.append(cones.sides[index], not side[index])
            if other.tobytes() not in solid:
                empty.append(Empty(other, (*np.flatnonzero(multipliers).tolist(), level)))
                continue
            reach, nearest = 1.0, toward
        # Nearest lies on the boundary, the other point inside: a point between them is inside and beyond the hyperplane.
        share = reach / (reach + abs(float(heights[index]))) / 2
        points.append(_unit((1 - share) / reach * nearest + share * cones.inside[index]))
        beyond.append(index)
    if beyond:
        further = np.column_stack([cones.sides[beyond], ~side[beyond]])
        children.append((further, cones.slopes[beyond], np.array(points)))
    sides, slopes, points_inside = (np.concatenate([child[part] for child in children]) for part in range(3))
    slopes[:, level] = np.where(sides[:, level], q.weights[level], 0.0)
    return sides, slopes, points_inside


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


@cache
def _identity(d: int) -> Floats:
    return np.eye(d)


def project(rows: Floats, point: Floats) -> tuple[Floats, Floats]:
    """The point of the cone {u : rows·u ≥ 0} nearest to a point, and λ ≥ 0, few of them positive: nearest = point + rowsᵀλ."""
    count, d = rows.shape
    if not count:
        return point, np.zeros(0)
    nearest, _, flag, information = daqp.solve(
        _identity(d), -point, -rows, np.zeros(count), primal_tol=1e-12, dual_tol=1e-12
    )
    if flag != 1:
        # Rows that are nearly opposite; the projection on the polar cone minds them less.
        from scipy.optimize import nnls

        multipliers = nnls(rows.T, -point)[0]
        return point + rows.T @ multipliers, multipliers
    return np.asarray(nearest), np.asarray(information["lam"])


def sharpened(q: Kinks, leaves: Leaves, count: int | None = None) -> Leaves:
    """The leaves (or the ``count`` largest of them) with slopes that make ‖z‖ least, to rounding."""
    from scipy.optimize import lsq_linear

    order = np.argsort(-leaves.sizes)[:count]
    low, high = bounds_of_slopes(q, leaves.sides)
    slack = remaining(q)[leaves.sides.shape[1]]
    slopes, linear_bounds = leaves.slopes[order].copy(), []
    for row, index in enumerate(order):
        free = low[index] < high[index]
        start = q.linear + np.where(free, 0.0, slopes[row]) @ q.normals
        best: Any = lsq_linear(q.normals[free].T, -start, (low[index][free], high[index][free]), method="bvls", tol=1e-15)
        slopes[row, free] = np.clip(best.x, low[index][free], high[index][free])
        linear_bounds.append(q.linear + slopes[row] @ q.normals)
    z = np.array(linear_bounds).reshape(len(order), len(q.linear))
    return Leaves(leaves.sides[order], slopes, z, np.linalg.norm(z, axis=1) + slack, leaves.inside[order])
