"""Exact linear programs, nearest points and vertices of the box: right, proved, and the same as doubles say."""

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from numerics.box_vertices import BoxVertices, candidates
from numerics.nearest_point import nearest_exactly, nearest_in_doubles
from numerics.rational_simplex import Infeasible, Optimum, minimise, nonnegative_solution
from theory.exact.rational import dot, read_number
from theory.exact.vector_norms import euclidean, largest_entry


def fractions(rows: Any) -> Any:
    return tuple(fractions(row) if isinstance(row, list | tuple | np.ndarray) else Fraction(int(row)) for row in rows)


@pytest.mark.parametrize("guided", [True, False])
def test_exact_linear_programs_agree_with_highs_and_prove_it(guided: bool) -> None:
    from scipy.optimize import linprog

    rng, statuses = np.random.default_rng(1), set()
    for trial in range(40):
        rows, count = rng.integers(1, 5), rng.integers(1, 9)
        A = rng.integers(-3, 4, (rows, count))
        b = A @ rng.integers(0, 3, count) if trial % 3 else rng.integers(-4, 5, rows)
        costs = rng.integers(0, 5, count)
        ends = [None if rng.random() < 0.5 else int(rng.integers(0, 4)) for _ in range(count)]
        expected = linprog(costs, A_eq=A, b_eq=b, bounds=[(0, end) for end in ends])
        upper = [None if end is None else Fraction(end) for end in ends]
        found = minimise(fractions(A.T), fractions(b), fractions(costs), upper, guided)
        statuses.add(type(found))
        products = [dot(found.dual, column) for column in fractions(A.T)]
        gain = dot(found.dual, fractions(b))
        if isinstance(found, Infeasible):
            assert expected.status == 2
            most = [p for p, end in zip(products, upper, strict=True) if end is None]
            assert max(most, default=0) <= 0
            assert gain > sum(max(Fraction(0), p) * end for p, end in zip(products, upper, strict=True) if end is not None)
        else:
            assert float(found.value) == pytest.approx(expected.fun, abs=1e-9)
            slack = zip(fractions(costs), products, upper, strict=True)
            assert found.value == gain + sum(min(Fraction(0), c - p) * end for c, p, end in slack if end is not None)
    assert statuses == {Optimum, Infeasible}


def test_an_unbounded_program_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="unbounded"):
        minimise(fractions([[1], [-1]]), fractions([0]), fractions([-1, 0]), guided=False)


def test_nonnegative_solutions_keep_their_ends_and_absence_is_found() -> None:
    columns = fractions([[1, 0], [1, 1], [0, 1]])
    x = nonnegative_solution(columns, fractions([3, 2]), [None, Fraction(1), None])
    assert x is not None
    assert x[1] <= 1
    assert [x[0] + x[1], x[1] + x[2]] == [3, 2]
    assert nonnegative_solution(columns, fractions([-1, 2])) is None
    assert nonnegative_solution([], ()) == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_point_is_exact_and_the_same_from_any_start(seed: int) -> None:
    rng = Random(seed)
    points = [tuple(Fraction(rng.randint(-4, 4)) for _ in range(3)) for _ in range(9)]
    target = tuple(Fraction(rng.randint(-6, 6)) for _ in range(3))

    def oracle(direction: Any) -> tuple[int, tuple[Fraction, ...]]:
        best = max(range(9), key=lambda k: sum(r * p for r, p in zip(direction, points[k], strict=True)))
        return best, points[best]

    found = nearest_exactly(target, oracle, [])
    residual = [t - f for t, f in zip(target, found.point, strict=True)]
    assert all(dot(residual, p) <= dot(residual, found.point) for p in points)
    assert sum(found.weights) == 1
    assert min(found.weights) > 0
    rough = nearest_in_doubles([float(t) for t in target], lambda r: (oracle(r)[0], [float(p) for p in oracle(r)[1]]))
    assert rough.point == pytest.approx([float(f) for f in found.point], abs=1e-9)
    start = [(k, points[k]) for k in rough.names]
    assert nearest_exactly(target, oracle, start).point == found.point


def test_vertices_are_all_candidates_in_general_position_that_lie_in_the_box() -> None:
    normals = fractions([[1, 2], [3, -1]])
    vertices = BoxVertices(normals, 2)
    # The corners, and both ends of each of the two lines.
    assert candidates(2, 2) == 4 + 2 * 2 * 2
    assert len(vertices.points) == 4 + 4
    exact = [vertices.exact(k) for k in range(8)]
    assert {u for u in exact if dot(normals[0], u) == 0} == {(1, Fraction(-1, 2)), (-1, Fraction(1, 2))}
    assert all(largest_entry(u) == 1 and euclidean(u) >= 1 for u in exact)
    assert read_number(float(vertices.points[0, 0]), "u") == exact[0][0]
