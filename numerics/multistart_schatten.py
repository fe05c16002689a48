"""Training within a Schatten set from many random starts, the non-convex way: nothing here knows of the convex form."""

from typing import Any

import numpy as np

from numerics.dual_gauge import Floats
from theory.claim import Instance
from theory.exact.rational import read_number
from theory.problem import Problem

#: Random starts. Local minima and kinks keep what is reached a few per cent above the optimum at worst.
STARTS = 10
#: The spectral norm is not smooth; a Schatten norm this high is, and at most d^{1/p} times it.
SMOOTH = 40.0


def best_of_many_starts(instance: Instance) -> float:
    """The least ½‖f(θ) − y‖² within ‖U‖_{S_p}‖α‖_2 ≤ R that L-BFGS reaches for an instance ``{"X", "y", "p", "radius"}``."""
    from scipy.optimize import minimize

    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    row, target = (float(abs(values).max()) or 1.0 for values in (problem.X_float, problem.y_float))
    X, y = problem.X_float / row, problem.y_float / target
    p = np.inf if instance["p"] == "inf" else float(read_number(instance["p"], "p"))
    R = float(read_number(instance["radius"], "radius")) * row / target
    (n, d), smooth = X.shape, min(p, SMOOTH)
    width = n + d + 2

    def fitted(theta: Floats, norm: float) -> tuple[float, Floats]:
        """Loss of the outputs scaled to the best size within the set for one of the norms, and its gradient."""
        U, alpha = theta[: width * d].reshape(width, d), theta[width * d :]
        left, values, right = np.linalg.svd(U, full_matrices=False)
        in_norm, out_norm = float(np.linalg.norm(values, norm)), float(np.linalg.norm(alpha))
        hidden, product = np.maximum(X @ U.T, 0.0), in_norm * out_norm
        outputs = hidden @ alpha
        energy = float(outputs @ outputs)
        best_scale = max(float(outputs @ y) / energy, 0.0) if energy > 0 else 0.0
        scale = min(best_scale, R / product) if product > 0 else 0.0
        residual = scale * outputs - y
        in_outputs = scale * residual
        gradient_U, gradient_alpha = ((hidden > 0) * alpha * in_outputs[:, None]).T @ X, hidden.T @ in_outputs
        if scale * product >= R * (1 - 1e-12) and np.isfinite(norm) and product > 0:
            # On the boundary the scale is R/product, and falls as the norms grow.
            slope = -scale * (residual @ outputs)
            gradient_U += slope / in_norm * (left * (values / in_norm) ** (norm - 1)) @ right
            gradient_alpha += slope / out_norm**2 * alpha
        return float(residual @ residual / 2), np.concatenate([gradient_U.ravel(), gradient_alpha])

    rng, best = np.random.default_rng(0), float(y @ y) / 2
    for _ in range(STARTS):
        start = rng.standard_normal(width * (d + 1))
        options: Any = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-9}
        found = minimize(fitted, start, (smooth,), jac=True, method="L-BFGS-B", options=options)
        best = min(best, fitted(found.x, p)[0])
    return best * target**2
