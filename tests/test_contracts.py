"""The contracts can fail: a claim that breaks one is caught by that one. (Testing the tester.)"""

from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from theory.claim import (
    Agreement,
    Claim,
    Exact,
    Hypothesis,
    Instance,
    Interval,
    Kind,
    Margin,
    Mutant,
    Observation,
    Sample,
    Source,
    Verdict,
)
from theory.contracts import Effort, examine
from theory.contracts.examination import draw
from theory.exact import Finding, Rejected, certificate
from theory.exact import check as check_exactly

#: Some finding: the effective rank of order ∞ of one eigenvalue is 1.
FINDING = check_exactly(certificate("renyi-ranks", {"spectrum": [1], "orders": ["inf"]}, {"ranks": [[1, 1]]}))
EFFORT = Effort(examples=10, corruptions=60, search=60)


def certify(instance: Instance) -> dict[str, Any]:
    return {"x": instance["x"], "square": instance["x"] ** 2}


def check(instance: Instance, certificate: dict[str, Any]) -> Observation:
    if set(certificate) != {"x", "square"} or certificate["x"] != instance["x"]:
        raise Rejected("not about this instance")
    if type(certificate["square"]) is not int or certificate["square"] != instance["x"] ** 2:
        raise Rejected("square is wrong")
    return Observation({"square": certificate["square"]})


def reject() -> dict[str, Any]:
    raise Rejected("not about this instance")


def interval(value: float) -> Margin:
    return Margin(value, Interval(1e-9, "floats of size one"))


CLAIM = Claim(
    id="squares", title="Squares", source=Source("optproof", "this test"), latex="x^2 \\ge 2x-1", quantifier="for all",
    sentence="A square is at least its tangent.", relation="≥", proof="(x-1)^2 ≥ 0",
    hypotheses=(Hypothesis("positive", "x is positive", lambda i: i["x"], {"x": -1}),),
    instances=lambda: st.fixed_dictionaries({"x": st.integers(0, 50)}),
    boundary=({"x": 0},), tight={"x": 1},
    certify=certify, check=check,
    margin=lambda i, found: interval(found.facts["square"] - 2 * i["x"] + 1),
    mutants=(Mutant("reversed", "≤ for ≥", lambda i, found: interval(2 * i["x"] - 1 - found.facts["square"])),),
    agreements=(Agreement("product", "square", lambda i: i["x"] * i["x"]),),
)


def outcome(contract: str, **changes: Any) -> bool:
    return examine(replace(CLAIM, **changes), EFFORT).outcomes[contract].passed


def test_a_sound_claim_keeps_every_contract() -> None:
    result = examine(CLAIM, EFFORT)
    assert result.good, result.outcomes
    assert result.verdict.kind is Kind.CERTIFIED
    assert result.outcomes["corruption"].tried > 30


@pytest.mark.parametrize(
    ("contract", "changes"),
    [
        ("satisfiable", {"boundary": ()}),
        ("satisfiable", {"boundary": ({"x": -3},)}),
        ("certified", {"margin": lambda i, found: interval(10 - found.facts["square"])}),
        ("certified", {"certify": lambda i: {"x": i["x"], "square": 0}}),
        ("certified", {"holds": False}),
        ("corruption", {"check": lambda i, c: Observation({"square": i["x"] ** 2})}),
        ("corruption", {"check": lambda i, c: Observation({"square": c["square"] * (c["x"] == i["x"])})}),
        ("satisfiable", {"instances": lambda: st.just({"x": 3})}),
        ("corruption", {"check": lambda i, c: check({"x": c["x"]}, c)}),
        ("corruption", {"check": lambda i, c: Observation({"square": i["x"] ** 2} if c["x"] == i["x"] else reject()),
                        "neutral": lambda *_: True}),
        ("mutants", {"margin": lambda i, found: interval(1.0), "tight": None}),
        ("mutants", {"margin": lambda i, found: interval(i["x"]), "tight": None}),
        ("mutants", {"holds": False, "margin": lambda i, found: interval(-1.0), "tight": None}),
        ("mutants", {"mutants": ()}),
        ("mutants", {"mutants": (Mutant("true", "weaker, still true", lambda i, f: interval(f.facts["square"])),)}),
        ("tightness", {"tight": {"x": 2}}),
        ("tolerance", {"margin": lambda i, f: Margin(1.0, Interval(1e-9, ""))}),
        ("tolerance", {"margin": lambda i, f: Margin(1.0, Interval(0.5, "wide"))}),
        ("tolerance", {"margin": lambda i, f: Margin(1.0, Sample(1, 1.0, (0.0, 2.0), "one run"))}),
        ("agreement", {"agreements": ()}),
        ("agreement", {"agreements": (Agreement("anything", "square", lambda i: 0, 1e9, "lenient"),)}),
        ("agreement", {"agreements": (Agreement("anything", "square", lambda i: i["x"] ** 2, 1e-9, ""),)}),
        ("agreement", {"agreements": (Agreement("off by one", "square", lambda i: i["x"] ** 2 + 1),)}),
        ("outside", {"hypotheses": ()}),
        ("outside", {"hypotheses": (Hypothesis("any", "x is a number", lambda i: 1, {"x": -1}),)}),
        ("persistence", {"check": lambda i, c: Observation({"square": c["square"], "c": id(c)})}),
    ],
)
def test_a_broken_claim_is_caught(contract: str, changes: dict[str, Any]) -> None:
    assert not outcome(contract, **changes)


def test_a_claim_with_a_broken_contract_never_prints_a_good_verdict() -> None:
    result = examine(replace(CLAIM, mutants=()), EFFORT)
    assert result.verdict.kind is Kind.UNDECIDED
    assert not result.good


def test_a_false_claim_is_refuted_with_its_smallest_witness_and_good_only_when_registered_as_false() -> None:
    false = {"margin": lambda i, found: interval(10 - found.facts["square"]), "tight": None}
    refuted = examine(replace(CLAIM, **false), EFFORT)
    assert refuted.verdict.kind is Kind.REFUTED
    assert refuted.verdict.witness is not None
    assert not refuted.good
    mutant = Mutant("weaker", "20 for 10", lambda i, found: interval(20 - found.facts["square"]))
    registered = examine(replace(CLAIM, **false, holds=False, mutants=(mutant,)), EFFORT)
    assert registered.good, registered.outcomes


def test_a_violation_below_a_hundred_tolerances_is_undecided() -> None:
    assert Verdict.of([Margin(-5e-8, Interval(1e-9, "why"))]).kind is Kind.UNDECIDED
    assert Verdict.of([Margin(-5e-7, Interval(1e-9, "why"))]).kind is Kind.REFUTED
    assert Verdict.of([Margin(-5e-10, Interval(1e-9, "why"))]).kind is Kind.CERTIFIED


def test_samples_never_print_as_proved_or_certified_and_never_refute() -> None:
    sample = Sample(20, 1.0, (0.5, 1.5), "toy")
    assert Verdict.of([Margin(1.0, sample), Margin(1, Exact(FINDING))]).kind is Kind.SUPPORTED
    assert Verdict.of([Margin(-1.0, sample)]).kind is Kind.UNDECIDED
    assert Verdict.of([]).kind is Kind.UNDECIDED


def test_exact_evidence_refuses_floats_and_anything_but_a_finding() -> None:
    with pytest.raises(TypeError):
        Margin(0.5, Exact(FINDING))
    with pytest.raises(TypeError):
        Exact(Observation({}))  # type: ignore[arg-type]
    assert Verdict.of([Margin(Fraction(1, 3), Exact(FINDING))]).kind is Kind.PROVED


def test_findings_are_made_by_the_exact_checker_alone() -> None:
    @dataclass(frozen=True)
    class Unsealed(Finding):
        def __post_init__(self, seal: object) -> None: ...

    with pytest.raises(TypeError, match="exact checker"):
        Finding("toy", {}, {}, None)
    with pytest.raises((TypeError, ValueError)):
        replace(FINDING, facts={"first": 2})
    with pytest.raises(TypeError, match="Finding"):
        Exact(Unsealed("toy", {}, {}, None))


@pytest.mark.parametrize("value", [True, False, nan, inf, -inf, "1", None])
def test_a_margin_is_a_finite_number(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        Margin(value, Interval(1e-9, "why"))


@pytest.mark.parametrize("tolerance", [nan, inf, -1e-9])
def test_a_tolerance_is_finite_and_not_negative(tolerance: float) -> None:
    with pytest.raises(ValueError, match="tolerance"):
        Interval(tolerance, "why")


def test_exact_evidence_of_another_finding_is_refused_in_claims_and_in_mutants() -> None:
    borrowed = Margin(1, Exact(FINDING))
    assert examine(replace(CLAIM, margin=lambda i, found: borrowed), EFFORT).verdict.kind is Kind.UNDECIDED
    mutant = Mutant("borrowed", "another claim's finding", lambda i, found: Margin(-1, Exact(FINDING)))
    assert not outcome("mutants", mutants=(mutant,))


def test_a_hypothesis_that_is_no_number_is_not_met() -> None:
    hypothesis = replace(CLAIM.hypotheses[0], margin=lambda i: nan if i["x"] < 0 else 1.0)
    assert outcome("outside", hypotheses=(hypothesis,))


def test_instances_depend_on_the_seed_and_on_nothing_else_that_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(seed: int) -> list[Instance]:
        return draw(st.fixed_dictionaries({"x": st.integers(-(10**6), 10**6)}), 200, seed)

    before = drawn(0)
    (tmp_path / "full_of_numbers.py").write_text("\n".join(f"A{k} = {k}" for k in range(100_000, 100_200)))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    import_module("full_of_numbers")
    assert drawn(0) == before != drawn(1)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
