"""The logistic loss within a radius: certified optima, the checker that decides, and what is refused."""

import copy
import json
from fractions import Fraction
from math import exp, log, log1p
from typing import Any

import numpy as np
import pytest

from numerics.direct_logistic import certify_logistic, direct_optimum
from numerics.logistic_support import logistic_loss, misfit
from numerics.solution import Solution
from numerics.solving import solve
from theory.claim import Kind
from theory.exact import InputError, Rejected, check
from theory.exact.logistic import entropy_bounds, loss_bounds
from theory.theorems.logistic_duality import CLAIM, check_instance

P: dict[str, Any] = {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "y": [1, -1, 1, 1, -1]}
#: Repeated rows with equal and with opposite labels; opposite, parallel and zero rows; dependent columns.
DEGENERATE = {
    "X": [[1, 2, 1], [3, -1, 3], [1, 2, 1], [-1, -2, -1], [0, 0, 0], [6, -2, 6], [0, 4, 0]],
    "y": [1, -1, -1, 1, -1, 1, 1],
}
SETS = ("frobenius", "max-entry", "max-column")


def logistic(problem: Any, name: str, radius: Any, **options: Any) -> Solution:
    return solve(problem, name, objective="loss", radius=radius, loss="logistic", **options)


def ends(solution: Solution) -> tuple[Fraction, Fraction]:
    assert solution.lower is not None
    assert solution.upper is not None
    return solution.lower, solution.upper


@pytest.mark.parametrize("margin", [0, 1, -3, Fraction(1, 3), 37, -150])
def test_the_loss_is_enclosed(margin: Fraction) -> None:
    low, high = loss_bounds(Fraction(margin))
    truth = log1p(exp(-margin))
    assert low < high
    assert high - low < Fraction(1, 2**180)
    assert abs(float(low) - truth) <= 1e-15 * truth


@pytest.mark.parametrize("margin", [200, 10**9, Fraction(10) ** 400])
def test_the_loss_of_a_large_margin_is_nearly_linear(margin: Fraction) -> None:
    assert loss_bounds(Fraction(margin)) == (Fraction(0), Fraction(1, 2**192))
    assert loss_bounds(-Fraction(margin)) == (Fraction(margin), margin + Fraction(1, 2**192))


@pytest.mark.parametrize("p", ["1/2", "1/3", "999/1000", "1e-30"])
def test_the_entropy_is_enclosed(p: str) -> None:
    low, high = entropy_bounds(Fraction(p))
    x = float(Fraction(p))
    truth = -x * log(x) - (1 - x) * log1p(-x)
    assert low < high < low + Fraction(1, 2**180)
    assert abs(float(low) - truth) <= 1e-14 * truth
    assert entropy_bounds(Fraction(0)) == entropy_bounds(Fraction(1)) == (Fraction(0), Fraction(0))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("problem", [P, DEGENERATE], ids=["small", "degenerate"])
@pytest.mark.parametrize("radius", ["1e-6", "1/3", 1, 4])
def test_an_optimum_is_certified_and_its_network_attains_it(name: str, problem: Any, radius: Any) -> None:
    solution = logistic(problem, name, radius)
    lower, upper = ends(solution)
    assert solution.status == "OPTIMAL"
    assert lower <= upper <= lower * (1 + Fraction(1, 10**10))
    facts = check(json.loads(json.dumps(solution.certificate))).facts
    assert (facts["lower"], facts["upper"]) == (lower, upper)
    assert solution.recomputed is not None
    assert abs(solution.recomputed.loss - float(upper)) <= 1e-12 * float(upper)
    if name == "frobenius":
        assert solution.recomputed.product <= float(Fraction(radius)) * (1 + 1e-12)


@pytest.mark.parametrize("name", ["frobenius", "max-entry"])
@pytest.mark.parametrize(("problem", "radius"), [(P, "1/2"), (P, 6), (DEGENERATE, 2)])
def test_the_optimum_is_that_of_the_model_with_every_pattern(name: str, problem: Any, radius: Any) -> None:
    value = logistic(problem, name, radius).value
    assert value == pytest.approx(direct_optimum({**problem, "set": name, "radius": radius}), rel=1e-7)


