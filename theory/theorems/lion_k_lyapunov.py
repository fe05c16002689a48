"""Lion-K's Lyapunov function does not increase along its flow, for a smoothed K of every induced set."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, certificate, check, read_number
from theory.exact.kinds.lion_k_flow import CONSTANTS, total
from theory.exact.rational import write_number
from theory.lion_k import example_names
from theory.lion_k.hypotheses import gauge_above, positive_radii
from theory.lion_k.layered import composed_set, float_layers, matrices, write_layers
from theory.lion_k.rational_projection import projection_proof
from theory.lion_k.resolution import resolutions

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from theory.lion_k.flow import Flow

PROOF = """
Write V = ∇K(m̃), y = λx, z ∈ ∂K*(y); then ẋ = V − y, αg = −ṁ − γm and m̃ = m + εṁ. By the chain rule

    dH/dt = ⟨αg + γz, ẋ⟩ + c(λ⟨z − m, ẋ⟩ + ⟨∇K(m) − y, ṁ⟩)
          = −⟨ṁ, ẋ⟩ + (γ + cλ)⟨z − m, ẋ⟩ + c⟨∇K(m) − y, ṁ⟩.

With z − m = (z − m̃) + εṁ and ∇K(m) − y = ẋ − (V − ∇K(m)) the products ⟨ṁ, ẋ⟩ collect the factor −1 + ε(γ + cλ) + c, which
vanishes exactly for c = (1 − εγ)/(1 + ελ). What is left is

    dH/dt = −(γ + λ)/(1 + ελ)·⟨m̃ − z, V − y⟩ − c·⟨V − ∇K(m), ṁ⟩.

The first product is ≥ 0 because m̃ ∈ ∂K*(V) and ∂K* is monotone; the second, times ε, is ⟨∇K(m̃) − ∇K(m), m̃ − m⟩ ≥ 0 because
∇K is (for ε = 0 it is zero); and c ≥ 0 exactly when εγ ≤ 1. So the constant of 2310.05898 is right. Here K is the Moreau
envelope of Σ R_b K_b with parameter e, z = e·y is in ∂K*(y) for y in the induced set, and the flow stays in it
because V is in it. As e → 0, ∇K becomes the optimizer's own step.
"""


def certify(instance: Instance) -> Certificate:
    """The two steps ∇K(m̃) and ∇K(m), as verified projections."""
    norm, e = composed_set(instance).exact_K, _constant(instance, "smoothing")
    x, m = matrices(instance, "x"), matrices(instance, "m")
    dm = total((-_constant(instance, "alpha"), matrices(instance, "g")), (-_constant(instance, "gamma"), m))
    blend = total((Fraction(1), m), (_constant(instance, "epsilon"), dm))
    proof = {
        "step": projection_proof(norm.dual, total((1 / e, blend))),
        "step_at_m": projection_proof(norm.dual, total((1 / e, m))),
        "x": resolutions(norm, x),
    }
    return certificate("lion-k-flow", _statement(instance), proof)


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this point and these constants."""
    finding = check(candidate)
    if finding.kind != "lion-k-flow" or finding.statement != _statement(instance):
        raise Rejected("the certificate is not about this instance")
    return finding


def _statement(instance: Instance) -> dict[str, Any]:
    constants = {name: write_number(_constant(instance, name)) for name in CONSTANTS}
    points = {name: write_layers(matrices(instance, name)) for name in ("x", "m", "g")}
    return {"K": composed_set(instance).exact_K.write()} | constants | points


def _constant(instance: Instance, name: str) -> Fraction:
    return read_number(instance[name], name)


def descends(instance: Instance, found: Finding) -> Margin:
    """−dH/dt; where the two forms of dH/dt differ, minus their difference instead."""
    facts, epsilon, lam = found.facts, _constant(instance, "epsilon"), _constant(instance, "lambda")
    slope = facts["slope"]
    factor = (_constant(instance, "gamma") + lam) / (1 + epsilon * lam)
    form = -factor * facts["from_x"] - facts["constant"] * facts["from_m"]
    return _margin(found, -slope if slope == form else -abs(slope - form))


def _with_constant(c: "Any") -> "Any":
    """The relation with another constant c(ε, γ, λ) in H."""

    def relation(instance: Instance, found: Finding) -> Margin:
        constant = c(*(_constant(instance, name) for name in ("epsilon", "gamma", "lambda")))
        return _margin(found, -(found.facts["dF"] + constant * found.facts["dC"]))

    return relation


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def _flow(instance: Instance) -> "Flow":
    from theory.lion_k.flow import Flow

    return Flow(composed_set(instance), *(float(_constant(instance, name)) for name in CONSTANTS))


def slope_float(instance: Instance) -> float:
    """dH/dt by central differences of the numeric Lyapunov function."""
    return _flow(instance).slope(*(float_layers(instance, name) for name in ("x", "m", "g")))


