"""Targets that no network of any width fits, found exactly by linear algebra.

The outputs (Xu)_+ of all ReLUs span a linear space, and μ is orthogonal to it when Σ μ_i (x_iᵀu)_+ has no linear part
and no kink (:mod:`theory.exact.kinks`): d + K linear equations in μ.
"""

from fractions import Fraction

from theory.exact.cones import row_echelon
from theory.exact.kinks import kink_sum
from theory.exact.rational import Matrix, Vector, dot


def unfittable(X: Matrix, y: Vector) -> Vector | None:
    """μ with Σ μ_i (x_iᵀu)_+ = 0 for all u and μᵀy = 1, or None when some network fits y."""
    n = len(X)
    equations: dict[Vector | int, list[Fraction]] = {}
    for index in range(n):
        unit = tuple(Fraction(index == other) for other in range(n))
        form = kink_sum(X, unit)
        for coordinate, entry in enumerate(form.linear):
            equations.setdefault(coordinate, [Fraction(0)] * n)[index] = entry
        for kink in form.kinks:
            lead = next(entry for entry in kink.normal if entry)
            line = tuple(entry / lead for entry in kink.normal)
            equations.setdefault(line, [Fraction(0)] * n)[index] = kink.weight * abs(lead)
            # A row of its own is the normal of its kink: its direction against the line's is the linear part.
            if lead < 0:
                for coordinate, entry in enumerate(kink.normal):
                    equations.setdefault(coordinate, [Fraction(0)] * n)[index] += kink.weight * entry
    reduced, pivots = row_echelon(tuple(tuple(row) for row in equations.values()))
    for free in (column for column in range(n) if column not in pivots):
        entries = {free: Fraction(1)} | {p: -row[free] for p, row in zip(pivots, reduced, strict=True)}
        mu = tuple(entries.get(index, Fraction(0)) for index in range(n))
        if product := dot(mu, y):
            return tuple(entry / product for entry in mu)
    return None
