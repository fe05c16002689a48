"""Barriers: the known ones exactly, other ways to the same number, ordinary and degenerate input."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import clarabel
import numpy as np
import pytest
from scipy import optimize, sparse

from numerics.bottleneck import BarrierResult, barrier
from numerics.cells import Cells, count_cells
from numerics.cuts import multipliers
from numerics.faces import Faces
from numerics.flooding import Interrupted
from numerics.lifting import network, realise
from numerics.sectors import sector_barrier
from theory.exact import check
from theory.exact.cones import Arrangement
from theory.exact.rational import InputError
from theory.network import Network, fit, loss
from theory.problem import Problem
from theory.theorems.separation import LABELLED, Symmetry

SEPARATION = Symmetry().instance()
DATA = {name: SEPARATION[name] for name in ("X", "y")}
A, B = SEPARATION["a"], SEPARATION["b"]

JSON = dict[str, Any]


def proved(problem: Any, a: Any, b: Any, modulo_permutation: bool = False) -> BarrierResult:
    """The result, after the checker has accepted its certificate and its parts agree."""
    result = barrier(problem, a, b, modulo_permutation)
    assert check(result.certificate).facts["barrier"] == result.barrier == result.lower == result.upper
    data, ends = Problem.read(problem), (Network.read(a), Network.read(b))
    assert fit(data, result.path[0]) == fit(data, ends[0])
    assert fit(data, result.path[-1]) == fit(data, ends[1])
    assert max(loss(data, vertex) for vertex in result.path) <= result.barrier
    return result


def one(*u: Any, alpha: Any = 1) -> JSON:
    return {"neurons": [{"u": list(u), "alpha": alpha}]}


# Known values -------------------------------------------------------------------------------------------------------


def test_the_barrier_of_the_separation_is_two_modulo_permutation() -> None:
    result = proved(DATA, A, B, modulo_permutation=True)
    assert result.barrier == 2
    assert result.permutation == (1, 0)
    assert result.cells_total == 136  # multisets of two of 16 places
    assert result.cells_explored < result.cells_total


def test_the_numbered_barrier_of_the_separation() -> None:
    result = proved(DATA, A, B)
    assert result.barrier == LABELLED == Fraction(450, 121)
    assert result.permutation == (0, 1)
    assert result.cells_total == 256


def test_barriers_do_not_depend_on_the_direction() -> None:
    for modulo_permutation in (False, True):
        assert barrier(DATA, A, B, modulo_permutation).barrier == barrier(DATA, B, A, modulo_permutation).barrier


def test_one_neuron_on_a_line_must_pass_through_zero() -> None:
    result = proved({"X": [[2], [-2]], "y": [3, 2]}, one(1), one(-1))
    assert result.barrier == Fraction(13, 2)
    assert proved({"X": [[2], [-2]], "y": [3, 2]}, one(1), one("3/2")).barrier == Fraction(5, 2)


def test_a_sign_changes_at_zero_only() -> None:
    # The fit must come down from 1 to 0 and go on to −1; the target is 1.
    assert proved({"X": [[1]], "y": [1]}, one(1), one(1, alpha=-1)).barrier == 2
    # The loss is least at the two signs' ends and ½·2² on the way when the target is +1 and −1 for opposite rows.
    assert proved({"X": [[1], [-1]], "y": [1, -1]}, one(1), one(-1, alpha=-1)).barrier == 1


def test_a_network_and_itself() -> None:
    result = proved(DATA, A, A)
    assert result.barrier == 0
    assert len(result.path) == 1
    assert result.certificate["proof"]["cut"] is None


def test_renumbered_copies_meet_at_once_modulo_permutation() -> None:
    swapped = {"neurons": A["neurons"][::-1]}
    assert proved(DATA, A, swapped, modulo_permutation=True).barrier == 0
    assert proved(DATA, A, swapped).barrier > 0


# Another way to the same number -------------------------------------------------------------------------------------


def random_instance(rng: Random, n: int, d: int, width: int) -> JSON:
    """A problem with small entries, parallel and zero rows among them, and two networks of least loss in their cells."""
    X = [[rng.randint(-3, 3) for _ in range(d)] for _ in range(n)]
    for index in range(1, n):
        X[index] = rng.choice([X[index]] * 5 + [X[0], [-e for e in X[0]], [2 * e for e in X[0]], [0] * d])
    problem = Problem.read({"X": X, "y": [rng.randint(-8, 8) for _ in range(n)]})
    return {**problem.write(), "a": local_minimum(rng, problem, width), "b": local_minimum(rng, problem, width)}


def local_minimum(rng: Random, problem: Problem, width: int) -> JSON:
    arrangement = Arrangement(problem.X)
    cell = tuple(rng.choice(arrangement.places()) for _ in range(width))
    weights = Faces(arrangement, problem.y).solve(Cells(arrangement, False).generators(cell)).weights
    return network(realise(arrangement, cell, [arrangement.rays_in(place) for place in cell], weights)).write()


def test_sectors_of_the_plane_give_the_same_barriers() -> None:
    rng, risen = Random(11), 0
    for _ in range(60):
        instance = random_instance(rng, rng.randint(1, 5), rng.randint(1, 2), rng.randint(1, 2))
        for modulo_permutation in (False, True):
            result = proved({k: instance[k] for k in ("X", "y")}, instance["a"], instance["b"], modulo_permutation)
            # Least squares in doubles on integers below 10: errors of some 1e-13.
            assert float(result.barrier) == pytest.approx(sector_barrier(instance, modulo_permutation), rel=1e-9, abs=1e-9)
            risen += result.certificate["proof"]["cut"] is not None
    assert risen >= 5  # the comparison is about barriers above the ends too


def halfspace_barrier(instance: JSON) -> float:
    """The numbered barrier from inequalities alone: sign patterns by linear programs, faces as quadratic programs.

    Two cells are joined when one neuron differs, by any intersection of its two cones, facet or not: so this also puts the
    statement to the test that crossing facets is enough.
    """
    X, y = np.array(instance["X"], dtype=float), np.array(instance["y"], dtype=float)
    n, d = X.shape
    ends = [[(neuron.sign, np.array(neuron.effective, dtype=float)) for neuron in Network.read(instance[k]).neurons]
            for k in ("a", "b")]
    patterns = [s for s in product((-1, 1), repeat=n) if has_interior(np.array(s)[:, None] * X)]
    places = list(product((1, -1), patterns))
    cells = list(product(places, repeat=len(ends[0])))

    def least(constraints: list[Any], cell: Any) -> float:
        design = np.hstack([s * (np.array(p)[:, None] > 0) * X for s, p in cell])
        cone = np.vstack(constraints)
        solver = clarabel.DefaultSolver(
            sparse.csc_matrix(design.T @ design), -design.T @ y, sparse.csc_matrix(-cone), np.zeros(len(cone)),
            [clarabel.NonnegativeConeT(len(cone))], SETTINGS,
        )
        return float(np.sum((design @ np.array(solver.solve().x) - y) ** 2)) / 2

    def inside(cell: Any, j: int) -> Any:
        block = np.zeros((n, d * len(cell)))
        block[:, d * j: d * (j + 1)] = np.array(cell[j][1])[:, None] * X
        return block

    def start(weights: Any) -> Any:
        return tuple(
            next(p for p in places if p[0] * (s or 1) > 0 and np.all(np.array(p[1]) * (X @ v) >= -1e-9)) for s, v in weights
        )

    faces = []
    for cell in cells:
        for j, place in enumerate(cell):
            for other in places:
                if place < other:
                    across = (*cell[:j], other, *cell[j + 1:])
                    blocks = [inside(cell, i) for i in range(len(cell))] + [inside(across, j)]
                    if place[0] != other[0]:
                        zero = np.zeros((2 * d, d * len(cell)))
                        zero[:, d * j: d * (j + 1)] = np.vstack([np.eye(d), -np.eye(d)])
                        blocks.append(zero)
                    faces.append((least(blocks, cell), cell, across))
    group = {cell: cell for cell in cells}

    def root(cell: Any) -> Any:
        while group[cell] != cell:
            cell = group[cell]
        return cell

    problem = Problem.read({k: instance[k] for k in ("X", "y")})
    height = max(float(loss(problem, Network.read(instance[k]))) for k in ("a", "b"))
    begin, goal = map(start, ends)
    for value, first, second in sorted(faces, key=lambda face: face[0]):
        if root(begin) == root(goal):
            break
        height = max(height, value)
        group[root(first)] = root(second)
    return height


def has_interior(rows: Any) -> bool:
    """Whether some u has rows·u > 0; zero rows count as positive."""
    rows = rows[np.any(rows != 0, axis=1)]
    if not len(rows):
        return True
    return bool(optimize.linprog(np.zeros(rows.shape[1]), -rows, -np.ones(len(rows)), bounds=(None, None)).status == 0)


SETTINGS = clarabel.DefaultSettings()
SETTINGS.verbose = False


def distinct_rows(instance: JSON) -> bool:
    return all(any(row) for row in instance["X"])


@pytest.mark.parametrize(("n", "d", "width", "count"), [(3, 3, 1, 12), (4, 3, 1, 8), (4, 2, 1, 6), (2, 2, 2, 2), (2, 3, 2, 2)])
def test_halfspaces_give_the_same_barriers(n: int, d: int, width: int, count: int) -> None:
    rng = Random(n + 10 * d)
    instances = [random_instance(rng, n, d, width) for _ in range(4 * count)]
    for instance in [instance for instance in instances if distinct_rows(instance)][:count]:
        exact = proved({k: instance[k] for k in ("X", "y")}, instance["a"], instance["b"]).barrier
        # An interior-point method to its default 1e-8, on losses up to 100.
        assert float(exact) == pytest.approx(halfspace_barrier(instance), rel=1e-6, abs=1e-5)


def test_no_random_polygonal_path_is_lower() -> None:
    rng = np.random.default_rng(1)
    X, y = np.array(DATA["X"], dtype=float), np.array(DATA["y"], dtype=float)
    a, b = (np.array([neuron["u"] for neuron in end["neurons"]], dtype=float) for end in (A, B))
    t = np.linspace(0, 1, 41)[:, None, None]
    lowest = {False: np.inf, True: np.inf}
    for trial in range(4000):
        end = b[::-1] if trial % 2 else b
        middle = (a + end) / 2 + rng.normal(size=(2, 2)) * rng.choice([0.3, 1, 3])
        points = np.concatenate([(1 - t) * a + t * middle, (1 - t) * middle + t * end])
        outputs = np.maximum(0, points @ X.T).sum(axis=1)
        lowest[bool(trial % 2)] = min(lowest[bool(trial % 2)], np.max(np.sum((outputs - y) ** 2, axis=1)) / 2)
    assert 2 - 0.05 <= lowest[True] <= 2.5  # a grid on each segment may fall short of its maximum, by less than this
    assert lowest[False] >= float(LABELLED) - 0.05


# Ordinary and degenerate input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "a", "b", "expected"),
    [
        ({"X": [[0, 0]], "y": [3]}, one(1, 2), one(0, 1, alpha=-1), "9/2"),  # no row sees anything
        ({"X": [[1, 0], [0, 0]], "y": [0, 2]}, one(1, 5), one(0, 1), "5/2"),  # a zero row adds ½·2²
        ({"X": [[1]], "y": [0]}, one(0), one(0, alpha=0), 0),
        ({"X": [[1, 1]], "y": [2]}, one(1, 1), one(2, 0), 0),  # fewer rows than columns
        ({"X": [[1, 1], [2, 2], [-1, -1]], "y": [1, 2, 1]}, one(1, 0), one(0, -1), 3),  # parallel and opposite rows
        ({"X": [[1e-200], [-1e-200]], "y": [1e-200, 1e-200]}, one(1), one(-1), Fraction(1e-200) ** 2),
        ({"X": [["1/3"], ["-1/3"]], "y": ["1/5", "1/5"]}, one("3/5"), one("-3/5"), "1/25"),
    ],
)
def test_degenerate_problems(problem: JSON, a: JSON, b: JSON, expected: Any) -> None:
    assert proved(problem, a, b).barrier == Fraction(expected)


def test_floats_are_taken_at_their_exact_value() -> None:
    scaled = {"X": DATA["X"], "y": [0.1 * y for y in DATA["y"]]}
    result = proved(scaled, A, B, modulo_permutation=True)
    # The ends do not fit exactly then, but the search and the certificate are exact all the same.
    assert result.barrier == barrier(scaled, A, B, modulo_permutation=True).barrier


def test_huge_and_tiny_scales_change_nothing_but_the_scale() -> None:
    for scale in (Fraction(10) ** 200, Fraction(1, 10**200)):
        big = Symmetry(scale=scale).instance()
        assert proved({k: big[k] for k in ("X", "y")}, big["a"], big["b"]).barrier == LABELLED * scale**2


def test_arrays_are_read() -> None:
    X, y = np.array(DATA["X"]), np.array(DATA["y"], dtype=float)
    a = (np.array([n["u"] for n in A["neurons"]]).T, np.ones(2))
    assert barrier((X, y), a, B, modulo_permutation=True).barrier == 2


def test_a_narrower_network_has_zero_neurons_appended() -> None:
    wider = {"neurons": [*A["neurons"], {"u": [0, 0], "alpha": 0}]}
    assert proved(DATA, A, wider).barrier == 0
    assert proved(DATA, wider, B, modulo_permutation=True).barrier <= 2


def test_output_weights_scale_into_effective_weights() -> None:
    scaled = {"neurons": [{"u": [Fraction(e, 7) for e in n["u"]], "alpha": 7} for n in A["neurons"]]}
    assert proved(DATA, scaled, B).barrier == LABELLED


@pytest.mark.parametrize(
    ("a", "field"),
    [(one(1, 2, 3), "a.neurons"), ({"neurons": []}, "a.neurons"), (one(1, float("nan")), "a.neurons"), (3, "a")],
)
def test_bad_networks_are_named(a: Any, field: str) -> None:
    with pytest.raises(InputError) as raised:
        barrier(DATA, a, B)
    assert raised.value.field.startswith(field)


def test_progress_is_told_and_ctrl_c_leaves_bounds() -> None:
    seen: list[int] = []
    barrier(DATA, A, B, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] > 0

    def stop(examined: int) -> None:
        if examined >= 15:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as raised:
        barrier(DATA, A, B, progress=stop)
    assert 0 < raised.value.lower <= LABELLED <= raised.value.upper


# Parts --------------------------------------------------------------------------------------------------------------


def test_face_programs_agree_with_nonnegative_least_squares() -> None:
    rng = Random(4)
    for _ in range(60):
        n, d = rng.randint(1, 6), rng.randint(1, 3)
        X = [[rng.randint(-5, 5) for _ in range(d)] for _ in range(n)]
        problem = Problem.read({"X": X, "y": [Fraction(rng.randint(-40, 40), rng.randint(1, 6)) for _ in range(n)]})
        arrangement = Arrangement(problem.X)
        faces = Faces(arrangement, problem.y)
        columns = np.array([*arrangement.generators, *([-e for e in g] for g in arrangement.generators)], dtype=float)
        for _ in range(10):
            chosen = rng.getrandbits(2 * faces.count) if faces.count else 0
            members = [g for g in range(2 * faces.count) if chosen >> g & 1]
            exact = faces.solve(chosen)
            design = columns[members].T if members else np.zeros((n, 1))
            expected = optimize.nnls(design, problem.y_float)[1] ** 2 / 2
            assert float(exact.value) == pytest.approx(expected, rel=1e-9, abs=1e-9)
            assert not exact.violated & chosen
            assert set(exact.weights) <= set(members)


def test_the_exact_active_set_method_needs_no_proposal() -> None:
    problem = Problem.read({"X": [[1, 2], [3, -1], [-2, 1], [0, 1]], "y": [3, -4, 5, 2]})
    arrangement = Arrangement(problem.X)
    helped, alone = Faces(arrangement, problem.y), Faces(arrangement, problem.y)
    alone._propose = lambda generators: 0  # type: ignore[assignment]
    for generators in range(1, 1 << 2 * helped.count, 37):
        assert alone.solve(generators).value == helped.solve(generators).value


def test_wrong_proposals_are_overruled() -> None:
    rng = Random(12)
    problem = Problem.read({"X": [[1, 2], [3, -1], [-2, 1], [0, 1]], "y": [3, -4, 5, 2]})
    arrangement = Arrangement(problem.X)
    right, misled = Faces(arrangement, problem.y), Faces(arrangement, problem.y)
    # Dependent sets, sets with negative weights, sets that are too small: whatever a solver might come up with.
    misled._propose = lambda generators: generators & rng.getrandbits(2 * right.count)  # type: ignore[assignment]
    for generators in range(1, 1 << 2 * right.count, 23):
        found, expected = misled.solve(generators), right.solve(generators)
        assert (found.value, found.violated) == (expected.value, expected.violated)  # the weights may differ, μ may not
        assert all(weight > 0 and generators >> g & 1 for g, weight in found.weights.items())


def test_multipliers_close_what_they_should_and_none_is_superfluous() -> None:
    problem = Problem.read(DATA)
    faces = Faces(Arrangement(problem.X), problem.y)
    wanted = [generators for generators in range(1, 1 << 12, 5) if faces.solve(generators).value > 2]
    chosen = multipliers(faces, wanted)

    def violated(entry: JSON) -> int:
        count = faces.count
        return faces.solve(sum(1 << (g - 1 if g > 0 else count - g - 1) for g in entry["generators"])).violated

    closes = [{face for face in wanted if not face & violated(entry)} for entry in chosen]
    assert set().union(*closes) == set(wanted)
    for index in range(len(closes)):
        assert set().union(*closes[:index], *closes[index + 1:]) != set(wanted)


def test_cells_are_counted_without_being_listed() -> None:
    rng = Random(8)
    for _ in range(40):
        X = [[rng.randint(-2, 2) for _ in range(rng.choice([3]))] for _ in range(rng.randint(1, 6))]
        arrangement = Arrangement(Problem.read({"X": X, "y": [0] * len(X)}).X)
        assert 2 * count_cells(arrangement.planes, arrangement.rank) == len(arrangement.places())