def test_training_from_many_starts_never_beats_the_lower_end_and_comes_near() -> None:
    from scipy.optimize import minimize

    X, y, radius, width = np.array(P["X"], float), np.array(P["y"], float), 2.0, 4

    def objective(theta: Any) -> float:
        U, alpha = theta[: 2 * width].reshape(width, 2), theta[2 * width :]
        shrink = min(1.0, radius / max(float(np.linalg.norm(U) * np.linalg.norm(alpha)), 1e-12))
        return logistic_loss(y, shrink * (np.maximum(X @ U.T, 0.0) @ alpha))

    rng, (lower, upper) = np.random.default_rng(0), ends(logistic(P, "frobenius", 2))
    best = min(float(minimize(objective, rng.standard_normal(3 * width), method="L-BFGS-B").fun) for _ in range(6))
    assert float(lower) * (1 - 1e-12) <= best <= float(upper) * 1.02


@pytest.mark.parametrize("name", SETS)
def test_a_radius_of_zero_leaves_log_two_for_every_row(name: str) -> None:
    solution = logistic(P, name, 0)
    lower, upper = ends(solution)
    assert lower <= 5 * loss_bounds(Fraction(0))[1]
    assert upper >= 5 * loss_bounds(Fraction(0))[0]
    assert solution.value == pytest.approx(5 * log(2), rel=1e-15)


@pytest.mark.parametrize("name", SETS)
def test_one_row_is_fitted_as_far_as_the_radius_goes(name: str) -> None:
    solution = logistic({"X": [[3, 4]], "y": [-1]}, name, "2/5")
    slope = 7 if name == "max-entry" else 5
    assert solution.value == pytest.approx(log1p(exp(-slope * 0.4)), rel=1e-14)


def test_zero_rows_cost_log_two_at_any_radius() -> None:
    assert logistic({"X": [[0, 0]], "y": [1]}, "frobenius", 7).value == pytest.approx(log(2), rel=1e-15)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("radius", [1, 50, 10**6])
def test_repeated_rows_with_other_labels_share_the_loss_of_their_odds(name: str, radius: int) -> None:
    solution = logistic({"X": [[1], [1], [1]], "y": [1, 1, -1]}, name, radius)
    assert solution.status == "OPTIMAL"
    assert solution.value == pytest.approx(2 * log(1.5) + log(3), rel=1e-14)


@pytest.mark.parametrize("name", SETS)
def test_data_that_can_be_separated_are_told_by_the_absolute_gap(name: str) -> None:
    solution = logistic(P, name, 10**6)
    assert solution.status == "OPTIMAL"
    assert solution.lower == 0
    assert 0 < solution.details["absolute_gap"] <= 1e-30


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("radius", [1000, 10**6])
def test_where_some_rows_can_be_separated_and_others_not_no_radius_costs_anything(name: str, radius: int) -> None:
    solution = logistic(DEGENERATE, name, radius)
    lower, upper = ends(solution)
    assert solution.status == "OPTIMAL"
    assert upper - lower <= Fraction(1, 10**12)
    # Two rows and the zero row cost log 2 each; the parallel pair x, 2x with other labels has one free output.
    grid = np.linspace(-2.0, 2.0, 400001)
    pair = float((np.logaddexp(0.0, grid) + np.logaddexp(0.0, -2 * grid)).min())
    assert float(upper) == pytest.approx(3 * log(2) + pair, rel=1e-10)
    assert check(solution.certificate).facts["dual_gauge"] == 0


@pytest.mark.parametrize("name", ["frobenius", "max-entry"])
@pytest.mark.parametrize("radius", [20, 90])
def test_a_radius_far_beyond_the_first_is_reached_in_uneven_steps(name: str, radius: int) -> None:
    rng = np.random.default_rng(3)
    problem = rng.standard_normal((14, 2)), np.sign(rng.standard_normal(14))
    solution = logistic(problem, name, radius)
    assert solution.status == "OPTIMAL"
    assert solution.gap is not None
    assert solution.gap <= 1e-10


def test_a_gap_that_is_wide_is_called_undecided() -> None:
    solution = logistic(P, "frobenius", 1, tolerance=0.0)
    assert solution.status == "UNDECIDED"
    assert solution.upper == check(solution.certificate).facts["upper"]


