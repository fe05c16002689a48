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
PASSES = 16
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
        self._walls: Floats = np.asarray(sides[:, :, None] * lines[order], dtype=np.float64)

    def __len__(self) -> int:
        """Twice the number of patterns."""
        return 2 * len(self._patterns)

    def column(self, key: Key) -> Column:
        """The column with its facets."""
        index, sign = key
        pattern = self._patterns[index]
        return Column(sign, pattern, sign * pattern[:, None] * self.X, self._walls[index, : self._counts[index]])

    def dual_gauge(self, mu: Floats, T: Floats) -> float:
        """The greatest price there is: max {|μᵀ(Xu)_+| : ‖T⁻¹u‖ ≤ 1}."""
        bounds, gradients, walls = self._bounded(mu, T, 0.0)
        largest = 0.0
        for place in np.argsort(-bounds, kind="stable"):
            if bounds[place] <= largest:
                break
            index, sign = _key(int(place))
            nearest, _ = project(walls[index, : self._counts[index]], sign * gradients[index])
            largest = max(largest, float(np.linalg.norm(nearest)))
        return largest

    def violated(self, mu: Floats, T: Floats, threshold: float, known: set[Key], count: int) -> list[Key]:
        """Columns that are not known, with prices above a threshold: ``count`` of them, or one for each direction there is.

        Args:
            mu: multiplier of the outputs, length n.
            T: upper triangular, d × d.
            threshold: not negative.
            known: columns to pass over.
            count: how many are wanted; those with the largest bounds come first.
        """
        bounds, gradients, walls = self._bounded(mu, T, threshold)
        found: list[Key] = []
        directions = {sign: np.zeros((0, self.X.shape[1])) for sign in (1, -1)}
        for place in np.argsort(-bounds, kind="stable"):
            index, sign = key = _key(int(place))
            if len(found) == count or bounds[place] <= threshold:
                break
            if key in known:
                continue
            nearest, _ = project(walls[index, : self._counts[index]], sign * gradients[index])
            price = np.linalg.norm(nearest)
            # Cones that meet in the direction found already would only bring the same neuron again.
            if price > threshold and not (directions[sign] @ nearest > (1 - SAME) * price).any():
                directions[sign] = np.vstack([directions[sign], nearest / price])
                found.append(key)
        return found

    def _bounded(self, mu: Floats, T: Floats, threshold: float) -> tuple[Floats, Floats, Floats]:
        """Upper bounds of all prices, close where above the threshold, with gradients and unit walls in the metric."""
        gradients, walls = (self._patterns * mu) @ (self.X @ T), self._walls @ T
        lengths = np.linalg.norm(walls, axis=2, keepdims=True)
        walls /= np.where(lengths > 0, lengths, 1.0)
        bounds = np.stack([_bounds(sign * gradients, walls, threshold) for sign in (1, -1)], axis=1).ravel()
        return bounds, gradients, walls


def _key(place: int) -> Key:
    return place // 2, 1 - 2 * (place % 2)


def _bounds(gradients: Floats, walls: Floats, threshold: float) -> Floats:
    """Upper bounds of all prices of one sign: ‖z‖ for z = gradient + Σ λ_k wall_k, λ ≥ 0 improved one at a time."""
    z, multipliers = gradients.copy(), np.zeros(walls.shape[:2])
    above = np.arange(len(z))
    for _ in range(PASSES):
        above = above[np.einsum("pd,pd->p", z[above], z[above]) > threshold**2]
        part, own, facets = z[above], multipliers[above], walls[above]
        for k in range(walls.shape[1]):
            new = np.maximum(own[:, k] - np.einsum("pd,pd->p", facets[:, k], part), 0.0)
            part += (new - own[:, k])[:, None] * facets[:, k]
            own[:, k] = new
        z[above], multipliers[above] = part, own
    return np.asarray(np.linalg.norm(z, axis=1))
