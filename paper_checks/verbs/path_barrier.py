"""``optproof path-barrier P.json A.json B.json``: how high the loss rises on a given path. Certified, at any width."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from paper_checks.output import Json, ProblemFile, Seed, emit

NETWORK = 'A network: {"neurons": [{"u": […], "alpha": …}, …]}.'


def run(
    problem_file: ProblemFile,
    a: Annotated[Path, typer.Argument(metavar="A.json", help=NETWORK)],
    b: Annotated[Path, typer.Argument(metavar="B.json", help=NETWORK)],
    via: Annotated[
        list[Path] | None, typer.Option(metavar="C.json", help="A network on the way; may be repeated, in order.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="F", help="Answer exactly, whatever the size, and write the certificate.")
    ] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Compute the maximum of L = ½‖f − y‖² on the path from A through each C to B, parameters (u, α) moving linearly.

    Between breakpoints the loss is a quartic, bounded in Bernstein form: nothing is read off a grid. Small data are answered
    exactly, with a certificate; large ones in doubles between proved bounds.
    """
    from numerics import path_barrier
    from numerics.path_maximum import one_width
    from paper_checks.files import read_network, read_problem, to_json, write_text

    problem = read_problem(problem_file)
    names = [a, *(via or []), b]
    networks = [read_network(name, problem) for name in names]
    one_width(networks, [f"{name}: network" for name in names])
    exactly = True if certificate is not None else None
    result = path_barrier(problem, networks[0], networks[-1], networks[1:-1], exact=exactly)
    if certificate is not None:
        write_text(certificate, to_json(result.certificate))
    payload = result.write() | {"certificate": str(certificate) if certificate else result.certificate}

    def number(value: Fraction) -> str:
        return _short(value, result.exact)

    lines = [
        f"barrier {number(result.barrier)} at {number(result.argmax)} of {len(names) - 1} (segments passed plus t)",
        f"certified in [{number(result.lower)}, {number(result.upper)}], {'exactly' if result.exact else 'in doubles'}",
        f"above the larger end {number(result.above_ends)}; above the chord {number(result.above_chord)}",
        f"pieces {result.pieces}, one quartic each",
    ]
    if certificate is not None:
        lines.append(f"certificate: {certificate}  (optproof check-certificate {certificate})")
    emit(payload, as_json, lines)
    return 0


def _short(value: Fraction, exactly: bool) -> str:
    """An exact number while it is short, else a decimal; with a mark when more digits are known."""
    if exactly and len(str(value)) <= 24:
        return str(value)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.15g}" + "…" * exactly
