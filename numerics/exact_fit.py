"""From the neurons of an optimum in doubles to effective weights in rational numbers whose outputs are exactly y."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.dual_certificate import rational
from numerics.dual_gauge import Floats
from numerics.rational_network import Neuron, null_space, solve_near
from numerics.support import sides_of
from theory.exact.cones import primitive
from theory.exact.effective import loss
from theory.exact.rational import Matrix, Vector, dot
from theory.exact.spectrum import power_of_two_near
from theory.problem import float_array

#: Directions in which a neuron may move, with its coordinates in them.
Frame = list[tuple[Vector, Fraction]]
#: Numbers of more bits are long to write and read. An exact solution has numbers as long as all those of its equations
#: together, so moving along faces, whose directions have d numbers of X multiplied, is left to problems of moderate size.
LONGEST = 6000
#: A neuron lies on a row when it is nearer to its hyperplane than this share of the largest neuron.
ON_ROW = 1e-8
#: Bits of a neuron that is only to be scaled.
RAY_BITS = 40
#: What a neuron of its own costs against moving one there is: such help is taken only where nothing else does.
RELUCTANCE = Fraction(1, 2**12)
#: Directions offered for neurons of their own, for each row, tried in turn; and their bits.
SPARE, SPARE_BITS = (2, 16), 6


def exactly_fitted(X: Matrix, y: Vector, signs: NDArray[np.int64], V: Floats) -> list[Neuron]:
    """Neurons near the given ones whose outputs are exactly y.

    First each neuron may move along the rows on which it lies, where outputs are linear. If that takes one out of its cone or
    gives very long numbers, neurons are only scaled. Small neurons in other directions take up what is left.

    Raises:
        ArithmeticError: when no exact fit is found (it exists whenever some network fits y).
    """
    random, d = np.random.default_rng(0), V.shape[1]
    long = max(_length(row) for row in X) * d * len(X) > LONGEST
    frames = [_rays(X, V)] if long else [_faces(X, V), _rays(X, V)]
    for count in SPARE:
        drawn = random.integers(-(2**SPARE_BITS), 2**SPARE_BITS + 1, (count * len(X), d))
        spare = [tuple(Fraction(int(entry), 2**SPARE_BITS) for entry in row) for row in drawn]
        for frame in frames:
            neurons = _moved(X, y, signs, frame, spare)
            if neurons is not None and loss(X, y, tuple(neurons)) == 0:
                return neurons
    raise ArithmeticError("no exact fit near the optimum in doubles")


def _faces(X: Matrix, V: Floats) -> list[Frame]:
    X_float, found = float_array(X), []
    for v in V:
        on = np.flatnonzero(sides_of(X_float, v, ON_ROW * float(np.linalg.norm(V, axis=1).max())) == 0)
        basis = [primitive(b) for b in null_space([X[i] for i in on if any(X[i])], V.shape[1])]
        units = [power_of_two_near(Fraction(max(map(abs, b)))) for b in basis]
        scaled = [tuple(entry / unit for entry in b) for b, unit in zip(basis, units, strict=True)]
        coordinates = np.linalg.lstsq(float_array(scaled).T, v, rcond=None)[0]
        found.append(list(zip(scaled, rational(coordinates), strict=True)))
    return found


def _rays(X: Matrix, V: Floats) -> list[Frame]:
    return [[(rational(v, RAY_BITS), Fraction(1))] for v in V]


def _length(numbers: Vector) -> int:
    return max(max(number.numerator.bit_length(), number.denominator.bit_length()) for number in numbers)


def _moved(
    X: Matrix, y: Vector, signs: NDArray[np.int64], frames: Sequence[Frame], spare: Sequence[Vector]
) -> list[Neuron] | None:
    """Neurons whose outputs are y, taken to be linear on the sides where they start; spare ones are appended."""
    columns, start, units = list[Vector](), list[Fraction](), list[Fraction]()
    for sign, frame in zip(signs, frames, strict=True):
        v = _combined(frame)
        active = [int(sign) if dot(row, v) > 0 else 0 for row in X]
        # In units of the neurons' sizes, so that large neurons are moved rather than small ones.
        unit = power_of_two_near(max(map(abs, v)))
        for direction, coordinate in frame:
            columns.append(tuple(on * unit * dot(row, direction) for row, on in zip(X, active, strict=True)))
            start.append(coordinate / unit)
            units.append(unit)
    own = RELUCTANCE * max(units, default=Fraction(1))
    for direction in spare:
        columns.append(tuple(own * max(dot(row, direction), Fraction(0)) for row in X))
        start.append(Fraction(0))
        units.append(own)
    solved = solve_near(columns, y, start)
    if solved is None:
        return None
    coordinates = iter([unit * z for unit, z in zip(units, solved, strict=True)])
    neurons = [(int(sign), _combined([(direction, next(coordinates)) for direction, _ in frame]))
               for sign, frame in zip(signs, frames, strict=True)]
    for direction, weight in zip(spare, coordinates, strict=True):
        neurons.append((1 if weight > 0 else -1, tuple(abs(weight) * entry for entry in direction)))
    return [(sign, v) for sign, v in neurons if any(v)]


def _combined(frame: Frame) -> Vector:
    return tuple(sum((z * direction[k] for direction, z in frame), Fraction(0)) for k in range(len(frame[0][0])))
