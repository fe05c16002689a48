"""Fenchel–Young for the Lion-K family: K(G) + K*(D) ≥ ⟨G, D⟩, with equality exactly at subgradients."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, certificate, check
from theory.lion_k import example_names
from theory.lion_k.hypotheses import inside, positive_radii
from theory.lion_k.layered import composed_set, float_layers, matrices, write_layers
from theory.lion_k.resolution import resolutions

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
K = ‖·‖ joined over layers, K(G) = Σ_b R_b K_b(G_b), and K* is the indicator of {D : ‖D_b‖_b ≤ R_b for all b}. For D in
that set K*(D) = 0, so the claim is ⟨G, D⟩ ≤ K(G).

One layer. Entries: ⟨G, D⟩ ≤ Σ|g||δ| ≤ ‖g‖_q ‖δ‖_p (Hölder). Columns and rows: Cauchy–Schwarz in every block, then
Hölder for the lengths. Singular values: von Neumann's trace inequality ⟨G, D⟩ ≤ Σ_k σ_k(G)σ_k(D), then Hölder.
Layers: ⟨G, D⟩ = Σ_b ⟨G_b, D_b⟩ ≤ Σ_b K_b(G_b)‖D_b‖_b ≤ Σ_b R_b K_b(G_b).

Hölder: with a = |g|/‖g‖_q and c = |δ|/‖δ‖_p, Young gives a·c ≤ a^q/q + c^p/p, and the sum of the right sides is 1; it
is an equality exactly when c^p = a^q, that is at δ = ‖δ‖_p (|g|/‖g‖_q)^{q−1}, the steepest direction.
"""


def certify(instance: Instance) -> Certificate:
    """The atoms of G and D."""
    statement, norm = _statement(instance), composed_set(instance).exact_K
    proof = {name: resolutions(norm, matrices(instance, name)) for name in ("G", "D")}
    return certificate("norm-pair", statement, proof)


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about the layers of this instance."""
    finding = check(candidate)
    if finding.kind != "norm-pair" or finding.statement != _statement(instance):
        raise Rejected("the certificate is not about this instance")
    return finding


def _statement(instance: Instance) -> dict[str, Any]:
    norm = composed_set(instance).exact_K
    return {"norm": norm.write()} | {name: write_layers(matrices(instance, name)) for name in ("G", "D")}


def slack(instance: Instance, found: Finding) -> Margin:
    """K(G) + K*(D) − ⟨G, D⟩ with K*(D) = 0, from below."""
    return _margin(found, found.facts["norm_low"] - found.facts["pairing"])


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def K_float(instance: Instance) -> float:
    """K(G) in floating point."""
    return float(composed_set(instance).K(float_layers(instance, "G")))


def gauge_float(instance: Instance) -> float:
    """The gauge of D in floating point."""
    return float(composed_set(instance).gauge(float_layers(instance, "D")))


def instances() -> "SearchStrategy[Instance]":
    """One or two layers; D anywhere in the ball, or on the ray of the steepest direction of G."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import RADII, layer, layer_sets, matrices_of_norm, matrices_of_profile, shapes

    @st.composite
    def draw_instance(draw: Any) -> Instance:
        layers = []
        for own in draw(layer_sets()):
            shape, radius = draw(shapes()), draw(st.sampled_from(RADII))
            share = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(0)]))
            G = draw(matrices_of_profile(own.profile, shape))
            D = draw(matrices_of_norm(own.profile, own.exponent, shape, share * radius))
            layers.append(layer(own, radius, G=G, D=D))
        return {"layers": layers}

    return draw_instance()


def _on(own: str, radius: int | str, G: list[Any], D: list[Any]) -> Instance:
    return {"layers": [{"set": own, "radius": radius, "G": G, "D": D}]}


