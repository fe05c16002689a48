"""The exact checker of gauge intervals and covers accepts true proofs and refuses what only looks like one."""

import copy
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from theory.exact import Rejected, certificate, check
from theory.exact.cover import largest_on_unit_ball, measure
from theory.exact.kinds.gauge_interval import BITS, round_down, round_up
from theory.exact.kinks import kink_sum
from theory.exact.rational import Matrix, Vector, dot
from theory.exact.vector_norms import euclidean, sum_of_entries
from theory.exact.zonotope import longest_sum


def vector(*entries: int | str) -> Vector:
    return tuple(Fraction(entry) for entry in entries)


def relu_sum(X: Matrix, mu: Vector, u: Vector) -> Fraction:
    return sum((m * max(Fraction(0), dot(row, u)) for row, m in zip(X, mu, strict=True)), Fraction(0))


#: Parallel, opposite, repeated and zero rows.
X = (vector(1, 2), vector("1/2", 1), vector(-2, -4), vector(0, 0), vector(3, -1), vector(-3, 1), vector(0, 5))
MU = vector(1, -4, "3/2", 7, 2, -2, "-1/3")


def test_a_sum_of_relus_equals_its_normal_form_everywhere() -> None:
    q = kink_sum(X, MU)
    for u in product(range(-3, 4), repeat=2):
        point = vector(*u)
        kinks = sum((k.weight * max(Fraction(0), dot(k.normal, point)) for k in q.kinks), Fraction(0))
        assert dot(q.linear, point) + kinks == relu_sum(X, MU, point)
    lines = {tuple(entry / next(filter(None, k.normal)) for entry in k.normal) for k in q.kinks}
    assert len(lines) == len(q.kinks)


def test_what_every_relu_is_orthogonal_to_has_no_kink_and_no_linear_part() -> None:
    rows = (vector(1, 2), vector(2, 4), vector(0, 0))
    assert kink_sum(rows, vector(2, -1, 5)).vanishes
    assert not kink_sum(rows, vector(2, 1, 5)).vanishes
    assert not kink_sum((vector(1), vector(-1)), vector(1, -1)).vanishes  # (u)_+ − (−u)_+ = u


def test_the_longest_signed_sum_is_bounded_and_the_bound_is_not_wasteful() -> None:
    vectors = [vector(3, 0, 1), vector(-1, 2, 2), vector(0, 4, -1), vector("1/3", 1, 1), vector(2, -2, "5/7")]
    sums = [[sum(s * v[k] for s, v in zip(signs, vectors, strict=True)) for k in range(3)]
            for signs in product((-1, 1), repeat=5)]
    longest = max(dot(total, total) for total in sums)
    bound = longest_sum(vectors, euclidean)
    assert longest <= bound**2 <= longest * Fraction(3, 2)
    assert bound < sum(map(euclidean, vectors))
    assert longest_sum(vectors, sum_of_entries) == sum(map(sum_of_entries, vectors))
    assert longest_sum([], euclidean) == longest_sum([vector(0, 0)], euclidean) == 0


# One row x = 3, one target y = 2, β = 1: μ = y − f, |μ·3| ≤ 1, so μ = 1/3, v = 5/9; optimum 1/18 + 5/9 = 11/18.
ABOVE = {"leaves": [{"cell": "+", "slopes": "1", "values": []}, {"cell": "-", "slopes": "0", "values": []}],
         "sum_of_squares": 1}
BELOW = {"leaves": [{"cell": "", "slopes": "0", "values": []}], "sum_of_squares": 0}
STATEMENT = {"X": [[3]], "y": [2], "norm": "euclidean", "objective": "penalised", "beta": 1, "lower": "11/18",
             "upper": "11/18"}
PROOF = {"network": {"neurons": [{"u": ["5/9"], "alpha": 1}]}, "dual": ["1/3"], "drift": [1], "above": ABOVE, "below": BELOW}


def changed(**changes: Any) -> dict[str, Any]:
    statement, proof = copy.deepcopy(STATEMENT), copy.deepcopy(PROOF)
    for path, value in changes.items():
        *way, last = path.split("__")
        place: Any = statement if way[:1] == ["statement"] else proof
        for key in way[1:] if way[:1] == ["statement"] else way:
            place = place[int(key) if key.isdigit() else key]
        place[int(last) if last.isdigit() else last] = value
    return certificate("gauge-interval", statement, proof)


