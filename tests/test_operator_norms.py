"""Operator norms: the definition against numpy and random search, oracles, conventions, and the checker's refusals."""

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from theory.bounds.enclosures import at_most, equal, point
from theory.bounds.forgetting import forgetting_certificate, second_moment
from theory.bounds.operator_norms import PAIRS, atoms, closed_form_square, norms_certificate, oracle, oracle_certificate
from theory.claim import Exact, Interval
from theory.exact import InputError, Rejected, check, read_matrix
from theory.exact.atoms import transposed
from theory.exact.operator_norm import DUAL, in_unit_ball, operator_norm_square
from theory.exact.symmetric import definiteness
from theory.theorems.column_max_descent import column_max_step

ORDER = {"1": 1, "2": 2, "inf": np.inf}
EVERY_PAIR = [(alpha, beta) for alpha in DUAL for beta in DUAL]


def exact(rows: Any) -> Any:
    return read_matrix([[int(entry) for entry in row] for row in rows], "W")


def random_matrix(seed: int, shape: tuple[int, int] = (3, 4)) -> Any:
    return np.random.default_rng(seed).integers(-5, 6, shape)


@pytest.mark.parametrize(("alpha", "beta"), EVERY_PAIR)
def test_no_vector_exceeds_the_norm_and_alternating_maximisation_reaches_it(alpha: str, beta: str) -> None:
    W = random_matrix(3)
    norm = float(operator_norm_square(exact(W), alpha, beta)[1]) ** 0.5
    X = np.random.default_rng(1).normal(size=(4, 4000))
    ratios = np.linalg.norm(W @ X, ORDER[beta], axis=0) / np.linalg.norm(X, ORDER[alpha], axis=0)
    assert ratios.max() <= norm * (1 + 1e-12)
    # x ← the α-ball's maximiser of Wᵀz, z ← the β*-ball's maximiser of Wx, from many starts: monotone, and best is the norm.
    best = 0.0
    for x in X[:, :200].T:
        for _ in range(50):
            z = steepest(W @ x, DUAL[beta])
            x = steepest(W.T @ z, alpha)
        best = max(best, np.linalg.norm(W @ x, ORDER[beta]))
    assert best == pytest.approx(norm, rel=1e-9)


def steepest(vector: Any, p: str) -> Any:
    """The vector of p-norm one with the largest inner product."""
    if p == "2":
        return vector / np.linalg.norm(vector)
    return np.sign(vector) if p == "inf" else np.sign(vector) * (np.arange(len(vector)) == np.abs(vector).argmax())


@pytest.mark.parametrize(("alpha", "beta"), PAIRS)
@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_beats_every_direction_of_norm_one(alpha: str, beta: str, seed: int) -> None:
    G = random_matrix(seed, (3, 3))
    D = np.array(oracle(exact(G), alpha, beta), dtype=float)
    for rival in np.random.default_rng(seed).normal(size=(300, 3, 3)):
        scaled = read_matrix((rival * 1000).round().astype(int).tolist(), "D")
        length = float(operator_norm_square(scaled, alpha, beta)[1]) ** 0.5
        assert (G * np.array(scaled, dtype=float)).sum() / length <= (G * D).sum() + 1e-9


@pytest.mark.parametrize(("alpha", "beta"), PAIRS)
def test_atoms_add_up_exactly_for_large_small_and_dependent_matrices(alpha: str, beta: str) -> None:
    for rows in ([[10**30, 1], [1, 1]], [["1e-30", "1e-31"], [0, 0]], [[1, 2, 3], [2, 4, 6]], [[0, 0]], [["1/3"], ["-2/7"]]):
        G = read_matrix(rows, "G")
        finding = check(oracle_certificate(G, oracle(G, alpha, beta), alpha, beta))
        gap = finding.facts["dual_bound"] - finding.facts["attained"]
        assert finding.facts["in_ball"]
        assert 0 <= gap <= finding.facts["dual_bound"] / 2**100
        assert len(atoms(G, alpha, beta)) == len(set(atoms(G, alpha, beta)))


def test_the_spectral_norm_is_exact_when_it_is_rational_and_enclosed_otherwise() -> None:
    assert operator_norm_square(exact([[3, 4], [4, -3]]), "2", "2") == (25, 25)
    low, high = operator_norm_square(exact([[1, 1], [0, 1]]), "2", "2")
    assert low < high < low * (1 + Fraction(1, 2**80))
    assert low**2 - 3 * low + 1 < 0 < high**2 - 3 * high + 1  # the root of t² − 3t + 1


def test_transposing_exchanges_the_norms_with_their_duals() -> None:
    W = exact(random_matrix(8, (2, 3)))
    for alpha, beta in PAIRS:
        here = closed_form_square(W, alpha, beta)
        there = operator_norm_square(transposed(W), DUAL[beta], DUAL[alpha])
        assert max(here[0], there[0]) <= min(here[1], there[1])


def test_column_max_reads_as_one_to_one_or_as_inf_to_inf_of_the_transpose() -> None:
    M, R = exact([[1, -3], [1, 3]]), Fraction(2)
    U = column_max_step(M, R)
    assert U == ((1, -1), (1, 1))
    assert tuple(tuple(R * entry for entry in row) for row in oracle(M, "1", "1")) == U
    assert transposed(U) == tuple(tuple(R * entry for entry in row) for row in oracle(transposed(M), "inf", "inf"))
    assert not in_unit_ball(column_max_step(exact([[1, 1]]), Fraction(1)), "inf", "inf")


