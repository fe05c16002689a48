"""Sums of ReLUs as functions of one direction: q(u) = Σ_i μ_i (x_iᵀu)_+ = hᵀu + Σ_k c_k (x_kᵀu)_+.

On the right every line of rows appears once: parallel rows add up, and an opposite row is turned round by
(−s)_+ = (s)_+ − s. The form is unique, so q vanishes exactly where h = 0 and no kink is left. A kink with c_k > 0 is
convex, one with c_k < 0 is concave.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from theory.exact.rational import Matrix, Vector, dot


@dataclass(frozen=True)
class Kink:
    """One summand c (xᵀu)_+ with c ≠ 0 and x ≠ 0."""

    normal: Vector
    weight: Fraction


@dataclass(frozen=True)
class KinkSum:
    """q(u) = hᵀu + Σ_k c_k (x_kᵀu)_+, with normals on distinct lines, in the order of the rows."""

    linear: Vector
    kinks: tuple[Kink, ...]

    @cached_property
    def convex(self) -> tuple[Kink, ...]:
        """The kinks with c > 0, the greatest c‖x‖ first; equal ones in the order of the rows."""
        convex = [kink for kink in self.kinks if kink.weight > 0]
        return tuple(sorted(convex, key=lambda kink: -(kink.weight**2) * dot(kink.normal, kink.normal)))

    @cached_property
    def concave(self) -> tuple[Kink, ...]:
        """The kinks with c < 0, in the order of the rows."""
        return tuple(kink for kink in self.kinks if kink.weight < 0)

    @property
    def vanishes(self) -> bool:
        """q = 0 everywhere."""
        return not self.kinks and not any(self.linear)

    def __neg__(self) -> "KinkSum":
        return KinkSum(tuple(-h for h in self.linear), tuple(Kink(k.normal, -k.weight) for k in self.kinks))


def drift(X: Matrix, mu: Vector) -> Vector:
    """Xᵀμ. Proofs state it beside μ: there may be entries of μ that no slope of a cover and no bound depends on."""
    return tuple(dot(column, mu) for column in zip(*X, strict=True))


def kink_sum(X: Matrix, mu: Vector) -> KinkSum:
    """The normal form of u ↦ Σ_i μ_i (x_iᵀu)_+ for n rows x_i ∈ Q^d and μ ∈ Q^n."""
    linear = [Fraction(0)] * len(X[0])
    normals: dict[Vector, Vector] = {}
    weights: dict[Vector, Fraction] = {}
    for row, weight in zip(X, mu, strict=True):
        lead = next((entry for entry in row if entry), None)
        if lead is None:
            continue
        line = tuple(entry / lead for entry in row)
        normal = normals.setdefault(line, row)
        scale = lead / next(entry for entry in normal if entry)
        if scale < 0:
            linear = [h + weight * entry for h, entry in zip(linear, row, strict=True)]
        weights[line] = weights.get(line, Fraction(0)) + weight * abs(scale)
    kinks = (Kink(normals[line], weight) for line, weight in weights.items() if weight)
    return KinkSum(tuple(linear), tuple(kinks))
