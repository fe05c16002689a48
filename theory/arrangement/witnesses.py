"""A point strictly inside each cell, in small integers."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from theory.arrangement.cells import Cells, unpack
from theory.arrangement.hyperplanes import Integers, primitive
from theory.arrangement.signs import Normals

#: Denominators tried in turn, small ones first because people read witnesses. The last one is nearly the double itself.
SCALES = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 256, 1024, 2**14, 2**20, 2**30, 2**45)


class Witnesses:
    """Integer points u in the cells, in the coordinates of the row space.

    Attributes:
        integers: P/2 × r int64; rows listed in ``large`` hold zeros instead.
        large: cell -> exact point, for cells too thin for doubles.
    """

    def __init__(self, normals: Normals, cells: Cells) -> None:
        signs = unpack(cells.words, len(normals.exact))
        centres = cells.centres / np.abs(cells.centres).max(axis=1, keepdims=True)
        self.integers: NDArray[np.int64] = np.zeros(centres.shape, dtype=np.int64)
        missing = np.arange(len(centres))
        for scale in SCALES:
            points = np.rint(centres[missing] * scale)
            inside = (normals.certain_signs(points) == signs[missing]).all(axis=1)
            self.integers[missing[inside]] = points[inside].astype(np.int64)
            missing = missing[~inside]
            if not missing.size:
                break
        self.large = {int(cell): _exact_point(normals, signs[cell]) for cell in missing}

    def point(self, cell: int) -> Integers:
        """The witness of a cell, with coprime entries."""
        return primitive(self.large.get(cell) or [int(entry) for entry in self.integers[cell]])


def _exact_point(normals: Normals, signs: NDArray[np.int8]) -> Integers:
    """The sum of the cell's extreme rays, in integers: for cells so thin that doubles miss them."""
    total = [0] * normals.rank
    for subset in combinations(range(len(normals.exact)), normals.rank - 1):
        ray = normals.exact_ray(subset)
        if not any(ray):
            continue
        products = [normals.exact_sign(index, ray) * int(sign) for index, sign in enumerate(signs)]
        for side in (1, -1):
            if all(side * product >= 0 for product in products):
                total = [a + side * b for a, b in zip(total, primitive(ray), strict=True)]
    return tuple(total)
