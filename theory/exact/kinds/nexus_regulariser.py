"""``nexus-regulariser``: two inner steps over two quadratic losses ℓ_i(θ) = b_iᵀθ + ½θᵀH_iθ, to second order in the rate.

    statement  {"losses": [{"linear": b, "quadratic": H}, {…}], "theta": θ, "rate": γ}
    proof      {"inner": …, "cosine": …, "plain": …, "product": …}, four vectors, with g_i = ∇ℓ_i(θ), P_i = I − g_ig_iᵀ/‖g_i‖²:

    inner    ‖g_1‖‖g_2‖(J_2d_1 + J_1d_2) = P_2H_2g_1 + P_1H_1g_2, what normalised steps add up to at second order
    cosine   ‖g_1‖‖g_2‖ ∇CosSim(g_1, g_2), from the quotient rule
    plain    (θ_0 − θ_2)/γ for steps −γ∇ℓ without normalising, averaged over both orders of the losses
    product  ∇(g_1ᵀg_2)
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import apply
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector

Loss = tuple[Vector, Matrix]


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute the four vectors.

    Returns:
        inner, cosine, plain, product: as stated; displacement: the first entry of plain; gradients: g_1, g_2;
        bent: P_iH_ig_i/‖g_i‖² for both; defect_square:
        ‖inner − cosine‖².
    """
    members(statement, "statement", {"losses", "theta", "rate"})
    members(proof, "proof", {"inner", "cosine", "plain", "product"})
    theta, rate = read_vector(statement["theta"], "theta"), read_number(statement["rate"], "rate")
    if not isinstance(statement["losses"], list) or len(statement["losses"]) != 2 or not rate or not theta:
        raise Rejected("two losses, a rate that is not zero and a point of at least one entry are wanted")
    first, second = (read_quadratic(data, f"losses[{i}]", len(theta)) for i, data in enumerate(statement["losses"]))
    facts = derive(first, second, theta, rate)
    for name in ("inner", "cosine", "plain", "product"):
        if read_vector(proof[name], name, len(theta)) != facts[name]:
            raise Rejected(f"{name}: it is {facts[name]}")
    return facts


def read_quadratic(data: Any, field: str, d: int) -> Loss:
    """b and a symmetric H of size d.

    Raises:
        Rejected: for other members or shapes.
    """
    members(data, field, {"linear", "quadratic"})
    H = read_matrix(data["quadratic"], f"{field}.quadratic", d)
    if len(H) != d or tuple(zip(*H, strict=True)) != H:
        raise Rejected(f"{field}.quadratic: a symmetric matrix of size {d} is wanted")
    return read_vector(data["linear"], f"{field}.linear", d), H


def derive(first: Loss, second: Loss, theta: Vector, rate: Fraction) -> dict[str, Any]:
    """The four vectors and what the scope of the identity depends on.

    Raises:
        Rejected: when a gradient vanishes.
    """
    g1, g2 = gradient(first, theta), gradient(second, theta)
    if not any(g1) or not any(g2):
        raise Rejected("a gradient vanishes at theta")
    H1, H2 = first[1], second[1]
    inner = _plus(_project(apply(H2, g1), g2), _project(apply(H1, g2), g1))
    product = _plus(apply(H1, g2), apply(H2, g1))
    lengths = _plus(_times(1 / dot(g1, g1), apply(H1, g1)), _times(1 / dot(g2, g2), apply(H2, g2)))
    cosine = _plus(product, _times(-dot(g1, g2), lengths))
    orders = _plus(_two_steps(first, second, theta, rate), _two_steps(second, first, theta, rate))
    defect = _plus(inner, _times(Fraction(-1), cosine))
    bent = tuple(_times(1 / dot(g, g), _project(apply(H, g), g)) for g, H in ((g1, H1), (g2, H2)))
    return {
        "inner": inner,
        "cosine": cosine,
        "plain": _times(1 / (2 * rate), orders),
        "displacement": orders[0] / (2 * rate),
        "product": product,
        "gradients": (g1, g2),
        "bent": bent,
        "defect_square": dot(defect, defect),
    }


def gradient(loss: Loss, theta: Vector) -> Vector:
    """b + Hθ."""
    return _plus(loss[0], apply(loss[1], theta))


def _two_steps(first: Loss, second: Loss, theta: Vector, rate: Fraction) -> Vector:
    """θ_0 − θ_2 for one step on each loss."""
    between = _plus(theta, _times(-rate, gradient(first, theta)))
    after = _plus(between, _times(-rate, gradient(second, between)))
    return _plus(theta, _times(Fraction(-1), after))


def _project(vector: Vector, g: Vector) -> Vector:
    """(I − ggᵀ/‖g‖²) vector."""
    return _plus(vector, _times(-dot(g, vector) / dot(g, g), g))


def _plus(left: Vector, right: Vector) -> Vector:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def _times(factor: Fraction, vector: Vector) -> Vector:
    return tuple(factor * value for value in vector)
