"""The residuals of all rows in a window with their events in order, and the same seen from a smaller window.

A smaller window needs no hidden units again: the events before it are added to the residuals, and polynomials in w are written
in its coordinate. With S_i the sum of the N_i changes of row i and R_i its initial residual, both by the sum of the moduli of
coefficients, that errs by at most u(N_i + 8)(R_i + S_i) in row i, which is added to the noise.
"""

from dataclasses import dataclass

import numpy as np

from numerics.segment_events import SLACK, UNIT, Floats, Indices, Polynomials, Segment, Window


@dataclass(frozen=True)
class SortedRows:
    """All rows of a segment in a window.

    Attributes:
        window: where.
        residuals: at its left end, quadratics in w, one for each row.
        row, w, changes, steepness: of the events, ascending in w; as in a block.
        noise: bounds the error of √(2L).
    """

    window: Window
    residuals: Polynomials
    row: Indices
    w: Floats
    changes: Polynomials
    steepness: Floats
    noise: float

    @classmethod
    def of(cls, segment: Segment, window: Window) -> "SortedRows":
        """From the hidden units."""
        blocks = list(segment.blocks(window))
        w = np.concatenate([block.w for block in blocks])
        order = np.argsort(w)
        return cls(
            window,
            [np.concatenate(parts) for parts in zip(*(block.residuals for block in blocks), strict=True)],
            np.concatenate([block.first + block.row for block in blocks])[order],
            w[order],
            [np.concatenate(parts)[order] for parts in zip(*(block.changes for block in blocks), strict=True)],
            np.concatenate([block.steepness for block in blocks])[order],
            segment.noise,
        )

    def within(self, window: Window) -> "SortedRows":
        """In a window inside of this one."""
        shift = (window.center - self.window.center) / self.window.radius
        ratio = window.radius / self.window.radius
        first, last = np.searchsorted(self.w, [shift - ratio, shift + ratio])
        inside = slice(first, last)
        before, count = self.row[:first], len(self.residuals[0])
        residuals = [part + np.bincount(before, weights=change[:first], minlength=count)
                     for part, change in zip(self.residuals, self.changes, strict=True)]
        counts, start, added = sizes(self.residuals, self.row, self.steepness)
        return SortedRows(
            window,
            _moved(residuals, shift, ratio),
            self.row[inside],
            (self.w[inside] - shift) / ratio,
            _moved([change[inside] for change in self.changes], shift, ratio),
            self.steepness[inside] * ratio,
            self.noise + float(SLACK * UNIT * np.linalg.norm((counts + 8) * (start + added))),
        )

    def middles(self) -> Polynomials:
        """For every event the residual of its row before it plus half the change."""
        counts = np.bincount(self.row, minlength=len(self.residuals[0]))
        longest = int(counts.max(initial=0))
        # Stable sorting of 16-bit keys is a radix sort: rows are grouped in linear time, and keep the order of events.
        grouped = np.argsort(self.row.astype(np.uint16) if len(counts) <= 2**16 else self.row, kind="stable")
        place = np.empty(len(self.row), dtype=np.int64)
        place[grouped] = np.arange(len(self.row)) - np.repeat(np.cumsum(counts) - counts, counts)
        place += self.row * longest
        middles = []
        for residual, change in zip(self.residuals, self.changes, strict=True):
            table = np.zeros((len(counts), longest))
            table.ravel()[place] = change
            running = np.cumsum(table, axis=1).ravel()[place]
            running -= change / 2
            running += residual[self.row]
            middles.append(running)
        return middles


def sizes(residuals: Polynomials, row: Indices, steepness: Floats) -> tuple[Floats, Floats, Floats]:
    """Per row: events N_i, size of the initial residual, and a bound of the sum S_i of the sizes of the changes."""
    counts = np.bincount(row, minlength=len(residuals[0])).astype(float)
    start: Floats = np.abs(residuals[0]) + np.abs(residuals[1]) + np.abs(residuals[2])
    added: Floats = 2.0 * np.bincount(row, weights=steepness, minlength=len(start)).astype(float)
    return counts, start, added


def _moved(quadratics: Polynomials, shift: float, ratio: float) -> Polynomials:
    """Quadratics of w as quadratics of (w − shift) / ratio."""
    constant, slope, square = quadratics
    return [constant + shift * (slope + shift * square), ratio * (slope + 2 * shift * square), ratio**2 * square]
