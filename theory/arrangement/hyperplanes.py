"""From rows of X to the distinct hyperplanes they define, in coordinates of the row space. Exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

Integers = tuple[int, ...]


@dataclass(frozen=True)
class Hyperplanes:
    """Distinct hyperplanes of an essential arrangement in R^r.

    Attributes:
        normals: primitive integer normals in R^r, none zero, no two parallel.
        side: for each row of X the index of its hyperplane and ±1 for its orientation; None for a zero row.
        columns: the r independent columns of X that serve as coordinates.
        dimension: d, the number of columns of X.
    """

    normals: tuple[Integers, ...]
    side: tuple[tuple[int, int] | None, ...]
    columns: Integers
    dimension: int

    @property
    def rank(self) -> int:
        """r = rank X."""
        return len(self.columns)

    @classmethod
    def of(cls, X: Sequence[Sequence[Fraction | int]]) -> "Hyperplanes":
        """Clear denominators, take r independent columns, and merge rows that are parallel or opposite."""
        rows = [primitive(row) for row in X]
        columns = independent_columns(rows)
        seen: dict[Integers, int] = {}
        side: list[tuple[int, int] | None] = []
        normals: list[Integers] = []
        for row in rows:
            normal = primitive([row[c] for c in columns])
            if not any(normal):
                side.append(None)
                continue
            opposite = tuple(-entry for entry in normal)
            if normal in seen:
                side.append((seen[normal], 1))
            elif opposite in seen:
                side.append((seen[opposite], -1))
            else:
                seen[normal] = len(normals)
                side.append((len(normals), 1))
                normals.append(normal)
        return cls(tuple(normals), tuple(side), columns, len(rows[0]) if rows else 0)


def primitive(row: Sequence[Fraction | int]) -> Integers:
    """The positive multiple of a row that has coprime integer entries; zero stays zero."""
    below = lcm(*(Fraction(entry).denominator for entry in row))
    integers = [int(entry * below) for entry in row]
    divisor = gcd(*integers)
    return tuple(entry // divisor for entry in integers) if divisor > 1 else tuple(integers)


def independent_columns(rows: Sequence[Integers]) -> Integers:
    """The first set of columns that is a basis of the column space."""
    from flint import fmpz_mat

    if not rows or not rows[0]:
        return ()
    reduced, _, rank = fmpz_mat([list(row) for row in rows]).rref()
    pivots: list[int] = []
    for line in range(rank):
        pivots.append(next(c for c in range(len(rows[0])) if reduced[line, c] != 0))
    return tuple(pivots)
