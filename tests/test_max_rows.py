"""Max-entry, max-column and entrywise ℓ1 rows: exact values, widths, degenerate data, and what the checker refuses."""

import copy
import json
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from numerics import solve
from numerics.box_cover import Exceeded, certify_box, greatest
from numerics.box_vertices import BoxVertices
from numerics.direct_widths import loss_by_every_allocation
from theory.arrangement import arrange
from theory.exact import Rejected, certificate, check
from theory.exact.allocations import Units, by_sign, divided, line_normals
from theory.exact.cover import Walled, largest_on_unit_ball
from theory.exact.kinks import kink_sum
from theory.exact.rational import InputError, dot
from theory.exact.vector_norms import largest_entry, sum_of_entries
from theory.network import loss
from theory.problem import Problem
from theory.reformulation import reformulation
from theory.reformulation.entrywise_l1 import least_product
from theory.reformulation.width_limited import copies, level, neurons_needed

#: The data of T-separation: two neurons fit them at A (largest entry 2) and at B (3) only.
SEPARATION = {"X": [[-1, 2], [0, -2], [2, 0], [-3, -3]], "y": [3, 4, 2, 12]}
PLAIN = {"X": [[1, 2], [3, -1], [0, 1], [-2, 1]], "y": [1, -2, 3, 4]}
DEGENERATE: list[dict[str, Any]] = [
    {"X": [[0, 0], [1, 1]], "y": [0, 2]},
    {"X": [[1, 1], [1, 1]], "y": [0, 0]},
    {"X": [[0, 0]], "y": [0]},
    {"X": [[2]], "y": [-3]},
    {"X": [[1, 1], [1, 1], [2, 2], [-1, -1]], "y": [1, 1, 2, 5]},
    {"X": [[1, 2, 3, 4]], "y": [7]},
    {"X": [[1, 0, 1], [2, 0, 2], [0, 1, 0]], "y": [1, 2, "-1/3"]},
    {"X": [["1e-9", "2e-9"], ["3e-9", "-1e-9"]], "y": ["1e9", "-2e9"]},
    {"X": [["1e9", "2e9"], ["3e9", "-1e9"]], "y": ["1e-9", "-2e-9"]},
]
SETS = ("max-entry", "max-column")


def fractions(rows: Any) -> Any:
    return tuple(fractions(row) if isinstance(row, list | tuple | np.ndarray) else Fraction(int(row)) for row in rows)


# Values -------------------------------------------------------------------------------------------------------------


def test_two_neurons_fit_the_separation_data_best_at_a_with_radius_two() -> None:
    found = solve(SEPARATION, "max-entry", width=2)
    assert (found.lower, found.upper) == (2, 2)
    weights = [[int(entry) for entry in neuron["u"]] for neuron in found.certificate["proof"]["network"]["neurons"]]
    assert weights == [[-2, -2], [1, 2]]


def test_two_neurons_fit_the_separation_data_best_at_a_by_columns_too() -> None:
    found = solve(SEPARATION, "max-column", width=2)
    assert float(found.upper) == pytest.approx(8**0.5, rel=1e-12)
    assert found.status == "OPTIMAL"


@pytest.mark.parametrize("seed", range(4))
def test_width_times_radius_falls_to_the_gauge_and_never_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = rng.integers(-4, 5, (4, 2)).tolist(), rng.integers(-5, 6, 4).tolist()
    gauge = solve(data, "max-entry")
    if gauge.status == "INFEASIBLE":
        return
    radii = [solve(data, "max-entry", width=m) for m in (3, 4, 6)]
    values = [each.upper for each in radii if each.upper is not None]
    assert all(each.lower == each.upper for each in (gauge, *radii) if each.status != "INFEASIBLE")
    assert values == sorted(values, reverse=True)
    assert 6 * values[-1] >= gauge.upper >= (6 - 4 + 1) * values[-1]


def test_large_width_gauge_of_columns_is_that_of_the_frobenius_set() -> None:
    column, frobenius = solve(PLAIN, "max-column"), solve(PLAIN, "frobenius")
    assert (column.lower, column.upper) == (frobenius.lower, frobenius.upper)
    assert column.recomputed.norms["gauge"] == pytest.approx(frobenius.recomputed.product, rel=1e-9)


