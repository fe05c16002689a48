"""The loss in a window of a segment as quartics of w, with proved error bounds.

Two profiles of the same window:

*by pieces.* Events are sorted; at each, L changes by k·(r_i + k/2), where k is the change of f_i and r_i the residual before
it. Running sums over the events of a row give its residuals, a running sum over all events the quartic of every piece.

*by cells*, for windows with many events: sums over the events of a row and of a cell give the residuals at the beginning of
every cell, without sorting. Inside of the cell the events of that cell make the residuals *drift*, by no more than the sum of
their steepness times the cell's length.

On a piece or cell with quartic q, √(2L) ≤ √(2(q + rounding)) + noise + drift, and the same from below at its left end, where
the drift is zero.

*Rounding.* Measure a polynomial by the sum of the moduli of its coefficients, which bounds it for |w| ≤ 1. Let R_i be the
initial residual of row i plus the sum S_i of its N_i changes. By pieces W = ½ΣR_i(0)² + ΣS_iR_i bounds all that is added up:
N additions, sums over rows and evaluations err by at most u(N + 2⌈log₂ n⌉ + 300)W, running sums and products of rows by
uΣ(N_i + 12)S_iR_i. By cells, N_i + C additions for a residual and n for a quartic: uΣ(N_i + C + n + 128)R_i².
"""

from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from numerics.segment_events import SLACK, UNIT, Floats, Polynomials, Segment, Window, pairwise_sum, product
from numerics.sorted_rows import SortedRows, sizes


@dataclass(frozen=True)
class Profile:
    """The loss in a window.

    Attributes:
        window: where.
        edges: ends of the pieces or cells, as w, ascending.
        quartics: of each piece or cell.
        drift: by how much the norm of the residuals may differ, beyond rounding; zero by pieces.
        rounding: bounds the error of a quartic.
        noise: bounds the error of √(2L).
    """

    window: Window
    edges: Floats
    quartics: Polynomials
    drift: Floats
    rounding: float
    noise: float


def by_pieces(rows: SortedRows) -> Profile:
    """The quartic of every piece in a window."""
    initial = pairwise_sum(np.stack(product(rows.residuals, [part / 2 for part in rows.residuals])))
    steps = product(rows.changes, rows.middles())
    quartics = [np.cumsum(np.concatenate([[first], rest])) for first, rest in zip(initial, steps, strict=True)]
    edges = np.concatenate([[-1.0], np.clip(rows.w, -1.0, 1.0), [1.0]])
    counts, start, added = sizes(rows.residuals, rows.row, rows.steepness)
    crossed = added * (start + added)
    rounding = (len(rows.w) + 2 * ceil(log2(len(start))) + 300) * (start @ start / 2 + crossed.sum()) + (counts + 12) @ crossed
    return Profile(rows.window, edges, quartics, np.zeros(len(rows.w) + 1), float(SLACK * UNIT * rounding), rows.noise)


def by_cells(segment: Segment, window: Window, cells: int) -> Profile:
    """A quartic for each of equal cells of a window; their number is a power of two."""
    rounding = 0.0
    quartics, drift = np.zeros((5, cells)), np.zeros(cells)
    for block in segment.blocks(window):
        count = len(block.residuals[0])
        key = np.minimum(((block.w + 1) * (cells / 2)).astype(np.int64), cells - 1) + block.row * cells
        sums = [np.bincount(key, weights=part, minlength=count * cells).reshape(count, cells)
                for part in (*block.changes, block.steepness)]
        residuals = [np.cumsum(part, axis=1) - part + first[:, None]
                     for part, first in zip(sums[:3], block.residuals, strict=True)]
        quartics += [coefficients.sum(axis=0) for coefficients in product(residuals, [part / 2 for part in residuals])]
        drift += (sums[3] ** 2).sum(axis=0)
        counts, start, added = sizes(block.residuals, block.row, block.steepness)
        rounding += float((counts + cells + len(segment.y) + 128) @ (start + added) ** 2)
    edges = np.linspace(-1.0, 1.0, cells + 1)
    drifts: Floats = SLACK * np.sqrt(drift) * (2 / cells)
    return Profile(window, edges, list(quartics), drifts, SLACK * UNIT * rounding, segment.noise)
