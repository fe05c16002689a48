"""Run claims through their contracts, several at once, and put what was found into plain rows.

A row is JSON: it crosses process borders, goes to ``--json`` as it is, and carries what the report draws.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any

from theory.claim import Kind
from theory.contracts import Effort, Result, examine
from theory.registry import claim

Row = dict[str, Any]


def row(result: Result) -> Row:
    """The fields of the command line's contract, and what the report needs besides."""
    margin = result.verdict.margin
    outcomes = result.outcomes
    shown = next((e for e in result.examples if e.instance == result.verdict.witness), None)
    shown = shown or next((e for e in result.examples if e.instance == result.claim.tight), None)
    shown = shown or max(result.examples, key=lambda e: len(str(e.instance)), default=None)
    return {
        "id": result.claim.id,
        "verdict": str(result.verdict),
        "margin": None if margin is None else margin.value,
        "evidence": result.verdict.reason if margin is None else str(margin.evidence),
        "examples": len(result.examples),
        "mutants": {"tried": outcomes["mutants"].tried, "refuted": outcomes["mutants"].counted},
        "corrupted": {"tried": outcomes["corruption"].tried, "rejected": outcomes["corruption"].counted},
        "seconds": round(result.seconds, 3),
        "holds": result.claim.holds,
        "good": result.good,
        "kind": result.verdict.kind.value,
        "reason": result.verdict.reason,
        "detail": "" if margin is None else margin.detail,
        "witness": result.verdict.witness,
        "contracts": {
            name: {
                "passed": outcome.passed,
                "detail": outcome.detail,
                "notes": list(outcome.notes),
                "seconds": round(outcome.seconds, 3),
            }
            for name, outcome in outcomes.items()
        },
        "shown": None if shown is None else {"instance": shown.instance, "certificate": shown.certificate},
    }


def run_one(identifier: str, effort: Effort) -> Row:
    """One claim by id, through all its contracts."""
    return row(examine(claim(identifier), effort))


def run(identifiers: Sequence[str], effort: Effort, jobs: int) -> Iterator[Row]:
    """Every claim named, ``jobs`` at a time, in the order in which they finish.

    Leaving the iteration early (Ctrl-C) ends the workers; rows already yielded stay good.
    """
    if jobs == 1 or len(identifiers) == 1:
        yield from (run_one(identifier, effort) for identifier in identifiers)
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(min(jobs, len(identifiers)), context, initializer=_begin_worker)
    pending: set[Future[Row]] = {executor.submit(run_one, identifier, effort) for identifier in identifiers}
    try:
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for process in list((executor._processes or {}).values()) if pending else []:
            process.terminate()
        executor.shutdown(wait=not pending, cancel_futures=True)


def _begin_worker() -> None:
    # Ctrl-C is the parent's business; and one thread a worker, or the solvers' own threads fight over the cores.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ.setdefault(variable, "1")


def summary(rows: Sequence[Row], asked: int, effort: Effort, budget: str, seconds: float) -> dict[str, Any]:
    """Counts over the rows, and what is needed to run them again."""
    from importlib.metadata import version
    from platform import python_version

    packages = ("optproof", "numpy", "scipy", "cvxpy", "hypothesis")
    return {
        "claims": asked,
        "finished": len(rows),
        "good": sum(r["good"] for r in rows),
        "verdicts": {kind.value: n for kind in Kind if (n := sum(r["kind"] == kind.value for r in rows))},
        "mutants": {key: sum(r["mutants"][key] for r in rows) for key in ("tried", "refuted")},
        "corrupted": {key: sum(r["corrupted"][key] for r in rows) for key in ("tried", "rejected")},
        "seconds": round(seconds, 2),
        "budget": budget,
        "seed": effort.seed,
        "versions": {"python": python_version()} | {name: version(name) for name in packages},
    }
