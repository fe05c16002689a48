"""Eigenvalues of symmetric rational matrices and Schatten norms of semidefinite ones, enclosed between rationals.

A symmetric matrix has real eigenvalues only, and for a polynomial with real roots only Descartes' rule counts exactly:
as many roots lie above t as the coefficients of p(t + x) change sign. So bisecting the characteristic polynomial
encloses every eigenvalue, and finds it when it lies on the grid.
"""

from fractions import Fraction
from itertools import pairwise
from math import floor, lcm

from theory.exact.norms import Bounds, Exponent, power_bounds
from theory.exact.rational import Matrix

#: Significant bits of an eigenvalue, relative to the largest entry.
BITS = 96
Integers = list[list[int]]


def schatten_bounds(S: Matrix, exponent: Exponent) -> Bounds:
    """Rational low ≤ (Σ_k λ_k^s)^{1/s} ≤ high for S ⪰ 0 and s ≥ 1, or the largest eigenvalue for s = "inf".

    Equal for s = 1 (the trace), and where eigenvalues, powers and roots are rational and short.
    """
    if exponent == 1:
        trace = sum((row[index] for index, row in enumerate(S)), Fraction(0))
        return trace, trace
    eigenvalues = [(max(low, Fraction(0)), max(high, Fraction(0))) for low, high in eigenvalue_bounds(S)]
    if exponent == "inf":
        return eigenvalues[0]
    scale = power_of_two_near(eigenvalues[0][1])
    bounds = []
    for end in (0, 1):
        total = sum((_power(pair[end] / scale, exponent, end) for pair in eigenvalues), Fraction(0))
        bounds.append(scale * _power(total, 1 / exponent, end))
    return bounds[0], bounds[1]


def power_of_two_near(value: Fraction) -> Fraction:
    """A power of two within a factor of two of a positive number; 1 for zero."""
    if not value:
        return Fraction(1)
    return Fraction(2) ** (value.numerator.bit_length() - value.denominator.bit_length())


def _power(value: Fraction, exponent: Fraction, end: int) -> Fraction:
    """A bound of value^exponent from below (end 0) or above (end 1), with short numbers: first the root, then the power."""
    root = power_bounds(_short(value, end), Fraction(1, exponent.denominator))[end]
    return _short(_short(root, end) ** exponent.numerator, end)


def _short(value: Fraction, end: int) -> Fraction:
    """The value, rounded down (end 0) or up (end 1) to 2·BITS significant bits where it is longer."""
    if max(value.numerator, value.denominator).bit_length() <= 2 * BITS:
        return value
    unit = power_of_two_near(value) / 4**BITS
    short: Fraction = (floor(value / unit) + end) * unit
    return short


def eigenvalue_bounds(S: Matrix) -> list[Bounds]:
    """Enclosures of the eigenvalues of a symmetric matrix (at least 1 × 1) with their multiplicity, the largest first."""
    largest = max(abs(entry) for row in S for entry in row)
    if not largest:
        return [(Fraction(0), Fraction(0))] * len(S)
    unit = power_of_two_near(largest) / 2**BITS
    below = lcm(*(entry.denominator for row in S for entry in row))
    if below.bit_length() <= 2 * BITS:
        unit = Fraction(1, below * 2 ** max(0, BITS - (below * largest.numerator // largest.denominator).bit_length()))
    grid = [[round(entry / unit) for entry in row] for row in S]
    # Weyl: rounding moves no eigenvalue by more than the largest row sum of what was rounded off.
    moved = max(sum(abs(e - g * unit) for e, g in zip(*pair, strict=True)) for pair in zip(S, grid, strict=True))
    polynomial, reach = characteristic_polynomial(grid), max(sum(map(abs, row)) for row in grid)
    found = []
    for k in range(1, len(S) + 1):
        low, high = _bisect(polynomial, k, reach)
        found.append((low * unit - moved, high * unit + moved))
        reach = high
    return found


def characteristic_polynomial(S: Integers) -> list[int]:
    """Coefficients of det(xI − S), the constant one first (Faddeev–LeVerrier)."""
    d = len(S)
    coefficients, product = [1], [[0] * d for _ in range(d)]
    for k in range(1, d + 1):
        shifted = [[entry + (coefficients[-1] if i == j else 0) for j, entry in enumerate(row)]
                   for i, row in enumerate(product)]
        product = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*shifted, strict=True)]
                   for row in S]
        coefficients.append(-sum(product[i][i] for i in range(d)) // k)
    return coefficients[::-1]


def _bisect(polynomial: list[int], k: int, reach: int) -> Bounds:
    """Integers low ≤ λ_k ≤ high ≤ reach, equal or neighbours."""
    below, above = -1, reach
    while _roots(polynomial, below)[0] < k:
        below = 2 * below
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if _roots(polynomial, middle)[0] >= k else (below, middle)
    strictly_above, at = _roots(polynomial, above)
    return Fraction(above if strictly_above + at >= k else below), Fraction(above)


def _roots(polynomial: list[int], t: int) -> tuple[int, int]:
    """How many roots are above t and how many are t, for a polynomial that has real roots only."""
    shifted = polynomial[:]
    for start in range(len(shifted) - 1):
        for place in range(len(shifted) - 2, start - 1, -1):
            shifted[place] += t * shifted[place + 1]
    signs = [coefficient > 0 for coefficient in shifted if coefficient]
    at = next(place for place, coefficient in enumerate(shifted) if coefficient)
    return sum(first != second for first, second in pairwise(signs)), at
