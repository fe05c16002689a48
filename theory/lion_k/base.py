"""The induced set of an optimizer of the Lion-K family, and everything one can ask of it.

Lion-K with decoupled weight decay λ,

    M ← βM − (1−β)∇F(W),    W ← W + η(∇K(M̃) − λW),

solves min F(W) + (1/λ)K*(λW) [2310.05898]. For K a norm, K* is the indicator of the unit ball of its dual norm, so the
optimizer solves min F(W) over the *induced set* {W : ‖W‖ ≤ 1/λ} with ‖·‖ dual to K.

Every set of the family is the unit ball of an ℓ_p norm of a profile (``profiles``), and its K is the ℓ_q norm of the
same profile, 1/p + 1/q = 1. So a new set is one file that names a profile and an exponent.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from theory.exact.norms import Exponent, conjugate_exponent

if TYPE_CHECKING:
    import sympy

    from theory.lion_k.exponents import Floats

#: Rounding of a norm of a d × m matrix computed in doubles, relative, in units of (d + m)·eps: the backward error of
#: the singular value decomposition and of sums of d·m terms stays well below it.
ROUNDING = 16


@dataclass(frozen=True)
class InducedSet:
    """{W : ‖W‖ ≤ radius}, the set that an optimizer with K = dual norm of ‖·‖ keeps its weights in.

    All arrays have shape (..., d, m); values have the shape of the batch.

    Attributes:
        name: how ``--set`` calls it.
        profile: what the norm measures: entries, columns, rows or singular-values.
        exponent: p of the ball's norm ‖·‖; K has the conjugate exponent.
        optimizers: names of ``--optimizer`` whose (idealised) update is ∇K.
        K_latex: K, as LaTeX.
        norm_latex: ‖·‖, as LaTeX.
        source: where it is known that the optimizer induces this set.
    """

    name: str
    profile: str
    exponent: Exponent
    optimizers: tuple[str, ...]
    K_latex: str
    norm_latex: str
    source: str

    @property
    def K_exponent(self) -> Exponent:
        """q of K, with 1/p + 1/q = 1."""
        return conjugate_exponent(self.exponent)

    def K(self, W: Any) -> "Floats":
        """K(W), the norm whose gradient is the optimizer's step."""
        return self._norm(W, self.K_exponent)

    def dual_norm(self, W: Any) -> "Floats":
        """‖W‖, the norm dual to K: the induced set is where it is at most 1/λ."""
        return self._norm(W, self.exponent)

    def subgradient(self, M: Any) -> "Floats":
        """∇K(M): the subgradient of least Frobenius norm (zero at zero; ties are shared equally)."""
        return self._aligned(M, self.K_exponent)

    def dual_subgradient(self, W: Any) -> "Floats":
        """The subgradient of ‖·‖ at W of least Frobenius norm: an outward normal of the ball through W."""
        return self._aligned(W, self.exponent)

    def conjugate(self, D: Any) -> "Floats":
        """K*(D): 0 on the unit ball (up to the rounding of the norm), +∞ outside."""
        import numpy as np

        return np.where(self.contains(D), 0.0, np.inf)

    def contains(self, W: Any, radius: Any = 1.0) -> Any:
        """Whether ‖W‖ ≤ radius, up to the rounding of the norm."""
        import numpy as np

        matrices = self._read(W)
        slack = 1 + ROUNDING * sum(matrices.shape[-2:]) * np.finfo(np.float64).eps
        return self.dual_norm(matrices) <= self._radius(radius) * slack

    def lmo(self, G: Any, radius: Any = 1.0) -> "Floats":
        """Linear minimisation oracle: argmin of ⟨G, S⟩ over ‖S‖ ≤ radius, which is −radius·∇K(G)."""
        return -self._radius(radius)[..., None, None] * self.subgradient(G)

    def projection(self, W: Any, radius: Any = 1.0) -> "Floats":
        """The point of the ball nearest to W in the Frobenius norm.

        Closed form for p = 1, 2, ∞; for other p two nested bisections on the profile.
        """
        import numpy as np

        from theory.lion_k.exponents import project
        from theory.lion_k.profiles import split

        values, rebuild = split(self.profile, W)
        bound = np.broadcast_to(self._radius(radius), values.shape[:-1])
        inside = (self._norm(W, self.exponent) <= bound)[..., None, None]
        return np.where(inside, self._read(W), rebuild(project(values, self.exponent, bound)))

    def frank_wolfe_gap(self, W: Any, G: Any, radius: Any = 1.0) -> "Floats":
        """g(W) = radius·K(G) + ⟨G, W⟩ with G = ∇F(W): ≥ 0 on the ball, and zero exactly at KKT points."""
        import numpy as np

        gap: Floats = self._radius(radius) * self.K(G) + np.sum(self._read(G) * self._read(W), axis=(-2, -1))
        return gap

    def K_symbolic(self, M: "sympy.Matrix") -> "sympy.Expr":
        """K of a sympy matrix; singular values in closed form where min(d, m) ≤ 2."""
        from theory.lion_k.symbolic import norm

        return norm(self.profile, self.K_exponent, M)

    def dual_norm_symbolic(self, W: "sympy.Matrix") -> "sympy.Expr":
        """‖·‖ of a sympy matrix; singular values in closed form where min(d, m) ≤ 2."""
        from theory.lion_k.symbolic import norm

        return norm(self.profile, self.exponent, W)

    def _norm(self, W: Any, p: Exponent) -> "Floats":
        from theory.lion_k.exponents import lp_norm
        from theory.lion_k.profiles import split

        return lp_norm(split(self.profile, W)[0], p)

    def _aligned(self, W: Any, p: Exponent) -> "Floats":
        from theory.lion_k.exponents import aligned
        from theory.lion_k.profiles import split

        values, rebuild = split(self.profile, W)
        return rebuild(aligned(values, p))

    @staticmethod
    def _read(W: Any) -> "Floats":
        from theory.lion_k.profiles import as_matrices

        return as_matrices(W)

    @staticmethod
    def _radius(radius: Any) -> "Floats":
        import numpy as np

        from theory.exact.rational import InputError

        bound = np.asarray(radius, dtype=np.float64)
        if not (np.isfinite(bound).all() and (bound >= 0).all()):
            raise InputError("radius", f"a finite number ≥ 0 is wanted, not {radius}")
        return bound
