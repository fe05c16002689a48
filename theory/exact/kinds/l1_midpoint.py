"""Two points that networks of small ℓ1 norms reach, and their midpoint, which asks for larger norms.

Groups are cones here, written by the side of each row of X, with neurons of positive output weight. A network has the *group
sums* V = (v_1, …, v_p) when the effective weights α_ju_j of its neurons in cone i add up to v_i. For Σ|U_kj| times Σα_j:

*Reached*: for both ends V, W a network is given, one neuron a group; the larger product is ``radius``.
*Not reached below* ``least``: with a_j = α_j and b_j = ‖u_j‖_1, Cauchy–Schwarz gives (Σa_j)(Σb_j) ≥ (Σ√(a_jb_j))², and over
one group Σ√(a_jb_j) ≥ √(Σa_jb_j) ≥ √‖m_i‖_1, m = (V + W)/2. So the product is at least (Σ_i √‖m_i‖_1)²; roots are rounded down.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.kinds.group_width import inside, require_cone
from theory.exact.rational import Matrix, Vector, read_matrix, read_number, read_vector, sqrt_bounds
from theory.exact.vector_norms import sum_of_entries


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts: radius and least."""
    members(statement, "statement", {"X", "cones", "V", "W", "radius", "least"})
    members(proof, "proof", {"V", "W"})
    ends = {name: read_matrix(statement[name], name) for name in ("V", "W")}
    V, W = ends["V"], ends["W"]
    if not V or not V[0] or [len(v) for v in V] != [len(w) for w in W]:
        raise Rejected("V, W: as many vectors of equal length are wanted, at least one")
    X, cones = read_matrix(statement["X"], "X", len(V[0])), statement["cones"]
    if not isinstance(cones, list) or len(cones) != len(V):
        raise Rejected(f"cones: one for each of {len(V)} groups is wanted")
    for k, cone in enumerate(cones):
        require_cone(cone, X, f"cones[{k}]")
        if cone in cones[:k] or not inside(V[k], X, cone) or not inside(W[k], X, cone):
            raise Rejected(f"cones[{k}]: a cone of its own that holds V[{k}] and W[{k}] is wanted")
    middle = tuple(tuple((a + b) / 2 for a, b in zip(v, w, strict=True)) for v, w in zip(V, W, strict=True))
    roots = (sqrt_bounds(sum_of_entries(m))[0] for m in middle)
    facts = {
        "radius": max(_product(proof[name], ends[name], name) for name in ("V", "W")),
        "least": sum(roots, Fraction(0)) ** 2,
    }
    for name, value in facts.items():
        if read_number(statement[name], name) != value:
            raise Rejected(f"{name}: the proof gives {value}")
    return facts


def _product(network: Any, sums: Matrix, where: str) -> Fraction:
    """Σ|U_kj| Σ|α_j| of a network with one neuron for each group sum, which is null exactly where the sum is zero."""
    if not isinstance(network, list) or len(network) != len(sums):
        raise Rejected(f"{where}: one neuron, or null, is wanted for each of {len(sums)} groups")
    in_U = in_alpha = Fraction(0)
    for k, (neuron, v) in enumerate(zip(network, sums, strict=True)):
        if neuron is None and not any(v):
            continue
        members(neuron, f"{where}[{k}]", {"u", "alpha"})
        u: Vector = read_vector(neuron["u"], f"{where}[{k}].u", len(v))
        alpha = read_number(neuron["alpha"], f"{where}[{k}].alpha")
        if alpha <= 0 or not any(v) or tuple(alpha * entry for entry in u) != v:
            raise Rejected(f"{where}[{k}]: a neuron with α > 0 and αu = v is wanted")
        in_U, in_alpha = in_U + sum_of_entries(u), in_alpha + alpha
    return in_U * in_alpha
