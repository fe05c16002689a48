"""Dual norms of the family: conjugate exponents, the equality case of Hölder's inequality, conjugates of norms."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\tfrac1p + \tfrac1q = 1,\quad \frac{q}{q-1} = p,\quad (p-1)(q-1) = 1\qquad (q = \tfrac p{p-1})",
    "Conjugation of exponents is an involution, and the steepest directions of the two norms are inverse maps.",
    shift=2,
)
def conjugate_exponents(shift: int = 1) -> "Iterable[sympy.Expr]":
    """With q = p/(p − shift)."""
    import sympy

    p = sympy.Symbol("p", positive=True)
    q = p / (p - shift)
    return [1 / p + 1 / q - 1, q / (q - 1) - p, (q - 1) * (p - 1) - 1]


@identity(
    r"\delta = (g/N)^{q-1}:\quad \delta^p = (g/N)^q,\quad g\,\delta = N(g/N)^q\qquad (N = \|g\|_q)",
    "Entry by entry, both sides of Young's inequality are equal at the steepest direction.",
    shift=0,
)
def equality_at_the_steepest_direction(shift: int = 1) -> "Iterable[sympy.Expr]":
    """With the exponent q − shift."""
    import sympy

    q, g, size = sympy.symbols("q g N", positive=True)
    p, steepest = q / (q - 1), (g / size) ** (q - shift)
    # Everything is positive, so powers of powers may be joined.
    return [sympy.powdenest(steepest**p, force=True) - (g / size) ** q, g * steepest - size * (g / size) ** q]


@identity(
    r"c_k = \frac{s_k^{q-1}}{(\sum_j s_j^q)^{(q-1)/q}}:\quad \|c\|_p = 1,\quad \sum_k s_kc_k = \|s\|_q,\quad c = \nabla\|s\|_q",
    "The oracle's profile has norm one, attains the dual norm, and is its gradient.",
    shift=2,
)
def oracle_profile(shift: int = 1) -> "Iterable[sympy.Expr]":
    """A profile of three values and any exponent, with s^(q − shift) in the numerator."""
    import sympy

    s, q = sympy.symbols("s:3", positive=True), sympy.Symbol("q", positive=True)
    total = sum(value**q for value in s)
    c = [value ** (q - shift) / total ** ((q - 1) / q) for value in s]
    powers = sum(x ** (q / (q - 1)) for x in c)
    return [
        sympy.powdenest(sympy.expand_power_base(powers, force=True), force=True) - 1,
        sum(value * x for value, x in zip(s, c, strict=True)) - total ** (1 / q),
        *(sympy.diff(total ** (1 / q), value) - x for value, x in zip(s, c, strict=True)),
    ]


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
