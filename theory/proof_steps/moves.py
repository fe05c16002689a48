"""Moves that keep the loss and the norms along their whole length.

    merge        U(t) = U((1 − t)I + tP) with P = aaᵀ/‖a‖²: the fit is constant, the Gram matrix shrinks
    project      U(t) = ((1 − t)I + tΠ)U with Π the projector on the row space of X: the fit is constant, singular values shrink
    split        (u, α) → (u cos θ, α cos θ) and (u sin θ, α sin θ): fit, Gram matrix and ‖α‖ are constant
    cross-fade   A and B in disjoint slots, (cos θ·A, sin θ·B): fit, Gram matrix and ‖α‖² are the convex combination

Unitarily invariant norms of U that are convex in the Gram matrix do not leave their ball: spectral, Frobenius, Schatten p ≥ 2.
For the nuclear norm the cross-fade does leave it.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"M_t = (1-t)I + tP:\quad UM_ta = Ua,\quad UU^\top - UM_tM_t^\top U^\top = t(2-t)\,U(I-P)\,\bigl(U(I-P)\bigr)^\top "
    r"\succeq 0",
    "A merge keeps the fit and every norm bound for all t in [0, 1].",
    factor=1,
)
def merge(factor: int = 2) -> "Iterable[sympy.Matrix]":
    """Two neurons of one pattern and sign in the plane; t(factor − t) on the right."""
    import sympy

    U, a = sympy.Matrix(2, 2, sympy.symbols("u:4", real=True)), sympy.Matrix(sympy.symbols("a:2", positive=True))
    t, P = sympy.Symbol("t", positive=True), a * a.T / a.dot(a)
    M, rest = (1 - t) * sympy.eye(2) + t * P, U * (sympy.eye(2) - P)
    return [U * M * a - U * a, U * U.T - U * M * M.T * U.T - t * (factor - t) * rest * rest.T]


@identity(
    r"M_t = (1-t)I + t\Pi,\ X\Pi = X:\quad XM_t = X,\quad I - M_tM_t^\top = t(2-t)(I-\Pi) \succeq 0",
    "What the data do not see can be removed: the fit is constant, and a contraction from the left shrinks every unitarily "
    "invariant norm (not the max-entry norm). So d may be replaced by the rank of X in counts.",
    factor=1,
)
def project(factor: int = 2) -> "Iterable[sympy.Matrix]":
    """One row x in the plane, Π = xxᵀ/‖x‖²; t(factor − t) on the right."""
    import sympy

    x, t = sympy.Matrix(1, 2, sympy.symbols("x:2", real=True)), sympy.Symbol("t", positive=True)
    projector = x.T * x / x.dot(x)
    rest, M = sympy.eye(2) - projector, (1 - t) * sympy.eye(2) + t * projector
    return [x * M - x, sympy.eye(2) - M * M.T - t * (factor - t) * rest]


@identity(
    r"(u\cos\theta)(u\cos\theta)^\top + (u\sin\theta)(u\sin\theta)^\top = uu^\top,\quad \alpha\cos^2\theta\,(Xu)_+ + "
    r"\alpha\sin^2\theta\,(Xu)_+ = \alpha(Xu)_+",
    "A neuron moves into a free slot: fit, Gram matrix and output norm stay as they are.",
    power=1,
)
def split(power: int = 2) -> "Iterable[sympy.Expr | sympy.Matrix]":
    """One neuron; f is its output (Xu)_+ ≥ 0 on one row, cos^power + sin^power multiplies everything."""
    import sympy

    theta, alpha, f = sympy.Symbol("theta", real=True), sympy.Symbol("alpha", real=True), sympy.Symbol("f", positive=True)
    u, kept = sympy.Matrix(sympy.symbols("u:2", real=True)), sympy.cos(theta) ** power + sympy.sin(theta) ** power
    return [kept * u * u.T - u * u.T, kept * alpha * f - alpha * f, kept * alpha**2 - alpha**2]


@identity(
    r"W_\theta = (\cos\theta\,A, \sin\theta\,B):\quad W_\theta W_\theta^\top = \cos^2\theta\,AA^\top + "
    r"\sin^2\theta\,BB^\top,\quad f = \cos^2\theta\,f_A + \sin^2\theta\,f_B",
    "A cross-fade of two networks in disjoint slots stays on the segment of their fits, Gram matrices and squared output "
    "norms.",
    power=1,
)
def cross_fade(power: int = 2) -> "Iterable[sympy.Expr | sympy.Matrix]":
    """Two neurons against one in the plane, with cos^power and sin^power on the right; outputs on one row are symbols."""
    import sympy

    A, B = sympy.Matrix(2, 2, sympy.symbols("a:4", real=True)), sympy.Matrix(2, 1, sympy.symbols("b:2", real=True))
    theta = sympy.Symbol("theta", positive=True)
    cos, sin = sympy.cos(theta), sympy.sin(theta)
    W = (cos * A).row_join(sin * B)
    alphas, outputs = sympy.symbols("p:3", real=True), sympy.symbols("f:3", positive=True)
    scales = (cos, cos, sin)
    # (X·cu)_+ = c·(Xu)_+ for c ≥ 0.
    fit = sum(c * alpha * c * f for c, alpha, f in zip(scales, alphas, outputs, strict=True))
    parts = [alpha * f for alpha, f in zip(alphas, outputs, strict=True)]
    return [
        W * W.T - cos**power * A * A.T - sin**power * B * B.T,
        fit - cos**power * (parts[0] + parts[1]) - sin**power * parts[2],
        sum((c * alpha) ** 2 for c, alpha in zip(scales, alphas, strict=True))
        - cos**power * (alphas[0] ** 2 + alphas[1] ** 2) - sin**power * alphas[2] ** 2,
    ]


@identity(
    r"\frac{d^2}{d\tau^2}(a + b\tau)^{p/2} = \tfrac p2\bigl(\tfrac p2 - 1\bigr)b^2(a + b\tau)^{p/2-2} \ge 0 \iff p \ge 2",
    "‖W‖_{S_p}^p is a trace of the power p/2 of the Gram matrix, which is convex for p ≥ 2 (trace functions of convex "
    "functions are convex), so the segment stays in the ball.",
    shift=1,
)
def power_of_the_gram(shift: int = 0) -> "Iterable[sympy.Expr]":
    """The second derivative along a line of eigenvalues, with p/2 − 1 + shift."""
    import sympy

    a, b, tau, p = sympy.symbols("a b tau p", positive=True)
    second = p / 2 * (p / 2 - 1 + shift) * b**2 * (a + b * tau) ** (p / 2 - 2)
    return [sympy.diff((a + b * tau) ** (p / 2), tau, 2) - second]


@computation(
    r"A = e_1,\ B = e_2,\ \cos\theta = \tfrac35:\quad \|W_\theta\|_{S_p}^p = \bigl(\tfrac35\bigr)^p + \bigl(\tfrac45\bigr)^p "
    r"\le 1 \iff p \ge 2",
    "The cross-fade leaves the nuclear ball: two orthogonal neurons of norm one have 7/5 on the way, against 1 for p = 2.",
    least=1,
)
def cross_fade_leaves_the_nuclear_ball(least: int = 2) -> Iterable[int]:
    """For p = 1, …, 6: one where "the norm is at most 1" differs from "p ≥ least"."""
    for p in range(1, 7):
        yield int((Fraction(3, 5) ** p + Fraction(4, 5) ** p <= 1) != (p >= least))


@identity(
    r"\bar v = \tfrac1k\sum_j v_j,\ v_j(t) = (1-t)v_j + t\bar v:\quad \sum_j v_j(t) = \sum_j v_j",
    "Effective weights of one cone and sign move to their mean: the fit is constant, and a norm of single neurons stays "
    "below its largest value by convexity.",
    weight=2,
)
def average(weight: int = 1) -> "Iterable[sympy.Matrix]":
    """Three neurons in the plane, with ``weight`` times the mean."""
    import sympy

    t, V = sympy.Symbol("t", positive=True), sympy.Matrix(2, 3, sympy.symbols("v:6", real=True))
    ones = sympy.ones(3, 1)
    mean = weight * V * ones / 3
    return [((1 - t) * V + t * mean * ones.T) * ones - V * ones]
