"""The graph of cells of networks of a given width: which cells a face joins, found when they are asked for.

A cell of the network is a tuple of places, one a neuron (:mod:`theory.exact.cones`). Modulo permutation it is the
sorted tuple.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import comb

from theory.exact.cones import Arrangement, Integers, primitive
from theory.exact.walls import Cell

#: Up to this width all orders of the neurons are compared, 24 of them.
WIDTH_OF_FEW_ORDERS = 4


@dataclass(frozen=True)
class Step:
    """A face between two cells, crossed from ``before`` to ``after``, as the set of its signed generators."""

    before: Cell
    after: Cell
    generators: int

    def reversed(self) -> "Step":
        """The same face, crossed the other way."""
        return Step(self.after, self.before, self.generators)


class Cells:
    """Cells of networks, with the faces between them.

    Attributes:
        symmetric: cells are named up to the order of neurons.
    """

    def __init__(self, arrangement: Arrangement, symmetric: bool) -> None:
        self.arrangement, self.symmetric = arrangement, symmetric
        self._generators: dict[int, int] = {}

    def named(self, cell: Cell) -> Cell:
        """The cell's name: sorted when the order of neurons does not matter."""
        return tuple(sorted(cell)) if self.symmetric else cell

    def generators_in(self, place: int) -> int:
        """The signed generators of a place."""
        if place not in self._generators:
            self._generators[place] = self.arrangement.generators_of(self.arrangement.rays_in(place), place)
        return self._generators[place]

    def generators(self, cell: Cell) -> int:
        """The signed generators of a cell."""
        found = 0
        for place in cell:
            found |= self.generators_in(place)
        return found

    def steps(self, cell: Cell) -> Iterator[Step]:
        """The steps across the faces of a cell; equal neurons are moved once when their order does not matter."""
        for neuron, place in enumerate(cell):
            if self.symmetric and neuron and cell[neuron - 1] == place:
                continue
            rest = self.generators(cell[:neuron] + cell[neuron + 1:])
            for door in self.arrangement.doors(place):
                across = (*cell[:neuron], door.place, *cell[neuron + 1:])
                yield Step(cell, self.named(across), rest | door.generators)

    def distance(self, cell: Cell, aim: Cell) -> int:
        """The number of planes and signs between two cells; the least over renumberings when these are free and few.

        It only says where to look first, so for wide networks the order at hand will do.
        """
        orders = permutations(aim) if self.symmetric and len(aim) <= WIDTH_OF_FEW_ORDERS else (aim,)
        return min(sum((p ^ q).bit_count() for p, q in zip(cell, order, strict=True)) for order in orders)

    def total(self, width: int) -> int:
        """The number of cells there are."""
        places = 2 * count_cells(self.arrangement.planes, self.arrangement.rank)
        return comb(places + width - 1, width) if self.symmetric else places**width


def count_cells(planes: tuple[Integers, ...], rank: int) -> int:
    """The number of cells of a central arrangement of distinct planes in Q^rank.

    Plane by plane: a new plane adds as many cells as the planes before it cut it into.
    """
    if not planes:
        return 1
    if rank <= 2:
        return 2 * len(planes)
    return 1 + sum(count_cells(_restricted(planes[:index], plane), rank - 1) for index, plane in enumerate(planes))


def _restricted(planes: tuple[Integers, ...], onto: Integers) -> tuple[Integers, ...]:
    """The distinct traces of planes on another plane, in coordinates that leave out one entry."""
    out = next(index for index, entry in enumerate(onto) if entry)
    traces = set()
    for plane in planes:
        trace = [a * onto[out] - b * plane[out] for a, b in zip(plane, onto, strict=True)]
        del trace[out]
        shortest = primitive(tuple(trace))
        traces.add(max(shortest, tuple(-entry for entry in shortest)))
    return tuple(sorted(traces))
