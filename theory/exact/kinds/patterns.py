"""Certificate ``patterns``: this list of activation patterns is right and complete.

Statement: ``{"X": …, "count": P}``. Proof: ``{"patterns": [{"pattern": "0110…", "witness": […]}, …]}``, in increasing order.
Each witness realises its pattern strictly, so each is a pattern; the list has as many entries as the arrangement has cells
(counted by deletion and restriction, not by enumeration), so there is no other.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from theory.exact.arrangement import cell_bound, normals, rank, region_count
from theory.exact.certificate import Rejected, members
from theory.exact.rational import Vector, dot, read_matrix, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Facts: ``count``, ``bound``, ``rank``, ``hyperplanes``, ``rows`` and ``dimension``.

    Raises:
        Rejected: naming the pattern that fails, or the count.
    """
    members(statement, "statement", {"X", "count"})
    members(proof, "proof", {"patterns"})
    X = read_matrix(statement["X"], "statement.X")
    if not X or not X[0]:
        raise Rejected("statement.X: no rows, or rows without entries")
    listed = proof["patterns"]
    if not isinstance(listed, list) or type(statement["count"]) is not int:
        raise Rejected("proof.patterns is a list, and statement.count an integer")
    if len(listed) != statement["count"]:
        raise Rejected(f"statement.count is {statement['count']}, but {len(listed)} patterns are listed")
    previous = ""
    for index, entry in enumerate(listed):
        previous = _check_entry(X, entry, f"proof.patterns[{index}]", previous)
    distinct, r = normals(X), rank(X)
    if (cells := region_count(distinct)) != len(listed):
        raise Rejected(f"{len(listed)} patterns are listed, but the arrangement has {cells} cells")
    return {
        "count": cells,
        "bound": cell_bound(len(distinct), r),
        "rank": r,
        "hyperplanes": len(distinct),
        "rows": len(X),
        "dimension": len(X[0]),
    }


def _check_entry(X: tuple[Vector, ...], entry: Any, field: str, previous: str) -> str:
    members(entry, field, {"pattern", "witness"})
    witness = read_vector(entry["witness"], f"{field}.witness", len(X[0]))
    _check_primitive(witness, field)
    realised = []
    for row in X:
        product = dot(row, witness)
        if product == 0 and any(row):
            raise Rejected(f"{field}.witness lies on a hyperplane")
        realised.append("1" if product > 0 else "0")
    pattern = "".join(realised)
    if entry["pattern"] != pattern:
        raise Rejected(f"{field}.witness realises {pattern}, not {entry['pattern']!r}")
    if previous and pattern <= previous:
        raise Rejected(f"{field}: the patterns are not in increasing order")
    return pattern


def _check_primitive(witness: Vector, field: str) -> None:
    """One witness in each direction: coprime integers (zero only where nothing is to be separated)."""
    if any(entry.denominator != 1 for entry in witness) or gcd(*(Fraction(e).numerator for e in witness)) > 1:
        raise Rejected(f"{field}.witness is not made of coprime integers")
