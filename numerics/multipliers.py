"""Multipliers of the outputs in the form that certificates want them in, where several would do."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from theory.exact.rational import Vector, dot
from theory.problem import Problem


def tidy(problem: Problem, multiplier: Sequence[Fraction], R: Fraction | None) -> Vector:
    """A multiplier as certificates want it: even, fixed at zero rows, and with μᵀy = 1 when it is for the radius (R None)."""
    rows = zip(even(problem, multiplier), problem.X, problem.y, strict=True)
    if R is not None:
        return tuple(m if any(row) else t for m, row, t in rows)
    mu = tuple(m if any(row) or t else Fraction(0) for m, row, t in rows)
    gain = dot(mu, problem.y)
    return tuple(m / gain if gain > 0 else Fraction(0) for m in mu)


def even(problem: Problem, mu: Sequence[Fraction]) -> Vector:
    """The multiplier with equal entries where data points are equal, which changes nothing else."""
    shared: dict[Any, list[Fraction]] = {}
    points = list(zip(problem.X, problem.y, strict=True))
    for point, entry in zip(points, mu, strict=True):
        shared.setdefault(point, []).append(entry)
    return tuple(sum(shared[point], Fraction(0)) / len(shared[point]) for point in points)
