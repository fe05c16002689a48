"""Two inner steps of Nexus to second order, against the gradient of the cosine: in the plane, all entries symbols."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\tfrac1\gamma\mathbb E[\theta_0-\theta_2] = d_1 + d_2 - \tfrac\gamma2(J_2d_1 + J_1d_2) + O(\gamma^2)",
    "The second order of normalised steps, averaged over both orders of the losses.",
    half=1,
)
def second_order_of_normalised_steps(half: int = 2) -> "Iterable[sympy.Matrix]":
    """Times ‖g_1‖‖g_2‖, with γ/half."""
    import sympy

    first, second = _losses()
    rate = sympy.Symbol("gamma", real=True)
    mean = (_displaced(first, second, rate) + _displaced(second, first, rate)) / 2
    scale = _length(first[0]) * _length(second[0])
    slope = sympy.diff(mean, rate).subs(rate, 0) * scale + _inner(first, second) / half
    return [slope]


@identity(
    r"J_2d_1 + J_1d_2 - \nabla\operatorname{CosSim} \propto (g_1^\top g_2)(b_1+b_2) - (b_2^\top g_1)g_2 - "
    r"(b_1^\top g_2)g_1,\quad b_i = P_iH_ig_i/\|g_i\|^2",
    "How far the second order is from the gradient of the cosine; it vanishes when H_ig_i is parallel to g_i.",
    sign=-1,
)
def defect(sign: int = 1) -> "Iterable[sympy.Matrix]":
    """Times ‖g_1‖‖g_2‖, with the sign of b_1 + b_2."""
    import sympy

    (g1, H1), (g2, H2) = first, second = _losses()
    theta = sympy.Matrix(sympy.symbols("x y", real=True))
    cosine = _cosine(g1 + H1 * theta, g2 + H2 * theta)
    gradient = sympy.Matrix([sympy.diff(cosine, v).subs(dict.fromkeys(theta, 0)) for v in theta])
    b1, b2 = (_project(H * g, g) / g.dot(g) for g, H in (first, second))
    predicted = g1.dot(g2) * (b1 + b2) * sign - b2.dot(g1) * g2 - b1.dot(g2) * g1
    left = _inner(first, second) - gradient * _length(g1) * _length(g2)
    return [(left - predicted)]


@identity(
    r"\tfrac1\gamma\mathbb E[\theta_0-\theta_2] = g_1 + g_2 - \tfrac\gamma2\nabla(g_1^\top g_2)",
    "Without normalising, and for quadratic losses, the identity is exact.",
    half=1,
)
def plain_steps(half: int = 2) -> "Iterable[sympy.Matrix]":
    """With γ/half."""
    import sympy

    (g1, H1), (g2, H2) = _losses()
    rate = sympy.Symbol("gamma", real=True)
    theta = sympy.Matrix(sympy.symbols("x y", real=True))
    product = (g1 + H1 * theta).dot(g2 + H2 * theta)
    slope = sympy.Matrix([sympy.diff(product, v).subs(dict.fromkeys(theta, 0)) for v in theta])
    mean = (g1 + g2 - rate * H2 * g1 + g2 + g1 - rate * H1 * g2) / 2
    return [mean - (g1 + g2 - rate / half * slope)]


def _losses() -> tuple[Any, Any]:
    """(g_1, H_1) and (g_2, H_2)."""
    import sympy

    g1, g2 = (sympy.Matrix(sympy.symbols(f"{name}1 {name}2", real=True)) for name in "bc")
    h, k = sympy.symbols("h1:4", real=True), sympy.symbols("k1:4", real=True)
    H1, H2 = (sympy.Matrix([[e[0], e[1]], [e[1], e[2]]]) for e in (h, k))
    return (g1, H1), (g2, H2)


def _length(vector: Any) -> Any:
    import sympy

    return sympy.sqrt(vector.dot(vector))


def _cosine(left: Any, right: Any) -> Any:
    return left.dot(right) / (_length(left) * _length(right))


def _project(vector: Any, g: Any) -> Any:
    """(I − ggᵀ/‖g‖²) vector."""
    return vector - g * g.dot(vector) / g.dot(g)


def _inner(first: Any, second: Any) -> Any:
    """P_2H_2g_1 + P_1H_1g_2."""
    (g1, H1), (g2, H2) = first, second
    return _project(H2 * g1, g2) + _project(H1 * g2, g1)


def _displaced(first: Any, second: Any, rate: Any) -> Any:
    """(θ_0 − θ_2)/γ for normalised steps on the first loss and then the second."""
    direction = first[0] / _length(first[0])
    gradient = second[0] - rate * second[1] * direction
    return direction + gradient / _length(gradient)
