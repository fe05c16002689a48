"""Different sets on different layers: {(W_1, …, W_L) : ‖W_b‖_b ≤ R_b for every layer b}.

Its support function is a sum over layers, K(M) = Σ_b R_b K_b(M_b), and its gauge a maximum, max_b ‖W_b‖_b / R_b;
so one Lion-K optimizer with a K for each layer solves the problem constrained in every layer.

For a two-layer ReLU network (U, α) the separate radii matter only through their product: (cU, α/c) is the same function
for every c > 0, and c can be chosen to meet both bounds exactly when N1(U)·N2(α) ≤ R1·R2. That product set is not
convex; ``balanced`` gives the representative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.exact.norms import LayerNorm, Norm
from theory.exact.rational import InputError
from theory.lion_k.base import InducedSet

if TYPE_CHECKING:
    from theory.lion_k.exponents import Floats


@dataclass(frozen=True)
class ComposedSet:
    """One induced set and one radius for each layer; a point is a sequence of arrays, one for each layer.

    Attributes:
        layers: the sets.
        radii: a positive radius for each.
    """

    layers: tuple[InducedSet, ...]
    radii: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if not self.layers or len(self.layers) != len(self.radii):
            raise InputError("layers", f"{len(self.radii)} radii for {len(self.layers)} sets; at least one each")
        if any(radius <= 0 for radius in self.radii):
            raise InputError("radius", "every radius has to be positive")

    def K(self, M: Sequence[Any]) -> "Floats":
        """Σ_b R_b K_b(M_b), the support function of the set."""
        return _total([radius * own.K(matrix) for own, radius, matrix in self._each(M)])

    def gauge(self, W: Sequence[Any]) -> "Floats":
        """max_b ‖W_b‖_b / R_b: at most 1 on the set."""
        import numpy as np

        return np.asarray(np.maximum.reduce([own.dual_norm(W_b) / radius for own, radius, W_b in self._each(W)]))

    def subgradient(self, M: Sequence[Any]) -> "list[Floats]":
        """∇K(M), layer by layer: R_b ∇K_b(M_b)."""
        return [radius * own.subgradient(matrix) for own, radius, matrix in self._each(M)]

    def contains(self, W: Sequence[Any]) -> Any:
        """Whether every layer is in its ball, up to the rounding of its norm."""
        import numpy as np

        return np.logical_and.reduce([own.contains(matrix, radius) for own, radius, matrix in self._each(W)])

    def lmo(self, G: Sequence[Any]) -> "list[Floats]":
        """argmin of Σ_b ⟨G_b, S_b⟩ over the set."""
        return [own.lmo(matrix, radius) for own, radius, matrix in self._each(G)]

    def projection(self, W: Sequence[Any]) -> "list[Floats]":
        """The nearest point of the set: every layer is projected by itself."""
        return [own.projection(matrix, radius) for own, radius, matrix in self._each(W)]

    def frank_wolfe_gap(self, W: Sequence[Any], G: Sequence[Any]) -> "Floats":
        """Σ_b of the layers' gaps, for G = ∇F(W): ≥ 0 on the set, zero exactly at KKT points."""
        gaps = [
            own.frank_wolfe_gap(W_b, G_b, radius) for (own, radius, W_b), G_b in zip(self._each(W), G, strict=True)
        ]
        return _total(gaps)

    def norm_product(self, W: Sequence[Any]) -> "Floats":
        """Π_b ‖W_b‖_b, which rescaling between the layers of a positively homogeneous network leaves as it is."""
        import numpy as np

        return np.asarray(np.multiply.reduce([own.dual_norm(matrix) for own, _, matrix in self._each(W)]))

    def balanced(self, W: Sequence[Any]) -> "list[Floats]":
        """W_b times positive factors of product 1 that make ‖W_b‖_b / R_b equal in all layers.

        The result is in the set exactly when Π‖W_b‖_b ≤ ΠR_b. One matrix a layer, not a batch.

        Raises:
            InputError: when a layer is zero (then so is the network, and no factor equalises the norms).
        """
        import numpy as np

        sizes = np.array([float(own.dual_norm(matrix)) / float(radius) for own, radius, matrix in self._each(W)])
        if not (sizes > 0).all():
            raise InputError("W", f"layer {int(np.argmin(sizes))} is zero; the layers cannot be balanced")
        common = np.exp(np.mean(np.log(sizes)))
        return [np.asarray(matrix, dtype=np.float64) * (common / size) for matrix, size in zip(W, sizes, strict=True)]

    @property
    def exact_K(self) -> Norm:
        """K, as the exact checker reads it; its dual is the gauge."""
        pairs = zip(self.layers, self.radii, strict=True)
        return Norm("sum", tuple(LayerNorm(own.profile, own.K_exponent, radius) for own, radius in pairs))

    def _each(self, matrices: Sequence[Any]) -> list[tuple[InducedSet, float, Any]]:
        if len(matrices) != len(self.layers):
            raise InputError("W", f"{len(matrices)} matrices for {len(self.layers)} layers")
        return [(own, float(r), W) for own, r, W in zip(self.layers, self.radii, matrices, strict=True)]


def _total(parts: "Sequence[Floats]") -> "Floats":
    import numpy as np

    return np.asarray(np.add.reduce([np.asarray(part) for part in parts]))
