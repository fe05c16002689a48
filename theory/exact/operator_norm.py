"""Operator norms ‖W‖_{α→β} = max ‖Wx‖_β / ‖x‖_α by their definition, for α, β in {1, 2, ∞} and y = Wx.

A convex function on a polytope is largest at a vertex. So for α = 1 or ∞ the maximum runs over the vertices of the
α-ball; for β = 1 or ∞ it runs over those of the dual β-ball, as ‖W‖_{α→β} = ‖Wᵀ‖_{β*→α*}; and ‖W‖_{2→2}² is the largest
eigenvalue of WᵀW. Squares are returned throughout: they are rational in all cases but the last.

This knows nothing of closed forms: those are claims, held against it.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import lcm

from theory.exact.atoms import transposed
from theory.exact.rational import InputError, Matrix, Vector, dot, shown
from theory.exact.spectrum import eigenvalue_bounds
from theory.exact.symmetric import definiteness

#: The exponents that are known, and the conjugate of each.
DUAL = {"1": "inf", "2": "2", "inf": "1"}

#: Sign vectors are enumerated up to this dimension.
LARGEST_DIMENSION = 12


def norm_square(x: Vector, p: str) -> Fraction:
    """‖x‖_p², exactly."""
    if p == "2":
        return dot(x, x)
    magnitudes = [abs(entry) for entry in x]
    return Fraction(sum(magnitudes) if p == "1" else max(magnitudes)) ** 2


def ball_vertices(p: str, n: int) -> Iterator[Vector]:
    """The vertices of the p-ball of R^n up to sign, p = 1 or ∞, in a fixed order."""
    if p == "1":
        yield from (tuple(Fraction(i == j) for j in range(n)) for i in range(n))
    else:
        for signs in product((Fraction(1), Fraction(-1)), repeat=n - 1):
            yield (Fraction(1), *signs)


def gram(W: Matrix) -> Matrix:
    """WᵀW."""
    columns = transposed(W)
    return tuple(tuple(dot(left, right) for right in columns) for left in columns)


def operator_norm_square(W: Matrix, alpha: str, beta: str) -> tuple[Fraction, Fraction]:
    """``low ≤ ‖W‖_{α→β}² ≤ high``, equal unless α = β = 2 and the square is irrational.

    Raises:
        InputError: for an exponent that is not 1, 2 or inf, an empty matrix, or too many sign vectors.
    """
    for name, exponent in (("alpha", alpha), ("beta", beta)):
        if exponent not in list(DUAL):
            raise InputError(name, f'"1", "2" or "inf" is wanted, not {shown(exponent)}')
    if not W or not W[0]:
        raise InputError("W", "at least one row and one column are wanted")
    if alpha == "2" and beta == "2":
        return eigenvalue_bounds(gram(W))[0]
    if alpha == "2":  # then β is 1 or ∞, and the dual norm runs over the vertices of its ball
        return operator_norm_square(transposed(W), DUAL[beta], "2")
    if alpha == "inf" and len(W[0]) > LARGEST_DIMENSION:
        raise InputError("W", f"{len(W[0])} dimensions; sign vectors are enumerated up to {LARGEST_DIMENSION}")
    value = max(norm_square(apply(W, vertex), beta) for vertex in ball_vertices(alpha, len(W[0])))
    return value, value


def in_unit_ball(W: Matrix, alpha: str, beta: str) -> bool:
    """‖W‖_{α→β} ≤ 1, decided exactly."""
    if (alpha, beta) != ("2", "2"):
        return operator_norm_square(W, alpha, beta)[1] <= 1
    square = gram(W)
    scale = lcm(*(entry.denominator for row in square for entry in row))
    rest = [[int(scale * ((i == j) - entry)) for j, entry in enumerate(row)] for i, row in enumerate(square)]
    return definiteness(rest) >= 0


def apply(W: Matrix, x: Vector) -> Vector:
    """Wx."""
    return tuple(dot(row, x) for row in W)
