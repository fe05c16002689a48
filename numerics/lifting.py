"""From a chain of faces to a polygonal path of networks: the points of least loss on the faces, then fewer of them."""

from collections.abc import Sequence
from fractions import Fraction

from numerics.cells import Cells, Step
from numerics.faces import Faces
from theory.exact.certificate import Rejected
from theory.exact.cones import Arrangement, Ray
from theory.exact.effective import Weights, segment_maximum
from theory.exact.rational import Matrix, Vector
from theory.exact.walls import Cell
from theory.network import Network, Neuron


def lift(cells: Cells, faces: Faces, start: Cell, steps: Sequence[Step]) -> tuple[list[Weights], Cell]:
    """The points of least loss on the faces of a chain, from a cell with numbered neurons, and the last cell."""
    cell, points = start, []
    for step in steps:
        cell, rays = _cross(cells, cell, step)
        points.append(realise(cells.arrangement, cell, rays, faces.solve(step.generators).weights))
    return points, cell


def _cross(cells: Cells, cell: Cell, step: Step) -> tuple[Cell, list[tuple[Ray, ...]]]:
    """The numbered cell that a step (perhaps modulo permutation) leads to, and the rays of each neuron on the face."""
    for neuron, place in enumerate(cell):
        for door in cells.arrangement.doors(place):
            across = (*cell[:neuron], door.place, *cell[neuron + 1:])
            if cells.named(across) == step.after:
                rays = [door.rays if other == neuron else cells.arrangement.rays_in(p) for other, p in enumerate(cell)]
                return across, rays
    raise ValueError("the step does not begin in this cell")


def realise(
    arrangement: Arrangement, cell: Cell, rays: Sequence[tuple[Ray, ...]], weights: dict[int, Fraction]
) -> Weights:
    """A network in a cell with given weights on signed generators, each on a ray of the first neuron that has one."""
    count = len(arrangement.generators)
    coordinates = [[Fraction(0)] * arrangement.rank for _ in cell]
    for signed, weight in weights.items():
        neuron, ray = next(
            (neuron, ray)
            for neuron, place in enumerate(cell)
            for ray in rays[neuron]
            if ray.generator == signed % count and bool(place & 1) == (signed >= count)
        )
        coordinates[neuron] = [w + weight * entry for w, entry in zip(coordinates[neuron], ray.direction, strict=True)]
    return tuple(
        ((-1 if place & 1 else 1) if any(w) else 0, arrangement.weights(tuple(w)))
        for place, w in zip(cell, coordinates, strict=True)
    )


def network(weights: Weights) -> Network:
    """Effective weights as a network with output weights −1, 0 and 1."""
    return Network(tuple(Neuron(v, Fraction(sign)) for sign, v in weights))


def straighten(X: Matrix, y: Vector, path: list[Weights], highest: Fraction) -> list[Weights]:
    """The path without the vertices it can do without, its largest loss still at most ``highest``."""
    path = list(path)
    index = 1
    while index < len(path) - 1:
        if _passable(X, y, path[index - 1], path[index + 1], highest):
            del path[index]
            index = max(1, index - 1)
        else:
            index += 1
    if len(path) == 2 and path[0] == path[1]:
        del path[1]
    return path


def _passable(X: Matrix, y: Vector, start: Weights, end: Weights, highest: Fraction) -> bool:
    try:
        return segment_maximum(X, y, start, end) <= highest
    except Rejected:
        return False
