"""scnn (pip install pyscnn, no dependency of ours) on the group lasso with all patterns: its augmented Lagrangian method."""

import numpy as np
from numpy.typing import NDArray

from theory.arrangement import arrange


def objective(X: NDArray[np.float64], y: NDArray[np.float64], beta: float) -> float:
    """½‖f − y‖² + β Σ‖v_j‖ at scnn's network, its outputs recomputed from its weights.

    scnn takes a pattern as a gate u with 1[Xu ≥ 0], divides the loss by n, and rescales the columns of X unless it is told
    not to, which would be another problem.
    """
    from scnn.metrics import Metrics
    from scnn.models import ConvexReLU
    from scnn.optimize import optimize_model
    from scnn.regularizers import NeuronGL1
    from scnn.solvers import AL

    arrangement = arrange(X)
    gates = np.array([[float(entry) for entry in arrangement.witness(k)] for k in range(arrangement.count)]).T
    model = ConvexReLU(gates / np.linalg.norm(gates, axis=0))
    network, _ = optimize_model(
        model, AL(model), Metrics(), X, y[:, None], regularizer=NeuronGL1(beta / len(y)), unitize_data=False,
        dtype="float64",
    )
    U, alpha = (np.asarray(part, dtype=float) for part in network.get_parameters())
    outputs = np.maximum(X @ U.T, 0) @ alpha.ravel()
    cost = float(np.linalg.norm(U, axis=1) @ abs(alpha.ravel()))
    return float(((outputs - y) ** 2).sum() / 2 + beta * cost)
