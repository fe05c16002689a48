"""Two inner steps of Nexus over two losses, to second order: which regulariser the displacement follows.

With normalised steps θ ← θ − γd, d = g/‖g‖, and both orders of the losses equally likely,

    E[θ_0 − θ_2]/γ = d_1 + d_2 − (γ/2)(J_2d_1 + J_1d_2) + O(γ²),     J_i = P_iH_i/‖g_i‖, P_i = I − d_id_iᵀ,

while ∇CosSim(g_1, g_2) = J_1ᵀd_2 + J_2ᵀd_1. The boxed identity of 2604.09258 equates the two; but P_iH_i is not symmetric.
Put b_i = P_iH_ig_i/‖g_i‖², which vanishes when g_i is an eigenvector of H_i. Then, times ‖g_1‖‖g_2‖, the difference is

    (g_1ᵀg_2)(b_1 + b_2) − (b_2ᵀg_1)g_2 − (b_1ᵀg_2)g_1 .

As b_i ⟂ g_i, it vanishes exactly when b_1 + b_2 = 0 (for g_1ᵀg_2 ≠ 0), or b_1ᵀg_2 = b_2ᵀg_1 = 0 (for g_1ᵀg_2 = 0).
Without normalising, E[θ_0 − θ_2]/γ = g_1 + g_2 − (γ/2)∇(g_1ᵀg_2) + O(γ²), and exactly so for quadratics.
"""

from typing import TYPE_CHECKING, Any

from theory.claim import Instance
from theory.exact.certificate import certificate
from theory.exact.kinds.nexus_regulariser import Loss, derive, read_quadratic
from theory.exact.rational import read_number, read_vector, write_number, write_vector

if TYPE_CHECKING:
    import sympy


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


def identities() -> dict[str, "sympy.Matrix"]:
    """Proof steps in two dimensions, all entries symbols; each is a vector that vanishes identically."""
    import sympy

    rate, x, y = sympy.symbols("gamma x y", real=True)
    theta = sympy.Matrix([x, y])
    b1, b2 = (sympy.Matrix(sympy.symbols(f"{name}1 {name}2", real=True)) for name in "bc")
    H1, H2 = (
        sympy.Matrix([[entries[0], entries[1]], [entries[1], entries[2]]])
        for entries in (sympy.symbols("h1:4", real=True), sympy.symbols("k1:4", real=True))
    )
    zero = {x: 0, y: 0}

    def length(vector: "sympy.Matrix") -> "sympy.Expr":
        return sympy.sqrt((vector.T * vector)[0])

    def displaced(first: Any, second: Any, normalise: bool) -> "sympy.Matrix":
        """(θ_0 − θ_2)/γ from the origin."""
        (b, _), (c, K) = first, second
        step = b / length(b) if normalise else b
        gradient = c - rate * K * step
        return step + (gradient / length(gradient) if normalise else gradient)

    def project(vector: "sympy.Matrix", g: "sympy.Matrix") -> "sympy.Matrix":
        return vector - g * (g.T * vector)[0] / (g.T * g)[0]

    losses = (b1, H1), (b2, H2)
    scale, product = length(b1) * length(b2), (b1.T * b2)[0]
    normalised = (displaced(*losses, True) + displaced(*losses[::-1], True)) / 2
    plain = (displaced(*losses, False) + displaced(*losses[::-1], False)) / 2
    inner = project(H2 * b1, b2) + project(H1 * b2, b1)
    g1, g2 = b1 + H1 * theta, b2 + H2 * theta
    cosine = (g1.T * g2)[0] / (length(g1) * length(g2))
    slope = sympy.Matrix([sympy.diff(cosine, v).subs(zero) for v in theta]) * scale
    bent1, bent2 = (project(H * g, g) / (g.T * g)[0] for g, H in losses)
    dot_slope = sympy.Matrix([sympy.diff((g1.T * g2)[0], v).subs(zero) for v in theta])
    defect = product * (bent1 + bent2) - (bent2.T * b1)[0] * b2 - (bent1.T * b2)[0] * b1
    vanishing = {
        "second order of normalised steps": sympy.diff(normalised, rate).subs(rate, 0) * scale + inner / 2,
        "difference from the gradient of the cosine": inner - slope - defect,
        "plain steps, quadratic losses": plain - (b1 + b2 - rate / 2 * dot_slope),
    }
    return {name: vector.applyfunc(sympy.simplify) for name, vector in vanishing.items()}
