"""Normalised SGD: K = Frobenius norm, its own dual; ∇K(M) = M/‖M‖_F."""

from fractions import Fraction

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="frobenius",
    profile="entries",
    exponent=Fraction(2),
    optimizers=("sgd", "normalised-sgd"),
    K_latex=r"\|M\|_F",
    norm_latex=r"\|W\|_F",
    source="2310.05898 with K the Frobenius norm",
)
