"""The least logistic loss within a radius: certified optima for the sets whose convex form is a sum of norms of neurons.

Floats propose: Newton's method (:mod:`numerics.reweighting`) over the columns of the group lasso, or over the vertices of the
box. Rational numbers decide: the network, the multiplier μ_i = y_i p_i and the covers of its dual gauge are written exactly,
and the exact checker derives the interval from them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.special import entr

from numerics.box_cover import Exceeded, certify_box, greatest
from numerics.box_master import Part
from numerics.box_vertices import BoxVertices
from numerics.column_generation import VIOLATION, Generation, generation
from numerics.dual_certificate import GaugeCover, rational
from numerics.dual_gauge import Floats
from numerics.group_lasso import AT_ONCE, Scaled
from numerics.logistic_networks import ColumnNetworks, VertexNetworks
from numerics.logistic_support import logistic_loss, misfit
from numerics.max_entry import groups, written_network
from numerics.multipliers import even
from numerics.rational_network import Neuron, null_space, reduced, rounded
from numerics.reweighting import NOTHING, least_loss
from numerics.solution import Recomputed, Solution
from theory.exact import Rejected, certificate
from theory.exact.allocations import line_normals
from theory.exact.kinds.logistic_interval import derive
from theory.exact.kinks import drift, kink_sum
from theory.exact.rational import InputError, Vector, dot, write_number, write_vector
from theory.exact.vector_norms import NORMS
from theory.network import fit
from theory.problem import Problem
from theory.reformulation import Reformulation
from theory.reformulation.base import Question, balanced
from theory.reformulation.width_limited import level as levelled

#: The norm of one neuron's weights whose sum is the gauge, for each set that has one.
SETS = {"frobenius": "euclidean", "max-column": "euclidean", "max-entry": "max-entry"}
#: A multiplier of the radius that costs less than this share of the loss counts as none.
FREE = 1e-11
#: The cover of q = 0.
NO_COVER = {"leaves": [{"cell": "", "slopes": "", "values": []}]}


@dataclass(frozen=True)
class Found:
    """What answers a question.

    Attributes:
        neurons: rational effective weights, of cost within the radius.
        mu: rational multiplier of the outputs.
        leaves: of the covers of Σ μ_i (x_iᵀu)_+ and of its negative.
    """

    neurons: list[Neuron]
    mu: Vector
    leaves: tuple[list[Any], list[Any]]


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The least Σ log(1 + exp(−y_i f_i)) within the radius; see :func:`numerics.solving.solve`.

    Raises:
        InputError: for sets whose convex form is no sum of norms, labels other than ±1, another objective, a width that is
            too small, and when doubles cannot tell the rows apart.
    """
    if form.name not in SETS:
        raise InputError("set", f"the logistic loss is solved for {', '.join(SETS)}; {form.name!r} has the squared loss only")
    if question.objective != "loss":
        raise InputError("loss", "the logistic loss is for the objective loss, within a radius")
    for index, label in enumerate(problem.y):
        if abs(label) != 1:
            raise InputError(f"y[{index}]", f"a label of the logistic loss is 1 or -1, not {write_number(label)}")
    if question.width is not None and form.name != "frobenius":
        raise InputError("width", "the logistic loss of this set is solved for large widths only; leave the width out")
    try:
        found = (_ball if SETS[form.name] == "euclidean" else _box)(problem, question)
        solution = _certified(form, problem, question, found)
    except (ArithmeticError, Exceeded, Rejected) as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error
    if question.width is not None and len(found.neurons) > question.width:
        needed = len(found.neurons)
        raise InputError("width", f"the optimum found needs {needed} neurons; with fewer the problem is not convex")
    return solution


# The Euclidean ball: columns of the group lasso -----------------------------------------------------------------------


