"""A relation says something only if some facts break it: facts are altered until the margin of a claim is violated.

This is part of contract 4. A margin that is constant, or that does not look at what was checked, holds on anything.
"""

import copy
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from theory.claim import Checked, Margin
from theory.contracts.examination import Examination

#: What is done to a number, or to all numbers of a tuple at once (ends of an interval move together).
ALTERATIONS: tuple[Callable[[Fraction], Fraction], ...] = (
    lambda value: value + 1,
    lambda value: value - 1,
    lambda value: value * 2,
    lambda value: value / 2,
    lambda value: -value,
    lambda value: Fraction(0),
)


def can_come_out_otherwise(examination: Examination) -> bool:
    """Whether some altered facts violate the relation; for a claim registered as false, whether some fulfil it."""
    claim = examination.claim

    def otherwise(margin: Margin) -> bool:
        return margin.refutes if claim.holds else margin.holds

    return any(
        otherwise(example.margin) or any(otherwise(margin) for margin in _margins(examination, index))
        for index, example in enumerate(examination.examples)
    )


def _margins(examination: Examination, index: int) -> Iterator[Margin]:
    example = examination.examples[index]
    for name, value in example.checked.facts.items():
        for other in altered(value):
            try:
                yield examination.claim.margin(example.instance, _with_fact(example.checked, name, other))
            except (ArithmeticError, TypeError, ValueError):
                continue  # not every alteration is a fact of something


def altered(value: Any) -> Iterator[Any]:
    """Other values of the same shape: every number changed, then those of each part of a tuple."""
    yield from (_changed(value, alteration) for alteration in ALTERATIONS)
    if isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from ((*value[:index], other, *value[index + 1:]) for other in altered(part))


def _changed(value: Any, alteration: Callable[[Fraction], Fraction]) -> Any:
    if isinstance(value, tuple):
        return tuple(_changed(part, alteration) for part in value)
    if isinstance(value, bool):
        return not value
    return alteration(Fraction(value)) if isinstance(value, int | float | Fraction) else value


def _with_fact(checked: Checked, name: str, value: Any) -> Checked:
    """A supposition: a copy with another fact. Findings are sealed, so it is made behind their back, and stays here."""
    supposed = copy.copy(checked)
    object.__setattr__(supposed, "facts", {**checked.facts, name: value})
    return supposed
