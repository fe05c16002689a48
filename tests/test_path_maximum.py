"""The maximum along a given path: exact where data are rational, between proved bounds in doubles, never below a grid."""

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics import path_barrier, window_search
from numerics.loss_boxes import Boxes
from numerics.loss_profile import by_cells, by_pieces
from numerics.scaled_path import ScaledPath
from numerics.segment_events import WHOLE, Window, pairwise_sum
from numerics.sorted_rows import SortedRows
from paper_checks.cli import main
from theory.contracts import Effort, examine
from theory.exact import InputError, Rejected, check
from theory.exact.bernstein import bernstein, halves, value
from theory.registry import claim
from theory.theorems.path_maximum import between, network, path_of, sampled

P = {"X": [[-1, 2], [0, -2], [2, 0], [-3, -3]], "y": [3, 4, 2, 12]}
A = network(([-2, -2], 1), ([1, 2], 1))
B = network(([-3, 0], 1), ([1, -2], 1))
SWAPPED = {"X": [[1], [0]], "y": [-2, 0]}, network(([-2], 2), ([2], -1)), network(([2], -1), ([-2], 2))
IRRATIONAL = {"X": [[-1, 2], [-1, 1]], "y": [5, 3]}, network(([-1, 2], 1)), network(([-1, 1], 2))

Arrays = tuple[tuple[Any, Any], tuple[Any, Any], tuple[Any, Any]]


def random_path(n: int, m: int, d: int, seed: int = 0) -> Arrays:
    """Data fitted by one end, and the other end with the same neurons in other places, a little changed."""
    rng = np.random.default_rng(seed)
    X, U, alpha = rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)
    order = rng.permutation(m)
    return (X, np.maximum(X @ U, 0) @ alpha), (U, alpha), (U[:, order] + rng.normal(0, 0.1, (d, m)), alpha[order])


def grid(problem: tuple[Any, Any], a: tuple[Any, Any], b: tuple[Any, Any], points: int) -> float:
    """The largest loss at equally spaced points."""
    (X, y), losses = problem, []
    for t in np.linspace(0, 1, points):
        outputs = np.maximum(X @ ((1 - t) * a[0] + t * b[0]), 0) @ ((1 - t) * a[1] + t * b[1])
        losses.append(0.5 * np.sum((outputs - y) ** 2))
    return float(max(losses))


# Exact ---------------------------------------------------------------------------------------------------------------


def test_the_linear_path_of_the_separation_rises_to_13_halves() -> None:
    found = path_barrier(P, A, B)
    assert (found.barrier, found.lower, found.upper, found.argmax) == (Fraction(13, 2),) * 3 + (Fraction(2, 5),)
    assert (found.above_ends, found.above_chord, found.pieces, found.exact) == (Fraction(13, 2), Fraction(13, 2), 5, True)


def test_parameters_move_linearly_not_effective_weights() -> None:
    # (1, 2) and (2, 1) have one effective weight, so in effective weights nothing moves.
    found = path_barrier({"X": [[2]], "y": [4]}, network(([1], 2)), network(([2], 1)))
    assert (found.barrier, found.argmax) == (Fraction(1, 8), Fraction(1, 2))


def test_two_maxima_inside_of_pieces_are_found_exactly() -> None:
    found = path_barrier(*SWAPPED)
    assert found.lower == found.upper == Fraction(625, 288)
    assert found.certificate is not None
    assert found.certificate["proof"]["argmax"] == ["5/12", "7/12"]


def test_an_irrational_maximum_is_enclosed_and_attained() -> None:
    found = path_barrier(*IRRATIONAL)
    assert 0 < found.upper - found.lower <= found.lower / 2**60
    problem, (a, b) = path_of(IRRATIONAL[0] | {"path": IRRATIONAL[1:]})
    from theory.network import loss

    assert loss(problem, between(a, b, found.argmax)) == found.lower == found.barrier


