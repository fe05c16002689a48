"""The Lion-K family: one optimizer's set a file, found by looking into this folder.

    induced_set("spectral"), induced_set("schatten:3")      the set
    set_of_optimizer("muon")                                 the name of the set an optimizer induces

A file that declares ``SET`` adds a set; one that declares ``FAMILY``, ``EXAMPLES`` and ``member`` adds sets with an
exponent in their name. ``composed`` puts different sets on different layers.
"""

from fractions import Fraction
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from theory.exact.norms import Exponent
from theory.exact.rational import InputError, read_number
from theory.lion_k.base import InducedSet

__all__ = ["InducedSet", "example_names", "families", "induced_set", "optimizers", "set_names", "set_of_optimizer"]

#: Files of this folder that load numpy, sympy or hypothesis; everything else is looked at for sets.
HEAVY = {"exponents", "flow", "instances", "profiles", "symbolic"}


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = [module.name for module in iter_modules(__path__) if module.name not in HEAVY]
    return tuple(import_module(f"{__name__}.{name}") for name in names)


@cache
def _sets() -> dict[str, InducedSet]:
    return {module.SET.name: module.SET for module in _modules() if hasattr(module, "SET")}


@cache
def _families() -> dict[str, ModuleType]:
    return {module.FAMILY: module for module in _modules() if hasattr(module, "FAMILY")}


def set_names() -> list[str]:
    """Names of the single sets."""
    return list(_sets())


def families() -> list[str]:
    """Names of the families, whose members are called ``family:exponent``."""
    return list(_families())


def example_names() -> list[str]:
    """Every single set and some members of every family: what claims are tried on."""
    return set_names() + [f"{name}:{written}" for name, family in _families().items() for written in family.EXAMPLES]


def induced_set(name: str) -> InducedSet:
    """The set called ``name``, e.g. ``"spectral"`` or ``"schatten:3/2"``.

    Raises:
        InputError: listing the names, or for an exponent below 1 (no norm).
    """
    if str(name) in _sets():
        return _sets()[str(name)]
    family, colon, written = str(name).partition(":")
    if colon and family in _families():
        member: InducedSet = _families()[family].member(_exponent(written))
        return member
    known = ", ".join([*set_names(), *(f"{each}:P" for each in families())])
    raise InputError("set", f"no set is called {name!r}; there are {known}")


def _exponent(written: str) -> Exponent:
    if written == "inf":
        return "inf"
    exponent: Fraction = read_number(written, "set")
    if exponent < 1:
        raise InputError("set", f"an exponent of at least 1 is wanted (below it there is no norm), not {written}")
    return exponent


@cache
def optimizers() -> dict[str, str]:
    """The optimizers known by name, each with the name of the set it induces."""
    return {optimizer: each.name for each in _sets().values() for optimizer in each.optimizers}


def set_of_optimizer(name: str) -> str:
    """The name of the set that an (idealised) optimizer induces, e.g. ``"muon"`` -> ``"spectral"``.

    Raises:
        InputError: listing the optimizers there are.
    """
    try:
        return optimizers()[str(name).lower()]
    except KeyError:
        raise InputError("optimizer", f"no optimizer is called {name!r}; there are {', '.join(optimizers())}") from None
