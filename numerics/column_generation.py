"""Column generation for the group lasso of two-layer ReLU networks with the cost Σ_j |α_j| ‖u_j‖_2.

The convex form has a variable v ∈ K_D for each pattern D and sign, too many to write down. A *master* program holds a few
of these columns; the multiplier μ of its outputs *prices* all others at once, as the dual gauge of μ
(:mod:`numerics.dual_gauge`). Patterns that violate it become columns; when none does, the master is optimal over all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics.dual_gauge import Floats, Kinks, Leaves, cover, project, sharpened
from theory.exact.rational import Matrix, Vector
from theory.problem import float_array

#: A pattern is priced in when it violates the dual constraint by more than this, relatively.
VIOLATION = 1e-9
#: Columns that one pricing may add for each sign.
AT_ONCE = 12
#: Rounds before giving up; each adds columns, so this is never reached but by rounding errors.
ROUNDS = 400
#: A vector counts as zero below this share of the largest one.
NEGLIGIBLE = 1e-8


@dataclass(frozen=True)
class Column:
    """The variable v ∈ K_D of one pattern D and sign.

    Attributes:
        sign: of the neuron's output weight.
        pattern: D, length n.
        outputs: sign·DX, n × d.
        facets: the rows (2D − I)X that bound K_D, f × d; the others follow from them.
    """

    sign: int
    pattern: NDArray[np.bool_]
    outputs: Floats
    facets: Floats


@dataclass(frozen=True)
class Optimum:
    """The float optimum of one objective.

    Attributes:
        signs: of the neurons, length m.
        V: effective weights as rows, m × d.
        mu: multiplier of the outputs, length n.
        gauge: the level that μ's dual gauge must not exceed: 1 (radius), beta, or the multiplier of the radius.
        rounds: how often the master was solved.
        columns: columns generated.
    """

    signs: NDArray[np.int64]
    V: Floats
    mu: Floats
    gauge: float
    rounds: int
    columns: int


@dataclass
class Generation:
    """A problem in doubles, of size about one, and the columns generated for it so far.

    Attributes:
        X, y: the data.
        lines: the distinct lines of rows, as unit vectors, K × d.
        line_of: for each row its line, −1 for a zero row.
        stretch: x_i = stretch_i · line, negative where the row points the other way.
    """

    X: Floats
    y: Floats
    lines: Floats
    line_of: NDArray[np.int64]
    stretch: Floats
    columns: list[Column] = field(default_factory=list)
    _known: set[bytes] = field(default_factory=set)

    def kinks(self, mu: Floats) -> tuple[Kinks, NDArray[np.int64]]:
        """Σ μ_i (x_iᵀu)_+ as a sum of kinks, with the line of each."""
        rows = self.line_of >= 0
        weights = np.zeros(len(self.lines))
        np.add.at(weights, self.line_of[rows], (mu * abs(self.stretch))[rows])
        linear = (mu * (self.stretch < 0)) @ self.X
        convex = np.flatnonzero(weights > 0)
        convex = convex[np.argsort(-weights[convex], kind="stable")]
        order = np.concatenate([convex, np.flatnonzero(weights < 0)])
        return Kinks(linear, self.lines[order], weights[order], len(convex)), order

    def price(self, mu: Floats, level: float) -> int:
        """Add columns whose dual constraint is violated, for both signs; the number added."""
        before = len(self.columns)
        for sign in (1, -1):
            kinks, _ = self.kinks(sign * mu)
            survivors = cover(kinks, level * (1 + VIOLATION)).survivors
            for direction, inside in _best(kinks, survivors, level):
                self.add(sign, direction, inside)
        return len(self.columns) - before

    def add(self, sign: int, direction: Floats, inside: Floats) -> None:
        """The column of the cell that holds ``direction``, on the side of ``inside`` where it lies on a hyperplane."""
        heights = self.lines @ direction / np.linalg.norm(direction)
        sides = np.where(abs(heights) > NEGLIGIBLE, heights, self.lines @ inside) > 0
        key = bytes([sign & 1, sign < 0]) + np.packbits(sides).tobytes()
        if key in self._known:
            return
        self._known.add(key)
        on = (self.line_of >= 0) & (sides[self.line_of] == (self.stretch > 0))
        walls = np.where(sides, 1.0, -1.0)[:, None] * self.lines
        self.columns.append(Column(sign, on, sign * on[:, None] * self.X, walls[facets(walls)]))


def _best(kinks: Kinks, survivors: Leaves, level: float) -> list[tuple[Floats, Floats]]:
    if not len(survivors):
        return []
    sharp = sharpened(kinks, survivors, AT_ONCE)
    chosen = sharp.sizes > level * (1 + VIOLATION)
    return list(zip(sharp.linear_bounds[chosen], sharp.inside[chosen], strict=True))


def facets(walls: Floats) -> NDArray[np.bool_]:
    """Which of the unit vectors a_k are needed for {u : a_kᵀu ≥ 0}, a cone with interior."""
    needed = np.ones(len(walls), bool)
    for k in range(len(walls)):
        needed[k] = False
        nearest, _ = project(walls[needed], -walls[k])
        needed[k] = -walls[k] @ nearest > 1e-9
    return needed


def generation(X: Matrix, y: Vector) -> Generation:
    """The problem in doubles, its rows sorted into lines exactly."""
    rows, lines, found = float_array(X), [], dict[Vector, int]()
    line_of, stretch = np.full(len(X), -1), np.zeros(len(X))
    for index, row in enumerate(X):
        lead = next((entry for entry in row if entry), None)
        if lead is None:
            continue
        line = tuple(entry / lead for entry in row)
        if line not in found:
            found[line] = len(lines)
            lines.append(rows[index] / np.linalg.norm(rows[index]))
        line_of[index] = found[line]
        stretch[index] = rows[index] @ lines[found[line]]
    return Generation(rows, float_array(y), np.array(lines).reshape(len(lines), len(X[0])), line_of, stretch)


def minimise(problem: Generation, objective: str, limit: float) -> Optimum:
    """The optimum over all patterns.

    Args:
        problem: with X and y of size about one.
        objective: ``"radius"`` (least cost that fits y, which must be possible), ``"loss"`` (within the cost
            ``limit``) or ``"penalised"`` (with weight ``limit`` on the cost).

    Raises:
        ArithmeticError: when the conic solver fails, or no optimum is reached in many rounds.
    """
    X, y, mu, level, elastic = problem.X, problem.y, problem.y, 0.0, 100.0
    V: list[Floats] = []
    for rounds in range(ROUNDS):
        if not problem.price(mu, level if rounds else (limit if objective == "penalised" else 0.0)):
            slack = np.linalg.norm(y - sum((c.outputs @ v for c, v in zip(problem.columns, V, strict=True)), 0 * y))
            if objective != "radius" or slack <= 1e-7 * np.linalg.norm(y):
                return _optimum(problem, V, mu, level, rounds)
            elastic *= 30
        V, mu, level = master(problem.columns, X, y, objective, limit, elastic)
    raise ArithmeticError(f"no optimum after {ROUNDS} rounds of column generation")


def _optimum(problem: Generation, V: list[Floats], mu: Floats, level: float, rounds: int) -> Optimum:
    sizes = np.array([np.linalg.norm(v) for v in V])
    kept = np.flatnonzero(sizes > NEGLIGIBLE * sizes.max(initial=0.0))
    signs = np.array([problem.columns[k].sign for k in kept], dtype=np.int64)
    rows = np.array([V[k] for k in kept]).reshape(len(kept), problem.X.shape[1])
    return Optimum(signs, rows, mu, level, rounds, len(problem.columns))


def master(
    columns: Sequence[Column], X: Floats, y: Floats, objective: str, limit: float, elastic: float
) -> tuple[list[Floats], Floats, float]:
    """The conic program over some columns: (v of each column, multiplier μ of the outputs, level of its dual gauge).

    Variables are v_j ∈ R^d and t_j ≥ ‖v_j‖, then the residual r = Σ outputs_j v_j − y, then for the radius ρ ≥ ‖r‖ with
    price ``elastic``, which makes every master feasible.
    """
    (n, d), m, radius = X.shape, len(columns), objective == "radius"
    if not m:
        return [], y, limit
    size = m * d + m + n + radius
    quadratic = np.zeros(size) if radius else np.r_[np.zeros(m * d + m), np.ones(n)]
    linear = np.zeros(size)
    linear[m * d : m * d + m] = {"radius": 1.0, "loss": 0.0, "penalised": limit}[objective]
    linear[-1] = elastic if radius else 0.0
    blocks = [sparse.hstack([
        sparse.csc_matrix(np.hstack([column.outputs for column in columns])),
        sparse.csc_matrix((n, m)), -sparse.eye_array(n), sparse.csc_matrix((n, int(radius))),
    ])]
    right, cones = [y], [clarabel.ZeroConeT(n)]
    walls = sparse.block_diag([-column.facets for column in columns])
    if walls.shape[0]:
        blocks.append(sparse.hstack([walls, sparse.csc_matrix((walls.shape[0], size - m * d))]))
        right.append(np.zeros(walls.shape[0]))
        cones.append(clarabel.NonnegativeConeT(walls.shape[0]))
    if objective == "loss":
        blocks.append(sparse.csc_matrix(np.r_[np.zeros(m * d), np.ones(m), np.zeros(n)][None]))
        right.append(np.array([limit]))
        cones.append(clarabel.NonnegativeConeT(1))
    for j in range(m):
        places = np.r_[m * d + j, j * d : (j + 1) * d]
        blocks.append(sparse.csc_matrix((-np.ones(d + 1), (np.arange(d + 1), places)), shape=(d + 1, size)))
        cones.append(clarabel.SecondOrderConeT(d + 1))
    if radius:
        places = np.r_[size - 1, size - 1 - n : size - 1]
        blocks.append(sparse.csc_matrix((-np.ones(n + 1), (np.arange(n + 1), places)), shape=(n + 1, size)))
        cones.append(clarabel.SecondOrderConeT(n + 1))
    right.append(np.zeros(m * (d + 1) + radius * (n + 1)))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    solver = clarabel.DefaultSolver(
        sparse.diags_array(quadratic).tocsc(), linear, sparse.vstack(blocks).tocsc(), np.concatenate(right), cones, settings
    )
    solution = solver.solve()
    if str(solution.status) not in ("Solved", "AlmostSolved", "InsufficientProgress"):
        raise ArithmeticError(f"the conic solver ended with {solution.status}")
    x, z = np.array(solution.x), np.array(solution.z)
    level = {"radius": 1.0, "penalised": limit}.get(objective, float(z[n + walls.shape[0]]) if objective == "loss" else 0)
    return list(x[: m * d].reshape(m, d)), -z[:n], float(level)
