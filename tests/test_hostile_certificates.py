"""Certificates that somebody made to break the checker: it answers Rejected, never with another error, and in time."""

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from theory.claim import resolve
from theory.exact import InputError, Rejected, certificate, check
from theory.exact.__main__ import main
from theory.exact.certificate import kinds
from theory.registry import claims

HUGE = 10**4_400
DEEP: list[Any] = []
for _ in range(300):
    DEEP = [DEEP]

#: Put in the place of anything: wrong types, values that compare equal to right ones, and what no number is.
HOSTILE: list[Any] = [
    [], {}, None, True, False, "x", "", "inf", "nan", float("inf"), float("nan"), -0.0, 1.0, HUGE, -1, 0, "٣", "1_0", " 1 ",
    "1/0", "1/3", [[]], [1], ["inf"], [None], {"a": 1}, DEEP, [[1, 2], [3, 4]], "+" * 50,
]


@cache
def examples() -> dict[str, dict[str, Any]]:
    """A certificate of each kind that a claim rests on, and of those that are written quickly by hand."""
    found = {
        "gauge": certificate("gauge", {"columns": [[1, 0]], "low": 1, "high": 1}, {"Z": [[1, 0], [0, 0]], "q": [1]}),
        "unfittable": certificate("unfittable", {"X": [[1], [2]], "y": [1, 1]}, {"dual": [2, -1]}),
    }
    for claim in claims().values():
        made = resolve(claim.certify)(claim.boundary[0])
        found.setdefault(made["kind"], json.loads(json.dumps(made)))
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from places(child, (*path, key))


def altered(value: Any, path: tuple[Any, ...], put: Any) -> Any:
    changed = copy.deepcopy(value)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = put
    return changed


def test_most_kinds_are_tried() -> None:
    assert len(examples()) >= 0.8 * len(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_hostile_values_anywhere_are_rejected_by_name_or_are_harmless(kind: str) -> None:
    if kind not in examples():
        pytest.skip("no claim rests on this kind alone")
    sound, rng = examples()[kind], Random(0)
    check(sound)
    every = [(path, put) for path in places(sound) for put in HOSTILE]
    tried = rng.sample(every, min(300, len(every)))
    assert [(path, put) for path, put in tried if stumbles(altered(sound, path, put))] == []


def stumbles(candidate: dict[str, Any]) -> bool:
    """Whether the rejection was the last resort; it may be when a number of thousands of digits was to be printed."""
    try:
        check(candidate)
    except Rejected as reason:
        return not (reason.__cause__ is None or isinstance(reason.__cause__, InputError)) and "digits" not in str(reason)
    return False


@pytest.mark.parametrize("candidate", [None, [], "x", 1, {}, {"format": 1, "kind": [], "statement": {}, "proof": {}}])
def test_what_is_no_certificate_is_rejected(candidate: Any) -> None:
    with pytest.raises(Rejected):
        check(candidate)


def test_an_absurd_width_is_rejected_at_once() -> None:
    statement = {"X": [[1]], "y": [1], "norm": "max-entry", "objective": "radius", "width": 10**12, "lower": 1, "upper": 1}
    proof = {"tree": {"children": []}, "network": {"neurons": []}}
    with pytest.raises(Rejected, match="children"):
        check(certificate("width-limited", statement, proof))


def test_floats_do_not_leak_into_facts() -> None:
    for sound in examples().values():
        for path in [path for path in places(sound) if "statement" in path]:
            parent = sound
            for key in path:
                parent = parent[key]
            if type(parent) is not int:
                continue
            try:
                facts = check(altered(sound, path, float(parent))).facts
            except Rejected:
                continue
            assert all(exact(value) for value in facts.values()), path


def exact(value: Any) -> bool:
    return all(map(exact, value)) if isinstance(value, tuple) else isinstance(value, bool | int | Fraction | str)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json {", "not JSON"),
        ('{"format": "optproof-certificate/1", "format": 2}', "given twice"),
        ('{"statement": {"barrier": 5, "barrier": 2}}', "'barrier' is given twice"),
        ("[NaN]", "NaN"),
        ("[" + "9" * 5_000 + "]", "5000 digits"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_text_that_reads_in_two_ways_or_never_ends_is_refused(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.json"
    file.write_text(text)
    assert main([str(file)]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert not answer["valid"]
    assert reason in answer["reason"]


def test_the_checker_alone_answers_one_json_object_whatever_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, code in [([], 2), (["a", "b"], 2), ([str(tmp_path)], 2), ([str(tmp_path / "none")], 2)]:
        assert main(arguments) == code
        assert json.loads(capsys.readouterr().out)["valid"] is False
    file = tmp_path / "c.json"
    file.write_text(json.dumps(examples()["unfittable"]))
    assert main([str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["facts"] == {"fittable": False}
    file.write_text(json.dumps(altered(examples()["unfittable"], ("proof", "dual"), [1, 1])))
    assert main([str(file)]) == 1
    assert json.loads(capsys.readouterr().out)["valid"] is False
