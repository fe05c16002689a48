"""The linear minimisation oracle of every set of the family: −∇K(G) is in the ball and attains −K(G) there.

With decoupled decay the Lion-K update is W ← (1−ηλ)W + ηλ·S, S = −∇K(G)/λ: a Frank–Wolfe step on the induced set.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.exact.norms import conjugate_exponent
from theory.lion_k import example_names
from theory.lion_k.duality import duality_certificate, duality_statement
from theory.lion_k.hypotheses import positive_radii
from theory.lion_k.layered import composed_set, float_layers, matrices

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
Let S = −∇K(G), ∇K(G) = R Σ_k c_k A_k with the atoms A_k of G and c_k = (s_k/‖s‖_q)^{q−1} (q = 1: c_k = 1; q = ∞: equal
shares on the largest s_k). The profile of S is R·c, because its atoms are those of G, and ‖c‖_p = 1 since
c_k^p = (s_k/‖s‖_q)^q; so ‖S‖ = R. ⟨G, S⟩ = −R Σ_k s_k c_k = −R ‖s‖_q = −K(G). By Fenchel–Young no point of the ball has
a smaller inner product with G, so S minimises. Layers: both sides add up.
"""


def certify(instance: Instance) -> Certificate:
    """The oracle's answer, negated: the aligned subgradient of K."""
    return duality_certificate(composed_set(instance).exact_K, matrices(instance, "G"))


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about K and G of this instance."""
    finding = check(candidate)
    expected = duality_statement(composed_set(instance).exact_K, matrices(instance, "G"))
    if finding.kind != "norm-duality" or finding.statement != expected:
        raise Rejected("the certificate is not about this instance")
    return finding


def attained(instance: Instance, found: Finding) -> Margin:
    """−|K(G) − ⟨G, −S⟩|, and how far S is inside the ball where that is less."""
    facts = found.facts
    return _margin(found, min(1 - facts["dual_norm"], -abs(facts["norm"] - facts["pairing"])))


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def _normalised_gradient(instance: Instance, found: Finding) -> Margin:
    """⟨G, G/‖G‖⟩ ≥ K(G), as if the gradient itself, scaled to the ball, were the oracle's answer."""
    facts = found.facts
    return _margin(found, facts["square"] - facts["norm"] * facts["own_dual_norm"])


def oracle_value_float(instance: Instance) -> float:
    """−⟨G, S⟩ with the numeric oracle."""
    import numpy as np

    G = float_layers(instance, "G")
    return -sum(float(np.sum(g * s)) for g, s in zip(G, composed_set(instance).lmo(G), strict=True))


def oracle_gauge_float(instance: Instance) -> float:
    """The gauge of the numeric oracle's answer."""
    composed = composed_set(instance)
    return float(composed.gauge(composed.lmo(float_layers(instance, "G"))))


def instances() -> "SearchStrategy[Instance]":
    """One or two layers of matrices whose K and steepest direction are rational, zero included."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import RADII, layer, layer_sets, matrices_of_norm, shapes

    @st.composite
    def draw_instance(draw: Any) -> Instance:
        layers = []
        for own in draw(layer_sets()):
            shape, radius = draw(shapes()), draw(st.sampled_from(RADII))
            norm = draw(st.sampled_from([1, 6, "7/2", 0]))
            G = draw(matrices_of_norm(own.profile, conjugate_exponent(own.exponent), shape, Fraction(norm)))
            layers.append(layer(own, radius, G=G))
        return {"layers": layers}

    return draw_instance()


def _on(own: str, radius: int | str, G: list[Any]) -> Instance:
    return {"layers": [{"set": own, "radius": radius, "G": G}]}


BOUNDARY = (
    *(_on(name, 1, [[-5]]) for name in example_names()),
    _on("max-entry", 1, [[2, -3], [0, 1]]),
    _on("entrywise-l1", 2, [[2, -3], [3, 1]]),
    _on("frobenius", 1, [[2, 3], [6, 0]]),
    _on("spectral", 1, [[2, 1], [1, 2]]),
    _on("spectral", 3, [[1, 2], [2, 4]]),
    _on("spectral", 1, [[0, 0, 0], [0, 0, 0]]),
    _on("max-column", "1/3", [[3, 0, 5], [4, 0, -12]]),
    _on("max-row", 1, [[3, 4], [0, -2]]),
    _on("schatten:3/2", 1, [[3, 0, 0], [0, 4, 0], [0, 0, 5]]),
    _on("schatten:3", 1, [[9, 0, 0], [0, 16, 0], [0, 0, 25]]),
    _on("schatten:1", 1, [[2, 0], [0, 2]]),
    _on("schatten:4", 2, [[1, 2], [2, 4]]),
    _on("frobenius", 1, [["3/1000000000000", "4/1000000000000"]]),
    {"layers": [*_on("spectral", 2, [[0, 1], [1, 0]])["layers"], *_on("frobenius", 1, [[3, 4]])["layers"],
                *_on("max-entry", 1, [[0], [0]])["layers"]]},
)


CLAIM = Claim(
    id="lmo-attains-dual-norm",
    title="The linear minimisation oracle attains the dual norm",
    source=Source("arXiv:2506.04192", "notes, section 6 (Lion and Muon are Frank–Wolfe); docs/theory.md section 1"),
    latex=r"S = -\nabla K(G):\quad \max_b \|S_b\|_b / R_b \le 1,\quad \langle G, S\rangle = -K(G) = "
    r"\min_{\|S_b\|_b \le R_b}\langle G, S\rangle",
    sentence="The optimizer's step direction is in the induced set and minimises the inner product with the gradient "
    "over it; the minimum is −K(G).",
    quantifier="for all",
    relation="=",
    proof=PROOF,
    hypotheses=(positive_radii(_on("spectral", 0, [[1]])),),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=attained,
    mutants=(
        Mutant("wrong dual exponent", "the attained value is the ball's own norm of G", lambda i, f: _margin(
            f, -abs(f.facts["own_dual_norm"] - f.facts["pairing"]))),
        Mutant("the gradient itself", "G/‖G‖ attains as much as the oracle", _normalised_gradient),
        Mutant("interior", "the oracle's answer has norm at most 99/100 of the radius", lambda i, f: _margin(
            f, Fraction(99, 100) - f.facts["dual_norm"])),
        Mutant("Frobenius for all", "the attained value is ‖G‖_F", lambda i, f: _margin(
            f, -abs(f.facts["square"] - f.facts["pairing"] ** 2))),
        Mutant("beyond", "some point of the ball exceeds K(G) by a thousandth", lambda i, f: _margin(
            f, f.facts["pairing"] - f.facts["norm"] - Fraction(1, 1000))),
    ),
    agreements=(
        Agreement("numeric oracle", "pairing", oracle_value_float, 1e-9, "singular values in doubles"),
        Agreement("numeric oracle, its norm", "dual_norm", oracle_gauge_float, 1e-9, "singular values in doubles"),
    ),
    tight=_on("spectral", 1, [[2, 1], [1, 2]]),
    uses=("fenchel-young",),
    kind="lemma",
    steps=("dual_norms",),
    tags=("lion-k",),
)
