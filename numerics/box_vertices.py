"""Vertices of an arrangement inside the unit box: every candidate for the best unit of a max-entry network.

On a cell of the arrangement {u : x_kᵀu = 0} the outputs (Xu)_+ are linear, so over the cell's part of the box ‖u‖_∞ ≤ 1 any
linear price of them is best at a vertex: a point where k independent hyperplanes meet a face of the box on which k entries
are free. Points of the interior (u = 0) are left out. The same points serve for the coarser arrangement of any subset of the
hyperplanes: the vertices of its cells are among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import comb

import flint
import numpy as np
from numpy.typing import NDArray

from numerics.rational_simplex import entries, matrix
from theory.exact.rational import InputError, Vector, dot
from theory.problem import float_array

Floats = NDArray[np.float64]
#: Two points of the box this near are one, and a height below this (for normals of ℓ1 norm one) is zero.
NEAR = 1e-9
#: Tables of vertices by hyperplanes with more entries than this are refused: they would not fit in memory.
LARGEST_TABLE = 30_000_000


@dataclass(frozen=True)
class Place:
    """How a vertex is found: the hyperplanes through it, its free entries, and the other entries, which are ±1."""

    planes: tuple[int, ...]
    free: tuple[int, ...]
    ends: tuple[int, ...]


class BoxVertices:
    """The vertices for given normals.

    Attributes:
        normals: of distinct hyperplanes, exactly; L of them in Q^d, none zero.
        places: of the N vertices.
        points: the vertices in doubles, N × d.
        heights: x_kᵀu / ‖x_k‖_1, N × L, with zeros where it is within rounding of zero.
    """

    def __init__(self, normals: Sequence[Vector], d: int) -> None:
        self.normals, self.d = tuple(normals), d
        if (count := candidates(len(normals), d)) * max(len(normals), d) > LARGEST_TABLE:
            raise InputError("X", f"{count} candidate units ({len(normals)} distinct rows in {d} dimensions) are too many for "
                                  "the max-entry set; at most about 600,000 are examined")
        self._units = _unit_rows(self.normals, d)
        found = list(self._found())
        points = np.concatenate([block for _, block in found])
        places = [place for some, _ in found for place in some]
        _, first = np.unique(np.round(points / NEAR).astype(np.int64), axis=0, return_index=True)
        first.sort()
        self.places: list[Place] = [places[index] for index in first]
        self.points: Floats = points[first]
        heights = self.points @ self._units.T
        heights[abs(heights) <= NEAR] = 0.0
        self.heights: Floats = heights
        self._exact: dict[int, Vector] = {}

    def exact(self, index: int) -> Vector:
        """One vertex in rationals."""
        if index not in self._exact:
            self._exact[index] = self._solved(self.places[index])
        return self._exact[index]

    @cached_property
    def sides(self) -> NDArray[np.int8]:
        """The signs of the heights, N × L."""
        return np.sign(self.heights).astype(np.int8)

    def _found(self) -> Iterator[tuple[list[Place], Floats]]:
        coordinates = range(self.d)
        for k in range(min(self.d - 1, len(self.normals)) + 1):
            groups = np.array(list(combinations(range(len(self.normals)), k)), dtype=np.int64)
            groups = groups.reshape(comb(len(self.normals), k), k)
            for free in combinations(coordinates, k):
                fixed = [c for c in coordinates if c not in free]
                blocks = self._units[groups][:, :, list(free)]
                regular = abs(np.linalg.det(blocks)) > NEAR**2 if k else np.ones(len(groups), bool)
                if not regular.any():
                    continue
                chosen = groups[regular]
                inverses = np.linalg.inv(blocks[regular]) if k else blocks
                for ends in product((1, -1), repeat=self.d - k):
                    right = -self._units[chosen][:, :, fixed] @ np.array(ends, float)
                    inner = np.einsum("gij,gj->gi", inverses, right)
                    inside = (abs(inner) <= 1 + NEAR).all(axis=1)
                    points = np.empty((int(inside.sum()), self.d))
                    points[:, list(free)], points[:, fixed] = inner[inside], ends
                    yield [Place(tuple(map(int, planes)), free, ends) for planes in chosen[inside]], points

    def _solved(self, place: Place) -> Vector:
        fixed = [c for c in range(self.d) if c not in place.free]
        u = dict(zip(fixed, map(flint.fmpq, place.ends), strict=True))
        if place.planes:
            rows = [self.normals[k] for k in place.planes]
            left = matrix([[row[c] for c in place.free] for row in rows])
            right = matrix([(-dot([row[c] for c in fixed], place.ends),) for row in rows])
            u |= dict(zip(place.free, left.solve(right).entries(), strict=True))
        return entries(flint.fmpq_mat([[u[c]] for c in range(self.d)]))


def candidates(planes: int, d: int) -> int:
    """How many points are examined: Σ_k C(planes, k) C(d, k) 2^{d−k} over k < d."""
    return sum(comb(planes, k) * comb(d, k) * 2 ** (d - k) for k in range(min(d - 1, planes) + 1))


def _unit_rows(normals: Sequence[Vector], d: int) -> Floats:
    sizes = [sum(abs(entry) for entry in normal) for normal in normals]
    scaled = tuple(tuple(entry / size for entry in normal) for normal, size in zip(normals, sizes, strict=True))
    return np.asarray(float_array(scaled)).reshape(len(normals), d)
