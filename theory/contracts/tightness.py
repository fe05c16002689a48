"""Contract 5: where a bound is called tight, an instance attains it."""

from theory.contracts.examination import Examination, Outcome


def run(examination: Examination) -> Outcome:
    """The margin of the tight instance is zero: exactly, or within the tolerance of its evidence."""
    tight = examination.claim.tight
    if tight is None:
        return Outcome(True, "nothing is called tight")
    margin = examination.example(tight).margin
    attained = margin.holds and margin.value <= margin.tolerance
    return Outcome(attained, f"margin {margin.value} at the tight instance", 1, int(attained))
