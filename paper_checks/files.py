"""Files in and out: JSON that is refused by name when it is broken, and writing that leaves nothing half."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from theory.exact.json_text import read_json_text
from theory.exact.rational import InputError, write_number
from theory.network import Network
from theory.problem import Problem


def read_json(path: Path) -> Any:
    """The JSON value in a file.

    Raises:
        InputError: naming the file, when it is missing, unreadable, or not JSON as :func:`read_json_text` wants it.
    """
    field = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(field, "no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(field, f"cannot be read: {error}") from None
    return read_json_text(text, field)


def read_problem(path: Path) -> Problem:
    """A problem from a file; errors name the file and the field."""
    data = read_json(path)
    with naming(path):
        return Problem.read(data)


def read_network(path: Path, problem: Problem) -> Network:
    """A network for the problem from a file; errors name the file and the field."""
    data = read_json(path)
    with naming(path):
        return Network.read(data, problem)


class naming:  # noqa: N801 - reads as a phrase: `with naming(path)`
    """Put a file's name before the field of every InputError raised inside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InputError):
            raise InputError(f"{self.path}: {error.field}", error.problem) from None


def to_json(value: Any, indent: int | None = None, ascii_only: bool = False) -> str:
    """JSON text; exact numbers as integers or strings, arrays as lists. In ASCII it survives any encoding of stdout."""
    return json.dumps(value, default=_plain, indent=indent, allow_nan=False, ensure_ascii=ascii_only)


def _plain(value: Any) -> Any:
    if hasattr(value, "numerator") and hasattr(value, "denominator"):
        return write_number(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def make_folder(path: Path) -> None:
    """Make a folder where something is going to be written, before the work that fills it.

    Raises:
        InputError: naming the folder, when it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(path), f"cannot be made a folder: {error.strerror}") from None


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        InputError: naming the file, when it cannot be written.
    """
    make_folder(path.parent)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
