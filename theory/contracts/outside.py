"""Contract 8: off-hypothesis input gives HYPOTHESIS_UNMET, never a number."""

from theory.claim import Kind
from theory.contracts.examination import Examination, Outcome


def run(examination: Examination) -> Outcome:
    """Each hypothesis has an instance outside of it, and the claim refuses to be examined there, naming it."""
    claim = examination.claim
    if not claim.hypotheses:
        return Outcome(False, "no hypotheses are declared: what is the claim about?")
    for hypothesis in claim.hypotheses:
        verdict = claim.examine(hypothesis.outside)
        if verdict.kind is not Kind.HYPOTHESIS_UNMET or verdict.margin is not None:
            return Outcome(False, f"{hypothesis.name}: {hypothesis.outside} was examined: {verdict}")
    count = len(claim.hypotheses)
    return Outcome(True, f"{count} off-hypothesis instances refused", count, count)
