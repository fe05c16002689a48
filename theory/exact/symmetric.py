"""Symmetric rational matrices: definiteness and the extreme eigenvalues, decided by elimination.

No floating point: the sign of S is read off the pivots of exact symmetric elimination, and the largest eigenvalue is
the least t with tI − S ⪰ 0. After clearing denominators S is an integer matrix, whose characteristic polynomial is
monic with integer coefficients; so an eigenvalue that is rational is then an integer, and is found exactly.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from theory.exact.rational import Matrix, dot


def gram(W: Matrix) -> Matrix:
    """WᵀW for a matrix given by its rows."""
    columns = list(zip(*W, strict=True))
    return tuple(tuple(dot(left, right) for right in columns) for left in columns)


def definiteness(S: Sequence[Sequence[int]]) -> int:
    """1 when the symmetric integer matrix S is positive definite, 0 when it is semidefinite and singular, −1 otherwise.

    S ⪰ 0 exactly when elimination meets no negative pivot, and zeros alone in the row of a zero pivot. The elimination
    is free of fractions (Bareiss): each pivot is a principal minor, so the division by the one before is exact.
    """
    rows, found, before = [list(row) for row in S], 1, 1
    for index, pivot_row in enumerate(rows):
        pivot, rest = pivot_row[index], range(index + 1, len(rows))
        if pivot < 0 or (pivot == 0 and any(pivot_row[column] for column in rest)):
            return -1
        if pivot == 0:
            found = 0
            continue
        for row in rest:
            factor = rows[row][index]
            for column in rest:
                rows[row][column] = (rows[row][column] * pivot - factor * pivot_row[column]) // before
        before = pivot
    return found


def largest_eigenvalue(S: Matrix, bits: int = 64) -> tuple[Fraction, Fraction]:
    """Rational ``low ≤ λ_max(S) ≤ high``: equal when λ_max is rational, else 2^-bits apart after clearing denominators.

    Args:
        S: symmetric, at least 1 × 1.
        bits: binary digits after the point, for the integer matrix that S is a multiple of.
    """
    scale = lcm(*(entry.denominator for row in S for entry in row))
    integers = [[int(entry * scale) for entry in row] for row in S]
    reach = max(sum(abs(entry) for entry in row) for row in integers)
    below, above = _bisect(integers, -reach - 1, reach)  # Gershgorin: −reach − 1 < λ ≤ reach
    if _shifted(integers, above) == 0:
        return Fraction(above, scale), Fraction(above, scale)
    finer = [[entry << bits for entry in row] for row in integers]
    below, above = _bisect(finer, below << bits, above << bits)
    return Fraction(below, scale << bits), Fraction(above, scale << bits)


def smallest_eigenvalue(S: Matrix, bits: int = 64) -> tuple[Fraction, Fraction]:
    """Rational ``low ≤ λ_min(S) ≤ high``, as :func:`largest_eigenvalue`."""
    low, high = largest_eigenvalue(tuple(tuple(-entry for entry in row) for row in S), bits)
    return -high, -low


def _bisect(S: list[list[int]], below: int, above: int) -> tuple[int, int]:
    """The neighbouring integers with below < λ_max(S) ≤ above."""
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if _shifted(S, middle) >= 0 else (middle, above)
    return below, above


def _shifted(S: list[list[int]], t: int) -> int:
    """The definiteness of tI − S."""
    return definiteness([[(t if i == j else 0) - entry for j, entry in enumerate(row)] for i, row in enumerate(S)])
