"""The spectral and Schatten rows with every pattern written down, as cvxpy states them: independent and slow."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.dual_gauge import Floats
from theory.arrangement import arrange
from theory.claim import Instance
from theory.exact.rational import read_number
from theory.problem import Problem

if TYPE_CHECKING:
    import cvxpy as cp
    from numpy.typing import NDArray

#: What the conic solver is asked for.
ACCURACY = 1e-10


def direct_model(X: Floats, y: Floats, p: float, limit: float | None, patterns: "NDArray[np.bool_]") -> "cp.Problem":
    """min ½(t + Σq) with Σ_i D_i X(v_i − w_i) = y, or min ½‖Σ_i D_i X(v_i − w_i) − y‖² with ½(t + Σq) ≤ ``limit``.

    V = [v, w] in their cones, with all rows of every cone. For p = ∞ [[tI, V], [Vᵀ, diag q]] ⪰ 0; else the eigenvalues of some
    M with [[M, V], [Vᵀ, diag q]] ⪰ 0 are majorised by a vector whose ℓ_{p/2} norm is at most t. As (V, q, t) → (V, cq, t/c)
    keeps that, ½(t + Σq) is √(t Σq) at its least.

    Args:
        X, y: n × d and n, of size about one.
        p: exponent, at least 2 or ∞.
        limit: the radius for the loss, None for the least radius.
        patterns: the D_i, P × n.
    """
    import cvxpy as cp

    d, count = X.shape[1], len(patterns)
    active = patterns.T.astype(float)
    V, q, t = cp.Variable((d, 2 * count)), cp.Variable(2 * count), cp.Variable()
    fit = cp.sum(cp.multiply(active, X @ (V[:, :count] - V[:, count:])), axis=1)
    constraints = [cp.multiply(2 * active - 1, X @ part) >= 0 for part in (V[:, :count], V[:, count:])]
    M = cp.Variable((d, d), symmetric=True)
    constraints.append(cp.bmat([[M, V], [V.T, cp.diag(q)]]) >> 0)
    if np.isinf(p):
        constraints.append(t * np.eye(d) - M >> 0)
    else:
        z = cp.Variable(d, nonneg=True)
        constraints += [cp.lambda_sum_largest(M, k) <= cp.sum(z[:k]) for k in range(1, d + 1)]
        constraints.append(cp.norm(z, p / 2) <= t)
    gauge = (t + cp.sum(q)) / 2
    if limit is None:
        return cp.Problem(cp.Minimize(gauge), [*constraints, fit == y])
    return cp.Problem(cp.Minimize(cp.sum_squares(fit - y) / 2), [*constraints, gauge <= limit])


def direct_optimum(instance: Instance) -> float:
    """The optimum of the direct model for an instance ``{"X", "y", "p"}``, with ``"radius"`` for the least loss."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    row, target = (float(abs(values).max()) or 1.0 for values in (problem.X_float, problem.y_float))
    p = np.inf if instance["p"] == "inf" else float(read_number(instance["p"], "p"))
    loss = "radius" in instance
    limit = float(read_number(instance["radius"], "radius")) * row / target if loss else None
    model = direct_model(problem.X_float / row, problem.y_float / target, p, limit, arrange(instance["X"]).patterns)
    with warnings.catch_warnings():
        # Near the accuracy that is asked for the solver often says so; comparisons allow for it.
        warnings.simplefilter("ignore", UserWarning)
        value: Any = model.solve(solver="CLARABEL", tol_gap_abs=ACCURACY, tol_gap_rel=ACCURACY, tol_feas=ACCURACY)
    return float(value) * (target**2 if loss else target / row)
