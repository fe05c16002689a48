"""Column generation for the group lasso of two-layer ReLU networks with the cost Σ_j |α_j| ‖u_j‖_2.

The convex form has a variable v ∈ K_D for each pattern D and sign, too many to write down. A *master* program holds a few
of these columns; the multiplier μ of its outputs *prices* all others at once, as the dual gauge of μ
(:mod:`numerics.dual_gauge`). Patterns that violate it become columns; when none does, the master is optimal over all.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from numerics.conic_master import master
from numerics.dual_gauge import CLOSE, Floats, Leaves, project
from numerics.pattern_search import climb, highest
from theory.exact.rational import Matrix, Vector
from theory.problem import float_array

#: A pattern is priced in when it violates the dual constraint by more than this, relatively.
VIOLATION = 1e-9
#: Random points that are looked at in a search, and how many of the highest it climbs from.
POINTS, STARTS = 1000, 16
#: Rounds before giving up; each adds columns, so this is never reached but by rounding errors.
ROUNDS = 400
#: A vector counts as zero below this share of the largest one.
NEGLIGIBLE = 1e-8
#: The first price of a residual while y is to be fitted exactly, and the share of ‖y‖ that counts as none.
ELASTIC, FITTED = 100.0, 1e-7


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
        columns: columns generated.
    """

    signs: NDArray[np.int64]
    V: Floats
    mu: Floats
    gauge: float
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
    _known: set[tuple[int, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        points = np.random.default_rng(0).standard_normal((POINTS, self.X.shape[1]))
        self.points = points / np.linalg.norm(points, axis=1)[:, None]
        self.heights = self.points @ self.lines.T

    def kinks(self, mu: Floats) -> tuple[Floats, Floats]:
        """Σ μ_i (x_iᵀu)_+ as hᵀu + Σ c_k (line_kᵀu)_+: h and c."""
        rows, weights = self.line_of >= 0, np.zeros(len(self.lines))
        np.add.at(weights, self.line_of[rows], (mu * abs(self.stretch))[rows])
        return (mu * (self.stretch < 0)) @ self.X, weights

    def search(self, mu: Floats, level: float, V: Floats) -> int:
        """Add columns whose dual constraint is violated, as far as a quick search finds some; the number added.

        Args:
            mu: the multiplier.
            level: what its dual gauge must not exceed.
            V: weights of neurons from which to search, besides the highest of many random points.
        """
        before, own = len(self.columns), V @ self.lines.T > 0
        for sign in (1, -1):
            linear, weights = self.kinks(sign * mu)
            starts = highest(self.points, self.heights, linear, weights, STARTS)
            for sides in climb(self.lines, linear, weights, [*starts, *own], level * (1 + VIOLATION)):
                self.add(sign, sides)
        return len(self.columns) - before

    def add_cells(self, sign: int, cones: Leaves) -> int:
        """Add the columns of the cells that hold the maxima of some cones; the number added."""
        before = len(self.columns)
        for z, size, inside in zip(cones.linear_bounds, cones.sizes, cones.inside, strict=True):
            heights = self.lines @ z / size
            # Where the maximum lies on a hyperplane, the cell that the cone is in.
            self.add(sign, np.where(abs(heights) <= NEGLIGIBLE, self.lines @ inside, heights) > 0)
        return len(self.columns) - before

    def add(self, sign: int, sides: NDArray[np.bool_]) -> None:
        """The column of a cell, unless it is there already."""
        key = sign, sides.tobytes()
        if key in self._known:
            return
        self._known.add(key)
        on = (self.line_of >= 0) & (sides[self.line_of] == (self.stretch > 0))
        walls = np.where(sides, 1.0, -1.0)[:, None] * self.lines
        self.columns.append(Column(sign, on, sign * on[:, None] * self.X, walls[facets(walls)]))


def facets(walls: Floats) -> NDArray[np.bool_]:
    """Which of the unit vectors a_k are needed for {u : a_kᵀu ≥ 0}, a cone with interior."""
    needed = np.ones(len(walls), bool)
    for k in range(len(walls)):
        needed[k] = False
        nearest, _ = project(walls[needed], -walls[k])
        needed[k] = np.linalg.norm(nearest) > CLOSE
    return needed


def generation(X: Matrix, y: Vector) -> Generation:
    """The problem in doubles, its rows sorted into lines exactly.

    Raises:
        ArithmeticError: when a row is lost in the range of doubles.
    """
    rows, lines, found = float_array(X), list[Floats](), dict[Vector, int]()
    line_of, stretch = np.full(len(X), -1), np.zeros(len(X))
    for index, row in enumerate(X):
        lead = next((entry for entry in row if entry), None)
        if lead is None:
            continue
        line = tuple(entry / lead for entry in row)
        if not rows[index].any():
            raise ArithmeticError(f"row {index} is too small beside the largest")
        if line not in found:
            found[line] = len(lines)
            lines.append(rows[index] / np.linalg.norm(rows[index]))
        line_of[index] = found[line]
        stretch[index] = rows[index] @ lines[found[line]]
    return Generation(rows, float_array(y), np.array(lines).reshape(len(lines), len(X[0])), line_of, stretch)


def minimise(problem: Generation, objective: str, limit: float) -> Optimum:
    """The optimum over all patterns that a search finds, from the columns that there are.

    That no other pattern matters is for :class:`numerics.dual_certificate.GaugeCover` to prove.

    Args:
        problem: with X and y of size about one; its columns grow.
        objective: ``"radius"`` (least cost that fits y, which must be possible), ``"loss"`` (within the cost
            ``limit``) or ``"penalised"`` (with weight ``limit`` on the cost).

    Raises:
        ArithmeticError: when the conic solver fails, or no optimum is reached in many rounds.
    """
    X, y, elastic = problem.X, problem.y, ELASTIC
    V, mu, level = np.zeros((0, X.shape[1])), problem.y, limit if objective == "penalised" else 0.0
    for _ in range(ROUNDS):
        if problem.columns:
            V, mu, level = master(problem.columns, X, y, objective, limit, elastic)
        active = V[np.linalg.norm(V, axis=1) > NEGLIGIBLE * np.linalg.norm(V)]
        if not problem.search(mu, level, active):
            missing = y - sum((column.outputs @ v for column, v in zip(problem.columns, V, strict=True)), 0 * y)
            if objective != "radius" or np.linalg.norm(missing) <= FITTED * np.linalg.norm(y):
                return _optimum(problem, V, mu, level)
            elastic *= 30
    raise ArithmeticError(f"no optimum after {ROUNDS} rounds of column generation")


def _optimum(problem: Generation, V: Floats, mu: Floats, level: float) -> Optimum:
    sizes = np.linalg.norm(V, axis=1)
    kept = np.flatnonzero(sizes > NEGLIGIBLE * sizes.max(initial=0.0))
    signs = np.array([problem.columns[k].sign for k in kept], dtype=np.int64)
    return Optimum(signs, V[kept], mu, level, len(problem.columns))
