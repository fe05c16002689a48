"""Rényi entropies H_α = log(Σ p_i^α)/(1 − α) fall with the order."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\frac{dH_\alpha}{d\alpha} = -\frac{1}{(1-\alpha)^2}\sum_i q_i\log\frac{q_i}{p_i},\quad q_i = p_i^\alpha/\textstyle"
    r"\sum_j p_j^\alpha",
    "The derivative is minus a Kullback–Leibler divergence, so it is not positive; zero only where q = p.",
    power=1,
)
def derivative_is_a_divergence(power: int = 2) -> "Iterable[sympy.Expr]":
    """For three shares (log q_i = α log p_i − log Σp^α), with the power of 1 − α."""
    import sympy

    p, order = sympy.symbols("p1:4", positive=True), sympy.Symbol("alpha", positive=True)
    total = sum(share**order for share in p)
    logs = [order * sympy.log(share) - sympy.log(total) for share in p]
    divergence = sum(share**order / total * (log - sympy.log(share)) for share, log in zip(p, logs, strict=True))
    derivative = sympy.diff(sympy.log(total) / (1 - order), order)
    return [derivative + divergence / (1 - order) ** power]


@identity(
    r"\exp H_2 = 1/\textstyle\sum_i p_i^2",
    "The hard rank is the effective rank of order two.",
    order=3,
)
def hard_rank(order: int = 2) -> "Iterable[sympy.Expr]":
    """At the order given."""
    import sympy

    p = sympy.symbols("p1:4", positive=True)
    entropy = sympy.log(sum(share**order for share in p)) / (1 - order)
    return [sympy.exp(entropy) - 1 / sum(share**2 for share in p)]
