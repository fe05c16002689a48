"""The Jacobian of g/‖g‖ and its derivative, in the plane with all of g, ∇²ℓ, ∇³ℓ symbols, and the sharp constant."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\frac{d}{dt}\frac{g}{\|g\|} = Jv,\quad J = \frac{1}{\|g\|}\Bigl(I - \frac{gg^\top}{\|g\|^2}\Bigr)H",
    "(63) of Nexus: the Jacobian of the direction of the gradient.",
    power=2,
)
def jacobian(power: int = 1) -> "Iterable[sympy.Matrix]":
    """Along v, with the power of 1/‖g‖."""
    import sympy

    g, H, _, v, t = _symbols()
    moved = g + t * H * v
    direction = moved / sympy.sqrt(moved.dot(moved))
    return [(sympy.diff(direction, t).subs(t, 0) - _jacobian(g, H, power) * v)]


@identity(
    r"\|g\|\,\partial_vJ = -\frac{g^\top Hv}{\|g\|^2}\Pi H - \frac{\Pi Hv\,g^\top + g\,(\Pi Hv)^\top}{\|g\|^2}H + \Pi T[v]",
    "(65) of Nexus: the product rule on 1/‖g‖, Π and H.",
    both=0,
)
def derivative_of_the_jacobian(both: int = 1) -> "Iterable[sympy.Matrix]":
    """Along v; without the transposed part of Π's derivative for ``both`` = 0."""
    import sympy

    g, H, T, v, t = _symbols()
    along, square = T[0] * v[0] + T[1] * v[1], g.dot(g)
    derivative = sympy.diff(_jacobian(g + t * H * v + t**2 / 2 * along * v, H + t * along), t).subs(t, 0)
    project = sympy.eye(2) - g * g.T / square
    turned = project * H * v
    formula = -g.dot(H * v) / square * project * H - (turned * g.T + both * g * turned.T) * H / square + project * along
    return [(derivative - formula / sympy.sqrt(square))]


@identity(
    r"\lambda^2 - c\lambda - (1-c^2) = 0,\quad \lambda = \tfrac12\bigl(c + \sqrt{4-3c^2}\bigr),\quad \max_c\lambda = "
    r"2/\sqrt3\text{ at }c = 1/\sqrt3",
    "The norm of cΠ + s(quᵀ + uqᵀ), c² + s² = 1, is at most 2/√3: the sharp constant of L²/G².",
    square=2,
)
def sharp_constant(square: int = 3) -> "Iterable[sympy.Expr]":
    """At c = 1/√square."""
    import sympy

    c = sympy.Symbol("c", positive=True)
    largest, place = (c + sympy.sqrt(4 - 3 * c**2)) / 2, 1 / sympy.sqrt(square)
    return [
        sympy.expand(largest**2 - c * largest - (1 - c**2)),
        sympy.diff(largest, c).subs(c, place),
        largest.subs(c, place) - 2 / sympy.sqrt(3),
    ]


def _symbols() -> tuple[Any, Any, Any, Any, Any]:
    """g, H, the two slices of ∇³ℓ, v and t."""
    import sympy

    g, v = sympy.Matrix(sympy.symbols("g1 g2", real=True)), sympy.Matrix(sympy.symbols("v1 v2", real=True))
    h = sympy.symbols("h1:4", real=True)
    k = sympy.symbols("k1:5", real=True)
    slices = sympy.Matrix([[k[0], k[1]], [k[1], k[2]]]), sympy.Matrix([[k[1], k[2]], [k[2], k[3]]])
    return g, sympy.Matrix([[h[0], h[1]], [h[1], h[2]]]), slices, v, sympy.Symbol("t", real=True)


def _jacobian(g: Any, H: Any, power: int = 1) -> Any:
    import sympy

    return (sympy.eye(2) - g * g.T / g.dot(g)) * H / sympy.sqrt(g.dot(g)) ** power
