"""Newton's method on the support of an optimum for ‖U‖_{S_p}‖α‖_2: from a conic solver's accuracy to that of doubles.

Once it is known which neurons there are and which rows each lies on, smooth equations are left. With v_j = N_j z_j (N_j an
orthonormal basis of what is orthogonal to those rows), G_j = σ_j D_j X N_j, a_j = √(v_jᵀZv_j), M = Σ v_jv_jᵀ/a_j, s = p/2:

    ω N_jᵀZv_j / a_j = G_jᵀμ for all j,     Gz + μ = y (Gz = y for the radius),     ω = 1, or Σa_j = R,
    Z = (M/‖M‖_{S_s})^{s−1},  or for p = ∞:  MZ = (Σa_j) Z, tr Z = 1.

Where the limit R does not bind, ω = 0 and Z stays as it is.
The derivative is taken by differences; that costs one evaluation a variable, and as accurate steps as the equations allow.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats
from numerics.metric_generation import MetricOptimum

#: A neuron lies on a row when its distance from the row's hyperplane is below this share of the largest neuron.
ON_ROW = 1e-8
STEPS = 12
#: Shares of the largest singular value that are tried as zero: optima need not be unique, and differences are rounded.
CUTOFFS = (1e-12, 1e-10, 1e-8, 1e-6)
#: Neurons smaller than the first, relatively, must meet their optimality condition to the accuracy of the second.
SMALL, MISMATCH = 1e-3, 1e-4
#: Step of the differences, relative to what the unknown belongs to: about the cubic root of the rounding of doubles.
DIFFERENCE = 1e-5
#: Singular values of rows that count as zero, relatively.
DEPENDENT = 1e-9


def polished(found: MetricOptimum, X: Floats, y: Floats, limit: float | None, p: float) -> MetricOptimum:
    """The optimum with neurons of one cone added up, after Newton's method as long as the residual decreases."""
    found = _merged(_without_spurious(found, X), X)
    near, bases, outputs = nearness(found.V), [], []
    for sign, v in zip(found.signs, found.V, strict=True):
        on, basis = face(X, v, near)
        bases.append(basis)
        outputs.append(sign * ((X @ v > 0) & ~on)[:, None] * X @ basis)
    if not bases:
        return found
    equations = _Equations(bases, np.hstack(outputs), y, limit, p, None if found.level else found.metric)
    z = np.concatenate([basis.T @ v for basis, v in zip(bases, found.V, strict=True)])
    best = np.concatenate([z, found.mu, [found.level], found.metric[np.triu_indices(X.shape[1])]])
    least = np.linalg.norm(equations.residual(best))
    for _ in range(STEPS):
        left, singular, right = np.linalg.svd(equations.jacobian(best), full_matrices=False)
        target, improved = left.T @ equations.residual(best), False
        for cutoff in CUTOFFS:
            used = singular > cutoff * singular[0]
            trial = best - right[used].T @ (target[used] / singular[used])
            size = np.linalg.norm(equations.residual(trial))
            if size < least:
                following, least, improved = trial, size, True
        if not improved:
            break
        best = following
    V, mu, level, Z = equations.parts(best)
    level = level if found.level else 0.0
    off = [~face(X, v, near)[0] for v in found.V]
    kept_sides = all(((X @ new)[o] * (X @ old)[o] >= 0).all() for new, old, o in zip(V, found.V, off, strict=True))
    return replace(found, V=V, mu=mu, level=level, metric=Z) if kept_sides else found


def face(X: Floats, v: Floats, near: float) -> tuple[NDArray[np.bool_], Floats]:
    """The rows whose hyperplane is nearer to v than ``near``, and an orthonormal basis of where they meet, as columns.

    Zero rows are among them. Rows so close together that they would leave nothing but zero are told apart more finely.
    """
    lengths = np.linalg.norm(X, axis=1)
    while True:
        on = abs(X @ v) <= near * lengths
        _, singular, right = np.linalg.svd(X[on], full_matrices=True)
        rank = int((singular > DEPENDENT * singular.max(initial=0.0)).sum())
        if rank < len(v):
            return on, right[rank:].T
        near /= 4


def nearness(V: Floats) -> float:
    """The distance from a hyperplane that counts as none."""
    return ON_ROW * float(np.linalg.norm(V, axis=1).max(initial=0.0))


def _without_spurious(found: MetricOptimum, X: Floats) -> MetricOptimum:
    """Without the tiny neurons that an interior-point solver leaves behind: ω a_j = σ_j μᵀ(Xv_j)_+ fails for them."""
    sizes = np.linalg.norm(found.V, axis=1)
    level = found.level * np.sqrt(np.einsum("jd,de,je->j", found.V, found.metric, found.V))
    gains = found.signs * (np.maximum(found.V @ X.T, 0) @ found.mu)
    kept = (sizes > SMALL * sizes.max(initial=0.0)) | (abs(gains - level) <= MISMATCH * level)
    return replace(found, signs=found.signs[kept], V=found.V[kept])


