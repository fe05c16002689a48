"""The square of Muon's gauge Γ_M of effective weights v_1, …, v_k: bounds from both sides, exactly.

Γ_M = max {Σ ‖Z^½ v_i‖ : Z ⪰ 0, tr Z = 1} is the least R1·R2 for which the weights are those of a network with ‖U‖ ≤
R1 (largest singular value) and ‖α‖₂ ≤ R2: such a network is q ≥ 0, Σ q_i = 1 with Σ v_i v_iᵀ/q_i ⪯ Γ² I.

Statement: ``{"columns": [v_1, …], "low", "high"}`` says low ≤ Γ_M² ≤ high. Proof: ``Z`` and ``q``. Below, (Σ √a_i)²
= Σ a_i + 2 Σ_{i<j} √(a_i a_j) with a_i = v_iᵀ Z v_i, roots rounded down at 96 bits unless they are rational.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, dot, read_matrix, read_number, read_vector, sqrt_bounds
from theory.exact.symmetric import definiteness


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Re-derive both bounds."""
    members(statement, "statement", {"columns", "low", "high"})
    columns = read_matrix(statement["columns"], "statement.columns")
    if not columns or not columns[0]:
        raise Rejected("statement.columns: no entries")
    low, high = (read_number(statement[name], f"statement.{name}") for name in ("low", "high"))
    check_gauge(columns, low, high, proof)
    return {"low": low, "high": high, "columns": len(columns)}


def check_gauge(columns: Matrix, low: Fraction, high: Fraction, proof: Any) -> None:
    """The same for a statement that has been read; other kinds of certificate contain gauges too.

    Raises:
        Rejected: unless Z proves exactly ``low``, and q proves ``high``.
    """
    members(proof, "proof", {"Z", "q"})
    d = len(columns[0])
    Z, q = read_matrix(proof["Z"], "proof.Z", d), read_vector(proof["q"], "proof.q", len(columns))
    if len(Z) != d or any(Z[i][j] != Z[j][i] for i, j in combinations(range(d), 2)):
        raise Rejected(f"proof.Z: a symmetric matrix of {d} rows is wanted")
    if sum(Z[i][i] for i in range(d)) != 1 or not _semidefinite(Z):
        raise Rejected("proof.Z: not positive semidefinite with trace 1")
    if (found := _below(columns, Z)) != low:
        raise Rejected(f"proof.Z: proves that the square is at least {found}, not {low}")
    if sum(q) != 1 or any(share < 0 for share in q):
        raise Rejected("proof.q: not nonnegative with sum 1")
    if any(any(v) != (share > 0) for v, share in zip(columns, q, strict=True)):
        raise Rejected("proof.q: positive where a column is not zero, and only there")
    used = [(v, share) for v, share in zip(columns, q, strict=True) if share]
    shortfall = tuple(
        tuple((high if i == j else 0) - sum((v[i] * v[j] / share for v, share in used), Fraction(0)) for j in range(d))
        for i in range(d)
    )
    if not _semidefinite(shortfall):
        raise Rejected(f"proof.q: does not prove that the square is at most {high}")


def _semidefinite(S: Matrix) -> bool:
    scale = lcm(*(entry.denominator for row in S for entry in row))
    return definiteness([[int(entry * scale) for entry in row] for row in S]) >= 0


def _below(columns: Matrix, Z: Matrix) -> Fraction:
    squares = [dot(v, [dot(row, v) for row in Z]) for v in columns]
    crossed = sum((sqrt_bounds(first * second)[0] for first, second in combinations(squares, 2)), Fraction(0))
    return sum(squares, Fraction(0)) + 2 * crossed
