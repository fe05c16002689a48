"""From a multiplier in doubles to covers that prove its dual gauge in rational arithmetic (:mod:`theory.exact.cover`)."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Empty, Floats, Kinks, Leaves, bounds_of_slopes, cover, remaining, sharpened
from theory.exact.kinks import Kink, KinkSum
from theory.exact.rational import Vector, dot, write_number

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
    found = cover(kinks, level * (1 + ALLOWANCE))
    exact: tuple[Kink, ...] = (*q.convex, *q.concave)
    leaves, squares = [], Fraction(0)
    for part in [*found.leaves, sharpened(kinks, found.survivors)]:
        slopes = _rounded(kinks, part, level * (1 + ALLOWANCE))
        for sides, row in zip(part.sides, slopes, strict=True):
            leaf, z = _leaf(q, exact, sides, [_slope(*pair, weight_unit) for pair in zip(exact, kinks.weights, row, strict=True)])
            leaves.append(leaf)
            squares += dot(z, z)
    leaves += [_empty_leaf(q, each) for each in found.empty]
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


def _slope(kink: Kink, weight: float, slope: float, unit: Fraction) -> Fraction:
    """The exact slope for one in doubles; the double nearest to a kink's weight stands for the weight itself."""
    return kink.weight if slope == weight else unit * Fraction(slope)


def _leaf(
    q: KinkSum, kinks: tuple[Kink, ...], sides: NDArray[np.bool_], slopes: list[Fraction]
) -> tuple[dict[str, Any], list[Fraction]]:
    """A leaf with its z."""
    level, letters, values, z = len(sides), [], [], list(q.linear)
    for index, (kink, slope) in enumerate(zip(kinks, slopes, strict=True)):
        if level <= index < len(q.convex):
            slope = kink.weight / 2
        else:
            if index >= level:
                slope = min(max(slope, kink.weight), Fraction(0))
            else:
                slope = max(slope, kink.weight) if sides[index] else min(slope, Fraction(0))
            letters.append("0" if slope == 0 else "1" if slope == kink.weight else "*")
            if letters[-1] == "*":
                values.append(write_number(slope))
        if slope:
            z = [entry + slope * x for entry, x in zip(z, kink.normal, strict=True)]
    return {"cell": _name(sides), "slopes": "".join(letters), "values": values}, z


def _name(sides: NDArray[np.bool_]) -> str:
    return "".join("+" if side else "-" for side in sides)


def _empty_leaf(q: KinkSum, empty: Empty) -> dict[str, Any]:
    """Exact multipliers for a cone without interior: the solution of Σ λ_k σ_k x_k = 0 with λ = 1 for the last kink."""
    import flint

    signed = [[(1 if empty.sides[k] else -1) * entry for entry in q.convex[k].normal] for k in empty.kinks]
    rows = [[flint.fmpq(entry.numerator, entry.denominator) for entry in row] for row in signed]
    transposed = flint.fmpq_mat([list(column) for column in zip(*rows, strict=True)])
    reduced, _rank = transposed.rref()
    multipliers = {k: Fraction(0) for k in empty.kinks}
    multipliers[empty.kinks[-1]] = Fraction(1)
    for row in range(len(q.linear)):
        pivot = next((column for column in range(len(rows)) if reduced[row, column] != 0), None)
        if pivot is not None:
            entry = reduced[row, len(rows) - 1]
            multipliers[empty.kinks[pivot]] = -Fraction(int(entry.p), int(entry.q))
    pairs = [[k, write_number(value)] for k, value in sorted(multipliers.items()) if value]
    return {"cell": _name(empty.sides), "empty": pairs}
