"""What the spectral and the Schatten rows share: ‖U‖_{S_p} ≤ R1, ‖α‖_2 ≤ R2 for p ≥ 2 as a minimum over metrics.

*Exact form.* Neurons of one pattern and sign add up to one: with a_g = |α| on the group g and P_g = a_ga_gᵀ/‖a_g‖², the
columns U_gP_g keep U_ga_g and shrink UUᵀ in the semidefinite order, hence every Schatten norm of U. So the networks within
the set are exactly v_g ∈ K_D, q_g = ‖a_g‖² with ‖V diag(q)^{-1/2}‖_{S_p} ≤ R1 and Σq ≤ R2²; back, u = v/√q and α = ±√q.

*Gauge.* For p ≥ 2, with s = p/2 and 1/r + 1/s = 1,

    Γ_p(V)² = min_{q > 0, Σq = 1} ‖Σ v_gv_gᵀ/q_g‖_{S_s} = max_{Z ⪰ 0, ‖Z‖_{S_r} ≤ 1} min_q Σ v_gᵀZv_g/q_g
            = max_Z (Σ_g √(v_gᵀZv_g))²,

as ‖·‖_{S_s} is a norm (s ≥ 1), convex in V and q (v v^T/q is, in the semidefinite order) and linear in Z, over compact convex
sets: minimum and maximum change places. So Γ_p is a norm of V. For p < 2 it is not: S_{p/2} is no norm.

*Dual gauge.* Γ_p°(μ) = min_Z max {|μᵀ(Xu)_+| : uᵀZu ≤ 1}: the group lasso in the metric Z, for the best metric.
"""

from theory.network import Network


def schatten_norms(network: Network, p: float) -> tuple[float, float]:
    """(‖U‖_{S_p}, ‖α‖_2) in doubles."""
    import numpy as np

    from theory.problem import float_array

    U = float_array([neuron.u for neuron in network.neurons])
    alpha = float_array([neuron.alpha for neuron in network.neurons])
    values = np.linalg.svd(U, compute_uv=False)
    largest = float(values.max(initial=0.0))
    if np.isinf(p) or largest == 0:
        return largest, float(np.linalg.norm(alpha))
    return largest * float(np.sum((values / largest) ** p) ** (1 / p)), float(np.linalg.norm(alpha))
