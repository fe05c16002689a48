"""The Frank–Wolfe gap on an induced set: at least zero, and zero exactly at KKT points.

g(W) = K(∇F(W)) + ⟨∇F(W), W⟩ with K the support function of the set. F need not be convex.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Claim, Exact, Instance, Margin, Mutant, Source
from theory.exact import Finding
from theory.lion_k import example_names
from theory.lion_k.frank_wolfe import certify, checked, gradient_at
from theory.lion_k.hypotheses import inside, positive_radii
from theory.lion_k.layered import composed_set, float_layers

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROOF = """
Layer by layer, with G = ∇F(W)_b, k = R‖G‖_* (K of the layer) and n = ‖W‖/R its gauge:

    k + ⟨G, W⟩  =  k(1 − n)  +  (k n + ⟨G, W⟩).

The first term is ≥ 0 because n ≤ 1, the second by Fenchel–Young. So the gap is ≥ 0 and vanishes exactly when, in every
layer, k(1 − n) = 0 and −⟨G, W⟩ = k n. That is KKT with multiplier μ = k: if G = 0 there is nothing to show; else n = 1,
and D = −G/k has dual norm 1 and ⟨D, W⟩ = n, so D is a subgradient of the gauge at W: −G = μD, μ ≥ 0, μ(1 − n) = 0.
Conversely −G = μD with such a D gives k ≤ μ and −⟨G, W⟩ = μ n, so both terms are ≤ 0, hence zero.
"""

#: A projected gradient step moves a KKT point by rounding only, any other point of these sizes by far more.
MOVED = 1e-6


def gap_is_kkt_residual(instance: Instance, found: Finding) -> Margin:
    """The least of the gap and its two parts; −1 when exactly one of "gap = 0" and "KKT" is true."""
    facts = found.facts
    return _margin(found, min(
        facts["gap"], facts["complementarity"], facts["alignment"], _iff(facts["gap"] == 0, facts["kkt"]),
        -abs(facts["gap"] - facts["complementarity"] - facts["alignment"]),
    ))


def _iff(left: bool, right: bool) -> Fraction:
    return Fraction(0 if left == right else -1)


def _margin(found: Finding, value: Fraction) -> Margin:
    return Margin(value, Exact(found))


def gap_float(instance: Instance) -> float:
    """The gap in floating point."""
    return float(composed_set(instance).frank_wolfe_gap(float_layers(instance, "W"), _float_gradient(instance)))


def stays_under_projected_gradient(instance: Instance) -> int:
    """1 when W is the projection of W − ∇F(W) (the fixed-point form of KKT), else 0; in floating point."""
    import numpy as np

    W, G = float_layers(instance, "W"), _float_gradient(instance)
    moved = composed_set(instance).projection([w - g for w, g in zip(W, G, strict=True)])
    return int(all(np.abs(w - p).max() < MOVED for w, p in zip(W, moved, strict=True)))


def _float_gradient(instance: Instance) -> list[Any]:
    from theory.problem import float_array

    return [float_array(matrix) for matrix in gradient_at(instance)]


def instances() -> "SearchStrategy[Instance]":
    """KKT points inside, on the boundary and at corners, and points that are none; convex and concave F."""
    from hypothesis import strategies as st

    from theory.lion_k.instances import frank_wolfe_instances

    return frank_wolfe_instances(st.sampled_from([1, -1]))


def _on(own: str, W: list[Any], b: list[Any], curvature: int = 1) -> Instance:
    """F = curvature·½w_1² − ⟨b, w⟩ on a set of radius 1, with V = −W."""
    V = [[-entry for entry in row] for row in W]
    L = [[1] + [0] * (len(b) - 1)]
    return {"layers": [{"set": own, "radius": 1, "W": W, "V": V}], "L": L, "b": b, "curvature": curvature}


BOUNDARY = (
    *(_on(name, [[1]], [3]) for name in example_names()),
    *(_on(name, [[1]], [-3]) for name in example_names()),
    _on("max-entry", [[0, 0]], [0, 0]),
    _on("spectral", [[0, 1], [1, 0]], [0, 2, 2, 0]),
    _on("spectral", [[1, 0], [0, 1]], [1, 0, 0, -2], curvature=-1),
    _on("max-column", [[1, 0], [0, 0]], [2, 0, 0, 0]),
)


CLAIM = Claim(
    id="frank-wolfe-gap",
    title="The Frank–Wolfe gap vanishes exactly at KKT points",
    source=Source("arXiv:2506.04192", "notes, section 6: zero gap ⇔ KKT; docs/theory.md section 1"),
    latex=r"g(W) = K(\nabla F(W)) + \langle \nabla F(W), W\rangle \ge 0,\qquad g(W) = 0 \iff "
    r"-\nabla F(W)_b = \mu_b D_b,\ D_b \in \partial\|W_b\|_b,\ \mu_b \ge 0,\ \mu_b(R_b - \|W_b\|_b) = 0",
    sentence="On the induced set the Frank–Wolfe gap is never negative, and it is zero exactly where the KKT "
    "conditions of minimising F over the set hold.",
    quantifier="for all",
    relation="≥, ⇔",
    proof=PROOF,
    hypotheses=(
        positive_radii({"layers": [{"set": "spectral", "radius": 0, "W": [[0]], "V": [[0]]}], "L": [], "b": [1],
                        "curvature": 1}),
        inside("W", _on("spectral", [[2]], [4])),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=checked,
    margin=gap_is_kkt_residual,
    mutants=(
        Mutant("outside the ball", "W may lie outside the induced set", without=("W inside",)),
        Mutant("wrong dual exponent", "the gap is formed with the norm of the ball", lambda i, f: _margin(
            f, f.facts["gradient_dual"] + f.facts["pairing"])),
        Mutant("always positive", "the gap is at least 1/1000", lambda i, f: _margin(
            f, f.facts["gap"] - Fraction(1, 1000))),
        Mutant("unconstrained", "the gap is zero exactly where the gradient vanishes", lambda i, f: _margin(
            f, _iff(f.facts["gap"] == 0, f.facts["gradient_zero"]))),
        Mutant("complementarity alone", "μ(R − ‖W‖) = 0 is enough for KKT", lambda i, f: _margin(
            f, _iff(f.facts["complementarity"] == 0, f.facts["kkt"]))),
        Mutant("alignment alone", "−∇F pointing along a normal is enough for KKT, inside the ball too",
               lambda i, f: _margin(f, _iff(f.facts["alignment"] == 0, f.facts["kkt"]))),
    ),
    agreements=(
        Agreement("projected gradient", "kkt", stays_under_projected_gradient, 0.0, "both sides are yes or no"),
        Agreement("numpy", "gap", gap_float, 1e-9, "singular values in doubles"),
    ),
    tight=_on("spectral", [[0, 1], [1, 0]], [0, 2, 2, 0]),
    uses=("fenchel-young",),
    steps=("frank_wolfe",),
    tags=("lion-k",),
)
