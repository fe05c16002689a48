"""The Schatten-p balls, between the nuclear ball (p = 1), Frobenius (p = 2) and spectral (p = ∞): a family.

K is the Schatten-q norm with 1/p + 1/q = 1; ∇K(M) = Q diag((σ/‖σ‖_q)^{q−1}) Pᵀ.
"""

from theory.exact.norms import Exponent
from theory.lion_k.base import InducedSet

FAMILY = "schatten"
EXAMPLES = ("1", "3/2", "2", "3", "4", "inf")


def member(exponent: Exponent) -> InducedSet:
    """The Schatten ball of one exponent p ≥ 1, or ∞."""
    return InducedSet(
        name=f"{FAMILY}:{exponent}",
        profile="singular-values",
        exponent=exponent,
        optimizers=(),
        K_latex=r"\|\sigma(M)\|_q",
        norm_latex=r"\|\sigma(W)\|_p",
        source="2310.05898 with K a Schatten norm",
    )
