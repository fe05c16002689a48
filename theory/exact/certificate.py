"""Certificates: what they are, and the one door through which they are checked.

A certificate is a JSON object with four members:

    {"format": "optproof-certificate/1", "kind": K, "statement": {...}, "proof": {...}}

The *statement* is what is proved, in full: the data and the numbers claimed. The *proof* is what convinces. For each
kind a module of ``theory/exact/kinds`` derives every asserted number again, exactly, and returns the facts it derived;
anything that does not fit exactly is a reason to reject. A new kind is one file there, named for the kind, with a
function ``check(statement, proof) -> facts``.
"""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import theory.exact.kinds
from theory.exact.rational import InputError, shown

FORMAT = "optproof-certificate/1"

#: Held by this module alone, so that no other makes findings.
_SEAL = object()


class Rejected(Exception):  # noqa: N818 - a verdict on a certificate, not an error of the program
    """The certificate does not prove its statement; the message says which line fails and why."""


@dataclass(frozen=True)
class Finding:
    """What an accepted certificate proves. Made by :func:`check` only; anything else raises TypeError.

    Attributes:
        kind: the certificate's kind.
        statement: its statement, as given.
        facts: exact numbers (Fraction, int, bool, or tuples of them) derived by the checker, by name.
    """

    kind: str
    statement: Mapping[str, Any]
    facts: Mapping[str, Any]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a finding is what the exact checker returns, and is not made elsewhere")


def certificate(kind: str, statement: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """Assemble a certificate from its parts."""
    return {"format": FORMAT, "kind": kind, "statement": dict(statement), "proof": dict(proof)}


def check(candidate: Any) -> Finding:
    """Re-derive a certificate, exactly.

    Returns:
        the finding, when every line holds.

    Raises:
        Rejected: when any line does not hold, or the object is no certificate at all.
    """
    if not isinstance(candidate, dict):
        raise Rejected("a certificate is a JSON object")
    members(candidate, "certificate", {"format", "kind", "statement", "proof"})
    if candidate["format"] != FORMAT:
        raise Rejected(f"format {shown(candidate['format'])} is not {FORMAT!r}")
    kind, statement, proof = candidate["kind"], candidate["statement"], candidate["proof"]
    if kind not in kinds():
        raise Rejected(f"kind {shown(kind)} is not one of {', '.join(kinds())}")
    if not isinstance(statement, dict) or not isinstance(proof, dict):
        raise Rejected("statement and proof are JSON objects")
    checker: Callable[[dict[str, Any], dict[str, Any]], Mapping[str, Any]] = import_module(_module(kind)).check
    try:
        facts = checker(statement, proof)
    except Rejected:
        raise
    except InputError as error:
        raise Rejected(str(error)) from error
    except Exception as error:  # what a checker cannot follow is no proof, whatever it stumbled on
        raise Rejected(f"malformed: {type(error).__name__}: {error}") from error
    return Finding(kind, statement, facts, _SEAL)


def kinds() -> list[str]:
    """The kinds of certificate there are: the files of ``theory/exact/kinds``."""
    return [module.name.replace("_", "-") for module in iter_modules(theory.exact.kinds.__path__)]


def _module(kind: str) -> str:
    return f"theory.exact.kinds.{kind.replace('-', '_')}"


def members(value: Any, field: str, names: set[str]) -> dict[str, Any]:
    """The value as an object that has exactly the members named; extra or missing members are refused.

    Raises:
        Rejected: naming the field and the member.
    """
    if not isinstance(value, dict):
        raise Rejected(f"{field}: a JSON object is wanted")
    if missing := names - set(value):
        raise Rejected(f"{field}: {sorted(missing)[0]} is missing")
    if extra := set(value) - names:
        raise Rejected(f"{field}: {sorted(map(str, extra))[0]} is not a member that is known here")
    return value
