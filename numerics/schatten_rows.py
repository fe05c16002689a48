"""The spectral and Schatten rows: solve the convex form over all patterns, and prove how good the answer is.

Floats propose (semidefinite column generation, then Newton's method on the support); rational numbers decide: the network,
the multiplier, the metric and the covers are written exactly, and the exact checker derives the interval from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.dual_certificate import certify_gauge, rational
from numerics.dual_gauge import Floats
from numerics.exact_fit import exactly_fitted
from numerics.gauge_optimum import gauge_optimum
from numerics.group_lasso import Scaled, measured
from numerics.metric_dual import Dual, best_dual, cancelled
from numerics.metric_generation import MetricOptimum, minimise, whitening
from numerics.metric_polishing import polished
from numerics.metric_reduction import reduced
from numerics.pattern_columns import PatternColumns
from numerics.rational_network import Neuron, rounded
from numerics.solution import Solution
from numerics.unfittable import unfittable
from theory.exact import certificate, check
from theory.exact.kinds.metric_interval import derive, product_of_norms, weighted_sum
from theory.exact.kinks import kink_sum
from theory.exact.norms import Exponent
from theory.exact.rational import InputError, Matrix, Vector, dot, write_number, write_vector
from theory.lion_k import induced_set
from theory.network import Network, loss
from theory.network import Neuron as Unit
from theory.problem import Problem, float_array
from theory.reformulation import Reformulation
from theory.reformulation.base import Question

#: A loss below this share of ‖y‖² may be zero: then an exact fit is tried.
FITS = 1e-8
#: A product this close to the least one, relatively, is not improved.
NEAR = Fraction(1, 10**10)
#: Where the limit does not bind, the dual gauge of the multiplier is zero but for this share of ‖y‖.
NO_LEVEL = 1e-13
#: Bits of the whitening: what it is off by, the bound does not lose.
METRIC_BITS = 48


@dataclass(frozen=True)
class _Answer:
    """A network in rational numbers with what proves its quality, in the problem's units."""

    network: Network
    mu: Vector
    T: Matrix
    level: float
    rounds: int = 0
    columns: int = 0


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The optimum for the spectral set or a Schatten set; see :func:`numerics.solving.solve`.

    Raises:
        InputError: when the width asked for is below that of the network found, or doubles cannot tell the rows apart.
    """
    if question.objective == "radius" and (mu := unfittable(problem.X, problem.y)) is not None:
        proof = certificate("unfittable", problem.write(), {"dual": write_vector(mu)})
        check(proof)
        return Solution("INFEASIBLE", form.name, question.objective, proof, mu)
    p, scaled = induced_set(form.name).exponent, Scaled.of(problem, question)
    try:
        answer = _answer(problem, scaled, question, p)
    except ArithmeticError as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error
    width = answer.network.width
    if question.width is not None and width > question.width:
        raise InputError("width", f"the optimum found needs {width} neurons; with fewer the problem is not convex")
    return _certified(form, problem, question, scaled, answer, p)


def _answer(problem: Problem, scaled: Scaled, question: Question, p: Exponent) -> _Answer:
    """The best network, exactly within its constraint, with multiplier and metric."""
    targets = [target for row, target in zip(problem.X, problem.y, strict=True) if any(row) and target]
    if not targets or (scaled.objective == "loss" and not scaled.limit):
        return _without_neurons(problem, scaled)
    found, dual = _optimum(scaled, p)
    if scaled.objective == "radius":
        neurons = exactly_fitted(scaled.X, scaled.y, found.signs, found.V)
        aim = Fraction(dual.bound) * scaled.target / scaled.row
        network = _network(problem, scaled, neurons, found.metric, p, aim)
    else:
        neurons = [(sign, v) for sign, v in rounded(found.signs, found.V) if any(v)]
        network = _within(_network(problem, scaled, neurons, found.metric, p, question.limit), question.limit, p)
        nearest = nearest_fittable(problem.X, problem.y)
        rest = tuple(t - f for t, f in zip(problem.y, nearest, strict=True))
        if not found.level or loss(problem, network) - dot(rest, rest) / 2 < FITS * dot(problem.y, problem.y):
            best = _fitting(Problem(problem.X, nearest), question, p)
            if product_of_norms(_pairs(best), p) <= question.limit:
                return replace(_without_neurons(problem, scaled), network=best, mu=rest)
            network = min(network, _within(best, question.limit, p), key=lambda each: loss(problem, each))
    at_zero = problem.y if scaled.objective == "loss" else (Fraction(0),) * problem.n
    exact = cancelled(scaled.X, rational(dual.mu))
    mu = tuple(scaled.multiplier * m if any(row) else t for row, t, m in zip(problem.X, at_zero, exact, strict=True))
    level = max(dual.level, NO_LEVEL * float(np.linalg.norm(float_array(scaled.y))))
    return _Answer(network, mu, _whitening(dual.metric), level, found.rounds, found.columns)


def _without_neurons(problem: Problem, scaled: Scaled) -> _Answer:
    """The zero network, optimal where there is nothing to fit, or no room."""
    zero = Network((Unit((Fraction(0),) * problem.d, Fraction(0)),))
    mu = problem.y if scaled.objective == "loss" else (Fraction(0),) * problem.n
    identity = tuple(tuple(Fraction(i == j) for j in range(problem.d)) for i in range(problem.d))
    X, y = float_array(scaled.X), float_array(scaled.y)
    return _Answer(zero, mu, identity, float(abs(y) @ np.linalg.norm(X, axis=1)))


def _optimum(scaled: Scaled, p: Exponent) -> tuple[MetricOptimum, Dual]:
    """The optimum in doubles, and what proves most of it."""
    columns, y = PatternColumns(scaled.X), float_array(scaled.y)
    limit, exponent = None if scaled.objective == "radius" else float(scaled.limit), float(p)
    rough = minimise(columns, y, limit, exponent)
    found = polished(rough, columns.X, y, limit, exponent)
    return reduced(found, columns.X), best_dual(columns, y, limit, exponent, rough, found)


def nearest_fittable(X: Matrix, y: Vector) -> Vector:
    """The outputs of networks nearest to y, without regard to norms: y less its part orthogonal to all outputs."""
    nearest, directions = y, list[Vector]()
    while (mu := unfittable(X, nearest)) is not None:
        for other in directions:
            share = dot(other, mu) / dot(other, other)
            mu = tuple(m - share * o for m, o in zip(mu, other, strict=True))
        directions.append(mu)
        share = dot(mu, nearest) / dot(mu, mu)
        nearest = tuple(t - share * m for t, m in zip(nearest, mu, strict=True))
    return nearest


def _fitting(problem: Problem, question: Question, p: Exponent) -> Network:
    """The network of least norms that fits exactly. Where the limit does not bind nothing else is needed."""
    exact = replace(question, objective="radius", limit=Fraction(0))
    return _answer(problem, Scaled.of(problem, exact), exact, p).network


def _network(
    problem: Problem, scaled: Scaled, neurons: Sequence[Neuron], metric: Floats, p: Exponent, aim: Fraction
) -> Network:
    """A network with these effective weights (in units), its α_j² in proportions that make the product of norms least.

    At an optimum they are √(v_jᵀZv_j). Where that misses ``aim``, the gauge of V may know better.
    """
    unit, V = scaled.target / scaled.row, float_array([v for _, v in neurons])

    def shared(shares: Floats) -> Network:
        alphas = rational(np.sqrt(float(unit) * shares))
        units = [Unit(tuple(unit * entry / alpha for entry in v), sign * alpha)
                 for (sign, v), alpha in zip(neurons, alphas, strict=True)]
        return Network(tuple(sorted(units, key=lambda each: (each.u, each.alpha))))

    network = shared(np.sqrt(np.einsum("jd,de,je->j", V, metric, V)))
    if product_of_norms(_pairs(network), p) <= aim * (1 + NEAR):
        return network
    return min(network, shared(gauge_optimum(V, float(p)).shares), key=lambda each: product_of_norms(_pairs(each), p))


def _within(network: Network, limit: Fraction, p: Exponent) -> Network:
    """The network with its output weights shrunk until the product of norms is at most the limit."""
    product = product_of_norms(_pairs(network), p)
    if product <= limit:
        return network
    shrink = Fraction(int(limit / product * 2**60) - 1, 2**60)
    return Network(tuple(Unit(neuron.u, shrink * neuron.alpha) for neuron in network.neurons))


def _pairs(network: Network) -> tuple[tuple[Vector, Fraction], ...]:
    return tuple((neuron.u, neuron.alpha) for neuron in network.neurons)


def _whitening(metric: Floats) -> Matrix:
    """T near the whitening of the metric."""
    T = whitening(metric)
    flat, d = rational(np.triu(T).ravel(), METRIC_BITS), len(T)
    return tuple(flat[i * d : (i + 1) * d] for i in range(d))


def _certified(
    form: Reformulation, problem: Problem, question: Question, scaled: Scaled, answer: _Answer, p: Exponent
) -> Solution:
    """The solution, its interval derived by the exact checker."""
    white = tuple(tuple(dot(row, column) for column in zip(*answer.T, strict=True)) for row in problem.X)
    q = kink_sum(white, answer.mu)
    weights = [neuron.effective for neuron in answer.network.neurons]
    proof = {
        "network": answer.network.write(),
        "dual": write_vector(answer.mu),
        "whitening": [write_vector(row) for row in answer.T],
        "above": certify_gauge(q, answer.level, scaled.row, scaled.multiplier),
        "below": certify_gauge(-q, answer.level, scaled.row, scaled.multiplier),
        "weighted_sum": write_number(weighted_sum([*weights, answer.mu, *answer.T])),
    }
    statement: dict[str, Any] = {
        **problem.write(), "p": "inf" if p == "inf" else write_number(p), "objective": question.objective
    }
    if question.objective == "loss":
        statement["radius"] = write_number(question.limit)
    facts = derive(statement, proof)
    lower, upper = facts["lower"], facts["upper"]
    gap = float((upper - lower) / upper) if upper else 0.0
    return Solution(
        status="OPTIMAL" if gap <= question.tolerance else "UNDECIDED",
        set=form.name,
        objective=question.objective,
        certificate=certificate(
            "metric-interval", statement | {"lower": write_number(lower), "upper": write_number(upper)}, proof
        ),
        dual=answer.mu,
        value=float(upper),
        dual_value=float(lower),
        gap=gap,
        lower=lower,
        upper=upper,
        width=answer.network.width,
        network=answer.network,
        recomputed=measured(form, problem, answer.network),
        details={"rounds": answer.rounds, "columns": answer.columns},
    )
