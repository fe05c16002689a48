"""All columns (pattern and sign) of a data set, priced at once in a metric.

The price of a column is max {σ μᵀ(Xu)_+ : u in the cone of the pattern, ‖T⁻¹u‖ ≤ 1}, the length of the projection of
the gradient on the cone. A cone has few facets, so a few passes over their multipliers bound all prices closely from above;
only columns whose bound exceeds the threshold are projected.
"""

from typing import Any

import numpy as np

from numerics.column_generation import Column
from numerics.dual_gauge import Floats, project
from theory.arrangement import arrange
from theory.problem import float_array

#: A column: the number of its pattern, and its sign.
Key = tuple[int, int]
#: Passes over the multipliers of the facets.
PASSES = 24
#: One minus the cosine of directions that count as one.
SAME = 1e-9


class PatternColumns:
    """The columns of a data set.

    Attributes:
        X: n × d doubles.
    """

    def __init__(self, X: Any) -> None:
        """Enumerate the patterns of n × d exact rows.

        Raises:
            InputError: naming X, when there are more patterns than are listed.
        """
        self.X = float_array(X)
        arrangement = arrange(X)
        facets, self._patterns = arrangement.facets(), arrangement.patterns
        lines = np.zeros((len(arrangement.hyperplanes.normals), self.X.shape[1]))
        for row, side in zip(self.X, arrangement.hyperplanes.side, strict=True):
            if side is not None:
                lines[side[0]] = side[1] * row / np.linalg.norm(row)
        self._counts = facets.sum(axis=1)
        # The facets of each cone first, then zeros: patterns × most facets × d.
        order = np.argsort(~facets, axis=1, kind="stable")[:, : self._counts.max(initial=0)]
        sides = np.take_along_axis(arrangement.signs * facets, order, axis=1)
        self._walls = sides[:, :, None] * lines[order]

    def __len__(self) -> int:
        """Twice the number of patterns."""
        return 2 * len(self._patterns)

    def column(self, key: Key) -> Column:
        """The column with its facets."""
        index, sign = key
        pattern = self._patterns[index]
        return Column(sign, pattern, sign * pattern[:, None] * self.X, self._walls[index, : self._counts[index]])

    def violated(self, mu: Floats, T: Floats, threshold: float, known: set[Key], count: int) -> list[Key]:
        """Columns that are not known, with prices above a threshold: ``count`` of them, or one for each direction there is.

        Args:
            mu: multiplier of the outputs, length n.
            T: upper triangular, d × d.
            threshold: not negative.
            known: columns to pass over.
            count: how many are wanted; those with the largest bounds come first.
        """
        gradients = (self._patterns * mu) @ (self.X @ T)
        bounds = np.stack([self._bounds(sign * gradients, T, threshold) for sign in (1, -1)], axis=1).ravel()
        found: list[Key] = []
        directions = {sign: np.zeros((0, self.X.shape[1])) for sign in (1, -1)}
        for place in np.argsort(-bounds, kind="stable"):
            index, sign = key = int(place) // 2, 1 - 2 * (int(place) % 2)
            if len(found) == count or bounds[place] <= threshold:
                break
            if key in known:
                continue
            walls = self._walls[index, : self._counts[index]] @ T
            walls /= np.linalg.norm(walls, axis=1)[:, None]
            nearest, _ = project(walls, sign * gradients[index])
            price = np.linalg.norm(nearest)
            # Cones that meet in the direction found already would only bring the same neuron again.
            if price > threshold and not (directions[sign] @ nearest > (1 - SAME) * price).any():
                directions[sign] = np.vstack([directions[sign], nearest / price])
                found.append(key)
        return found

    def _bounds(self, gradients: Floats, T: Floats, threshold: float) -> Floats:
        """Upper bounds of all prices of one sign: ‖z‖ for z = gradient + Σ λ_k wall_k, λ ≥ 0 improved one at a time."""
        z = gradients.copy()
        multipliers = np.zeros(self._walls.shape[:2])
        for _ in range(PASSES):
            above = np.flatnonzero(np.einsum("pd,pd->p", z, z) > threshold**2)
            walls, part, own = self._walls[above] @ T, z[above], multipliers[above]
            squares = np.einsum("pkd,pkd->pk", walls, walls)
            for k in range(walls.shape[1]):
                used = squares[:, k] > 0
                step = np.einsum("pd,pd->p", walls[:, k], part) / np.where(used, squares[:, k], 1.0)
                new = np.where(used, np.maximum(own[:, k] - step, 0.0), 0.0)
                part += (new - own[:, k])[:, None] * walls[:, k]
                own[:, k] = new
            z[above], multipliers[above] = part, own
        return np.linalg.norm(z, axis=1)
