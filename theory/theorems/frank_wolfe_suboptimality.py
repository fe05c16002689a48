"""For convex F the Frank–Wolfe gap bounds F(W) − min F over the induced set: a stopping rule that is a certificate."""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.claim import Agreement, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding
from theory.exact.atoms import added, scaled
from theory.exact.kinds.frank_wolfe import flat
from theory.exact.norms import pairing
from theory.exact.rational import dot, read_matrix
from theory.lion_k import example_names
from theory.lion_k.frank_wolfe import certify, checked, gradient_at
from theory.lion_k.hypotheses import inside, positive_radii
from theory.lion_k.layered import matrices

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
F convex: F(V) ≥ F(W) + ⟨∇F(W), V − W⟩. V in the set: ⟨∇F(W), V⟩ ≥ −K(∇F(W)) (Fenchel–Young). Together
F(W) − F(V) ≤ ⟨∇F(W), W⟩ + K(∇F(W)) = g(W). For linear F and V the oracle's answer both are equalities. In particular
g(W) = 0 at a point of the set makes it a minimiser: KKT points of a convex F are optimal.
"""


def gap_above_suboptimality(instance: Instance, found: Finding) -> Margin:
    """g(W) − (F(W) − F(V))."""
    return _margin(found, found.facts["gap"] - found.facts["suboptimality"])


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def suboptimality_by_taylor(instance: Instance) -> Fraction:
    """F(W) − F(V) from the gradient at W and the second-order term, exactly."""
    W, V = matrices(instance, "W"), matrices(instance, "V")
    step = tuple(added(w, scaled(v, Fraction(-1))) for w, v in zip(W, V, strict=True))
    L = read_matrix(instance["L"], "L", len(flat(W)))
    bend = sum((dot(row, flat(step)) ** 2 for row in L), Fraction(0)) / 2
    curvature: int = instance["curvature"]
    return pairing(gradient_at(instance), step) - curvature * bend


def instances() -> "SearchStrategy[Instance]":
    """Convex quadratics with W and V in the set."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import frank_wolfe_instances

    return frank_wolfe_instances(st.just(1))


def _linear(own: str, W: list[list[int]], V: list[list[int]], b: list[int]) -> Instance:
    return {"layers": [{"set": own, "radius": 1, "W": W, "V": V}], "L": [], "b": b, "curvature": 1}


BOUNDARY = (
    *(_linear(name, [[-1]], [[1]], [2]) for name in example_names()),
    _linear("spectral", [[0, 0], [0, 0]], [[1, 0], [0, 1]], [2, 1, 1, 2]),
    _linear("max-entry", [[0, 1]], [[1, -1]], [3, -2]),
    _linear("spectral", [[0, 0]], [[0, 0]], [0, 0]),
)


CLAIM = Claim(
    id="frank-wolfe-suboptimality",
    title="The Frank–Wolfe gap bounds the suboptimality of a convex loss",
    source=Source("arXiv:2506.04192", "notes, section 6, rates in the Frank–Wolfe gap"),
    latex=r"F(W) - F(V) \le g(W)\quad\text{for all } V \text{ with } \|V_b\|_b \le R_b",
    sentence="For a convex loss no point of the induced set improves on W by more than the Frank–Wolfe gap at W.",
    quantifier="for all",
    relation="≤",
    proof=PROOF,
    hypotheses=(
        positive_radii({"layers": [{"set": "spectral", "radius": 0, "W": [[0]], "V": [[0]]}], "L": [], "b": [1],
                        "curvature": 1}),
        inside("V", _linear("spectral", [[0]], [[3]], [1])),
        Hypothesis("convex", "F is convex", lambda i: i["curvature"], {
            "layers": [{"set": "max-entry", "radius": 1, "W": [["1/2"]], "V": [[-1]]}], "L": [[1]], "b": ["-1/2"],
            "curvature": -1}),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=gap_above_suboptimality,
    mutants=(
        Mutant("not convex", "F may be concave", without=("convex",)),
        Mutant("outside the ball", "V may lie outside the induced set", without=("V inside",)),
        Mutant("half the gap", "g(W)/2 for g(W)", lambda i, f: _margin(
            f, f.facts["gap"] / 2 - f.facts["suboptimality"])),
        Mutant("wrong dual exponent", "the gap is formed with the norm of the ball", lambda i, f: _margin(
            f, f.facts["gradient_dual"] + f.facts["pairing"] - f.facts["suboptimality"])),
        Mutant("reversed", "≥ for ≤", lambda i, f: _margin(f, f.facts["suboptimality"] - f.facts["gap"])),
    ),
    agreements=(Agreement("Taylor's formula", "suboptimality", suboptimality_by_taylor),),
    tight=_linear("spectral", [[0, 0], [0, 0]], [[1, 0], [0, 1]], [2, 1, 1, 2]),
    uses=("fenchel-young", "frank-wolfe-gap"),
    steps=("frank_wolfe",),
    tags=("lion-k",),
)
