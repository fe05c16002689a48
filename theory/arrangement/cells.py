"""All cells of an essential arrangement, from its rays.

A cell is a sign vector over the h hyperplanes, packed into 64-bit words (bit set: positive side; the first hyperplane is
the highest bit of the first word, so that the order of the words is the order of the patterns).

A ray on which exactly r − 1 hyperplanes vanish has all 2^(r−1) sign choices around it. A ray on which more vanish is
degenerate: the cells around it are the cells of those hyperplanes alone, an arrangement of rank r − 1, found in the same
way. Cells come in opposite pairs; one of each pair, the one on the positive side of the first hyperplane, is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np
from numpy.typing import NDArray

from theory.arrangement.hyperplanes import Hyperplanes, Integers
from theory.arrangement.signs import Floats, Normals, Signs

Words = NDArray[np.uint64]

#: Subsets handled at once: bounds memory to some tens of megabytes.
CHUNK = 1 << 16


@dataclass(frozen=True)
class Cells:
    """One cell of each opposite pair.

    Attributes:
        words: P/2 × w packed signs, sorted.
        centres: for each cell the sum of its unit rays (P/2 × r doubles): inside the cell, up to rounding.
        general: whether the arrangement is in general position.
    """

    words: Words
    centres: Floats
    general: bool


def cells_of(normals: Normals) -> Cells:
    """Enumerate the cells; r ≥ 1."""
    h, r = len(normals.exact), normals.rank
    if r == 1:
        # Distinct hyperplanes on a line: just the origin.
        return Cells(pack(np.ones((1, 1), dtype=np.int8)), np.ones((1, 1)), True)
    found: list[tuple[Words, Floats]] = []
    degenerate: dict[bytes, tuple[Integers, Signs]] = {}
    general = True
    for subsets in _chunks(combinations(range(h), r - 1)):
        vectors, signs, dependent = _ray_signs(normals, subsets)
        simple = (signs == 0).sum(axis=1) == r - 1
        general &= bool(simple.all())
        for index in np.flatnonzero(~simple & ~dependent):
            zero = signs[index] == 0
            if zero.tobytes() not in degenerate:
                degenerate[zero.tobytes()] = (tuple(int(i) for i in subsets[index]), signs[index])
        if simple.any():
            found.append(_around_simple(subsets[simple], signs[simple], vectors[simple]))
            found = [_distinct(found)] if len(found) > 8 else found
    for subset, signs_at in degenerate.values():
        found.append(_around_degenerate(normals, subset, signs_at))
    words, centres = _distinct(found)
    return Cells(words, centres, general)


def _ray_signs(normals: Normals, subsets: NDArray[np.intp]) -> tuple[Floats, Signs, NDArray[np.bool_]]:
    """Rays of subsets, the signs of all hyperplanes on them (exact), and which subsets are dependent (no ray)."""
    vectors, bounds = normals.rays(subsets)
    values, value_bounds = vectors @ normals.floats.T, bounds @ normals.absolute.T
    doubt = normals.uncertainty(value_bounds)
    signs = np.where(np.abs(values) > doubt, np.sign(values), 0).astype(np.int8)
    members = np.zeros(signs.shape, dtype=bool)
    np.put_along_axis(members, subsets, True, axis=1)
    signs[members] = 0
    nonzero = (np.abs(vectors) > normals.uncertainty(bounds)).any(axis=1)
    undecided = (np.abs(values) <= doubt) & (doubt > 0) & ~members
    dependent: NDArray[np.bool_] = np.logical_not(nonzero)
    for index in np.flatnonzero(undecided.any(axis=1) | (~nonzero & (normals.uncertainty(bounds) > 0).any(axis=1))):
        ray = normals.exact_ray(subsets[index])
        dependent[index] = not any(ray)
        for hyperplane in np.flatnonzero(undecided[index]):
            signs[index, hyperplane] = normals.exact_sign(int(hyperplane), ray)
    return vectors, signs, dependent


def _around_simple(subsets: NDArray[np.intp], signs: Signs, vectors: Floats) -> tuple[Words, Floats]:
    """The 2^(r−1) cells around each ray on which nothing but its own subset vanishes; one of each opposite pair."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    base, bits = pack(signs), [_bit(subsets[:, k], signs.shape[1]) for k in range(subsets.shape[1])]
    words, rays = [], []
    for choice in product((False, True), repeat=len(bits)):
        word = base.copy()
        for chosen, bit in zip(choice, bits, strict=True):
            if chosen:
                word |= bit
        oriented, flipped = _oriented(word, signs.shape[1])
        words.append(oriented)
        rays.append(np.where(flipped[:, None], -vectors, vectors))
    return np.concatenate(words), np.concatenate(rays)