def test_a_shorter_place_is_never_taken_for_a_much_lower_value() -> None:
    # The box that is left to halve here touches the best place found, and holds no value as large as that.
    a, b = network(([0], -9), ([10], -1)), network(([-6], -8), ([-3], -5))
    found = path_barrier({"X": [[8], [-1]], "y": [-19, -28]}, a, b)
    assert found.upper - found.lower <= found.lower / 2**60
    assert check(found.certificate).facts["upper"] == found.upper


def test_via_passes_through_networks_in_order() -> None:
    middle = network(([0, 2], 1), ([0, -1], 2))
    found = path_barrier(P, A, B, via=[middle, A])
    expected = max(path_barrier(P, *pair).barrier for pair in ((A, middle), (middle, A), (A, B)))
    assert found.barrier == expected
    assert 0 <= found.argmax <= 3
    assert found.barrier >= max(sampled(P | {"path": [A, middle, A, B]}))


@pytest.mark.parametrize(
    ("problem", "path", "maximum"),
    [
        (P, [A, A], 0),
        (P, [A, A, B, B], Fraction(13, 2)),
        ({"X": [[0, 0]], "y": [3]}, [A, B], Fraction(9, 2)),
        ({"X": [[0]], "y": ["1e-150"]}, [network((["1e200"], 1)), network((["-1e200"], 1))], Fraction("1e-300") / 2),
        ({"X": [[1]], "y": [0]}, [network(([0], 1)), network(([0], -5))], 0),
        ({"X": [[1]], "y": [0]}, [network(([-1], 1)), network(([1], 1))], Fraction(1, 2)),
        ({"X": [[1]], "y": [1]}, [network(([0], 0)), network(([0], 0))], Fraction(1, 2)),
        ({"X": [[1], [1], [-2]], "y": [0, 0, 0]}, [network(([1], 2), ([5], 0)), network(([-1], 2), ([5], 0))], 8),
    ],
)
def test_degenerate_paths_agree_in_both_arithmetics(problem: Any, path: list[Any], maximum: Any) -> None:
    exact, doubles = (path_barrier(problem, path[0], path[-1], path[1:-1], exact=flag) for flag in (True, False))
    assert exact.lower == exact.upper == maximum
    assert doubles.lower <= maximum <= doubles.upper
    assert doubles.upper - doubles.lower <= maximum / Fraction(10**11) + (0 if maximum else Fraction(1, 10**25))


def test_a_search_never_leaves_the_window_it_narrows() -> None:
    # Narrowing around [0.65, 0.75] once led to a window beyond the one whose events were at hand, and to a chord of 295.5.
    path = [network(([1, 2], 2), ([-3, 0], 2), ([1, -3], -2)), network(([3, 3], 1), ([1, 2], 1), ([0, -3], -2)),
            network(([2, 0], 2), ([1, 2], -1), ([0, 3], 1))]
    problem = {"X": [[-3, -1], [-3, 0]], "y": [18, 18]}
    exact, doubles = (path_barrier(problem, path[0], path[2], path[1:2], exact=flag) for flag in (True, False))
    assert exact.above_chord == Fraction(2349, 8)
    assert abs(doubles.above_chord - exact.above_chord) < Fraction(1, 10**10)


def test_exact_and_double_bounds_overlap_on_random_rational_paths() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        n, d, m = rng.integers(1, 5), rng.integers(1, 4), rng.integers(1, 4)
        scale, other = Fraction(10) ** int(rng.integers(-200, 200)), Fraction(2) ** int(rng.integers(-400, 400))
        integers = lambda *shape: rng.integers(-3, 4, shape).tolist()  # noqa: E731
        problem = {"X": [[scale * e for e in row] for row in integers(n, d)], "y": [scale * other * e for e in integers(n)]}
        path = [network(*(([other * e for e in u], a) for u, a in zip(integers(m, d), integers(m), strict=True)))
                for _ in range(3)]
        exact, doubles = (path_barrier(problem, path[0], path[2], path[1:2], exact=flag) for flag in (True, False))
        assert doubles.lower <= exact.upper
        assert exact.lower <= doubles.upper
        assert doubles.upper - doubles.lower <= exact.upper / 10**8
        assert abs(doubles.above_chord - exact.above_chord) <= exact.upper / 10**10


