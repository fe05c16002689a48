"""Constants of Nexus (2604.09258): normalised gradients, inner steps along them, and what the expansion leaves over.

With ‖∇ℓ‖ ≥ G, ‖∇²ℓ‖ ≤ L, ‖∇³ℓ‖ ≤ M3 (and ‖∇⁴ℓ‖ ≤ M3 where a third-order Taylor remainder is bounded):

    (64)   d = ∇ℓ/‖∇ℓ‖ is L/G-Lipschitz
    (65)   its Jacobian J = (I − ddᵀ)∇²ℓ/‖∇ℓ‖ is (3L²/G² + M3/G)-Lipschitz; in truth (2/√3 L²/G² + M3/G), which is sharp
    (99)   after j inner steps of length γ the place is off Δ̃_j = −γ Σ_{l≤j} d_l(θ_0) by at most (L/2G) j² γ²
    (109)  the third-order residual is at most (M3/24 + M3L/(8G)) k⁴γ⁴ + (M3L²/(40G²)) k⁵γ⁵
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Instance
from theory.exact.certificate import certificate
from theory.exact.kinds.nexus_steps import derive as derive_steps
from theory.exact.kinds.normalised_gradient import derive as derive_changes
from theory.exact.rational import Vector, read_number, read_vector, write_number, write_vector
from theory.exact.ridge_loss import RidgeLoss

if TYPE_CHECKING:
    import sympy

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


def identities() -> dict[str, "sympy.Basic"]:
    """Proof steps, each an expression or matrix that vanishes identically."""
    import sympy

    c, k, j = sympy.symbols("c k j", positive=True)
    L, G, M3, rate = sympy.symbols("L G M3 gamma", positive=True)
    largest = (c + sympy.sqrt(4 - 3 * c**2)) / 2
    sharp = 1 / sympy.sqrt(3)
    # Terms of (98) and (102) for the m-th step, j = m − 1 steps behind it, summed over j < k.
    taylor = M3 / 6 * (j * rate) ** 3
    moved, off = j * rate, L / (2 * G) * (j * rate) ** 2
    substituted = (2 * M3 * moved * off + M3 * off**2) / 2
    cubes, fourths = sympy.summation(j**3, (j, 0, k - 1)), sympy.summation(j**4, (j, 0, k - 1))
    third = M3 / 6 * rate**4 + M3 * L / (2 * G) * rate**4
    fourth = M3 * L**2 / (8 * G**2) * rate**5
    return {
        "eigenvalue of cΠ + s(quᵀ + uqᵀ)": (largest**2 - c * largest - (1 - c**2)).expand(),
        "it is largest at c = 1/√3": sympy.diff(largest, c).subs(c, sharp),
        "where it is 2/√3": largest.subs(c, sharp) - 2 / sympy.sqrt(3),
        "(99) sums l − 1": sympy.summation(j, (j, 0, k - 1)) - k * (k - 1) / 2,
        "Σ j³ = k⁴/4 − …": cubes - (k**4 / 4 - k**3 / 2 + k**2 / 4),
        "Σ j⁴ = k⁵/5 − …": fourths - (k**5 / 5 - k**4 / 2 + k**3 / 3 - k / 30),
        "(109) from (98) and (102)": sympy.expand(rate * (taylor + substituted)) - third * j**3 - fourth * j**4,
        "(109) with k⁴/4 and k⁵/5": third * k**4 / 4 + fourth * k**5 / 5
        - (M3 / 24 + M3 * L / (8 * G)) * k**4 * rate**4 - M3 * L**2 / (40 * G**2) * k**5 * rate**5,
        **_jacobian_identities(),
    }


def _jacobian_identities() -> dict[str, "sympy.Matrix"]:
    """J and its derivative along v, in two dimensions, with all of g, H, T symbols."""
    import sympy

    t = sympy.Symbol("t")
    g, v = sympy.Matrix(sympy.symbols("g1 g2", real=True)), sympy.Matrix(sympy.symbols("v1 v2", real=True))
    h11, h12, h22, t111, t112, t122, t222 = sympy.symbols("h11 h12 h22 t111 t112 t122 t222", real=True)
    H = sympy.Matrix([[h11, h12], [h12, h22]])
    T = sympy.Matrix([[t111, t112], [t112, t122]]) * v[0] + sympy.Matrix([[t112, t122], [t122, t222]]) * v[1]

    def jacobian(gradient: "sympy.Matrix", hessian: "sympy.Matrix") -> "sympy.Matrix":
        square = (gradient.T * gradient)[0]
        return (sympy.eye(2) - gradient * gradient.T / square) * hessian / sympy.sqrt(square)

    square = (g.T * g)[0]
    direction = (g + t * H * v) / sympy.sqrt(((g + t * H * v).T * (g + t * H * v))[0])
    moving = jacobian(g + t * H * v + t**2 / 2 * T * v, H + t * T)
    project = sympy.eye(2) - g * g.T / square
    turned = project * H * v
    formula = (
        -(g.T * H * v)[0] / square * project * H - (turned * g.T + g * turned.T) * H / square + project * T
    ) / sympy.sqrt(square)
    return {
        "(63) derivative of d": (sympy.diff(direction, t).subs(t, 0) - jacobian(g, H) * v).applyfunc(sympy.simplify),
        "(65) derivative of J": (sympy.diff(moving, t).subs(t, 0) - formula).applyfunc(sympy.simplify),
    }
