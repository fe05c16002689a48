"""The Frobenius row: solve the group lasso over all patterns, and prove how good the answer is.

Floats propose (column generation, then Newton's method on the support); rational numbers decide: the network, the
multiplier and the covers of its dual gauge are written exactly, and the exact checker derives the interval from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.column_generation import Optimum, generation, minimise
from numerics.dual_certificate import certify_gauge, rational
from numerics.polishing import polished
from numerics.rational_network import Neuron, fitted, reduced, rounded
from numerics.solution import Recomputed, Solution
from numerics.unfittable import unfittable
from theory.exact import certificate, check
from theory.exact.effective import loss as loss_of
from theory.exact.kinds.gauge_interval import derive
from theory.exact.kinks import kink_sum
from theory.exact.rational import InputError, Matrix, Vector, dot, write_number, write_vector
from theory.exact.vector_norms import euclidean
from theory.network import Network, loss
from theory.problem import Problem
from theory.reformulation import Reformulation
from theory.reformulation.base import Question, balanced


#: A loss below this share of ‖y‖² may be zero: then an exact fit is tried.
FITS = 1e-8


@dataclass(frozen=True)
class Units:
    """Powers of two in which the rows of X and the targets are about one."""

    row: Fraction
    target: Fraction

    @classmethod
    def of(cls, problem: Problem) -> "Units":
        """The units of a problem."""
        return cls(_power_above(entry for row in problem.X for entry in row), _power_above(problem.y))


def _power_above(values: Any) -> Fraction:
    largest = max((abs(value) for value in values), default=Fraction(0))
    if largest == 0:
        return Fraction(1)
    return Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The optimum for the Frobenius set; see :func:`numerics.solving.solve`.

    Raises:
        InputError: when the width asked for is below that of the network found.
    """
    if question.objective == "radius" and (mu := unfittable(problem.X, problem.y)) is not None:
        proof = certificate("unfittable", problem.write(), {"dual": write_vector(mu)})
        check(proof)
        return Solution("INFEASIBLE", form.name, question.objective, proof, mu)
    units = Units.of(problem)
    X = tuple(tuple(entry / units.row for entry in row) for row in problem.X)
    y = tuple(entry / units.target for entry in problem.y)
    scale = {"radius": Fraction(0), "loss": units.row / units.target, "penalised": 1 / (units.row * units.target)}
    limit = question.limit * scale[question.objective]
    found = _optimum(X, y, question.objective, limit)
    neurons = _neurons(X, y, question.objective, limit, found)
    mu = rational(found.mu) if question.objective == "radius" else _multiplier(y, neurons, found)
    if question.objective == "loss" and float(loss_of(X, y, neurons)) < FITS * float(dot(y, y)):
        exact = _within(X, y, limit)
        neurons, mu = (exact, (Fraction(0),) * len(y)) if exact is not None else (neurons, mu)
    if question.width is not None and len(neurons) > question.width:
        raise InputError("width", f"the optimum found needs {len(neurons)} neurons; with fewer the problem is not convex")
    stretch, weight_unit = units.target / units.row, units.target if question.objective != "radius" else Fraction(1)
    effective = sorted((sign, tuple(stretch * entry for entry in v)) for sign, v in neurons)
    mu = _tidy(problem, tuple(weight_unit * entry for entry in mu), question.objective)
    return _certified(form, problem, question, effective, mu, found, units)


def _optimum(X: Matrix, y: Vector, objective: str, limit: Fraction) -> Optimum:
    problem = generation(X, y)
    found = minimise(problem, objective, float(limit))
    found = polished(found, problem.X, problem.y, objective, float(limit))
    signs, V = reduced(problem.X, found.signs, found.V)
    return replace(found, signs=signs, V=V)


def _multiplier(y: Vector, neurons: Sequence[Neuron], found: Optimum) -> Vector:
    """μ = y − f, exactly y for the zero network."""
    return rational(found.mu) if neurons else y


def _within(X: Matrix, y: Vector, limit: Fraction) -> list[Neuron] | None:
    """A network that fits y exactly at a cost within the limit, if the least cost allows it."""
    if unfittable(X, y) is not None:
        return None
    neurons = _neurons(X, y, "radius", Fraction(0), _optimum(X, y, "radius", Fraction(0)))
    return neurons if sum((euclidean(v) for _, v in neurons), Fraction(0)) <= limit else None


def _tidy(problem: Problem, mu: Vector, objective: str) -> Vector:
    """μ as the certificate wants it at zero rows, where it can be chosen freely: y, or 0 when the fit is exact."""
    values = zip(problem.X, problem.y, mu, strict=True)
    return tuple(m if any(row) else Fraction(0) if objective == "radius" else t for row, t, m in values)


def _neurons(X: Matrix, y: Vector, objective: str, limit: Fraction, found: Optimum) -> list[Neuron]:
    """Rational effective weights that meet the constraint of the objective exactly."""
    if objective == "radius":
        exact = fitted(X, y, found.signs, found.V)
        if exact is None:
            raise ArithmeticError("no exact fit near the float optimum")
        return exact
    neurons = rounded(found.signs, found.V)
    cost = sum((euclidean(v) for _, v in neurons), Fraction(0))
    if objective == "loss" and cost > limit:
        shrink = Fraction(int(limit / cost * 2**60), 2**60)
        neurons = [(sign, tuple(shrink * entry for entry in v)) for sign, v in neurons]
    return [(sign, v) for sign, v in neurons if any(v)]


def _certified(
    form: Reformulation, problem: Problem, question: Question, effective: Sequence[Neuron], mu: Vector, found: Optimum,
    units: Units,
) -> Solution:
    weight_unit = Fraction(1) if question.objective == "radius" else units.target
    q = kink_sum(problem.X, mu)
    zero = {"u": [0] * problem.d, "alpha": 0}
    proof = {
        "network": {"neurons": [{"u": write_vector(v), "alpha": sign} for sign, v in effective] or [zero]},
        "dual": write_vector(mu),
        "above": certify_gauge(q, found.gauge, units.row, weight_unit),
        "below": certify_gauge(-q, found.gauge, units.row, weight_unit),
    }
    statement: dict[str, Any] = {**problem.write(), "norm": "euclidean", "objective": question.objective}
    if question.objective != "radius":
        statement["radius" if question.objective == "loss" else "beta"] = write_number(question.limit)
    facts = derive(statement, proof)
    lower, upper = facts["lower"], facts["upper"]
    statement |= {"lower": write_number(lower), "upper": write_number(upper)}
    gap = float((upper - lower) / upper) if upper else 0.0
    network = balanced(effective, [float(euclidean(v)) for _, v in effective], problem.d)
    return Solution(
        status="OPTIMAL" if gap <= question.tolerance else "UNDECIDED", set=form.name, objective=question.objective,
        certificate=certificate("gauge-interval", statement, proof), dual=mu, value=float(upper), dual_value=float(lower), gap=gap, lower=lower, upper=upper,
        width=network.width, network=network, recomputed=measured(form, problem, network),
        details={"rounds": found.rounds, "columns": found.columns},
    )


def measured(form: Reformulation, problem: Problem, network: Network) -> Recomputed:
    """The network's loss and norms, from its weights."""
    norms = form.measure(network)
    return Recomputed(float(loss(problem, network)), dict(zip(form.norms, norms, strict=True)), norms[0] * norms[1])
