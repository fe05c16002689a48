"""The three-point identity behind the nearest point of a ball."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\|C - V\|^2 = \|C - P\|^2 + 2\langle C - P, P - V\rangle + \|P - V\|^2",
    "When C − P is a normal of the ball at P the middle term is not negative, so V is farther by at least its distance from P.",
    factor=1,
)
def three_points(factor: int = 2) -> "Iterable[sympy.Expr]":
    """Vectors of three entries, with the factor of the middle term."""
    import sympy

    C, P, V = (sympy.Matrix(sympy.symbols(f"{name}:3", real=True)) for name in "cpv")
    return [(C - V).dot(C - V) - (C - P).dot(C - P) - factor * (C - P).dot(P - V) - (P - V).dot(P - V)]
