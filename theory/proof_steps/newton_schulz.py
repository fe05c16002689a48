"""The extremes of an odd quintic, on which the range of Newton–Schulz rests."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"p(x) = ax + bx^3 + cx^5,\ p'(x) = 0\ \Rightarrow\ p(x) = \tfrac{2x}{5}(2a + bx^2)",
    "At a critical point the value of the quintic needs no fifth power.",
    factor=3,
)
def value_at_a_critical_point(factor: int = 2) -> "Iterable[sympy.Expr]":
    """c is chosen so that x is critical."""
    import sympy

    a, b, x, t = sympy.symbols("a b x t")
    c = -(a + 3 * b * x**2) / (5 * x**4)
    p = a * t + b * t**3 + c * t**5
    return [sympy.diff(p, t).subs(t, x), p.subs(t, x) - sympy.Rational(factor, 5) * x * (2 * a + b * x**2)]


@identity(
    r"ax - p(x) = x^3(-b - cx^2)",
    "Where cx² ≤ −b the quintic lies below its tangent at zero, so k steps multiply by at most a^k.",
    sign=-1,
)
def below_the_tangent(sign: int = 1) -> "Iterable[sympy.Expr]":
    """With the sign of the bracket."""
    import sympy

    a, b, c, x = sympy.symbols("a b c x")
    return [a * x - (a * x + b * x**3 + c * x**5) - sign * x**3 * (-b - c * x**2)]
