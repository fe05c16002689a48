"""Contract 3: corrupted certificates are rejected.

The fuzzer walks the JSON of a certificate and makes one change at a time: numbers are shifted, negated, or replaced;
strings (exact numbers, patterns) are altered; list items are deleted, repeated, or swapped; members are dropped or
renamed. A change that leaves the JSON value as it was is no corruption, and neither is one that a claim's ``neutral``
shows to be another valid proof of the same statement; both are left out of the count, and the latter have to be few.

A certificate of another instance is corrupt as well, however true it is: each is offered for the next instance.
"""

import copy
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

from theory.claim import Certificate, resolve
from theory.contracts.examination import Examination, Example, Outcome
from theory.exact.certificate import Rejected
from theory.exact.rational import write_number

Path = tuple[Any, ...]

#: Of the alterations, the largest share that may be called neutral. More, and ``neutral`` hides a checker that sleeps.
LARGEST_NEUTRAL_SHARE = 0.2


def run(examination: Examination) -> Outcome:
    """Corrupt the certificates of the examples in turn; every corruption must raise Rejected."""
    claim, rng = examination.claim, Random(examination.effort.seed)
    neutral = resolve(claim.neutral) if claim.neutral else None
    tried = rejected = left_out = 0
    for example, change, corrupted in _corruptions(examination, rng):
        try:
            claim.check(example.instance, corrupted)
        except Rejected:
            tried, rejected = tried + 1, rejected + 1
            continue
        except Exception as error:
            return Outcome(False, f"the checker broke on {change}: {type(error).__name__}: {error}", tried, rejected)
        if neutral is not None and neutral(example.certificate, corrupted):
            left_out += 1
            continue
        return Outcome(False, f"accepted after {change}; instance {example.instance}", tried + 1, rejected)
    if not tried:
        return Outcome(False, "no corruption could be made: the certificates hold nothing")
    if left_out > LARGEST_NEUTRAL_SHARE * (tried + left_out):
        return Outcome(False, f"{left_out} of {tried + left_out} corruptions are called neutral", tried, rejected)
    note = f"{left_out} alterations left a valid proof of the same statement and are not counted"
    return Outcome(True, f"{rejected} of {tried} rejected", tried, rejected, (note,) if left_out else ())


def _corruptions(examination: Examination, rng: Random) -> Iterator[tuple[Example, str, Certificate]]:
    """Examples, what was done to their certificates, and the corrupted certificates."""
    examples = examination.examples
    for turn in range(examination.effort.corruptions):
        example = examples[turn % len(examples)]
        change, corrupted = corrupt(example.certificate, rng)
        if corrupted != example.certificate:
            yield example, change, corrupted
    for example, other in zip(examples, [*examples[1:], *examples[:1]], strict=True):
        # Instances that differ in what the statement leaves out have the same certificate, rightly.
        if _stated(other.certificate) != _stated(example.certificate):
            yield example, "the certificate was exchanged for another instance's", other.certificate


def _stated(certificate: Certificate) -> Any:
    return certificate.get("statement", certificate)


def corrupt(certificate: Certificate, rng: Random) -> tuple[str, Certificate]:
    """One random change to a copy of the certificate, with a description of it."""
    corrupted = copy.deepcopy(certificate)
    path = rng.choice(list(_places(corrupted)))
    parent = _at(corrupted, path[:-1])
    value, where = parent[path[-1]], ".".join(map(str, path))
    changes: list[Callable[[], str]] = [lambda: _drop(parent, path[-1], rng)]
    if isinstance(value, list) and value:
        changes = [lambda: _list_change(value, rng)]
    elif isinstance(value, bool):
        changes = [lambda: _set(parent, path[-1], not value)]
    elif isinstance(value, int | float | str):
        changes = [lambda: _set(parent, path[-1], _other_leaf(value, rng))] * 5 + changes
    return f"{rng.choice(changes)()} at {where}", corrupted


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every member and item below a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from _places(child, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _drop(parent: Any, key: Any, rng: Random) -> str:
    if isinstance(parent, dict) and rng.random() < 0.5:
        parent[f"{key}_"] = parent.pop(key)
        return "a renamed member"
    del parent[key]
    return "a dropped entry"


def _set(parent: Any, key: Any, value: Any) -> str:
    before, parent[key] = parent[key], value
    return f"{before!r} -> {value!r}"


def _list_change(items: list[Any], rng: Random) -> str:
    first, second = rng.randrange(len(items)), rng.randrange(len(items))
    match rng.choice(["delete", "repeat", "swap", "swap", "append"]):
        case "delete":
            del items[first]
            return f"item {first} deleted"
        case "repeat":
            items.insert(first, copy.deepcopy(items[first]))
            return f"item {first} repeated"
        case "append":
            items.append(copy.deepcopy(items[first]))
            return f"item {first} appended"
        case _:
            items[first], items[second] = items[second], items[first]
            return f"items {first} and {second} swapped"


def _other_leaf(value: int | float | str, rng: Random) -> Any:
    """Another value of the same kind: a number shifted, negated, scaled or zeroed; a string changed in one letter."""
    try:
        number = Fraction(value)
    except ValueError:
        return _other_string(str(value), rng)
    if isinstance(value, str) and len(value) > 1 and set(value) <= {"0", "1"}:
        return _other_string(value, rng)
    shift = rng.choice([Fraction(1), Fraction(-1), Fraction(1, 1000), Fraction(-1, 7), number / 10**6])
    return write_number(rng.choice([number + shift, number + shift, -number, number * 2, number / 3, Fraction(0)]))


def _other_string(text: str, rng: Random) -> str:
    if not text:
        return "x"
    place = rng.randrange(len(text))
    flipped = {"0": "1", "1": "0", "+": "-", "-": "+"}.get(text[place], "x" if text[place] != "x" else "y")
    return text[:place] + flipped + text[place + 1:]
