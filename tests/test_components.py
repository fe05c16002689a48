"""Components of sublevel sets: the known ones, another way to the same counts, empty and full sets."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

import numerics.sectors
from numerics.bottleneck import barrier
from numerics.cells import Cells
from numerics.components import ComponentsResult, components
from numerics.faces import Faces
from theory.exact import check
from theory.exact.cones import Arrangement
from theory.exact.disjoint_sets import DisjointSets
from theory.exact.rational import InputError, write_number
from theory.network import loss
from theory.problem import Problem
from theory.theorems.separation import Symmetry

SEPARATION = Symmetry().instance()
DATA = {name: SEPARATION[name] for name in ("X", "y")}


def proved(problem: Any, width: int, level: Any = 0) -> ComponentsResult:
    """The result, after the checker has accepted its certificate."""
    result = components(problem, width, level)
    facts = check(result.certificate).facts
    assert (facts["components"], facts["components_modulo_permutation"]) == (
        result.components, result.components_modulo_permutation)
    assert len(result.representatives) == result.components_modulo_permutation
    assert all(loss(Problem.read(problem), network) <= result.level for network in result.representatives)
    return result


def test_the_separation_has_two_solutions_and_their_renumberings() -> None:
    result = proved(DATA, 2)
    assert (result.components, result.components_modulo_permutation) == (4, 2)
    written = [representative.write() for representative in result.representatives]
    assert sorted(map(str, written)) == sorted(map(str, (SEPARATION["a"], SEPARATION["b"])))
    assert check(result.certificate).facts["single_points"] == 2


@pytest.mark.parametrize(
    ("level", "numbered", "renumbered"),
    [(-1, 0, 0), (0, 4, 2), ("1/10", 4, 2), ("199/100", 4, 2), (2, 2, 1), (3, 2, 1), ("449/121", 2, 1), ("450/121", 1, 1),
     (20, 1, 1), (100, 1, 1)],
)
def test_components_of_the_separation_join_at_its_barriers(level: Any, numbered: int, renumbered: int) -> None:
    result = proved(DATA, 2, level)
    assert (result.components, result.components_modulo_permutation) == (numbered, renumbered)


def random_question(rng: Random) -> dict[str, Any]:
    """A problem, a width, and as level the least loss in some cell: there a new component may just have appeared."""
    n, d, width = rng.randint(2, 5), rng.randint(1, 2), rng.randint(1, 2)
    X = [[rng.randint(-2, 2) for _ in range(d)] for _ in range(n)]
    problem = Problem.read({"X": X, "y": [rng.randint(-5, 5) for _ in range(n)]})
    arrangement = Arrangement(problem.X)
    cells, faces = Cells(arrangement, False), Faces(arrangement, problem.y)
    drawn = [tuple(rng.choice(arrangement.places()) for _ in range(width)) for _ in range(8)]
    level = min(faces.solve(cells.generators(cell)).value for cell in drawn)
    return {**problem.write(), "width": width, "level": write_number(level)}


def test_components_merge_exactly_at_the_barrier_between_their_representatives() -> None:
    rng, compared = Random(6), 0
    for _ in range(60):
        question = random_question(rng)
        problem, width = {k: question[k] for k in ("X", "y")}, question["width"]
        representatives = components(problem, width, question["level"]).representatives
        if len(representatives) == 2:
            height = barrier(problem, *representatives, modulo_permutation=True).barrier
            assert height > Fraction(question["level"])
            below = proved(problem, width, height - Fraction(1, 10**9)).components_modulo_permutation
            assert 1 <= proved(problem, width, height).components_modulo_permutation < below
            compared += 1
    assert compared >= 3


def test_sectors_of_the_plane_give_the_same_counts() -> None:
    rng, several = Random(9), 0
    for _ in range(60):
        question = random_question(rng)
        result = proved({k: question[k] for k in ("X", "y")}, question["width"], question["level"])
        assert result.components == numerics.sectors.components(question)
        assert result.components_modulo_permutation == numerics.sectors.components_modulo_permutation(question)
        several += result.components_modulo_permutation > 1
    assert several >= 3


@pytest.mark.parametrize(
    ("problem", "width", "level", "numbered", "renumbered"),
    [
        ({"X": [[0]], "y": [0]}, 2, 0, 1, 1),  # every network
        ({"X": [[0]], "y": [1]}, 2, 0, 0, 0),  # none
        ({"X": [[1]], "y": [1]}, 1, 0, 1, 1),
        ({"X": [[1], [-1]], "y": [1, 1]}, 1, 0, 0, 0),
        ({"X": [[1], [-1]], "y": [1, 1]}, 1, "1/2", 2, 2),  # either row, never both, and not through zero
        ({"X": [[1], [-1]], "y": [1, 1]}, 2, 0, 2, 1),  # one neuron for each row
        ({"X": [[1], [-1]], "y": [1, 1]}, 3, 0, 1, 1),  # the third makes room to change places
        ({"X": [[1, 1, 0], [2, 2, 0]], "y": [1, 2]}, 1, 0, 1, 1),  # rank 1
    ],
)
def test_small_cases_by_hand(problem: Any, width: int, level: Any, numbered: int, renumbered: int) -> None:
    result = proved(problem, width, level)
    assert (result.components, result.components_modulo_permutation) == (numbered, renumbered)


def test_a_component_that_is_more_than_a_point_is_not_called_a_point() -> None:
    assert check(components({"X": [[1, 0]], "y": [1]}, 1).certificate).facts["single_points"] == 0
    assert check(components({"X": [[1]], "y": [1]}, 1).certificate).facts["single_points"] == 1
    assert check(components({"X": [[1, 0], [0, 1]], "y": [1, 0]}, 1).certificate).facts["single_points"] == 0  # (1, t ≤ 0)
    assert check(components({"X": [[1, 1]], "y": [1]}, 1).certificate).facts["single_points"] == 0  # a line of weights


@pytest.mark.parametrize(
    ("width", "level", "field"), [(0, 0, "width"), (True, 0, "width"), (99, 0, "width"), (1, "x", "level")]
)
def test_bad_questions_are_named(width: Any, level: Any, field: str) -> None:
    with pytest.raises(InputError) as raised:
        components(DATA, width, level)
    assert raised.value.field == field


def test_the_result_is_written_as_exact_json() -> None:
    written = components(DATA, 2, Fraction(1, 3)).write()
    assert written["level"] == "1/3"
    assert written["components"] == 4
    assert written["certificate"]["statement"]["level"] == "1/3"


def test_progress_is_told() -> None:
    seen: list[int] = []
    components(DATA, 2, progress=seen.append)
    assert seen == list(range(1, 137))


def test_disjoint_sets_say_whether_anything_was_joined() -> None:
    sets = DisjointSets[int]()
    assert sets.join([1, 2])
    assert sets.join([3])
    assert not sets.join([2, 1])
    assert sets.count == 2
    assert sets.join([1, 3])
    assert sets.count == 1
    assert sets.root(2) == sets.root(3)
