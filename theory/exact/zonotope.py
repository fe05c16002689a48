"""How long a signed sum Σ_j ε_j a_j, |ε_j| ≤ 1, can be: a rational bound on the size of a zonotope.

In every norm it is at most Σ‖a_j‖. In the Euclidean one, for any r_j > 0,

    ‖Σ ε_j a_j‖ = max_{‖u‖ = 1} Σ ε_j a_jᵀu ≤ √(Σ 1/r_j) · √(Σ r_j (a_jᵀu)²) ≤ √(Σ 1/r_j) · √λ,    λ = λ_max(Σ r_j a_j a_jᵀ),

and λ ≤ (trace of the 16th power)^{1/16}. With r_j ≈ 1/‖a_j‖ this is smaller by about √d when the a_j point everywhere.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from theory.exact.rational import Vector, sqrt_bounds
from theory.exact.vector_norms import VectorNorm, euclidean

Integers = list[list[int]]


def longest_sum(vectors: Sequence[Vector], norm: VectorNorm) -> Fraction:
    """An upper bound on the norm of Σ ε_j a_j over |ε_j| ≤ 1; ``norm`` bounds a norm from above."""
    lengths = [norm(vector) for vector in vectors]
    total = sum(lengths, Fraction(0))
    if norm is not euclidean or not total:
        return total
    pairs = [(_few_bits(1 / length), vector) for length, vector in zip(lengths, vectors, strict=True) if length]
    spread = sum((1 / r for r, _ in pairs), Fraction(0))
    return min(total, sqrt_bounds(spread * _largest_eigenvalue(pairs))[1])


def _few_bits(value: Fraction) -> Fraction:
    """A number with eight significant bits near a positive one."""
    shift = 8 - value.numerator.bit_length() + value.denominator.bit_length()
    return Fraction(int(value * Fraction(2) ** shift)) / Fraction(2) ** shift


def _largest_eigenvalue(pairs: Sequence[tuple[Fraction, Vector]]) -> Fraction:
    """An upper bound on λ_max(Σ r_j a_j a_jᵀ)."""
    d = len(pairs[0][1])
    # Integers, so that powers are not reduced: the a_j in units of 1/unit, the r_j in units of 1/weight.
    unit = lcm(*(entry.denominator for _, vector in pairs for entry in vector))
    weight = lcm(*(r.denominator for r, _ in pairs))
    power = [[0] * d for _ in range(d)]
    for r, vector in pairs:
        row, factor = [int(entry * unit) for entry in vector], int(r * weight)
        for i in range(d):
            for j in range(d):
                power[i][j] += factor * row[i] * row[j]
    for _ in range(4):
        power = _square(power)
    bound = Fraction(sum(power[i][i] for i in range(d)), (unit * unit * weight) ** 16)
    for _ in range(4):
        bound = sqrt_bounds(bound)[1]
    return bound


def _square(symmetric: Integers) -> Integers:
    return [[sum(a * b for a, b in zip(row, other, strict=True)) for other in symmetric] for row in symmetric]
