"""Cover's count of the cells of a central arrangement in general position.

A further hyperplane cuts every cell that it meets in two, and it meets as many cells as its own arrangement of n hyperplanes in
one dimension less has: C(n + 1, d) = C(n, d) + C(n, d − 1), with C(1, d) = 2 and C(n, 0) = 0.
"""

from collections.abc import Iterable, Iterator
from math import comb
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\binom nk = \binom{n-1}k + \binom{n-1}{k-1}",
    "Pascal's rule, summed over k, is the recursion of the cells.",
    lower=0,
)
def pascal(lower: int = 1) -> "Iterable[sympy.Expr]":
    """With k − lower in the last term, for n a symbol and k = 1, …, 5."""
    import sympy

    n = sympy.Symbol("n", positive=True)

    def binomial(top: "sympy.Expr", k: int) -> "sympy.Expr":
        return sympy.ff(top, k) / sympy.factorial(k)

    return [
        sympy.expand_func(binomial(n, k) - binomial(n - 1, k) - binomial(n - 1, k - lower)) for k in range(1, 6)
    ]


@computation(
    r"C(n,d) = 2\sum_{k<d}\binom{n-1}k:\quad C(n+1,d) = C(n,d) + C(n,d-1),\ C(1,d) = 2,\ C(n,0) = 0",
    "The formula obeys the recursion and its start, for n ≤ 30 and d ≤ 12.",
    start=1,
)
def formula_obeys_the_recursion(start: int = 0) -> Iterable[int]:
    """Differences of the two sides, with the sum beginning at ``start``."""

    def cells(n: int, d: int) -> int:
        return 2 * sum(comb(n - 1, k) for k in range(start, d))

    def differences() -> Iterator[int]:
        for d in range(1, 13):
            yield cells(1, d) - 2
            for n in range(1, 31):
                yield cells(n + 1, d) - cells(n, d) - cells(n, d - 1)

    return differences()
