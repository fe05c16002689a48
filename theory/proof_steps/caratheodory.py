"""How many neurons a network needs for its outputs and its Gram matrix: n + d(d+1)/2, and no row for ‖α‖.

Reweighting (u_j, α_j) → (√c_j u_j, √c_j α_j) makes f, UUᵀ and ‖α‖² linear in c ≥ 0. Keep f and UUᵀ: n + d(d+1)/2 equations.
Along a direction δ ≠ 0 in which they do not change, the trace Σ δ_j‖u_j‖² of the Gram matrix does not change either. So δ has
entries of both signs (neurons with u_j = 0 are dropped first), and both ways some c_j reaches zero at last: go the way in
which ‖α‖² does not grow. One neuron fewer; repeat until the columns (α_j (Xu_j)_+, u_j u_jᵀ) are linearly independent.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from theory.exact.rational import dot
from theory.network import Network, Neuron
from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy

Column = tuple[Fraction, ...]


@identity(
    r"\sqrt{c}\,\alpha\,(X\sqrt{c}\,u)_+ = c\,\alpha(Xu)_+,\quad \sqrt c u(\sqrt c u)^\top = c\,uu^\top,\quad "
    r"(\sqrt c\alpha)^2 = c\,\alpha^2",
    "Outputs, Gram matrix and squared output weights are linear in the weights c.",
    power=1,
)
def reweighting_is_linear(power: int = 2) -> "Iterable[sympy.Expr | sympy.Matrix]":
    """With the power-th root of c in place of √c; x is one output of the layer, either sign."""
    import sympy

    c, alpha, x = sympy.Symbol("c", positive=True), sympy.Symbol("alpha", real=True), sympy.Symbol("x", real=True)
    u, root = sympy.Matrix(sympy.symbols("u:2", real=True)), c ** sympy.Rational(1, power)
    positive_part = (root * x + sympy.Abs(root * x)) / 2
    return [
        root * alpha * positive_part - c * alpha * (x + sympy.Abs(x)) / 2,
        root * u * root * u.T - c * u * u.T,
        (root * alpha) ** 2 - c * alpha**2,
    ]


@identity(
    r"\mathrm{tr}\sum_j \delta_j u_ju_j^\top = \sum_j \delta_j\|u_j\|^2",
    "A direction that keeps the Gram matrix has entries of both signs, so some weight reaches zero whichever way one goes; "
    "that is why ‖α‖² needs no equation of its own.",
    power=1,
)
def directions_have_both_signs(power: int = 2) -> "Iterable[sympy.Expr]":
    """Three neurons in the plane, with ‖u_j‖^power on the right."""
    import sympy

    U, delta = sympy.Matrix(2, 3, sympy.symbols("u:6", positive=True)), sympy.symbols("d:3", real=True)
    gram = sum((delta[j] * U[:, j] * U[:, j].T for j in range(3)), sympy.zeros(2, 2))
    squares = [U[:, j].dot(U[:, j]) for j in range(3)]
    return [gram.trace() - sum(x * square ** sympy.Rational(power, 2) for x, square in zip(delta, squares, strict=True))]


@computation(
    r"\#\{j : c_j > 0\} \le n + \tfrac{d(d+1)}2,\quad f_c = f,\quad \sum_j c_j u_ju_j^\top = UU^\top,\quad "
    r"\sum_j c_j\alpha_j^2 \le \|\alpha\|^2",
    "The reduction on drawn networks with repeated, opposite, dead and zero neurons, in rational arithmetic.",
    spare=1,
)
def reduction(spare: int = 0) -> Iterable[int]:
    """Zero where at most n + d(d+1)/2 − spare neurons are left and everything that must be kept is kept."""
    for X, network in _instances():
        c = reduced_weights(X, network)
        n, d = len(X), len(X[0])
        columns, sizes = [_column(X, neuron) for neuron in network.neurons], _sizes(network)
        kept = _combined(columns, c) == _combined(columns, [Fraction(1)] * len(c)) and dot(sizes, c) <= sum(sizes)
        few = sum(map(bool, c)) <= n + d * (d + 1) // 2 - spare
        yield int(not (kept and few and min(c) >= 0))


def reduced_weights(X: Sequence[Column], network: Network) -> list[Fraction]:
    """Weights c ≥ 0 that keep f and UUᵀ, do not raise ‖α‖², and leave linearly independent columns.

    Args:
        X: rows of the data, n × d.
        network: m neurons.

    Returns:
        c of length m, with at most n + d(d+1)/2 entries that are not zero.
    """
    sizes = _sizes(network)
    c = [Fraction(any(neuron.u)) for neuron in network.neurons]
    while True:
        left = [j for j, weight in enumerate(c) if weight]
        direction = _dependence([_column(X, network.neurons[j]) for j in left])
        if direction is None:
            return c
        if dot(direction, [sizes[j] for j in left]) > 0:
            direction = [-entry for entry in direction]
        # δ has a negative entry because Σ δ_j‖u_j‖² = 0.
        step = min(c[j] / -entry for j, entry in zip(left, direction, strict=True) if entry < 0)
        for j, entry in zip(left, direction, strict=True):
            c[j] += step * entry


def _column(X: Sequence[Column], neuron: Neuron) -> Column:
    """α(Xu)_+ and the upper triangle of uuᵀ."""
    u = neuron.u
    fit = tuple(neuron.alpha * max(dot(row, u), Fraction(0)) for row in X)
    return fit + tuple(u[i] * u[j] for i in range(len(u)) for j in range(i, len(u)))


def _sizes(network: Network) -> list[Fraction]:
    return [neuron.alpha**2 for neuron in network.neurons]


def _combined(columns: Sequence[Column], c: Sequence[Fraction]) -> list[Fraction]:
    return [dot(row, c) for row in zip(*columns, strict=True)]


def _dependence(columns: Sequence[Column]) -> list[Fraction] | None:
    """Some δ ≠ 0 with Σ δ_j·column_j = 0, by elimination; None when the columns are independent."""
    pivots: list[tuple[int, Column, list[Fraction]]] = []
    for index, column in enumerate(columns):
        rest, combination = list(column), [Fraction(j == index) for j in range(len(columns))]
        for place, pivot, made_of in pivots:
            factor = rest[place] / pivot[place]
            rest = [a - factor * b for a, b in zip(rest, pivot, strict=True)]
            combination = [a - factor * b for a, b in zip(combination, made_of, strict=True)]
        nonzero = next((place for place, entry in enumerate(rest) if entry), None)
        if nonzero is None:
            return combination
        pivots.append((nonzero, tuple(rest), combination))
    return None


def _instances() -> Iterator[tuple[list[Column], Network]]:
    """Up to 3 rows, 2 inputs, and twice as many neurons as must be left."""
    rng = Random(0)
    for _ in range(25):
        n, d = rng.randint(1, 3), rng.randint(1, 2)
        X = [tuple(Fraction(rng.randint(-3, 3)) for _ in range(d)) for _ in range(n)]
        width = rng.randint(1, 2 * (n + d * (d + 1) // 2))
        neurons = [
            Neuron(tuple(Fraction(rng.randint(-3, 3)) for _ in range(d)), Fraction(rng.randint(-3, 3), rng.randint(1, 2)))
            for _ in range(width)
        ]
        yield X, Network((*neurons, neurons[0]))