def _ball(problem: Problem, question: Question) -> Found:
    scaled = Scaled.of(problem, question)
    columns, limit = generation(scaled.X, scaled.y), float(scaled.limit)
    first = 1 / (max(float(abs(columns.stretch).max()), 0.0) or 1.0)
    while True:
        optimum = least_loss(ColumnNetworks(columns), columns.y, limit, first)
        signs, V = optimum.network
        mu = _multiplier(problem, optimum.outputs)
        covers = _covers(scaled, mu, _price(columns, mu, signs, V, optimum.outputs, limit))
        exceeding = [each.exceeding(VIOLATION, AT_ONCE) for each in covers]
        if not sum(columns.add_cells(sign, cones) for sign, cones in zip((1, -1), exceeding, strict=True)):
            break
    neurons = [(sign, v) for sign, v in rounded(*reduced(columns.X, signs, V)) if any(v)]
    cost = sum((NORMS["euclidean"][0](v) for _, v in neurons), Fraction(0))
    shrink = Fraction(int(scaled.limit / cost * 2**60), 2**60) if cost > scaled.limit else Fraction(1)
    within = sorted((sign, tuple(shrink / scaled.row * entry for entry in v)) for sign, v in neurons if shrink)
    return Found(within, mu, (covers[0].leaves(), covers[1].leaves()))


def _price(columns: Generation, mu: Vector, signs: Any, V: Floats, outputs: Floats, limit: float) -> float:
    """What the dual gauge of μ is expected to be: the price of the neurons, or one that costs nothing to speak of."""
    multiplier = np.array([float(m) for m in mu])
    sizes = np.linalg.norm(V, axis=1)
    prices = signs * (np.maximum(V @ columns.X.T, 0.0) @ multiplier) / np.where(sizes > 0, sizes, 1.0)
    crude = float(abs(multiplier) @ abs(columns.stretch))
    free = FREE * logistic_loss(columns.y, outputs) / limit if limit else crude
    return max(float(prices.max(initial=0.0)), min(crude, free))


def _covers(scaled: Scaled, mu: Vector, price: float) -> list[GaugeCover]:
    q = kink_sum(scaled.problem.X, mu)
    sizes = [*(abs(kink.weight) for kink in q.kinks), *(abs(entry) / scaled.row for entry in q.linear)]
    largest = max(sizes, default=Fraction(0)) or Fraction(1)
    unit = Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())
    return [GaugeCover(each, price / float(unit), scaled.row, unit) for each in (q, -q)]


# The box: its vertices ------------------------------------------------------------------------------------------------


def _box(problem: Problem, question: Question) -> Found:
    vertices = BoxVertices(line_normals(problem.X), problem.d)
    outputs = np.maximum(vertices.points @ problem.X_float.T, 0.0)
    largest = float(outputs.max(initial=0.0)) or 1.0
    found = least_loss(VertexNetworks(outputs), problem.y_float, float(question.limit), 1 / largest)
    mu = _multiplier(problem, found.outputs)
    sizes = [Fraction(size) for _, _, size in found.network]
    total = sum(sizes, Fraction(0))
    shrink = question.limit / total if total > question.limit else Fraction(1)
    shrunk = [(sign, k, size * shrink) for (sign, k, _), size in zip(found.network, sizes, strict=True)]
    parts = [Part(0, *part) for part in shrunk if part[2]]
    q, everywhere = kink_sum(problem.X, mu), np.arange(len(vertices.points))
    w = max(greatest(q, vertices, everywhere)[0], greatest(-q, vertices, everywhere)[0])
    leaves = certify_box(q, vertices, w)["leaves"], certify_box(-q, vertices, w)["leaves"]
    return Found(groups(vertices, parts), mu, leaves)


# Both -----------------------------------------------------------------------------------------------------------------