def _merged(found: MetricOptimum, X: Floats) -> MetricOptimum:
    """Neurons of one sign that lie in one closed cone, added up: the outputs stay, and the gauge does not grow."""
    near, signs = nearness(found.V), list[int]()
    weights: list[Floats] = []
    sides: list[NDArray[np.int64]] = []
    for index in np.argsort(-np.linalg.norm(found.V, axis=1), kind="stable"):
        v = found.V[index]
        side = np.where(face(X, v, near)[0], 0, np.sign(X @ v)).astype(np.int64)
        for j, sign in enumerate(signs):
            if sign == found.signs[index] and (sides[j] * side >= 0).all():
                weights[j], sides[j] = weights[j] + v, np.where(sides[j], sides[j], side)
                break
        else:
            signs.append(int(found.signs[index]))
            weights.append(v)
            sides.append(side)
    return replace(found, signs=np.array(signs, dtype=np.int64), V=np.array(weights).reshape(len(weights), X.shape[1]))


class _Equations:
    """The equations above in the unknowns (z, μ, ω, Z)."""

    def __init__(
        self, bases: list[Floats], G: Floats, y: Floats, limit: float | None, p: float, fixed: Floats | None
    ) -> None:
        self.G, self.y, self.limit, self.p, self.m, self.fixed = G, y, limit, p, len(bases), fixed
        self.d = len(bases[0])
        self.span = np.zeros((self.m * self.d, G.shape[1]))
        column = 0
        for j, basis in enumerate(bases):
            self.span[j * self.d : (j + 1) * self.d, column : column + basis.shape[1]] = basis
            column += basis.shape[1]

    def parts(self, state: Floats) -> tuple[Floats, Floats, float, Floats]:
        """(V, μ, ω, Z)."""
        k, n = self.G.shape[1], len(self.y)
        Z = np.zeros((self.d, self.d))
        Z[np.triu_indices(self.d)] = state[k + n + 1 :]
        Z += np.triu(Z, 1).T
        return (self.span @ state[:k]).reshape(self.m, self.d), state[k : k + n], float(state[k + n]), Z

    def residual(self, state: Floats) -> Floats:
        """All left sides minus right sides."""
        V, mu, level, Z = self.parts(state)
        pulled = V @ Z
        a = np.sqrt(np.maximum(np.einsum("jd,jd->j", pulled, V), np.finfo(float).tiny))
        stationary = level * self.span.T @ (pulled / a[:, None]).ravel() - self.G.T @ mu
        fit = self.G @ state[: self.G.shape[1]] - self.y
        M = (V / a[:, None]).T @ V
        if self.limit is None:
            last = level - 1
        else:
            fit, last = fit + mu, a.sum() - self.limit if self.fixed is None else level
        return np.concatenate([stationary, fit, [last], self._metric(M, Z, a.sum())])

    def _metric(self, M: Floats, Z: Floats, total: float) -> Floats:
        if self.fixed is not None:
            return np.asarray(Z - self.fixed).ravel()
        if np.isinf(self.p):
            return np.append((total * Z - M @ Z).ravel() / total, np.trace(Z) - 1)
        s = self.p / 2
        values, vectors = np.linalg.eigh(M)
        values = np.maximum(values, 0.0) / np.linalg.norm(values, s)
        # Of the two powers s − 1 and 1/(s − 1) the one that is at least 1 is smooth where an eigenvalue is zero.
        if s >= 2:
            return np.asarray((vectors * values ** (s - 1)) @ vectors.T - Z).ravel()
        scale, turned = np.linalg.eigh(Z)
        power = (turned * np.maximum(scale, 0.0) ** (1 / (s - 1))) @ turned.T
        return np.asarray(power - (vectors * values) @ vectors.T).ravel()

    def jacobian(self, state: Floats) -> NDArray[np.float64]:
        """Derivatives of the residual by central differences."""
        columns = []
        for index, step in enumerate(self._steps(state)):
            before, after = state.copy(), state.copy()
            before[index], after[index] = state[index] - step, state[index] + step
            columns.append((self.residual(after) - self.residual(before)) / (after[index] - before[index]))
        return np.array(columns).T

    def _steps(self, state: Floats) -> Floats:
        V, mu, level, Z = self.parts(state)
        k = self.G.shape[1]
        sizes = np.linalg.norm(V, axis=1)
        owner = (abs(self.span).reshape(self.m, self.d, k).sum(axis=1) > 0).argmax(axis=0)
        metric = np.full(len(state) - k - len(mu) - 1, np.linalg.eigvalsh(Z).max())
        return DIFFERENCE * np.concatenate([sizes[owner], np.full(len(mu), max(1.0, np.linalg.norm(mu))), [max(1.0, level)], metric])
