"""Contract 7: a second, independent formulation gives the same numbers."""

from fractions import Fraction

from theory.claim import Agreement, Number, resolve
from theory.contracts.examination import Examination, Example, Outcome

#: Beyond this two numbers do not agree, whatever the reason that is given.
LARGEST_TOLERANCE = 0.05


def run(examination: Examination) -> Outcome:
    """Every agreement of the claim on every example: equal, or within its stated relative tolerance."""
    agreements, tried = examination.claim.agreements, 0
    if not agreements:
        return Outcome(False, "no independent formulation is declared")
    for agreement in agreements:
        if not agreement.why or not 0 <= agreement.tolerance <= LARGEST_TOLERANCE:
            return Outcome(False, f"{agreement.name}: tolerance {agreement.tolerance} ({agreement.why or 'no reason'})")
        for example in _compared(agreement, examination):
            if problem := _disagreement(agreement, example):
                return Outcome(False, problem, tried + 1, tried)
            tried += 1
    return Outcome(True, f"{tried} comparisons with {', '.join(a.name for a in agreements)}", tried, tried)


def _compared(agreement: Agreement, examination: Examination) -> list[Example]:
    """Every example; of a slow formulation some, from the first to the last at even steps."""
    examples, most = examination.examples, examination.effort.slow_comparisons
    if not agreement.slow or len(examples) <= most:
        return examples
    return [examples[round(k * (len(examples) - 1) / max(1, most - 1))] for k in range(most)]


def _disagreement(agreement: Agreement, example: Example) -> str | None:
    second: Number = resolve(agreement.compute)(example.instance)
    first: Number = example.checked.facts[agreement.fact]
    if agreement.tolerance == 0:
        agree = first == second
    else:
        scale = max(1.0, abs(float(first)), abs(float(second)))
        agree = abs(float(Fraction(first) - Fraction(second))) <= agreement.tolerance * scale
    if agree:
        return None
    return f"{agreement.name}: {agreement.fact} is {first}, there {second}; instance {example.instance}"