# In doubles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m", "d"), [(1, 1, 1), (1, 300, 2), (40, 1, 3), (60, 40, 5), (30, 900, 80)])
def test_bounds_in_doubles_are_close_and_no_grid_is_above(n: int, m: int, d: int) -> None:
    problem, a, b = random_path(n, m, d)
    found = path_barrier(problem, a, b)
    assert not found.exact
    best = grid(problem, a, b, 201)
    assert best <= found.upper * (1 + Fraction(1, 10**12))
    assert best >= float(found.lower) * (1 - 1e-2)
    assert found.upper - found.lower <= found.barrier * Fraction(1, 10**10) + Fraction(1, 10**25)


@pytest.mark.parametrize("sort_up_to", [0, 64, 10**9])
def test_cells_and_pieces_lead_to_the_exact_maximum(sort_up_to: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_search, "SORTED", sort_up_to)
    for seed in range(3):
        problem, a, b = random_path(9, 24, 3, seed)
        exact, doubles = path_barrier(problem, a, b, exact=True), path_barrier(problem, a, b)
        assert doubles.lower <= exact.upper
        assert exact.lower <= doubles.upper
        assert doubles.upper - doubles.lower <= exact.barrier / 10**12
        assert abs(doubles.argmax - exact.argmax) < 1e-6
        assert abs(doubles.above_chord - exact.above_chord) <= exact.barrier / 10**11


def test_profiles_bound_the_loss_everywhere_in_a_window() -> None:
    problem, a, b = random_path(20, 50, 4)
    (segment,) = ScaledPath.of(problem, [a, b]).segments()
    unit = 4.0 ** ScaledPath.of(problem, [a, b]).exponent
    for window in (WHOLE, WHOLE.around(-0.4, -0.32), WHOLE.around(0.998, 1.0)):
        rows = SortedRows.of(segment, window)
        inner = window.around(-0.4, -0.3)
        for profile in (by_pieces(rows), by_pieces(rows.within(inner)), by_cells(segment, window, 16)):
            boxes = Boxes.of(profile, (0.0, 0.0))
            for w in np.linspace(-1, 1, 101):
                piece = min(int(np.searchsorted(profile.edges, w, side="right")) - 1, len(boxes.left) - 1)
                loss = grid(problem, *([_at(a, b, profile.window.time(w))] * 2), points=1) / unit
                assert loss <= boxes.upper[piece] * (1 + 1e-12)
            assert boxes.highest()[2] <= boxes.highest()[1] <= boxes.upper.max()


def _at(a: tuple[Any, Any], b: tuple[Any, Any], t: float) -> tuple[Any, Any]:
    return (1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]


def test_cancelling_neurons_widen_the_bounds_and_never_break_them() -> None:
    (X, y), (U, alpha), (V, beta) = random_path(8, 6, 3)
    pairs = [(np.hstack([W, W]), np.concatenate([1e7 * a, (1 - 1e7) * a])) for W, a in ((U, alpha), (V, beta))]
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(12)
        (first, a), (second, b) = [(W[:, order], c[order]) for W, c in pairs]
        exact, doubles = (path_barrier((X, y), (first, a), (second, b), exact=flag) for flag in (True, False))
        assert doubles.lower <= exact.lower
        assert exact.upper <= doubles.upper
        assert Fraction(1, 10**8) < (doubles.upper - doubles.lower) / exact.barrier < Fraction(1, 10**4)


def test_equal_maxima_far_apart_are_both_kept() -> None:
    problem, a, _ = random_path(15, 12, 3)
    order = np.arange(12)[::-1]
    found = path_barrier(problem, a, (a[0][:, order], a[1][order]))
    exact = path_barrier(problem, a, (a[0][:, order], a[1][order]), exact=True)
    assert found.lower <= exact.upper
    assert exact.lower <= found.upper
    assert found.upper - found.lower <= exact.barrier / 10**12


