"""One neuron for each activation pattern and sign is enough, and how many it takes in the max-entry norm.

Spectral and Schatten norms: let U hold the input weights of a group and a ≥ 0 the sizes of its output weights. The projector
P = aaᵀ/‖a‖² keeps Ua and shrinks UUᵀ, and UP has parallel columns, which are one neuron with v = Ua and q = ‖a‖².
Max-entry norm: k neurons of one cone reach exactly {v : ‖v‖_∞ ≤ kR}.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from random import Random
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


def _group(scale: int = 1) -> "tuple[sympy.Matrix, sympy.Matrix, sympy.Matrix]":
    """U of size 2 × 3, a, and scale·aaᵀ/‖a‖², all entries symbols."""
    import sympy

    U, a = sympy.Matrix(2, 3, sympy.symbols("u:6", real=True)), sympy.Matrix(sympy.symbols("a:3", positive=True))
    return U, a, scale * a * a.T / a.dot(a)


@identity(
    r"UPa = Ua,\quad P = aa^\top/\|a\|^2",
    "The projector keeps the effective weight of the group, so the network computes the same.",
    scale=2,
)
def projector_keeps_the_fit(scale: int = 1) -> "Iterable[sympy.Matrix]":
    """Scaled by ``scale``."""
    U, a, P = _group(scale)
    return [U * P * a - U * a]


@identity(
    r"UU^\top - (UP)(UP)^\top = U(I-P)\,\bigl(U(I-P)\bigr)^\top \succeq 0",
    "The projector shrinks the Gram matrix, hence the spectral and all Schatten norms with p ≥ 2.",
    scale=2,
)
def projector_shrinks_the_gram(scale: int = 1) -> "Iterable[sympy.Matrix]":
    """With P scaled by ``scale``, which is a projector for 1 only."""
    import sympy

    U, _, P = _group(scale)
    rest = U * (sympy.eye(3) - P)
    return [U * U.T - U * P * P.T * U.T - rest * rest.T]


@identity(
    r"(UP)_j = \sum_i \frac{a_i a_j}{\|a\|^2}\,u_i,\quad \frac{a_i a_j}{\|a\|^2} \ge 0",
    "The new columns are combinations of the old ones with weights that are not negative, so they stay in the cone.",
    scale=2,
)
def columns_stay_in_the_cone(scale: int = 1) -> "Iterable[sympy.Matrix]":
    """Every column of UP, with P scaled."""
    import sympy

    U, a, P = _group(scale)
    return [
        (U * P)[:, j] - sum((a[i] * a[j] / a.dot(a) * U[:, i] for i in range(3)), sympy.zeros(2, 1)) for j in range(3)
    ]


@identity(
    r"(UP)(UP)^\top = vv^\top/q,\quad v = Ua,\ q = \|a\|^2",
    "What is left of the group is one neuron: only v and q enter the constraints.",
    power=2,
)
def group_is_one_neuron(power: int = 1) -> "Iterable[sympy.Matrix]":
    """With q = ‖a‖^(2·power)."""
    U, a, P = _group()
    return [U * P * P.T * U.T - U * a * (U * a).T / a.dot(a) ** power]


@identity(
    r"u = v/\sqrt q,\ \alpha = \sqrt q:\quad \alpha u = v,\quad uu^\top = vv^\top/q,\quad \alpha^2 = q",
    "Conversely, every (v, q) with q > 0 comes from one neuron.",
    root=1,
)
def neuron_from_v_and_q(root: int = 2) -> "Iterable[sympy.Expr | sympy.Matrix]":
    """With the root-th root of q in place of √q."""
    import sympy

    v, q = sympy.Matrix(sympy.symbols("v:2", real=True)), sympy.Symbol("q", positive=True)
    alpha = q ** sympy.Rational(1, root)
    u = v / alpha
    return [alpha * u - v, u * u.T - v * v.T / q, alpha**2 - q]


@computation(
    r"\min\{k : v = \textstyle\sum_{j\le k} \alpha_j u_j,\ u_j \in K,\ \|u_j\|_\infty \le R_1,\ |\alpha_j| \le R_2\} = "
    r"\lceil \|v\|_\infty/(R_1R_2)\rceil",
    "k equal copies of v/k reach v as soon as ‖v‖_∞ ≤ kR, and k neurons reach no more by the triangle inequality.",
    spare=1,
)
def copies_in_the_max_entry_norm(spare: int = 0) -> Iterable[int]:
    """Zero when ⌈‖v‖/R⌉ − spare copies of v/k are enough and the norms of one copy fewer add up to less than ‖v‖."""
    for v, R1, R2 in _max_entry_instances():
        size = max(map(abs, v))
        k = ceil(size / (R1 * R2)) - spare
        copy = [entry / (k * R2) for entry in v] if k > 0 else []  # α = R2 and u = v/(kα)
        reached = [k * R2 * entry for entry in copy] or [Fraction(0)] * len(v)
        enough = reached == v and all(abs(entry) <= R1 for entry in copy)
        too_few = k == 0 or (k - 1) * R1 * R2 < size
        yield int(not (enough and too_few))


@computation(
    r"\sum_{i\le N} \lceil x_i\rceil \le \Bigl\lceil \sum_{i\le N} x_i\Bigr\rceil + N - 1\quad (x_i > 0)",
    "The linear relaxation of the width is off by fewer neurons than there are groups in use.",
    spare=2,
)
def rounding_up_costs_less_than_a_neuron_a_group(spare: int = 1) -> Iterable[int]:
    """Zero where the bound with N − spare holds; it is attained when all x_i are just above an integer."""
    for x in _fractions_above_integers():
        yield int(sum(map(ceil, x)) > ceil(sum(x)) + len(x) - spare)


def _max_entry_instances() -> Iterator[tuple[list[Fraction], Fraction, Fraction]]:
    rng = Random(0)
    yield [Fraction(0), Fraction(0)], Fraction(1), Fraction(2)
    for R1, R2 in ((Fraction(1), Fraction(2)), (Fraction(3, 2), Fraction(1, 3))):
        for k in range(1, 4):  # the boundary ‖v‖_∞ = kR, and just beyond
            yield [k * R1 * R2, -R1 * R2], R1, R2
            yield [k * R1 * R2 + Fraction(1, 1000), Fraction(0)], R1, R2
    for _ in range(40):
        v = [Fraction(rng.randint(-9, 9), rng.randint(1, 4)) for _ in range(rng.randint(1, 3))]
        yield v, Fraction(rng.randint(1, 5), rng.randint(1, 3)), Fraction(rng.randint(1, 5), rng.randint(1, 3))


def _fractions_above_integers() -> Iterator[list[Fraction]]:
    rng = Random(0)
    for count in range(1, 5):
        yield [k + Fraction(1, 1000) for k in range(count)]
    for _ in range(40):
        yield [Fraction(rng.randint(1, 30), rng.randint(1, 7)) for _ in range(rng.randint(1, 5))]
