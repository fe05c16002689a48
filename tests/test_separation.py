"""T-separation and the false claim: the facts, what is near them and false, and the gauge by another way."""

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from numerics.bottleneck import certify as certify_barrier
from numerics.separation import certify, gauge
from theory.claim import Kind
from theory.contracts.examination import draw
from theory.exact import Rejected, certificate, check
from theory.exact.rational import InputError, read_matrix
from theory.network import Network, loss
from theory.problem import Problem
from theory.theorems.separation import CLAIM, Symmetry, symmetry_of
from theory.theorems.zero_loss_disconnected import CLAIM as FALSE_CLAIM

SEPARATION = Symmetry().instance()


def test_the_theorem_in_numbers() -> None:
    facts = check(certify(SEPARATION)).facts
    assert facts == {
        "components": 4, "components_modulo_permutation": 2, "max_entry_a": 2, "max_entry_b": 3, "gauge_squared_a": 25,
        "gauge_squared_b": 20, "barrier": 2, "barrier_labelled": Fraction(450, 121),
    }


@pytest.mark.parametrize("instance", CLAIM.boundary)
def test_the_theorem_is_proved_on_its_instance_and_on_images(instance: dict[str, Any]) -> None:
    assert CLAIM.examine(instance).kind is Kind.PROVED


@pytest.mark.parametrize("mutant", CLAIM.mutants, ids=lambda mutant: mutant.name)
def test_every_mutant_is_refuted_on_a_scaled_instance(mutant: Any) -> None:
    assert CLAIM.examine(Symmetry(scale=Fraction(3, 2)).instance(), mutant).kind is Kind.REFUTED


def test_symmetries_are_recognised_and_nothing_else() -> None:
    rng = Random(0)
    for _ in range(20):
        rows = tuple(rng.sample(range(4), 4))
        symmetry = Symmetry(rows, (2, -1), Fraction(rng.randint(1, 5), 3), *(rng.random() < 0.5 for _ in range(3)))
        found = symmetry_of(symmetry.instance())
        assert found is not None
        assert found.instance() == symmetry.instance()
        assert found.stated() == symmetry.stated()
    near = [{**SEPARATION, "X": [[-1, 2], [0, -2], [2, 0], [-3, -2]]}, {**SEPARATION, "a": SEPARATION["b"]},
            {**SEPARATION, "y": [-3, -4, -2, -12]}, {**SEPARATION, "y": [3, 4, 2]}]
    for instance in near[:3]:
        assert symmetry_of(instance) is None
        assert CLAIM.examine(instance).kind is Kind.HYPOTHESIS_UNMET


def test_a_certificate_about_another_instance_is_rejected() -> None:
    other = certify(Symmetry(swap=True).instance())
    assert check(other)
    with pytest.raises(Rejected, match="another problem"):
        CLAIM.check(SEPARATION, other)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"max_entry": [2, 2]}, "max_entry"),
        ({"gauge_squared": [25, 21]}, "proof.Z"),
        ({"gauge_squared": [20, 25]}, "proof.Z"),
        ({"barrier": 1}, "proof.path"),
        ({"barrier_labelled": 2}, "proof.path"),
        ({"b": SEPARATION["a"]}, "max_entry"),
    ],
)
def test_a_false_statement_is_rejected(change: dict[str, Any], reason: str) -> None:
    good = certify(SEPARATION)
    with pytest.raises(Rejected, match=reason):
        check({**good, "statement": {**good["statement"], **change}})


def test_two_solutions_that_both_radii_order_alike_separate_nothing() -> None:
    # One neuron fits one row; another solution is larger in both norms. They are not the only ones either.
    instance = {"X": [[1, 0]], "y": [1], "a": {"neurons": [{"u": [1, 0], "alpha": 1}]},
                "b": {"neurons": [{"u": [1, 2], "alpha": 1}]}}
    with pytest.raises(Rejected, match="nothing is separated"):
        check(certify(instance))


def test_solutions_that_are_not_isolated_are_not_the_only_ones() -> None:
    # A third input that is always zero: its weights are free, so that each component is a plane and no point.
    wider: dict[str, Any] = {"X": [[*row, 0] for row in SEPARATION["X"]], "y": SEPARATION["y"]}
    for name in ("a", "b"):
        wider[name] = {"neurons": [{"u": [*n["u"], 0], "alpha": 1} for n in SEPARATION[name]["neurons"]]}
    with pytest.raises(Rejected, match="single point"):
        check(certify(wider))


