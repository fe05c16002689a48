"""``optproof barrier P.json A.json B.json``: the least, over all paths, of the largest loss on the path. Exact."""

from pathlib import Path
from typing import Annotated

import typer

from paper_checks.output import Json, ProblemFile, Seed, emit, exact, progress

NETWORK = 'A network: {"neurons": [{"u": […], "alpha": …}, …]}.'


def run(
    problem_file: ProblemFile,
    a: Annotated[Path, typer.Argument(metavar="A.json", help=NETWORK)],
    b: Annotated[Path, typer.Argument(metavar="B.json", help=NETWORK)],
    modulo_permutation: Annotated[bool, typer.Option(help="B's neurons may be renumbered.")] = False,
    certificate: Annotated[Path | None, typer.Option(metavar="F", help="Write the certificate (path and cut).")] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Compute the barrier between two networks in L = ½‖f − y‖², with a certificate from both sides."""
    from numerics import barrier
    from paper_checks.files import read_network, read_problem, to_json, write_text

    problem = read_problem(problem_file)
    networks = read_network(a, problem), read_network(b, problem)
    with progress() as bar:
        task = bar.add_task("faces", total=None)

        def advance(done: int) -> None:
            bar.update(task, completed=done)

        result = barrier(problem, *networks, modulo_permutation=modulo_permutation, progress=advance)
    if certificate is not None:
        write_text(certificate, to_json(result.certificate))
    payload = result.write() | {"certificate": str(certificate) if certificate else result.certificate}
    lines = [
        f"barrier {exact(result.barrier)}  (upper: path of {len(result.path)} points; lower: cut)",
        f"modulo permutation: {'yes' if modulo_permutation else 'no, neurons keep their numbers'}",
        f"explored {result.cells_explored} of {result.cells_total} cells",
    ]
    if certificate is not None:
        lines.append(f"certificate: {certificate}  (optproof check-certificate {certificate})")
    emit(payload, as_json, lines)
    return 0