def _multiplier(problem: Problem, outputs: Floats) -> Vector:
    """y_i p_i in rationals, the same for equal data; all zero where the loss counts as zero.

    Where the optimum needs no radius its multiplier annihilates all networks, Σ μ_i (x_iᵀu)_+ = 0 for every u. A rounded one
    misses that, at a cost in proportion to the radius, so one that does is preferred where its entropy comes near the loss.
    """
    labels = problem.y_float
    p = misfit(labels, outputs)
    loss = logistic_loss(labels, outputs)
    if loss <= NOTHING:
        return (Fraction(0),) * problem.n
    exact = _annihilating(problem, labels * p)
    shares = [label * m for label, m in zip(problem.y, exact, strict=True)]
    if all(0 <= share <= 1 for share in shares):
        entropy = sum(float(entr(float(share)) + entr(float(1 - share))) for share in shares)
        if entropy >= loss * (1 - FREE):
            return even(problem, exact)
    return even(problem, rational(labels * p))


def _annihilating(problem: Problem, mu: Floats) -> Vector:
    """The multiplier nearest to μ, up to rounding, with Σ μ_i (x_iᵀu)_+ = 0 for every u exactly."""
    normals, columns = line_normals(problem.X), []
    for k in range(problem.n):
        q = kink_sum(problem.X, tuple(Fraction(i == k) for i in range(problem.n)))
        weights = {kink.normal: kink.weight for kink in q.kinks}
        columns.append((*q.linear, *(weights.get(normal, Fraction(0)) for normal in normals)))
    basis = null_space(list(zip(*columns, strict=True)), problem.n)
    if not basis:
        return (Fraction(0),) * problem.n
    shares = rational(np.linalg.lstsq(np.array(basis, dtype=float).T, mu, rcond=None)[0])
    return tuple(dot(shares, entries) for entries in zip(*basis, strict=True))


def _certified(form: Reformulation, problem: Problem, question: Question, found: Found) -> Solution:
    """The solution, its interval derived by the exact checker."""
    norm = SETS[form.name]
    proof: dict[str, Any] = {
        "network": written_network(found.neurons, problem.d),
        "dual": write_vector(found.mu),
        "drift": write_vector(drift(problem.X, found.mu)),
        "above": {"leaves": found.leaves[0]},
        "below": {"leaves": found.leaves[1]},
    }
    statement: dict[str, Any] = {**problem.write(), "norm": norm, "radius": write_number(question.limit)}
    try:
        facts = derive(statement, proof)
    except Rejected:
        # The multiplier is too coarse for this radius; the zero one proves that no loss is negative.
        proof |= {"dual": [0] * problem.n, "drift": [0] * problem.d, "above": dict(NO_COVER), "below": dict(NO_COVER)}
        facts = derive(statement, proof)
    for part, squares in zip(("above", "below"), facts["sums_of_squares"], strict=True):
        proof[part]["sum_of_squares"] = write_number(squares)
    proof["weighted_sum"] = write_number(facts["weighted_sum"])
    lower, upper = facts["lower"], facts["upper"]
    statement |= {"lower": write_number(lower), "upper": write_number(upper)}
    sizes = [float(NORMS[norm][0](v)) for _, v in found.neurons]
    if form.name == "frobenius":
        network = balanced(found.neurons, sizes, problem.d)
    else:
        network = levelled(found.neurons, max(sizes, default=0.0), problem.d)
    norms = form.measure(network)
    outputs = np.array([float(f) for f in fit(problem, network)])
    loss = logistic_loss(problem.y_float, outputs)
    gap = float((upper - lower) / upper)
    return Solution(
        status="OPTIMAL" if gap <= question.tolerance or upper - lower <= NOTHING else "UNDECIDED",
        set=form.name,
        objective=question.objective,
        certificate=certificate("logistic-interval", statement, proof),
        dual=facts["multiplier"],
        value=float(upper),
        dual_value=float(lower),
        gap=gap,
        lower=lower,
        upper=upper,
        width=network.width,
        network=network,
        recomputed=Recomputed(loss, dict(zip(form.norms, norms, strict=True)), norms[0] * norms[1]),
        details={"loss": "logistic", "absolute_gap": float(upper - lower)},
    )
