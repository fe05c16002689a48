"""An interval for the best two-layer ReLU network of any width, when the cost of a network is Σ_j |α_j| N(u_j).

Ω(f) is the least cost of a network with outputs f ∈ R^n on the rows of X. The statement bounds, from both sides,

    radius      the least Ω(f) with f = y;
    loss        the least ½‖f − y‖² with Ω(f) ≤ radius;
    penalised   the least ½‖f − y‖² + beta·Ω(f).

With N = ‖·‖_2 and products ‖U‖_F‖α‖_2 or means ½(‖U‖_F² + ‖α‖²) in place of Σ|α_j|‖u_j‖ the optima are the same: both
are at least Σ|α_j|‖u_j‖ (Cauchy–Schwarz), and equal to it once ‖u_j‖ = |α_j|, which scaling achieves.

*Upper*: a network, as effective weights, is put in. *Lower*: let μ ∈ Q^n and w ≥ |Σ_i μ_i (x_iᵀu)_+| / N(u) for all u
(two covers prove it, of + and of −), so μᵀf ≤ w Ω(f) for every network. Then, with s = min(1, beta/w),

    radius ≥ μᵀy / w,     loss ≥ μᵀy − ½‖μ‖² − w·radius,     penalised ≥ s μᵀy − ½ s²‖μ‖²,

as ½‖f − y‖² ≥ μᵀ(y − f) − ½‖μ‖². The stated ends are these numbers; rounded outwards, unless they are the same.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cover import check_sum, measure
from theory.exact.effective import Weights, loss, read_effective
from theory.exact.kinks import drift, kink_sum
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector
from theory.exact.vector_norms import NORMS, VectorNorm

#: The statement's extra member for each objective, if any.
OBJECTIVES = {"radius": set[str](), "loss": {"radius"}, "penalised": {"beta"}}
#: Numbers whose numerator or denominator is longer are rounded outwards to this many significant bits.
BITS = 128


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts that :func:`derive` derives, when the ends are as stated."""
    question = dict(statement)
    stated = {end: read_number(question.pop(end, None), end) for end in ("lower", "upper")}
    facts = derive(question, proof)
    for part, squares in zip(("above", "below"), facts.pop("sums_of_squares"), strict=True):
        members(proof[part], part, {"leaves", "sum_of_squares"})
        check_sum(proof[part], part, squares)
    for end, value in stated.items():
        if value != facts[end]:
            raise Rejected(f"{end}: the proof gives {facts[end]}")
    return facts


def derive(question: dict[str, Any], proof: dict[str, Any]) -> dict[str, Any]:
    """What a proof gives for a statement without its ends; the sums of squares of its covers are not looked at.

    Returns:
        sums_of_squares of the covers;
        lower, upper; loss, cost and squares (Σ N(v_j)²) of the network; multiplier μ, and dual_gauge, its w.
    """
    objective, norm = question.get("objective"), question.get("norm")
    if objective not in list(OBJECTIVES) or norm not in list(NORMS):
        raise Rejected(f"statement: the objectives are {', '.join(OBJECTIVES)} and the norms {', '.join(NORMS)}")
    members(question, "statement", {"X", "y", "norm", "objective"} | OBJECTIVES[objective])
    members(proof, "proof", {"network", "dual", "drift", "above", "below"})
    X = read_matrix(question["X"], "X")
    if not X or not X[0]:
        raise Rejected("X: at least one row and one column are wanted")
    y = read_vector(question["y"], "y", len(X))
    limit = Fraction(0)
    for name in OBJECTIVES[objective]:
        limit = read_number(question[name], name)
        if limit < 0:
            raise Rejected(f"{name}: negative")
    size, dual_size = NORMS[norm]
    weights, mu = _network(proof["network"], len(X[0])), read_vector(proof["dual"], "dual", len(X))
    if read_vector(proof["drift"], "drift") != drift(X, mu):
        raise Rejected("drift: not Xᵀμ")
    facts = _upper(objective, X, y, weights, limit, size)
    q = kink_sum(X, mu)
    above, below = (
        measure(sum_, _leaves(proof[part], part), part, dual_size) for sum_, part in ((q, "above"), (-q, "below"))
    )
    w = max(above[0], below[0])
    if objective == "radius" and any(m and not any(row) for m, row in zip(mu, X, strict=True)):
        raise Rejected("dual: not zero at a zero row, where a network that fits tells nothing")
    lower = _lower(objective, y, mu, w, limit)
    if lower != facts["upper"]:
        facts |= {"upper": round_up(facts["upper"])}
        lower = round_down(lower)
    return facts | {"multiplier": mu, "dual_gauge": w, "lower": lower, "sums_of_squares": (above[1], below[1])}


def _leaves(cover: Any, field: str) -> Any:
    if not isinstance(cover, dict) or "leaves" not in cover:
        raise Rejected(f"{field}: an object with the member leaves is wanted")
    return cover["leaves"]


def _network(value: Any, d: int) -> Weights:
    """Effective weights in increasing order, none of them zero; the zero network is one zero neuron."""
    count = len(value["neurons"]) if isinstance(value, dict) and isinstance(value.get("neurons"), list) else 0
    weights = read_effective(value, "network", d, count)
    if weights != tuple(sorted(set(weights))) or (count > 1 and any(sign == 0 for sign, _ in weights)):
        raise Rejected("network: the neurons are not in strictly increasing order, or one is zero")
    return weights


def _upper(objective: str, X: Matrix, y: Vector, weights: Weights, limit: Fraction, size: VectorNorm) -> dict[str, Any]:
    value, sizes = loss(X, y, weights), [size(v) for _, v in weights]
    cost, squares = sum(sizes, Fraction(0)), sum((each**2 for each in sizes), Fraction(0))
    if objective == "radius" and value != 0:
        raise Rejected("network: it does not fit y exactly")
    if objective == "loss" and cost > limit:
        raise Rejected("network: it is beyond the radius")
    upper = {"radius": cost, "loss": value, "penalised": value + limit * cost}[objective]
    return {"upper": upper, "loss": value, "cost": cost, "squares": squares}


def _lower(objective: str, y: Vector, mu: Vector, w: Fraction, limit: Fraction) -> Fraction:
    gain, square = dot(mu, y), dot(mu, mu)
    if objective == "penalised":
        shrink = min(Fraction(1), limit / w) if w else Fraction(1)
        lower = shrink * gain - shrink**2 * square / 2
    elif objective == "loss":
        lower = gain - square / 2 - w * limit
    elif w:
        lower = gain / w
    elif gain:
        raise Rejected("dual: it proves that no network fits y, which is another kind of certificate")
    else:
        lower = Fraction(0)
    if lower < 0:
        raise Rejected("dual: the bound is negative, so it proves nothing")
    return lower


def round_down(value: Fraction) -> Fraction:
    """The value, or the nearest number of few bits that is not above it."""
    if max(abs(value.numerator), value.denominator) < 1 << BITS:
        return value
    shift = BITS - value.numerator.bit_length() + value.denominator.bit_length()
    scaled = value * Fraction(2) ** shift
    return Fraction(scaled.numerator // scaled.denominator) / Fraction(2) ** shift


def round_up(value: Fraction) -> Fraction:
    """The value, or the nearest number of few bits that is not below it."""
    return -round_down(-value)
