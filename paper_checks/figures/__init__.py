"""Pictures for reports: one kind of certificate a file, each with ``draw(instance, certificate) -> Figure``."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def figure_of(kind: str) -> Callable[[dict[str, Any], dict[str, Any]], Any] | None:
    """The drawing of a kind of certificate; None where a picture says no more than the numbers."""
    name = kind.replace("-", "_")
    if name not in {module.name for module in iter_modules(__path__)}:
        return None
    draw: Callable[[dict[str, Any], dict[str, Any]], Any] = import_module(f"{__name__}.{name}").draw
    return draw
