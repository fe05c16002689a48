"""Components of a sublevel set {L ≤ level} of networks of a given width, counted exactly.

Statement: ``{"X", "y", "width", "level", "components", "components_modulo_permutation", "representatives"}``; a
representative is a network written as its effective weights, one for each component modulo permutation, in order.

Proof: ``multipliers``, ``points`` and ``losses`` (of the representatives and then of the points). The sublevel set
is the union of its convex parts in the cells, and two parts that meet do so on a face (see the kind ``barrier``).

1. A multiplier whose bound exceeds the level shows that a cell, or a face between cells, holds nothing of the set.
The cells that none closes fall into classes: those reached from each other through faces that none closes. No path
of the set leads from one class to another. 2. Each representative and point has a loss of at most the level, so it
joins the cells that contain it. Renumbered in all ways, they must enter every cell of every class, and join all of
it.

So the classes are the components. Each multiplier must be needed: it alone closes some cell, or some face between
classes.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise, permutations, product
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.cones import Arrangement, rank
from theory.exact.disjoint_sets import DisjointSets
from theory.exact.effective import Weights, loss, read_effective
from theory.exact.rational import Matrix, Vector, read_matrix, read_number, read_vector
from theory.exact.walls import Cell, Walls

#: Largest width that is read: cells grow with its power, and every order of the neurons is gone through.
LARGEST_WIDTH = 6


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Re-derive the components; their numbers must be the stated ones."""
    counts = {"components", "components_modulo_permutation"}
    members(statement, "statement", {"X", "y", "width", "level", "representatives"} | counts)
    X = read_matrix(statement["X"], "statement.X")
    if not X or not X[0]:
        raise Rejected("statement.X: no entries")
    y, width = read_vector(statement["y"], "statement.y", len(X)), statement["width"]
    if type(width) is not int or not 1 <= width <= LARGEST_WIDTH:
        raise Rejected(f"statement.width: an integer from 1 to {LARGEST_WIDTH} is wanted")
    representatives = read_points(statement["representatives"], "statement.representatives", len(X[0]), width)
    level = read_number(statement["level"], "statement.level")
    facts = check_components(X, y, level, width, representatives, proof)
    for name in sorted(counts):
        if type(statement[name]) is not int or statement[name] != facts[name]:
            raise Rejected(f"statement.{name}: there are {facts[name]}")
    return facts


def read_points(value: Any, field: str, d: int, width: int) -> list[Weights]:
    """Networks written as effective weights, in increasing order."""
    if not isinstance(value, list):
        raise Rejected(f"{field}: a list of networks is wanted")
    points = [read_effective(network, f"{field}[{index}]", d, width) for index, network in enumerate(value)]
    if any(first >= second for first, second in pairwise(points)):
        raise Rejected(f"{field}: not in increasing order")
    return points


def check_components(
    X: Matrix, y: Vector, level: Fraction, width: int, representatives: Sequence[Weights], proof: Any
) -> Mapping[str, Any]:
    """The same for a statement that has been read: the components are those of the representatives and their orders."""
    members(proof, "proof", {"multipliers", "points", "losses"})
    points = [*representatives, *read_points(proof["points"], "proof.points", len(X[0]), width)]
    losses = tuple(loss(X, y, point) for point in points)
    if read_vector(proof["losses"], "proof.losses", len(points)) != losses:
        raise Rejected("proof.losses: not the losses of the representatives and points")
    if any(found > level for found in losses):
        raise Rejected("proof.losses: one is above the level")
    arrangement = Arrangement(X)
    walls = Walls(arrangement, y, proof["multipliers"], "proof.multipliers")
    if any(bound <= level for bound in walls.bounds):
        raise Rejected("proof.multipliers: the bound of one does not exceed the level")
    classes = _classes(arrangement, walls, width)
    labelled = set(classes.values())
    _check_joined(arrangement, classes, len(labelled), points)
    orbits = [{classes[part[0]] for part in parts_around(arrangement, network)} for network in representatives]
    if sum(map(len, orbits)) != len(labelled) or set().union(*orbits) != labelled:
        raise Rejected("statement.representatives: one for each component modulo permutation is wanted")
    single = 0
    if level == 0 and arrangement.rank == len(X[0]):
        spread = {label for cell, label in classes.items() if not _injective(arrangement, cell)}
        single = sum(not orbit & spread for orbit in orbits)
    return {"components": len(labelled), "components_modulo_permutation": len(representatives), "single_points": single,
            "cells": len(classes), "multipliers": len(walls.bounds)}


def _classes(arrangement: Arrangement, walls: Walls, width: int) -> dict[Cell, int]:
    """Every cell that no multiplier closes, with the number of its class."""
    classes: dict[Cell, int] = {}
    needed = 0
    for cell in combinations_with_replacement(arrangement.places(), width):
        if closing := walls.closing_cell(cell):
            needed |= closing if closing & (closing - 1) == 0 else 0
            continue
        for numbered in set(permutations(cell)) - classes.keys():
            if numbered not in classes:
                classes |= dict.fromkeys(walls.flood(numbered, symmetric=False), len(classes))
    for cell, label in classes.items():
        for across, closing in walls.exits(cell, symmetric=False):
            if classes.get(across, label) != label and closing & (closing - 1) == 0:
                needed |= closing
    if needed != walls.all:
        raise Rejected("proof.multipliers: one closes nothing that the others leave open")
    return classes


def parts_around(arrangement: Arrangement, network: Weights) -> Iterator[list[Cell]]:
    """The cells that contain a network, for each numbering of its neurons."""
    around = [tuple(arrangement.places_around(sign, v)) for sign, v in network]
    for order in sorted(set(permutations(around))):
        yield list(product(*order))


def _check_joined(arrangement: Arrangement, classes: dict[Cell, int], count: int, points: Sequence[Weights]) -> None:
    """Every cell is entered by a point, and the points join the cells of each class."""
    joined = DisjointSets[Cell]()
    for point in points:
        for part in parts_around(arrangement, point):
            joined.join(part)
    if joined.parent.keys() != classes.keys():
        raise Rejected("proof.points: some cell is neither closed by a multiplier nor entered by a point")
    if joined.count != count:
        raise Rejected("proof.points: they do not join all cells of a class")


def _injective(arrangement: Arrangement, cell: Cell) -> bool:
    """Whether the fit determines the weights in a cell: there it is linear, and its rank is that of its generators."""
    found = 0
    for place in cell:
        found |= arrangement.generators_of(arrangement.rays_in(place), place & ~1)
    vectors = [generator for g, generator in enumerate(arrangement.generators) if found >> g & 1]
    return rank(vectors) == arrangement.rank * len(cell)
