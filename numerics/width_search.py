"""The best network of at most m neurons, by branch and bound over allocations of the neurons to signs and cones.

A node is an allocation (:mod:`theory.exact.allocations`): so many neurons of each sign in each of some cones. Its relaxation
lets a class use its whole budget anywhere in its cone, which is convex and bounds all its networks from below. Where the units
that a class uses share a cell they add up to one group, and count equal copies of it are a network: the relaxation is attained.
Where they do not, some line of rows separates them, and the class is divided by the line that separates most.

What is convex for a given norm is in a :class:`Programs`; the search knows allocations only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from theory.exact.allocations import Allocation, Units, by_sign, divided
from theory.exact.kinks import drift
from theory.exact.rational import Matrix, Vector, write_number, write_vector

#: Nodes whose relaxation is solved before the interval is returned as it is.
NODES = 1000
#: Relaxations in doubles that differ by less than this, relatively, are compared by what can be proved.
TIE = 1e-7

#: (sign, v) of one neuron.
Neuron = tuple[int, Vector]


@dataclass(frozen=True)
class Relaxed:
    """The relaxation of one allocation, in doubles.

    Attributes:
        bound: its value, infinite when no budget is enough.
        owners: for each unit used, the class that uses it.
        sizes: the share of the budget that each unit uses.
        sides: the sides of each unit, units × lines, 0 where it lies on the hyperplane.
        program: what the program needs to prove the bound later.
    """

    bound: float
    owners: NDArray[np.int64]
    sizes: NDArray[np.float64]
    sides: NDArray[np.int8]
    program: Any


@dataclass(frozen=True)
class Leaf:
    """A proved bound: the leaf of the certificate's tree, and its bound (None: infinite)."""

    written: dict[str, Any]
    bound: Fraction | None


class Programs(Protocol):
    """The convex programs of one norm and objective.

    Attributes:
        slack: what a proved bound may fall short of the best network, relatively, to close a node.
    """

    slack: Fraction

    def relax(self, allocation: Allocation) -> Relaxed:
        """The relaxation."""

    def network(self, allocation: Allocation, relaxed: Relaxed) -> tuple[Fraction, list[Neuron]] | None:
        """A network with this allocation whose units share cells, with its value; None when it cannot be made exact."""

    def prove(self, allocation: Allocation, relaxed: Relaxed, target: Fraction | None) -> Leaf:
        """The best bound that can be proved, or one that reaches the target and takes less to write."""


