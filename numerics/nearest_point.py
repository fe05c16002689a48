"""The point of a polytope nearest to a target, by Wolfe's method, in doubles or exactly.

The polytope is known through an oracle: for a direction it names the vertex that goes furthest. A *corral* of affinely
independent vertices carries the current point f as a convex combination; either no vertex is further along y − f than f itself,
and f is nearest, or one joins, and the corral shrinks until the nearest point of its affine hull is a convex combination again.

P. Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11 (1976).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from numerics.rational_simplex import entries, matrix
from theory.exact.rational import Vector

#: A vertex: its name, and where it is.
Vertex = tuple[Hashable, Sequence[Any]]
Oracle = Callable[[Sequence[Any]], Vertex]
#: Steps before giving up in doubles; the exact method needs none.
STEPS = 2000
#: In doubles a gain below this share of ‖y‖² is rounding.
NEGLIGIBLE = 1e-13


@dataclass(frozen=True)
class Combination:
    """A convex combination of vertices: their names, their weights, and the point."""

    names: tuple[Any, ...]
    weights: tuple[Any, ...]
    point: tuple[Any, ...]


def nearest_in_doubles(target: Sequence[float], oracle: Oracle) -> Combination:
    """The nearest point, to rounding.

    Raises:
        ArithmeticError: when many steps do not suffice.
    """
    slack = NEGLIGIBLE * float(np.dot(target, target))
    return _wolfe(target, oracle, [oracle(target)], _affine_in_doubles, slack, STEPS)


def nearest_exactly(target: Vector, oracle: Oracle, start: Sequence[Vertex]) -> Combination:
    """The nearest point exactly, beginning from vertices found in doubles (or from none)."""
    corral: list[Vertex] = []
    for vertex in start:
        if all(vertex[0] != name for name, _ in corral) and _independent([*corral, vertex]):
            corral.append(vertex)
    return _wolfe(target, oracle, corral or [oracle(target)], _affine_exactly, Fraction(0), None)


def _wolfe(
    target: Sequence[Any], oracle: Oracle, corral: list[Vertex], affine: Any, slack: Any, steps: int | None
) -> Combination:
    one = target[0] * 0 + 1
    weights = [one / len(corral)] * len(corral)
    corral, weights = _shrunk(target, corral, weights, affine)
    while steps is None or steps > 0:
        steps = None if steps is None else steps - 1
        point = _combined(corral, weights)
        direction = [t - f for t, f in zip(target, point, strict=True)]
        vertex = oracle(direction)
        gain = sum(r * (p - f) for r, p, f in zip(direction, vertex[1], point, strict=True))
        if gain <= slack or vertex[0] in [name for name, _ in corral]:
            return Combination(tuple(name for name, _ in corral), tuple(weights), tuple(point))
        corral, weights = _shrunk(target, [*corral, vertex], [*weights, one * 0], affine)
    raise ArithmeticError("the nearest point was not found in many steps")


def _shrunk(target: Sequence[Any], corral: list[Vertex], weights: list[Any], affine: Any) -> tuple[list[Vertex], list[Any]]:
    """Move to the nearest point of the affine hull, dropping vertices whose weights reach zero on the way."""
    while True:
        aim = affine(target, [point for _, point in corral])
        falling = [(w / (w - a), k) for k, (w, a) in enumerate(zip(weights, aim, strict=True)) if a <= 0 and w > a]
        if not falling:
            kept = [k for k, a in enumerate(aim) if a > 0]
            return [corral[k] for k in kept], [aim[k] for k in kept]
        step, leaving = min(falling)
        weights = [w + step * (a - w) for w, a in zip(weights, aim, strict=True)]
        kept = [k for k, w in enumerate(weights) if w > 0 and k != leaving]
        total = sum(weights[k] for k in kept)
        corral, weights = [corral[k] for k in kept], [weights[k] / total for k in kept]


def _combined(corral: list[Vertex], weights: list[Any]) -> list[Any]:
    return [sum(w * c for w, c in zip(weights, column, strict=True))
            for column in zip(*(point for _, point in corral), strict=True)]


def _affine_in_doubles(target: Sequence[float], points: list[Sequence[float]]) -> list[float]:
    base = np.array(points[0])
    edges = np.array(points[1:]).reshape(len(points) - 1, len(base)) - base
    steps = np.linalg.lstsq(edges.T, np.array(target) - base, rcond=None)[0]
    return [1.0 - float(steps.sum()), *map(float, steps)]


def _affine_exactly(target: Vector, points: list[Vector]) -> list[Fraction]:
    if len(points) == 1:
        return [Fraction(1)]
    edges = matrix([[p - b for p, b in zip(point, points[0], strict=True)] for point in points[1:]])
    right = matrix([(t - b,) for t, b in zip(target, points[0], strict=True)])
    steps = entries((edges * edges.transpose()).solve(edges * right))
    return [1 - sum(steps, Fraction(0)), *steps]


def _independent(corral: list[Vertex]) -> bool:
    if len(corral) == 1:
        return True
    base = corral[0][1]
    edges: flint.fmpq_mat = matrix([[p - b for p, b in zip(point, base, strict=True)] for _, point in corral[1:]])
    return bool(edges.rank() == len(corral) - 1)
