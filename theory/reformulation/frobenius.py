"""Frobenius norm of U and ℓ2 norm of α: weight decay and normalised SGD. The group lasso.

    min ½‖f(θ) − y‖² + (β/2)(‖U‖_F² + ‖α‖²)  =  min ½‖Σ_i D_i X (v_i − w_i) − y‖² + β Σ_i ‖v_i‖_2 + ‖w_i‖_2

over v_i, w_i ∈ K_{D_i}; likewise ‖U‖_F ≤ R1, ‖α‖_2 ≤ R2 becomes Σ‖v_i‖ + ‖w_i‖ ≤ R1·R2. Proof: by Cauchy–Schwarz both
½(‖U‖_F² + ‖α‖²) and ‖U‖_F‖α‖ are at least Σ|α_j|‖u_j‖ = Σ‖v_j‖, with equality once ‖u_j‖ = |α_j| = √‖v_j‖; neurons of one
pattern and sign add up to one (triangle inequality), and (Xv)_+ = DXv on K_D. Any width of at least the number of nonzero
v_i, w_i is enough, and an optimum with at most n of them exists (Carathéodory).

Dual: Ω*(μ) = max_{‖u‖ ≤ 1} |μᵀ(Xu)_+| = max over D and sign of ‖Proj_{K_D}(± XᵀDμ)‖, and μᵀf ≤ Ω*(μ) Σ‖v_j‖.
"""

from math import hypot

from theory.network import Network
from theory.reformulation.base import Reformulation


def measure(network: Network) -> tuple[float, float]:
    """(‖U‖_F, ‖α‖_2)."""
    weights = (float(entry) for neuron in network.neurons for entry in neuron.u)
    return hypot(*weights), hypot(*(float(neuron.alpha) for neuron in network.neurons))


REFORMULATION = Reformulation(
    name="frobenius",
    title="Frobenius norm of U, ℓ2 norm of α (weight decay, normalised SGD)",
    objectives=("radius", "loss", "penalised"),
    convex_form=r"\sum_i \|v_i\|_2 + \|w_i\|_2 \le R_1 R_2,\qquad v_i, w_i \in K_{D_i}",
    gauge=r"\Omega(f) = \min \{ \textstyle\sum_i \|v_i\|_2 + \|w_i\|_2 : \sum_i D_i X (v_i - w_i) = f,\ v_i, w_i \in K_{D_i} \}",
    dual_gauge=r"\Omega^*(\mu) = \max_{i,\pm} \|\mathrm{Proj}_{K_{D_i}}(\pm X^\top D_i \mu)\|_2",
    norms=("U", "alpha"),
    source="Pilanci & Ergen 2002.10553; the product form and the dual gauge over all widths: optproof",
    solver="numerics.group_lasso:solve",
    measure=measure,
)
