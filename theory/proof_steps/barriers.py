r"""The algebra under exact barriers: the loss in a cell, the bound of a multiplier, and the two solutions of T-separation.

On a cell the fit is f = Σ c_g g with c ≥ 0, the sum over the extreme rays of the cell, g the fit along a ray. The loss
½‖f − y‖² is convex there, so its sublevel sets in the cell are convex.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


def _vectors(*names: str) -> "list[sympy.Matrix]":
    import sympy

    return [sympy.Matrix(sympy.symbols(f"{name}:3", real=True)) for name in names]


@identity(
    r"\tfrac12\|f-y\|^2 = \mu^\top y-\tfrac12\|\mu\|^2-\mu^\top f+\tfrac12\|f-y+\mu\|^2",
    "So the loss is at least μᵀy − ½‖μ‖² wherever μᵀf ≤ 0, which holds on a face when μᵀg ≤ 0 for its generators.",
    half=1,
)
def a_multiplier_bounds_the_loss(half: "int | Fraction" = Fraction(1, 2)) -> "Iterable[sympy.Expr]":
    """Three rows; ``half`` is the factor of ‖μ‖²."""
    f, y, mu = _vectors("f", "y", "m")
    loss = (f - y).dot(f - y) / 2
    yield loss - (mu.dot(y) - half * mu.dot(mu) - mu.dot(f) + (f - y + mu).dot(f - y + mu) / 2)


@identity(
    r"\mu = y-\textstyle\sum_g c_g g,\ \mu^\top g=0:\quad \mu^\top y-\tfrac12\|\mu\|^2=\tfrac12\|\mu\|^2",
    "The bound of a multiplier that is orthogonal to the generators it is made from.",
    orthogonal=False,
)
def the_bound_is_half_the_square(orthogonal: bool = True) -> "Iterable[sympy.Expr]":
    """One generator g and its least-squares weight, or twice that."""
    y, g = _vectors("y", "g")
    weight = y.dot(g) / g.dot(g) * (1 if orthogonal else 2)
    mu = y - weight * g
    yield mu.dot(y) - mu.dot(mu) / 2 - mu.dot(mu) / 2


@identity(
    r"\frac{d^2}{dt^2}\,\tfrac12\|(1-t)p+tq-y\|^2=\|q-p\|^2\ge0",
    "Between two breakpoints the fit runs straight, so the loss is a convex quadratic and is largest at one of them.",
    order=1,
)
def the_loss_is_convex_between_breakpoints(order: int = 2) -> "Iterable[sympy.Expr]":
    """Fits p and q at the two ends of a piece; the derivative of the given order."""
    import sympy

    p, q, y = _vectors("p", "q", "y")
    t = sympy.Symbol("t", real=True)
    gap = (1 - t) * p + t * q - y
    yield sympy.diff(gap.dot(gap) / 2, t, order) - (q - p).dot(q - p)


@identity(
    r"(1-t)p+tq=0\iff t=\frac{p}{p-q}",
    "Where a hidden unit with inputs p and q at the ends of a segment switches: between them exactly when pq < 0.",
    sign=1,
)
def where_a_hidden_unit_switches(sign: int = -1) -> "Iterable[sympy.Expr]":
    """The input of the unit at t = p/(p + sign·q)."""
    import sympy

    p, q = sympy.symbols("p q", real=True)
    t = p / (p + sign * q)
    yield (1 - t) * p + t * q


@computation(
    r"X=\begin{pmatrix}-1&2\\0&-2\\2&0\\-3&-3\end{pmatrix}:\quad f(A)=f(B)=(3,4,2,12)",
    "Both solutions of T-separation fit.",
    last=11,
)
def both_solutions_fit(last: int = 12) -> "Iterable[Any]":
    """The fits of A and B minus y, whose last entry is ``last``."""
    rows, y = ((-1, 2), (0, -2), (2, 0), (-3, -3)), (3, 4, 2, last)
    for network in (((-2, -2), (1, 2)), ((-3, 0), (1, -2))):
        for (first, second), target in zip(rows, y, strict=True):
            yield Fraction(sum(max(0, first * v[0] + second * v[1]) for v in network) - target)
