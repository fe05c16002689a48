"""The gauge of given effective weights, Γ_p(V) = min {‖V diag(q)^{-1/2}‖_{S_p} : q ≥ 0, Σq = 1}, in doubles."""

import warnings
from dataclasses import dataclass

import numpy as np

from numerics.dual_gauge import Floats

#: What the conic solver is asked for.
ACCURACY = 1e-11


@dataclass(frozen=True)
class GaugeOptimum:
    """Both sides of the minimax.

    Attributes:
        shares: q, length m.
        metric: Z ⪰ 0 with ‖Z‖_{S_r} about 1, d × d; Γ_p(V) = Σ √(v_jᵀZv_j).
    """

    shares: Floats
    metric: Floats


def gauge_optimum(V: Floats, p: float) -> GaugeOptimum:
    """The optimum for effective weights v_j ≠ 0 as rows, m × d, and p in (2, ∞].

    Raises:
        ArithmeticError: when the conic solver fails.
    """
    import cvxpy as cp

    size = np.linalg.norm(V)
    m, d = V.shape
    M, q, t = cp.Variable((d, d), symmetric=True), cp.Variable(m), cp.Variable()
    schur = cp.bmat([[M, V.T / size], [V / size, cp.diag(q)]]) >> 0
    if np.isinf(p):
        ball = [t * np.eye(d) - M >> 0]
    else:
        z = cp.Variable(d, nonneg=True)
        ball = [cp.lambda_sum_largest(M, k) <= cp.sum(z[:k]) for k in range(1, d + 1)]
        ball.append(cp.norm(z, p / 2) <= t)
    model = cp.Problem(cp.Minimize((t + cp.sum(q)) / 2), [schur, *ball])
    try:
        with warnings.catch_warnings():
            # Less accuracy than asked for is no matter here: the exact checker measures what comes of it.
            warnings.simplefilter("ignore", UserWarning)
            model.solve(solver="CLARABEL", tol_gap_abs=ACCURACY, tol_gap_rel=ACCURACY, tol_feas=ACCURACY)
    except cp.SolverError as error:
        raise ArithmeticError(str(error)) from error
    if q.value is None:
        raise ArithmeticError(f"the conic solver ended with {model.status}")
    shares = np.maximum(q.value, np.finfo(float).eps * q.value.max())
    dual = schur.dual_value[:d, :d]
    values = np.linalg.eigvalsh(dual)
    return GaugeOptimum(shares / shares.sum(), dual / np.linalg.norm(values, p / (p - 2) if np.isfinite(p) else 1))
