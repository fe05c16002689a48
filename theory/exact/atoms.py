"""Matrices taken apart into atoms, exactly: W = Σ_k s_k A_k with values s_k > 0.

    entries           s = |w_ij|,          A_k = ± one unit entry
    columns, rows     s = the length,      A_k = the unit column (row), in its place
    singular-values   s_1 > s_2 > … > 0,   A_k partial isometries with A_jᵀA_k = 0 and A_jA_kᵀ = 0 for j ≠ k

For singular values the atoms come with the certificate. The conditions say that A_kᵀA_k are orthogonal projections on
orthogonal spaces and WᵀW = Σ s_k² A_kᵀA_k; hence the s_k are the singular values other than 0, s_k with multiplicity
rank A_k = ‖A_k‖_F², and the decomposition is the only one there is. It is rational exactly when the s_k are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, about, dot, read_matrix, read_number, shown, sqrt_bounds

PROFILES = ("entries", "columns", "rows", "singular-values")


@dataclass(frozen=True)
class Atom:
    """One term s·A of a matrix, with A of ``multiplicity`` equal values in the profile (1 but for singular values)."""

    value: Fraction
    multiplicity: int
    direction: Matrix


def atoms_of(profile: str, W: Matrix, resolution: Any, field: str) -> tuple[Atom, ...]:
    """The atoms of W; ``resolution`` is None but for singular values.

    Raises:
        Rejected: when the resolution is not one of W, or a length is irrational.
    """
    if profile == "singular-values":
        return _isometries(W, resolution, field)
    if profile not in PROFILES:
        raise Rejected(f"{field}: profile {shown(profile)} is not one of {', '.join(PROFILES)}")
    rows, columns = range(len(W)), range(len(W[0]))
    blocks = {
        "entries": [{(i, j)} for i in rows for j in columns],
        "columns": [{(i, j) for i in rows} for j in columns],
        "rows": [{(i, j) for j in columns} for i in rows],
    }[profile]
    found = []
    for block in blocks:
        low, length = sqrt_bounds(sum((W[i][j] ** 2 for i, j in block), Fraction(0)))
        if low != length:
            raise Rejected(f"{field}: a length is irrational, between {about(low)} and {about(length)}")
        if length:
            part = [[W[i][j] if (i, j) in block else Fraction(0) for j in columns] for i in rows]
            found.append(Atom(length, 1, scaled(part, 1 / length)))
    return tuple(found)


def _isometries(W: Matrix, resolution: Any, field: str) -> tuple[Atom, ...]:
    if not isinstance(resolution, list):
        raise Rejected(f"{field}: a list of singular values with their isometries is wanted")
    found: list[Atom] = []
    for k, entry in enumerate(resolution):
        where = f"{field}.resolution[{k}]"
        members(entry, where, {"value", "isometry"})
        value, A = read_number(entry["value"], where), read_matrix(entry["isometry"], where, len(W[0]))
        if len(A) != len(W):
            raise Rejected(f"{where}: {len(A)} rows for a matrix of {len(W)}")
        if value <= 0 or (found and value >= found[-1].value):
            raise Rejected(f"{where}: singular values are positive and strictly decreasing")
        if product(product(A, transposed(A)), A) != A or is_zero(A):
            raise Rejected(f"{where}: no partial isometry")
        if any(not is_zero(product(transposed(other.direction), A)) for other in found):
            raise Rejected(f"{where}: its range is not orthogonal to the others")
        if any(not is_zero(product(other.direction, transposed(A))) for other in found):
            raise Rejected(f"{where}: its row space is not orthogonal to the others")
        found.append(Atom(value, int(inner(A, A)), A))
    if combined([(atom.value, atom) for atom in found], W) != W:
        raise Rejected(f"{field}: the singular values and isometries do not add up to the matrix")
    return tuple(found)


def combined(terms: Sequence[tuple[Fraction, Atom]], like: Matrix) -> Matrix:
    """Σ c_k A_k, of the shape of ``like``."""
    total: Matrix = tuple(tuple(Fraction(0) for _ in row) for row in like)
    for coefficient, atom in terms:
        if coefficient:
            total = added(total, scaled(atom.direction, coefficient))
    return total


def inner(left: Matrix, right: Matrix) -> Fraction:
    """⟨A, B⟩ = tr AᵀB.

    Raises:
        Rejected: when the shapes differ.
    """
    if [len(row) for row in left] != [len(row) for row in right]:
        raise Rejected("two matrices of different shape")
    return sum((dot(a, b) for a, b in zip(left, right, strict=True)), Fraction(0))


def product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product."""
    columns = transposed(right)
    return tuple(tuple(dot(row, column) for column in columns) for row in left)


def transposed(W: Matrix) -> Matrix:
    """Wᵀ."""
    return tuple(zip(*W, strict=True))


def added(left: Matrix, right: Matrix) -> Matrix:
    """A + B."""
    return tuple(tuple(a + b for a, b in zip(r, s, strict=True)) for r, s in zip(left, right, strict=True))


def scaled(W: Sequence[Sequence[Fraction]], factor: Fraction) -> Matrix:
    """factor·W."""
    return tuple(tuple(factor * entry for entry in row) for row in W)


def is_zero(W: Matrix) -> bool:
    """Every entry is zero."""
    return not any(entry for row in W for entry in row)
