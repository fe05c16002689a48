"""The claim that weight decay is a group lasso: what it refuses, and that its mutants are false for the stated reasons."""

from fractions import Fraction
from typing import Any

import pytest

from numerics.certified_training import certify_penalised
from numerics.solving import solve
from theory.claim import Exact, Interval, Kind
from theory.exact import Rejected
from theory.theorems.weight_decay_duality import (
    CLAIM,
    check_instance,
    loss_of_linear_models,
    loss_of_positive_networks,
)

INSTANCE: dict[str, Any] = {"X": [[1, 2], [3, -1], [-1, 1]], "y": [1, -2, 3], "beta": "1/2"}


def test_the_claim_holds_up_to_the_certified_interval() -> None:
    finding = check_instance(INSTANCE, certify_penalised(INSTANCE))
    margin = CLAIM.margin(INSTANCE, finding)
    assert isinstance(margin.evidence, Interval)
    assert margin.holds
    assert not margin.refutes
    assert margin.evidence.tolerance < 1e-10


def test_where_both_ends_meet_the_evidence_is_exact() -> None:
    verdict = CLAIM.examine({"X": [[3, 4]], "y": [2], "beta": 10})
    assert verdict.kind is Kind.PROVED
    assert verdict.margin is not None
    assert isinstance(verdict.margin.evidence, Exact)


@pytest.mark.parametrize("change", [{"beta": "1/3"}, {"y": [1, -2, 4]}, {"X": [[1, 2], [3, -1], [-1, 2]]}])
def test_a_certificate_of_another_instance_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="another instance"):
        check_instance(INSTANCE | change, certify_penalised(INSTANCE))


def test_a_certificate_of_another_objective_is_refused() -> None:
    other = solve({"X": INSTANCE["X"], "y": INSTANCE["y"]}, "frobenius").certificate
    with pytest.raises(Rejected, match="another optimum"):
        check_instance(INSTANCE, other)


def test_a_true_interval_that_is_too_wide_is_refused() -> None:
    certificate = certify_penalised(INSTANCE)
    zero = {"u": [0, 0], "alpha": 0}
    certificate["proof"]["network"] = {"neurons": [zero]}
    certificate["statement"]["upper"] = 7
    with pytest.raises(Rejected, match="too wide"):
        check_instance(INSTANCE, certificate)


def test_bounds_of_the_mutants_are_what_they_say() -> None:
    finding = check_instance(INSTANCE, certify_penalised(INSTANCE))
    assert loss_of_positive_networks(INSTANCE, finding) == Fraction(2)
    on_a_line = {"X": [[1], [1]], "y": [1, 3], "beta": 1}
    assert loss_of_linear_models(on_a_line, finding) == Fraction(1)
    dependent = {"X": [[1, 2, 0], [1, 2, 0]], "y": [5, 5], "beta": 1}
    assert loss_of_linear_models(dependent, finding) == 0


@pytest.mark.parametrize(
    ("name", "instance"),
    [
        ("no cones", {"X": [[1, 2], [3, -1], [-1, 1], [2, 2]], "y": [1, -2, 3, 4], "beta": "1/2"}),
        ("squared norms", {"X": [[5]], "y": [1], "beta": 1}),
        ("half of beta", {"X": [[5]], "y": [1], "beta": 1}),
        ("sum of norms", {"X": [[1]], "y": [30], "beta": 1}),
        ("positive signs", {"X": [[1]], "y": [-3], "beta": 1}),
        ("one pattern", {"X": [[1], [-1]], "y": [9, 9], "beta": 1}),
    ],
)
def test_each_mutant_is_refuted_by_a_small_instance(name: str, instance: dict[str, Any]) -> None:
    mutant = next(mutant for mutant in CLAIM.mutants if mutant.name == name)
    verdict = CLAIM.examine(instance, mutant)
    assert verdict.kind is Kind.REFUTED
    assert verdict.margin is not None
    assert isinstance(verdict.margin.evidence, Exact)
    assert CLAIM.examine(instance).kind in (Kind.CERTIFIED, Kind.PROVED)


@pytest.mark.parametrize("mutant", CLAIM.mutants, ids=lambda mutant: mutant.name)
def test_no_mutant_is_refuted_where_it_agrees_with_the_claim(mutant: Any) -> None:
    assert CLAIM.examine({"X": [[1, 1]], "y": [0], "beta": 1}, mutant).kind is not Kind.REFUTED
