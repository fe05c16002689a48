"""The Frank–Wolfe gap as the sum of two KKT residuals, and what it bounds."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"k + \langle G, W\rangle = k(1 - n) + (kn + \langle G, W\rangle),\quad k = K(G),\ n = \|W\|/R",
    "The gap is the complementarity term plus the alignment term, each at least zero.",
    sign=-1,
)
def gap_is_two_residuals(sign: int = 1) -> "Iterable[sympy.Expr]":
    """With the sign of kn in the second term."""
    import sympy

    k, n, product = sympy.symbols("k n p", real=True)
    return [(k + product) - (k * (1 - n) + (sign * k * n + product))]


@identity(
    r"-G = \mu D,\ \langle D, W\rangle = n\ \Rightarrow\ kn + \langle G, W\rangle = (k - \mu)n",
    "At a KKT point with multiplier μ ≥ k both terms are at most zero, hence zero.",
    sign=1,
)
def alignment_at_a_kkt_point(sign: int = -1) -> "Iterable[sympy.Expr]":
    """With G = sign·μD."""
    import sympy

    k, n, mu = sympy.symbols("k n mu", real=True)
    return [k * n + sign * mu * n - (k - mu) * n]


@identity(
    r"F(w) - F(v) = F'(w)(w - v) - \tfrac h2(w - v)^2",
    "Taylor's formula of a quadratic of curvature h, exact.",
    factor=1,
)
def taylor_of_a_quadratic(factor: int = 2) -> "Iterable[sympy.Expr]":
    """With h/factor."""
    F, slope, w, v, h = _quadratic()
    return [F(w) - F(v) - slope * (w - v) + h * (w - v) ** 2 / factor]


@identity(
    r"g - (F(w) - F(v)) = (k + F'(w)v) + \tfrac h2(w - v)^2,\quad g = k + F'(w)w",
    "For h ≥ 0 and v in the ball both terms are at least zero: the gap bounds the suboptimality.",
    factor=1,
)
def gap_bounds_the_suboptimality(factor: int = 2) -> "Iterable[sympy.Expr]":
    """With h/factor."""
    import sympy

    F, slope, w, v, h = _quadratic()
    k = sympy.Symbol("k", real=True)
    return [(k + slope * w) - (F(w) - F(v)) - (k + slope * v) - h * (w - v) ** 2 / factor]


def _quadratic() -> tuple[Any, Any, Any, Any, Any]:
    """F(x) = ½hx² − bx, F'(w), w, v, h."""
    import sympy

    w, v, h, b = sympy.symbols("w v h b", real=True)

    def F(x: Any) -> Any:
        return h * x**2 / 2 - b * x

    return F, sympy.diff(F(w), w), w, v, h