@pytest.mark.parametrize("outer", [WHOLE, Window(0.625, 0.125), Window(1 - 2.0**-30, 2.0**-30)])
def test_a_window_around_an_interval_contains_it_and_stays_inside(outer: Window) -> None:
    for left, right in [(-1.0, -1 + 1e-15), (-0.8, -0.8), (1 - 1e-9, 1.0), (-0.4, 0.8), (0.0, 1e-7), (0.9, 1.0), (-1.0, 1.0)]:
        inner = outer.around(left, right)
        assert outer.time(-1) <= inner.time(-1) <= outer.time(left) <= outer.time(right) <= inner.time(1) <= outer.time(1)
        assert inner.radius <= max(1.3 * outer.radius * (right - left), 2.0**-36)
    assert [half.time(w) for half in outer.halves() for w in (-1, 1)] == [outer.time(w) for w in (-1, 0, 0, 1)]


def test_sums_in_pairs_add_every_term_once() -> None:
    for length in (1, 2, 31, 32, 33, 100, 257):
        terms = np.arange(3.0 * length).reshape(3, length) ** 2
        assert pairwise_sum(terms.copy()).tolist() == terms.sum(axis=1).tolist()


def test_arrays_tensors_and_exact_numbers_get_one_answer() -> None:
    arrays = [(np.array([[-2, 1], [-2, 2]]), np.array([1.0, 1])), (np.array([[-3, 1], [0.0, -2]]), np.array([1, 1]))]
    in_doubles = path_barrier((np.array(P["X"]), np.array(P["y"])), *arrays)
    exactly = path_barrier((np.array(P["X"]), np.array(P["y"])), *arrays, exact=True)
    assert exactly.barrier == path_barrier(P, A, B).barrier
    assert in_doubles.lower <= exactly.barrier <= in_doubles.upper
    assert isinstance(in_doubles.write()["barrier"], float)


# Checker -------------------------------------------------------------------------------------------------------------


def test_the_claim_keeps_its_contracts() -> None:
    result = examine(claim("path-maximum"), Effort(examples=6, corruptions=120, search=40))
    assert result.good, {name: o.detail for name, o in result.outcomes.items() if not o.passed}
    assert str(result.verdict) == "PROVED"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c["statement"].update(upper=6), "above 6"),
        (lambda c: c["statement"].update(upper=7), "what is derived is 13/2"),
        (lambda c: c["statement"].update(lower=6), "argmax"),
        (lambda c: c["proof"].update(argmax=[]), "argmax"),
        (lambda c: c["proof"].update(argmax=["7/2"]), "argmax"),
        (lambda c: c["proof"].update(pieces=4), "pieces"),
        (lambda c: c["proof"].update(bisections=10**9), "bisections"),
        (lambda c: c["statement"]["path"].pop(), "two networks"),
        (lambda c: c["statement"]["path"][1]["neurons"].pop(), "1 neurons, but the first network has 2"),
        (lambda c: c["statement"].update(X=[]), "no entries"),
    ],
)
def test_a_wrong_certificate_is_rejected_with_its_reason(change: Any, reason: str) -> None:
    certificate = copy.deepcopy(path_barrier(P, A, B).certificate)
    assert certificate is not None
    assert check(certificate).facts["upper"] == Fraction(13, 2)
    change(certificate)
    with pytest.raises(Rejected, match=reason):
        check(certificate)


def test_an_unreachable_bound_is_rejected_within_the_stated_halvings() -> None:
    certificate = copy.deepcopy(path_barrier(*IRRATIONAL).certificate)
    assert certificate is not None
    assert certificate["proof"]["bisections"] > 0
    certificate["proof"]["bisections"] -= 1
    with pytest.raises(Rejected, match="are needed"):
        check(certificate)


