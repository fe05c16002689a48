"""The Euclidean projection on every induced set: project the profile, keep the directions."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, certificate, check
from theory.lion_k import example_names
from theory.lion_k.hypotheses import inside, positive_radii
from theory.lion_k.layered import composed_set, float_layers, matrices, write_layers
from theory.lion_k.rational_projection import projection_proof
from theory.lion_k.resolution import resolutions

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
Let C = Σ_k s_k A_k be one layer's atoms and t the projection of the vector s on {‖t‖_p ≤ R}; put P = Σ_k t_k A_k. By the
vector case s − t is a normal of the ℓ_p ball at t, so ⟨s − t, t⟩ = R‖s − t‖_q. C − P = Σ (s_k − t_k)A_k has the same
atoms, so ⟨C − P, P⟩ = ⟨s − t, t⟩ and its dual norm is ‖s − t‖_q. For V in the ball, by Fenchel–Young,
⟨C − P, V⟩ ≤ R‖C − P‖_* = ⟨C − P, P⟩, hence ‖C − V‖² = ‖C − P‖² + 2⟨C − P, P − V⟩ + ‖P − V‖² ≥ ‖C − P‖² + ‖P − V‖².
p = ∞ clips the profile at R, p = 2 scales it, p = 1 subtracts one threshold. Layers: distances add up.
"""


def certify(instance: Instance) -> Certificate:
    """The rational projection of C with the atoms that verify it."""
    gauge, C, V = composed_set(instance).exact_K.dual, matrices(instance, "C"), matrices(instance, "V")
    proof = {"projection": projection_proof(gauge, C), "V": resolutions(gauge, V), "C": resolutions(gauge, C)}
    return certificate("ball-projection", _statement(instance), proof)


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about the ball, C and V of this instance."""
    finding = check(candidate)
    if finding.kind != "ball-projection" or finding.statement != _statement(instance):
        raise Rejected("the certificate is not about this instance")
    return finding


def _statement(instance: Instance) -> dict[str, Any]:
    gauge = composed_set(instance).exact_K.dual
    return {"norm": gauge.write()} | {name: write_layers(matrices(instance, name)) for name in ("C", "V")}


def nearest(instance: Instance, found: Finding) -> Margin:
    """‖C − V‖² − ‖C − P‖² − ‖V − P‖²."""
    facts = found.facts
    return _margin(found, facts["distance_V"] - facts["distance"] - facts["between"])


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def _radial(instance: Instance, found: Finding) -> Margin:
    """‖C − P‖² ≥ the squared distance of C to C/N(C), as if scaling the whole point were the projection."""
    facts = found.facts
    left = 1 - 1 / facts["norm_C"] if facts["norm_C"] > 1 else Fraction(0)
    return _margin(found, facts["distance"] - left**2 * facts["square_C"])


def _shift(instance: Instance, found: Finding) -> Margin:
    """‖C − P‖² ≥ (N(C) − 1)²: the distance as if it were measured in the gauge."""
    facts = found.facts
    return _margin(found, facts["distance"] - max(facts["norm_C"] - 1, Fraction(0)) ** 2)


def distance_float(instance: Instance) -> float:
    """‖C − P‖² with the numeric projection."""
    import numpy as np

    C = float_layers(instance, "C")
    return float(sum(np.sum((c - p) ** 2) for c, p in zip(C, composed_set(instance).projection(C), strict=True)))


def instances() -> "SearchStrategy[Instance]":
    """C inside and outside the ball, V in the ball."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import RADII, layer, layer_sets, matrices_of_norm, points_with_projection, shapes

    @st.composite
    def draw_instance(draw: Any) -> Instance:
        layers = []
        for own in draw(layer_sets()):
            shape, radius = draw(shapes()), draw(st.sampled_from(RADII))
            C = draw(points_with_projection(own.profile, own.exponent, shape, radius))
            share = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(0)]))
            V = draw(matrices_of_norm(own.profile, own.exponent, shape, share * radius))
            layers.append(layer(own, radius, C=C, V=V))
        return {"layers": layers}

    return draw_instance()


def _on(own: str, radius: int | str, C: list[Any], V: list[Any]) -> Instance:
    return {"layers": [{"set": own, "radius": radius, "C": C, "V": V}]}


BOUNDARY = (
    *(_on(name, 1, [[-5]], [[1]]) for name in example_names()),
    _on("max-entry", 1, [[2, -3], [0, "1/2"]], [[1, -1], [0, 1]]),
    _on("entrywise-l1", 1, [[2, -2], [1, 0]], [[0, 1], [0, 0]]),
    _on("frobenius", 1, [[3, 4]], [["3/5", "4/5"]]),
    _on("spectral", 1, [[2, 1], [1, 2]], [[1, 0], [0, -1]]),
    _on("spectral", 2, [[0, 0, 0]], [[0, 0, 2]]),
    _on("max-column", 1, [[3, "1/2"], [4, 0]], [["3/5", 1], ["4/5", 0]]),
    _on("max-row", 1, [[3, 4], [0, -2]], [["3/5", "4/5"], [0, 0]]),
    _on("schatten:1", 2, [[2, 1], [1, 2]], [[1, 0], [0, 1]]),
    _on("schatten:3", 6, [[12, 0, 0], [0, 20, 0], [0, 0, 30]], [[0, 6, 0], [0, 0, 0], [0, 0, 0]]),
    {"layers": [*_on("spectral", 2, [[0, 3], [1, 0]], [[2, 0], [0, 2]])["layers"],
                *_on("frobenius", 5, [[6, 8]], [[0, 0]])["layers"]]},
)


CLAIM = Claim(
    id="ball-projection",
    title="Projections on the induced sets act on the profile alone",
    source=Source("optproof", "docs/theory.md section 1: projection where it is cheap"),
    latex=r"P = \sum_k t_k A_k,\ t = \Pi_{\{\|t\|_p \le R\}}(s):\quad \|C - V\|_F^2 \ge \|C - P\|_F^2 + \|V - P\|_F^2 "
    r"\text{ for all } \|V_b\|_b \le R_b",
    sentence="Clipping (or scaling, or thresholding) the profile of a matrix and keeping its directions gives the nearest "
    "point of the induced set, and every other point of the set is farther by at least its distance from that point.",
    quantifier="for all",
    relation="≥",
    proof=PROOF,
    hypotheses=(
        positive_radii(_on("spectral", 0, [[1]], [[0]])),
        inside("V", _on("max-entry", 1, [[3]], [[2]])),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=nearest,
    mutants=(
        Mutant("outside the ball", "V may lie outside the induced set", without=("V inside",)),
        Mutant("radial scaling", "scaling the whole matrix to the boundary is as near", _radial),
        Mutant("gauge distance", "the distance is at least N(C) − 1 in every set", _shift),
        Mutant("too far", "other points are farther by twice the squared distance", lambda i, f: _margin(
            f, f.facts["distance_V"] - f.facts["distance"] - 2 * f.facts["between"])),
        Mutant("reversed", "≤ for ≥", lambda i, f: _margin(
            f, f.facts["distance"] + f.facts["between"] - f.facts["distance_V"])),
        Mutant("keeps its length", "the projection has the length of C", lambda i, f: _margin(
            f, f.facts["square_P"] - f.facts["square_C"])),
    ),
    agreements=(Agreement("numeric projection", "distance", distance_float, 1e-8, "bisection and SVD in doubles"),),
    tight=_on("frobenius", 1, [[3, 4]], [["3/5", "4/5"]]),
    uses=("fenchel-young",),
    kind="lemma",
    steps=("ball_projection",),
    tags=("lion-k",),
)
