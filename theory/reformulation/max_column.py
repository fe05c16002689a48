"""Largest column norm of U and largest entry of α: the sets of column-normalised optimizers.

    max ‖u_j‖_2 ≤ R1, max |α_j| ≤ R2, m neurons:    Σ_i ⌈‖v_i‖_2 / (R1·R2)⌉ ≤ m,    v_i ∈ K_{D_i}, both signs

(:mod:`theory.reformulation.width_limited`). With a width this is a mixed-integer second-order cone program; without one, what
is reported is the large-width gauge min Σ_i ‖v_i‖_2, which is the gauge of the Frobenius set.
"""

from math import hypot

from theory.network import Network
from theory.reformulation import frobenius
from theory.reformulation.base import Reformulation


def measure(network: Network) -> tuple[float, float]:
    """(max ‖u_j‖_2, max |α_j|)."""
    return (
        max(hypot(*map(float, neuron.u)) for neuron in network.neurons),
        max(abs(float(neuron.alpha)) for neuron in network.neurons),
    )


REFORMULATION = Reformulation(
    name="max-column",
    title="largest column of U, ℓ∞ norm of α (column-normalised optimizers)",
    objectives=("radius", "loss"),
    convex_form=r"\sum_i \lceil \|v_i\|_2 / (R_1 R_2) \rceil + \lceil \|w_i\|_2 / (R_1 R_2) \rceil \le m,"
    r"\qquad v_i, w_i \in K_{D_i}",
    gauge=frobenius.REFORMULATION.gauge,
    dual_gauge=frobenius.REFORMULATION.dual_gauge,
    norms=("U", "alpha"),
    source="optproof",
    solver="numerics.max_column:solve",
    measure=measure,
)
