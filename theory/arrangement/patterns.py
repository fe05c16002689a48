"""Activation patterns of a data matrix: the arrangement's cells as rows of X see them, with witnesses and facets."""

from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.arrangement.cells import Words, cells_of, pack, unpack
from theory.arrangement.hyperplanes import Hyperplanes
from theory.arrangement.signs import Normals
from theory.arrangement.witnesses import Witnesses
from theory.claim import Certificate, Instance
from theory.exact.certificate import certificate
from theory.exact.rational import InputError, read_matrix, write_vector
from theory.problem import as_list

#: Patterns are refused beyond this many (they would not fit in memory); a caller with more of it can say so.
LARGEST_COUNT = 10_000_000


class Arrangement:
    """All activation patterns D = 1[Xu > 0] over the full-dimensional cells of {u : x_i·u = 0}.

    Attributes:
        n, d, rank: rows and columns of X, and its rank r.
        hyperplanes: the distinct hyperplanes, in the row space; ``hyperplanes.side`` maps rows of X to them.
        patterns: P × n booleans in lexicographic order; zero rows are never active.
        general_position: every r distinct hyperplanes are independent (exactly).
        bound: 2 Σ_{k<r} C(h − 1, k), h the number of distinct hyperplanes; 1 when r = 0.
    """

    def __init__(self, hyperplanes: Hyperplanes, largest: int) -> None:
        self.hyperplanes = hyperplanes
        self.n, self.d, self.rank = len(hyperplanes.side), hyperplanes.dimension, hyperplanes.rank
        h, r = len(hyperplanes.normals), self.rank
        self.bound = cell_bound(h, r)
        if self.bound > largest:
            raise InputError(
                "X", f"up to {self.bound} activation patterns (rank {r}, {h} distinct rows); at most {largest} are listed"
            )
        if r == 0:
            self.general_position = True
            self.signs: NDArray[np.int8] = np.zeros((1, 0), dtype=np.int8)
            return
        self._normals = Normals(hyperplanes.normals, r)
        cells = cells_of(self._normals)
        self._half = cells
        self.general_position = cells.general
        # Words sort like patterns: the negative side of the first hyperplane comes first, as opposites in reverse.
        half = unpack(cells.words, h)
        self.signs = np.concatenate([-half[::-1], half])

    @property
    def count(self) -> int:
        """P, the number of patterns."""
        return len(self.signs)

    @cached_property
    def patterns(self) -> NDArray[np.bool_]:
        """P × n booleans; row i is active in a pattern when x_i·u > 0 in its cell."""
        active = np.zeros((self.count, self.n), dtype=bool)
        for row, side in enumerate(self.hyperplanes.side):
            if side is not None:
                active[:, row] = self.signs[:, side[0]] == side[1]
        return active

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self._normals, self._half)

    def witness(self, index: int) -> tuple[Fraction, ...]:
        """A point u ∈ Q^d with pattern number ``index``: strictly inside the cell, coprime integers."""
        point = [0] * self.d
        if self.rank:
            half = self.count // 2
            cell, side = (index - half, 1) if index >= half else (half - 1 - index, -1)
            for column, entry in zip(self.hyperplanes.columns, self._witnesses.point(cell), strict=True):
                point[column] = side * entry
        return tuple(Fraction(entry) for entry in point)

    @cached_property
    def neighbours(self) -> NDArray[np.int64]:
        """P × h: the pattern on the other side of each hyperplane, −1 where the hyperplane is no facet of the cell.

        Two cells that differ in just one hyperplane share a facet: the segment between a point of each crosses
        that hyperplane alone.
        """
        words = pack(self.signs) if self.rank else np.zeros((1, 1), dtype=np.uint64)
        keys, h = _sortable(words), len(self.hyperplanes.normals)
        table = np.full((self.count, h), -1, dtype=np.int64)
        for hyperplane in range(h):
            flipped = words.copy()
            flipped[:, hyperplane // 64] ^= np.uint64(1) << np.uint64(63 - hyperplane % 64)
            wanted = _sortable(flipped)
            found = np.searchsorted(keys, wanted) % self.count
            table[:, hyperplane] = np.where(keys[found] == wanted, found, -1)
        return table

    def facets(self) -> NDArray[np.bool_]:
        """P × h booleans: which hyperplanes bound each cell."""
        return self.neighbours >= 0


def arrange(X: Any, largest: int = LARGEST_COUNT) -> Arrangement:
    """Enumerate the activation patterns of a data matrix.

    Args:
        X: n × d, as nested lists, exact numbers, a numpy array, a torch tensor, or a Problem.
        largest: refuse beyond this many patterns.

    Raises:
        InputError: naming X, for anything that is no matrix of finite numbers, or when there are too many patterns.
    """
    rows = read_matrix(as_list(getattr(X, "X", X)), "X")
    if not rows:
        raise InputError("X", "no rows; at least one is needed")
    return Arrangement(Hyperplanes.of(rows), largest)


def cell_bound(hyperplanes: int, rank: int) -> int:
    """2 Σ_{k<r} C(h − 1, k): the number of cells in general position, a bound always (Cover 1965)."""
    return 2 * sum(comb(hyperplanes - 1, k) for k in range(rank)) if rank else 1


def certify_patterns(instance: Instance) -> Certificate:
    """A certificate that the list of patterns is right and complete: a witness for each, and their number."""
    arrangement = arrange(instance["X"])
    proof = [
        {"pattern": "".join("1" if a else "0" for a in active), "witness": write_vector(arrangement.witness(index))}
        for index, active in enumerate(arrangement.patterns)
    ]
    statement = {"X": _written(instance["X"]), "count": arrangement.count}
    return certificate("patterns", statement, {"patterns": proof})


def _written(X: Any) -> list[list[int | str]]:
    return [write_vector(row) for row in read_matrix(as_list(X), "X")]


def _sortable(words: Words) -> NDArray[Any]:
    """Cells as scalars that sort as they do: integers while one word holds them, else byte strings of equal length."""
    if words.shape[1] == 1:
        return words[:, 0]
    return np.ascontiguousarray(words.astype(">u8")).view(f"S{8 * words.shape[1]}")[:, 0]
