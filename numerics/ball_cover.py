"""Covers that prove q(u) ≤ w‖u‖_2 on a cone, for problems small enough to list all cells (:mod:`theory.exact.cover`).

The tree is walked depth first; a node without a cell of the data's arrangement has no interior. The slopes of a node come from
bounded least squares in doubles and are exact numbers afterwards; only how near w is to the greatest q rests on rounding.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.rational_simplex import nonnegative_solution
from theory.exact.cover import Walled
from theory.exact.kinks import Kink
from theory.exact.rational import Vector, dot, write_number

Floats = NDArray[np.float64]
#: The bound of a leaf may exceed the level by this much, relatively: rounding of doubles.
ALLOWANCE = 1e-13


def certify_ball(
    q: Walled, level: float, cone: str, normals: Sequence[Vector], cells: NDArray[np.int8]
) -> dict[str, Any]:
    """A cover of q on its cone whose leaves are bounded by the level, or cannot be divided further.

    Args:
        level: what the bound of a leaf may be.
        cone: sides of the walls of q.
        normals: of all L lines of rows; the kinks of q have some of them.
        cells: signs of all cells of their arrangement, P × L.
    """
    kinks: tuple[Kink, ...] = (*q.convex, *q.concave)
    line = [list(normals).index(kink.normal) for kink in kinks]
    places = np.array([[float(entry) for entry in kink.normal] for kink in kinks]).reshape(len(kinks), len(q.linear))
    weights = np.array([float(kink.weight) for kink in kinks])
    beyond = [
        sum(weights[k] / 2 * np.linalg.norm(places[k]) for k in range(at, len(q.convex)))
        for at in range(len(q.convex) + 1)
    ]
    linear = np.array([float(entry) for entry in q.linear])
    leaves, squares, waiting = list[dict[str, Any]](), Fraction(0), [cone]
    while waiting:
        cell = waiting.pop()
        signs = np.array([1 if side == "+" else -1 for side in cell], np.int8)
        if not (cells[:, line[: len(cell)]] == signs).all(axis=1).any():
            leaves.append(_empty(cell, kinks))
            continue
        low, high = _ends(cell, weights, len(q.convex))
        slopes, size = _shortest(linear, places, low, high)
        if size + beyond[len(cell)] > level * (1 + ALLOWANCE) and len(cell) < len(q.convex):
            waiting += [cell + "-", cell + "+"]
            continue
        leaf, z = _leaf(q, cell, kinks, slopes)
        leaves.append(leaf)
        squares += dot(z, z)
    return {"leaves": leaves, "sum_of_squares": write_number(squares)}


def _ends(cell: str, weights: Floats, convex: int) -> tuple[Floats, Floats]:
    """The least and greatest slope of every kink on a cone."""
    low = np.where(np.arange(len(weights)) < convex, weights / 2, weights)
    high = np.where(np.arange(len(weights)) < convex, weights / 2, 0.0)
    for k, side in enumerate(cell):
        low[k], high[k] = (weights[k], np.inf) if side == "+" else (-np.inf, 0.0)
    return low, high


def _shortest(linear: Floats, normals: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """Slopes within their ends that make z = linear + Σ t_k x_k shortest, and its length."""
    from scipy.optimize import lsq_linear

    free = low < high
    slopes = np.where(free, 0.0, low)
    start = linear + slopes @ normals
    if free.any():
        ends = low[free], high[free]
        found: Any = lsq_linear(normals[free].T, -start, ends, method="bvls", tol=1e-15)
        slopes[free] = np.clip(found.x, *ends)
    return slopes, float(np.linalg.norm(linear + slopes @ normals))


def _empty(cell: str, kinks: Sequence[Kink]) -> dict[str, Any]:
    """A leaf without interior: minus its last wall is a combination of the others."""
    signed = [tuple((1 if side == "+" else -1) * entry for entry in kink.normal)
              for side, kink in zip(cell, kinks, strict=False)]
    found = nonnegative_solution(signed[:-1], tuple(-entry for entry in signed[-1]))
    if found is None:
        raise ArithmeticError(f"the cone {cell} has no cell, but an interior")
    pairs = [[k, write_number(entry)] for k, entry in enumerate((*found, Fraction(1))) if entry]
    return {"cell": cell, "empty": pairs}


def _leaf(q: Walled, cell: str, kinks: Sequence[Kink], slopes: Floats) -> tuple[dict[str, Any], Vector]:
    letters, values, z = [], [], q.linear
    for k, kink in enumerate(kinks):
        if len(cell) <= k < len(q.convex):
            slope = kink.weight / 2
        else:
            slope = _exact(float(slopes[k]), kink.weight, cell[k] if k < len(cell) else "")
            letters.append("0" if slope == 0 else "1" if slope == kink.weight else "*")
            values += [write_number(slope)] if letters[-1] == "*" else []
        z = tuple(entry + slope * x for entry, x in zip(z, kink.normal, strict=True))
    return {"cell": cell, "slopes": "".join(letters), "values": values}, z


def _exact(slope: float, weight: Fraction, side: str) -> Fraction:
    """The double as a slope that is good on its side; the double nearest to the weight stands for the weight."""
    exact = weight if slope == float(weight) else Fraction(slope)
    if side == "+":
        return max(exact, weight)
    return min(exact, Fraction(0)) if side == "-" else min(max(exact, weight), Fraction(0))
