"""Conjugates and duals: of norms, of the squared loss, of the group lasso, and the bound behind every lower certificate.

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
    r"K(tG) = tK(G)\ (t > 0)\ \Rightarrow\ \sup_G\,\langle G, D\rangle - K(G) \in \{0, \infty\}",
    "Every K of the table is positively homogeneous, so its conjugate is the indicator of {D : ⟨G, D⟩ ≤ K(G) for all G}.",
    degree=2,
)
def norms_are_homogeneous(degree: int = 1) -> "Iterable[sympy.Expr]":
    """K(tG) − t^degree·K(G) for the seven rows of the table, with the symbolic norms of the family, at 2 × 2."""
    import sympy

    from theory.lion_k.symbolic import norm

    t, G = sympy.Symbol("t", positive=True), sympy.Matrix(2, 2, sympy.symbols("g:4", positive=True))
    one, infinite = sympy.Integer(1), "inf"
    table: list[tuple[str, Any]] = [("entries", one), ("entries", 2 * one), ("entries", infinite)]
    table += [("columns", one), ("rows", one), ("singular-values", one), ("singular-values", 3 * one)]
    # Sympy draws a factor out of absolute values, not out of Max.
    return [(norm(row, p, t * G) - t**degree * norm(row, p, G)).rewrite(sympy.Abs) for row, p in table]


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
    r"\tfrac12\Bigl\|\sum_i F_iv_i - y\Bigr\|^2 + \beta\sum_i\|v_i\| - \bigl(\mu^\top y - \tfrac12\|\mu\|^2\bigr) = "
    r"\tfrac12\Bigl\|y - \sum_i F_iv_i - \mu\Bigr\|^2 + \sum_i\bigl(\beta\|v_i\| - v_i^\top F_i^\top\mu\bigr)",
    "The dual of the group lasso maximises μᵀy − ½‖μ‖² subject to ‖Proj_K(F_iᵀμ)‖ ≤ β, which makes the last sum ≥ 0 on the "
    "cones.",
    factor=2,
)
def group_lasso_dual(factor: int = 1) -> "Iterable[sympy.Expr]":
    """Two groups in the plane, with ``factor`` times the penalty on the left."""
    import sympy

    F = [sympy.Matrix(2, 2, sympy.symbols(f"{name}:4", real=True)) for name in "fh"]
    v, y, mu = [_vector("v"), _vector("w")], _vector("y"), _vector("m")
    beta, fit = sympy.Symbol("beta", positive=True), F[0] * v[0] + F[1] * v[1]
    lengths = [sympy.sqrt(x.dot(x)) for x in v]
    slacks = [beta * size - x.dot(A.T * mu) for size, x, A in zip(lengths, v, F, strict=True)]
    primal = _half_square(fit - y) + factor * beta * sum(lengths)
    return [primal - (mu.dot(y) - _half_square(mu)) - _half_square(y - fit - mu) - sum(slacks)]


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


@identity(
    r"\tfrac12(\|u\|^2 + \alpha^2) - |\alpha|\|u\| = \tfrac12(\|u\| - |\alpha|)^2",
    "Weight decay is at least the length of the effective weight (AM–GM), with equality for balanced neurons.",
    factor=2,
)
def weight_decay_and_effective_weights(factor: int = 1) -> "Iterable[sympy.Expr]":
    """With ``factor`` times |α|‖u‖."""
    import sympy

    u, alpha = _vector("u"), sympy.Symbol("alpha", real=True)
    size, output = sympy.sqrt(u.dot(u)), sympy.Abs(alpha)
    return [(u.dot(u) + alpha**2) / 2 - factor * output * size - (size - output) ** 2 / 2]


@identity(
    r"\|U\|_F^2\,\|\alpha\|^2 - \Bigl(\sum_j |\alpha_j|\|u_j\|\Bigr)^2 = \sum_{i<j}\bigl(\|u_i\||\alpha_j| - "
    r"\|u_j\||\alpha_i|\bigr)^2",
    "The same for the product of the two norms (Cauchy–Schwarz): equal once all neurons have the same balance.",
    sign=-1,
)
def product_of_norms_and_effective_weights(sign: int = 1) -> "Iterable[sympy.Expr]":
    """Two neurons, by their lengths r and output sizes a; ``sign`` inside the square."""
    import sympy

    r, a = sympy.symbols("r:2", positive=True), sympy.symbols("a:2", positive=True)
    left = (r[0] ** 2 + r[1] ** 2) * (a[0] ** 2 + a[1] ** 2) - (r[0] * a[0] + r[1] * a[1]) ** 2
    return [left - (r[0] * a[1] - sign * r[1] * a[0]) ** 2]
