"""Contract 6: a tolerance has a reason (dtype, condition, duality gap), and effects exceed it 100-fold.

The 100-fold rule is kept by :attr:`theory.claim.Margin.refutes` for mutants and false claims alike; here the reasons
and sizes of the tolerances themselves are looked at.
"""

from math import isfinite

from theory.claim import Interval, Sample
from theory.contracts.examination import Examination, Outcome

#: A tolerance above this is a sampled statement in disguise.
LARGEST_TOLERANCE = 1e-3


def run(examination: Examination) -> Outcome:
    """Every interval states a finite, small tolerance and its reason; every sample its size, effect and interval."""
    largest = 0.0
    for example in examination.examples:
        evidence = example.margin.evidence
        if isinstance(evidence, Interval):
            if not evidence.why or not 0 <= evidence.tolerance <= LARGEST_TOLERANCE:
                return Outcome(False, f"tolerance {evidence.tolerance} ({evidence.why or 'no reason'})")
            largest = max(largest, evidence.tolerance)
        elif isinstance(evidence, Sample):
            low, high = evidence.interval
            if evidence.n < 2 or not (isfinite(low) and isfinite(high) and low <= evidence.effect <= high):
                return Outcome(False, f"a sample without size, effect or interval: {evidence}")
    return Outcome(True, f"largest tolerance {largest:.1e}" if largest else "exact throughout")
