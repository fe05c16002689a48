"""Entrywise ℓ1 norms of U and of α ("max-entry" steepest descent): the condition on V is not convex.

    Σ |U_kj| ≤ R1, Σ |α_j| ≤ R2:    (Σ_i √‖v_i‖_1)² ≤ R1·R2

Proof: with a_j = |α_j| and b_j = ‖u_j‖_1, Cauchy–Schwarz gives (Σa_j)(Σb_j) ≥ (Σ√(a_jb_j))², and over the neurons of one group
Σ√(a_jb_j) ≥ √(Σa_jb_j) ≥ √‖v_i‖_1. One neuron a group with α_j = ‖u_j‖_1 = √‖v_i‖_1 attains it.

The square of a sum of square roots is concave along segments between different columns: two networks that use one group
each have a midpoint that asks for twice the radius (theorems/l1_not_convex). So there is no convex form here, and
``solve`` knows none: this file declares no reformulation.
"""

from collections.abc import Iterable
from fractions import Fraction

from theory.exact.rational import Vector, sqrt_bounds
from theory.exact.vector_norms import sum_of_entries


def least_product(V: Iterable[Vector]) -> tuple[Fraction, Fraction]:
    """Rational bounds of (Σ √‖v_i‖_1)², the least Σ|U_kj|·Σ|α_j| of networks with these group sums; equal when rational."""
    bounds = [sqrt_bounds(sum_of_entries(v)) for v in V]
    low, high = (sum((bound[end] for bound in bounds), Fraction(0)) for end in (0, 1))
    return low**2, high**2
