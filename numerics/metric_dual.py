"""From two optima in doubles, the solver's and Newton's, to the multiplier and the metric that prove most.

Newton's method looks at the columns in use alone. Where the metric Z is nearly singular, or several multipliers are optimal,
what it finds may violate the constraints of other columns, to which the interior-point solver keeps its distance. So mixtures
of both are tried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.dual_gauge import Floats
from numerics.metric_generation import MetricOptimum, raised, whitening
from numerics.pattern_columns import PatternColumns
from theory.exact.rational import Matrix, Vector

#: Shares of the solver's optimum in the mixtures.
SHARES = (0.0, 1e-4, 1e-2, 0.1, 1.0)
#: A bound this close to the best there can be, relatively, is not improved.
CLOSE = 1e-11
#: Singular values below this share of the largest do not count for the span of the neurons.
SPANNED = 1e-7
#: Entries of a multiplier below this share of the largest are rounding.
NOISE = Fraction(1, 2**49)


@dataclass(frozen=True)
class Dual:
    """A multiplier with its metric.

    Attributes:
        mu: multiplier of the outputs, length n.
        metric: Z, positive definite.
        level: max {|μᵀ(Xu)_+| : uᵀZu ≤ 1}.
        bound: what the pair proves: a least radius, or a least loss.
    """

    mu: Floats
    metric: Floats
    level: float
    bound: float


def best_dual(
    columns: PatternColumns, y: Floats, limit: float | None, p: float, rough: MetricOptimum, found: MetricOptimum
) -> Dual:
    """The pair that proves most, of the optima of the solver (``rough``) and of Newton's method (``found``)."""
    duals: list[Dual] = []
    for mu, metric in _candidates(rough, found):
        metric = raised(metric, p)
        level = columns.dual_gauge(mu, whitening(metric))
        slope = level * np.sqrt(np.linalg.norm(np.linalg.eigvalsh(metric), p / (p - 2) if np.isfinite(p) else 1))
        if limit is None:
            bound = float(mu @ y / slope) if slope else 0.0
            best = float(found.mu @ y / found.level)
        else:
            bound, best = (float(m @ y - m @ m / 2 - limit * s) for m, s in ((mu, slope), (found.mu, found.level)))
        duals.append(Dual(mu, metric, level, bound))
        if bound > best - CLOSE * abs(best):
            break
    return max(duals, key=lambda dual: dual.bound)


def _candidates(rough: MetricOptimum, found: MetricOptimum) -> Iterator[tuple[Floats, Floats]]:
    yield found.mu, _joined(found, rough.metric)
    for share in SHARES:
        yield (1 - share) * found.mu + share * rough.mu, (1 - share) * found.metric + share * rough.metric


def _joined(found: MetricOptimum, rough: Floats) -> Floats:
    """The metric of Newton's method on the span of the neurons, and the solver's elsewhere.

    Off that span Z vanishes at the optimum, for p < ∞ so flatly that Newton's method does not see it; but other columns do.
    """
    _, singular, right = np.linalg.svd(found.V)
    span = right[: int((singular > SPANNED * singular[0]).sum())]
    on = span.T @ span
    off = np.eye(len(on)) - on
    return np.asarray(on @ found.metric @ on + off @ rough @ off)


def cancelled(X: Matrix, mu: Vector) -> Vector:
    """μ without what rounding left of weights that cancel: the sum of μ_i‖x_i‖ over a line of rows is 0, or it is not small."""
    lines: dict[Vector, list[tuple[int, Fraction]]] = {}
    for index, row in enumerate(X):
        lead = next((entry for entry in row if entry), None)
        if lead is not None:
            lines.setdefault(tuple(entry / lead for entry in row), []).append((index, abs(lead)))
    found, small = list(mu), NOISE * max(map(abs, mu), default=Fraction(0))
    for rows in lines.values():
        total = sum((mu[index] * lead for index, lead in rows), Fraction(0))
        index, lead = rows[0]
        if abs(total) <= small * lead:
            found[index] -= total / lead
    return tuple(found)
