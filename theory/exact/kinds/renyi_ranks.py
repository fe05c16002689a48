"""``renyi-ranks``: effective ranks R_α = exp H_α of a spectrum, p = λ/Σλ, H_α = log(Σ p_i^α)/(1 − α).

    statement  {"spectrum": [λ_1, …], "orders": [α, …]}     λ ≥ 0, not all zero; α ≥ 0 rational or "inf"
    proof      {"ranks": [[low, high], …]}: enclosures in the order of ``orders``, as the checker rounds them

R_0 is the number of λ > 0, R_1 = exp(−Σ p log p), R_2 = 1/Σp², R_∞ = 1/max p. Orders 0, 2, ∞ are exact, and so is every order
on a flat spectrum (all λ > 0 equal); others are enclosed by ball arithmetic.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.balls import PRECISION, Ball, ball, enclosure
from theory.exact.certificate import Rejected, members
from theory.exact.rational import Vector, about, dot, read_number, read_vector, shown

#: Beyond this order a power of a small p is slow, and R_α is R_∞ for all purposes.
LARGEST_ORDER = 1000


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute every rank.

    Returns:
        ranks: enclosures in the order asked; first: the upper end of the first; positive: number of λ > 0; flat: all
        λ > 0 equal.
    """
    members(statement, "statement", {"spectrum", "orders"})
    members(proof, "proof", {"ranks"})
    spectrum, orders, stated = read_vector(statement["spectrum"], "spectrum"), statement["orders"], proof["ranks"]
    if not isinstance(orders, list) or not orders or not isinstance(stated, list) or len(stated) != len(orders):
        raise Rejected("orders and ranks are lists of equal, positive length")
    ranks = tuple(renyi_rank(spectrum, order) for order in orders)
    for index, (entry, rank) in enumerate(zip(stated, ranks, strict=True)):
        if read_vector(entry, f"ranks[{index}]", 2) != rank:
            raise Rejected(f"ranks[{index}]: the rank lies in [{about(rank[0])}, {about(rank[1])}]")
    positive = [value for value in spectrum if value]
    return {
        "ranks": ranks, "first": ranks[0][1], "positive": len(positive), "flat": min(positive) == max(positive),
    }


def renyi_rank(spectrum: Vector, order: Any) -> tuple[Fraction, Fraction]:
    """low ≤ R_α ≤ high for one order.

    Raises:
        Rejected: for negative or all-zero spectra, and orders that are not in [0, LARGEST_ORDER] or "inf".
    """
    positive = [value for value in spectrum if value]
    if not positive or min(positive) < 0:
        raise Rejected("spectrum: eigenvalues ≥ 0 are wanted, not all zero")
    alpha = None if order == "inf" else read_number(order, "order")
    if alpha is not None and not 0 <= alpha <= LARGEST_ORDER:
        raise Rejected(f"order: between 0 and {LARGEST_ORDER} or inf is wanted, not {shown(order)}")
    total = sum(positive, Fraction(0))
    if alpha == 0 or min(positive) == max(positive):
        exact = Fraction(len(positive))
    elif alpha is None:
        exact = total / max(positive)
    elif alpha == 2:
        exact = total**2 / dot(positive, positive)
    else:
        return _by_balls([value / total for value in positive], alpha)
    return exact, exact


def _by_balls(shares: list[Fraction], alpha: Fraction) -> tuple[Fraction, Fraction]:
    from flint import ctx

    with ctx.workprec(PRECISION):
        logarithms: list[tuple[Ball, Ball]] = [(ball(p), ball(p).log()) for p in shares]
        if alpha == 1:
            entropy = -sum(p * log for p, log in logarithms)
        else:
            entropy = sum((ball(alpha) * log).exp() for _, log in logarithms).log() / ball(1 - alpha)
        return enclosure(entropy.exp())
