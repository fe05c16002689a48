"""The Frobenius row: certified optima, networks that attain them, and honest answers where there is none."""

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numerics.column_generation import generation
from numerics.direct_group_lasso import direct_optimum
from numerics.dual_gauge import Kinks, cover, sharpened
from numerics.multistart import best_of_many_starts
from numerics.solution import Solution
from numerics.solving import solve
from numerics.unfittable import unfittable
from theory.arrangement import arrange
from theory.exact import InputError, check
from theory.exact.effective import effective
from theory.exact.kinks import kink_sum
from theory.exact.rational import dot
from theory.exact.vector_norms import euclidean
from theory.network import Network, fit, loss
from theory.problem import Problem
from theory.reformulation import reformulation, reformulation_names

P = {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "y": [1, -2, 3, 1, 0]}
#: Repeated, opposite, parallel and zero rows; dependent columns.
DEGENERATE = {
    "X": [[1, 2, 1], [3, -1, 3], [1, 2, 1], [-1, -2, -1], [0, 0, 0], [6, -2, 6], [0, 4, 0]],
    "y": [2, -1, 2, 3, 0, -2, "7/3"],
}


def frobenius(problem: Any, **options: Any) -> Solution:
    return solve(problem, "frobenius", **options)


def gaussian(n: int, d: int, seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.standard_normal(n)


def cost(network: Network) -> Fraction:
    return sum((euclidean(effective(neuron.u, neuron.alpha)[1]) for neuron in network.neurons), Fraction(0))


@pytest.mark.parametrize("problem", [P, DEGENERATE, gaussian(12, 4, 0)], ids=["small", "degenerate", "gaussian"])
@pytest.mark.parametrize(
    "options", [{}, {"objective": "loss", "radius": "1/2"}, {"objective": "penalised", "beta": "1/3"}], ids=str
)
def test_an_optimum_is_certified_and_its_network_attains_it(problem: Any, options: dict[str, Any]) -> None:
    solution, data = frobenius(problem, **options), Problem.read(problem)
    assert solution.status == "OPTIMAL"
    assert solution.lower is not None
    assert solution.upper is not None
    assert solution.lower <= solution.upper <= solution.lower * (1 + Fraction(1, 10**9))
    facts = check(json.loads(json.dumps(solution.certificate))).facts
    assert (facts["lower"], facts["upper"]) == (solution.lower, solution.upper)
    network = solution.network
    assert network is not None
    assert network.width == solution.width <= data.n
    attained = {
        "radius": cost(network),
        "loss": loss(data, network),
        "penalised": loss(data, network) + Fraction(1, 3) * cost(network),
    }[solution.objective]
    assert abs(attained - solution.upper) <= Fraction(1, 10**12) * solution.upper
    if solution.objective == "radius":
        assert fit(data, network) == data.y
    if solution.objective == "loss":
        assert cost(network) <= Fraction(1, 2)
    recomputed = solution.recomputed
    assert recomputed is not None
    U = np.array([[float(entry) for entry in neuron.u] for neuron in network.neurons])
    assert recomputed.norms["U"] == pytest.approx(np.linalg.norm(U), rel=1e-12)
    assert recomputed.product == pytest.approx(float(cost(network)), rel=1e-12)
    assert recomputed.loss == pytest.approx(float(loss(data, network)), rel=1e-12)


@pytest.mark.parametrize("problem", [P, DEGENERATE], ids=["small", "degenerate"])
@pytest.mark.parametrize("beta", [2, "1/20"])
def test_two_other_ways_give_the_same_optimum(problem: dict[str, Any], beta: Any) -> None:
    solution = frobenius(problem, objective="penalised", beta=beta)
    assert solution.lower is not None
    assert direct_optimum({**problem, "beta": beta}) == pytest.approx(float(solution.lower), rel=1e-7)
    trained = best_of_many_starts({**problem, "beta": beta})
    assert trained >= float(solution.lower) * (1 - 1e-12)  # training never beats the bound ...
    assert trained <= float(solution.lower) * (1 + 1e-2)  # ... and comes near it


def test_the_three_objectives_tell_one_story() -> None:
    penalised = frobenius(P, objective="penalised", beta="1/2")
    assert penalised.network is not None
    R = cost(penalised.network)
    within = frobenius(P, objective="loss", radius=R)
    assert within.value == pytest.approx(float(loss(Problem.read(P), penalised.network)), rel=1e-9)
    least = frobenius(P)
    assert least.upper is not None
    beyond = frobenius(P, objective="loss", radius=least.upper * 2)
    assert beyond.lower == beyond.upper == 0
    short = frobenius(P, objective="loss", radius=least.upper * Fraction(99, 100))
    assert short.lower is not None
    assert short.lower > 0


@pytest.mark.parametrize(
    ("problem", "options", "value"),
    [
        ({"X": [[3]], "y": [2]}, {"objective": "penalised", "beta": 1}, Fraction(11, 18)),
        ({"X": [[3, 4]], "y": [-2]}, {}, Fraction(2, 5)),
        ({"X": [[1], [-1]], "y": [2, -3]}, {}, Fraction(5)),
        ({"X": [[3, 4]], "y": [2]}, {"objective": "penalised", "beta": 10}, Fraction(2)),  # β is the dual gauge of y
        ({"X": [[3, 4]], "y": [2]}, {"objective": "loss", "radius": 0}, Fraction(2)),
        ({"X": [[3, 4], [1, 1]], "y": [0, 0]}, {}, Fraction(0)),
        ({"X": [[3, 4], [1, 1]], "y": [0, 0]}, {"objective": "penalised", "beta": 1}, Fraction(0)),
        ({"X": [[0, 0], [0, 0]], "y": [1, 2]}, {"objective": "loss", "radius": 9}, Fraction(5, 2)),
        ({"X": [[1], [1]], "y": [1, 3]}, {"objective": "loss", "radius": 9}, Fraction(1)),
    ],
)
def test_optima_known_by_hand(problem: dict[str, Any], options: dict[str, Any], value: Fraction) -> None:
    solution = frobenius(problem, **options)
    assert solution.status == "OPTIMAL"
    assert solution.lower is not None
    assert solution.upper is not None
    assert solution.lower <= value <= solution.upper
    assert solution.upper - solution.lower <= Fraction(1, 10**12) * value


@pytest.mark.parametrize(
    "problem",
    [{"X": [[1, 2], [1, 2]], "y": [1, 2]}, {"X": [[0, 0], [1, 0]], "y": [1, 1]}, {"X": [[1], [-2], [3]], "y": [1, 1, 4]}],
)
def test_targets_that_no_network_fits_are_proved_so(problem: dict[str, Any]) -> None:
    solution = frobenius(problem)
    assert solution.status == "INFEASIBLE"
    assert solution.network is None
    assert check(solution.certificate).facts == {"fittable": False}
    data = Problem.read(problem)
    assert dot(solution.dual, data.y) == 1
    assert kink_sum(data.X, solution.dual).vanishes
    assert solution.write()["value"] is None


def test_targets_of_a_network_are_fittable_and_others_on_one_line_are_not() -> None:
    X = Problem.read({"X": [[1, 2], [2, 4], [-1, -2], [0, 0]], "y": [0] * 4}).X
    assert unfittable(X, (Fraction(1), Fraction(2), Fraction(5), Fraction(0))) is None
    assert unfittable(X, (Fraction(1), Fraction(3), Fraction(5), Fraction(0))) is not None
    assert unfittable(X, (Fraction(1), Fraction(2), Fraction(5), Fraction(1))) is not None


@pytest.mark.parametrize(("rows", "targets"), [("1e-150", "1e120"), ("1e130", 1), (1, "1e-200"), ("7/3", "1e9")])
def test_scales_do_not_matter(rows: Any, targets: Any) -> None:
    a, b = Fraction(rows), Fraction(targets)
    scaled = {"X": [[a * x for x in row] for row in P["X"]], "y": [b * t for t in P["y"]]}
    plain, other = frobenius(P), frobenius(scaled)
    assert other.status == "OPTIMAL"
    assert plain.lower is not None
    assert other.upper is not None
    assert float(other.upper / (plain.lower * b / a)) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize(
    "problem", [{"X": [["1e-400", 0], [0, 1]], "y": [1, 2]}, {"X": [["1e-200"]], "y": ["1e200"]}], ids=["rows", "optimum"]
)
def test_what_doubles_cannot_hold_is_refused_in_words(problem: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"too small beside|beyond 1\.8e308"):
        frobenius(problem)


def test_rows_that_are_almost_parallel_are_answered_or_refused_in_words() -> None:
    sliver = {"X": [[1, 0], [1, "1e-11"], [0, 1]], "y": [1, 3, -1]}
    solution = frobenius(sliver, objective="penalised", beta="1/3")
    assert solution.status == "OPTIMAL"
    check(solution.certificate)
    with pytest.raises(InputError, match="almost parallel"):
        frobenius(sliver)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"objective": "loss"}, "radius"),
        ({"objective": "loss", "radius": -1}, "radius"),
        ({"objective": "loss", "radius": float("nan")}, "radius"),
        ({"objective": "penalised"}, "beta"),
        ({"objective": "penalised", "beta": 0}, "beta"),
        ({"radius": 3}, "radius"),
        ({"beta": 3}, "beta"),
        ({"objective": "best"}, "objective"),
        ({"width": 0}, "width"),
        ({"width": 2.5}, "width"),
        ({"width": 1}, "width"),
        ({"width": True}, "width"),
        ({"tolerance": -1}, "tolerance"),
        ({"set": "nuclear-banana"}, "set"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as refused:
        solve(P, **({"set": "frobenius"} | options))
    assert refused.value.field == field


def test_the_width_asked_for_is_kept() -> None:
    free = frobenius(P)
    assert free.width is not None
    assert frobenius(P, width=free.width).width == free.width


def test_names_find_reformulations() -> None:
    assert reformulation("frobenius").name == "frobenius"
    assert "frobenius" in reformulation_names()
    with pytest.raises(InputError, match="frobenius"):
        reformulation("frobenius:2")


def test_an_answer_is_json_and_the_same_again() -> None:
    first, second = frobenius(gaussian(9, 3, 4)), frobenius(gaussian(9, 3, 4))
    assert json.dumps(first.write()) == json.dumps(second.write())
    assert first.certificate == second.certificate


def test_a_column_keeps_exactly_the_facets_of_its_cone() -> None:
    X, y = gaussian(14, 3, 1)
    data = Problem.read((X, y))
    problem, arrangement = generation(data.X, data.y), arrange(X)
    counts = dict(zip((row.tobytes() for row in arrangement.patterns), arrangement.facets().sum(axis=1), strict=True))
    for u in np.random.default_rng(0).standard_normal((20, 3)):
        problem.add(1, problem.lines @ u > 0)
    assert len(problem.columns) > 10
    for column in problem.columns:
        assert len(column.facets) == counts[column.pattern.tobytes()]


def test_branch_and_bound_finds_the_dual_gauge_that_all_patterns_give() -> None:
    X, mu = gaussian(11, 3, 0)
    arrangement = arrange(X)
    q = Kinks.of(kink_sum(Problem.read((X, mu)).X, Problem.read((X, mu)).y))
    found = cover(q, 0.0)
    largest = float(sharpened(q, found.survivors).sizes.max())
    points = np.random.default_rng(0).standard_normal((200_000, 3))
    points /= np.linalg.norm(points, axis=1)[:, None]
    sampled = (np.maximum(points @ X.T, 0) @ mu).max()
    assert sampled <= largest * (1 + 1e-12)
    assert sampled >= largest * (1 - 1e-3)
    cells = {tuple(row) for leaves in (*found.leaves, found.survivors) for row in leaves.sides.tolist()}
    convex = X[[int(np.flatnonzero((normal == X).all(axis=1))[0]) for normal in q.normals[: q.convex]]]
    assert {tuple(row) for row in arrange(convex).patterns.tolist()} == cells
    assert arrangement.count > len(cells)
