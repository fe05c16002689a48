"""The range of an odd quintic p(x) = ax + bx³ + cx⁵ on an interval, and of its iterates, between rationals.

A continuous image of an interval is an interval, so the range of p∘p on I is the range of p on p(I), exactly: one
quintic at a time suffices and nothing is overestimated but by rounding. On I the extremes are at the ends or at critical
points x² = s, 5cs² + 3bs + a = 0, where p(x) = (2x/5)(2a + bs). Irrational roots are enclosed between rationals.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from theory.exact.rational import sqrt_bounds

#: Enclosures are rounded outwards to this many binary digits after the point.
BITS = 128

Enclosure = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Range:
    """An interval whose ends are known up to enclosures: ``low`` around its minimum, ``high`` around its maximum."""

    low: Enclosure
    high: Enclosure

    @classmethod
    def between(cls, low: Fraction, high: Fraction) -> "Range":
        """An interval whose ends are known."""
        return cls((low, low), (high, high))


@dataclass(frozen=True)
class Quintic:
    """p(x) = ax + bx³ + cx⁵ with rational a, b and c ≠ 0."""

    a: Fraction
    b: Fraction
    c: Fraction

    def __call__(self, x: Fraction) -> Fraction:
        """p(x), exactly."""
        square = x * x
        return x * (self.a + square * (self.b + square * self.c))

    def image(self, domain: Range) -> Range:
        """The range of p on an interval: every value of p on what surely belongs to it, none beyond what may."""
        may, surely = (domain.low[0], domain.high[1]), (domain.low[1], domain.high[0])
        critical = list(self._critical())
        touched = [(self(x), self(x)) for x in may] + [v for x, v in critical if x[0] <= may[1] and x[1] >= may[0]]
        least, greatest = min(value[0] for value in touched), max(value[1] for value in touched)
        if surely[0] > surely[1]:  # no point surely belongs to the interval, but one of those that may does
            return Range(_outwards((least, greatest)), _outwards((least, greatest)))
        taken = [(self(x), self(x)) for x in surely] + [v for x, v in critical if surely[0] <= x[0] and x[1] <= surely[1]]
        low, high = (least, min(value[1] for value in taken)), (max(value[0] for value in taken), greatest)
        return Range(_outwards(low), _outwards(high))

    def _critical(self) -> Iterator[tuple[Enclosure, Enclosure]]:
        """The critical points of p, with its values there, both as enclosures."""
        discriminant = 9 * self.b**2 - 20 * self.a * self.c
        if discriminant < 0:
            return
        for sign in (1, -1):
            ends = [(-3 * self.b + sign * root) / (10 * self.c) for root in sqrt_bounds(discriminant, BITS)]
            square = (min(ends), max(ends))
            if square[1] < 0:
                continue
            length = (sqrt_bounds(max(square[0], Fraction(0)), BITS)[0], sqrt_bounds(square[1], BITS)[1])
            slope = [Fraction(2, 5) * (2 * self.a + self.b * s) for s in square]
            products = [x * factor for x in length for factor in slope]
            yield length, (min(products), max(products))
            yield (-length[1], -length[0]), (-max(products), -min(products))


def _outwards(enclosure: Enclosure) -> Enclosure:
    unit = 1 << BITS
    return Fraction(floor(enclosure[0] * unit), unit), Fraction(ceil(enclosure[1] * unit), unit)