def test_misfit_is_minus_the_derivative_of_the_loss() -> None:
    labels, outputs, step = np.array([1.0, -1.0, 1.0]), np.array([0.3, 2.0, -700.0]), 1e-6
    for k in range(3):
        ahead, behind = outputs.copy(), outputs.copy()
        ahead[k], behind[k] = ahead[k] + step, behind[k] - step
        slope = (logistic_loss(labels, ahead) - logistic_loss(labels, behind)) / (2 * step)
        assert -labels[k] * misfit(labels, outputs)[k] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize(
    ("problem", "name", "options", "field"),
    [
        ({"X": [[1], [2]], "y": [1, 0]}, "frobenius", {}, "y[1]"),
        ({"X": [[1], [2]], "y": [1, "1/2"]}, "max-entry", {}, "y[1]"),
        (P, "spectral", {}, "set"),
        (P, "frobenius", {"objective": "penalised", "radius": None, "beta": 1}, "loss"),
        (P, "max-entry", {"objective": "radius", "radius": None}, "loss"),
        (P, "frobenius", {"loss": "hinge"}, "loss"),
        (P, "frobenius", {"radius": None}, "radius"),
        (P, "frobenius", {"width": 1, "radius": 4}, "width"),
        (P, "max-entry", {"width": 3}, "width"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(problem: Any, name: str, options: dict[str, Any], field: str) -> None:
    asked: dict[str, Any] = {"objective": "loss", "radius": 1, "loss": "logistic"} | options
    with pytest.raises(InputError) as refused:
        solve(problem, name, **asked)
    assert refused.value.field == field


INSTANCE = {**P, "set": "frobenius", "radius": 2}


def altered(change: Any) -> Any:
    certificate = copy.deepcopy(certify_logistic(INSTANCE))
    change(certificate["statement"], certificate["proof"])
    return certificate


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s, p: s.update(lower=s["upper"]), "lower"),
        (lambda s, p: s.update(upper=s["lower"]), "upper"),
        (lambda s, p: s.update(radius=1), "beyond the radius"),
        (lambda s, p: s["y"].__setitem__(0, 2), "label"),
        (lambda s, p: s["y"].__setitem__(0, -1), "between 0 and 1"),
        (lambda s, p: p.update(weighted_sum=0), "weighted_sum"),
        (lambda s, p: p["above"].update(sum_of_squares=0), "sum_of_squares"),
        (lambda s, p: p["dual"].__setitem__(0, "1/2"), "drift"),
    ],
)
def test_the_checker_refuses_what_is_not_proved(change: Any, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        check(altered(change))


@pytest.mark.parametrize("change", [{"radius": 1}, {"y": [1, -1, 1, 1, 1]}, {"set": "max-entry"}])
def test_a_certificate_of_another_instance_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="another"):
        check_instance(INSTANCE | change, certify_logistic(INSTANCE))


@pytest.mark.parametrize(
    ("name", "instance"),
    [
        ("no cones", {"X": [[1, 2], [3, -1], [-1, 1], [2, 2]], "y": [1, -1, 1, -1], "set": "frobenius", "radius": 1}),
        ("twice the entropy", {"X": [[1]], "y": [1], "set": "frobenius", "radius": 1}),
        ("no radius", {"X": [[1]], "y": [1], "set": "max-entry", "radius": 1}),
        ("positive signs", {"X": [[1]], "y": [-1], "set": "frobenius", "radius": 1}),
        ("squared loss", {"X": [[1]], "y": [1], "set": "frobenius", "radius": 1}),
        ("entropy reversed", {"X": [[0]], "y": [1], "set": "frobenius", "radius": 1}),
        ("no labels", {"X": [[1], [1], [1]], "y": [1, 1, -1], "set": "max-entry", "radius": 1}),
    ],
)
def test_each_mutant_is_refuted_by_a_small_instance(name: str, instance: dict[str, Any]) -> None:
    mutant = next(mutant for mutant in CLAIM.mutants if mutant.name == name)
    assert CLAIM.examine(instance, mutant).kind is Kind.REFUTED
    assert CLAIM.examine(instance).kind is Kind.CERTIFIED
