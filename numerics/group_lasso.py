"""The Frobenius row: solve the group lasso over all patterns, and prove how good the answer is.

Floats propose (column generation, then Newton's method on the support); rational numbers decide: the network, the
multiplier and the covers of its dual gauge are written exactly, and the exact checker derives the interval from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

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
class Scaled:
    """A question with the rows and the targets in units, powers of two, in which they are about one.

    Attributes:
        X, y: exact.
        objective: as asked.
        limit: the radius or beta in these units.
        row, target: the units.
    """

    X: Matrix
    y: Vector
    objective: str
    limit: Fraction
    row: Fraction
    target: Fraction

    @classmethod
    def of(cls, problem: Problem, question: Question) -> "Scaled":
        """The question in its units: costs are in target/row, and beta is in row·target."""
        row = _power_above([entry for x in problem.X for entry in x])
        target = _power_above(problem.y)
        X = tuple(tuple(entry / row for entry in x) for x in problem.X)
        unit = {"radius": Fraction(1), "loss": target / row, "penalised": row * target}[question.objective]
        y = tuple(entry / target for entry in problem.y)
        return cls(X, y, question.objective, question.limit / unit, row, target)

    @property
    def multiplier(self) -> Fraction:
        """The unit of μ: that of the residual, and one where only the direction of μ counts."""
        return Fraction(1) if self.objective == "radius" else self.target


def _power_above(values: Sequence[Fraction]) -> Fraction:
    largest = max(map(abs, values), default=Fraction(0))
    if largest == 0:
        return Fraction(1)
    return Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The optimum for the Frobenius set; see :func:`numerics.solving.solve`.

    Raises:
        InputError: when the width asked for is below that of the network found, or doubles cannot tell the rows apart.
    """
    if question.objective == "radius" and (mu := unfittable(problem.X, problem.y)) is not None:
        proof = certificate("unfittable", problem.write(), {"dual": write_vector(mu)})
        check(proof)
        return Solution("INFEASIBLE", form.name, question.objective, proof, mu)
    scaled = Scaled.of(problem, question)
    try:
        found = _optimum(scaled)
        neurons, mu = _exact(scaled, found)
    except ArithmeticError as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error
    if question.width is not None and len(neurons) > question.width:
        raise InputError("width", f"the optimum found needs {len(neurons)} neurons; with fewer the problem is not convex")
    unit = scaled.target / scaled.row
    effective = sorted((sign, tuple(unit * entry for entry in v)) for sign, v in neurons)
    return _certified(form, problem, question, scaled, effective, _tidy(problem, mu, scaled), found)


def _optimum(scaled: Scaled) -> Optimum:
    """The optimum in doubles, with independent neurons."""
    problem, limit = generation(scaled.X, scaled.y), float(scaled.limit)
    found = polished(minimise(problem, scaled.objective, limit), problem.X, problem.y, scaled.objective, limit)
    signs, V = reduced(problem.X, found.signs, found.V)
    return replace(found, signs=signs, V=V)


def _exact(scaled: Scaled, found: Optimum) -> tuple[list[Neuron], Vector]:
    """Rational effective weights that meet the constraint exactly, and a rational multiplier."""
    if scaled.objective == "radius":
        return fitted(scaled.X, scaled.y, found.signs, found.V), rational(found.mu)
    neurons = rounded(found.signs, found.V)
    if scaled.objective == "loss":
        if loss_of(scaled.X, scaled.y, tuple(neurons)) < FITS * dot(scaled.y, scaled.y):
            fitting = _within(scaled)
            if fitting is not None:
                return fitting, (Fraction(0),) * len(scaled.y)
        cost = _cost(neurons)
        if cost > scaled.limit:
            shrink = Fraction(int(scaled.limit / cost * 2**60), 2**60)
            neurons = [(sign, tuple(shrink * entry for entry in v)) for sign, v in neurons]
    neurons = [(sign, v) for sign, v in neurons if any(v)]
    # With no neuron the residual, which is the multiplier, is y itself.
    return neurons, rational(found.mu) if neurons else scaled.y


def _within(scaled: Scaled) -> list[Neuron] | None:
    """A network that fits y exactly at a cost within the limit, if the least cost allows it."""
    if unfittable(scaled.X, scaled.y) is not None:
        return None
    question = replace(scaled, objective="radius")
    neurons = _exact(question, _optimum(question))[0]
    return neurons if _cost(neurons) <= scaled.limit else None


def _cost(neurons: Sequence[Neuron]) -> Fraction:
    return sum((euclidean(v) for _, v in neurons), Fraction(0))


def _tidy(problem: Problem, mu: Vector, scaled: Scaled) -> Vector:
    """μ in the problem's units; at zero rows, where it may be chosen, y, or 0 when the fit is exact."""
    at_zero = problem.y if scaled.objective != "radius" else (Fraction(0),) * problem.n
    return tuple(scaled.multiplier * m if any(x) else t for x, t, m in zip(problem.X, at_zero, mu, strict=True))


def _certified(
    form: Reformulation, problem: Problem, question: Question, scaled: Scaled, effective: Sequence[Neuron], mu: Vector,
    found: Optimum,
) -> Solution:
    """The solution, its interval derived by the exact checker."""
    q, zero = kink_sum(problem.X, mu), {"u": [0] * problem.d, "alpha": 0}
    proof = {
        "network": {"neurons": [{"u": write_vector(v), "alpha": sign} for sign, v in effective] or [zero]},
        "dual": write_vector(mu),
        "above": certify_gauge(q, found.gauge, scaled.row, scaled.multiplier),
        "below": certify_gauge(-q, found.gauge, scaled.row, scaled.multiplier),
    }
    statement: dict[str, Any] = {**problem.write(), "norm": "euclidean", "objective": question.objective}
    if question.objective != "radius":
        statement["radius" if question.objective == "loss" else "beta"] = write_number(question.limit)
    facts = derive(statement, proof)
    lower, upper = facts["lower"], facts["upper"]
    gap = float((upper - lower) / upper) if upper else 0.0
    network = balanced(effective, [float(euclidean(v)) for _, v in effective], problem.d)
    return Solution(
        status="OPTIMAL" if gap <= question.tolerance else "UNDECIDED",
        set=form.name,
        objective=question.objective,
        certificate=certificate(
            "gauge-interval", statement | {"lower": write_number(lower), "upper": write_number(upper)}, proof
        ),
        dual=mu,
        value=float(upper),
        dual_value=float(lower),
        gap=gap,
        lower=lower,
        upper=upper,
        width=network.width,
        network=network,
        recomputed=measured(form, problem, network),
        details={"rounds": found.rounds, "columns": found.columns},
    )


def measured(form: Reformulation, problem: Problem, network: Network) -> Recomputed:
    """The network's loss and norms, from its weights."""
    norms = form.measure(network)
    return Recomputed(float(loss(problem, network)), dict(zip(form.norms, norms, strict=True)), norms[0] * norms[1])
