"""``optproof check-certificate F``: the exact checker alone."""

from pathlib import Path
from typing import Annotated, Any

import typer

from paper_checks.files import read_json, read_problem
from paper_checks.output import Json, Seed, emit, exact


def run(
    file: Annotated[Path, typer.Argument(metavar="F", help="A certificate, as written by --certificate.")],
    problem: Annotated[
        Path | None, typer.Option(metavar="P.json", help="Refuse a certificate of another problem.")
    ] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Derive every line of a certificate again, in exact rational arithmetic."""
    from time import perf_counter

    from theory.exact import InputError, Rejected, check

    candidate = read_json(file)
    if not isinstance(candidate, dict) or "format" not in candidate:
        raise InputError(f"{file}: format", "missing; this is no certificate")
    if problem is not None:
        _same_problem(candidate, file, problem)
    started = perf_counter()
    kind = str(candidate.get("kind"))
    try:
        facts, valid, reason = dict(check(candidate).facts), True, ""
    except Rejected as rejection:
        facts, valid, reason = {}, False, str(rejection)
    seconds = round(perf_counter() - started, 4)
    payload = {"valid": valid, "kind": kind, "reason": reason, "facts": facts, "seconds": seconds}
    lines = [f"VALID   {kind} certificate, re-derived exactly in {seconds:.3f} s"] if valid else [f"INVALID {reason}"]
    lines += [f"  {name} = {_fact(value)}" for name, value in facts.items()]
    emit(payload, as_json, [line.replace("[", r"\[") for line in lines])
    return 0 if valid else 1


def _fact(value: object) -> str:
    return exact(value) if not isinstance(value, tuple | list | dict) else str(value)


def _same_problem(candidate: dict[str, Any], file: Path, path: Path) -> None:
    from theory.exact import InputError, read_matrix, read_vector

    wanted, statement = read_problem(path), candidate.get("statement")
    stated = statement.get("problem", statement) if isinstance(statement, dict) else None
    try:
        data = stated if isinstance(stated, dict) else {}
        same = read_matrix(data.get("X"), "X") == wanted.X
        same &= "y" not in data or read_vector(data["y"], "y") == wanted.y
    except InputError:
        same = False
    if not same:
        raise InputError(f"{file}: statement", f"is about another problem than {path}")
