"""The support of an optimum in doubles: which neurons there are, and on which side of every row each lies, or on which rows.

An interior-point solver leaves this blurred: tiny neurons that should not be there, and neurons on a hyperplane as two, one on
each side, or one in every cone around.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats
from numerics.metric_generation import MetricOptimum

#: Neurons smaller than the first, relatively, must meet their optimality condition to the accuracy of the second.
SMALL, MISMATCH = 1e-3, 1e-4
#: Singular values of rows that count as zero, relatively.
DEPENDENT = 1e-9


@dataclass(frozen=True)
class Support:
    """Neurons with their sides.

    Attributes:
        signs: of the output weights, length m.
        V: effective weights as rows, m × d.
        sides: of each neuron (row) for each row of X: 1, −1, or 0 where it lies on the hyperplane, m × n.
    """

    signs: NDArray[np.int64]
    V: Floats
    sides: NDArray[np.int64]

    def bases(self, X: Floats) -> list[Floats]:
        """For each neuron an orthonormal basis, as columns, of what is orthogonal to the rows on which it lies."""
        return [null_basis(X[side == 0]) for side in self.sides]

    def outputs(self, X: Floats, bases: list[Floats]) -> Floats:
        """The outputs of the neurons as linear functions of their coordinates in the bases, n × sum of dimensions."""
        parts = zip(self.signs, self.sides, bases, strict=True)
        return np.hstack([sign * (side > 0)[:, None] * (X @ basis) for sign, side, basis in parts])

    def corrected(self, X: Floats, V: Floats) -> "Support | None":
        """The same neurons laid on the rows on whose wrong side other weights V are; None when there are no such rows."""
        wrong = self.sides * (V @ X.T) < 0
        return Support(self.signs, self.V, np.where(wrong, 0, self.sides)) if wrong.any() else None

    @property
    def empty(self) -> bool:
        """There is no neuron."""
        return not len(self.V)


@dataclass(frozen=True)
class Blur:
    """How blurred an optimum is taken to be.

    Attributes:
        near: a neuron lies on a row when it is nearer to its hyperplane than this share of the largest neuron.
        angle: neurons of one sign within this angle are one.
        small: neurons smaller than this share of the largest are not meant.
    """

    near: float
    angle: float
    small: float = 0.0


def support(found: MetricOptimum, X: Floats, blur: Blur) -> Support:
    """The neurons of an optimum, each once.

    Neurons of one sign and closed cone are added up, which leaves the outputs as they are and does not increase the gauge.
    So are neurons of one sign within a small angle; where they are not on the same side of a row, the sum lies on it.
    """
    near = blur.near * float(np.linalg.norm(found.V, axis=1).max(initial=0.0))
    signs: list[int] = []
    V: list[Floats] = []
    sides: list[NDArray[np.int64]] = []
    for sign, v in _genuine(found, X, blur.small):
        side = sides_of(X, v, near)
        for j in range(len(V)):
            if signs[j] != sign:
                continue
            if np.linalg.norm(V[j] / np.linalg.norm(V[j]) - v / np.linalg.norm(v)) < blur.angle:
                V[j], sides[j] = V[j] + v, np.where(sides[j] == side, side, 0)
                break
            if (sides[j] * side >= 0).all():
                V[j], sides[j] = V[j] + v, np.sign(sides[j] + side)
                break
        else:
            signs.append(sign)
            V.append(v)
            sides.append(side)
    sides = [side if null_basis(X[side == 0]).size else sides_of(X, v, near) for v, side in zip(V, sides, strict=True)]
    shape = len(V), X.shape[1]
    return Support(np.array(signs, dtype=np.int64), np.array(V).reshape(shape), np.array(sides).reshape(len(V), len(X)))


def null_basis(rows: Floats) -> Floats:
    """An orthonormal basis of what is orthogonal to some rows, as columns."""
    _, singular, right = np.linalg.svd(rows, full_matrices=True)
    return np.asarray(right[int((singular > DEPENDENT * singular.max(initial=0.0)).sum()) :].T)


def _genuine(found: MetricOptimum, X: Floats, small: float) -> Iterator[tuple[int, Floats]]:
    """The neurons that the solver means, the largest first: ω a_j = σ_j μᵀ(Xv_j)_+ fails for tiny ones it leaves behind."""
    sizes = np.linalg.norm(found.V, axis=1)
    level = found.level * np.sqrt(np.einsum("jd,de,je->j", found.V, found.metric, found.V))
    gains = found.signs * (np.maximum(found.V @ X.T, 0) @ found.mu)
    shares = sizes / sizes.max(initial=np.finfo(float).tiny)
    meant = (shares > small) & ((shares > SMALL) | (abs(gains - level) <= MISMATCH * level))
    for j in np.argsort(-sizes, kind="stable"):
        if meant[j]:
            yield int(found.signs[j]), found.V[j]


def sides_of(X: Floats, v: Floats, near: float) -> NDArray[np.int64]:
    """The sides of v ≠ 0; 0 where it is nearer to a hyperplane than ``near``.

    Rows so close together that they would leave nothing but zero are told apart more finely.
    """
    lengths, heights = np.linalg.norm(X, axis=1), X @ v
    while True:
        on = abs(heights) <= near * lengths
        if null_basis(X[on]).size:
            return np.where(on, 0, np.sign(heights)).astype(np.int64)
        near /= 4
