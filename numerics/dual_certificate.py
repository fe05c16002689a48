"""From a multiplier in doubles to covers that prove its dual gauge in rational arithmetic (:mod:`theory.exact.cover`)."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Empty, Floats, Kinks, Leaves, bounds_of_slopes, cover, remaining, sharpened
from numerics.linear_systems import solve_exactly
from theory.exact.cover import LinearBounds
from theory.exact.kinks import KinkSum
from theory.exact.rational import Vector, dot, write_number
from theory.exact.vector_norms import euclidean

Sides = NDArray[np.bool_]
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


def certify_gauge(q: KinkSum, level: float, row_unit: Fraction, weight_unit: Fraction) -> dict[str, Any]:
    """A cover of q that proves a bound near ``max(level, max q)`` on the unit ball.

    Args:
        q: an exact sum of ReLUs.
        level: what the bound may be, in units of row_unit·weight_unit.
        row_unit, weight_unit: units in which the rows and the weights of q are about one.
    """
    kinks = Kinks.of(q, row_unit, weight_unit)
    target, solid = level * (1 + ALLOWANCE), set[bytes]()
    while True:
        found = cover(kinks, target, solid)
        empty = [_empty_leaf(q, each) for each in found.empty]
        # A sliver that only rounding takes for empty is branched on like any other cone.
        mistaken = {each.sides.tobytes() for each, leaf in zip(found.empty, empty, strict=True) if leaf is None}
        if not mistaken:
            break
        solid |= mistaken
    bounds = LinearBounds(q, euclidean)
    leaves, squares = [leaf for leaf in empty if leaf is not None], Fraction(0)
    for part in [*found.leaves, sharpened(kinks, found.survivors)]:
        for leaf in _written(q, kinks, part.sides, _rounded(kinks, part, target), weight_unit):
            z = bounds.linear(leaf["cell"], leaf, "leaf")
            leaves.append(leaf)
            squares += dot(z, z)
    # In ASCII + comes before −, which is the order of the tree.
    leaves.sort(key=lambda leaf: str(leaf["cell"]))
    return {"leaves": leaves, "sum_of_squares": write_number(squares)}


def _rounded(q: Kinks, leaves: Leaves, target: float) -> Floats:
    """The slopes, each leaf's with the fewest bits that keep its bound."""
    low, high = bounds_of_slopes(q, leaves.sides)
    chosen, open_ = leaves.slopes.copy(), np.ones(len(leaves), bool)
    unit = 2.0 ** np.ceil(np.log2(abs(q.weights)))
    slack = remaining(q)[leaves.sides.shape[1]]
    for bits in SLOPE_BITS:
        quantum = unit / 2.0**bits
        rounded = np.clip(np.round(leaves.slopes[open_] / quantum) * quantum, low[open_], high[open_])
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


def _empty_leaf(q: KinkSum, empty: Empty) -> dict[str, Any] | None:
    """Multipliers that show a cone to have no interior, Σ λ_k σ_k x_k = 0 with λ = 1 for the last kink, if there are."""
    *others, last = [[(1 if empty.sides[k] else -1) * entry for entry in q.convex[k].normal] for k in empty.kinks]
    target = [-entry for entry in last]
    found = solve_exactly(list(zip(*others, strict=True)) or [()] * len(target), target)
    if found is None or min(found, default=0) < 0:
        return None
    multipliers = zip(empty.kinks, [*found, Fraction(1)], strict=True)
    return {"cell": _name(empty.sides), "empty": [[k, write_number(value)] for k, value in sorted(multipliers) if value]}
