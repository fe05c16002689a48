"""scnn (pip install scnn, not a dependency) on the group lasso with all patterns: its augmented Lagrangian method."""

import numpy as np
from numpy.typing import NDArray

from theory.arrangement import arrange


def objective(X: NDArray[np.float64], y: NDArray[np.float64], beta: float) -> float:
    """½‖f − y‖² + β Σ‖v_i‖ + ‖w_i‖ at scnn's answer, outputs recomputed from its neurons.

    scnn takes gates as vectors u (a pattern is 1[Xu ≥ 0]), divides the loss by 2n, and rescales the columns of X unless it
    is told not to, which would be another problem.
    """
    from scnn.models import ConvexReLU
    from scnn.optimize import optimize_model
    from scnn.regularizers import NeuronGL1
    from scnn.solvers import AL

    arrangement = arrange(X)
    gates = np.array([[float(entry) for entry in arrangement.witness(k)] for k in range(arrangement.count)]).T
    model = ConvexReLU(gates / np.linalg.norm(gates, axis=0))
    model, _ = optimize_model(model, AL(model), None, X, y[:, None], regularizer=NeuronGL1(beta / len(y)),
                              unitize_data=False, verbose=False)
    v, w = (np.asarray(part).reshape(-1, X.shape[1]) for part in model.get_parameters()[:2])
    outputs = np.maximum(X @ v.T, 0).sum(axis=1) - np.maximum(X @ w.T, 0).sum(axis=1)
    cost = np.linalg.norm(v, axis=1).sum() + np.linalg.norm(w, axis=1).sum()
    return float(((outputs - y) ** 2).sum() / 2 + beta * cost)
