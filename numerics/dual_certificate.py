"""From a multiplier in doubles to covers that prove its dual gauge in rational arithmetic (:mod:`theory.exact.cover`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Empty, Floats, Kinks, Leaves, bounds_of_slopes, cover, remaining, sharpened
from numerics.linear_systems import null_vector
from theory.exact.cover import LinearBounds
from theory.exact.kinks import KinkSum
from theory.exact.rational import Vector, dot, write_number
from theory.exact.vector_norms import euclidean

Sides = NDArray[np.bool_]
Integers = list[int]
#: Bits of a slope, tried in turn: few suffice wherever the bound is not tight.
SLOPE_BITS = (1, 4, 8, 16, 32, 52)
#: The covers aim this much above the level, relatively; what rounding to doubles costs stays below it.
ALLOWANCE = 1e-12


def rational(values: Floats, bits: int = 60) -> Vector:
    """Dyadic numbers near some doubles, with a common denominator that gives the largest ``bits`` bits."""
    largest = float(abs(values).max(initial=0.0))
    if largest == 0:
        return (Fraction(0),) * len(values)
    shift = bits - int(np.frexp(largest)[1])
    return tuple(Fraction(round(Fraction(float(value)) * Fraction(2) ** shift)) / Fraction(2) ** shift for value in values)


@dataclass
class GaugeCover:
    """A cover in doubles of an exact sum of ReLUs, to be written exactly.

    Attributes:
        q: the sum.
        level: what its bound on the unit ball may be, in units of row_unit·weight_unit.
        row_unit, weight_unit: units in which the rows and the weights of q are about one.
    """

    q: KinkSum
    level: float
    row_unit: Fraction
    weight_unit: Fraction

    def __post_init__(self) -> None:
        self.kinks = Kinks.of(self.q, self.row_unit, self.weight_unit)
        self._target = self.level * (1 + ALLOWANCE)
        self._found = cover(self.kinks, self._target)

    def exceeding(self, relatively: float, count: int) -> Leaves:
        """Cones, ``count`` at most, in which q exceeds its level by more than ``relatively``; ‖z‖ is the maximum there."""
        sharp = sharpened(self.kinks, self._found.survivors, count)
        return sharp[sharp.sizes > self.level * (1 + relatively)]

    def leaves(self) -> list[dict[str, Any]]:
        """The leaves of the cover in exact numbers, with the bound max(level, max q) up to rounding."""
        # Whole normals of one unit, so that what cancels here cancels in the checker.
        unit = lcm(*(entry.denominator for kink in self.q.convex for entry in kink.normal))
        normals = [[int(entry * unit) for entry in kink.normal] for kink in self.q.convex]
        empty, solid = [_empty_leaf(normals, each) for each in self._found.empty], set[bytes]()
        while None in empty:
            # A sliver that only rounding takes for empty is branched on like any other cone.
            pairs = zip(self._found.empty, empty, strict=True)
            solid |= {each.sides.tobytes() for each, leaf in pairs if leaf is None}
            self._found = cover(self.kinks, self._target, solid)
            empty = [_empty_leaf(normals, each) for each in self._found.empty]
        leaves = [leaf for leaf in empty if leaf is not None]
        for part in [*self._found.leaves, sharpened(self.kinks, self._found.survivors)]:
            leaves += _written(self.q, self.kinks, part.sides, _rounded(self.kinks, part, self._target), self.weight_unit)
        # In ASCII + comes before −, which is the order of the tree.
        return sorted(leaves, key=lambda leaf: str(leaf["cell"]))


def certify_gauge(q: KinkSum, level: float, row_unit: Fraction, weight_unit: Fraction) -> dict[str, Any]:
    """A cover of q that proves a bound near ``max(level, max q)`` on the unit ball; see :class:`GaugeCover`."""
    leaves = GaugeCover(q, level, row_unit, weight_unit).leaves()
    bounds = LinearBounds(q, euclidean)
    linear = (bounds.linear(leaf["cell"], leaf, "leaf") for leaf in leaves if "empty" not in leaf)
    return {"leaves": leaves, "sum_of_squares": write_number(sum((dot(z, z) for z in linear), Fraction(0)))}


def _rounded(q: Kinks, leaves: Leaves, target: float) -> Floats:
    """The slopes, each leaf's with the fewest bits that keep its bound."""
    low, high = bounds_of_slopes(q, leaves.sides)
    chosen, open_ = leaves.slopes.copy(), np.ones(len(leaves), bool)
    unit = 2.0 ** np.ceil(np.log2(abs(q.weights)))
    slack = remaining(q)[leaves.sides.shape[1]]
    for bits in SLOPE_BITS:
        quantum = unit / 2.0**bits
        slopes = leaves.slopes[open_]
        # A slope that is 0 or c stays that.
        rounded = np.where(slopes == q.weights, slopes, np.round(slopes / quantum) * quantum)
        rounded = np.clip(rounded, low[open_], high[open_])
        good = np.linalg.norm(q.linear + rounded @ q.normals, axis=1) + slack <= target * (1 - ALLOWANCE)
        places = np.flatnonzero(open_)[good]
        chosen[places] = rounded[good]
        open_[places] = False
    return chosen


def _written(q: KinkSum, kinks: Kinks, sides: Sides, slopes: Floats, unit: Fraction) -> Iterator[dict[str, Any]]:
    """Leaves with exact slopes; the double nearest to a kink's weight stands for the weight itself."""
    exact = (*q.convex, *q.concave)
    used = np.array([*range(sides.shape[1]), *range(kinks.convex, len(exact))], dtype=np.int64)
    letters = np.where(slopes == 0, "0", np.where(slopes == kinks.weights, "1", "*"))[:, used]
    for cone, row, row_letters in zip(sides, slopes, letters, strict=True):
        values = []
        for k in used[row_letters == "*"]:
            value, weight = unit * Fraction(float(row[k])), exact[k].weight
            if k >= kinks.convex:
                value = min(max(value, weight), Fraction(0))
            else:
                value = max(value, weight) if cone[k] else min(value, Fraction(0))
            values.append(write_number(value))
        yield {"cell": _name(cone), "slopes": "".join(row_letters), "values": values}


def _name(sides: Sides) -> str:
    return "".join("+" if side else "-" for side in sides)


def _empty_leaf(normals: list[Integers], empty: Empty) -> dict[str, Any] | None:
    """Whole multipliers that show a cone to have no interior, Σ λ_k σ_k x_k = 0, if these kinks have just one such sum."""
    signed = [[entry if empty.sides[k] else -entry for entry in normals[k]] for k in empty.kinks]
    multipliers = null_vector(list(zip(*signed, strict=True)))
    if multipliers is None or min(multipliers) < 0:
        return None
    pairs = [[k, write_number(value)] for k, value in sorted(zip(empty.kinks, multipliers, strict=True)) if value]
    return {"cell": _name(empty.sides), "empty": pairs}
