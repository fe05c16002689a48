"""``optproof verify``: the main job. Every claim, all nine contracts."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from paper_checks.output import Json, Seed, emit, progress


def run(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Claims; all of them when none is named.")
    ] = None,
    budget: Annotated[
        Literal["quick", "full"], typer.Option(help="How much is sampled, corrupted and searched.")
    ] = "quick",
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write an HTML report with plots there.")] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Processes at once; 0 takes one a core.")] = 0,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Put claims to the test: certificates, mutants, corruptions, independent formulations."""
    import os
    from time import perf_counter

    from paper_checks.files import make_folder
    from paper_checks.runner import run as run_claims
    from paper_checks.runner import summary
    from theory.contracts import Effort
    from theory.registry import claim, claims

    names = list(dict.fromkeys(ids)) if ids else list(claims())
    for name in names:
        claim(name)
    if report is not None:
        make_folder(report)
    effort, rows, started, stopped = Effort.named(budget, seed), [], perf_counter(), False
    with progress() as bar:
        task = bar.add_task("claims", total=len(names))
        try:
            for row in run_claims(names, effort, jobs or os.cpu_count() or 1):
                rows.append(row)
                bar.update(task, advance=1, description=f"{row['id']}: {row['verdict']}")
        except KeyboardInterrupt:
            stopped = True
    rows.sort(key=lambda row: names.index(row["id"]))
    totals = summary(rows, len(names), effort, budget, perf_counter() - started)
    if report is not None:
        from paper_checks.report import write_report

        page = write_report(report, rows, totals)
        totals["report"] = str(page)
    public = [{key: value for key, value in row.items() if key != "shown"} for row in rows]
    emit({"claims": public, "summary": totals}, as_json, _render(rows, totals, stopped))
    return _exit_code(rows, len(names))


def _exit_code(rows: list[dict[str, Any]], asked: int) -> int:
    bad = [row for row in rows if not row["good"]]
    if any(row["kind"] == "REFUTED" or not all(c["passed"] for c in row["contracts"].values()) for row in bad):
        return 1
    return 3 if bad or len(rows) < asked else 0


def _render(rows: list[dict[str, Any]], totals: dict[str, Any], stopped: bool) -> list[Any]:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"optproof verify --budget {totals['budget']} --seed {totals['seed']}")
    for heading in ("claim", "verdict", "margin", "evidence", "examples", "mutants", "corrupted", "seconds"):
        right = heading in {"margin", "examples", "mutants", "corrupted", "seconds"}
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "evidence", min_width=len(heading))
    for row in rows:
        colour = "green" if row["good"] else "red" if row["kind"] in {"REFUTED", "UNDECIDED"} else "yellow"
        margin = "" if row["margin"] is None else _margin(row["margin"])
        table.add_row(
            row["id"], Text(row["verdict"], colour), margin, Text(row["evidence"]), str(row["examples"]),
            f"{row['mutants']['refuted']}/{row['mutants']['tried']}",
            f"{row['corrupted']['rejected']}/{row['corrupted']['tried']}", f"{row['seconds']:.1f}",
        )
    parts: list[Any] = [table]
    for row in rows:
        if row["holds"] and row["good"]:
            continue
        if not row["holds"] and row["good"]:
            parts.append(Text(f"{row['id']} is registered as false, and is refuted by {row['witness']}"))
            continue
        for name, contract in row["contracts"].items():
            if not contract["passed"]:
                parts.append(Text(f"{row['id']}: contract {name} is broken: {contract['detail']}", "red"))
        parts.append(Text(f"  again: optproof verify {row['id']} --seed {totals['seed']}"))
    counts = totals["corrupted"], totals["mutants"]
    parts.append(
        f"{totals['good']} of {totals['claims']} claims come out as they should; "
        f"{counts[1]['refuted']} of {counts[1]['tried']} mutants refuted, "
        f"{counts[0]['rejected']} of {counts[0]['tried']} corrupted certificates rejected, {totals['seconds']:.1f} s"
    )
    if stopped:
        parts.append(f"stopped after {totals['finished']} claims; what is above is finished")
    if "report" in totals:
        parts.append(Text(f"report: {totals['report']}"))
    return parts


def _margin(value: Any) -> str:
    text = str(value)
    return text if not isinstance(value, float) and len(text) <= 12 else f"{float(value):.1e}"