#: D is the steepest direction of G in every one of these: equality.
ATTAINED = (
    _on("max-entry", 1, [[2, -3], [0, 1]], [[1, -1], [0, 1]]),
    _on("entrywise-l1", 2, [[2, -3], [3, 1]], [[0, -1], [1, 0]]),
    _on("frobenius", 1, [[3, 4]], [["3/5", "4/5"]]),
    _on("spectral", 1, [[2, 1], [1, 2]], [[1, 0], [0, 1]]),
    _on("spectral", 3, [[1, 2], [2, 4]], [["3/5", "6/5"], ["6/5", "12/5"]]),
    _on("max-column", 1, [[3, 0], [4, 0]], [["3/5", 0], ["4/5", 0]]),
    _on("max-row", 1, [[3, 4], [0, -2]], [["3/5", "4/5"], [0, -1]]),
    _on("schatten:3/2", 1, [[3, 0, 0], [0, 4, 0], [0, 0, 5]], [["1/4", 0, 0], [0, "4/9", 0], [0, 0, "25/36"]]),
    _on("schatten:3", 1, [[9, 0, 0], [0, 16, 0], [0, 0, 25]], [["1/2", 0, 0], [0, "2/3", 0], [0, 0, "5/6"]]),
    {"layers": [*_on("spectral", 2, [[0, 1], [1, 0]], [[0, 2], [2, 0]])["layers"],
                *_on("frobenius", 1, [[3, 4]], [["3/5", "4/5"]])["layers"]]},
)
BOUNDARY = (
    *ATTAINED,
    *(_on(name, 1, [[-5]], [[1]]) for name in example_names()),
    _on("spectral", 1, [[0, 0]], [[0, 0]]),
    _on("max-entry", 1, [[0]], [[1]]),
    _on("schatten:4", "1/2", [[1, 2], [2, 1]], [["1/2", 0], [0, 0]]),
    _on("max-column", 10**9, [["1/1000000007"]], [[-(10**9)]]),
)


CLAIM = Claim(
    id="fenchel-young",
    title="Fenchel–Young for the Lion-K family",
    source=Source("arXiv:2310.05898", "notes, section 6; docs/theory.md section 1"),
    latex=r"K(G) + K^*(D) \ge \langle G, D\rangle,\qquad K(G) = \sum_b R_b\,\|G_b\|_{b,*},\quad "
    r"K^* = \iota\{D : \|D_b\|_b \le R_b\}",
    sentence="For every matrix G and every D in the induced set, the inner product is at most K(G); it is equal at the "
    "optimizer's step direction.",
    quantifier="for all",
    relation="≥",
    proof=PROOF,
    hypotheses=(
        positive_radii(_on("spectral", 0, [[1]], [[0]])),
        inside("D", _on("spectral", 1, [[1]], [[2]])),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=slack,
    mutants=(
        Mutant("outside the ball", "K*(D) = 0 is kept for D outside the induced set", without=("D inside",)),
        Mutant("wrong dual exponent", "K is replaced by the norm of the ball itself",
               lambda i, f: _margin(f, f.facts["own_dual_norm_high"] - f.facts["pairing"])),
        Mutant("half of K", "K(G)/2 for K(G)", lambda i, f: _margin(f, f.facts["norm_high"] / 2 - f.facts["pairing"])),
        Mutant("reversed", "≤ for ≥", lambda i, f: _margin(f, f.facts["pairing"] - f.facts["norm_low"])),
        Mutant("Frobenius for all", "‖G‖_F² ≥ ⟨G, D⟩², Cauchy–Schwarz with ‖D‖_F taken as 1",
               lambda i, f: _margin(f, f.facts["square"] - f.facts["pairing"] ** 2)),
        Mutant("never attained", "slack of at least 1/1000", lambda i, f: _margin(
            f, f.facts["norm_low"] - f.facts["pairing"] - Fraction(1, 1000))),
    ),
    agreements=(
        Agreement("numpy", "norm_low", K_float, 1e-9, "singular values in doubles"),
        Agreement("numpy, ball", "dual_norm_high", gauge_float, 1e-9, "singular values in doubles"),
    ),
    tight=ATTAINED[3],
    kind="lemma",
    steps=("dual_norms",),
    tags=("lion-k",),
)
