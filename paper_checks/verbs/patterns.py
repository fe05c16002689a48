"""``optproof patterns P.json``: every activation pattern of the data, exactly."""

from pathlib import Path
from typing import Annotated

import typer

from paper_checks.output import Json, ProblemFile, Seed, emit

#: People read a few lines; ``--json`` has them all.
SHOWN = 20


def run(
    problem_file: ProblemFile,
    certificate: Annotated[Path | None, typer.Option(metavar="F", help="Write a certificate of completeness.")] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """List the activation patterns 1[Xu > 0], each with a witness u."""
    from rich.table import Table

    from paper_checks.files import read_problem, to_json, write_text
    from theory.arrangement import arrange, certify_patterns
    from theory.exact.rational import write_vector

    problem = read_problem(problem_file)
    arrangement = arrange(problem.X)
    strings = ["".join("1" if active else "0" for active in pattern) for pattern in arrangement.patterns]
    payload = {
        "count": arrangement.count,
        "bound": arrangement.bound,
        "general_position": arrangement.general_position,
        "rank": arrangement.rank,
        "patterns": strings,
    }
    if as_json:
        payload["witnesses"] = [write_vector(arrangement.witness(i)) for i in range(arrangement.count)]
    if certificate is not None:
        write_text(certificate, to_json(certify_patterns(problem.write())))
        payload["certificate"] = str(certificate)
    table = Table()
    table.add_column("pattern")
    table.add_column("witness u")
    for index in range(min(SHOWN, arrangement.count)):
        table.add_row(strings[index], ", ".join(map(str, write_vector(arrangement.witness(index)))))
    equality = "equality: the rows are in general position" if arrangement.general_position else "degenerate rows"
    lines: list[object] = [f"{arrangement.count} patterns of {problem.n} rows, rank {arrangement.rank}", table]
    if arrangement.count > SHOWN:
        lines.append(f"… and {arrangement.count - SHOWN} more (--json lists them all)")
    lines.append(f"bound 2 Σ_k<r C(h−1, k) = {arrangement.bound} ({equality})")
    if certificate is not None:
        lines.append(f"certificate: {certificate}")
    emit(payload, as_json, lines)
    return 0
