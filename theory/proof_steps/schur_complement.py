"""The matrix inequality of the spectral row is a bound on a sum of rank-one matrices.

    [[R1² I, V], [Vᵀ, diag q]] ⪰ 0   ⟺   v_g = 0 where q_g = 0, and Σ_{q_g > 0} v_g v_gᵀ/q_g ⪯ R1² I      (q ≥ 0)

Eliminating the columns with q_g > 0 is a congruence by a unit triangular matrix, which keeps definiteness; a column with
q_g = 0 must vanish because of the minors that it is in.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import lcm
from random import Random
from typing import TYPE_CHECKING

from theory.exact.symmetric import definiteness
from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy

Integers = list[list[int]]


@identity(
    r"E\begin{pmatrix}R_1^2 I & V\\ V^\top & \mathrm{diag}\,q\end{pmatrix}E^\top = \begin{pmatrix}R_1^2 I - "
    r"\sum_g v_g v_g^\top/q_g & 0\\ 0 & \mathrm{diag}\,q\end{pmatrix},\quad E = \begin{pmatrix}I & -V\,"
    r"\mathrm{diag}(q)^{-1}\\ 0 & I\end{pmatrix}",
    "Block elimination: a congruence by a unit triangular matrix keeps definiteness and leaves the Schur complement.",
    sign=1,
)
def block_elimination(sign: int = -1) -> "Iterable[sympy.Matrix]":
    """All entries symbols, V of size 2 × 3."""
    import sympy

    V, q = sympy.Matrix(2, 3, sympy.symbols("v:6")), sympy.symbols("q:3", positive=True)
    square, D = sympy.Symbol("R", positive=True) ** 2 * sympy.eye(2), sympy.diag(*q)
    M = sympy.Matrix(sympy.BlockMatrix([[square, V], [V.T, D]]))
    E = sympy.Matrix(sympy.BlockMatrix([[sympy.eye(2), sign * V * D.inv()], [sympy.zeros(3, 2), sympy.eye(3)]]))
    complement = square - sum((V[:, g] * V[:, g].T / q[g] for g in range(3)), sympy.zeros(2, 2))
    return [E * M * E.T - sympy.diag(complement, D)]


@identity(
    r"\det\begin{pmatrix}R_1^2 & v_{ig}\\ v_{ig} & q_g\end{pmatrix}\Big|_{q_g=0} = -v_{ig}^2",
    "Where q_g = 0 the minor of row i and column g is negative unless v_ig = 0, so the whole column vanishes.",
    q=1,
)
def vanishing_columns(q: int = 0) -> "Iterable[sympy.Expr]":
    """The 2 × 2 minor, at q_g = q."""
    import sympy

    v, R = sympy.symbols("v R", real=True)
    return [sympy.Matrix([[R**2, v], [v, q]]).det() + v**2]


@computation(
    r"\begin{pmatrix}R_1^2 I & V\\ V^\top & \mathrm{diag}\,q\end{pmatrix} \succeq 0 \iff \bigl(q_g = 0 \Rightarrow "
    r"v_g = 0\bigr)\ \text{and}\ \sum_{q_g>0} v_g v_g^\top/q_g \preceq R_1^2 I",
    "Both sides are decided by exact elimination on integer matrices: inside, outside, on the boundary, with q_g = 0.",
    zero_columns=False,
)
def both_ways(zero_columns: bool = True) -> Iterable[int]:
    """One for each instance where the two sides differ; ``zero_columns`` asks that v_g = 0 where q_g = 0."""
    for square, V, q in _instances():
        left = definiteness(_block_matrix(square, V, q)) >= 0
        right = definiteness(_cleared_complement(square, V, q)) >= 0
        if zero_columns:
            right = right and all(weight or not any(row[g] for row in V) for g, weight in enumerate(q))
        yield int(left != right)


def _instances() -> Iterator[tuple[int, Integers, list[int]]]:
    """(R1², V, q): random ones, and boundary cases V = one column with |v|² = R1² q."""
    rng = Random(0)
    for _ in range(60):
        d, k = rng.randint(1, 3), rng.randint(1, 3)
        V = [[rng.randint(-2, 2) for _ in range(k)] for _ in range(d)]
        q = [rng.choice((0, 1, 2, 3, 5)) for _ in range(k)]
        if rng.random() < 0.5:
            V = [[entry if weight else 0 for entry, weight in zip(row, q, strict=True)] for row in V]
        yield rng.randint(0, 6), V, q
    for square in (24, 25, 26):
        yield square, [[3, 0], [4, 0]], [1, 0]
        yield square, [[3, 4], [4, 3]], [2, 2]  # (3, 4)(3, 4)ᵀ/2 + (4, 3)(4, 3)ᵀ/2 has the eigenvalues 49/2 and 1/2


def _block_matrix(square: int, V: Integers, q: Sequence[int]) -> Integers:
    d, k = len(V), len(q)
    top = [[square * (i == j) for j in range(d)] + V[i] for i in range(d)]
    return top + [[V[i][g] for i in range(d)] + [q[g] * (g == h) for h in range(k)] for g in range(k)]


def _cleared_complement(square: int, V: Integers, q: Sequence[int]) -> Integers:
    """lcm(q)·(R1² I − Σ_{q_g > 0} v_g v_gᵀ/q_g), an integer matrix."""
    scale, d = lcm(*(weight for weight in q if weight)), len(V)
    return [
        [scale * square * (i == j) - sum(V[i][g] * V[j][g] * scale // q[g] for g in range(len(q)) if q[g])
         for j in range(d)]
        for i in range(d)
    ]