def test_sets_in_one_another_have_radii_in_the_same_order() -> None:
    frobenius = solve(PLAIN, "frobenius")
    entry, column = (solve(PLAIN, name, width=frobenius.width) for name in SETS)
    spectral = solve(PLAIN, "spectral")
    assert entry.upper < column.lower
    assert column.upper <= spectral.upper <= frobenius.upper * (1 + Fraction(1, 10**6))
    # One row of equal entries: a factor √d between the two, as far as it goes.
    row = {"X": [[1, 1, 1, 1]], "y": [8]}
    assert solve(row, "max-entry", width=2).upper * 2 == solve(row, "max-column", width=2).upper


@pytest.mark.parametrize("seed", range(2))
def test_columns_agree_with_every_choice_of_groups(seed: int) -> None:
    import cvxpy as cp

    rng = np.random.default_rng(seed)
    X, R = rng.integers(-3, 4, (2, 2)), 0.75
    y = rng.integers(-6, 7, 2)
    groups, best = [(D, sign) for D in arrange(X.tolist()).patterns for sign in (1, -1)], np.inf
    for chosen in combinations_with_replacement(groups, 2):
        V = cp.Variable((2, 2))
        fit = sum(sign * cp.multiply(D, X @ V[j]) for j, (D, sign) in enumerate(chosen))
        cones = [cp.multiply(2.0 * D - 1, X @ V[j]) >= 0 for j, (D, _) in enumerate(chosen)]
        model = cp.Problem(cp.Minimize(cp.sum_squares(fit - y) / 2), [cp.norm(V, axis=1) <= R, *cones])
        best = min(best, float(model.solve(solver="CLARABEL")))
    found = solve((X, y), "max-column", objective="loss", radius=R, width=2)
    assert found.status == "OPTIMAL"
    assert found.value == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_loss_of_three_neurons_agrees_with_every_choice_of_groups() -> None:
    instance = {"X": [[2], [-1], [3]], "y": [9, -7, 2], "width": 3, "radius": "1/2"}
    found = solve({"X": instance["X"], "y": instance["y"]}, "max-entry", objective="loss", radius="1/2", width=3)
    assert found.lower == found.upper > 0
    assert float(found.upper) == pytest.approx(loss_by_every_allocation(instance), rel=1e-6)


# Every kind of data -------------------------------------------------------------------------------------------------


WITHIN = {"objective": "loss", "radius": "1/2"}


# Without a width the max-column row is the Frobenius row, which has tests of its own.
@pytest.mark.parametrize("problem", DEGENERATE, ids=str)
@pytest.mark.parametrize(
    ("name", "options"),
    [("max-entry", {}), ("max-entry", WITHIN), *((name, {**each, "width": 2}) for name in SETS for each in ({}, WITHIN))],
    ids=str,
)
def test_degenerate_data_have_checked_answers(name: str, problem: dict[str, Any], options: dict[str, Any]) -> None:
    found = solve(problem, name, **options)
    assert found.status == "OPTIMAL", found
    again = check(json.loads(json.dumps(found.certificate))).facts
    assert (again["lower"], again["upper"]) == (found.lower, found.upper)
    network, data = found.network, Problem.read(problem)
    assert network is not None
    assert found.recomputed is not None
    norms = reformulation(name).measure(network)
    assert [found.recomputed.norms["U"], found.recomputed.norms["alpha"]] == list(norms)
    if options.get("objective") == "loss":
        assert loss(data, network) == found.upper
        assert float(norms[0] * norms[1]) <= 0.5 * (1 + 1e-12)
    else:
        assert loss(data, network) == 0
    if not options:
        assert found.recomputed.norms["gauge"] == pytest.approx(float(found.upper), rel=1e-12, abs=0)
    if options == {"width": 2}:
        assert norms[0] * norms[1] == pytest.approx(float(found.upper), rel=1e-12, abs=0)
        assert network.width <= 2


@pytest.mark.parametrize("name", SETS)
def test_targets_that_no_network_fits_are_infeasible_with_a_certificate(name: str) -> None:
    for problem in ({"X": [[0, 0]], "y": [1]}, {"X": [[1, 1], [2, 2]], "y": [1, 3]}):
        found = solve(problem, name, width=3)
        assert found.status == "INFEASIBLE"
        assert check(found.certificate).facts == {"fittable": False}


@pytest.mark.parametrize("name", SETS)
def test_targets_that_too_few_neurons_fit_are_infeasible_at_that_width_only(name: str) -> None:
    found = solve(PLAIN, name, width=2)
    assert found.status == "INFEASIBLE"
    assert check(found.certificate).facts["fittable"] is False
    assert found.certificate["statement"]["width"] == 2
    assert solve(PLAIN, name, width=3).status == "OPTIMAL"


