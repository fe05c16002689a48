"""Newton's method on the support of a group-lasso optimum: from the accuracy of a conic solver to that of doubles.

Once it is known which neurons there are and which rows each lies on, nothing but smooth equations is left. With
v_j = N_j z_j (N_j an orthonormal basis of what is orthogonal to those rows), G_j = σ_j D_j X N_j, e_j = z_j/‖z_j‖:

    w e_j = G_jᵀμ for all j,     Gz + μ = y (Gz = y for the radius),     w as given, or Σ‖z_j‖ = R where R binds.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from numerics.column_generation import Optimum
from numerics.dual_gauge import Floats

#: A neuron lies on a row when the sine of its angle to the row's hyperplane is below this.
ON_ROW = 1e-6
STEPS = 12
#: Neurons smaller than this, relatively, must meet their optimality condition to this accuracy.
SMALL = 1e-5
#: Neurons of one sign whose directions differ by less may be one; tried in turn.
ANGLES = (1e-5, 1e-4, 1e-3)
#: The residual of equations that are solved, relatively; and how small a neuron is doubtful when they are not.
SOLVED, DOUBTFUL = 1e-13, 1e-3
#: A multiplier of the radius below this share of ‖y‖ stands for zero.
NOT_BINDING = 1e-8


def on_rows(X: Floats, v: Floats) -> NDArray[np.bool_]:
    """The rows of X on whose hyperplane the weight v lies, zero rows among them."""
    return np.asarray(abs(X @ v) <= ON_ROW * np.linalg.norm(X, axis=1) * np.linalg.norm(v))


def polished(found: Optimum, X: Floats, y: Floats, objective: str, limit: float) -> Optimum:
    """The optimum after Newton's method; as it was, when the method does not converge.

    Where it does not converge two neurons may be one, or a small neuron none at all, so that is tried as well.
    """
    for angle in ANGLES:
        support = _cleared(found, X, angle)
        while len(support.V):
            result = _newton(support, X, y, objective, limit)
            if result is not None:
                return result
            sizes = np.linalg.norm(support.V, axis=1)
            if sizes.min() > DOUBTFUL * sizes.max():
                break
            kept = np.arange(len(sizes)) != sizes.argmin()
            support = replace(support, signs=support.signs[kept], V=support.V[kept])
    return found


def _newton(found: Optimum, X: Floats, y: Floats, objective: str, limit: float) -> Optimum | None:
    """The solution of the equations on this support, or None."""
    bases, blocks, beside = [], [], []
    for sign, v in zip(found.signs, found.V, strict=True):
        on = on_rows(X, v)
        _, singular, right = np.linalg.svd(X[on], full_matrices=True)
        bases.append(right[int((singular > 1e-9).sum()):].T)
        blocks.append(sign * ((X @ v > 0) & ~on)[:, None] * X @ bases[-1])
        beside.append(np.sign(X @ v) * ~on)
    if any(basis.shape[1] == 0 for basis in bases):
        return None
    system = _Equations(np.hstack(blocks), np.cumsum([b.shape[1] for b in bases])[:-1], y, objective, limit, found.gauge)
    z = np.concatenate([basis.T @ v for basis, v in zip(bases, found.V, strict=True)])
    best = np.concatenate([z, found.mu, [found.gauge]])
    least = np.linalg.norm(system.residual(best))
    for _ in range(STEPS):
        state = best - np.linalg.lstsq(system.jacobian(best), system.residual(best), rcond=1e-13)[0]
        size = np.linalg.norm(system.residual(state))
        if not size < least:
            break
        best, least = state, size
    V = np.array([basis @ part for basis, part in zip(bases, np.split(best[: len(z)], system.cuts), strict=True)])
    if least > SOLVED * (1 + np.linalg.norm(best)) or any((X @ v * side < 0).any() for v, side in zip(V, beside, strict=True)):
        return None
    return replace(found, V=V, mu=best[len(z) : -1], gauge=max(float(best[-1]), 0.0))


def _cleared(found: Optimum, X: Floats, angle: float) -> Optimum:
    """The neurons as they are meant: without what an interior-point solver leaves behind, each of them once.

    Tiny neurons for which w‖v‖ = σ μᵀ(Xv)_+ fails are dropped; neurons of one sign and direction (up to an
    angle), which lie on the boundary of several cells, are joined.
    """
    sizes = np.linalg.norm(found.V, axis=1)
    gains = found.signs * (np.maximum(found.V @ X.T, 0) @ found.mu)
    kept = (sizes > SMALL * sizes.max(initial=0.0)) | (abs(gains - found.gauge * sizes) <= SMALL * found.gauge * sizes)
    joined: list[tuple[int, Floats]] = []
    for sign, v in zip(found.signs[kept], found.V[kept], strict=True):
        for place, (other_sign, other) in enumerate(joined):
            if sign == other_sign and v @ other > (1 - angle**2 / 2) * np.linalg.norm(v) * np.linalg.norm(other):
                joined[place] = sign, v + other
                break
        else:
            joined.append((sign, v))
    V = np.array([v for _, v in joined]).reshape(len(joined), X.shape[1])
    return replace(found, signs=np.array([sign for sign, _ in joined], dtype=np.int64), V=V)


class _Equations:
    """The equations above in the unknowns (z, μ, w), and their derivative."""

    def __init__(self, G: Floats, cuts: NDArray[np.int64], y: Floats, objective: str, limit: float, w: float) -> None:
        self.G, self.cuts, self.y, self.limit = G, cuts, y, limit
        self.residual_counts = 0.0 if objective == "radius" else 1.0
        # A radius that no network needs has the multiplier zero.
        self.binding = objective == "loss" and w > NOT_BINDING * np.linalg.norm(y)
        self.w = 0.0 if objective == "loss" else w

    def _parts(self, state: Floats) -> tuple[Floats, Floats, float, Floats, Floats]:
        k = self.G.shape[1]
        z, mu, w = state[:k], state[k:-1], float(state[-1])
        sizes = np.concatenate([np.full(len(part), np.linalg.norm(part)) for part in np.split(z, self.cuts)])
        return z, mu, w, z / sizes, sizes

    def residual(self, state: Floats) -> Floats:
        z, mu, w, e, _ = self._parts(state)
        last = e @ z - self.limit if self.binding else w - self.w
        return np.concatenate([w * e - self.G.T @ mu, self.G @ z + self.residual_counts * mu - self.y, [last]])

    def jacobian(self, state: Floats) -> Floats:
        z, mu, w, e, sizes = self._parts(state)
        k, n = len(z), len(mu)
        J = np.zeros((k + n + 1, k + n + 1))
        J[:k, :k] = np.diag(w / sizes)
        for part in np.split(np.arange(k), self.cuts):
            J[np.ix_(part, part)] -= w / sizes[part[0]] * np.outer(e[part], e[part])
        J[:k, k : k + n] = -self.G.T
        J[k : k + n, :k] = self.G
        J[k : k + n, k : k + n] = self.residual_counts * np.eye(n)
        J[:k, -1] = e
        if self.binding:
            J[-1, :k] = e
        else:
            J[-1, -1] = 1.0
        return J
