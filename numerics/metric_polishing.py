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
from numerics.support import Blur, Support, support

STEPS = 12
#: Shares of the largest singular value that are tried as zero: optima need not be unique, and differences are rounded.
CUTOFFS = (1e-12, 1e-10, 1e-8, 1e-6)
#: Step of the differences, relative to what the unknown belongs to: about the cubic root of the rounding of doubles.
DIFFERENCE = 1e-5
#: Tried in turn until the residual is below the next number.
BLURS = (Blur(1e-8, 1e-4), Blur(1e-7, 1e-4), Blur(1e-6, 1e-3), Blur(1e-8, 0.0), Blur(1e-8, 1e-4, 1e-3), Blur(1e-6, 1e-3, 1e-2))
SOLVED = 1e-12


def polished(found: MetricOptimum, X: Floats, y: Floats, limit: float | None, p: float) -> MetricOptimum:
    """The optimum after Newton's method on the support for which it works best, with neurons of one cone added up."""
    first = support(found, X, BLURS[0])
    best, least, tried = replace(found, signs=first.signs, V=first.V), np.inf, set[bytes]()
    for blur in BLURS:
        neurons: Support | None = support(found, X, blur)
        while neurons is not None and not neurons.empty and neurons.sides.tobytes() not in tried:
            tried.add(neurons.sides.tobytes())
            bases = neurons.bases(X)
            if not all(basis.size for basis in bases):
                break
            equations = _Equations(bases, neurons.outputs(X, bases), y, limit, p, None if found.level else found.metric)
            z = np.concatenate([basis.T @ v for basis, v in zip(bases, neurons.V, strict=True)])
            start = np.concatenate([z, found.mu, [found.level], found.metric[np.triu_indices(X.shape[1])]])
            state, residual = _newton(equations, start)
            V, mu, level, Z = equations.parts(state)
            corrected = neurons.corrected(X, V)
            if corrected is None and residual < least:
                level, least = level if found.level else 0.0, residual
                best = replace(found, signs=neurons.signs, V=V, mu=mu, level=level, metric=Z)
            neurons = corrected
        if least < SOLVED:
            break
    return best


def _newton(equations: "_Equations", state: Floats) -> tuple[Floats, float]:
    """The state after steps as long as the residual decreases, and the residual."""
    least = float(np.linalg.norm(equations.residual(state)))
    for _ in range(STEPS):
        left, singular, right = np.linalg.svd(equations.jacobian(state), full_matrices=False)
        target, following = left.T @ equations.residual(state), None
        for cutoff in CUTOFFS:
            used = singular > cutoff * singular[0]
            trial = state - right[used].T @ (target[used] / singular[used])
            size = float(np.linalg.norm(equations.residual(trial)))
            if size < least:
                following, least = trial, size
        if following is None:
            break
        state = following
    return state, least


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
        others = np.full(len(mu) + 1, max(1.0, level, float(np.linalg.norm(mu))))
        metric = np.full(len(state) - k - len(others), np.linalg.eigvalsh(Z).max())
        return DIFFERENCE * np.concatenate([sizes[owner], others, metric])
