"""The cones on which a ReLU neuron is linear: extreme rays, cells and facets of a central arrangement, exactly.

The rows x_i of X cut the weights into cells. A neuron acts through Xv alone, so v is replaced by its *coordinates*
w ∈ Q^r, r = rank X, with X_J w = Xv for r independent columns J of X; there the arrangement is essential and every
cell is a pointed cone, the hull of its extreme rays. Along a ray ρ the neuron contributes (X_J ρ)_+, whatever the
cell, so a neuron anywhere is a nonnegative combination of *generators*: the distinct directions of (X_J ρ)_+ ≠ 0.

A *place* of a neuron is a cell with an output sign, as one integer: bit 0 is set when the sign is −, bit h + 1 when
the cell lies on the positive side of plane h. A neuron moves from place to place through a facet, or changes its
sign at 0. Generators with sign are bits too, g for + and g + G for −, and a set of them is an integer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import comb, gcd, lcm

from theory.exact.rational import InputError, Matrix, Vector, dot

Integers = tuple[int, ...]

#: Sets of planes gone through for the lines in which they meet; beyond this the arrangement is out of reach.
MOST_SUBSETS = 1_000_000


@dataclass(frozen=True)
class Ray:
    """An extreme ray: its direction in coordinates, the planes it is strictly on one side of, and its generator.

    The direction is scaled so that (X_J ρ)_+ is the generator itself; ``generator`` is None where that vector is zero.
    """

    direction: Vector
    positive: int
    negative: int
    generator: int | None


@dataclass(frozen=True)
class Door:
    """A way out of a place: the place it leads to, the rays of the face between, and their signed generators."""

    place: int
    rays: tuple[Ray, ...]
    generators: int


class Arrangement:
    """The arrangement of the rows of X, with cells and facets found when they are asked for.

    Attributes:
        pivots: the columns J.
        reduction: r × d, takes v to its coordinates; X = X_J · reduction.
        planes: primitive integer normals, distinct up to sign.
        generators: primitive integer vectors in Z^n, sorted.
        rays: all extreme rays.
    """

    def __init__(self, X: Matrix) -> None:
        self.columns_given = len(X[0])
        self.reduction, self.pivots = row_echelon(X)
        self.rank = len(self.pivots)
        rows = [tuple(row[column] for column in self.pivots) for row in X]
        self._scale = lcm(*(entry.denominator for row in rows for entry in row))
        self._rows = [tuple(int(entry * self._scale) for entry in row) for row in rows]
        self.planes = tuple(sorted({_without_sign(primitive(row)) for row in self._rows if any(row)}))
        if (subsets := comb(len(self.planes), max(0, self.rank - 1))) > MOST_SUBSETS:
            raise InputError("X", f"{len(self.planes)} planes of dimension {self.rank} meet in too many lines ({subsets})")
        images = {direction: self._image(direction) for direction in sorted(set(self._ray_directions()))}
        self.generators = tuple(sorted({primitive(image) for image in images.values() if any(image)}))
        number = {generator: index for index, generator in enumerate(self.generators)}
        self.rays = tuple(self._ray(direction, image, number) for direction, image in images.items())
        self._rays_in: dict[int, tuple[Ray, ...]] = {}
        self._doors: dict[int, tuple[Door, ...]] = {}

    def _ray_directions(self) -> Iterator[Integers]:
        """Both directions of every line in which rank − 1 independent planes meet."""
        for planes in combinations(self.planes, self.rank - 1) if self.rank else ():
            null = null_vector(planes, self.rank)
            if null is not None:
                yield null
                yield tuple(-entry for entry in null)

    def _image(self, direction: Integers) -> Integers:
        """(X_J ρ)_+ times ``_scale``."""
        return tuple(max(0, _product(row, direction)) for row in self._rows)

    def _ray(self, direction: Integers, image: Integers, number: dict[Integers, int]) -> Ray:
        heights = [_product(plane, direction) for plane in self.planes]
        scale, generator = Fraction(1), None
        if any(image):
            generator = number[primitive(image)]
            scale = Fraction(self._scale, gcd(*image))
        positive = sum(1 << h for h, height in enumerate(heights) if height > 0)
        negative = sum(1 << h for h, height in enumerate(heights) if height < 0)
        return Ray(tuple(scale * entry for entry in direction), positive, negative, generator)

    def coordinates(self, v: Vector) -> Vector:
        """w ∈ Q^r with X_J w = Xv."""
        return tuple(dot(row, v) for row in self.reduction)

    def weights(self, w: Vector) -> Vector:
        """The v ∈ Q^d that is w on the columns J and zero elsewhere."""
        entries = dict(zip(self.pivots, w, strict=True))
        return tuple(entries.get(column, Fraction(0)) for column in range(self.columns_given))

    @cached_property
    def _generic(self) -> Vector:
        """A point on no plane: each plane meets the moment curve (1, t, t², …) fewer than r times."""
        t = 0
        while any(dot(plane, [t**k for k in range(self.rank)]) == 0 for plane in self.planes):
            t += 1
        return tuple(Fraction(t**k) for k in range(self.rank))

    def place(self, sign: int, v: Vector) -> int:
        """A place that holds a neuron with effective weight v and output sign ``sign`` (+ where it is zero)."""
        w = self.coordinates(v)
        sides = (dot(plane, w) or dot(plane, self._generic) for plane in self.planes)
        return sum(2 << h for h, side in enumerate(sides) if side > 0) | (sign < 0)

    def rays_in(self, place: int) -> tuple[Ray, ...]:
        """The extreme rays of a place's cell."""
        cell = place >> 1
        if cell not in self._rays_in:
            self._rays_in[cell] = tuple(r for r in self.rays if not r.positive & ~cell and not r.negative & cell)
        return self._rays_in[cell]

    def generators_of(self, rays: tuple[Ray, ...], place: int) -> int:
        """The set of signed generators of some rays of a place."""
        shift = len(self.generators) if place & 1 else 0
        found = 0
        for ray in rays:
            if ray.generator is not None:
                found |= 1 << ray.generator + shift
        return found

    def doors(self, place: int) -> tuple[Door, ...]:
        """The change of sign at zero, then one door for each facet of the cell."""
        if place not in self._doors:
            rays, found = self.rays_in(place), [Door(place ^ 1, (), 0)]
            for h in range(len(self.planes)):
                on_plane = tuple(ray for ray in rays if not (ray.positive | ray.negative) >> h & 1)
                if len(on_plane) >= self.rank - 1 == rank([ray.direction for ray in on_plane]):
                    found.append(Door(place ^ (2 << h), on_plane, self.generators_of(on_plane, place)))
            self._doors[place] = tuple(found)
        return self._doors[place]

    def places(self) -> list[int]:
        """All places: every cell with both signs."""
        return self._joined(self.place(1, (Fraction(0),) * self.columns_given), -1)

    def places_around(self, sign: int, v: Vector) -> list[int]:
        """The places whose closed cells contain a neuron: both signs where Xv = 0."""
        w = self.coordinates(v)
        on = sum(2 << h for h, plane in enumerate(self.planes) if dot(plane, w) == 0) | (not any(w))
        return self._joined(self.place(sign, v), on)

    def _joined(self, start: int, differing: int) -> list[int]:
        """The places that doors lead to from ``start`` while only the given bits change, sorted."""
        seen, waiting = {start}, [start]
        while waiting:
            for door in self.doors(here := waiting.pop()):
                if door.place not in seen and (here ^ door.place) & ~differing == 0:
                    seen.add(door.place)
                    waiting.append(door.place)
        return sorted(seen)


