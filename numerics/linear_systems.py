"""Linear systems in rational numbers."""

from collections.abc import Sequence
from fractions import Fraction


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
