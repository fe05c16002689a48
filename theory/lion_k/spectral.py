"""Muon with the exact polar factor: K = nuclear norm, so the weights stay in the spectral ball.

∇K(M) = QPᵀ for M = Q diag(σ) Pᵀ with σ > 0 (2506.15054). The Muon that is shipped replaces QPᵀ by five Newton–Schulz
steps, whose singular values are not 1: its ball is an interval of radii, bounded elsewhere.
"""

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="spectral",
    profile="singular-values",
    exponent="inf",
    optimizers=("muon",),
    K_latex=r"\sum_k \sigma_k(M)",
    norm_latex=r"\sigma_1(W)",
    source="2506.15054",
)
