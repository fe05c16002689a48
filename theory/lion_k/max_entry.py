"""Lion, signSGD and the limit of AdamW: K = entrywise ℓ_1 norm, so the weights stay in the max-entry ball.

∇K(M) = sign M. Lion: 2310.05898. AdamW: when full-batch iterates converge, the limit is a KKT point of min F over
‖W‖_max ≤ 1/λ (2404.04454, Theorem 1.1); a single AdamW step is *not* sign M (the bridge table says how far off it is).
"""

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="max-entry",
    profile="entries",
    exponent="inf",
    optimizers=("lion", "adamw", "signsgd", "signum"),
    K_latex=r"\sum_{ij} |M_{ij}|",
    norm_latex=r"\max_{ij} |W_{ij}|",
    source="2310.05898; 2404.04454 for the limit of AdamW",
)
