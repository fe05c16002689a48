"""Greedy coordinate descent: K = largest entry, so the step moves the largest entries only, and Σ|w_ij| ≤ 1/λ."""

from fractions import Fraction

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="entrywise-l1",
    profile="entries",
    exponent=Fraction(1),
    optimizers=("greedy-coordinate",),
    K_latex=r"\max_{ij} |M_{ij}|",
    norm_latex=r"\sum_{ij} |W_{ij}|",
    source="2310.05898 with K the largest entry",
)
