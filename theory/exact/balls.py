"""Between rationals and the rigorous balls of python-flint (arb), for what rationals cannot say: logarithms, roots.

Balls are computed at ``PRECISION`` binary digits and given back as rational enclosures on a grid of 2^-BITS, rounded
outwards. python-flint is loaded when a function here is called, so that checking anything else does without it.
"""

from fractions import Fraction
from math import ceil, floor
from typing import Any

from theory.exact.certificate import Rejected

PRECISION = 320
BITS = 96

Ball = Any


def ball(value: Fraction) -> Ball:
    """The number as a ball; call it within ``flint.ctx.workprec(PRECISION)``."""
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))


def enclosure(value: Ball, bits: int = BITS) -> tuple[Fraction, Fraction]:
    """Rational low ≤ value ≤ high on the grid of 2^-bits.

    Raises:
        Rejected: when the ball is not finite.
    """
    if not value.is_finite():
        raise Rejected("a number overflowed its ball")
    middle, radius = _exactly(value.mid()), _exactly(value.rad())
    return outwards(middle - radius, middle + radius, bits)


def outwards(low: Fraction, high: Fraction, bits: int = BITS) -> tuple[Fraction, Fraction]:
    """The enclosure rounded outwards to the grid of 2^-bits."""
    unit = 1 << bits
    return Fraction(floor(low * unit), unit), Fraction(ceil(high * unit), unit)


def _exactly(value: Ball) -> Fraction:
    mantissa, exponent = (int(part) for part in value.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent
