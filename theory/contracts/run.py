"""Run the nine contracts over one claim and draw the verdict."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from theory.claim import Claim, Kind, Verdict
from theory.contracts import (
    agreement,
    certified,
    corruption,
    mutants,
    outside,
    persistence,
    satisfiable,
    tightness,
    tolerance,
)
from theory.contracts.examination import Effort, Examination, Example, Outcome

CONTRACTS: dict[str, Callable[[Examination], Outcome]] = {
    "satisfiable": satisfiable.run,
    "certified": certified.run,
    "corruption": corruption.run,
    "mutants": mutants.run,
    "tightness": tightness.run,
    "tolerance": tolerance.run,
    "agreement": agreement.run,
    "outside": outside.run,
    "persistence": persistence.run,
}

#: The contracts that look at certified examples: pointless once contract 2 has failed.
_NEED_EXAMPLES = {"corruption", "mutants", "tightness", "tolerance", "agreement", "persistence"}


@dataclass(frozen=True)
class Result:
    """A claim's verdict with the outcome of every contract.

    Attributes:
        claim: the claim.
        verdict: the verdict on the claim; UNDECIDED when a contract is broken, whatever the margins say.
        outcomes: by contract name.
        examples: what was certified and checked.
        seconds: wall time.
    """

    claim: Claim
    verdict: Verdict
    outcomes: dict[str, Outcome]
    examples: tuple[Example, ...]
    seconds: float

    @property
    def kept(self) -> bool:
        """Every contract is kept."""
        return all(outcome.passed for outcome in self.outcomes.values())

    @property
    def good(self) -> bool:
        """The claim comes out as registered, and every contract is kept."""
        wanted = {Kind.PROVED, Kind.CERTIFIED, Kind.SUPPORTED} if self.claim.holds else {Kind.REFUTED}
        return self.kept and self.verdict.kind in wanted


def examine(claim: Claim, effort: Effort, advance: Callable[[str], None] = lambda name: None) -> Result:
    """All nine contracts over one claim; ``advance`` is told the name of each as it begins."""
    examination, outcomes, started = Examination(claim, effort), dict[str, Outcome](), perf_counter()
    for name, contract in CONTRACTS.items():
        advance(name)
        begun = perf_counter()
        if name in _NEED_EXAMPLES and not outcomes["certified"].counted:
            outcome = Outcome(False, "not run: no certificate was verified")
        else:
            outcome = _kept(contract, examination)
        outcomes[name] = replace(outcome, seconds=perf_counter() - begun)
    examples = tuple(examination.examples) if outcomes["certified"].counted else ()
    return Result(claim, _verdict(claim, outcomes, examples), outcomes, examples, perf_counter() - started)


def _kept(contract: Callable[[Examination], Outcome], examination: Examination) -> Outcome:
    try:
        return contract(examination)
    except Exception as error:  # whatever a claim's own functions raise, the other claims are still examined
        return Outcome(False, f"{type(error).__name__}: {error}")


def _verdict(claim: Claim, outcomes: dict[str, Outcome], examples: tuple[Example, ...]) -> Verdict:
    refuting = [example for example in examples if example.margin.refutes]
    if refuting:
        # The smallest instance that refutes is the one a person wants to see.
        witness = min(refuting, key=lambda example: len(str(example.instance)))
        return Verdict.of([witness.margin], witness.instance)
    broken = [f"{name}: {outcome.detail}" for name, outcome in outcomes.items() if not outcome.passed]
    if broken:
        return Verdict(Kind.UNDECIDED, broken[0])
    return Verdict.of([example.margin for example in examples])
