"""The networks over which Newton's method minimises the logistic loss: columns of the group lasso, or vertices of the box."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from numerics.column_generation import NEGLIGIBLE, VIOLATION, Column, Generation, minimise
from numerics.conic_master import master
from numerics.dual_gauge import Floats
from numerics.logistic_support import Support
from numerics.polishing import on_rows, polished
from numerics.reweighting import Fit

#: Signs and effective weights, m and m × d.
Weights = tuple[NDArray[np.int64], Floats]
#: (sign, vertex, size) of every unit.
Units = list[tuple[int, int, float]]
#: A network whose cost exceeds the radius by less than this share is shrunk to it.
BEYOND = 1e-12
#: Units that one pricing may add for each sign.
AT_ONCE = 4


class ColumnNetworks:
    """Networks of cost Σ‖v_j‖_2, through the columns of a problem; they are generated as they are needed."""

    def __init__(self, columns: Generation) -> None:
        self.columns = columns

    def nearest(self, weights: Floats, targets: Floats, radius: float) -> Fit:
        """By column generation with weighted rows; the columns are kept for the next time."""
        columns = self.columns
        if radius == 0:
            return self._fit(np.zeros(0, np.int64), np.zeros((0, columns.X.shape[1])))
        unit = float(abs(targets).max())
        weighted = replace(
            columns, X=weights[:, None] * columns.X, y=weights * targets / unit, stretch=weights * columns.stretch,
            columns=[replace(each, outputs=weights[:, None] * each.outputs) for each in columns.columns],
        )
        rough = minimise(weighted, "loss", radius / unit)
        found = polished(rough, weighted.X, weighted.y, "loss", radius / unit)
        if np.linalg.norm(found.V, axis=1).sum() > radius / unit * (1 + BEYOND):
            # It was taken for a radius that does not bind.
            found = rough
        columns.columns = [
            replace(each, outputs=each.sign * each.pattern[:, None] * columns.X) for each in weighted.columns
        ]
        cost = float(np.linalg.norm(found.V, axis=1).sum())
        return self._fit(found.signs, found.V * min(unit, radius / cost if cost else unit))

    def support(self, network: Weights) -> Support | None:
        """Each v_j on the hyperplanes on which it lies, in orthonormal coordinates."""
        signs, V = network
        if not len(V):
            return None
        X, blocks, z, places = self.columns.X, [], [], []
        for j, (sign, v) in enumerate(zip(signs, V, strict=True)):
            basis, on = _free(X, v), on_rows(X, v)
            blocks.append(sign * ((X @ v > 0) & ~on)[:, None] * X @ basis)
            z.append(basis.T @ v)
            places.append(np.full(basis.shape[1], j))
        return Support(np.hstack(blocks), np.concatenate(places), np.concatenate(z)) if all(map(len, z)) else None

    def moved(self, network: Weights, z: Floats) -> Fit | None:
        """None when a v_j would cross a hyperplane."""
        X, (signs, V) = self.columns.X, network
        bases = [_free(X, v) for v in V]
        parts = np.split(z, np.cumsum([basis.shape[1] for basis in bases])[:-1])
        new = np.array([basis @ part for basis, part in zip(bases, parts, strict=True)])
        crossed = [((X @ v) * (X @ other) * ~on_rows(X, v) < 0).any() for v, other in zip(V, new, strict=True)]
        return None if any(crossed) else self._fit(signs, new)

    def _fit(self, signs: NDArray[np.int64], V: Floats) -> Fit:
        return Fit(signs.astype(float) @ np.maximum(V @ self.columns.X.T, 0.0), (signs, V))


def _free(X: Floats, v: Floats) -> Floats:
    """An orthonormal basis of what is orthogonal to the rows on which v lies, d × k."""
    _, singular, right = np.linalg.svd(X[on_rows(X, v)], full_matrices=True)
    return np.asarray(right[int((singular > 1e-9).sum()):].T)


class VertexNetworks:
    """Networks of cost Σ‖v_j‖_∞, whose units are the vertices of the arrangement in the box.

    Attributes:
        outputs: (Xu)_+ of every vertex, N × n.
    """

    def __init__(self, outputs: Floats) -> None:
        self.outputs = outputs
        self._units: dict[tuple[int, int], Column] = {}

    def nearest(self, weights: Floats, targets: Floats, radius: float) -> Fit:
        """By column generation, each unit a column with one variable v ≥ 0; they are kept for the next time."""
        if radius == 0:
            return self._fit([])
        n, unit = len(weights), float(abs(targets).max())
        self._add(weights * weights * targets, 0.0)
        sizes, added = np.zeros(len(self._units)), bool(self._units)
        while added:
            columns = [replace(each, outputs=weights[:, None] * each.outputs) for each in self._units.values()]
            V, residual, price = master(columns, np.zeros((n, 1)), weights * targets / unit, "loss", radius / unit, 0.0)
            sizes, added = np.maximum(V[:, 0], 0.0), self._add(weights * residual, price)
        cost = float(sizes.sum())
        sizes = sizes * min(unit, radius / cost if cost else unit)
        chosen = sizes > NEGLIGIBLE * sizes.max(initial=0.0)
        return self._fit([(*key, float(size)) for key, size, kept in zip(self._units, sizes, chosen, strict=True) if kept])

    def _add(self, multiplier: Floats, price: float) -> bool:
        """Add the units whose price is greatest, for each sign, where it exceeds what the radius costs."""
        gains, before = self.outputs @ multiplier, len(self._units)
        for sign in (1, -1):
            for k in np.argsort(-sign * gains, kind="stable")[:AT_ONCE]:
                if sign * gains[k] > price * (1 + VIOLATION) and (sign, int(k)) not in self._units:
                    outputs = sign * self.outputs[k]
                    self._units[sign, int(k)] = Column(sign, outputs != 0, outputs[:, None], np.ones((1, 1)))
        return len(self._units) > before

    def support(self, network: Units) -> Support | None:
        """The sizes of the units."""
        units = [unit for unit in network if unit[2] > 0]
        if not units:
            return None
        G = np.array([sign * self.outputs[k] for sign, k, _ in units]).T
        return Support(G, np.arange(len(units)), np.array([size for _, _, size in units]))

    def moved(self, network: Units, z: Floats) -> Fit | None:
        """None when a size would be negative."""
        units = [unit for unit in network if unit[2] > 0]
        return self._fit([(s, k, float(size)) for (s, k, _), size in zip(units, z, strict=True)]) if (z >= 0).all() else None

    def _fit(self, units: Units) -> Fit:
        outputs = np.zeros(self.outputs.shape[1])
        for sign, k, size in units:
            outputs += sign * size * self.outputs[k]
        return Fit(outputs, units)
