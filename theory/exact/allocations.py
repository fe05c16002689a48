"""All ways to distribute m neurons over output signs and cones, as a tree.

A *class* is a sign, a cone and a count: ``{"sign": 1, "sides": "+*-", "count": 2}`` are two neurons with positive output weight
whose weights lie on the side + of the first line of rows and on the side − of the third. Lines are the distinct lines among the
rows of X that are not zero, in the order of the rows, each with its first row as its normal.

The root divides m neurons by sign, and an inner node divides one class by one line, in all ways: child a has a neurons on the
side + and the rest on the side −. Every neuron lies in a closed cell of the arrangement that has an interior; choosing such a
cell for each, a network follows one path from the root to a leaf, with all its neurons in the cones of the leaf's classes.
Classes whose cone has no interior are never chosen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, Vector


@dataclass(frozen=True)
class Units:
    """A class of neurons.

    Attributes:
        sign: of their output weights, 1 or −1.
        sides: +, − or * (not fixed) for each line.
        count: how many there are, at least one.
    """

    sign: int
    sides: str
    count: int

    def write(self) -> dict[str, Any]:
        """The JSON form."""
        return {"sign": self.sign, "sides": self.sides, "count": self.count}


Allocation = tuple[Units, ...]


def line_normals(X: Matrix) -> tuple[Vector, ...]:
    """The normals of the lines: the first row on each."""
    normals: dict[Vector, Vector] = {}
    for row in X:
        if lead := next((entry for entry in row if entry), None):
            normals.setdefault(tuple(entry / lead for entry in row), row)
    return tuple(normals.values())


def by_sign(width: int, lines: int) -> list[Allocation]:
    """The children of the root: all ways to give signs to ``width`` neurons."""
    free = "*" * lines
    return [_present(Units(1, free, width - minus), Units(-1, free, minus)) for minus in range(width + 1)]


def divided(allocation: Allocation, index: int, line: int) -> list[Allocation]:
    """All ways to divide one class by one line: 0, 1, … neurons on the side +."""
    units = allocation[index]
    before, after = allocation[:index], allocation[index + 1 :]
    plus, minus = (units.sides[:line] + side + units.sides[line + 1 :] for side in "+-")
    return [
        (*before, *_present(Units(units.sign, plus, a), Units(units.sign, minus, units.count - a)), *after)
        for a in range(units.count + 1)
    ]


def _present(*units: Units) -> Allocation:
    return tuple(each for each in units if each.count)


def leaves(tree: Any, width: int, lines: int) -> Iterator[tuple[Allocation, str, dict[str, Any]]]:
    """The leaves of a tree with their allocations and the names of their places, in order.

    Raises:
        Rejected: when a node does not divide a class in all ways.
    """
    children = members(tree, "tree", {"children"})["children"]
    if not isinstance(children, list) or len(children) != width + 1:  # before the allocations of an absurd width are made
        raise Rejected(f"tree.children: one for each of the {width + 1} ways to give signs is wanted")
    waiting = _children(tree, {"children"}, by_sign(width, lines), "tree")
    while waiting:
        allocation, where, node = waiting.pop()
        if not isinstance(node, dict) or "children" not in node:
            yield allocation, where, node
            continue
        members(node, where, {"class", "line", "children"})
        index, line = node["class"], node["line"]
        if type(index) is not int or not 0 <= index < len(allocation):
            raise Rejected(f"{where}.class: there are {len(allocation)} classes")
        if type(line) is not int or not 0 <= line < lines or allocation[index].sides[line] != "*":
            raise Rejected(f"{where}.line: the number of a line that the class is not divided by is wanted")
        waiting += _children(node, {"class", "line", "children"}, divided(allocation, index, line), where)


def _children(node: Any, names: set[str], parts: list[Allocation], where: str) -> list[tuple[Allocation, str, Any]]:
    members(node, where, names)
    children = node["children"]
    if not isinstance(children, list) or len(children) != len(parts):
        raise Rejected(f"{where}.children: one for each of the {len(parts)} ways to divide is wanted")
    named = [(part, f"{where}.children[{k}]", child) for k, (part, child) in enumerate(zip(parts, children, strict=True))]
    return named[::-1]
