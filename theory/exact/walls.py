"""Walls: multipliers that bound the loss from below on faces of cells, and the flood of cells that they hold back.

The loss on a face that is the hull of generators g is at least min_{c ≥ 0} ½‖Σ c_g g − y‖², and any μ ∈ Q^n with
μᵀg ≤ 0 for all of them proves ≥ μᵀy − ½‖μ‖². A multiplier is stated by the point it belongs to: positive weights c
on some generators; then μ = y − Σ c_g g must be orthogonal to each of these, which makes the bound ½‖μ‖² and lets
no weight be altered. A cell of the network is a tuple of places, one a neuron (:mod:`theory.exact.cones`); a
multiplier *closes* a face or cell when it bounds the loss on all of it. Sets of multipliers are integers, so that a
face is examined in a few operations.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cones import Arrangement, Integers
from theory.exact.rational import Vector, dot, read_vector

Cell = tuple[int, ...]


class Walls:
    """The multipliers of a certificate, verified, and the faces and cells they close.

    Attributes:
        bounds: the lower bound ½‖μ‖² of each.
        all: the set of all multipliers.
    """

    def __init__(self, arrangement: Arrangement, y: Vector, listed: Any, field: str) -> None:
        if not isinstance(listed, list):
            raise Rejected(f"{field}: a list of multipliers is wanted")
        self._arrangement = arrangement
        generators = arrangement.generators
        self.bounds: list[Fraction] = []
        self.all = (1 << len(listed)) - 1
        self._violated = [0] * (2 * len(generators))
        previous: list[int] | None = None
        for index, entry in enumerate(listed):
            where = f"{field}[{index}]"
            labels, mu = _multiplier(entry, where, y, generators)
            if previous is not None and labels <= previous:
                raise Rejected(f"{where}: multipliers are listed in increasing order of their generators")
            previous = labels
            self.bounds.append(dot(mu, mu) / 2)
            for g, generator in enumerate(generators):
                if product := dot(mu, generator):
                    self._violated[g if product > 0 else g + len(generators)] |= 1 << index
        self._failing: dict[int, int] = {}
        self._doors: dict[int, tuple[tuple[int, int], ...]] = {}

    def _failing_on(self, generators: int) -> int:
        """The multipliers that bound nothing on a face with these signed generators."""
        failing = 0
        while generators:
            lowest = generators & -generators
            failing |= self._violated[lowest.bit_length() - 1]
            generators ^= lowest
        return failing

    def _failing_in(self, place: int) -> int:
        if place not in self._failing:
            rays = self._arrangement.rays_in(place)
            self._failing[place] = self._failing_on(self._arrangement.generators_of(rays, place))
        return self._failing[place]

    def closing_cell(self, cell: Cell) -> int:
        """The multipliers that close a whole cell."""
        failing = 0
        for place in cell:
            failing |= self._failing_in(place)
        return self.all & ~failing

    def exits(self, cell: Cell, symmetric: bool) -> Iterator[tuple[Cell, int]]:
        """Each cell across a face, sorted when the order of neurons does not matter, and what closes that face."""
        for neuron, place in enumerate(cell):
            rest = 0
            for other in cell[:neuron] + cell[neuron + 1:]:
                rest |= self._failing_in(other)
            if place not in self._doors:
                doors = self._arrangement.doors(place)
                self._doors[place] = tuple((door.place, self._failing_on(door.generators)) for door in doors)
            for beyond, failing in self._doors[place]:
                across = (*cell[:neuron], beyond, *cell[neuron + 1:])
                yield (tuple(sorted(across)) if symmetric else across), self.all & ~(rest | failing)

    def flood(self, start: Cell, symmetric: bool) -> set[Cell]:
        """The cells that are reached from ``start`` through faces that no multiplier closes."""
        seen, waiting = {start}, [start]
        while waiting:
            for across, closing in self.exits(waiting.pop(), symmetric):
                if not closing and across not in seen:
                    seen.add(across)
                    waiting.append(across)
        return seen


def _multiplier(entry: Any, where: str, y: Vector, generators: tuple[Integers, ...]) -> tuple[list[int], Vector]:
    """The labels and μ of one multiplier; label g + 1 is generator g with sign +, its negative the same with sign −."""
    members(entry, where, {"generators", "weights"})
    labels = entry["generators"]
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise Rejected(f"{where}.generators: a list of integers is wanted")
    if any(first >= second for first, second in pairwise(labels)):
        raise Rejected(f"{where}.generators: not in increasing order")
    if any(not 1 <= abs(label) <= len(generators) for label in labels):
        raise Rejected(f"{where}.generators: there are {len(generators)} generators")
    weights, mu = read_vector(entry["weights"], f"{where}.weights", len(labels)), list(y)
    for label, weight in zip(labels, weights, strict=True):
        if weight <= 0:
            raise Rejected(f"{where}.weights: not positive")
        sign = 1 if label > 0 else -1
        mu = [m - weight * sign * entry for m, entry in zip(mu, generators[abs(label) - 1], strict=True)]
    for label in labels:
        if dot(mu, generators[abs(label) - 1]) != 0:
            raise Rejected(f"{where}: μ is not orthogonal to generator {label}")
    return labels, tuple(mu)
