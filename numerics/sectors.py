"""A second way to a barrier, for d ≤ 2 and in floating point: sectors of the plane, joined from the lowest face up.

Nothing is shared with the exact search: cells are sectors between sorted angles, faces are solved by scipy's
nonnegative least squares, all of them, and cells are joined in the order of their faces (Kruskal) until the ends
are together.
"""

from itertools import permutations, product
from math import atan2, cos, pi, sin
from typing import Any

import numpy as np

from theory.network import Network
from theory.problem import Problem

Floats = np.ndarray[Any, np.dtype[np.float64]]


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
    X = np.hstack([problem.X_float, np.zeros((problem.n, 2 - problem.d))])
    y = problem.y_float
    angles = _angles(X)
    rays = [np.array([cos(angle), sin(angle)]) for angle in angles]
    # A row is orthogonal to some of the rays, up to rounding; least squares would make much of what rounding leaves.
    columns = [np.where(X @ ray > 1e-9 * np.linalg.norm(X, axis=1), X @ ray, 0.0) for ray in rays]
    width = len(ends[0])
    group = {cell: cell for cell in product(product((1, -1), range(len(angles))), repeat=width)}

    def root(cell: Any) -> Any:
        while group[cell] != cell:
            cell = group[cell]
        return cell

    if modulo_permutation:
        for cell in group:
            for order in permutations(cell):
                group[root(order)] = root(cell)
    start, goal = (tuple((sign, _sector(angles, v)) for sign, v in end) for end in ends)
    height = max(_loss(X, y, end) for end in ends)
    for value, first, second in sorted(_faces(list(group), columns, y)):
        if root(start) == root(goal):
            break
        height = max(height, value)
        group[root(first)] = root(second)
    return height


def _plane_weights(network: Network) -> list[tuple[int, Floats]]:
    weights = []
    for neuron in network.neurons:
        v = [float(entry) for entry in neuron.effective] + [0.0]
        weights.append((-1 if neuron.sign < 0 else 1, np.array(v[:2])))
    return weights


def _loss(X: Floats, y: Floats, weights: list[tuple[int, Floats]]) -> float:
    outputs = sum(sign * np.maximum(0, X @ v) for sign, v in weights)
    return float(np.sum((outputs - y) ** 2)) / 2


def _angles(X: Floats) -> list[float]:
    """Where sectors begin: the normals of the rows turned by a right angle, and the axes, so that none is too wide."""
    turned = [atan2(row[1], row[0]) + turn for row in X if row.any() for turn in (pi / 2, -pi / 2)]
    found: list[float] = []
    for angle in sorted(a % (2 * pi) for a in [*turned, 0, pi / 2, pi, 3 * pi / 2]):
        if (not found or angle - found[-1] > 1e-9) and angle < 2 * pi - 1e-9:
            found.append(angle)
    return found


def _sector(angles: list[float], v: Floats) -> int:
    angle = atan2(v[1], v[0]) % (2 * pi)
    return max((index for index, begin in enumerate(angles) if begin <= angle + 1e-9), default=0)


def _faces(cells: list[Any], columns: list[Floats], y: Floats) -> list[tuple[float, Any, Any]]:
    """All faces, with the least loss on each: a neuron turns into the next sector, or changes its sign at zero."""
    from scipy.optimize import nnls

    count, found = len(columns), []
    heights: dict[frozenset[tuple[int, int]], float] = {}
    for cell in cells:
        for j, (sign, sector) in enumerate(cell):
            others = {(s, k % count) for i, (s, at) in enumerate(cell) if i != j for k in (at, at + 1)}
            following = (sector + 1) % count
            for neuron, shared in (((sign, following), {(sign, following)}), ((-sign, sector), set())):
                face = frozenset(others | shared)
                if face not in heights:
                    chosen = [s * columns[k] for s, k in sorted(face)] or [np.zeros_like(y)]
                    heights[face] = float(nnls(np.column_stack(chosen), y)[1]) ** 2 / 2
                found.append((heights[face], cell, (*cell[:j], neuron, *cell[j + 1:])))
    return found
