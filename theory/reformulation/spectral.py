"""Spectral norm of U (its largest singular value) and ℓ2 norm of α: Muon with exact polar factors.

    ∃ q ≥ 0:  1ᵀq ≤ R2²,  [[R1² I, V], [Vᵀ, diag q]] ⪰ 0,      V the columns v_i, w_i ∈ K_{D_i}.

This is ‖V diag(q)^{-1/2}‖ ≤ R1 by Schur's complement; ``metric`` has the proof for all Schatten norms. Only R = R1·R2 matters,
and Γ_M(V) = max {Σ‖Z^½v_i‖ : Z ⪰ 0, tr Z = 1} ≤ R. By Pietsch's theorem Γ_M is the 2-summing norm of V: ℓ_∞ → ℓ_2, so that
max_{s = ±1} ‖Vs‖ ≤ Γ_M(V) ≤ √(π/2) max_s ‖Vs‖, and ‖V‖_F ≤ Γ_M(V) ≤ Σ‖v_i‖.
"""

from math import inf

from theory.network import Network
from theory.reformulation.base import Reformulation
from theory.reformulation.metric import schatten_norms


def measure(network: Network) -> tuple[float, float]:
    """(σ_max(U), ‖α‖_2)."""
    return schatten_norms(network, inf)


REFORMULATION = Reformulation(
    name="spectral",
    title="spectral norm of U, ℓ2 norm of α (Muon)",
    objectives=("radius", "loss"),
    convex_form=r"\exists q \ge 0:\ \mathbf 1^\top q \le R_2^2,\ "
                r"\begin{pmatrix} R_1^2 I & V \\ V^\top & \mathrm{diag}\,q \end{pmatrix} \succeq 0,\qquad v_i, w_i \in K_{D_i}",
    gauge=r"\Gamma_M(V) = \max \{ \textstyle\sum_i \|Z^{1/2} v_i\|_2 : Z \succeq 0,\ \mathrm{tr}\,Z = 1 \} \le R_1 R_2",
    dual_gauge=r"\Gamma_M^\circ(\mu) = \min_{Z \succeq 0,\ \mathrm{tr}\,Z = 1} "
               r"\max \{ |\mu^\top (Xu)_+| : u^\top Z u \le 1 \}",
    norms=("U", "alpha"),
    source="optproof; the bounds of the gauge: Pietsch's theorem and the little Grothendieck inequality",
    solver="numerics.schatten_rows:solve",
    measure=measure,
)
