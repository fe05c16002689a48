"""Norm comparison, the dual of an operator norm, and the second-order term of forgetting."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"n\sum_i x_i^2 - \Bigl(\sum_i x_i\Bigr)^2 = \sum_{i<j}(x_i-x_j)^2 \ge 0",
    "‖x‖_1 ≤ √n ‖x‖_2, with equality for equal magnitudes: the constant n^{1/α − 1/α'} from 1 to 2.",
    n=4,
)
def one_against_two(n: int = 3) -> "Iterable[sympy.Expr]":
    """For three magnitudes, with the factor n."""
    import sympy

    x = sympy.symbols("x:3", nonnegative=True)
    return [n * sum(v**2 for v in x) - sum(x) ** 2 - sum((a - b) ** 2 for a, b in combinations(x, 2))]


@identity(
    r"\Bigl\langle\sum_k w_kz_kx_k^\top, D\Bigr\rangle = \sum_k w_k\,z_k^\top Dx_k",
    "A decomposition into atoms bounds the inner product with every D of norm one by the sum of its weights.",
    power=2,
)
def atoms_bound_the_dual_norm(power: int = 1) -> "Iterable[sympy.Expr]":
    """For two atoms of size 2 × 3, with w^power on the right."""
    import sympy

    D = sympy.Matrix(2, 3, sympy.symbols("d:6"))
    w, z = sympy.symbols("w:2"), [sympy.Matrix(sympy.symbols(f"z{k}:2")) for k in "ab"]
    x = [sympy.Matrix(sympy.symbols(f"x{k}:3")) for k in "ab"]
    G = sum((a * b * c.T for a, b, c in zip(w, z, x, strict=True)), sympy.zeros(2, 3))
    left = sum(g * d for g, d in zip(G, D, strict=True))
    return [left - sum(a**power * (b.T * D * c)[0] for a, b, c in zip(w, z, x, strict=True))]


@identity(
    r"\tfrac12\|B(W+\Delta W)x-c\|^2 - \tfrac12\|BWx-c\|^2 = \langle B^\top(BWx-c)x^\top, \Delta W\rangle + "
    r"\tfrac12\|B\,\Delta W\,x\|^2",
    "What a step adds to the loss of one sample: its first-order part, and a term bounded by norms.",
    factor=1,
)
def forgetting_of_one_sample(factor: int = 2) -> "Iterable[sympy.Expr]":
    """Two outputs, two inputs, with ‖BΔWx‖²/factor."""
    import sympy

    W, step, B = (sympy.Matrix(2, 2, sympy.symbols(f"{name}:4")) for name in "wsb")
    x, c = sympy.Matrix(sympy.symbols("x:2")), sympy.Matrix(sympy.symbols("c:2"))
    before, after, move = B * W * x - c, B * (W + step) * x - c, B * step * x
    slope = sum(a * b for a, b in zip(B.T * before * x.T, step, strict=True))
    return [after.dot(after) / 2 - before.dot(before) / 2 - slope - move.dot(move) / factor]


@computation(
    r"\|x\|_{\alpha'} \le \|x\|_\alpha \le n^{1/\alpha-1/\alpha'}\|x\|_{\alpha'},\quad \alpha\le\alpha'",
    "Both comparisons of vector norms, squared, on all integer vectors of three entries up to two.",
    power=1,
)
def vector_norms_compare(power: int = 2) -> Iterable[Fraction]:
    """0 where both hold; squares of constants are 3^0, 3^1 and 3^power."""
    for x in product(range(-2, 3), repeat=3):
        one, two, largest = Fraction(sum(map(abs, x))) ** 2, Fraction(sum(v * v for v in x)), Fraction(max(map(abs, x))) ** 2
        for smaller, larger, constant in ((one, two, 3), (two, largest, 3), (one, largest, 3**power)):
            yield Fraction(larger > smaller) + Fraction(smaller > constant * larger)
