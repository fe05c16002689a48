"""Effective ranks of a spectrum: Rényi entropies of the normalised eigenvalues, exponentiated.

With p = λ/Σλ and H_α = log(Σ p_i^α)/(1 − α): the *hard rank* of 2605.21803 is R_2 = (Σλ)²/Σλ², its *soft rank* is R_1 =
exp(−Σ p log p). R_α does not increase with α, so 1 ≤ R_∞ ≤ hard ≤ soft ≤ rank, with equality on flat spectra.
The paper clamps eigenvalues from below at 1e-12; on a clamped spectrum the rank is the full dimension.
"""

from typing import TYPE_CHECKING, Any

from theory.exact.certificate import certificate
from theory.exact.kinds.renyi_ranks import renyi_rank
from theory.exact.rational import read_vector, write_vector

if TYPE_CHECKING:
    import sympy

#: Orders of the chain R_∞ ≤ hard ≤ soft ≤ rank.
CHAIN = ("inf", "2", "1", "0")


def renyi_certificate(spectrum: Any, orders: list[str]) -> dict[str, Any]:
    """A ``renyi-ranks`` certificate for the orders asked (exact strings or "inf")."""
    values = read_vector(spectrum, "spectrum")
    ranks = [write_vector(renyi_rank(values, order)) for order in orders]
    return certificate("renyi-ranks", {"spectrum": write_vector(values), "orders": orders}, {"ranks": ranks})


def identities() -> dict[str, "sympy.Expr"]:
    """Proof steps for three eigenvalues, each an expression that vanishes identically.

    dH_α/dα = −KL(q‖p)/(1 − α)² with the escort weights q_i = p_i^α/Σp^α, so H_α falls with α.
    """
    import sympy

    p = sympy.symbols("p1:4", positive=True)
    order = sympy.Symbol("alpha", positive=True)
    powers = [share**order for share in p]
    total = sum(powers)
    escort = [power / total for power in powers]
    entropy = sympy.log(total) / (1 - order)
    # log q_i = α log p_i − log total, where Σp = 1.
    divergence = sum(
        q * (order * sympy.log(share) - sympy.log(total) - sympy.log(share)) for q, share in zip(escort, p, strict=True)
    )
    return {
        "derivative of the entropy": sympy.diff(entropy, order) + divergence / (1 - order) ** 2,
        "hard rank": sympy.exp(entropy.subs(order, 2)) - 1 / sum(share**2 for share in p),
    }
