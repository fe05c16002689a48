"""Γ_p(V) = min {‖V diag(q)^{-1/2}‖_{S_p} : q > 0, Σq = 1} for k orthogonal columns of one rational length c, p ≥ 1.

V diag(q)^{-1/2} has the singular values c q_i^{-1/2}. The means of order −p/2 and 1 of the q_i are in order, so that
(Σq_i^{-p/2} / k)^{-2/p} ≤ 1/k, and (Σq_i^{-p/2})^{1/p} ≥ k^{1/p + 1/2}, with equality for equal q_i. Hence Γ_p(V) = c k^{1/2 + 1/p}.

Statement: ``{"columns", "p", "low", "high"}``, rational ends of Γ_p(V), equal where it is rational. There is nothing to prove
but arithmetic, so the proof is empty.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.norms import LARGEST_EXPONENT, power_bounds
from theory.exact.rational import dot, read_matrix, read_number, sqrt_bounds


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Facts: low, high; columns, their number, and length, that of each."""
    members(statement, "statement", {"columns", "p", "low", "high"})
    members(proof, "proof", set())
    columns, p = read_matrix(statement["columns"], "columns"), read_number(statement["p"], "p")
    if not columns or p < 1 or max(p.as_integer_ratio()) > LARGEST_EXPONENT:
        raise Rejected(f"statement: at least one column and a fraction p ≥ 1 of terms up to {LARGEST_EXPONENT} are wanted")
    length, above = sqrt_bounds(dot(columns[0], columns[0]))
    if length != above or not length or any(dot(v, v) != length**2 for v in columns):
        raise Rejected("columns: not all of one rational length above zero")
    if any(dot(v, w) for v, w in combinations(columns, 2)):
        raise Rejected("columns: not orthogonal")
    low, high = (length * bound for bound in power_bounds(Fraction(len(columns)), Fraction(1, 2) + 1 / p))
    for name, end in (("low", low), ("high", high)):
        if read_number(statement[name], name) != end:
            raise Rejected(f"{name}: it is {end}")
    return {"low": low, "high": high, "columns": len(columns), "length": length}
