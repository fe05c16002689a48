"""Effective ranks of a spectrum: Rényi entropies of the normalised eigenvalues, exponentiated.

With p = λ/Σλ and H_α = log(Σ p_i^α)/(1 − α): the *hard rank* of 2605.21803 is R_2 = (Σλ)²/Σλ², its *soft rank* is R_1 =
exp(−Σ p log p). R_α does not increase with α, so 1 ≤ R_∞ ≤ hard ≤ soft ≤ rank, with equality on flat spectra.
The paper clamps eigenvalues from below at 1e-12; on a clamped spectrum the rank is the full dimension.
"""

from typing import Any

from theory.exact.certificate import certificate
from theory.exact.kinds.renyi_ranks import renyi_rank
from theory.exact.rational import read_vector, write_vector

#: Orders of the chain R_∞ ≤ hard ≤ soft ≤ rank.
CHAIN = ("inf", "2", "1", "0")


def renyi_certificate(spectrum: Any, orders: list[str]) -> dict[str, Any]:
    """A ``renyi-ranks`` certificate for the orders asked (exact strings or "inf")."""
    values = read_vector(spectrum, "spectrum")
    ranks = [write_vector(renyi_rank(values, order)) for order in orders]
    return certificate("renyi-ranks", {"spectrum": write_vector(values), "orders": orders}, {"ranks": ranks})
