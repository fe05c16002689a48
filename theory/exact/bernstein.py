"""Quartics on an interval in Bernstein form: the ends are values, and every value is an average of the coefficients.

At t = l + s(r − l) a quartic is Σ_k b_k C(4, k) s^k (1−s)^{4−k}. For 0 ≤ s ≤ 1 the weights are nonnegative and sum to one, so
the largest coefficient bounds the quartic from above, and b_0, b_4 are its values at the ends. Halving the interval
averages coefficients, and the bound converges to the maximum.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb

from theory.exact.certificate import Rejected

#: Coefficients c_0 … c_4 of Σ c_j t^j.
Quartic = tuple[Fraction, ...]
#: Coefficients b_0 … b_4 in Bernstein form on some interval.
Box = tuple[Fraction, ...]


def value(quartic: Sequence[Fraction], t: Fraction) -> Fraction:
    """Σ c_j t^j."""
    total = Fraction(0)
    for coefficient in reversed(quartic):
        total = total * t + coefficient
    return total


def bernstein(quartic: Quartic, left: Fraction, right: Fraction) -> Box:
    """The Bernstein coefficients on [left, right]."""
    taylor = list(quartic)
    for first in range(4):
        for j in reversed(range(first, 4)):
            taylor[j] += left * taylor[j + 1]
    # Scaled to s, Taylor coefficients over binomials are the differences Δ^j b_0.
    row = [c * (right - left) ** j / comb(4, j) for j, c in enumerate(taylor)]
    box = []
    while row:
        box.append(row[0])
        row = [a + b for a, b in pairwise(row)]
    return tuple(box)


def halves(box: Box) -> tuple[Box, Box]:
    """The same quartic on the left and on the right half (de Casteljau)."""
    left, right, row = [box[0]], [box[-1]], list(box)
    while len(row) > 1:
        row = [(a + b) / 2 for a, b in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return tuple(left), tuple(reversed(right))


def subdivide(box: Box, level: Fraction) -> Iterator[Box]:
    """Halve until no coefficient is above the level; yields every box, those that are halved next included.

    Raises:
        Rejected: when the quartic itself is above the level.
    """
    waiting = [box]
    while waiting:
        box = waiting.pop()
        if max(box[0], box[-1]) > level:
            raise Rejected(f"the loss rises to {max(box[0], box[-1])}, above {level}")
        yield box
        if max(box) > level:
            waiting.extend(halves(box))
