"""Training a two-layer network from many random starts, the non-convex way: nothing here knows of the convex form."""

from typing import Any

import numpy as np

from numerics.float_instance import FloatInstance, Floats
from theory.claim import Instance

#: Random starts, each at one of three scales. Local minima and the kinks on which optimal neurons lie keep what is reached
#: a few per cent above the optimum at worst, where more starts or other first-order methods keep it too.
STARTS, SCALES = 12, (0.3, 1.0, 2.0)


def best_of_many_starts(instance: Instance) -> float:
    """The least ½‖f(θ) − y‖² + (β/2)(‖U‖_F² + ‖α‖²) that L-BFGS reaches for an instance ``{"X", "y", "beta"}``."""
    from scipy.optimize import minimize

    data = FloatInstance.read(instance)
    X, y, beta = data.X, data.y, data.beta
    n, d = X.shape
    width = 2 * n + 4

    def objective(theta: Floats) -> tuple[float, Floats]:
        U, alpha = theta[: width * d].reshape(width, d), theta[width * d :]
        hidden = np.maximum(X @ U.T, 0.0)
        residual = hidden @ alpha - y
        in_U = ((hidden > 0) * alpha * residual[:, None]).T @ X
        value = residual @ residual / 2 + beta / 2 * (theta @ theta)
        return float(value), np.concatenate([in_U.ravel(), hidden.T @ residual]) + beta * theta

    rng, best = np.random.default_rng(0), float(y @ y) / 2
    for start in range(STARTS):
        theta = SCALES[start % len(SCALES)] * rng.standard_normal(width * (d + 1))
        options: Any = {"maxiter": 2000, "maxfun": 3000, "ftol": 1e-14, "gtol": 1e-9}
        best = min(best, float(minimize(objective, theta, jac=True, method="L-BFGS-B", options=options).fun))
    return best * data.loss_unit
