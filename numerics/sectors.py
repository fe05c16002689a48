"""A second way to barriers and components, for d ≤ 2 and in floating point: sectors of the plane, faces from the
lowest up.

Nothing is shared with the exact search: cells are sectors between sorted angles, faces are solved by scipy's
nonnegative least squares, all of them, and cells are joined in the order of their faces (Kruskal).
"""

from fractions import Fraction
from itertools import permutations, product
from math import atan2, cos, pi, sin
from typing import Any

import numpy as np

from theory.network import Network
from theory.problem import Problem

Floats = np.ndarray[Any, np.dtype[np.float64]]
#: A sign and a sector for each neuron.
Cell = tuple[tuple[int, int], ...]

#: Losses that differ by less are the same: the data are small, least squares is good to some 1e-14 of them.
ROUNDING = 1e-9


def labelled_barrier(instance: dict[str, Any]) -> float:
    """The barrier between a and b of ``{"X", "y", "a", "b"}``, neurons keeping their numbers."""
    return sector_barrier(instance, False)


def unlabelled_barrier(instance: dict[str, Any]) -> float:
    """The barrier between a and b of ``{"X", "y", "a", "b"}`` when neurons may be renumbered."""
    return sector_barrier(instance, True)


def sector_barrier(instance: dict[str, Any], modulo_permutation: bool) -> float:
    """The barrier between two networks of equal width on at most two inputs, in floating point."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    ends = [_plane_weights(Network.read(instance[name], problem, name)) for name in ("a", "b")]
    sectors = _Sectors(problem, len(ends[0]), modulo_permutation)
    start, goal = map(sectors.cell_of, ends)
    height = max(map(sectors.loss, ends))
    for value, first, second in sorted(sectors.faces()):
        if sectors.root(start) == sectors.root(goal):
            break
        height = max(height, value)
        sectors.join(first, second)
    return height


def components_modulo_permutation(instance: dict[str, Any]) -> int:
    """The components of {L ≤ level} for ``{"X", "y", "width", "level"}`` when neurons may be renumbered."""
    return _count(instance, True)


def components(instance: dict[str, Any]) -> int:
    """The components of {L ≤ level} for ``{"X", "y", "width", "level"}``, neurons keeping their numbers."""
    return _count(instance, False)


def _count(instance: dict[str, Any], modulo_permutation: bool) -> int:
    sectors = _Sectors(Problem.read({"X": instance["X"], "y": instance["y"]}), instance["width"], modulo_permutation)
    level = float(Fraction(instance["level"])) + ROUNDING
    for value, first, second in sectors.faces():
        if value <= level:
            sectors.join(first, second)
    return len({sectors.root(cell) for cell in sectors.group if sectors.least_loss(sectors.rays_of(cell)) <= level})


class _Sectors:
    """The cells of networks on the plane, with the faces between them, and which have been joined."""

    def __init__(self, problem: Problem, width: int, modulo_permutation: bool) -> None:
        self.X = np.hstack([problem.X_float, np.zeros((problem.n, 2 - problem.d))])
        self.y = problem.y_float
        self.angles = self._angles()
        rays = [np.array([cos(angle), sin(angle)]) for angle in self.angles]
        # A row is orthogonal to some of the rays, up to rounding; least squares would make much of what rounding leaves.
        rounding = ROUNDING * np.linalg.norm(self.X, axis=1)
        self.columns = [np.where(self.X @ ray > rounding, self.X @ ray, 0.0) for ray in rays]
        self.group: dict[Cell, Cell] = {
            cell: cell for cell in product(product((1, -1), range(len(self.angles))), repeat=width)
        }
        self._losses: dict[frozenset[tuple[int, int]], float] = {}
        if modulo_permutation:
            for cell in self.group:
                for order in permutations(cell):
                    self.join(order, cell)

    def _angles(self) -> list[float]:
        """Where sectors begin: the normals of the rows turned by a right angle, and the axes, so that none is too wide."""
        turned = [atan2(row[1], row[0]) + turn for row in self.X if row.any() for turn in (pi / 2, -pi / 2)]
        found: list[float] = []
        for angle in sorted(a % (2 * pi) for a in [*turned, 0, pi / 2, pi, 3 * pi / 2]):
            if (not found or angle - found[-1] > ROUNDING) and angle < 2 * pi - ROUNDING:
                found.append(angle)
        return found

    def root(self, cell: Cell) -> Cell:
        while self.group[cell] != cell:
            self.group[cell] = cell = self.group[self.group[cell]]
        return cell

    def join(self, first: Cell, second: Cell) -> None:
        self.group[self.root(first)] = self.root(second)

    def cell_of(self, weights: list[tuple[int, Floats]]) -> Cell:
        def sector(v: Floats) -> int:
            angle = atan2(v[1], v[0]) % (2 * pi)
            return max((index for index, begin in enumerate(self.angles) if begin <= angle + ROUNDING), default=0)

        return tuple((sign, sector(v)) for sign, v in weights)

    def loss(self, weights: list[tuple[int, Floats]]) -> float:
        outputs = sum(sign * np.maximum(0, self.X @ v) for sign, v in weights)
        return float(np.sum((outputs - self.y) ** 2)) / 2

    def rays_of(self, cell: Cell) -> frozenset[tuple[int, int]]:
        """The two rays of each neuron's sector, with its sign."""
        return frozenset((sign, k % len(self.columns)) for sign, sector in cell for k in (sector, sector + 1))

    def least_loss(self, rays: frozenset[tuple[int, int]]) -> float:
        from scipy.optimize import nnls

        if rays not in self._losses:
            chosen = [sign * self.columns[k] for sign, k in sorted(rays)] or [np.zeros_like(self.y)]
            self._losses[rays] = float(nnls(np.column_stack(chosen), self.y)[1]) ** 2 / 2
        return self._losses[rays]

    def faces(self) -> list[tuple[float, Cell, Cell]]:
        """All faces, with the least loss on each: a neuron turns into the next sector, or changes its sign at zero."""
        found = []
        for cell in self.group:
            for j, (sign, sector) in enumerate(cell):
                others, following = self.rays_of(cell[:j] + cell[j + 1:]), (sector + 1) % len(self.columns)
                beyond = {(sign, following): {(sign, following)}, (-sign, sector): set()}
                for neuron, shared in beyond.items():
                    across = (*cell[:j], neuron, *cell[j + 1:])
                    found.append((self.least_loss(others | shared), cell, across))
        return found


def _plane_weights(network: Network) -> list[tuple[int, Floats]]:
    weights = []
    for neuron in network.neurons:
        v = [float(entry) for entry in neuron.effective] + [0.0]
        weights.append((-1 if neuron.sign < 0 else 1, np.array(v[:2])))
    return weights
