"""Column generation for ‖U‖_{S_p}‖α‖_2: masters over few columns, priced over all patterns in the metric they propose."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats
from numerics.metric_master import solve_master
from numerics.pattern_columns import Key, PatternColumns

#: A pattern is priced in when it violates the dual constraint by more than this, relatively.
VIOLATION = 1e-9
#: Columns that one pricing may add.
AT_ONCE = 64
#: Rounds before giving up.
ROUNDS = 200
#: Rounds without progress, relatively, after which what violates the dual constraint is rounding.
STALLED, PROGRESS = 5, 1e-10
#: A column whose weight is below this share of the largest is idle, and leaves a master of many columns, but not twice:
#: where multipliers are not unique, idle columns are what keeps them in place.
IDLE = 1e-6
#: Columns for each equation of the optimum (n outputs, d(d+1)/2 of the metric) from which a master has many.
MANY = 2
#: Raising the small eigenvalues of the metric, so that it is invertible, may cost about this share of the bound.
RAISED = 1e-10
#: The least radius is found when y is met to this accuracy.
MET = 1e-7
#: A level below this share of ‖y‖ stands for zero: the limit does not bind, and no metric is better than another.
NOT_BINDING = 1e-8


@dataclass(frozen=True)
class MetricOptimum:
    """The float optimum of one objective.

    Attributes:
        signs: of the neurons, length m.
        V: effective weights as rows, m × d.
        mu: multiplier of the outputs, length n.
        level: ω, what the dual gauge of μ in the metric must not exceed; 0 where the limit does not bind.
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


def raised(metric: Floats, p: float) -> Floats:
    """The metric with its eigenvalues at least δ times the largest; as ‖Z‖_{S_r} grows by δ^r, δ may be large for large r."""
    values, vectors = np.linalg.eigh(metric)
    share = (p - 2) / p if np.isfinite(p) else 1.0
    return np.asarray((vectors * np.maximum(values, RAISED**share * values.max())) @ vectors.T)


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
    d, size = columns.X.shape[1], float(np.linalg.norm(y))
    keys = columns.violated(y, np.eye(d), 0.0, set(), AT_ONCE)
    generated, elastic, values, dropped = len(keys), 100.0, list[float](), set[Key]()
    for rounds in range(1, ROUNDS + 1):
        chosen = [columns.column(key) for key in keys]
        found = solve_master(chosen, columns.X, y, limit, p, elastic)
        level = found.level if found.level > NOT_BINDING * size else 0.0
        metric = raised(found.metric / level, p) if level else np.eye(d)
        threshold = level * (1 + VIOLATION) or NOT_BINDING * size
        new = columns.violated(found.mu, whitening(metric), threshold, set(keys), AT_ONCE)
        sizes = np.linalg.norm(found.V, axis=1)
        kept = np.flatnonzero(sizes > IDLE * sizes.max())
        values.append(float(found.mu @ y - (0.0 if limit is None else found.mu @ found.mu / 2 + limit * found.level)))
        stalled = len(values) > STALLED and values[-1 - STALLED] - values[-1] <= PROGRESS * abs(values[-1])
        if not new or stalled:
            slack = np.linalg.norm(y - sum((c.outputs @ v for c, v in zip(chosen, found.V, strict=True)), 0 * y))
            if limit is not None or slack <= MET * size:
                signs = np.array([chosen[k].sign for k in kept], dtype=np.int64)
                return MetricOptimum(signs, found.V[kept], found.mu, level, metric, rounds, generated)
            elastic, values = elastic * 30, []
        if len(keys) > MANY * (len(y) + d * (d + 1) / 2):
            leaving = set(keys) - {keys[k] for k in kept} - dropped
            keys, dropped = [key for key in keys if key not in leaving], dropped | leaving
        keys += new
        generated += len(new)
    raise ArithmeticError(f"no optimum after {ROUNDS} rounds of column generation")