def test_bernstein_form_keeps_the_quartic() -> None:
    quartic = tuple(map(Fraction, (3, -1, 4, -1, 5)))
    box = bernstein(quartic, Fraction(-1, 3), Fraction(2))
    left, right = halves(box)
    for part, start, end in ((box, Fraction(-1, 3), Fraction(2)), (left, Fraction(-1, 3), Fraction(5, 6)),
                             (right, Fraction(5, 6), Fraction(2))):
        assert part == bernstein(quartic, start, end)
        assert (part[0], part[-1]) == (value(quartic, start), value(quartic, end))
        for k in range(9):
            assert min(part) <= value(quartic, start + Fraction(k, 8) * (end - start)) <= max(part)


# Command line --------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    wide = network(([1, 1], 1), ([1, 1], 1), ([1, 1], 1))
    for name, content in {"P": P, "A": A, "B": B, "wide": wide}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["path-barrier", *arguments])
    captured = capsys.readouterr()
    return int(left.value.code or 0), captured.out, captured.err


def test_the_verb_prints_its_fields(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "P.json", "A.json", "B.json", "--via", "B.json", "--via", "A.json", "--json")
    answer = json.loads(out)
    assert code == 0
    assert {"barrier", "lower", "upper", "argmax", "pieces", "above_ends"} <= set(answer)
    assert answer["barrier"] == answer["lower"] == answer["upper"] == "13/2"
    assert answer["argmax"] == "2/5"
    assert "13/2 at 2/5 of 1" in run(capsys, "P.json", "A.json", "B.json")[1]


def test_the_verb_writes_a_certificate_that_checks(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "P.json", "A.json", "B.json", "--certificate", "c.json", "--json")
    assert (code, json.loads(out)["certificate"]) == (0, "c.json")
    assert check(json.loads(Path("c.json").read_text())).facts["argmax"] == Fraction(2, 5)


def test_large_data_are_answered_in_doubles(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (X, y), a, b = random_path(50, 120, 4)
    (files / "large.json").write_text(json.dumps({"X": X.tolist(), "y": y.tolist()}))
    for name, (U, alpha) in {"a": a, "b": b}.items():
        (files / f"{name}.json").write_text(json.dumps(network(*zip(U.T.tolist(), alpha.tolist(), strict=True))))
    answer = json.loads(run(capsys, "large.json", "a.json", "b.json", "--json")[1])
    assert answer["exact"] is False
    assert answer["certificate"] is None
    assert answer["lower"] <= answer["barrier"] <= answer["upper"] <= answer["lower"] * (1 + 1e-11)
    assert answer["upper"] >= grid((X, y), a, b, 201)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["P.json", "A.json", "wide.json"], "wide.json: network.neurons"),
        (["P.json", "A.json", "B.json", "--via", "wide.json"], "wide.json: network.neurons"),
        (["P.json", "A.json", "none.json"], "none.json"),
        (["P.json", "A.json"], "B.json"),
        (["P.json", "A.json", "P.json"], "P.json: network.neurons"),
    ],
)
def test_bad_input_is_one_line_that_names_the_network(
    files: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], names: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert names in err


@pytest.mark.parametrize(
    ("problem", "a", "field"),
    [
        ((np.ones((2, 3)), np.ones(3)), (np.ones((3, 2)), np.ones(2)), "y"),
        ((np.ones((2, 3)), np.ones(2)), (np.ones((2, 2)), np.ones(2)), "a.U"),
        ((np.ones((2, 3)), np.ones(2)), (np.ones((3, 2)), np.ones(3)), "a.alpha"),
        ((np.full((2, 3), np.nan), np.ones(2)), (np.ones((3, 2)), np.ones(2)), "X"),
        ((np.ones((0, 3)), np.ones(0)), (np.ones((3, 2)), np.ones(2)), "X"),
        ((np.ones((2, 3)), np.ones(2)), (np.ones((3, 4)), np.ones(4)), "b.U"),
    ],
)
def test_arrays_of_a_wrong_shape_are_named(problem: Any, a: Any, field: str) -> None:
    with pytest.raises(InputError) as refused:
        path_barrier(problem, a, (np.ones((3, 2)), np.ones(2)))
    assert refused.value.field == field
