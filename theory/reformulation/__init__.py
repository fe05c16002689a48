"""Convex forms of training inside an induced set: one set a file, found by looking into this folder.

    reformulation("frobenius"), reformulation("schatten:3")

A file that declares ``REFORMULATION`` adds a set; one that declares ``FAMILY`` and ``member(exponent, written)`` adds sets
with an exponent in their name. ``base`` says what a reformulation declares.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from theory.exact.norms import Exponent
from theory.exact.rational import InputError, read_number
from theory.reformulation.base import Reformulation

__all__ = ["Reformulation", "reformulation", "reformulation_names"]


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))


def reformulation_names() -> list[str]:
    """The names there are; ``family:P`` stands for every exponent P."""
    single = [module.REFORMULATION.name for module in _modules() if hasattr(module, "REFORMULATION")]
    return single + [f"{module.FAMILY}:P" for module in _modules() if hasattr(module, "FAMILY")]


def reformulation(name: str) -> Reformulation:
    """The convex form for the set called ``name``.

    Raises:
        InputError: listing the names, or for an exponent that its family refuses.
    """
    family, colon, written = str(name).partition(":")
    for module in _modules():
        declared = getattr(module, "REFORMULATION", None)
        if isinstance(declared, Reformulation) and declared.name == name:
            return declared
        if colon and getattr(module, "FAMILY", None) == family:
            exponent: Exponent = "inf" if written == "inf" else read_number(written, "set")
            member: Reformulation = module.member(exponent, written)
            return member
    known = ", ".join(reformulation_names())
    raise InputError("set", f"no convex form is known for a set called {name!r}; there are {known}")
