"""Linear systems in rational numbers."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd


def solve_exactly(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """One solution of rows·z = right, with zeros where z is free; None when there is none."""
    import flint

    columns = len(rows[0])
    augmented = flint.fmpq_mat([
        [flint.fmpq(entry.numerator, entry.denominator) for entry in (*row, target)]
        for row, target in zip(rows, right, strict=True)
    ])
    reduced, rank = augmented.rref()
    z = [Fraction(0)] * columns
    for row in range(rank):
        pivot = next(column for column in range(columns + 1) if reduced[row, column] != 0)
        if pivot == columns:
            return None
        entry = reduced[row, columns]
        z[pivot] = Fraction(int(entry.p), int(entry.q))
    return z


def null_vector(rows: Sequence[Sequence[int]]) -> list[int] | None:
    """The coprime whole z with rows·z = 0 and a last nonzero entry above 0, when it is unique; None when it is not."""
    import flint

    basis, nullity = flint.fmpz_mat([list(row) for row in rows]).nullspace()
    if nullity != 1:
        return None
    z = [int(basis[row, 0]) for row in range(len(rows[0]))]
    divisor = gcd(*z) * (1 if next(entry for entry in reversed(z) if entry) > 0 else -1)
    return [entry // divisor for entry in z]
