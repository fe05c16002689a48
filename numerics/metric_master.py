"""The master program of the spectral and Schatten rows: a semidefinite program over some columns (pattern and sign).

With Z' = ωZ for a metric Z in the unit ball of ‖·‖_{S_r}, 1/r + 2/p = 1, the dual of the row is

    max  μᵀy [− ½‖μ‖² − R ω]     over μ, ω [= 1 for the radius], ‖Z'‖_{S_r} ≤ ω, λ_j ≥ 0 for every column j, with
         [[Z', g_j], [g_jᵀ, ω]] ⪰ 0,     g_j = σ_j XᵀD_jμ + F_jᵀλ_j     (F_j the facets of the cone of D_j).

By Schur's complement g_jᵀZ⁻¹g_j ≤ ω², the constraint of the group lasso in the metric Z. The solver's own multipliers of
these blocks hold the weights v_j. For the radius ‖μ‖ ≤ ``elastic`` keeps the program bounded while columns are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics.column_generation import Column
from numerics.dual_gauge import Floats

#: What the conic solver is asked for; it may end a little above.
ACCURACY = 1e-10
STATUSES = ("Solved", "AlmostSolved", "InsufficientProgress")


@dataclass(frozen=True)
class MasterSolution:
    """The optimum over some columns.

    Attributes:
        V: effective weights as rows, one for each column.
        mu: multiplier of the outputs, length n.
        level: ω, the level of the dual gauge.
        metric: Z' = ωZ, d × d.
    """

    V: Floats
    mu: Floats
    level: float
    metric: Floats


@dataclass
class _Program:
    """min ½xᵀPx + cᵀx over Ax + s = b with s in a product of cones, collected block by block."""

    size: int
    matrices: list[Any] = field(default_factory=list)
    right: list[Floats] = field(default_factory=list)
    cones: list[Any] = field(default_factory=list)
    rows: int = 0

    def add(self, cone: Any, entries: Sequence[tuple[Any, Any, Any]], right: Any) -> int:
        """Ask for ``right + (entries)·x`` in the cone, entries as (rows, columns, values); the number of its first row."""
        parts = [np.broadcast_arrays(*entry) for entry in entries]
        places, columns, values = (np.concatenate([part[k].ravel() for part in parts]) for k in range(3))
        self.right.append(np.atleast_1d(right))
        count = len(self.right[-1])
        self.matrices.append(sparse.csc_matrix((-values.astype(float), (places, columns)), shape=(count, self.size)))
        self.cones.append(cone)
        self.rows += count
        return self.rows - count


def solve_master(
    columns: Sequence[Column], X: Floats, y: Floats, limit: float | None, p: float, elastic: float
) -> MasterSolution:
    """The optimum over the columns: least gauge that fits y (``limit`` None), or least loss within the gauge ``limit``.

    Args:
        columns: at least one.
        X, y: n × d and n, with entries of about one.
        p: exponent, in (2, ∞].

    Raises:
        ArithmeticError: when the conic solver fails.
    """
    n, d = X.shape
    upper = _triangle(d)
    k = len(upper)
    counts = [len(column.facets) for column in columns]
    omega, metric, after = n, n + 1, n + 1 + k
    extra = 0 if np.isinf(p) else (2 + _halvings(p)) * d + (d - 1) * (1 + k)
    multipliers = after + extra + np.concatenate([[0], np.cumsum(counts)])
    program = _Program(int(multipliers[-1]))
    linear, quadratic = np.zeros(program.size), np.zeros(program.size)
    linear[:n] = -y
    if limit is None:
        program.add(clarabel.ZeroConeT(1), [(0, omega, -1.0)], 1.0)
        ball = np.r_[elastic, np.zeros(n)]
        program.add(clarabel.SecondOrderConeT(n + 1), [(np.arange(1, n + 1), np.arange(n), 1.0)], ball)
    else:
        linear[omega], quadratic[:n] = limit, 1.0
    if np.isinf(p):
        trace = [place for place, (i, j) in enumerate(upper) if i == j]
        program.add(clarabel.NonnegativeConeT(1), [(0, omega, 1.0), (0, metric + np.array(trace), -1.0)], 0.0)
    else:
        _schatten_ball(program, omega, metric, after, d, p)
    if sum(counts):
        places = np.arange(sum(counts))
        program.add(clarabel.NonnegativeConeT(len(places)), [(places, multipliers[0] + places, 1.0)], np.zeros(len(places)))
    blocks = []
    for column, start, count in zip(columns, multipliers, counts, strict=False):
        gradient, walls = np.sqrt(2) * column.outputs.T, np.sqrt(2) * column.facets.T
        rows = np.arange(k, k + d)[:, None]
        blocks.append(program.add(clarabel.PSDTriangleConeT(d + 1), [
            (np.arange(k), np.arange(metric, metric + k), 1.0),
            (rows, np.arange(n), gradient),
            (rows, np.arange(start, start + count), walls),
            (k + d, omega, 1.0),
        ], np.zeros(k + d + 1)))
    x, z = _run(program, linear, quadratic)
    V = -np.sqrt(2) * np.array([z[block + k : block + k + d] for block in blocks])
    return MasterSolution(V, x[:n], float(x[omega]), _symmetric(x[metric : metric + k], d))


def _triangle(d: int) -> list[tuple[int, int]]:
    """Places of the upper triangle by columns, as the solver orders them."""
    return [(i, j) for j in range(d) for i in range(j + 1)]


def _symmetric(entries: Floats, d: int) -> Floats:
    matrix = np.zeros((d, d))
    for (i, j), entry in zip(_triangle(d), entries, strict=True):
        matrix[i, j] = matrix[j, i] = entry if i == j else entry / np.sqrt(2)
    return matrix


def _halvings(p: float) -> int:
    """How often r > 1 is halved until it is at most 2, where power cones are harmless: z² ≤ aω stands for one."""
    return int(np.ceil(np.log2(p / (p - 2)))) - 1


def _schatten_ball(program: _Program, omega: int, metric: int, after: int, d: int, p: float) -> None:
    """‖Z'‖_{S_r} ≤ ω: the eigenvalues of Z' are majorised by some z with Σ z_i^r ≤ ω^r.

    Σ_{i ≤ k} λ_i(Z') ≤ Σ_{i ≤ k} z_i is kτ + tr M ≤ Σ_{i ≤ k} z_i for some M ⪰ 0 with M + τI ⪰ Z' (k < d), and tr Z' ≤ Σ z_i.
    """
    upper = _triangle(d)
    k, halvings = len(upper), _halvings(p)
    diagonal = np.array([place for place, (i, j) in enumerate(upper) if i == j])
    z, rest = after + np.arange(d), after + (2 + halvings) * d
    e = rest - d + np.arange(d)
    program.add(clarabel.NonnegativeConeT(1), [(0, omega, 1.0), (0, e, -1.0)], 0.0)
    for i in range(d):
        power = z[i]
        for _ in range(halvings):
            program.add(clarabel.SecondOrderConeT(3), [
                ([0, 0, 1, 1, 2], [power + d, omega, power + d, omega, power], [1.0, 1.0, 1.0, -1.0, 2.0]),
            ], np.zeros(3))
            power += d
        share = 2.0**halvings * (p - 2) / p
        program.add(clarabel.PowerConeT(share), [([0, 1, 2], [e[i], omega, power], 1.0)], np.zeros(3))
    program.add(clarabel.NonnegativeConeT(1), [(0, z, 1.0), (0, metric + diagonal, -1.0)], 0.0)
    for count in range(1, d):
        tau, M = rest, rest + 1 + np.arange(k)
        rest += 1 + k
        program.add(clarabel.NonnegativeConeT(1), [(0, z[:count], 1.0), (0, tau, -float(count)), (0, M[diagonal], -1.0)], 0.0)
        program.add(clarabel.PSDTriangleConeT(d), [(np.arange(k), M, 1.0)], np.zeros(k))
        program.add(clarabel.PSDTriangleConeT(d), [
            (np.arange(k), M, 1.0), (diagonal, tau, 1.0), (np.arange(k), metric + np.arange(k), -1.0),
        ], np.zeros(k))


def _run(program: _Program, linear: Floats, quadratic: Floats) -> tuple[Floats, NDArray[np.float64]]:
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ACCURACY
    solver = clarabel.DefaultSolver(
        sparse.diags_array(quadratic).tocsc(), linear, sparse.vstack(program.matrices).tocsc(),
        np.concatenate(program.right), program.cones, settings,
    )
    solution = solver.solve()
    if str(solution.status) not in STATUSES:
        raise ArithmeticError(f"the conic solver ended with {solution.status}")
    return np.array(solution.x), np.array(solution.z)