def slope_of_run(instance: Instance) -> float:
    """dH/dt from a short run of an ODE solver."""
    return _flow(instance).slope_of_run(*(float_layers(instance, name) for name in ("x", "m", "g")))


def instances() -> "SearchStrategy[Instance]":
    """Points with rational steps: m and m̃ are drawn, the gradient between them follows."""
    from theory.lion_k.instances import flow_instances

    return flow_instances()


def _on(
    own: str, x: Any, m: Any, g: Any, epsilon: int | str = "1/2", gamma: int | str = 1, lam: int = 1
) -> Instance:
    """One scalar weight; smoothing 1, α = 1, radius 1."""
    layer = {"set": own, "radius": 1, "x": [[x]], "m": [[m]], "g": [[g]]}
    constants = {"smoothing": 1, "epsilon": epsilon, "gamma": gamma, "lambda": lam, "alpha": 1}
    return {"layers": [layer], **constants}


BOUNDARY = (
    *(_on(name, "1/2", "-1/2", "3/2") for name in example_names()),
    _on("spectral", 0, 0, 0),
    _on("spectral", 1, 3, -3, gamma=2),
    _on("max-entry", -1, 1, -1, epsilon=0),
    _on("max-entry", 1, -4, 3, epsilon=1),
    # Where other constants fail: saturated steps for too small and too large c, the linear part of ∇K in between.
    _on("max-entry", 0, 9, 7),
    _on("max-entry", 0, 1, -21, epsilon="1/4"),
    _on("max-entry", "1/80", "-2/5", "-7/10", epsilon=1, gamma="1/2", lam=8),
    _on("max-entry", "1/2", -1, "-1/10", epsilon=10, gamma="1/10"),
)


CLAIM = Claim(
    id="lion-k-lyapunov",
    title="Lion-K's Lyapunov function does not increase",
    source=Source("arXiv:2310.05898", "project page and notes, section 6: the function H and εγ ≤ 1", ours=True),
    latex=r"\frac{d}{dt}\Bigl[\alpha f(x) + \tfrac{\gamma}{\lambda}K^*(\lambda x) + \tfrac{1-\varepsilon\gamma}"
    r"{1+\varepsilon\lambda}\bigl(K^*(\lambda x) + K(m) - \lambda\langle m, x\rangle\bigr)\Bigr] \le 0\ \text{along}\ "
    r"\dot x = \nabla K(m - \varepsilon(\alpha\nabla f + \gamma m)) - \lambda x,\ \dot m = -\alpha\nabla f - \gamma m",
    sentence="With weight decay λ and εγ ≤ 1 the published Lyapunov function of the continuous-time Lion-K optimizer never "
    "increases while the weights are in the induced set.",
    quantifier="for all",
    relation="≤",
    proof=PROOF,
    hypotheses=(
        positive_radii({**_on("spectral", 0, 0, 0), "layers": [{"set": "spectral", "radius": 0, "x": [[0]], "m": [[0]],
                                                                 "g": [[0]]}]}),
        Hypothesis("blend", "εγ ≤ 1", lambda i: 1 - _constant(i, "epsilon") * _constant(i, "gamma"),
                   _on("max-entry", 1, -3, "5/3", epsilon=3)),
        Hypothesis("inside", "λx is in the induced set", lambda i: 1 - _constant(i, "lambda") * gauge_above(i, "x"),
                   _on("max-entry", 2, 3, -3)),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=descends,
    mutants=(
        Mutant("large blend", "εγ > 1 is allowed", without=("blend",)),
        Mutant("outside the set", "λx may lie outside the induced set", without=("inside",)),
        Mutant("no coupling", "αf + (γ/λ)K*(λx) alone does not increase", _with_constant(lambda *_: Fraction(0))),
        Mutant("constant 1 − εγ", "1 + ελ is dropped", _with_constant(lambda e, g, w: 1 - e * g)),
        Mutant("constant 1/(1 + ελ)", "1 − εγ is dropped", _with_constant(lambda e, g, w: 1 / (1 + e * w))),
        Mutant("twice the constant", "2c for c", _with_constant(lambda e, g, w: 2 * (1 - e * g) / (1 + e * w))),
        Mutant("strict", "H falls at least as fast as a thousandth of the squared speed", lambda i, f: _margin(
            f, -f.facts["slope"] - f.facts["speed"] / 1000)),
    ),
    agreements=(
        Agreement("central differences", "slope", slope_float, 1e-3, "a step of 1e-6 across kinks of ∇K"),
        Agreement("ODE solver", "slope", slope_of_run, 1e-3, "a run of 1e-6 across kinks of ∇K"),
    ),
    tight=_on("spectral", 0, 0, 0),
    uses=("fenchel-young", "ball-projection", "ball-duality"),
    steps=("lion_k_lyapunov",),
    tags=("lion-k",),
)
