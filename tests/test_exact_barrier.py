"""The checker of barrier and components certificates: it accepts what is proved, and nothing that is altered."""

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

from numerics.bottleneck import barrier
from numerics.components import components
from numerics.unseen import same_fit
from theory.contracts.corruption import corrupt
from theory.exact import Rejected, check
from theory.exact.cones import Arrangement, row_echelon
from theory.exact.effective import effective, segment_maximum
from theory.exact.rational import InputError, dot, read_matrix, read_vector
from theory.theorems.separation import LABELLED, Symmetry

SEPARATION = Symmetry().instance()
DATA = {name: SEPARATION[name] for name in ("X", "y")}

JSON = dict[str, Any]


def barrier_certificate(instance: JSON = SEPARATION, modulo_permutation: bool = False) -> JSON:
    data = {name: instance[name] for name in ("X", "y")}
    return barrier(data, instance["a"], instance["b"], modulo_permutation).certificate


CERTIFICATES = [
    barrier_certificate(),
    barrier_certificate(modulo_permutation=True),
    barrier_certificate(Symmetry(rows=(2, 0, 3, 1), columns=(-2, 1), scale=Fraction(2, 3), swap=True).instance()),
    barrier_certificate({
        "X": [[1, 0, 2], [0, -1, 1], [-2, 1, 0], [1, 1, -1]], "y": [2, -3, 4, 1],
        "a": {"neurons": [{"u": [1, 0, 1], "alpha": 1}, {"u": [0, 2, -1], "alpha": -1}]},
        "b": {"neurons": [{"u": [-2, 1, 0], "alpha": 1}]},
    }),
    *(components(DATA, 2, level).certificate for level in (0, 1, 2, 20)),
]


def test_at_least_two_thousand_corrupted_certificates_are_rejected() -> None:
    rng, rejected, unseen = Random(2), 0, 0
    for turn in range(2600):
        good = CERTIFICATES[turn % len(CERTIFICATES)]
        change, proof = corrupt({"proof": good["proof"]}, rng)
        bad = {**good, **proof}
        if bad == good:
            continue
        try:
            check(bad)
        except Rejected:
            rejected += 1
        else:
            assert same_fit(good, bad), f"accepted after {change}"
            unseen += 1
    assert rejected >= 2000
    assert unseen <= rejected / 100


@pytest.mark.parametrize("good", CERTIFICATES)
def test_what_was_searched_is_accepted_from_its_json_text(good: JSON) -> None:
    assert check(json.loads(json.dumps(good))).statement == good["statement"]


def altered(certificate: JSON, change: Callable[[JSON], Any]) -> JSON:
    copied = copy.deepcopy(certificate)
    change(copied)
    return copied


def set_barrier(value: Any) -> Callable[[JSON], None]:
    return lambda c: c["statement"].update(barrier=value)


