"""Two inner steps of Nexus over two losses, to second order: which regulariser the displacement follows.

With normalised steps θ ← θ − γd, d = g/‖g‖, and both orders of the losses equally likely,

    E[θ_0 − θ_2]/γ = d_1 + d_2 − (γ/2)(J_2d_1 + J_1d_2) + O(γ²),     J_i = P_iH_i/‖g_i‖, P_i = I − d_id_iᵀ,

while ∇CosSim(g_1, g_2) = J_1ᵀd_2 + J_2ᵀd_1. The boxed identity of 2604.09258 equates the two; but P_iH_i is not symmetric.
Put b_i = P_iH_ig_i/‖g_i‖², which vanishes when g_i is an eigenvector of H_i. Then, times ‖g_1‖‖g_2‖, the difference is

    (g_1ᵀg_2)(b_1 + b_2) − (b_2ᵀg_1)g_2 − (b_1ᵀg_2)g_1 .

As b_i ⟂ g_i, it vanishes exactly when b_1 + b_2 = 0 (for g_1ᵀg_2 ≠ 0), or b_1ᵀg_2 = b_2ᵀg_1 = 0 (for g_1ᵀg_2 = 0).
Without normalising, E[θ_0 − θ_2]/γ = g_1 + g_2 − (γ/2)∇(g_1ᵀg_2) + O(γ²), and exactly so for quadratics.
"""

from typing import Any

from theory.claim import Instance
from theory.exact.certificate import certificate
from theory.exact.kinds.nexus_regulariser import Loss, derive, read_quadratic
from theory.exact.rational import read_number, read_vector, write_number, write_vector


def losses_of(instance: Instance) -> tuple[Loss, Loss]:
    """Both quadratics, exactly."""
    d = len(instance["theta"])
    first, second = (read_quadratic(data, f"losses[{i}]", d) for i, data in enumerate(instance["losses"]))
    return first, second


def statement_of(instance: Instance) -> dict[str, Any]:
    """The statement a ``nexus-regulariser`` certificate makes about this instance."""
    written = [{"linear": write_vector(b), "quadratic": [write_vector(row) for row in H]} for b, H in losses_of(instance)]
    theta, rate = read_vector(instance["theta"], "theta"), read_number(instance["rate"], "rate")
    return {"losses": written, "theta": write_vector(theta), "rate": write_number(rate)}


def regulariser_certificate(instance: Instance) -> dict[str, Any]:
    """A ``nexus-regulariser`` certificate."""
    theta, rate = read_vector(instance["theta"], "theta"), read_number(instance["rate"], "rate")
    facts = derive(*losses_of(instance), theta, rate)
    proof = {name: write_vector(facts[name]) for name in ("inner", "cosine", "plain", "product")}
    return certificate("nexus-regulariser", statement_of(instance), proof)
