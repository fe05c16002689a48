"""A problem and the networks of a path as doubles of moduli at most one, scaled by powers of two so that nothing overflows.

A neuron (u, α) and (2^-e u, 2^e α) are the same function, on a whole path if e is the same at its vertices (a neuron with
u = 0 at all of them is as good as α = 0); X, the output weights and y are scaled together, which multiplies the loss by a power
of four. Numbers are rounded once, or not at all when they are doubles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.segment_events import UNIT, Floats, Indices, Segment
from theory.exact.rational import InputError
from theory.network import Network
from theory.problem import as_list

#: Columns of X in an inner product of the BLAS; longer ones are sums of these.
COLUMNS = 64


@dataclass(frozen=True)
class ScaledPath:
    """X (n × d), y (n), and for each vertex U (d × m) and α (m); the loss is 4^exponent times the loss of these."""

    X: Floats
    y: Floats
    U: list[Floats]
    alpha: list[Floats]
    exponent: int

    @classmethod
    def of(cls, problem: Any, networks: Sequence[Any]) -> "ScaledPath":
        """From Problems and Networks, or pairs of arrays (X, y) and (U, α) that :func:`arrays` has read."""
        X, y = (_parts(numbers) for numbers in (problem if isinstance(problem, tuple) else (problem.X, problem.y)))
        weights = [network if isinstance(network, tuple) else _weights(network) for network in networks]
        U, alpha = [_parts(u) for u, _ in weights], [_parts(a) for _, a in weights]
        of_neuron = np.max([_largest(u, axis=0) for u in U], axis=0)
        outer = [(mantissa, exponent + of_neuron) for mantissa, exponent in alpha]
        sizes = [_largest(a) for a in outer] if X[0].any() else []
        of_X = int(_or_zero(_largest(X)))
        of_alpha = int(_or_zero(np.max([*sizes, _largest(y) - of_X])))
        return cls(
            _scaled(X, of_X), _scaled(y, of_X + of_alpha), [_scaled(u, of_neuron) for u in U],
            [_scaled(a, of_alpha) for a in outer], of_X + of_alpha,
        )

    def hidden(self, vertex: int) -> Floats:
        """X U of a vertex, n × m."""
        U, d = self.U[vertex], self.X.shape[1]
        product: Floats = self.X[:, :COLUMNS] @ U[:COLUMNS]
        for first in range(COLUMNS, d, COLUMNS):
            product += self.X[:, first : first + COLUMNS] @ U[first : first + COLUMNS]
        return product

    def segments(self) -> list[Segment]:
        """The segments between vertices; inputs were rounded by one unit each, inner products by one for each addition."""
        hidden = [self.hidden(vertex) for vertex in range(len(self.U))]
        d = self.X.shape[1]
        units, X, found = min(d, COLUMNS) + d // COLUMNS + 3, np.abs(self.X), []
        for k in range(len(self.U) - 1):
            alpha = np.maximum(np.abs(self.alpha[k]), np.abs(self.alpha[k + 1]))
            sizes = X @ (np.maximum(np.abs(self.U[k]), np.abs(self.U[k + 1])) @ alpha)
            ends = hidden[k], hidden[k + 1], self.alpha[k], self.alpha[k + 1]
            found.append(Segment(*ends, self.y, units * UNIT * sizes))
        return found


def arrays(values: tuple[Any, ...], fields: tuple[str, ...], shapes: Sequence[tuple[int | None, ...]]) -> tuple[Floats, ...]:
    """Arrays or tensors as doubles, of the shapes wanted (None: any length but zero).

    Raises:
        InputError: naming the field, for other shapes, what is no number, NaN and infinities.
    """
    read = []
    for value, field, shape in zip(values, fields, shapes, strict=True):
        try:
            array = np.asarray(value if isinstance(value, np.ndarray) else as_list(value), dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(field, "an array of numbers is wanted") from None
        if array.ndim != len(shape) or not array.size or any(
            wanted not in (None, length) for wanted, length in zip(shape, array.shape, strict=True)
        ):
            form = " × ".join("any" if length is None else str(length) for length in shape)
            raise InputError(field, f"an array of shape {form} is wanted, not {' × '.join(map(str, array.shape))}")
        if not np.isfinite(array).all():
            raise InputError(field, "NaN or an infinity; finite numbers are wanted")
        read.append(array)
    return tuple(read)


Parts = tuple[Floats, Indices]


def _weights(network: Network) -> tuple[Any, Any]:
    """(U, α) of a network, d × m and m, exactly."""
    return list(zip(*(neuron.u for neuron in network.neurons), strict=True)), [neuron.alpha for neuron in network.neurons]


def _parts(numbers: Any) -> Parts:
    """Mantissas of modulus at most one, and exponents."""
    if isinstance(numbers, np.ndarray):
        mantissa, exponent = np.frexp(numbers)
        return mantissa, exponent.astype(np.int64)
    flat = [entry for row in numbers for entry in row] if isinstance(numbers[0], tuple) else list(numbers)
    shape = (len(numbers), -1) if isinstance(numbers[0], tuple) else (-1,)
    pairs = [_part(entry) for entry in flat]
    return np.array([m for m, _ in pairs]).reshape(shape), np.array([e for _, e in pairs], dtype=np.int64).reshape(shape)


def _part(number: Fraction) -> tuple[float, int]:
    """A correctly rounded mantissa of modulus at most one, whatever the number's size, and the exponent."""
    exponent = number.numerator.bit_length() - number.denominator.bit_length() + 1
    return (number.numerator << max(-exponent, 0)) / (number.denominator << max(exponent, 0)), exponent


#: In place of the exponent of zero: below all others.
NONE = -(2**40)


def _largest(parts: Parts, axis: int | None = None) -> Any:
    """The largest exponent of what is not zero."""
    mantissa, exponent = parts
    return np.where(mantissa != 0, exponent, NONE).max(axis=axis)


def _or_zero(exponent: Any) -> Any:
    return np.where(exponent < NONE // 2, 0, exponent)


def _scaled(parts: Parts, exponent: Any) -> Floats:
    mantissa, own = parts
    # What is 2^-2000 is zero in doubles, and only zero has an exponent above zero; ldexp wants 32 bits.
    scaled: Floats = np.ldexp(mantissa, np.clip(own - exponent, -2000, 0))
    return scaled
