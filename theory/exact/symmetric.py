"""Definiteness of symmetric integer matrices, read off the pivots of exact elimination."""

from collections.abc import Sequence


def definiteness(S: Sequence[Sequence[int]]) -> int:
    """1 when the symmetric integer matrix S is positive definite, 0 when it is semidefinite and singular, −1 otherwise.

    S ⪰ 0 exactly when elimination meets no negative pivot, and zeros alone in the row of a zero pivot. The elimination
    is free of fractions (Bareiss): each pivot is a principal minor, so the division by the one before is exact.
    """
    rows, found, before = [list(row) for row in S], 1, 1
    for index, pivot_row in enumerate(rows):
        pivot, rest = pivot_row[index], range(index + 1, len(rows))
        if pivot < 0 or (pivot == 0 and any(pivot_row[column] for column in rest)):
            return -1
        if pivot == 0:
            found = 0
            continue
        for row in rest:
            factor = rows[row][index]
            for column in rest:
                rows[row][column] = (rows[row][column] * pivot - factor * pivot_row[column]) // before
        before = pivot
    return found
