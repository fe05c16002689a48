"""Constants of Nexus (2604.09258): normalised gradients, inner steps along them, and what the expansion leaves over.

With ‖∇ℓ‖ ≥ G, ‖∇²ℓ‖ ≤ L, ‖∇³ℓ‖ ≤ M3 (and ‖∇⁴ℓ‖ ≤ M3 where a third-order Taylor remainder is bounded):

    (64)   d = ∇ℓ/‖∇ℓ‖ is L/G-Lipschitz
    (65)   its Jacobian J = (I − ddᵀ)∇²ℓ/‖∇ℓ‖ is (3L²/G² + M3/G)-Lipschitz; in truth (2/√3 L²/G² + M3/G), which is sharp
    (99)   after j inner steps of length γ the place is off Δ̃_j = −γ Σ_{l≤j} d_l(θ_0) by at most (L/2G) j² γ²
    (109)  the third-order residual is at most (M3/24 + M3L/(8G)) k⁴γ⁴ + (M3L²/(40G²)) k⁵γ⁵
"""

from fractions import Fraction
from typing import Any

from theory.claim import Instance
from theory.exact.certificate import certificate
from theory.exact.kinds.nexus_steps import derive as derive_steps
from theory.exact.kinds.normalised_gradient import derive as derive_changes
from theory.exact.rational import Vector, read_number, read_vector, write_number, write_vector
from theory.exact.ridge_loss import RidgeLoss

#: Members of a loss, see theory/exact/ridge_loss.py.
LOSS = ("linear", "quadratic", "ridge", "cubic", "quartic")


def write_loss(loss: RidgeLoss) -> dict[str, Any]:
    """The JSON form of a loss."""
    return {
        "linear": write_vector(loss.linear),
        "quadratic": [write_vector(row) for row in loss.quadratic],
        "ridge": write_vector(loss.ridge),
        "cubic": write_number(loss.cubic),
        "quartic": write_number(loss.quartic),
    }


def changes_certificate(instance: Instance) -> dict[str, Any]:
    """A ``normalised-gradient`` certificate for a loss and two points."""
    start, end = read_vector(instance["from"], "from"), read_vector(instance["to"], "to")
    loss = RidgeLoss.read(instance["loss"], "loss", len(start))
    facts = derive_changes(loss, start, end)
    proof: dict[str, Any] = {name: write_number(facts[name]) for name in ("floor", "hessian", "third")}
    proof |= {name: write_vector(facts[name]) for name in ("direction", "jacobian")}
    return certificate("normalised-gradient", changes_statement(loss, start, end), proof)


def changes_statement(loss: RidgeLoss, start: Vector, end: Vector) -> dict[str, Any]:
    """The statement of a ``normalised-gradient`` certificate."""
    return {"loss": write_loss(loss), "from": write_vector(start), "to": write_vector(end)}


def losses_of(instance: Instance) -> list[RidgeLoss]:
    """The losses of inner steps, exactly."""
    return [RidgeLoss.read(data, f"losses[{i}]", len(instance["theta"])) for i, data in enumerate(instance["losses"])]


def steps_statement(instance: Instance) -> dict[str, Any]:
    """The statement of a ``nexus-steps`` certificate."""
    theta, rate = read_vector(instance["theta"], "theta"), read_number(instance["rate"], "rate")
    written = [write_loss(loss) for loss in losses_of(instance)]
    return {"losses": written, "order": instance["order"], "theta": write_vector(theta), "rate": write_number(rate)}


def steps_certificate(instance: Instance) -> dict[str, Any]:
    """A ``nexus-steps`` certificate for losses, the order of the steps, a start and a rate."""
    losses, theta = losses_of(instance), read_vector(instance["theta"], "theta")
    steps = [losses[which] for which in instance["order"]]
    facts = derive_steps(steps, theta, read_number(instance["rate"], "rate"))
    proof = {
        "errors": [write_vector(error) for error in facts["errors"]], "residual": write_vector(facts["residual"])
    }
    return certificate("nexus-steps", steps_statement(instance), proof)


def displacement_bound(j: int, rate: Fraction, G: Fraction, L: Fraction) -> Fraction:
    """(99): (L/2G) j² γ², after j inner steps."""
    return L / (2 * G) * j**2 * rate**2


def residual_bound(k: int, rate: Fraction, G: Fraction, L: Fraction, M3: Fraction) -> Fraction:
    """(109): (M3/24 + M3L/(8G)) k⁴γ⁴ + (M3L²/(40G²)) k⁵γ⁵, after k inner steps."""
    fourth = (M3 / 24 + M3 * L / (8 * G)) * k**4 * rate**4
    return fourth + M3 * L**2 / (40 * G**2) * k**5 * rate**5
