"""The Lion-K flow and its Lyapunov function in floating point, for a smoothed K. One matrix for each layer.

K(M) = min_Z N(Z) + ‖M − Z‖²/2e with N the support function of the induced set: Huber's function when N = |·|. Then
∇K(M) is the projection of M/e on the set, and e → 0 gives the optimizer's own step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.lion_k.composed import ComposedSet
from theory.lion_k.exponents import Floats

Point = list[Floats]


@dataclass(frozen=True)
class Flow:
    """ẋ = ∇K(m − ε(α∇f + γm)) − λx, ṁ = −α∇f − γm [2310.05898].

    Attributes:
        composed: the induced set of every layer.
        smoothing: e > 0.
        epsilon, gamma, lam, alpha: ε ≥ 0 and γ, λ, α > 0; the Lyapunov function needs εγ ≤ 1.
    """

    composed: ComposedSet
    smoothing: float
    epsilon: float
    gamma: float
    lam: float
    alpha: float

    def gradient_K(self, M: Sequence[Floats]) -> Point:
        """∇K(M): the projection of M/e."""
        return self.composed.projection([matrix / self.smoothing for matrix in M])

    def K(self, M: Sequence[Floats]) -> float:
        """K(M) = ⟨M, D⟩ − (e/2)‖D‖² at D = ∇K(M); an error in D enters squared."""
        D = self.gradient_K(M)
        return _inner(M, D) - self.smoothing / 2 * _inner(D, D)

    def K_conjugate(self, D: Sequence[Floats]) -> float:
        """K*(D) on the induced set: (e/2)‖D‖²."""
        return self.smoothing / 2 * _inner(D, D)

    def velocity(self, x: Point, m: Point, g: Point) -> tuple[Point, Point]:
        """(ẋ, ṁ) at a point with gradient g."""
        dm = [-self.alpha * b - self.gamma * a for a, b in zip(m, g, strict=True)]
        step = self.gradient_K([a + self.epsilon * b for a, b in zip(m, dm, strict=True)])
        return [s - self.lam * a for s, a in zip(step, x, strict=True)], dm

    def lyapunov(self, x: Point, m: Point, f: float) -> float:
        """H = αf + (γ/λ)K*(λx) + (1−εγ)/(1+ελ)·(K*(λx) + K(m) − λ⟨m, x⟩), for λx in the induced set."""
        at_x = self.K_conjugate([self.lam * matrix for matrix in x])
        constant = (1 - self.epsilon * self.gamma) / (1 + self.epsilon * self.lam)
        coupling = at_x + self.K(m) - self.lam * _inner(m, x)
        return self.alpha * f + self.gamma / self.lam * at_x + constant * coupling

    def slope(self, x: Point, m: Point, g: Point) -> float:
        """dH/dt by central differences along the velocity, for f linear near x with gradient g.

        ∇K is Lipschitz but not smooth, so the error is of the order of the step, here 1e-6 in units of the velocity.
        """
        dx, dm = self.velocity(x, m, g)
        time = 1e-6 / (1 + np.sqrt(_inner(dx, dx) + _inner(dm, dm)))
        values = []
        for t in (-time, time):
            moved_x = [a + t * b for a, b in zip(x, dx, strict=True)]
            moved_m = [a + t * b for a, b in zip(m, dm, strict=True)]
            values.append(self.lyapunov(moved_x, moved_m, t * _inner(g, dx)))
        return float((values[1] - values[0]) / (2 * time))

    def slope_of_run(self, x: Point, m: Point, g: Point) -> float:
        """dH/dt as the difference quotient of H over a short run, for f linear with gradient g."""
        dx, dm = self.velocity(x, m, g)
        time = 1e-6 / (1 + np.sqrt(_inner(dx, dx) + _inner(dm, dm)))
        path = self.run(x, m, lambda now: _inner(g, now), lambda now: g, np.array([0.0, time]))
        return float((path[1][2] - path[0][2]) / time)

    def run(
        self, x: Point, m: Point, f: Callable[[Point], float], gradient: Callable[[Point], Point], times: Floats
    ) -> list[tuple[Point, Point, float]]:
        """The trajectory from (x, m) as (x, m, H) at the times asked for; ``scipy.integrate.solve_ivp``, rtol 1e-9."""
        from scipy.integrate import solve_ivp

        shapes = [matrix.shape for matrix in (*x, *m)]

        def unpack(state: Any) -> tuple[Point, Point]:
            ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
            parts = [part.reshape(shape) for part, shape in zip(np.split(state, ends), shapes, strict=True)]
            return parts[: len(x)], parts[len(x):]

        def right_side(_: float, state: Any) -> Any:
            now_x, now_m = unpack(state)
            return np.concatenate([part.ravel() for half in self.velocity(now_x, now_m, gradient(now_x)) for part in half])

        start = np.concatenate([matrix.ravel() for matrix in (*x, *m)])
        solved = solve_ivp(right_side, (times[0], times[-1]), start, t_eval=times, rtol=1e-9, atol=1e-11)
        points = [unpack(state) for state in solved.y.T]
        return [(a, b, self.lyapunov(a, b, f(a))) for a, b in points]


def _inner(left: Sequence[Floats], right: Sequence[Floats]) -> float:
    return float(sum(np.sum(a * b) for a, b in zip(left, right, strict=True)))
