"""Every registered claim keeps every contract: one test a claim and contract, made from the registry."""

from functools import cache

import pytest

from theory.contracts import CONTRACTS, Effort, Result, examine
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


def test_at_least_two_thousand_corrupted_certificates_are_rejected() -> None:
    from random import Random

    from theory.claim import resolve
    from theory.contracts.corruption import corrupt
    from theory.exact import Rejected, check

    kinds_seen, rejected, rng = set(), 0, Random(7)
    for claim in claims().values():
        if not {"barrier", "patterns"} & set(claim.tags):
            continue
        neutral = resolve(claim.neutral) if claim.neutral else None
        certificates = [resolve(claim.certify)(instance) for instance in claim.boundary]
        for turn in range(1000):
            certificate = certificates[turn % len(certificates)]
            change, corrupted = corrupt(certificate, rng)
            if corrupted == certificate:
                continue
            instance = claim.boundary[turn % len(certificates)]
            try:
                claim.check(instance, corrupted)
            except Rejected:
                rejected += 1
            else:
                assert neutral is not None, change
                assert neutral(certificate, corrupted), change
            kinds_seen.add(certificate["kind"])
        assert check(certificates[0]).facts
    assert rejected >= 2000
    assert {"barrier", "patterns"} <= kinds_seen
