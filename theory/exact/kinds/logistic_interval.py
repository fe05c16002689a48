"""An interval for the least logistic loss of a two-layer ReLU network of any width within a radius.

With labels y ∈ {−1, 1}^n the statement bounds, from both sides, the least

    L(f) = Σ_i log(1 + exp(−y_i f_i))    over networks of cost Ω(f) ≤ radius,

Ω as in :mod:`theory.exact.kinds.gauge_interval`. *Upper*: a network is put in. *Lower*: let p ∈ [0, 1]^n be rational, μ_i =
y_i p_i, and w ≥ |Σ_i μ_i (x_iᵀu)_+| / N(u) for all u (two covers prove it), so μᵀf ≤ w·radius. Summed over the rows,
log(1 + e^{−m}) ≥ H(p) − p·m (:mod:`theory.exact.logistic`) gives

    L(f) ≥ Σ_i H(p_i) − μᵀf ≥ Σ_i H(p_i) − w·radius.

Network, multiplier and covers are read and measured as for the squared loss; only what is made of them differs. The stated
ends are these numbers, their logarithms enclosed, rounded outwards.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cover import check_sum
from theory.exact.effective import read_network
from theory.exact.kinds import gauge_interval
from theory.exact.kinds.gauge_interval import round_down, round_up
from theory.exact.kinds.metric_interval import weighted_sum
from theory.exact.logistic import entropy_bounds, loss_bounds, sum_of_bounds
from theory.exact.rational import Vector, dot, read_matrix, read_number, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts that :func:`derive` derives, when the ends and the sums are as stated."""
    question, parts = dict(statement), dict(proof)
    stated = {end: read_number(question.pop(end, None), end) for end in ("lower", "upper")}
    total = read_number(parts.pop("weighted_sum", None), "weighted_sum")
    facts = derive(question, parts)
    for part, squares in zip(("above", "below"), facts.pop("sums_of_squares"), strict=True):
        members(proof[part], part, {"leaves", "sum_of_squares"})
        check_sum(proof[part], part, squares)
    for end, value in stated.items():
        if value != facts[end]:
            raise Rejected(f"{end}: the proof gives {facts[end]}")
    if total != facts.pop("weighted_sum"):
        raise Rejected("weighted_sum: not that of the network's entries and the covers' slopes")
    return facts


def derive(question: dict[str, Any], proof: dict[str, Any]) -> dict[str, Any]:
    """What a proof gives for a statement without its ends; the sums that it states are not looked at.

    Returns:
        sums_of_squares of the covers; weighted_sum of the network's entries and the covers' slopes, of which none is idle;
        lower, upper; cost and outputs f of the network; multiplier μ, dual_gauge w, and the entropy Σ H(p_i), rounded down.
    """
    members(question, "statement", {"X", "y", "norm", "radius"})
    y, radius = read_vector(question["y"], "y"), read_number(question["radius"], "radius")
    if any(abs(label) != 1 for label in y):
        raise Rejected("y: a label is not 1 or -1")
    if radius < 0:
        raise Rejected("radius: negative")
    # With the weight 0 on the cost nothing is asked of the network or of the multiplier.
    squared = {"X": question["X"], "y": question["y"], "norm": question["norm"], "objective": "penalised", "beta": 0}
    found = gauge_interval.derive(squared, proof)
    if found["cost"] > radius:
        raise Rejected("network: it is beyond the radius")
    p = [label * m for label, m in zip(y, found["multiplier"], strict=True)]
    if not all(0 <= entry <= 1 for entry in p):
        raise Rejected("dual: y_i μ_i is not between 0 and 1")
    X = read_matrix(question["X"], "X")
    neurons = read_network(proof["network"], "network", len(X[0]))
    outputs = tuple(sum((sign * max(dot(row, v), Fraction(0)) for sign, v in neurons), Fraction(0)) for row in X)
    margins = [label * f for label, f in zip(y, outputs, strict=True)]
    _, upper = sum_of_bounds([loss_bounds(margin) for margin in margins])
    entropy, _ = sum_of_bounds([entropy_bounds(entry) for entry in p])
    lower = entropy - found["dual_gauge"] * radius
    if lower < 0:
        raise Rejected("dual: the bound is negative, so it proves nothing")
    kept = ("sums_of_squares", "cost", "multiplier", "dual_gauge")
    return {name: found[name] for name in kept} | {
        "weighted_sum": weighted_sum([*(v for _, v in neurons), *_slopes(proof)]), "outputs": outputs, "entropy": entropy,
        "lower": round_down(lower), "upper": round_up(upper),
    }


def _slopes(proof: dict[str, Any]) -> list[Vector]:
    """The slopes of covers that were measured; another slope may bound as much by a linear function of the same length."""
    leaves = [leaf for part in ("above", "below") for leaf in proof[part]["leaves"] if "slopes" in leaf]
    return [(*(Fraction(letter == "1") for letter in leaf["slopes"]), *read_vector(leaf["values"], "values")) for leaf in leaves]
