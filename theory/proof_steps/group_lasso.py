"""Weight decay as a group lasso: effective weights carry the penalty, and the dual of what is left.

½(‖U‖_F² + ‖α‖²) and ‖U‖_F‖α‖ are both least, at given effective weights, when every neuron is balanced; then they are Σ‖v_j‖.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\tfrac12(\|u\|^2 + \alpha^2) - |\alpha|\|u\| = \tfrac12(\|u\| - |\alpha|)^2",
    "Weight decay is at least the length of the effective weight (AM–GM), with equality for balanced neurons.",
    factor=2,
)
def weight_decay_and_effective_weights(factor: int = 1) -> "Iterable[sympy.Expr]":
    """With ``factor`` times |α|‖u‖."""
    import sympy

    u, alpha = sympy.Matrix(sympy.symbols("u:2", real=True)), sympy.Symbol("alpha", real=True)
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
    v, w, y, mu = (sympy.Matrix(sympy.symbols(f"{name}:2", real=True)) for name in "vwym")
    beta, fit = sympy.Symbol("beta", positive=True), F[0] * v + F[1] * w
    penalties = [beta * sympy.sqrt(x.dot(x)) for x in (v, w)]
    slacks = [penalty - x.dot(A.T * mu) for penalty, x, A in zip(penalties, (v, w), F, strict=True)]
    off, rest = fit - y, y - fit - mu
    primal, dual = off.dot(off) / 2 + factor * sum(penalties), mu.dot(y) - mu.dot(mu) / 2
    return [primal - dual - rest.dot(rest) / 2 - sum(slacks)]
