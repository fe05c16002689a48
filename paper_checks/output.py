"""What the verbs share on the way out: the options every verb takes, and one place that prints."""

import sys
from collections.abc import Iterable, Mapping
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
        print(to_json(payload))
        return
    console = stdout()
    for part in render:
        console.print(part)


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
    return text if len(text) <= 24 else f"{float(value):.10g}…"