def primitive(vector: Vector | Integers) -> Integers:
    """The shortest integer vector in the direction of a rational vector that is not zero."""
    common = lcm(*(entry.denominator for entry in vector))
    integers = [entry.numerator * (common // entry.denominator) for entry in vector]
    divisor = gcd(*integers)
    return tuple(entry // divisor for entry in integers)


def _product(left: Integers, right: Integers) -> int:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _without_sign(vector: Integers) -> Integers:
    return max(vector, tuple(-entry for entry in vector))


def row_echelon(rows: Sequence[Vector | Integers]) -> tuple[Matrix, Integers]:
    """The nonzero rows of the reduced row echelon form, and its pivot columns."""
    remaining = [[Fraction(entry) for entry in row] for row in rows]
    done: list[list[Fraction]] = []
    pivots: list[int] = []
    for column in range(len(remaining[0]) if remaining else 0):
        chosen = next((row for row in remaining if row[column]), None)
        if chosen is None:
            continue
        remaining.remove(chosen)
        chosen = [entry / chosen[column] for entry in chosen]
        for row in done + remaining:
            if factor := row[column]:
                row[:] = [entry - factor * other for entry, other in zip(row, chosen, strict=True)]
        done.append(chosen)
        pivots.append(column)
    return tuple(tuple(row) for row in done), tuple(pivots)


def rank(rows: Sequence[Vector | Integers]) -> int:
    """The rank of a list of vectors."""
    return len(row_echelon(rows)[1])


def null_vector(rows: tuple[Integers, ...], columns: int) -> Integers | None:
    """A primitive vector orthogonal to columns − 1 independent rows; None when they are dependent."""
    reduced, pivots = row_echelon(rows)
    if len(pivots) < columns - 1:
        return None
    free = next(column for column in range(columns) if column not in pivots)
    entries = {pivot: -row[free] for pivot, row in zip(pivots, reduced, strict=True)} | {free: Fraction(1)}
    return primitive(tuple(entries[column] for column in range(columns)))
