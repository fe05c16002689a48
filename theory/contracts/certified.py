"""Contract 2: certificates verify on sampled and boundary instances, and the relation comes out as registered.

A claim that holds has no violated margin. A claim registered as false has a witness whose violation is certified, while
its certificates verify all the same: it is refuted by its facts, never by a certificate that fails.
"""

from theory.contracts.examination import Examination, Outcome
from theory.exact.certificate import Rejected


def run(examination: Examination) -> Outcome:
    """All certificates pass the check; no margin is violated, or for a false claim one is."""
    claim = examination.claim
    try:
        examples = examination.examples
    except Rejected as reason:
        return Outcome(False, f"a producer's certificate was rejected: {reason}", len(examination.instances))
    violated = [example for example in examples if not example.margin.holds]
    count = len(examples)
    if claim.holds and violated:
        worst = min(violated, key=lambda example: example.margin.value)
        return Outcome(False, f"violated by {-worst.margin.value}: {worst.instance}", count, count - len(violated))
    if not claim.holds:
        if not any(example.margin.refutes for example in examples):
            return Outcome(False, f"registered as false, but none of {count} instances refutes it", count)
        return Outcome(True, f"{len(violated)} of {count} instances refute it", count, count)
    return Outcome(True, f"{count} certificates verified", count, count)
