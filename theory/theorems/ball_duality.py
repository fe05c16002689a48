"""K* is the indicator of the induced set: the norm of the ball is the dual norm of K, attained, for every set."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.lion_k import example_names
from theory.lion_k.duality import duality_certificate, duality_statement
from theory.lion_k.hypotheses import positive_radii
from theory.lion_k.layered import composed_set, float_layers, matrices

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
Write |D| = max_b ‖D_b‖_b / R_b for the gauge of the induced set. There is G with K(G) = 1 and ⟨G, D⟩ = |D|: take a
layer b where the maximum is reached and G_b = (1/R_b) Σ_k c_k A_k with the atoms A_k of D_b and c_k = (s_k/‖s‖_p)^{p−1}; then
‖c‖_q = 1 and Σ s_k c_k = ‖s‖_p, as for the oracle with p and q exchanged. Fenchel–Young says no G does better, so the
gauge is the dual norm of K and K is the dual norm of the gauge (bidual).

K*(D) = sup_G ⟨G, D⟩ − K(G). If |D| ≤ 1 it is 0 (Fenchel–Young; G = 0 attains it). If |D| > 1, the points tG give
t(|D| − 1) → ∞. So K* is the indicator of the induced set, and minimising F(W) + (1/λ)K*(λW) is minimising F over
‖W_b‖_b ≤ R_b/λ.
"""


def certify(instance: Instance) -> Certificate:
    """The aligned subgradient of the gauge at D."""
    return duality_certificate(composed_set(instance).exact_K.dual, matrices(instance, "D"))


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about the gauge and D of this instance."""
    finding = check(candidate)
    expected = duality_statement(composed_set(instance).exact_K.dual, matrices(instance, "D"))
    if finding.kind != "norm-duality" or finding.statement != expected:
        raise Rejected("the certificate is not about this instance")
    return finding


def attained(instance: Instance, found: Finding) -> Margin:
    """−| |D| − ⟨G, D⟩ |, and 1 − K(G) where that is less."""
    facts = found.facts
    return _margin(found, min(1 - facts["dual_norm"], -abs(facts["norm"] - facts["pairing"])))


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def _bounded_by_zero(instance: Instance, found: Finding, up_to: Fraction) -> Margin:
    """⟨G, D⟩ − K(G) ≤ 0 for every D of gauge at most ``up_to``, as if K* were zero there."""
    facts = found.facts
    return _margin(found, facts["dual_norm"] - facts["pairing"] if facts["norm"] <= up_to else Fraction(0))


def _half_square(instance: Instance, found: Finding) -> Margin:
    """K*(D) = ½|D|² on the ball, where it is 0."""
    gauge = found.facts["norm"]
    return _margin(found, -(gauge**2) / 2 if gauge <= 1 else Fraction(0))


def gauge_float(instance: Instance) -> float:
    """The gauge of D in floating point."""
    return float(composed_set(instance).gauge(float_layers(instance, "D")))


def instances() -> "SearchStrategy[Instance]":
    """One or two layers, with D inside, on and outside the ball."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import RADII, layer, layer_sets, matrices_of_norm, shapes

    @st.composite
    def draw_instance(draw: Any) -> Instance:
        layers = []
        for own in draw(layer_sets()):
            shape, radius = draw(shapes()), draw(st.sampled_from(RADII))
            norm = radius * Fraction(draw(st.sampled_from([1, "3/2", "1/2", 4, 0])))
            D = draw(matrices_of_norm(own.profile, own.exponent, shape, norm))
            layers.append(layer(own, radius, D=D))
        return {"layers": layers}

    return draw_instance()


def _on(own: str, radius: int | str, D: list[Any]) -> Instance:
    return {"layers": [{"set": own, "radius": radius, "D": D}]}


BOUNDARY = (
    *(_on(name, 1, [[-5]]) for name in example_names()),
    _on("max-entry", 2, [[2, -3], [3, 1]]),
    _on("entrywise-l1", 5, [[2, -3], [0, 1]]),
    _on("frobenius", 7, [[2, 3], [6, 0]]),
    _on("spectral", 3, [[2, 1], [1, 2]]),
    _on("spectral", 1, [[0, 1], [1, 0]]),
    _on("spectral", 1, [[0, 0, 0]]),
    _on("max-column", 13, [[3, 0, 5], [4, 0, -12]]),
    _on("max-row", 1, [[3, 4], [0, -2]]),
    _on("schatten:3/2", 36, [[9, 0, 0], [0, 16, 0], [0, 0, 25]]),
    _on("schatten:3", 5, [[3, 0, 0], [0, 4, 0], [0, 0, 5]]),
    _on("schatten:1", 1, [[2, 0], [0, 2]]),
    {"layers": [*_on("spectral", 2, [[0, 3], [3, 0]])["layers"], *_on("frobenius", "10/3", [[3, 4]])["layers"]]},
)


CLAIM = Claim(
    id="ball-duality",
    title="K* is the indicator of the induced set",
    source=Source("arXiv:2310.05898", "notes, section 6; docs/theory.md section 1"),
    latex=r"K^*(D) = \begin{cases}0 & \max_b \|D_b\|_b/R_b \le 1\\ \infty & \text{otherwise}\end{cases},\qquad "
    r"\max_b \|D_b\|_b/R_b = \max_{K(G) \le 1}\langle G, D\rangle",
    sentence="The norm of the induced set is the dual norm of K, and it is attained; so the conjugate of K is zero on "
    "the set and infinite outside.",
    quantifier="for all",
    relation="=",
    proof=PROOF,
    hypotheses=(positive_radii(_on("spectral", -1, [[1]])),),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=attained,
    mutants=(
        Mutant("twice the ball", "K* is zero wherever the gauge is at most 2",
               lambda i, f: _bounded_by_zero(i, f, Fraction(2))),
        Mutant("half the square", "K* is half the squared gauge, the conjugate of K²/2", _half_square),
        Mutant("self-dual", "the dual norm of K is K itself", lambda i, f: _margin(
            f, -abs(f.facts["own_dual_norm"] - f.facts["pairing"]))),
        Mutant("Frobenius for all", "the dual norm of K is the Frobenius norm", lambda i, f: _margin(
            f, -abs(f.facts["square"] - f.facts["pairing"] ** 2))),
        Mutant("not attained", "every G with K(G) ≤ 1 stays a thousandth below the gauge", lambda i, f: _margin(
            f, f.facts["norm"] - f.facts["pairing"] - Fraction(1, 1000))),
    ),
    agreements=(Agreement("numeric gauge", "pairing", gauge_float, 1e-9, "singular values in doubles"),),
    tight=_on("spectral", 3, [[2, 1], [1, 2]]),
    uses=("fenchel-young", "lmo-attains-dual-norm"),
    kind="lemma",
    steps=("dual_norms",),
    tags=("lion-k",),
)
