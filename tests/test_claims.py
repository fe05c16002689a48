"""Every registered claim keeps every contract: one test a claim and contract, made from the registry."""

from functools import cache

import pytest

from theory.contracts import CONTRACTS, Effort, Examination, Result, corruption, examine
from theory.registry import claims


@cache
def result(identifier: str, budget: str) -> Result:
    return examine(claims()[identifier], Effort.named(budget))


def cases() -> list[object]:
    # Tests of one claim share an examination, so they stay in one worker.
    return [
        pytest.param(name, contract, id=f"{name}-{contract}", marks=pytest.mark.xdist_group(name))
        for name in claims()
        for contract in CONTRACTS
    ]


@pytest.mark.parametrize(("name", "contract"), cases())
def test_contract(name: str, contract: str) -> None:
    outcome = result(name, "quick").outcomes[contract]
    assert outcome.passed, f"{outcome.detail}\nagain: optproof verify {name}"


@pytest.mark.parametrize("name", [pytest.param(n, id=n, marks=pytest.mark.xdist_group(n)) for n in claims()])
def test_verdict_is_as_registered(name: str) -> None:
    found = result(name, "quick")
    assert found.good, f"{found.verdict}: {found.verdict.reason}"


@pytest.mark.full
@pytest.mark.parametrize("name", list(claims()))
def test_every_contract_at_the_full_budget(name: str) -> None:
    found = result(name, "full")
    assert found.good, {n: o.detail for n, o in found.outcomes.items() if not o.passed} or found.verdict.reason


#: The claims whose certificates are lists of patterns, paths and cuts. (tests/test_exact_barrier.py makes 2,000 more.)
PATHS_AND_PATTERNS = [name for name, claim in claims().items() if {"barrier", "patterns"} & set(claim.tags)]


def test_paths_and_patterns_are_what_the_corruption_count_is_about() -> None:
    assert {"pattern-count", "separation", "zero-loss-connected"} <= set(PATHS_AND_PATTERNS)


@pytest.mark.parametrize("name", PATHS_AND_PATTERNS)
def test_three_hundred_corrupted_certificates_are_rejected(name: str) -> None:
    outcome = corruption.run(Examination(claims()[name], Effort(examples=5, corruptions=500, seed=7)))
    assert outcome.passed, outcome.detail
    assert outcome.counted >= 300
