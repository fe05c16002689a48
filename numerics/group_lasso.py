"""The Frobenius row: solve the group lasso over all patterns, and prove how good the answer is.

Floats propose (column generation, then Newton's method on the support); rational numbers decide: the network, the
multiplier and the covers of its dual gauge are written exactly, and the exact checker derives the interval from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from numerics.column_generation import VIOLATION, Optimum, generation, minimise
from numerics.dual_certificate import GaugeCover, rational
from numerics.multipliers import even
from numerics.polishing import polished
from numerics.rational_network import Neuron, fitted, reduced, rounded
from numerics.solution import Recomputed, Solution
from numerics.unfittable import unfittable
from theory.exact import certificate, check
from theory.exact.effective import loss as loss_of
from theory.exact.kinds.gauge_interval import derive
from theory.exact.kinks import drift, kink_sum
from theory.exact.rational import InputError, Matrix, Vector, dot, write_number, write_vector
from theory.exact.vector_norms import euclidean
from theory.network import Network, loss
from theory.problem import Problem
from theory.reformulation import Reformulation
from theory.reformulation.base import Objective, Question, balanced

#: A loss below this share of ‖y‖² may be zero: then an exact fit is tried.
FITS = 1e-8
#: Columns that one exact pricing may add for each sign.
AT_ONCE = 12


@dataclass(frozen=True)
class Scaled:
    """A question with the rows and the targets in units, powers of two, in which they are about one.

    Attributes:
        problem: as given.
        X, y: the same in units, exact.
        objective: as asked.
        limit: the radius or beta in these units.
        row, target: the units.
    """

    problem: Problem
    X: Matrix
    y: Vector
    objective: Objective
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
        return cls(problem, X, y, question.objective, question.limit / unit, row, target)

    @property
    def multiplier(self) -> Fraction:
        """The unit of μ: that of the residual, and one where only the direction of μ counts."""
        return Fraction(1) if self.objective == "radius" else self.target

    def covers(self, mu: Vector, level: float) -> list[GaugeCover]:
        """Covers for a multiplier in these units: of Σ μ_i (x_iᵀu)_+ and of its negative."""
        q = kink_sum(self.problem.X, tuple(self.multiplier * m for m in mu))
        return [GaugeCover(each, level, self.row, self.multiplier) for each in (q, -q)]


def _power_above(values: Sequence[Fraction]) -> Fraction:
    largest = max(map(abs, values), default=Fraction(0))
    if largest == 0:
        return Fraction(1)
    return Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())


@dataclass(frozen=True)
class Found:
    """What answers a question, in its units.

    Attributes:
        neurons: rational effective weights that meet the constraint of the objective exactly.
        mu: rational multiplier of the outputs.
        covers: of μ's dual gauge.
        optimum: the optimum in doubles.
    """

    neurons: list[Neuron]
    mu: Vector
    covers: list[GaugeCover]
    optimum: Optimum


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
        found = _found(scaled)
    except ArithmeticError as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error
    if question.width is not None and len(found.neurons) > question.width:
        needed = len(found.neurons)
        raise InputError("width", f"the optimum found needs {needed} neurons; with fewer the problem is not convex")
    try:
        return _certified(form, question, scaled, found)
    except OverflowError:
        raise InputError("problem", "the optimum is beyond 1.8e308, the range of doubles; rescale the data") from None


def _found(scaled: Scaled) -> Found:
    """Columns are searched for, then priced exactly at the polished optimum, until none is missing."""
    problem, limit = generation(scaled.X, scaled.y), float(scaled.limit)
    while True:
        found = polished(minimise(problem, scaled.objective, limit), problem.X, problem.y, scaled.objective, limit)
        # With no neuron the residual, which is the multiplier, is y itself.
        mu = rational(found.mu) if len(found.V) or scaled.objective == "radius" else scaled.y
        covers = scaled.covers(mu, found.gauge)
        exceeding = [each.exceeding(VIOLATION, AT_ONCE) for each in covers]
        if not sum(problem.add_cells(sign, cones) for sign, cones in zip((1, -1), exceeding, strict=True)):
            break
    signs, V = reduced(problem.X, found.signs, found.V)
    if scaled.objective == "radius":
        return Found(fitted(scaled.X, scaled.y, signs, V), mu, covers, found)
    neurons = [(sign, v) for sign, v in rounded(signs, V) if any(v)]
    if scaled.objective == "loss":
        if loss_of(scaled.X, scaled.y, tuple(neurons)) < FITS * dot(scaled.y, scaled.y):
            fitting = _within(scaled)
            if fitting is not None:
                zero = (Fraction(0),) * len(scaled.y)
                return Found(fitting, zero, scaled.covers(zero, 0.0), found)
        cost = _cost(neurons)
        if cost > scaled.limit:
            shrink = Fraction(int(scaled.limit / cost * 2**60), 2**60)
            neurons = [(sign, tuple(shrink * entry for entry in v)) for sign, v in neurons if shrink]
    return Found(neurons, mu, covers, found)


def _within(scaled: Scaled) -> list[Neuron] | None:
    """A network that fits y exactly at a cost within the limit, if the least cost allows it."""
    if unfittable(scaled.X, scaled.y) is not None:
        return None
    neurons = _found(replace(scaled, objective="radius")).neurons
    return neurons if _cost(neurons) <= scaled.limit else None


def _cost(neurons: Sequence[Neuron]) -> Fraction:
    return sum((euclidean(v) for _, v in neurons), Fraction(0))


def _multiplier(scaled: Scaled, mu: Vector) -> Vector:
    """μ in the problem's units, the same for equal data; at zero rows, where it may be chosen, y, or 0 for an exact fit."""
    problem = scaled.problem
    at_zero = problem.y if scaled.objective != "radius" else (Fraction(0),) * problem.n
    units = (scaled.multiplier * m if any(x) else t for x, t, m in zip(problem.X, at_zero, mu, strict=True))
    return even(problem, tuple(units))


def _certified(form: Reformulation, question: Question, scaled: Scaled, found: Found) -> Solution:
    """The solution, its interval derived by the exact checker."""
    problem, unit, mu = scaled.problem, scaled.target / scaled.row, _multiplier(scaled, found.mu)
    effective = sorted((sign, tuple(unit * entry for entry in v)) for sign, v in found.neurons)
    zero = {"u": [0] * problem.d, "alpha": 0}
    proof: dict[str, Any] = {
        "network": {"neurons": [{"u": write_vector(v), "alpha": sign} for sign, v in effective] or [zero]},
        "dual": write_vector(mu),
        "drift": write_vector(drift(problem.X, mu)),
        "above": {"leaves": found.covers[0].leaves()},
        "below": {"leaves": found.covers[1].leaves()},
    }
    statement: dict[str, Any] = {**problem.write(), "norm": "euclidean", "objective": question.objective}
    if question.objective != "radius":
        statement["radius" if question.objective == "loss" else "beta"] = write_number(question.limit)
    facts = derive(statement, proof)
    for part, squares in zip(("above", "below"), facts["sums_of_squares"], strict=True):
        proof[part]["sum_of_squares"] = write_number(squares)
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
        details={"columns": found.optimum.columns},
    )


def measured(form: Reformulation, problem: Problem, network: Network) -> Recomputed:
    """The network's loss and norms, from its weights."""
    norms = form.measure(network)
    return Recomputed(float(loss(problem, network)), dict(zip(form.norms, norms, strict=True)), norms[0] * norms[1])
