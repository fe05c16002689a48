"""From the neurons of an optimum in doubles to effective weights in rational numbers whose outputs are exactly y."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.dual_certificate import rational
from numerics.dual_gauge import Floats
from numerics.metric_polishing import face, nearness
from numerics.rational_network import Neuron, null_space, solve_near
from theory.exact.effective import loss
from theory.exact.rational import Matrix, Vector, dot
from theory.problem import float_array

#: What a neuron of its own costs against moving one there is: such help is taken only where nothing else does.
RELUCTANCE = Fraction(1, 2**12)
#: Directions tried for neurons of their own, for each row.
SPARE = 8


def exactly_fitted(X: Matrix, y: Vector, signs: NDArray[np.int64], V: Floats) -> list[Neuron]:
    """Neurons near the given ones whose outputs are exactly y.

    First each neuron may move in its cone, along the rows it lies on: v_j = N_j z_j, where outputs are linear in z. If that
    leaves a cone, neurons may only be scaled. Small neurons of their own, in fixed directions, take up what is left.

    Raises:
        ArithmeticError: when no exact fit is found (it exists whenever some network fits y).
    """
    spare = _spare_directions(X)
    for move in (_along_faces, _along_rays):
        bases = move(X, V)
        neurons = _solved(X, y, signs, bases, spare)
        if neurons is not None and loss(X, y, tuple(neurons)) == 0:
            return neurons
    raise ArithmeticError("no exact fit near the optimum in doubles")


def _along_faces(X: Matrix, V: Floats) -> list[list[tuple[Vector, Fraction]]]:
    """For each neuron a basis of its face with its coordinates."""
    X_float, near, found = float_array(X), nearness(V), []
    for v in V:
        on, _ = face(X_float, v, near)
        basis = null_space([X[i] for i in np.flatnonzero(on) if any(X[i])], V.shape[1])
        coordinates = np.linalg.lstsq(float_array(basis).T, v, rcond=None)[0]
        found.append(list(zip(basis, rational(coordinates), strict=True)))
    return found


def _along_rays(X: Matrix, V: Floats) -> list[list[tuple[Vector, Fraction]]]:
    """For each neuron its own direction."""
    return [[(rational(v), Fraction(1))] for v in V]


def _spare_directions(X: Matrix) -> list[Vector]:
    random = np.random.default_rng(0)
    drawn = random.integers(-1000, 1001, (SPARE * len(X), len(X[0])))
    return [tuple(Fraction(int(entry)) for entry in row) for row in drawn]


def _solved(
    X: Matrix, y: Vector, signs: NDArray[np.int64], bases: Sequence[list[tuple[Vector, Fraction]]], spare: Sequence[Vector]
) -> list[Neuron] | None:
    """Neurons whose outputs, taken to be linear in their coordinates on the sides where they start, are y."""
    columns, start, sizes = list[Vector](), list[Fraction](), list[Fraction]()
    for sign, basis in zip(signs, bases, strict=True):
        v = _combined(basis)
        active = [dot(row, v) > 0 for row in X]
        for direction, coordinate in basis:
            columns.append(tuple(int(sign) * dot(row, direction) if on else Fraction(0)
                                 for row, on in zip(X, active, strict=True)))
            start.append(coordinate)
            sizes.append(max(map(abs, v)))
    for direction in spare:
        columns.append(tuple(max(dot(row, direction), Fraction(0)) for row in X))
        start.append(Fraction(0))
        sizes.append(RELUCTANCE * max(sizes, default=Fraction(1)) / max(1, *map(abs, direction)))
    # In units of the neurons' sizes, so that large neurons are moved rather than small ones.
    scaled = [tuple(size * entry for entry in column) for column, size in zip(columns, sizes, strict=True)]
    solved = solve_near(scaled, y, [z / size for z, size in zip(start, sizes, strict=True)])
    if solved is None:
        return None
    z = iter([entry * size for entry, size in zip(solved, sizes, strict=True)])
    neurons = [(int(sign), _combined([(direction, next(z)) for direction, _ in basis]))
               for sign, basis in zip(signs, bases, strict=True)]
    for direction in spare:
        weight = next(z)
        neurons.append((1 if weight > 0 else -1, tuple(abs(weight) * entry for entry in direction)))
    return [(sign, v) for sign, v in neurons if any(v)]


def _combined(terms: Sequence[tuple[Vector, Fraction]]) -> Vector:
    return tuple(sum((z * direction[k] for direction, z in terms), Fraction(0)) for k in range(len(terms[0][0])))
