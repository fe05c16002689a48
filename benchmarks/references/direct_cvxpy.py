"""The group lasso with all patterns, written down and handed to CLARABEL by cvxpy, at CLARABEL's own tolerances (1e-8)."""

import numpy as np
from numpy.typing import NDArray

from numerics.direct_group_lasso import direct_model
from theory.arrangement import arrange


def optimum(X: NDArray[np.float64], y: NDArray[np.float64], beta: float) -> float:
    """min ½‖f − y‖² + β Σ‖v_i‖ + ‖w_i‖; enumerating the patterns counts, as it does for everybody."""
    value: float = direct_model(X, y, beta, arrange(X).patterns).solve(solver="CLARABEL")
    return value
