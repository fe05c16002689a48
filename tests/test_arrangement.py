"""Activation patterns: right, complete, each with a witness; against brute force, the formula, and degenerate data."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.arrangement import Arrangement, arrange
from theory.exact.arrangement import normals, region_count
from theory.exact.rational import InputError, dot, read_matrix
from theory.instances import problems
from theory.theorems.pattern_count import brute_force

GRID = [[a, b, c] for a in (-1, 0, 1, 2) for b in (0, 1, 2) for c in (1, 2)]


def assert_witnessed(arrangement: Arrangement, X: Any) -> None:
    rows = read_matrix(X.tolist() if hasattr(X, "tolist") else X, "X")
    for index, pattern in enumerate(arrangement.patterns):
        products = [dot(row, arrangement.witness(index)) for row in rows]
        assert [product > 0 for product in products] == pattern.tolist()
        assert all(product != 0 for product, row in zip(products, rows, strict=True) if any(row))


def texts(arrangement: Arrangement) -> list[str]:
    return ["".join("1" if a else "0" for a in pattern) for pattern in arrangement.patterns]


@settings(max_examples=60, deadline=None)
@given(problems(n=(1, 7), d=(1, 4)))
def test_all_patterns_are_found_and_witnessed_on_degenerate_data(problem: dict[str, Any]) -> None:
    arrangement = arrange(problem["X"])
    assert arrangement.count == brute_force(problem) == region_count(normals(read_matrix(problem["X"], "X")))
    assert texts(arrangement) == sorted(set(texts(arrangement)))
    assert_witnessed(arrangement, problem["X"])


@pytest.mark.parametrize(("n", "d"), [(1, 1), (3, 5), (12, 1), (12, 2), (20, 3), (14, 4), (11, 5), (9, 8), (8, 8), (70, 2)])
def test_general_position_attains_the_formula(n: int, d: int) -> None:
    X = np.random.default_rng(n * d).standard_normal((n, d))
    arrangement = arrange(X)
    assert arrangement.count == arrangement.bound
    assert arrangement.general_position
    assert_witnessed(arrangement, X)


@pytest.mark.parametrize("X", [GRID, [[1, 0], [0, 1], [1, 1], [1, -1], [2, 2]], np.eye(5).tolist()])
def test_degenerate_grids_are_counted_by_deletion_and_restriction(X: list[list[int]]) -> None:
    arrangement = arrange(X)
    assert arrangement.count == region_count(normals(read_matrix(X, "X")))
    assert_witnessed(arrangement, X)


@settings(max_examples=30, deadline=None)
@given(problems(n=(2, 8), d=(1, 3)), st.randoms(use_true_random=False))
def test_patterns_do_not_depend_on_scale_or_on_rows_that_add_nothing(problem: dict[str, Any], rng: Any) -> None:
    X = problem["X"]
    scaled = [[entry * Fraction(10) ** rng.choice([-200, -9, 0, 9, 200]) for entry in row[:1]] for row in X]
    factors = [Fraction(10) ** rng.choice([-200, -9, 0, 9, 200]) for _ in X]
    scaled = [[factor * entry for entry in row] for factor, row in zip(factors, X, strict=True)]
    assert texts(arrange(scaled)) == texts(arrange(X))
    longer = arrange([*X, X[0], [0] * len(X[0])])
    assert longer.count == arrange(X).count
    assert (longer.patterns[:, -2] == longer.patterns[:, 0]).all()
    assert not longer.patterns[:, -1].any()


@settings(max_examples=30, deadline=None)
@given(problems(n=(1, 8), d=(1, 3)))
def test_patterns_come_in_opposite_pairs(problem: dict[str, Any]) -> None:
    arrangement = arrange(problem["X"])
    nonzero = np.array([any(row) for row in problem["X"]])
    opposite = arrangement.patterns ^ nonzero
    assert sorted(map(tuple, opposite.tolist())) == sorted(map(tuple, arrangement.patterns.tolist()))


def test_rows_that_differ_in_the_last_bit_are_told_apart() -> None:
    one = 1.0
    X = [[one, one], [one, np.nextafter(one, 2)], [one, np.nextafter(one, 0)], [one, 2.0]]
    arrangement = arrange(X)
    assert arrangement.count == 8
    assert_witnessed(arrangement, X)


def test_nearly_dependent_rows_in_three_dimensions_are_decided_exactly() -> None:
    tiny = Fraction(1, 10**40)
    X = [[1, 0, 0], [0, 1, 0], [1, 1, tiny], [1, -1, 0], [2, 1, 0]]
    arrangement = arrange(X)
    assert arrangement.count == region_count(normals(read_matrix(X, "X")))
    assert arrangement.rank == 3
    assert_witnessed(arrangement, X)
    assert arrange([[*row[:2], 0] for row in X]).rank == 2


def test_no_random_direction_finds_a_pattern_that_is_not_listed() -> None:
    rng = np.random.default_rng(3)
    X = rng.integers(-3, 4, size=(15, 3))
    listed = set(texts(arrange(X)))
    products = X @ rng.standard_normal((3, 20_000))
    drawn = {"".join("1" if active else "0" for active in column) for column in (products > 0).T}
    assert drawn <= listed


@pytest.mark.parametrize("X", [GRID, np.random.default_rng(0).standard_normal((70, 2)), [[0, 0]], [[3]]])
def test_neighbours_differ_in_one_hyperplane_and_every_cell_is_reached(X: Any) -> None:
    arrangement = arrange(X)
    table = arrangement.neighbours
    reached, frontier = {0}, [0]
    while frontier:
        cell = frontier.pop()
        for hyperplane, other in enumerate(table[cell]):
            if other >= 0:
                changed = np.flatnonzero(arrangement.signs[cell] != arrangement.signs[other])
                assert changed.tolist() == [hyperplane]
                if int(other) not in reached:
                    reached.add(int(other))
                    frontier.append(int(other))
    assert len(reached) == arrangement.count
    listed = {signs.tobytes() for signs in arrangement.signs}
    for cell in range(0, arrangement.count, 7):
        for hyperplane in np.flatnonzero(table[cell] < 0):
            flipped = arrangement.signs[cell].copy()
            flipped[hyperplane] *= -1
            assert flipped.tobytes() not in listed


@pytest.mark.parametrize("X", [[[0]], [[0, 0], [0, 0]]])
def test_zero_data_has_one_pattern(X: list[list[int]]) -> None:
    arrangement = arrange(X)
    assert (arrangement.count, arrangement.bound, arrangement.rank) == (1, 1, 0)
    assert not arrangement.patterns.any()


@pytest.mark.parametrize(("X", "says"), [([], "no rows"), ([[1], [1, 2]], "numbers are wanted"), ([[float("nan")]], "finite")])
def test_what_is_no_matrix_is_refused(X: Any, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        arrange(X)
    assert refused.value.field.startswith("X")


def test_too_many_patterns_are_refused_before_the_work() -> None:
    with pytest.raises(InputError, match="patterns"):
        arrange(np.random.default_rng(0).standard_normal((200, 12)))
