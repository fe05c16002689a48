"""The sums over k inner steps of Nexus: (99) and (109)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\sum_{l\le j}(l-1) = \tfrac12 j(j-1),\quad \sum_{j<k}j^3 = \tfrac{k^4}{4}-\tfrac{k^3}{2}+\tfrac{k^2}{4},\quad "
    r"\sum_{j<k}j^4 = \tfrac{k^5}{5}-\tfrac{k^4}{2}+\tfrac{k^3}{3}-\tfrac{k}{30}",
    "What the errors of single steps add up to.",
    start=2,
)
def sums_of_powers(start: int = 0) -> "Iterable[sympy.Expr]":
    """Over start ≤ j < k."""
    import sympy

    j, k = sympy.symbols("j k", integer=True, positive=True)
    linear, cubes, fourths = (sympy.summation(j**power, (j, start, k - 1)) for power in (1, 3, 4))
    return [
        linear - k * (k - 1) / 2,
        cubes - (k**4 / 4 - k**3 / 2 + k**2 / 4),
        fourths - (k**5 / 5 - k**4 / 2 + k**3 / 3 - k / 30),
    ]


@computation(
    r"\sum_{j<k}j^3 \le k^4/4,\quad \sum_{j<k}j^4 \le k^5/5",
    "The sums are rounded up to one power of k.",
    divisor=8,
)
def rounding_up(divisor: int = 4) -> Iterable[int]:
    """0 where it holds, for k up to 50, with k⁴/divisor."""
    for k in range(1, 51):
        yield int(divisor * sum(j**3 for j in range(k)) > k**4)
        yield int(5 * sum(j**4 for j in range(k)) > k**5)


@identity(
    r"\gamma\Bigl[\tfrac{M_3}{6}(j\gamma)^3 + \tfrac12\bigl(2M_3(j\gamma)\epsilon_j + M_3\epsilon_j^2\bigr)\Bigr],\ "
    r"\epsilon_j = \tfrac{L}{2G}j^2\gamma^2",
    "(98) and (102) of one step are cubic and quartic in j; with the rounded sums they give (109).",
    share=24,
)
def third_order_residual(share: int = 8) -> "Iterable[sympy.Expr]":
    """With M3·L/(share·G) in the bound."""
    import sympy

    j, k, L, G, M3, rate = sympy.symbols("j k L G M3 gamma", positive=True)
    moved, off = j * rate, L / (2 * G) * (j * rate) ** 2
    one_step = rate * (M3 / 6 * moved**3 + (2 * M3 * moved * off + M3 * off**2) / 2)
    cubic, quartic = (sympy.expand(one_step).coeff(j, power) for power in (3, 4))
    bound = (M3 / 24 + M3 * L / (share * G)) * k**4 * rate**4 + M3 * L**2 / (40 * G**2) * k**5 * rate**5
    return [sympy.expand(one_step) - cubic * j**3 - quartic * j**4, cubic * k**4 / 4 + quartic * k**5 / 5 - bound]
