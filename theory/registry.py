"""All claims, found by looking into ``theory/theorems``: every module there declares ``CLAIM`` (or ``CLAIMS``)."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import theory.theorems
from theory.claim import Claim
from theory.exact.rational import InputError


@cache
def claims() -> dict[str, Claim]:
    """Every registered claim by id, in the order of the files.

    Raises:
        TypeError: when a module in ``theory/theorems`` declares no claim, or an id is taken twice.
    """
    found: dict[str, Claim] = {}
    for claim in _declared():
        if claim.id in found:
            raise TypeError(f"two claims are called {claim.id}")
        found[claim.id] = claim
    return found


def _declared() -> Iterator[Claim]:
    for module_info in iter_modules(theory.theorems.__path__, "theory.theorems."):
        module = import_module(module_info.name)
        declared = getattr(module, "CLAIMS", None) or (getattr(module, "CLAIM", None),)
        for claim in declared:
            if not isinstance(claim, Claim):
                raise TypeError(f"{module_info.name} declares no CLAIM")
            yield claim


def claim(identifier: str) -> Claim:
    """One claim by id.

    Raises:
        InputError: when there is none; the message lists what there is.
    """
    try:
        return claims()[identifier]
    except KeyError:
        raise InputError("ID", f"no claim is called {identifier!r}; there are {', '.join(claims())}") from None
