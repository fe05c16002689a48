"""A quick search for patterns that violate a dual constraint, before :func:`numerics.dual_gauge.cover` decides.

From some cells it climbs: in a cell q is linear and greatest along a projection of its gradient; where that lies on the
boundary, the cells across the hyperplanes that hold it back are tried. What it finds violates the constraint; that it finds
nothing proves nothing.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats, project

Sides = NDArray[np.bool_]


def climb(lines: Floats, linear: Floats, weights: Floats, starts: Iterable[Sides], level: float) -> list[Sides]:
    """Cells in which q(u) = hᵀu + Σ c_k (x_kᵀu)_+ exceeds ``level`` on the unit ball, at the ends of climbs.

    Args:
        lines: the x_k, unit vectors, K × d.
        linear, weights: h and c.
        starts: cells, as the sides of all K hyperplanes.
        level: what a cell has to exceed.
    """
    values: dict[bytes, tuple[float, tuple[int, ...]]] = {}

    def value(sides: Sides) -> tuple[float, tuple[int, ...]]:
        key = sides.tobytes()
        if key not in values:
            gradient = linear + weights[sides] @ lines[sides]
            nearest, multipliers = project(np.where(sides, 1.0, -1.0)[:, None] * lines, gradient)
            values[key] = float(np.linalg.norm(nearest)), tuple(np.flatnonzero(multipliers).tolist())
        return values[key]

    ends: dict[bytes, Sides] = {}
    for start in starts:
        here, (height, active) = start, value(start)
        while True:
            neighbours = [_across(here, k) for k in active]
            best = max(neighbours, key=lambda sides: value(sides)[0], default=here)
            if value(best)[0] <= height * (1 + 1e-12):
                break
            here, (height, active) = best, value(best)
        if height > level:
            ends[here.tobytes()] = here
    return list(ends.values())


def _across(sides: Sides, k: int) -> Sides:
    other = sides.copy()
    other[k] = not other[k]
    return other


def highest(points: Floats, heights: Floats, linear: Floats, weights: Floats, count: int) -> list[Sides]:
    """The cells of the ``count`` points at which q is greatest, distinct.

    Args:
        points: unit vectors, B × d.
        heights: x_kᵀu at the points, B × K.
    """
    values = points @ linear + np.maximum(heights, 0.0) @ weights
    order = np.argsort(-values)[: 4 * count]
    cells = {(heights[index] > 0).tobytes(): heights[index] > 0 for index in order}
    return list(cells.values())[:count]