def test_a_proof_by_hand_is_accepted_and_both_ends_meet() -> None:
    facts = check(changed()).facts
    assert facts["lower"] == facts["upper"] == Fraction(11, 18)
    assert facts["dual_gauge"] == 1
    assert facts["cost"] == Fraction(5, 9)
    assert facts["loss"] == Fraction(1, 18)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"statement__upper": "12/18"}, "upper"),
        ({"statement__lower": "10/18"}, "lower"),
        ({"statement__beta": -1}, "beta"),
        ({"statement__beta": 2}, "the proof gives"),
        ({"statement__norm": "manhattan"}, "norms"),
        ({"statement__objective": "best"}, "objectives"),
        ({"dual": ["1/2"]}, "drift"),
        ({"drift": [2]}, "drift"),
        ({"dual": ["1/2"], "drift": ["3/2"]}, "sum_of_squares"),
        ({"dual": [-1], "drift": [-3]}, "above"),
        ({"network__neurons__0__alpha": 2}, "alpha"),
        ({"network__neurons__0__u": ["1/9"]}, "the proof gives"),
        ({"network__neurons": [{"u": ["5/9"], "alpha": 1}, {"u": [0], "alpha": 0}]}, "increasing"),
        ({"above__leaves__0__slopes": "0"}, "bounds nothing"),
        ({"above__leaves__1__slopes": "1"}, "bounds nothing"),
        ({"above__leaves__0": {"cell": "+", "slopes": "*", "values": ["1/4"]}}, "bounds nothing"),
        ({"above__leaves__0": {"cell": "+", "slopes": "*", "values": ["1/2"]}}, "sum_of_squares"),
        ({"above__leaves": ABOVE["leaves"][:1]}, "no leaf covers"),
        ({"above__leaves": [*ABOVE["leaves"], ABOVE["leaves"][1]]}, "more leaves"),
        ({"above__leaves": ABOVE["leaves"][::-1]}, "next cone"),
        ({"above__leaves": [{"cell": "", "slopes": "1", "values": []}]}, "slopes"),
        ({"above__leaves__1": {"cell": "-", "empty": [[0, 1]]}}, "do not cancel"),
        ({"above__leaves__1": {"cell": "-", "empty": []}}, "pairs"),
        ({"above__leaves__1": {"cell": "-", "empty": [[1, 1]]}}, "increasing order"),
        ({"below__sum_of_squares": 1}, "sum_of_squares"),
        ({"below__leaves__0__slopes": "*"}, "values"),
    ],
)
def test_a_changed_proof_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        check(changed(**changes))


def test_a_cone_without_interior_needs_multipliers_that_cancel() -> None:
    # x = (1, 0), (0, 1), (1, 1): on +, + the third side cannot be −.
    q = kink_sum((vector(1, 0), vector(0, 1), vector(1, 1)), vector(2, 2, 2))
    order = [kink.normal for kink in q.convex]
    assert order == [(1, 1), (1, 0), (0, 1)]

    def leaf(cell: str) -> dict[str, Any]:
        return {"cell": cell, "slopes": "".join("1" if side == "+" else "0" for side in cell), "values": []}

    def void(cell: str, *pairs: list[int]) -> dict[str, Any]:
        return {"cell": cell, "empty": list(pairs)}

    good = [leaf("+++"), leaf("++-"), leaf("+-+"), void("+--", [0, 1], [1, 1], [2, 1]),
            void("-++", [0, 1], [1, 1], [2, 1]), leaf("-+-"), leaf("--+"), leaf("---")]
    largest, squares = measure(q, good, "leaves", euclidean)
    assert largest**2 >= 32  # at u = (1, 1)/√2 the sum is √32
    assert largest**2 <= 32 + Fraction(1, 10**20)
    cover = {"leaves": good, "sum_of_squares": str(squares)}
    assert largest_on_unit_ball(q, cover, "above", euclidean) == largest
    for wrong in (void("+-+", [0, 1], [2, 1]), void("+-+", [0, 1], [1, 1], [2, 1]), void("+-+", [0, 0])):
        with pytest.raises(Rejected):
            measure(q, [*good[:2], wrong, *good[3:]], "leaves", euclidean)


def test_kinks_beyond_a_name_are_paid_for() -> None:
    q = kink_sum((vector(1, 0), vector(0, 1)), vector(1, 1))
    largest, _ = measure(q, [{"cell": "", "slopes": "", "values": []}], "leaves", euclidean)
    true = max(relu_sum((vector(1, 0), vector(0, 1)), vector(1, 1), vector(a, b)) / euclidean(vector(a, b))
               for a, b in product(range(-5, 6), repeat=2) if a or b)
    assert true <= largest <= 2 * true


def test_no_network_fits_different_targets_on_one_line() -> None:
    rows = [[1, 2], [2, 4]]
    proof = certificate("unfittable", {"X": rows, "y": [1, 3]}, {"dual": [-2, 1]})
    assert check(proof).facts == {"fittable": False}
    for y, dual in (([1, 2], [-2, 1]), ([1, 3], [-4, 2]), ([1, 3], [1, 0])):
        with pytest.raises(Rejected):
            check(certificate("unfittable", {"X": rows, "y": y}, {"dual": dual}))
    with pytest.raises(Rejected, match="tells nothing"):
        check(certificate("unfittable", {"X": [*rows, [0, 0]], "y": [1, 3, 0]}, {"dual": [-2, 1, 4]}))


def test_ends_are_rounded_outwards_to_few_bits_and_short_numbers_not_at_all() -> None:
    assert round_down(Fraction(11, 18)) == round_up(Fraction(11, 18)) == Fraction(11, 18)
    for long in (Fraction(10**80, 3**99), Fraction(-(10**80), 3**99), Fraction(3**99, 10**99)):
        low, high = round_down(long), round_up(long)
        assert low < long < high
        assert high - low <= abs(long) / 2 ** (BITS - 2)
        assert abs(low.numerator).bit_length() <= BITS + 1
