"""The command ``optproof``: one verb a file in ``paper_checks/verbs``, and the rules they all keep.

    stdout   the answer: a table for people, or with --json one JSON object and nothing else
    stderr   progress, and one line that names the field when the input cannot be used
    exit     0 the good verdict · 1 refuted, disjoint, disconnected or invalid · 2 bad input · 3 undecided or not run
"""

import io
import json
import sys
import traceback
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import typer

import paper_checks.verbs
from paper_checks.output import write_out
from theory.exact.rational import InputError

GOOD, REFUTED, BAD_INPUT, UNDECIDED = 0, 1, 2, 3

#: What typer makes of Ctrl-C.
INTERRUPTED = 130

#: Unknown options, missing arguments, wrong types: the parent of the one such error that typer exports.
UsageError: type[Any] = typer.BadParameter.__bases__[0]


def app() -> typer.Typer:
    """The command with every verb found in ``paper_checks/verbs``."""
    command = typer.Typer(
        name="optproof", no_args_is_help=True, add_completion=False,
        rich_markup_mode=None, pretty_exceptions_enable=False,
        help="Proofs as tests: what an optimizer does to a network, as claims that a computer can check.",
    )
    for module_info in iter_modules(paper_checks.verbs.__path__):
        verb = import_module(f"paper_checks.verbs.{module_info.name}")
        command.command(module_info.name.replace("_", "-"), rich_help_panel=None)(verb.run)
    return command


def main(arguments: list[str] | None = None) -> None:
    """Run the command; every way out ends here, with the exit code that the contract names."""
    given = sys.argv[1:] if arguments is None else arguments
    sys.set_int_max_str_digits(0)  # exact answers may be long; what is read is bounded
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ≤ and α shows ? for them
    try:
        code = app()(args=given, standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except InputError as error:
        code = _refuse(str(error))
    except UsageError as error:
        code = _refuse(error.format_message().rstrip("."))
    except typer.Exit as exit_request:
        code = exit_request.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _not_run("stopped; what was finished is kept", given)
    except OSError as error:
        code = _refuse(f"{error.filename or 'output'}: {error.strerror or error}")
    except Exception as error:  # a defect of ours is no verdict: Python would leave with 1, which means refuted
        traceback.print_exc()
        code = _not_run(f"a defect of optproof, please report it: {type(error).__name__}: {error}", given)
    sys.exit(code if isinstance(code, int) else GOOD)


def _not_run(reason: str, arguments: list[str]) -> int:
    if "--json" in arguments:
        write_out(json.dumps({"verdict": "NOT_RUN", "reason": reason}) + "\n")
    print(f"optproof: {reason}", file=sys.stderr)
    return UNDECIDED


def _refuse(line: str) -> int:
    print(f"optproof: {' '.join(line.split())}", file=sys.stderr)
    return BAD_INPUT


if __name__ == "__main__":
    main()
