"""Several statements about one thing, each with its own proof: all of them hold.

    statement  {"parts": [{"kind": K, "statement": S}, …]}
    proof      {"parts": [{"of": 0, "proof": P}, …]}, numbered in the order of the statements

The facts of part k are named ``k.name``.
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import Rejected, certificate, members
from theory.exact.certificate import check as check_one


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts of all parts."""
    members(statement, "statement", {"parts"})
    members(proof, "proof", {"parts"})
    if not isinstance(statement["parts"], list) or not isinstance(proof["parts"], list):
        raise Rejected("parts: a list of statements and a list of proofs are wanted")
    if not statement["parts"] or len(statement["parts"]) != len(proof["parts"]):
        raise Rejected("parts: one proof for each statement is wanted, and at least one")
    facts: dict[str, Any] = {}
    for k, (stated, proved) in enumerate(zip(statement["parts"], proof["parts"], strict=True)):
        members(stated, f"parts[{k}]", {"kind", "statement"})
        members(proved, f"parts[{k}]", {"of", "proof"})
        if stated["kind"] == "conjunction" or not all(isinstance(p, dict) for p in (stated["statement"], proved["proof"])):
            raise Rejected(f"parts[{k}]: a statement of another kind, with its proof, is wanted")
        if type(proved["of"]) is not int or proved["of"] != k:
            raise Rejected(f"parts[{k}]: the proof is of another part")
        found = check_one(certificate(stated["kind"], stated["statement"], proved["proof"]))
        facts |= {f"{k}.{name}": value for name, value in found.facts.items()}
    return facts