# The gauge ----------------------------------------------------------------------------------------------------------


def gauge_certificate(columns: list[list[Any]], low: Any, high: Any, proof: dict[str, Any]) -> dict[str, Any]:
    return certificate("gauge", {"columns": columns, "low": low, "high": high}, proof)


def test_the_gauge_of_two_columns_is_that_of_the_semidefinite_program() -> None:
    import cvxpy

    rng = Random(2)
    for _ in range(8):
        columns = [[rng.randint(-4, 4) for _ in range(3)] for _ in range(2)]
        if not any(map(any, columns)):
            continue
        square, proof = gauge(list(read_matrix(columns, "columns")))
        assert check(gauge_certificate(columns, str(square), str(square), proof)).facts["low"] == square
        # Least sum of q with [[t I, V], [Vᵀ, diag q]] ⪰ 0 at t = 1 is Γ².
        q = cvxpy.Variable(2)
        V = np.array(columns, dtype=float).T
        block = cvxpy.bmat([[np.eye(3), V], [V.T, cvxpy.diag(q)]])
        program = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(q)), [block >> 0])
        program.solve(solver=cvxpy.CLARABEL)
        assert float(square) == pytest.approx(program.value, rel=1e-5, abs=1e-5)  # an interior-point method to 1e-8


def test_irrational_lower_bounds_of_the_gauge_are_rounded_down() -> None:
    columns, Z = [[1, 0], [0, 1], [1, 1]], [["1/2", 0], [0, "1/2"]]
    q = ["1/3", "1/3", "1/3"]
    # (Σ √a_i)² with a = (½, ½, 1): 2 + 2(½ + √½ + √½) = 3 + 2√2, irrational; Σ vvᵀ/q has eigenvalues 9 and 3.
    with pytest.raises(Rejected, match=r"proof\.Z: proves") as raised:
        check(gauge_certificate(columns, 5, 9, {"Z": Z, "q": q}))
    low = Fraction(str(raised.value).split("at least ")[1].split(",")[0])
    assert low < 3 + 2 * Fraction(2**0.5) < low + Fraction(1, 10**9)
    assert check(gauge_certificate(columns, str(low), 9, {"Z": Z, "q": q})).facts["high"] == 9


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ({"Z": [["9/25", "12/25"], ["12/25", "16/25"]], "q": ["11/25", "14/25"]}, "proof.q"),
        ({"Z": [["9/25", "12/25"], ["12/25", "16/25"]], "q": ["14/25", "12/25"]}, "sum 1"),
        ({"Z": [["9/25", "12/25"], ["-12/25", "16/25"]], "q": ["14/25", "11/25"]}, "symmetric"),
        ({"Z": [["9/25", "13/25"], ["13/25", "16/25"]], "q": ["14/25", "11/25"]}, "semidefinite"),
        ({"Z": [["18/25", "24/25"], ["24/25", "32/25"]], "q": ["14/25", "11/25"]}, "trace 1"),
        ({"Z": [[1, 0], [0, 0]], "q": ["14/25", "11/25"]}, "at least 9"),
    ],
)
def test_false_proofs_of_a_gauge_are_rejected(proof: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        check(gauge_certificate([[-2, -2], [1, 2]], 25, 25, proof))


def test_the_gauge_of_three_columns_has_no_closed_form_here() -> None:
    with pytest.raises(InputError, match="one or two neurons"):
        gauge(list(read_matrix([[1], [2], [3]], "columns")))


# The false claim ----------------------------------------------------------------------------------------------------


def test_the_false_claim_is_refuted_by_the_separation() -> None:
    verdict = FALSE_CLAIM.examine(SEPARATION)
    assert verdict.kind is Kind.REFUTED
    assert verdict.margin is not None
    assert verdict.margin.value == -2


def test_many_drawn_pairs_satisfy_the_false_claim() -> None:
    pairs = draw(FALSE_CLAIM.instances(), 60, 5)
    heights = [check(certify_barrier(pair)).facts["barrier"] for pair in pairs]
    assert sum(height == 0 for height in heights) >= 30
    for pair in pairs:
        problem = Problem.read({"X": pair["X"], "y": pair["y"]})
        assert all(loss(problem, Network.read(pair[name])) == 0 for name in ("a", "b"))
    assert any(pair["a"] != pair["b"] and any(map(any, pair["X"])) for pair in pairs)