NUMBERED = CERTIFICATES[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_barrier(3), "largest loss is 450/121"),
        (set_barrier("450/122"), "largest loss is 450/121"),
        (set_barrier("nan"), "statement.barrier"),
        (lambda c: c["statement"].update(modulo_permutation=True), "cut"),
        (lambda c: c["statement"].update(modulo_permutation=1), "true or false"),
        (lambda c: c["proof"].update(cut=None), "proof.cut"),
        (lambda c: c["proof"]["cut"]["multipliers"].pop(), "cut"),
        (lambda c: c["proof"]["cut"].update(cells=c["proof"]["cut"]["cells"] + 1), "flooded"),
        (lambda c: c["proof"]["cut"].update({"from": "c"}), 'from: "a" or "b"'),
        (lambda c: c["proof"]["cut"]["multipliers"].reverse(), "increasing order"),
        (lambda c: c["proof"]["cut"]["multipliers"][0]["weights"].__setitem__(0, "-1/2"), "not positive"),
        (lambda c: c["proof"].update(permutation=[1, 0]), "order"),
        (lambda c: c["statement"]["a"]["neurons"].reverse(), "begin"),
        (lambda c: c["statement"]["b"]["neurons"].reverse(), "end"),
        (lambda c: c["proof"]["path"].clear(), "path"),
        (lambda c: c["statement"].update(X=[[1, 2], [3, 4], [5, 6], [7, 8]]), "proof"),
        (lambda c: c["statement"].update(X=[]), "no entries"),
    ],
)
def test_a_certificate_is_rejected_with_the_reason(change: Callable[[JSON], Any], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        check(altered(NUMBERED, change))


def test_a_multiplier_that_closes_nothing_of_its_own_is_rejected() -> None:
    extra = {"generators": [], "weights": []}  # y itself: valid on faces where it is the residual, and needed nowhere
    with pytest.raises(Rejected, match="the others leave open"):
        check(altered(NUMBERED, lambda c: c["proof"]["cut"]["multipliers"].insert(0, extra)))


def test_a_cut_where_the_ends_decide_is_rejected() -> None:
    flat = barrier(DATA, SEPARATION["a"], SEPARATION["a"]).certificate
    with pytest.raises(Rejected, match="null is wanted"):
        check(altered(flat, lambda c: c["proof"].update(cut=NUMBERED["proof"]["cut"])))


def test_a_path_that_skips_its_pass_is_rejected() -> None:
    def skip(certificate: JSON) -> None:
        for name in ("path", "losses"):
            del certificate["proof"][name][1:-1]

    with pytest.raises(Rejected, match="largest loss"):
        check(altered(NUMBERED, skip))


def test_a_path_that_changes_a_sign_away_from_zero_is_rejected() -> None:
    start, end = ((1, (Fraction(1),)),), ((-1, (Fraction(1),)),)
    with pytest.raises(Rejected, match="changes its sign"):
        segment_maximum(read_matrix([[1]], "X"), (Fraction(0),), start, end)


def test_a_bound_below_the_level_is_rejected() -> None:
    # The multipliers of the lower barrier close faces at 2 and above: too little for 450/121.
    low = CERTIFICATES[1]["proof"]["cut"]
    with pytest.raises(Rejected, match="bound of one is below"):
        check(altered(NUMBERED, lambda c: c["proof"].update(cut=low)))


def test_components_are_rejected_with_another_count_or_a_missing_point() -> None:
    joined = components(DATA, 2, 2).certificate
    assert len(joined["proof"]["points"]) >= 1
    for change in (
        lambda c: c["statement"].update(components=3),
        lambda c: c["statement"].update(components_modulo_permutation=2),
        lambda c: c["statement"].update(level="19/10"),
        lambda c: (c["proof"]["points"].pop(), c["proof"]["losses"].pop()),
        lambda c: c["statement"]["representatives"].append(SEPARATION["a"]),
    ):
        with pytest.raises(Rejected):
            check(altered(joined, change))


def test_multipliers_with_bounds_at_the_level_close_nothing() -> None:
    # Just below 2 the two solutions are apart, by multipliers with bounds of 2; at 2 these no longer count.
    below = components(DATA, 2, "1999/1000").certificate
    assert check(below).facts["components_modulo_permutation"] == 2
    with pytest.raises(Rejected, match="does not exceed the level"):
        check(altered(below, lambda c: c["statement"].update(level=2)))


def test_a_multiplier_that_closes_no_cell_of_its_own_is_rejected() -> None:
    extra = {"generators": [], "weights": []}
    with pytest.raises(Rejected, match="closes nothing that the others leave open"):
        check(altered(components(DATA, 2).certificate, lambda c: c["proof"]["multipliers"].insert(0, extra)))


def test_a_component_cannot_be_represented_twice() -> None:
    # At level 2 the solutions lie in one component, so two representatives do not make two of it.
    good = components(DATA, 2, 2).certificate
    only, extra = good["statement"]["representatives"][0], SEPARATION["a"]

    def twice(certificate: JSON) -> None:
        certificate["statement"].update(components_modulo_permutation=2)
        # Representatives are listed in order: neuron by neuron, sign first.
        both = sorted([(only, good["proof"]["losses"][0]), (extra, 0)], key=lambda pair: order(pair[0]))
        certificate["statement"]["representatives"] = [network for network, _ in both]
        certificate["proof"]["losses"][:1] = [loss for _, loss in both]

    with pytest.raises(Rejected, match="one for each component"):
        check(altered(good, twice))


def order(network: JSON) -> list[Any]:
    return [(neuron["alpha"], [Fraction(entry) for entry in neuron["u"]]) for neuron in network["neurons"]]


def test_representatives_are_listed_in_order() -> None:
    good = components(DATA, 2).certificate
    assert len(good["statement"]["representatives"]) == 2
    with pytest.raises(Rejected, match="increasing order"):
        check(altered(good, lambda c: c["statement"]["representatives"].reverse()))


def test_no_component_is_hidden() -> None:
    # Without B as a representative, the cells around B are neither closed nor entered.
    def hide(certificate: JSON) -> None:
        certificate["statement"]["representatives"].pop(0)
        certificate["statement"].update(components=2, components_modulo_permutation=1)
        certificate["proof"]["losses"].pop()

    with pytest.raises(Rejected, match="neither closed"):
        check(altered(components(DATA, 2).certificate, hide))


# Arrangements -------------------------------------------------------------------------------------------------------

ARRANGEMENTS = [
    ([[1]], 2),
    ([[2], [-3], [0]], 2),
    ([[0, 0]], 1),
    ([[1, 0], [0, 1]], 4),
    ([[1, 2], [2, 4], [-1, -2]], 2),
    ([[-1, 2], [0, -2], [2, 0], [-3, -3]], 8),
    ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 8),
    ([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], 14),  # 2(C(3,0) + C(3,1) + C(3,2))
    ([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], 12),  # three of the planes share a line
    ([[1, 2, 1], [2, 4, 2], [0, 1, 0]], 4),  # rank 2
    ([[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [1, 0, -1, 0], [0, 1, 0, -1], [1, 0, 0, -1]], 24),  # braid: 4!
    # A cone of four rays times a quadrant, and a plane that touches it in the four rays without a facet: 14 · 6 cells.
    ([[1, 0, 1, 0, 0], [-1, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, -1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1],
      [0, 0, 0, 1, 1]], 84),
    ([[1, 2, 3, 4], [4, -1, 2, 1], [0, 3, 1, -1], [2, 2, -5, 1], [1, 1, 1, -7]], 30),  # 2(1 + 4 + 6 + 4)
]


@pytest.mark.parametrize(("rows", "cells"), ARRANGEMENTS)
def test_the_walk_through_facets_reaches_every_cell(rows: list[list[int]], cells: int) -> None:
    assert len(Arrangement(read_matrix(rows, "X")).places()) == 2 * cells


@pytest.mark.parametrize(("rows", "cells"), ARRANGEMENTS)
def test_cells_are_spanned_by_their_rays_and_facets_are_shared(rows: list[list[int]], cells: int) -> None:
    arrangement = Arrangement(read_matrix(rows, "X"))
    for place in arrangement.places():
        rays = arrangement.rays_in(place)
        assert len(row_echelon([ray.direction for ray in rays])[1]) == arrangement.rank
        for door in arrangement.doors(place):
            back = [other for other in arrangement.doors(door.place) if other.place == place]
            assert len(back) == 1
            assert set(back[0].rays) == set(door.rays)


def test_a_neuron_acts_as_the_rays_of_its_place() -> None:
    X, rng = read_matrix([[1, 2, 1], [0, 1, -1], [2, 0, 3], [1, 1, 1], [1, 2, 1]], "X"), Random(5)
    arrangement = Arrangement(X)
    for _ in range(50):
        v = tuple(Fraction(rng.randint(-4, 4)) for _ in range(3))
        w = arrangement.coordinates(v)
        assert [dot(row, v) for row in X] == [dot(row, arrangement.weights(w)) for row in X]
        for place in arrangement.places_around(1, v):
            sides = [dot(plane, w) for plane in arrangement.planes]
            assert all((side >= 0) if place >> h + 1 & 1 else (side <= 0) for h, side in enumerate(sides))
            for ray in arrangement.rays_in(place):
                image = [max(Fraction(0), dot(row, arrangement.weights(ray.direction))) for row in X]
                assert image == list(arrangement.generators[ray.generator] if ray.generator is not None else [0] * 5)


def test_the_places_around_a_point_are_those_that_contain_it() -> None:
    X = read_matrix([[1, 0], [0, 1], [1, 1]], "X")
    arrangement = Arrangement(X)
    count = {v: len(arrangement.places_around(1, tuple(map(Fraction, v)))) for v in product((-1, 0, 1), repeat=2)}
    # Zero lies in all 6 cells with both signs, a point on one of the three lines in 2, any other in 1.
    assert count == {(-1, -1): 1, (-1, 0): 2, (-1, 1): 2, (0, -1): 2, (0, 0): 12, (0, 1): 2, (1, -1): 2, (1, 0): 2, (1, 1): 1}


def test_an_arrangement_out_of_reach_is_refused() -> None:
    rows = [[entry**power for power in range(8)] for entry in range(1, 41)]
    with pytest.raises(InputError, match="too many lines"):
        Arrangement(read_matrix(rows, "X"))


# The maximum along a segment ----------------------------------------------------------------------------------------


def test_the_maximum_along_a_segment_is_that_of_a_fine_grid() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        X, y = rng.integers(-3, 4, (4, 2)), rng.integers(-5, 6, 4)
        begin, end = rng.integers(1, 5, (2, 2, 2)) * rng.choice([-1, 1], (2, 2, 2))
        signs = rng.choice([-1, 1], 2)
        t = np.linspace(0, 1, 4001)[:, None, None]
        hidden = np.maximum(0, X @ ((1 - t) * begin + t * end))
        grid = float(np.max(np.sum((hidden @ signs - y) ** 2, axis=1)) / 2)
        exact = segment_maximum(
            read_matrix(X.tolist(), "X"), read_vector(y.tolist(), "y"), weights(signs, begin), weights(signs, end)
        )
        assert grid <= float(exact) + 1e-9  # the grid holds the ends, where floats of this size are exact to 1e-13
        assert float(exact) - grid <= 1e-2 * (1 + grid)


def weights(signs: Any, columns: Any) -> Any:
    """Effective weights from m signs and a d × m array."""
    return tuple(
        effective(tuple(map(Fraction, v)), Fraction(int(sign))) for sign, v in zip(signs, columns.T.tolist(), strict=True)
    )


def test_the_labelled_barrier_of_the_separation_is_rational() -> None:
    assert check(NUMBERED).facts["barrier"] == LABELLED
