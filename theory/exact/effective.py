"""Networks as effective weights, and the exact maximum of the loss along a polygonal path of them.

A neuron (u, α) is replaced by its sign σ = sign α and v = |α|u; f = Σ σ_j (Xv_j)_+ and L = ½‖f − y‖². A path in
effective weights lifts to parameters with the same loss, and every path of parameters projects to one; a sign
changes only where v_j = 0. Along a segment the hidden units are linear between the points where some x_iᵀv_j(t) =
0, so L is a convex quadratic there and its maximum is attained at one of these points or at an end.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, Vector, dot, read_number, read_vector

#: One neuron: its sign σ ∈ {−1, 0, 1} and v ∈ Q^d; σ = 0 exactly where v = 0.
Neuron = tuple[int, Vector]
Weights = tuple[Neuron, ...]


def read_network(value: Any, field: str, d: int) -> Weights:
    """The effective weights of a network given as ``{"neurons": [{"u": […], "alpha": …}, …]}``."""
    neurons = members(value, field, {"neurons"})["neurons"]
    if not isinstance(neurons, list) or not neurons:
        raise Rejected(f"{field}.neurons: a list of at least one neuron is wanted")
    found = []
    for index, neuron in enumerate(neurons):
        where = f"{field}.neurons[{index}]"
        members(neuron, where, {"u", "alpha"})
        u, alpha = read_vector(neuron["u"], f"{where}.u", d), read_number(neuron["alpha"], f"{where}.alpha")
        found.append(effective(u, alpha))
    return tuple(found)


def read_effective(value: Any, field: str, d: int, width: int) -> Weights:
    """A network that is written as its effective weights: each α is 1 or −1, or 0 with u = 0."""
    weights = read_network(value, field, d)
    if len(weights) != width:
        raise Rejected(f"{field}: {len(weights)} neurons, not {width}")
    for index, (neuron, (sign, v)) in enumerate(zip(value["neurons"], weights, strict=True)):
        if neuron["alpha"] != sign or read_vector(neuron["u"], f"{field}.neurons[{index}].u") != v:
            raise Rejected(f"{field}.neurons[{index}]: not an effective weight: alpha is 1 or −1, or 0 where u = 0")
    return weights


def effective(u: Vector, alpha: Fraction) -> Neuron:
    """(σ, v) of a neuron (u, α)."""
    v = tuple(abs(alpha) * entry for entry in u)
    return ((alpha > 0) - (alpha < 0) if any(v) else 0), v


def pad(weights: Weights, width: int) -> Weights:
    """The same network with zero neurons appended up to a width."""
    zero = (0, (Fraction(0),) * len(weights[0][1]))
    return weights + (zero,) * (width - len(weights))


def renumbering(network: Weights, order: Weights) -> list[int] | None:
    """Which neuron of a network stands at each place of a rearrangement of it: the first of equal ones first.

    None when ``order`` is no rearrangement of the network.
    """
    free = list(range(len(network)))
    found = []
    for neuron in order:
        index = next((index for index in free if network[index] == neuron), None)
        if index is None:
            return None
        free.remove(index)
        found.append(index)
    return None if free else found


def loss(X: Matrix, y: Vector, weights: Weights) -> Fraction:
    """L = ½‖Σ_j σ_j (Xv_j)_+ − y‖²."""
    return _loss([sign for sign, _ in weights], [[dot(row, v) for _, v in weights] for row in X], y)


def _loss(signs: list[int], hidden: list[list[Fraction]], y: Vector) -> Fraction:
    total = Fraction(0)
    for row, target in zip(hidden, y, strict=True):
        total += (sum(sign * h for sign, h in zip(signs, row, strict=True) if h > 0) - target) ** 2
    return total / 2


def segment_maximum(X: Matrix, y: Vector, start: Weights, end: Weights) -> Fraction:
    """The largest loss on the segment between two networks.

    Raises:
        Rejected: when a neuron changes its sign although it is not zero at either end.
    """
    signs = []
    for (first, _), (second, _) in zip(start, end, strict=True):
        if first * second < 0:
            raise Rejected("path: a neuron changes its sign where it is not zero")
        signs.append(first or second)
    begins = [[dot(row, v) for _, v in start] for row in X]
    ends = [[dot(row, v) for _, v in end] for row in X]
    crossings = {Fraction(0), Fraction(1)}
    for row, other in zip(begins, ends, strict=True):
        crossings |= {p / (p - q) for p, q in zip(row, other, strict=True) if p * q < 0}
    hidden_at = ([[p + t * (q - p) for p, q in zip(row, other, strict=True)]
                  for row, other in zip(begins, ends, strict=True)] for t in crossings)
    return max(_loss(signs, hidden, y) for hidden in hidden_at)


def path_maximum(X: Matrix, y: Vector, path: Sequence[Weights]) -> Fraction:
    """The largest loss on a polygonal path with at least one vertex."""
    segments = (segment_maximum(X, y, start, end) for start, end in pairwise(path))
    return max((loss(X, y, path[0]), *segments))
