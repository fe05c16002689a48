"""Rational enclosures of the logistic loss and of the entropy that is its conjugate, from balls of python-flint.

For a margin m = y·f the loss is log(1 + e^{−m}), and for every p ∈ [0, 1]

    log(1 + e^{−m}) ≥ H(p) − p·m,        H(p) = −p log p − (1 − p) log(1 − p),

with equality at p = 1/(1 + e^m), by concavity of the logarithm: log(p·e^{−m}/p + (1−p)·1/(1−p)) ≥ p log(e^{−m}/p) +
(1−p) log(1/(1−p)).
"""

from fractions import Fraction

from theory.exact.balls import PRECISION, ball, enclosure

#: Enclosures lie on the grid of 2^-BITS.
BITS = 192
#: log(1 + e^{−m}) < e^{−m} < 2^-BITS for margins from here on: e^{−200} < 2^-288.
LARGE_MARGIN = 200

Bounds = tuple[Fraction, Fraction]


def loss_bounds(margin: Fraction) -> Bounds:
    """Rational low ≤ log(1 + e^{−margin}) ≤ high."""
    from flint import ctx

    # log(1 + e^{−m}) = log(1 + e^m) − m, so that exponents are never positive.
    linear, size = max(-margin, Fraction(0)), abs(margin)
    if size >= LARGE_MARGIN:
        return linear, linear + Fraction(1, 1 << BITS)
    with ctx.workprec(PRECISION):
        low, high = enclosure((-ball(size)).exp().log1p(), BITS)
    return linear + low, linear + high


def entropy_bounds(p: Fraction) -> Bounds:
    """Rational low ≤ H(p) ≤ high for p in [0, 1]; H(0) = H(1) = 0."""
    from flint import ctx

    if p in (0, 1):
        return Fraction(0), Fraction(0)
    with ctx.workprec(PRECISION):
        inside, beyond = ball(p), ball(1 - p)
        return enclosure(-inside * inside.log() - beyond * beyond.log(), BITS)


def sum_of_bounds(bounds: list[Bounds]) -> Bounds:
    """The enclosure of a sum, from those of its terms."""
    return sum((low for low, _ in bounds), Fraction(0)), sum((high for _, high in bounds), Fraction(0))
