"""An interval for the best two-layer ReLU network of any width, when ‖U‖_{S_p}·‖α‖_2 is bounded, p > 2 (∞: Muon).

‖U‖_{S_p} is the ℓ_p norm of the singular values of U = [u_1 … u_m]. The statement bounds, from both sides,

    radius      the least ‖U‖_{S_p}‖α‖_2 with f = y;
    loss        the least ½‖f − y‖² with ‖U‖_{S_p}‖α‖_2 ≤ radius.

*Upper*: a network is put in, its loss computed, and its norms by the eigenvalues of UUᵀ. *Lower*: a metric Z = (TTᵀ)⁻¹,
with T upper triangular of positive diagonal, turns Schatten norms into the Euclidean norm of single neurons:

    Σ|α_j|‖T⁻¹u_j‖ ≤ ‖α‖_2 (Σ u_jᵀZu_j)^½ = ‖α‖_2 (tr Z UUᵀ)^½ ≤ ‖α‖_2 ‖Z‖_{S_r}^½ ‖U‖_{S_p},    1/r + 2/p = 1,

by Cauchy–Schwarz and Hölder's inequality for Schatten norms. Let w ≥ |Σ_i μ_i (x_iᵀTu)_+| / ‖u‖ for all u (two covers prove
it). Then μᵀf ≤ w‖Z‖_{S_r}^½ ‖U‖_{S_p}‖α‖_2 =: c·‖U‖_{S_p}‖α‖_2 for every network, so

    radius ≥ μᵀy / c,     loss ≥ μᵀy − ½‖μ‖² − c·radius.

The stated ends are these numbers; rounded outwards, unless they are the same.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cover import largest_on_unit_ball
from theory.exact.effective import effective, loss
from theory.exact.kinds.gauge_interval import round_down, round_up
from theory.exact.kinks import kink_sum
from theory.exact.norms import LARGEST_EXPONENT, Exponent
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector, sqrt_bounds
from theory.exact.spectrum import schatten_bounds
from theory.exact.vector_norms import NORMS

#: The statement's extra member for each objective, if any.
OBJECTIVES = {"radius": set[str](), "loss": {"radius"}}
Neurons = tuple[tuple[Vector, Fraction], ...]


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts that :func:`derive` derives, when the ends are as stated."""
    question = dict(statement)
    stated = {end: read_number(question.pop(end, None), end) for end in ("lower", "upper")}
    facts = derive(question, proof)
    for end, value in stated.items():
        if value != facts[end]:
            raise Rejected(f"{end}: the proof gives {facts[end]}")
    return facts


def derive(question: dict[str, Any], proof: dict[str, Any]) -> dict[str, Any]:
    """What a proof gives for a statement without its ends.

    Returns:
        lower, upper; neurons (u, α), loss and product of norms (an upper bound) of the network; multiplier μ, whitening T
        and dual_gauge, their w.
    """
    objective = question.get("objective")
    if objective not in list(OBJECTIVES):
        raise Rejected(f"objective: not one of {', '.join(OBJECTIVES)}")
    members(question, "statement", {"X", "y", "p", "objective"} | OBJECTIVES[objective])
    members(proof, "proof", {"network", "dual", "whitening", "above", "below", "weighted_sum"})
    X, p = read_matrix(question["X"], "X"), read_exponent(question["p"])
    if not X or not X[0]:
        raise Rejected("X: at least one row and one column are wanted")
    y, d = read_vector(question["y"], "y", len(X)), len(X[0])
    neurons, mu, T = _network(proof["network"], d), read_vector(proof["dual"], "dual", len(X)), _whitening(proof, d)
    weights = tuple(effective(u, alpha) for u, alpha in neurons)
    if read_number(proof["weighted_sum"], "weighted_sum") != (total := weighted_sum([*(v for _, v in weights), mu, *T])):
        raise Rejected(f"weighted_sum: the entries of effective weights, multiplier and whitening give {total}")
    facts: dict[str, Any] = {"loss": loss(X, y, weights), "neurons": neurons}
    q = kink_sum(tuple(tuple(dot(row, column) for column in zip(*T, strict=True)) for row in X), mu)
    sides = ((q, "above"), (-q, "below"))
    w = max(largest_on_unit_ball(side, proof[name], name, NORMS["euclidean"][1]) for side, name in sides)
    facts |= {"product": product_of_norms(neurons, p), "multiplier": mu, "whitening": T, "dual_gauge": w}
    slope, gain = w * sqrt_bounds(schatten_bounds(metric_of(T), metric_exponent(p))[1])[1], dot(mu, y)
    if objective == "radius":
        lower, upper = _radius(X, gain, facts, slope)
    else:
        lower, upper = _loss(question["radius"], gain, facts, slope)
    if lower < 0:
        raise Rejected("dual: the bound is negative, so it proves nothing")
    return facts | ({"lower": lower, "upper": upper} if lower == upper else
                    {"lower": round_down(lower), "upper": round_up(upper)})


