"""Column generation for ‖U‖_{S_p}‖α‖_2: masters over few columns, priced over all patterns in the metric they propose."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats
from numerics.metric_master import MasterSolution, solve_master
from numerics.pattern_columns import PatternColumns

#: A pattern is priced in when it violates the dual constraint by more than this, relatively.
VIOLATION = 1e-9
#: Columns that one pricing may add.
AT_ONCE = 64
#: Rounds before giving up; each adds columns, so this is never reached but by rounding errors.
ROUNDS = 200
#: A column whose weight is below this share of the largest leaves the master.
IDLE = 1e-6
#: The metric is mixed with this share of the identity, which keeps it invertible and costs half as much of the bound.
MIXED = 1e-9
#: The least radius is found when y is met to this accuracy.
MET = 1e-7


@dataclass(frozen=True)
class MetricOptimum:
    """The float optimum of one objective.

    Attributes:
        signs: of the neurons, length m.
        V: effective weights as rows, m × d.
        mu: multiplier of the outputs, length n.
        level: ω, what the dual gauge of μ in the metric must not exceed.
        metric: Z, d × d, positive definite, ‖Z‖_{S_r} about 1.
        rounds: how often the master was solved.
        columns: columns generated.
    """

    signs: NDArray[np.int64]
    V: Floats
    mu: Floats
    level: float
    metric: Floats
    rounds: int
    columns: int


def whitening(metric: Floats) -> Floats:
    """T upper triangular with positive diagonal and (TTᵀ)⁻¹ = Z."""
    return np.asarray(np.linalg.inv(np.linalg.cholesky(metric)).T)


def minimise(columns: PatternColumns, y: Floats, limit: float | None, p: float) -> MetricOptimum:
    """The optimum over all patterns.

    Args:
        columns: of data of size about one.
        y: n targets of size about one, not zero.
        limit: least loss within this gauge, positive; None for the least gauge that fits y (which must be possible).
        p: exponent, in (2, ∞].

    Raises:
        ArithmeticError: when the conic solver fails, or no optimum is reached in many rounds.
    """
    d = columns.X.shape[1]
    keys = columns.violated(y, np.eye(d), 0.0, set(), AT_ONCE)
    generated, elastic = len(keys), 100.0
    for rounds in range(1, ROUNDS + 1):
        chosen = [columns.column(key) for key in keys]
        found = solve_master(chosen, columns.X, y, limit, p, elastic)
        metric = _mixed(found, d)
        threshold = found.level * (1 + VIOLATION)
        new = columns.violated(found.mu, whitening(metric), threshold, set(keys), AT_ONCE)
        sizes = np.linalg.norm(found.V, axis=1)
        kept = np.flatnonzero(sizes > IDLE * sizes.max())
        if not new:
            slack = np.linalg.norm(y - sum((c.outputs @ v for c, v in zip(chosen, found.V, strict=True)), 0 * y))
            if limit is not None or slack <= MET * np.linalg.norm(y):
                signs = np.array([chosen[k].sign for k in kept], dtype=np.int64)
                return MetricOptimum(signs, found.V[kept], found.mu, found.level, metric, rounds, generated)
            elastic *= 30
        keys = [keys[k] for k in kept] + new
        generated += len(new)
    raise ArithmeticError(f"no optimum after {ROUNDS} rounds of column generation")


def _mixed(found: MasterSolution, d: int) -> Floats:
    metric = found.metric / found.level if found.level > 0 else np.eye(d)
    return np.asarray((1 - MIXED) * metric + MIXED * np.trace(metric) / d * np.eye(d))
