"""Certificates: what they are, and the one door through which they are checked.

A certificate is a JSON object with four members:

    {"format": "optproof-certificate/1", "kind": K, "statement": {...}, "proof": {...}}

The *statement* is what is proved, in full: the data and the numbers claimed. The *proof* is what convinces. For each kind a
module of this package derives every asserted number again, exactly, and returns the facts it derived; anything that
does not fit exactly is a reason to reject. A new kind is one module with a ``check_…`` function and one line in ``_CHECKERS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from theory.exact.rational import InputError

FORMAT = "optproof-certificate/1"

#: kind -> "module:function"; the function takes (statement, proof) and returns the facts it derived.
_CHECKERS: dict[str, str] = {
    "patterns": "theory.exact.arrangement:check_patterns",
    "barrier": "theory.exact.barrier:check_barrier",
    "components": "theory.exact.components:check_components",
    "frobenius": "theory.exact.frobenius:check_frobenius",
    "gauge": "theory.exact.gauge:check_gauge",
    "separation": "theory.exact.separation:check_separation",
}


class Rejected(Exception):
    """The certificate does not prove its statement; the message says which line fails and why."""


@dataclass(frozen=True)
class Finding:
    """What an accepted certificate proves. Made by :func:`check` only.

    Attributes:
        kind: the certificate's kind.
        statement: its statement, as given.
        facts: exact numbers (Fraction, int, bool, or tuples of them) derived by the checker, by name.
    """

    kind: str
    statement: Mapping[str, Any]
    facts: Mapping[str, Any]


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
    members = set(candidate)
    if members != {"format", "kind", "statement", "proof"}:
        raise Rejected(f"a certificate has the members format, kind, statement and proof, not {sorted(map(str, members))}")
    if candidate["format"] != FORMAT:
        raise Rejected(f"format {candidate['format']!r} is not {FORMAT!r}")
    kind, statement, proof = candidate["kind"], candidate["statement"], candidate["proof"]
    if not isinstance(kind, str) or kind not in _CHECKERS:
        raise Rejected(f"kind {kind!r} is not one of {', '.join(sorted(_CHECKERS))}")
    if not isinstance(statement, dict) or not isinstance(proof, dict):
        raise Rejected("statement and proof are JSON objects")
    module, function = _CHECKERS[kind].split(":")
    checker: Callable[[dict[str, Any], dict[str, Any]], Mapping[str, Any]] = getattr(import_module(module), function)
    try:
        facts = checker(statement, proof)
    except InputError as error:
        raise Rejected(str(error)) from error
    return Finding(kind, statement, facts)


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