def _around_degenerate(normals: Normals, subset: Integers, signs: Signs) -> tuple[Words, Floats]:
    """The cells around a ray on which the hyperplanes of the zero set vanish: the cells of those alone."""
    vanishing = np.flatnonzero(signs == 0)
    local = Hyperplanes.of([normals.exact[index] for index in vanishing])
    half = unpack(cells_of(Normals(local.normals, local.rank)).words, len(local.normals))
    orientation = np.array([side[1] for side in local.side if side is not None], dtype=np.int8)
    around = np.concatenate([half, -half]) * orientation
    full = np.tile(signs, (len(around), 1))
    full[:, vanishing] = around
    oriented, flipped = _oriented(pack(full), signs.shape[0])
    ray = _unit(normals.exact_ray(subset))
    return oriented, np.where(flipped[:, None], -ray, ray)


def _unit(vector: Integers) -> Floats:
    largest = max(abs(entry) for entry in vector)
    scaled = np.array([entry / largest for entry in vector])
    return np.asarray(scaled / np.linalg.norm(scaled))


def _oriented(words: Words, h: int) -> tuple[Words, NDArray[np.bool_]]:
    """The cell or its opposite, whichever is on the positive side of the first hyperplane; and which were flipped."""
    flipped = (words[:, 0] >> np.uint64(63)) == 0
    everything = pack(np.ones((1, h), dtype=np.int8))
    return np.where(flipped[:, None], words ^ everything, words), flipped


def _distinct(found: list[tuple[Words, Floats]]) -> tuple[Words, Floats]:
    """Each cell once, with the sum of the rays it was found at."""
    words, rays = np.concatenate([w for w, _ in found]), np.concatenate([v for _, v in found])
    order = np.lexsort(words.T[::-1]) if words.shape[1] > 1 else np.argsort(words[:, 0], kind="stable")
    words = words[order]
    first = np.ones(len(words), dtype=bool)
    first[1:] = (words[1:] != words[:-1]).any(axis=1)
    return words[first], np.add.reduceat(rays[order], np.flatnonzero(first), axis=0)


def pack(signs: Signs) -> Words:
    """Sign vectors (s × h, entries ±1 or 0) as words; the bit is set where the sign is +1."""
    h = signs.shape[1]
    width = -(-h // 64)
    bits = np.zeros((len(signs), 64 * width), dtype=np.uint8)
    bits[:, :h] = signs > 0
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64)


def unpack(words: Words, h: int) -> Signs:
    """Words as sign vectors with entries ±1."""
    bits = np.unpackbits(words.astype(">u8").view(np.uint8).reshape(len(words), -1), axis=1)[:, :h]
    return np.where(bits, 1, -1).astype(np.int8)


def _bit(hyperplanes: NDArray[np.intp], h: int) -> Words:
    """The word with just one hyperplane's bit set, for an array of hyperplanes."""
    words = np.zeros((len(hyperplanes), -(-h // 64)), dtype=np.uint64)
    shift = (63 - hyperplanes % 64).astype(np.uint64)
    words[np.arange(len(hyperplanes)), hyperplanes // 64] = np.left_shift(np.uint64(1), shift)
    return words


def _chunks(subsets: Iterator[Integers]) -> Iterator[NDArray[np.intp]]:
    while chunk := list(islice(subsets, CHUNK)):
        yield np.array(chunk, dtype=np.intp).reshape(len(chunk), len(chunk[0]))
