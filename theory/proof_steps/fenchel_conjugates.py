"""Conjugates and duals of the squared loss: the bound behind every lower certificate.

The differences between primal and dual values are written as sums of terms that are not negative, so weak duality is an
identity; equality is then read off the terms.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


def _vector(name: str, size: int = 2) -> "sympy.Matrix":
    import sympy

    return sympy.Matrix(sympy.symbols(f"{name}:{size}", real=True))


def _half_square(x: "sympy.Matrix") -> Any:
    return x.dot(x) / 2


@identity(
    r"\tfrac12\|y\|^2 - \bigl(\langle x, y\rangle - \tfrac12\|x\|^2\bigr) = \tfrac12\|x - y\|^2",
    "The conjugate of ½‖·‖² is itself, attained at x = y.",
    factor=1,
)
def half_square_is_its_own_conjugate(factor: int = 2) -> "Iterable[sympy.Expr]":
    """With ‖y‖²/factor on the left."""
    x, y = _vector("x"), _vector("y")
    return [y.dot(y) / factor - (x.dot(y) - _half_square(x)) - _half_square(x - y)]


@identity(
    r"\tfrac12\|f - y\|^2 - \bigl(\mu^\top(y - f) - \tfrac12\|\mu\|^2\bigr) = \tfrac12\|y - f - \mu\|^2",
    "The loss is a maximum over multipliers μ of functions linear in the fit, attained at the residual μ = y − f.",
    sign=-1,
)
def squared_loss_as_a_maximum(sign: int = 1) -> "Iterable[sympy.Expr]":
    """With the sign of μ on the right."""
    f, y, mu = _vector("f"), _vector("y"), _vector("m")
    return [_half_square(f - y) - (mu.dot(y - f) - _half_square(mu)) - _half_square(y - f - sign * mu)]


@identity(
    r"\tfrac12\|Gc - y\|^2 - \bigl(\mu^\top y - \tfrac12\|\mu\|^2\bigr) = \tfrac12\|y - Gc - \mu\|^2 - c^\top G^\top\mu",
    "For c ≥ 0 and Gᵀμ ≤ 0 the right side is not negative: μ certifies a lower bound of the loss on a face.",
    sign=1,
)
def multiplier_of_a_cone(sign: int = -1) -> "Iterable[sympy.Expr]":
    """A cone with three generators in two dimensions; ``sign`` of the last term."""
    import sympy

    G, c, y, mu = sympy.Matrix(2, 3, sympy.symbols("g:6", real=True)), _vector("c", 3), _vector("y"), _vector("m")
    return [_half_square(G * c - y) - (mu.dot(y) - _half_square(mu)) - _half_square(y - G * c - mu)
            - sign * c.dot(G.T * mu)]


@identity(
    r"\tfrac12\|Fv - y\|^2 - \bigl(\mu^\top y - \tfrac12\|\mu\|^2\bigr) = \tfrac12\|y - Fv - \mu\|^2 + \lambda^\top Cv - "
    r"v^\top(F^\top\mu + C^\top\lambda)",
    "For a cone {v : Cv ≥ 0} the multiplier has two parts, λ ≥ 0 and Fᵀμ + Cᵀλ = 0.",
    sign=-1,
)
def multiplier_of_inequalities(sign: int = 1) -> "Iterable[sympy.Expr]":
    """Two variables, two fits, three inequalities; ``sign`` of λᵀCv."""
    import sympy

    F, C = sympy.Matrix(2, 2, sympy.symbols("f:4", real=True)), sympy.Matrix(3, 2, sympy.symbols("c:6", real=True))
    v, y, mu, multiplier = _vector("v"), _vector("y"), _vector("m"), _vector("l", 3)
    right = _half_square(y - F * v - mu) + sign * multiplier.dot(C * v) - v.dot(F.T * mu + C.T * multiplier)
    return [_half_square(F * v - y) - (mu.dot(y) - _half_square(mu)) - right]


@identity(
    r"\tfrac12\|f - y\|^2 - \bigl(\mu^\top y - \tfrac12\|\mu\|^2 - R\,\Omega^*(\mu)\bigr) = \tfrac12\|y - f - \mu\|^2 + "
    r"\bigl(R\,\Omega^*(\mu) - \mu^\top f\bigr)",
    "Inside a radius R of any gauge, μᵀf ≤ Ω*(μ)Ω(f) ≤ RΩ*(μ) makes both terms on the right not negative.",
    factor=2,
)
def loss_within_a_radius(factor: int = 1) -> "Iterable[sympy.Expr]":
    """With ``factor`` times RΩ* on the left; the dual gauge is a symbol."""
    import sympy

    f, y, mu = _vector("f"), _vector("y"), _vector("m")
    R, dual_gauge = sympy.symbols("R Omega", positive=True)
    dual = mu.dot(y) - _half_square(mu) - factor * R * dual_gauge
    return [_half_square(f - y) - dual - _half_square(y - f - mu) - (R * dual_gauge - mu.dot(f))]
