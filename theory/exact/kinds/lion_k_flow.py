"""``lion-k-flow``: the derivative of the Lyapunov function along the Lion-K flow, at one point.

    statement  {"K": N, "smoothing": e, "epsilon": ε, "gamma": γ, "lambda": λ, "alpha": α,
                "x": [matrix, …], "m": [matrix, …], "g": [matrix, …]}        g = ∇f(x)
    proof      {"step": projection of m̃/e, "step_at_m": projection of m/e, "x": [resolution, …]}

N = Σ_b R_b K_b is the support function of the induced set B, smoothed: K(M) = min_Z N(Z) + ‖M − Z‖²/2e, so that ∇K(M) is
the projection of M/e on B and K*(D) = (e/2)‖D‖² on B, ∞ outside. The flow is

    ẋ = ∇K(m̃) − λx,    ṁ = −αg − γm,    m̃ = m + εṁ,

and H = F + c·C with F = αf(x) + (γ/λ)K*(λx), C = K*(λx) + K(m) − λ⟨m, x⟩, c = (1 − εγ)/(1 + ελ). Facts: the
derivatives of F, C and H by the chain rule, c, the two monotonicity products, and the gauge of λx.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.atoms import added, scaled
from theory.exact.certificate import Rejected, members
from theory.exact.norms import Layers, norm_bounds, pairing, read_atoms, read_layers, read_norm
from theory.exact.projection import difference, read_projection
from theory.exact.rational import read_number

CONSTANTS = ("smoothing", "epsilon", "gamma", "lambda", "alpha")


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Verify both projections, then differentiate."""
    members(statement, "statement", {"K", *CONSTANTS, "x", "m", "g"})
    members(proof, "proof", {"step", "step_at_m", "x"})
    norm = read_norm(statement["K"])
    e, epsilon, gamma, lam, alpha = (read_number(statement[name], name) for name in CONSTANTS)
    if norm.join != "sum" or min(e, gamma, lam, alpha) <= 0 or epsilon < 0:
        raise Rejected("K is a sum over layers, epsilon is at least 0, and the other constants are positive")
    x, m, g = (read_layers(statement[name], norm, name) for name in ("x", "m", "g"))
    dm = total((-alpha, g), (-gamma, m))
    blend = total((Fraction(1), m), (epsilon, dm))
    step = read_projection(norm.dual, total((1 / e, blend)), proof["step"], "step")
    step_at_m = read_projection(norm.dual, total((1 / e, m)), proof["step_at_m"], "step_at_m")
    dx = total((Fraction(1), step), (-lam, x))
    conjugate_slope = e * lam**2 * pairing(x, dx)
    moving = difference(step, step_at_m)
    dF = alpha * pairing(g, dx) + gamma / lam * conjugate_slope
    dC = conjugate_slope + pairing(step_at_m, dm) - lam * (pairing(m, dx) + pairing(x, dm))
    constant = (1 - epsilon * gamma) / (1 + epsilon * lam)
    return {
        "dF": dF,
        "dC": dC,
        "constant": constant,
        "slope": dF + constant * dC,
        "from_x": pairing(total((Fraction(1), blend), (-e * lam, x)), dx),
        "from_m": pairing(moving, dm),
        "gauge": lam * norm_bounds(norm.dual, read_atoms(norm, x, proof["x"], "x"))[1],
        "speed": pairing(dx, dx) + pairing(dm, dm),
    }


def total(*terms: tuple[Fraction, Layers]) -> Layers:
    """Σ factor·layers.

    Raises:
        Rejected: when the shapes differ.
    """
    factor, first = terms[0]
    found = tuple(scaled(matrix, factor) for matrix in first)
    for factor, layers in terms[1:]:
        difference(found, layers)
        found = tuple(added(a, scaled(b, factor)) for a, b in zip(found, layers, strict=True))
    return found