def test_column_max_leaves_zero_columns_alone() -> None:
    assert column_max_step(exact([[0, 2], [0, -1]]), Fraction(1)) == ((0, 1), (0, 0))


@pytest.mark.parametrize(
    ("alpha", "beta", "rows", "field"),
    [("3", "1", [[1]], "alpha"), ("1", "x", [[1]], "beta"), ("1", "1", [], "W"), ("1", "1", [[]], "W"),
     ("inf", "2", [[1] * 13], "W")],
)
def test_bad_input_names_its_field(alpha: str, beta: str, rows: Any, field: str) -> None:
    with pytest.raises(InputError) as error:
        operator_norm_square(read_matrix(rows, "W"), alpha, beta)
    assert error.value.field == field


def test_a_pair_without_closed_form_is_refused() -> None:
    with pytest.raises(InputError, match="2→1"):
        closed_form_square(exact([[1]]), "2", "1")
    with pytest.raises(InputError, match="inf→1"):
        oracle(exact([[1]]), "inf", "1")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["statement"]["norms"][0].update(square=[4, 5]),
        lambda c: c["proof"]["maximisers"][0].reverse(),
        lambda c: c["proof"]["maximisers"].append([1, 1]),
        lambda c: c["statement"].update(W=[[1, 1], [1]]),
        lambda c: c["statement"]["norms"][0].update(alpha="4"),
    ],
)
def test_a_wrong_norm_certificate_is_rejected(change: Any) -> None:
    candidate = norms_certificate(exact([[1, 2], [0, 1]]), [("1", "1"), ("2", "2")])
    check(candidate)
    change(candidate)
    with pytest.raises(Rejected):
        check(candidate)


def test_an_oracle_certificate_with_overlong_or_missing_atoms_is_rejected() -> None:
    G = exact([[1, 2], [0, 1]])
    for change in (
        lambda p: p["atoms"].pop(),
        lambda p: p["atoms"].reverse(),
        lambda p: p["atoms"][0].update(weight=1, left=[2, 2]),
        lambda p: p["atoms"].append({"weight": 1, "left": [0, 0], "right": [1, 0]}),
    ):
        candidate = oracle_certificate(G, oracle(G, "1", "1"), "1", "1")
        change(candidate["proof"])
        with pytest.raises(Rejected):
            check(candidate)


def test_atoms_outside_their_balls_cannot_lower_the_dual_bound() -> None:
    G = exact([[1, 2], [0, 1]])
    for side in ("left", "right"):
        candidate = oracle_certificate(G, oracle(G, "1", "1"), "1", "1")
        for atom in candidate["proof"]["atoms"]:
            atom["weight"] = str(Fraction(atom["weight"]) / 2)
            atom[side] = [str(2 * Fraction(entry)) for entry in atom[side]]
        candidate["statement"]["dual_bound"] = str(Fraction(candidate["statement"]["dual_bound"]) / 2)
        with pytest.raises(Rejected, match="unit balls"):
            check(candidate)


def test_definiteness_agrees_with_eigenvalues() -> None:
    rng = Random(0)
    seen = set()
    for _ in range(300):
        n = rng.randint(1, 4)
        A = np.array([[rng.randint(-2, 2) for _ in range(n)] for _ in range(rng.randint(1, 4))])
        S = A.T @ A - rng.choice([0, 0, 1]) * np.eye(n, dtype=int)
        least = np.linalg.eigvalsh(S).min()
        expected = 0 if abs(least) < 1e-9 else int(np.sign(least))
        assert definiteness(S.tolist()) == expected
        seen.add(expected)
    assert seen == {-1, 0, 1}


def test_forgetting_rises_with_the_moment_of_the_inputs() -> None:
    instance = {
        "W": [[1, 0]], "step": [[1, 2]], "readout": [[1]], "samples": [[1, 0], [3, 4]], "targets": [[1], [2]],
        "alpha": "2", "beta": "2",
    }
    facts = check(forgetting_certificate(instance)).facts
    # By hand: outputs 1, 3 become 2, 14, so residuals 0, 1 become 1, 12.
    assert facts["forgetting"] == Fraction((1 + 144) - (0 + 1), 4)
    assert facts["first_order"] == Fraction(0 * 1 + 1 * 11, 2)
    assert facts["moment"] == second_moment(exact([[1, 0], [3, 4]]), "2") == 13


def test_k_equal_entries_have_moment_k_to_the_two_over_alpha() -> None:
    for k in range(1, 6):
        sample = exact([[3] * k + [0] * (6 - k)])
        assert [second_moment(sample, alpha) / 9 for alpha in ("1", "2", "inf")] == [k**2, k, 1]


def test_enclosures_decide_exactly_or_say_how_wide_they_are() -> None:
    finding = check(norms_certificate(exact([[1]]), [("1", "1")]))
    one, wide = point(Fraction(1)), (Fraction(0), Fraction(2))
    assert at_most(one, (Fraction(2), Fraction(3)), finding).value == 1
    assert at_most((Fraction(2), Fraction(3)), one, finding).refutes
    assert isinstance(at_most(one, wide, finding).evidence, Interval)
    assert isinstance(equal(one, one, finding).evidence, Exact)
    assert equal(one, point(Fraction(3)), finding).value == -2
    assert isinstance(equal(one, wide, finding).evidence, Interval)