@dataclass
class Node:
    """A node of the tree: a leaf until it has children."""

    allocation: Allocation
    relaxed: Relaxed
    leaf: Leaf | None = None
    split: tuple[int, int] | None = None
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The outcome of a search.

    Attributes:
        value, neurons: the best network; None when there is none (or none was found).
        lower: the least bound of a leaf; None when all are infinite.
        tree: the certificate's tree.
        nodes: relaxations solved.
    """

    value: Fraction | None
    neurons: list[Neuron]
    lower: Fraction | None
    tree: dict[str, Any]
    nodes: int


class Search:
    """Best first: the node with the least relaxation is divided next."""

    def __init__(
        self, programs: Programs, width: int, lines: int, start: tuple[Fraction, list[Neuron]] | None = None,
        nodes: int = NODES,
    ) -> None:
        self.programs, self.budget = programs, nodes
        self.value: Fraction | None = start[0] if start else None
        self.neurons: list[Neuron] = start[1] if start else []
        self.solved, self._order = 0, count()
        self._waiting: list[tuple[float, int, Node]] = []
        self._root = [self._node(allocation) for allocation in by_sign(width, lines)]

    def run(self) -> Found:
        """Search until the bounds meet, or the nodes are used up."""
        while self._waiting:
            bound, _, node = heappop(self._waiting)
            if self._closed(bound, node):
                continue
            if self.solved >= self.budget:
                break
            self._divide(node)
        leaves = list(self._finished(self._root))
        finite = [leaf.bound for leaf in leaves if leaf.bound is not None]
        tree = {"children": [self._written(node) for node in self._root]}
        return Found(self.value, self.neurons, min(finite, default=None), tree, self.solved)

    def _node(self, allocation: Allocation) -> Node:
        relaxed = self.programs.relax(allocation)
        self.solved += 1
        node = Node(allocation, relaxed)
        if np.isfinite(relaxed.bound):
            if self.value is None or relaxed.bound < float(self.value) * (1 + TIE):
                self._try(_gathered(allocation, relaxed))
            heappush(self._waiting, (relaxed.bound, next(self._order), node))
        return node

    def _try(self, allocation: Allocation) -> None:
        """A network that follows the units of a relaxation, as a candidate for the best."""
        relaxed = self.programs.relax(allocation)
        if np.isfinite(relaxed.bound) and (self.value is None or relaxed.bound < float(self.value) * (1 + TIE)):
            found = self.programs.network(allocation, relaxed)
            if found is not None and (self.value is None or found[0] < self.value):
                self.value, self.neurons = found

    def _closed(self, bound: float, node: Node) -> bool:
        if self.value is None or bound < float(self.value) * (1 - TIE):
            return False
        if bound > float(self.value) * (1 + TIE):
            return True
        node.leaf = self.programs.prove(node.allocation, node.relaxed, self.value)
        wanted = self.value * (1 - self.programs.slack)
        return node.leaf.bound is None or node.leaf.bound >= wanted or _separating(node) is None

    def _divide(self, node: Node) -> None:
        node.split = _separating(node)
        if node.split is None:
            return
        node.leaf = None
        node.children = [self._node(allocation) for allocation in divided(node.allocation, *node.split)]

    def _finished(self, nodes: Sequence[Node]) -> Iterator[Leaf]:
        for node in nodes:
            if node.children:
                yield from self._finished(node.children)
                continue
            if node.leaf is None:
                node.leaf = self.programs.prove(node.allocation, node.relaxed, self.value)
            yield node.leaf

    def _written(self, node: Node) -> dict[str, Any]:
        if node.split is None or node.leaf is not None:
            assert node.leaf is not None
            return node.leaf.written
        children = [self._written(child) for child in node.children]
        return {"class": node.split[0], "line": node.split[1], "children": children}


    @property
    def least(self) -> float:
        """The least relaxation that waits to be divided."""
        return min((bound for bound, _, _ in self._waiting), default=float("inf"))


def best_network(programs: Callable[[Fraction | None], Programs], width: int, lines: int, R: Fraction | None) -> Found:
    """The least radius (R None), or the least loss within R; a network that fits within R is looked for first.

    Args:
        programs: makes the programs for a radius, or for None.
    """
    fitting = Search(programs(None), width, lines)
    if R is None:
        return fitting.run()
    start = None
    if fitting.least <= float(R):
        found = fitting.run()
        if found.value is not None and found.value <= R:
            start = Fraction(0), found.neurons
    return Search(programs(R), width, lines, start).run()


def _separating(node: Node) -> tuple[int, int] | None:
    """The class and the line that separate most of the class's units; None when the units of each class share a cell."""
    best: tuple[float, tuple[int, int] | None] = (0.0, None)
    relaxed = node.relaxed
    for index in range(len(node.allocation)):
        own = relaxed.owners == index
        plus = relaxed.sizes[own] @ (relaxed.sides[own] > 0)
        minus = relaxed.sizes[own] @ (relaxed.sides[own] < 0)
        for line, smaller in enumerate(np.minimum(plus, minus)):
            if smaller > best[0]:
                best = (float(smaller), (index, line))
    return best[1]


def _gathered(allocation: Allocation, relaxed: Relaxed) -> Allocation:
    """An allocation to cells that follows the units of a relaxation: groups of units that share a cell, largest first.

    Each group gets one neuron while there are any, then the largest size per neuron gets the next.
    """
    gathered: list[Units] = []
    for index, units in enumerate(allocation):
        own = np.flatnonzero(relaxed.owners == index)
        groups: list[tuple[float, NDArray[np.int8]]] = []
        for unit in own[np.argsort(-relaxed.sizes[own], kind="stable")]:
            sides, size = relaxed.sides[unit], float(relaxed.sizes[unit])
            for place, (total, common) in enumerate(groups):
                if (common * sides >= 0).all():
                    groups[place] = (total + size, np.where(common == 0, sides, common).astype(np.int8))
                    break
            else:
                groups.append((size, sides))
        groups.sort(key=lambda group: -group[0])
        groups = groups[: units.count] or [(1.0, np.zeros(len(units.sides), np.int8))]
        counts = [1] * len(groups)
        for _ in range(units.count - len(groups)):
            counts[max(range(len(groups)), key=lambda place: groups[place][0] / counts[place])] += 1
        for (_, common), number in zip(groups, counts, strict=True):
            gathered.append(Units(units.sign, _cell(units.sides, common), number))
    return tuple(gathered)


def _cell(sides: str, common: NDArray[np.int8]) -> str:
    """The cone's sides, then those of the units, then + where nothing says which."""
    return "".join(given if given != "*" else "-" if side < 0 else "+" for given, side in zip(sides, common, strict=True))


def written_leaf(
    X: Matrix, allocation: Allocation, mu: Vector, covers: list[dict[str, Any]], bound: Fraction | None
) -> Leaf:
    """A leaf in its JSON form."""
    written = {
        "classes": [units.write() for units in allocation], "dual": write_vector(mu), "drift": write_vector(drift(X, mu)),
        "covers": covers, "bound": None if bound is None else write_number(bound),
    }
    return Leaf(written, bound)
