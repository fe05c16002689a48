"""Smooth losses with derivatives that can be bounded exactly: a quadratic and a ridge,

    ℓ(θ) = bᵀθ + ½θᵀHθ + (c/6)s³ + (q/24)s⁴,     s = uᵀθ.

Then ∇ℓ = b + Hθ + (c/2 s² + q/6 s³)u, ∇²ℓ = H + (cs + q/2 s²)uuᵀ, ∇³ℓ[a, b] = (c + qs)(uᵀa)(uᵀb)u, and ∇⁴ℓ = q u⊗u⊗u⊗u. The
numbers may be Fractions or balls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import operator_norm_square
from theory.exact.rational import dot, read_matrix, read_number, read_vector, sqrt_bounds

Numbers = Sequence[Any]

#: Bernstein coefficients are refined by halving the segment this often.
HALVINGS = 5


@dataclass(frozen=True)
class RidgeLoss:
    """The coefficients b, H, u, c, q."""

    linear: Numbers
    quadratic: Sequence[Numbers]
    ridge: Numbers
    cubic: Any
    quartic: Any

    @classmethod
    def read(cls, data: Any, field: str, d: int | None = None) -> "RidgeLoss":
        """From ``{"linear": b, "quadratic": H, "ridge": u, "cubic": c, "quartic": q}``, exactly.

        Raises:
            Rejected: for other members, other lengths than d, or an H that is not symmetric.
        """
        members(data, field, {"linear", "quadratic", "ridge", "cubic", "quartic"})
        linear = read_vector(data["linear"], f"{field}.linear", d)
        quadratic = read_matrix(data["quadratic"], f"{field}.quadratic", len(linear))
        if not linear or len(quadratic) != len(linear) or tuple(zip(*quadratic, strict=True)) != quadratic:
            raise Rejected(f"{field}.quadratic: a symmetric matrix of the size of linear is wanted")
        ridge = read_vector(data["ridge"], f"{field}.ridge", len(linear))
        cubic, quartic = (read_number(data[name], f"{field}.{name}") for name in ("cubic", "quartic"))
        return cls(linear, quadratic, ridge, cubic, quartic)

    def converted(self, number: Callable[[Fraction], Any]) -> "RidgeLoss":
        """The same loss in another number type."""
        return RidgeLoss(
            [number(v) for v in self.linear], [[number(v) for v in row] for row in self.quadratic],
            [number(v) for v in self.ridge], number(self.cubic), number(self.quartic),
        )

    def gradient(self, theta: Numbers) -> list[Any]:
        """∇ℓ(θ)."""
        s = inner(self.ridge, theta)
        along = self.cubic * s * s / 2 + self.quartic * s * s * s / 6
        rows = zip(self.linear, self.quadratic, self.ridge, strict=True)
        return [b + inner(row, theta) + along * u for b, row, u in rows]

    def hessian(self, theta: Numbers) -> list[list[Any]]:
        """∇²ℓ(θ)."""
        s = inner(self.ridge, theta)
        return self._hessian_with(self.cubic * s + self.quartic * s * s / 2)

    def third(self, theta: Numbers, left: Numbers, right: Numbers) -> list[Any]:
        """∇³ℓ(θ)[left, right], a vector."""
        factor = (self.cubic + self.quartic * inner(self.ridge, theta)) * inner(self.ridge, left)
        factor = factor * inner(self.ridge, right)
        return [factor * u for u in self.ridge]

    def _hessian_with(self, along: Any) -> list[list[Any]]:
        pairs = zip(self.quadratic, self.ridge, strict=True)
        return [[h + along * u * v for h, v in zip(row, self.ridge, strict=True)] for row, u in pairs]

    # Bounds where s = uᵀθ stays in an interval ----------------------------------------------------------------------

    def hessian_ceiling(self, s: tuple[Fraction, Fraction]) -> Fraction:
        """An upper bound of ‖∇²ℓ‖² over the interval: the norm is convex in cs + q/2 s², whose range has two ends."""
        places = [*s]
        if self.quartic and s[0] < -self.cubic / self.quartic < s[1]:
            places.append(-self.cubic / self.quartic)
        along = [self.cubic * place + self.quartic * place**2 / 2 for place in places]
        hessians = [tuple(map(tuple, self._hessian_with(end))) for end in (min(along), max(along))]
        return max(operator_norm_square(hessian, "2", "2")[1] for hessian in hessians)

    def third_ceiling(self, s: tuple[Fraction, Fraction]) -> Fraction:
        """‖∇³ℓ‖², at its largest over the interval."""
        return Fraction(max((self.cubic + self.quartic * place) ** 2 for place in s) * dot(self.ridge, self.ridge) ** 3)

    def fourth_square(self) -> Fraction:
        """‖∇⁴ℓ‖², the same everywhere."""
        return Fraction(self.quartic**2 * dot(self.ridge, self.ridge) ** 4)

    def gradient_floor(self, start: Numbers, end: Numbers) -> Fraction:
        """A lower bound of ‖∇ℓ‖² on a segment: the least Bernstein coefficient of a polynomial of degree 6."""
        # Cubic components are known from four points; their products are taken in the Bernstein basis.
        points = [[a + Fraction(k, 3) * (b - a) for a, b in zip(start, end, strict=True)] for k in range(4)]
        components = [_cubic_bernstein(*values) for values in zip(*(self.gradient(p) for p in points), strict=True)]
        squares = [_bernstein_square(component) for component in components]
        return _least_coefficient([sum(column) for column in zip(*squares, strict=True)], HALVINGS)


def reach(ridge: Numbers, theta: Numbers, radius: Fraction) -> tuple[Fraction, Fraction]:
    """An interval that holds uᵀθ' for all θ' within ``radius`` of θ."""
    middle, width = dot(ridge, theta), sqrt_bounds(dot(ridge, ridge))[1] * radius
    return middle - width, middle + width


def inner(left: Numbers, right: Numbers) -> Any:
    """The inner product, in whatever numbers it is given."""
    total = left[0] * right[0]
    for a, b in zip(left[1:], right[1:], strict=True):
        total = total + a * b
    return total


def _cubic_bernstein(p0: Fraction, p1: Fraction, p2: Fraction, p3: Fraction) -> list[Fraction]:
    """Bernstein coefficients of the cubic with values p_k at t = k/3."""
    return [p0, (-5 * p0 + 18 * p1 - 9 * p2 + 2 * p3) / 6, (2 * p0 - 9 * p1 + 18 * p2 - 5 * p3) / 6, p3]


def _bernstein_square(coefficients: list[Fraction]) -> list[Fraction]:
    """The square, in the Bernstein basis of twice the degree."""
    n = len(coefficients) - 1
    weighted = [comb(n, i) * value for i, value in enumerate(coefficients)]
    products = [
        sum((weighted[i] * weighted[k - i] for i in range(max(0, k - n), min(n, k) + 1)), Fraction(0))
        for k in range(2 * n + 1)
    ]
    return [value / comb(2 * n, k) for k, value in enumerate(products)]


def _least_coefficient(coefficients: list[Fraction], halvings: int) -> Fraction:
    """A lower bound of the polynomial on [0, 1], by de Casteljau's halving."""
    if not halvings or min(coefficients) == min(coefficients[0], coefficients[-1]):
        return min(coefficients)
    left, right, current = [], [], list(coefficients)
    while current:
        left.append(current[0])
        right.append(current[-1])
        current = [(a + b) / 2 for a, b in pairwise(current)]
    return min(_least_coefficient(left, halvings - 1), _least_coefficient(right[::-1], halvings - 1))
