"""The least logistic loss within a radius with every pattern written down, as cvxpy states it: a slow, independent way."""

from typing import Any

import numpy as np

from numerics.solving import solve
from theory.arrangement import arrange
from theory.claim import Certificate, Instance
from theory.exact.rational import read_number
from theory.problem import Problem


def certify_logistic(instance: Instance) -> Certificate:
    """The interval for an instance ``{"X", "y", "set", "radius"}``."""
    problem = {"X": instance["X"], "y": instance["y"]}
    return solve(problem, instance["set"], objective="loss", radius=instance["radius"], loss="logistic").certificate


def direct_optimum(instance: Instance) -> float:
    """min Σ log(1 + exp(−y_i f_i)), f = Σ_i D_i X(v_i − w_i), v_i, w_i ∈ K_{D_i}, with the sum of their norms ≤ radius."""
    import cvxpy as cp

    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    # Rows in a unit in which they are at most one, or the cones' tolerances are too coarse for small rows.
    unit = float(abs(problem.X_float).max()) or 1.0
    X, radius = problem.X_float / unit, unit * float(read_number(instance["radius"], "radius"))
    if radius == 0:
        return problem.n * float(np.log(2.0))
    active = arrange(instance["X"]).patterns.T.astype(float)
    v, w = (cp.Variable((problem.d, active.shape[1])) for _ in range(2))
    outputs = radius * cp.sum(cp.multiply(active, X @ (v - w)), axis=1)
    loss = cp.sum(cp.logistic(cp.multiply(-problem.y_float, outputs)))
    cones = [cp.multiply(2 * active - 1, X @ each) >= 0 for each in (v, w)]
    order: Any = 2 if instance["set"] == "frobenius" else "inf"
    cost = cp.sum(cp.norm(v, order, axis=0)) + cp.sum(cp.norm(w, order, axis=0))
    model = cp.Problem(cp.Minimize(loss), [*cones, cost <= 1])
    value: Any = model.solve(solver="CLARABEL", tol_gap_abs=1e-9, tol_gap_rel=1e-9, tol_feas=1e-9)
    return float(value)
