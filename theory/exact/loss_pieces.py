"""The loss on a segment of networks in parameter space, piece by piece.

Between (U, α) at t = 0 and (U′, α′) at t = 1 all parameters are linear in t. So a hidden unit is active between points where
some x_iᵀu_j(t) changes its sign, α_j(t)·x_iᵀu_j(t) is a quadratic, and L = ½‖f − y‖² is a quartic from one such point to the
next. (In effective weights |α_j|u_j the same ends have another segment between them, and a convex quadratic.)

At a breakpoint one summand of one output enters or leaves. When f_i changes by the quadratic q, the residual r_i being
what it was, the loss changes by q·(r_i + q/2).
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from theory.exact.bernstein import Quartic
from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, Vector, dot, read_number, read_vector

#: A network: (u, α) of every neuron.
Parameters = Sequence[tuple[Vector, Fraction]]


class Piece(NamedTuple):
    """An interval [left, right] of t without breakpoints inside, on the segment that has so many segments before it, and the
    loss there, as a quartic of t. A place of the path is told by ``passed`` + t.
    """

    passed: int
    left: Fraction
    right: Fraction
    loss: Quartic


def read_path(data: Any, field: str, d: int) -> list[Parameters]:
    """Two networks or more on d inputs, of equal width."""
    if not isinstance(data, list) or len(data) < 2:
        raise Rejected(f"{field}: a list of two networks or more is wanted")
    path = [_read_parameters(entry, f"{field}[{index}]", d) for index, entry in enumerate(data)]
    for index, network in enumerate(path):
        if len(network) != len(path[0]):
            raise Rejected(f"{field}[{index}]: {len(network)} neurons, but the first network has {len(path[0])}")
    return path


def _read_parameters(data: Any, field: str, d: int) -> Parameters:
    neurons = members(data, field, {"neurons"})["neurons"]
    if not isinstance(neurons, list) or not neurons:
        raise Rejected(f"{field}.neurons: a list of at least one neuron is wanted")
    read = []
    for index, neuron in enumerate(neurons):
        where = f"{field}.neurons[{index}]"
        members(neuron, where, {"u", "alpha"})
        read.append((read_vector(neuron["u"], f"{where}.u", d), read_number(neuron["alpha"], f"{where}.alpha")))
    return read


def path_pieces(X: Matrix, y: Vector, path: Sequence[Parameters]) -> Iterator[Piece]:
    """The pieces of L along a polygonal path of networks of equal width, in order."""
    for passed, (start, end) in enumerate(pairwise(path)):
        yield from _segment_pieces(X, y, start, end, passed)


def _segment_pieces(X: Matrix, y: Vector, start: Parameters, end: Parameters, passed: int) -> Iterator[Piece]:
    residuals: list[Vector] = []
    changes: dict[Fraction, list[tuple[int, Vector]]] = {}
    for i, (row, target) in enumerate(zip(X, y, strict=True)):
        residual: Vector = (-target, Fraction(0), Fraction(0))
        for (u, alpha), (u_end, alpha_end) in zip(start, end, strict=True):
            h, h_end = dot(row, u), dot(row, u_end)
            summand = _product((alpha, alpha_end - alpha), (h, h_end - h))
            if h > 0 or (h == 0 and h_end > 0):
                residual = _add(residual, summand)
            if h * h_end < 0:
                change = summand if h < 0 else tuple(-c for c in summand)
                changes.setdefault(h / (h - h_end), []).append((i, change))
        residuals.append(residual)
    loss: Quartic = (Fraction(0),) * 5
    for residual in residuals:
        loss = _add(loss, _product(residual, tuple(c / 2 for c in residual)))
    left = Fraction(0)
    for right in sorted(changes):
        yield Piece(passed, left, right, loss)
        for i, change in changes[right]:
            loss = _add(loss, _product(change, _add(residuals[i], tuple(c / 2 for c in change))))
            residuals[i] = _add(residuals[i], change)
        left = right
    yield Piece(passed, left, Fraction(1), loss)


def _add(p: Vector, q: Vector) -> Vector:
    return tuple(a + b for a, b in zip(p, q, strict=True))


def _product(p: Vector, q: Vector) -> Vector:
    coefficients = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            coefficients[i + j] += a * b
    return tuple(coefficients)