def weighted_sum(rows: Sequence[Vector]) -> Fraction:
    """Σ k e_k over all entries e_1, e_2, …, one row after the other: stated, it leaves no entry idle."""
    entries = [entry for row in rows for entry in row]
    return dot(range(1, len(entries) + 1), entries)


def read_exponent(value: Any) -> Exponent:
    """p in (2, ∞], a fraction of small terms.

    Raises:
        Rejected: for any other.
    """
    p: Exponent = "inf" if value == "inf" else read_number(value, "p")
    if p != "inf" and not (p > 2 and max(p.as_integer_ratio()) <= LARGEST_EXPONENT):
        raise Rejected(f'p: "inf" or a fraction above 2 with terms of at most {LARGEST_EXPONENT} is wanted')
    return p


def metric_exponent(p: Exponent) -> Exponent:
    """r with 1/r + 2/p = 1: the Schatten norm of the metric that is dual to that of UUᵀ."""
    return Fraction(1) if p == "inf" else p / (p - 2)


def product_of_norms(neurons: Neurons, p: Exponent) -> Fraction:
    """An upper bound of ‖U‖_{S_p}‖α‖_2."""
    rows = list(zip(*(u for u, _ in neurons), strict=True))
    outer = tuple(tuple(dot(first, second) for second in rows) for first in rows)
    largest = schatten_bounds(outer, "inf" if p == "inf" else p / 2)[1]
    return sqrt_bounds(largest * sum(alpha**2 for _, alpha in neurons))[1]


def metric_of(T: Matrix) -> Matrix:
    """Z = (TTᵀ)⁻¹ for an upper triangular T, by back substitution."""
    d = len(T)
    S = [[Fraction(i == j) for j in range(d)] for i in range(d)]
    for i in reversed(range(d)):
        for j in range(d):
            S[i][j] = (S[i][j] - sum((T[i][k] * S[k][j] for k in range(i + 1, d)), Fraction(0))) / T[i][i]
    columns = list(zip(*S, strict=True))
    return tuple(tuple(dot(first, second) for second in columns) for first in columns)


def _network(value: Any, d: int) -> Neurons:
    """Neurons in increasing order, none of them idle; the zero network is one zero neuron."""
    listed = members(value, "network", {"neurons"})["neurons"]
    if not isinstance(listed, list) or not listed:
        raise Rejected("network.neurons: a list of at least one neuron is wanted")
    neurons = []
    for index, entry in enumerate(listed):
        where = f"network.neurons[{index}]"
        members(entry, where, {"u", "alpha"})
        neurons.append((read_vector(entry["u"], f"{where}.u", d), read_number(entry["alpha"], f"{where}.alpha")))
    zero = ((Fraction(0),) * d, Fraction(0))
    if neurons != [zero] and (neurons != sorted(set(neurons)) or not all(any(u) and alpha for u, alpha in neurons)):
        raise Rejected("network: the neurons are not in strictly increasing order, or one is idle")
    return tuple(neurons)


def _whitening(proof: dict[str, Any], d: int) -> Matrix:
    T = read_matrix(proof["whitening"], "whitening", d)
    if len(T) != d or any(T[i][j] for i in range(d) for j in range(i)) or not all(T[i][i] > 0 for i in range(d)):
        raise Rejected(f"whitening: an upper triangular matrix of {d} rows with positive diagonal is wanted")
    return T


def _radius(X: Matrix, gain: Fraction, facts: dict[str, Any], slope: Fraction) -> tuple[Fraction, Fraction]:
    if facts["loss"] != 0:
        raise Rejected("network: it does not fit y exactly")
    if any(m and not any(row) for m, row in zip(facts["multiplier"], X, strict=True)):
        raise Rejected("dual: not zero at a zero row, where a network that fits tells nothing")
    if not slope and gain:
        raise Rejected("dual: it proves that no network fits y, which is another kind of certificate")
    return gain / slope if slope else Fraction(0), facts["product"]


def _loss(radius: Any, gain: Fraction, facts: dict[str, Any], slope: Fraction) -> tuple[Fraction, Fraction]:
    limit = read_number(radius, "radius")
    if limit < 0:
        raise Rejected("radius: negative")
    if facts["product"] > limit:
        raise Rejected("network: it is beyond the radius")
    return gain - dot(facts["multiplier"], facts["multiplier"]) / 2 - slope * limit, facts["loss"]
