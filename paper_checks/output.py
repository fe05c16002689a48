"""What the verbs share on the way out: the options every verb takes, and one place that prints."""

import os
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paper_checks.files import to_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, and nothing else there.")]
Seed = Annotated[int, typer.Option("--seed", help="Of every random choice.", min=0)]
ProblemFile = Annotated[Path, typer.Argument(metavar="P.json", help='The data: {"X": [[…]], "y": […]}.')]


def emit(payload: Mapping[str, Any], as_json: bool, render: "Iterable[Any]") -> None:
    """Print the payload as JSON, or its rendering (texts and rich tables) for people."""
    if as_json:
        write_out(to_json(payload, ascii_only=True) + "\n")
        return
    console = stdout()
    with console.capture() as rendered:
        for part in render:
            console.print(part)
    write_out(rendered.get())


def write_out(text: str) -> None:
    """Text on stdout. A reader who has left is no verdict; rich and typer would make an exit code 1 (refuted) of it."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing more is written, also not when Python closes its streams.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stdout() -> "Console":
    """A console on stdout; as wide as it needs to be when stdout is no terminal."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def progress() -> "Progress":
    """A progress bar on stderr: shown on a terminal only, gone when done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )


def exact(value: Any) -> str:
    """An exact number for people: short ones as they are, long ones as a decimal with a mark that it is rounded."""
    text = str(value)
    return text if len(text) <= 24 else f"{decimal(value)}…"


def decimal(value: Any, digits: int = 10) -> str:
    """An exact number as a rounded decimal, also beyond the range of doubles."""
    numerator, denominator = Fraction(value).as_integer_ratio()
    return f"{Decimal(numerator) / Decimal(denominator):.{digits}g}"
