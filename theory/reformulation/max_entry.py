"""Largest entries of U and of α: the sets of AdamW (in the limit), Lion and signSGD.

    max |U_ij| ≤ R1, max |α_j| ≤ R2, m neurons:    Σ_i ⌈‖v_i‖_∞ / (R1·R2)⌉ ≤ m,    v_i ∈ K_{D_i}, both signs

(:mod:`theory.reformulation.width_limited`). With a width this is mixed-integer linear; without one, what is reported is the
large-width gauge Ω(f) = min Σ_i ‖v_i‖_∞, a linear program: the least m·R1·R2 as m grows.

Dual: Ω*(μ) = max_{‖u‖_∞ ≤ 1} |μᵀ(Xu)_+|, a maximum over finitely many vertices: of the cells of the arrangement inside the box.
All of it is rational for rational data, so the certified interval is a point.
"""

from theory.network import Network
from theory.reformulation.base import Reformulation


def measure(network: Network) -> tuple[float, float]:
    """(max |U_ij|, max |α_j|)."""
    return (
        max(abs(float(entry)) for neuron in network.neurons for entry in neuron.u),
        max(abs(float(neuron.alpha)) for neuron in network.neurons),
    )


REFORMULATION = Reformulation(
    name="max-entry",
    title="largest entry of U, ℓ∞ norm of α (AdamW in the limit, Lion, signSGD)",
    objectives=("radius", "loss"),
    convex_form=r"\sum_i \lceil \|v_i\|_\infty / (R_1 R_2) \rceil + \lceil \|w_i\|_\infty / (R_1 R_2) \rceil \le m,"
    r"\qquad v_i, w_i \in K_{D_i}",
    gauge=r"\Omega(f) = \min \{ \textstyle\sum_i \|v_i\|_\infty + \|w_i\|_\infty : \sum_i D_i X (v_i - w_i) = f,"
    r"\ v_i, w_i \in K_{D_i} \}",
    dual_gauge=r"\Omega^*(\mu) = \max_{\|u\|_\infty \le 1} |\mu^\top (Xu)_+|",
    norms=("U", "alpha"),
    source="optproof",
    solver="numerics.max_entry:solve",
    measure=measure,
)
