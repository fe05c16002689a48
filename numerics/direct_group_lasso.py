"""The group lasso with every pattern written down, as cvxpy states it: an independent, slow way to the same optimum."""

from typing import TYPE_CHECKING, Any

from numerics.float_instance import FloatInstance, Floats
from theory.arrangement import arrange
from theory.claim import Instance

if TYPE_CHECKING:
    import cvxpy as cp
    import numpy as np
    from numpy.typing import NDArray


def direct_model(X: Floats, y: Floats, beta: float, patterns: "NDArray[np.bool_]") -> "cp.Problem":
    """min ½‖Σ_i D_i X(v_i − w_i) − y‖² + β Σ_i ‖v_i‖ + ‖w_i‖ over v_i, w_i ∈ K_{D_i}, with all rows of every cone.

    Args:
        X, y: n × d and n.
        beta: weight of the cost.
        patterns: the D_i, P × n.
    """
    import cvxpy as cp

    active = patterns.T.astype(float)
    v, w = cp.Variable((X.shape[1], len(patterns))), cp.Variable((X.shape[1], len(patterns)))
    fit = cp.sum(cp.multiply(active, X @ (v - w)), axis=1)
    cones = [cp.multiply(2 * active - 1, X @ each) >= 0 for each in (v, w)]
    cost = cp.sum(cp.norm(v, axis=0)) + cp.sum(cp.norm(w, axis=0))
    return cp.Problem(cp.Minimize(cp.sum_squares(fit - y) / 2 + beta * cost), cones)


def direct_optimum(instance: Instance) -> float:
    """The optimum of the direct model for an instance ``{"X", "y", "beta"}``."""
    data = FloatInstance.read(instance)
    model = direct_model(data.X, data.y, data.beta, arrange(instance["X"]).patterns)
    value: Any = model.solve(solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    return float(value) * data.loss_unit
