"""Norms of one unit's weights, and their duals, as the exact checker uses them: rational upper bounds.

    euclidean    ‖u‖_2, its own dual      (Frobenius and max-column sets)
    max-entry    ‖u‖_∞, dual to ‖·‖_1     (max-entry set)

Where the norm is rational the bound is the norm itself; the max-entry norm and its dual always are.
"""

from collections.abc import Callable
from fractions import Fraction

from theory.exact.rational import Vector, dot, sqrt_bounds

#: An upper bound on the norm of a vector.
VectorNorm = Callable[[Vector], Fraction]


def euclidean(vector: Vector) -> Fraction:
    """A rational upper bound of ‖·‖_2, equal to it where it is rational."""
    return sqrt_bounds(dot(vector, vector))[1]


def largest_entry(vector: Vector) -> Fraction:
    """‖·‖_∞."""
    return max(map(abs, vector), default=Fraction(0))


def sum_of_entries(vector: Vector) -> Fraction:
    """‖·‖_1."""
    return sum(map(abs, vector), Fraction(0))


#: By name: an upper bound of the norm N, and one of its dual.
NORMS: dict[str, tuple[VectorNorm, VectorNorm]] = {
    "euclidean": (euclidean, euclidean),
    "max-entry": (largest_entry, sum_of_entries),
}
