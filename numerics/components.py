"""The components of a sublevel set {L ≤ level} of networks of a given width, counted exactly, with a certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, permutations
from typing import Any

from numerics.cells import Cells
from numerics.cuts import flood_below, multipliers
from numerics.faces import Faces
from numerics.flooding import Progress
from numerics.lifting import network, realise
from theory.exact.certificate import certificate
from theory.exact.cones import Arrangement, Ray
from theory.exact.disjoint_sets import DisjointSets
from theory.exact.effective import Weights, loss
from theory.exact.kinds.components import LARGEST_WIDTH, parts_around
from theory.exact.rational import InputError, read_number, write_number, write_vector
from theory.exact.walls import Cell
from theory.network import Network
from theory.problem import Problem


@dataclass(frozen=True)
class ComponentsResult:
    """The components of {L ≤ level}, exactly.

    Attributes:
        width, level: what was asked.
        components: their number, neurons keeping their numbers.
        components_modulo_permutation: their number when neurons may be renumbered.
        representatives: a network in each, modulo permutation, as effective weights (output weights −1, 0, 1).
        cells: the cells that hold some part of the set.
        cells_total: the cells there are.
        certificate: for the exact checker.
    """

    width: int
    level: Fraction
    components: int
    components_modulo_permutation: int
    representatives: tuple[Network, ...]
    cells: int
    cells_total: int
    certificate: dict[str, Any]

    def write(self) -> dict[str, Any]:
        """The JSON form, exact."""
        return {
            "width": self.width,
            "level": write_number(self.level),
            "components": self.components,
            "components_modulo_permutation": self.components_modulo_permutation,
            "representatives": [representative.write() for representative in self.representatives],
            "cells": self.cells,
            "cells_total": self.cells_total,
            "certificate": self.certificate,
        }


def components(problem: Any, width: int, level: Any = 0, progress: Progress | None = None) -> ComponentsResult:
    """The components of the networks of a given width with L = ½‖f − y‖² ≤ level.

    Args:
        problem: a Problem, its JSON form, or a pair of arrays (X, y).
        width: number of neurons, at least 1.
        level: the largest loss allowed; 0 asks for the networks that fit exactly.
        progress: told the number of cells examined so far, as the enumeration goes on.

    Raises:
        InputError: naming what is wrong with the input.
    """
    problem, level = Problem.read(problem), read_number(level, "level")
    if isinstance(width, bool) or not isinstance(width, int) or not 1 <= width <= LARGEST_WIDTH:
        raise InputError("width", f"an integer from 1 to {LARGEST_WIDTH} is wanted, not {width!r}")
    arrangement = Arrangement(problem.X)
    cells, faces = Cells(arrangement, symmetric=False), Faces(arrangement, problem.y)
    live, closed = _live(cells, faces, width, level, progress)
    classes = _classes(cells, faces, live, level)
    for cell, label in classes.items():
        closed |= {step.generators for step in cells.steps(cell) if classes.get(step.after, label) != label}
    representatives, points = _points(cells, faces, classes, level)
    statement = problem.write() | {
        "width": width,
        "level": write_number(level),
        "components": len(set(classes.values())),
        "components_modulo_permutation": len(representatives),
        "representatives": [network(weights).write() for weights in representatives],
    }
    proof = {
        "multipliers": multipliers(faces, closed),
        "points": [network(weights).write() for weights in points],
        "losses": write_vector([loss(problem.X, problem.y, weights) for weights in [*representatives, *points]]),
    }
    return ComponentsResult(
        width=width,
        level=level,
        components=statement["components"],
        components_modulo_permutation=len(representatives),
        representatives=tuple(network(weights) for weights in representatives),
        cells=len(classes),
        cells_total=cells.total(width),
        certificate=certificate("components", statement, proof),
    )


def certify(instance: dict[str, Any]) -> dict[str, Any]:
    """The certificate for ``{"X", "y", "width", "level"}``."""
    data = {name: instance[name] for name in ("X", "y")}
    return components(data, instance["width"], instance["level"]).certificate


def _live(
    cells: Cells, faces: Faces, width: int, level: Fraction, progress: Progress | None
) -> tuple[list[Cell], set[int]]:
    """The cells that the set enters, modulo permutation, and the signed generators of the cells that it does not."""
    live, closed = [], set()
    for examined, cell in enumerate(combinations_with_replacement(cells.arrangement.places(), width)):
        generators = cells.generators(cell)
        if faces.solve(generators).value <= level:
            live.append(cell)
        else:
            closed.add(generators)
        if progress is not None:
            progress(examined + 1)
    return live, closed


def _classes(cells: Cells, faces: Faces, live: list[Cell], level: Fraction) -> dict[Cell, int]:
    """Every numbered cell that the set enters, with the number of its component."""
    classes: dict[Cell, int] = {}
    for cell in live:
        for numbered in sorted(set(permutations(cell))):
            if numbered not in classes:
                flooded = flood_below(cells, faces, numbered, lambda value: value <= level)
                classes |= dict.fromkeys(flooded, len(classes))
    return classes


def _points(
    cells: Cells, faces: Faces, classes: dict[Cell, int], level: Fraction
) -> tuple[list[Weights], list[Weights]]:
    """Points of the set that enter and join all cells of each class: one a component, and the others that are needed.

    Greedy: points on few rays first, since they lie in many cells; those that join nothing new are left out.
    """
    joined, represented, wanted = DisjointSets[Cell](), set[int](), len(set(classes.values()))
    representatives: list[Weights] = []
    others: list[Weights] = []
    found: set[Weights] = set()
    for cell, rays, weights in sorted(_faces(cells, faces, classes, level), key=lambda face: len(face[2])):
        if len(joined.parent) == len(classes) and joined.count == wanted:
            break
        point = realise(cells.arrangement, cell, rays, weights)
        if point in found:
            continue
        found.add(point)
        parts = list(parts_around(cells.arrangement, point))
        if sum(joined.join(part) for part in parts):
            entered = {classes[part[0]] for part in parts}
            (others if entered <= represented else representatives).append(point)
            represented |= entered
    return sorted(representatives), sorted(others)


def _faces(
    cells: Cells, faces: Faces, classes: dict[Cell, int], level: Fraction
) -> Iterator[tuple[Cell, list[tuple[Ray, ...]], dict[int, Fraction]]]:
    """The cells of the set and the faces between them, modulo permutation: the rays of each neuron, and the optimum."""
    arrangement = cells.arrangement
    for cell in classes:
        if cell == tuple(sorted(cell)):
            rays = [arrangement.rays_in(place) for place in cell]
            yield cell, rays, faces.solve(cells.generators(cell)).weights
            for neuron, place in enumerate(cell):
                rest = cells.generators(cell[:neuron] + cell[neuron + 1:])
                for door in arrangement.doors(place):
                    if (solution := faces.solve(rest | door.generators)).value <= level:
                        yield cell, [*rays[:neuron], door.rays, *rays[neuron + 1:]], solution.weights
