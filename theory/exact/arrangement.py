"""How many cells a central arrangement has, in integers, without enumerating one of them.

Deletion and restriction (Zaslavsky 1975): adding the hyperplane H to an arrangement A' cuts exactly those cells of A' that H
meets, and those are as many as the restriction of A' to H has cells. So r(A) = Σ_k r(A_{k−1} restricted to H_k) + 1.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, gcd, lcm

Normal = tuple[int, ...]


def normals(X: Sequence[Sequence[Fraction | int]]) -> list[Normal]:
    """The distinct hyperplanes {u : x_i·u = 0} of the nonzero rows, as primitive integer normals, first entry positive."""
    found: dict[Normal, None] = {}
    for row in X:
        below = lcm(*(Fraction(entry).denominator for entry in row))
        if (normal := canonical([int(entry * below) for entry in row])) is not None:
            found.setdefault(normal)
    return list(found)


def canonical(vector: Sequence[int]) -> Normal | None:
    """A vector up to scale and sign: coprime entries, the first nonzero one positive; None for zero."""
    divisor = gcd(*vector)
    if divisor == 0:
        return None
    leading = next(entry for entry in vector if entry)
    if leading < 0:
        divisor = -divisor
    return tuple(entry // divisor for entry in vector)


def region_count(arrangement: Sequence[Normal]) -> int:
    """The number of cells of distinct central hyperplanes; 1 when there are none."""
    if not arrangement:
        return 1
    if len(arrangement[0]) == 1:
        return 2
    if len(arrangement[0]) == 2:
        return 2 * len(arrangement)
    return 1 + sum(region_count(restrict(arrangement[:k], arrangement[k])) for k in range(len(arrangement)))


def restrict(arrangement: Sequence[Normal], hyperplane: Normal) -> list[Normal]:
    """The arrangement that distinct hyperplanes cut out on another one, in coordinates without that one's pivot."""
    pivot = next(index for index, entry in enumerate(hyperplane) if entry)
    scale, found = hyperplane[pivot], dict[Normal, None]()
    for normal in arrangement:
        factor = normal[pivot]
        image = [scale * a - factor * b for i, (a, b) in enumerate(zip(normal, hyperplane, strict=True)) if i != pivot]
        if (reduced := canonical(image)) is not None:
            found.setdefault(reduced)
    return list(found)


def rank(X: Sequence[Sequence[Fraction | int]]) -> int:
    """The rank of a matrix."""
    rows, found = [list(map(Fraction, row)) for row in X], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def cell_bound(hyperplanes: int, dimension: int) -> int:
    """2 Σ_{k<r} C(h − 1, k), the count in general position; 1 for no hyperplane."""
    return 2 * sum(comb(hyperplanes - 1, k) for k in range(dimension)) if hyperplanes else 1