def test_a_radius_that_allows_a_fit_has_loss_zero_and_one_below_it_has_not() -> None:
    least = solve(PLAIN, "max-entry", width=3).upper
    within = solve(PLAIN, "max-entry", objective="loss", radius=least, width=3)
    below = solve(PLAIN, "max-entry", objective="loss", radius=least - Fraction(1, 10**6), width=3)
    assert within.upper == 0 < below.lower == below.upper < Fraction(1, 10**8)


@pytest.mark.parametrize(
    ("options", "field"),
    [({"width": 0}, "width"), ({"objective": "loss"}, "radius"), ({"objective": "loss", "radius": -1}, "radius"),
     ({"objective": "penalised", "beta": 1}, "objective")],
)
def test_bad_options_name_their_field(options: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as error:
        solve(PLAIN, "max-entry", **options)
    assert error.value.field == field


def test_too_many_vertices_and_rows_that_doubles_cannot_tell_apart_are_refused() -> None:
    wide = np.random.default_rng(0).integers(-99, 99, (60, 6))
    with pytest.raises(InputError, match=r"X: .* too many"):
        solve((wide, wide[:, 0]), "max-entry")
    with pytest.raises(InputError, match="ill-conditioned"):
        solve({"X": [[1e-300, 1], [1, 1e300]], "y": [1, 2]}, "max-entry")


def test_entrywise_l1_has_no_convex_form() -> None:
    with pytest.raises(InputError, match="no convex form"):
        reformulation("entrywise-l1")
    assert least_product(fractions([[1, -3], [0, 9]])) == (25, 25)
    low, high = least_product(fractions([[1, 1], [1, 2]]))
    assert low < high
    assert low <= (Fraction(2**0.5) + Fraction(3**0.5)) ** 2 * (1 + Fraction(1, 10**15))


# Recovery -----------------------------------------------------------------------------------------------------------


def test_a_group_takes_a_neuron_for_each_radius_begun() -> None:
    third = Fraction(1, 3)
    assert neurons_needed([Fraction(2), Fraction(0), third], third) == 7
    assert neurons_needed([Fraction(2) + Fraction(1, 10**9)], Fraction(1)) == 3
    assert neurons_needed([Fraction(0)], Fraction(0)) == 0
    assert neurons_needed([Fraction(1)], Fraction(0)) is None


def test_copies_add_up_and_level_networks_have_the_product_of_their_largest_neuron() -> None:
    neurons = copies((-1, (Fraction(3), Fraction(-7))), 4)
    assert [sum(column) for column in zip(*(v for _, v in neurons), strict=True)] == [3, -7]
    network = level(neurons, 7 / 4, 2)
    assert {neuron.effective for neuron in network.neurons} == {(Fraction(3, 4), Fraction(-7, 4))}
    entries, alpha = reformulation("max-entry").measure(network)
    assert entries * alpha == pytest.approx(7 / 4, rel=1e-15)
    assert entries == pytest.approx(alpha, rel=1e-6)
    assert level([], 0.0, 3).width == 1


# The checker --------------------------------------------------------------------------------------------------------


def test_allocations_leave_nothing_out() -> None:
    assert by_sign(1, 2) == [(Units(1, "**", 1),), (Units(-1, "**", 1),)]
    three = (Units(1, "*-", 3), Units(-1, "**", 1))
    assert [[units.count for units in each] for each in divided(three, 0, 0)] == [[3, 1], [1, 2, 1], [2, 1, 1], [3, 1]]
    assert divided(three, 0, 0)[1][:2] == (Units(1, "+-", 1), Units(1, "--", 2))


def leaves(node: Any) -> list[dict[str, Any]]:
    return [leaf for child in node["children"] for leaf in leaves(child)] if "children" in node else [node]


@pytest.mark.parametrize("change", ["child", "classes", "count", "side", "line", "bound", "drift", "network", "infinite"])
def test_the_checker_refuses_trees_that_leave_something_out(change: str) -> None:
    proof = copy.deepcopy(solve(SEPARATION, "max-entry", width=2).certificate)
    tree = proof["proof"]["tree"]
    inner = next(child for child in tree["children"] if "children" in child)
    finite = next(leaf for leaf in leaves(tree) if leaf["bound"] is not None)
    match change:
        case "child":
            del inner["children"][0]
        case "classes":
            finite["classes"].reverse()
            finite["classes"].append(finite["classes"][0])
        case "count":
            finite["classes"][0]["count"] += 1
        case "side":
            finite["classes"][0]["sides"] = finite["classes"][0]["sides"].replace("*", "+", 1) + "x"
        case "line":
            inner["line"] = (inner["line"] + 1) % 4
        case "bound":
            finite["bound"] = 1000
        case "drift":
            finite["drift"][0] = 1000
        case "network":
            proof["proof"]["network"]["neurons"].append(proof["proof"]["network"]["neurons"][-1])
        case "infinite":
            finite["bound"] = None
    with pytest.raises(Rejected):
        check(proof)


@pytest.mark.parametrize(
    ("options", "neurons", "upper", "reason"),
    [
        ({"objective": "loss", "radius": 1}, [2], 32, "beyond the radius"),
        ({}, [5], 5, "does not fit"),
        ({}, [5, 5], 5, "at most 1"),
        ({}, [0, 10], 10, "or one is zero"),
    ],
)
def test_networks_beyond_the_radius_off_the_targets_or_too_wide_are_refused(
    options: dict[str, Any], neurons: list[int], upper: int, reason: str
) -> None:
    proof = copy.deepcopy(solve({"X": [[1]], "y": [10]}, "max-entry", width=2 if 0 in neurons else 1, **options).certificate)
    proof["proof"]["network"]["neurons"] = [{"u": [v], "alpha": int(v > 0)} for v in neurons]
    proof["statement"]["upper"] = upper
    with pytest.raises(Rejected, match=reason):
        check(proof)


def test_a_tree_with_a_finite_leaf_does_not_show_that_nothing_fits() -> None:
    proof = solve(SEPARATION, "max-entry", width=2).certificate
    statement = {name: value for name, value in proof["statement"].items() if name not in ("lower", "upper")}
    with pytest.raises(Rejected, match="cannot fit"):
        check(certificate("width-limited", statement | {"objective": "fit"}, {"tree": proof["proof"]["tree"]}))


def test_an_upper_end_of_null_is_proved_without_a_network_and_says_nothing() -> None:
    proof = copy.deepcopy(solve(SEPARATION, "max-entry", width=2).certificate)
    proof["statement"]["upper"] = None
    del proof["proof"]["network"]
    assert check(proof).facts.keys() == {"lower", "leaves"}


def test_a_cover_of_a_cone_proves_the_greatest_value_there_and_nothing_outside() -> None:
    # q(u) = (u_1)_+ − 2(u_2)_+: 1 on the whole box, and −2·0 + 1 = 1 at (1, 0); on u_1 ≤ 0 it is 0.
    X = fractions([[1, 0], [0, 1]])
    q, vertices = kink_sum(X, fractions([1, -2])), BoxVertices(line_normals(X), 2)
    left = Walled.of(q, (X[0],))
    assert largest_on_unit_ball(left, certify_box(left, vertices, Fraction(0), "-"), "cover", sum_of_entries, "-") == 0
    assert greatest(q, vertices, np.arange(len(vertices.points)))[0] == 1
    with pytest.raises(Exceeded):
        certify_box(left, vertices, Fraction(99, 100), "+")
    with pytest.raises(Rejected):
        largest_on_unit_ball(left, certify_box(left, vertices, Fraction(0), "-"), "cover", sum_of_entries, "+")


@pytest.mark.parametrize("seed", range(3))
def test_covers_of_the_box_prove_the_maximum_over_samples_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, mu = rng.integers(-4, 5, (7, 3)), rng.integers(-4, 5, 7)
    q, vertices = kink_sum(fractions(X), fractions(mu)), BoxVertices(line_normals(fractions(X)), 3)
    w, where = greatest(q, vertices, np.arange(len(vertices.points)))
    assert largest_on_unit_ball(q, certify_box(q, vertices, w), "cover", sum_of_entries) == w
    samples = rng.uniform(-1, 1, (2000, 3))
    assert (np.maximum(samples @ X.T, 0) @ mu).max() <= w
    if where is not None:
        u = vertices.exact(where)
        assert largest_entry(u) == 1
        assert sum(int(m) * max(Fraction(0), dot(fractions(row), u)) for m, row in zip(mu, X, strict=True)) == w
