"""Signs of x_i·u and of determinants: in doubles where a proved error bound decides, in integers where it does not.

The bound. A value computed by products and sums of entries, each rounded once, differs from the exact value by at most
γ·A, where A is the same expression over absolute values and γ = k·u/(1 − k·u), k the number of roundings on the longest
path (Higham, Accuracy and Stability, lemma 3.1). When all entries are integers and A < 2^53 nothing is rounded at all.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from theory.arrangement.hyperplanes import Integers

Floats = NDArray[np.float64]
Signs = NDArray[np.int8]

UNIT = 2.0**-53
#: Half of 2^53, because the bound itself is computed with rounding.
EXACT_BELOW = 2.0**52
#: Products of normalised entries may underflow; what is lost then is far below this.
UNDERFLOW = 1e-290


class Normals:
    """Integer normals with their doubles.

    Attributes:
        exact: the normals, h tuples of r integers.
        floats: h × r doubles: the integers themselves while they are small, else rows scaled by powers of two.
        integral: whether ``floats`` are the integers themselves.
    """

    def __init__(self, normals: Sequence[Integers], rank: int) -> None:
        self.exact = tuple(normals)
        self.rank = rank
        largest = max((abs(entry) for row in normals for entry in row), default=0)
        self.integral = largest < 2**31
        if self.integral:
            self.floats = np.array(self.exact, dtype=float).reshape(len(self.exact), rank)
        else:
            self.floats = np.array([_scaled(row) for row in self.exact]).reshape(len(self.exact), rank)

    @cached_property
    def absolute(self) -> Floats:
        """|floats|."""
        return np.asarray(np.abs(self.floats))

    def rays(self, subsets: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """For each subset of r − 1 rows the vector of its signed maximal minors, orthogonal to those rows.

        Args:
            subsets: s × (r − 1) row indices.

        Returns:
            the vectors (s × r) and the same expression over absolute values (s × r).
        """
        r, count = self.rank, len(subsets)
        minors: dict[Integers, tuple[Floats, Floats]] = {(): (np.ones(count), np.ones(count))}
        for k in range(r - 1):
            row, size = self.floats[subsets[:, k]], self.absolute[subsets[:, k]]
            grown: dict[Integers, tuple[Floats, Floats]] = {}
            for chosen in combinations(range(r), k + 1):
                value, bound = np.zeros(count), np.zeros(count)
                for place, column in enumerate(chosen):
                    rest = chosen[:place] + chosen[place + 1:]
                    minor, minor_bound = minors[rest]
                    value += (row[:, column] if (place + k) % 2 == 0 else -row[:, column]) * minor
                    bound += size[:, column] * minor_bound
                grown[chosen] = value, bound
            minors = grown
        vectors, bounds = np.empty((count, r)), np.empty((count, r))
        for column in range(r):
            rest = tuple(c for c in range(r) if c != column)
            value, bound = minors[rest]
            vectors[:, column] = value if column % 2 == 0 else -value
            bounds[:, column] = bound
        return vectors, bounds

    def uncertainty(self, bounds: Floats) -> Floats:
        """How far a computed value can be from the exact one, from the same expression over absolute values."""
        roundings = (self.rank + 2) ** 2
        gamma = roundings * UNIT / (1 - roundings * UNIT)
        inexact = gamma * bounds + UNDERFLOW
        return np.where(bounds < EXACT_BELOW, 0.0, inexact) if self.integral else inexact

    def exact_ray(self, subset: Sequence[int]) -> Integers:
        """The vector of signed maximal minors of r − 1 rows, in integers; zero when the rows are dependent."""
        from flint import fmpz_mat

        rows = [self.exact[index] for index in subset]
        entries = []
        for column in range(self.rank):
            minor = fmpz_mat([[row[c] for c in range(self.rank) if c != column] for row in rows]) if rows else None
            entries.append((-1) ** column * (int(minor.det()) if minor is not None else 1))
        return tuple(entries)

    def exact_sign(self, index: int, vector: Sequence[int]) -> int:
        """sign(x_index · vector), in integers."""
        product = sum(a * b for a, b in zip(self.exact[index], vector, strict=True))
        return (product > 0) - (product < 0)

    def certain_signs(self, vectors: Floats) -> Signs:
        """Signs of x_i·u for doubles u (taken exactly), s × h; 0 where the bound does not decide."""
        values, bounds = vectors @ self.floats.T, np.abs(vectors) @ self.absolute.T
        exact = self.integral and bool(np.all(vectors == np.rint(vectors)))
        gamma = (self.rank + 2) * UNIT / (1 - (self.rank + 2) * UNIT)
        doubt = np.where(exact & (bounds < EXACT_BELOW), 0.0, gamma * bounds + UNDERFLOW)
        return np.where(np.abs(values) > doubt, np.sign(values), 0).astype(np.int8)


def _scaled(row: Integers) -> list[float]:
    """The row times a power of two that brings its largest entry near one, each entry rounded once."""
    shift = max(abs(entry) for entry in row).bit_length()
    return [_ratio(entry, shift) for entry in row]


def _ratio(entry: int, shift: int) -> float:
    excess = max(0, abs(entry).bit_length() - 64)
    sticky = 1 if excess and abs(entry) & ((1 << excess) - 1) else 0
    leading = (abs(entry) >> excess) | sticky
    value = float(np.ldexp(float(leading), excess - shift))
    return -value if entry < 0 else value
