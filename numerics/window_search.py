"""The largest loss on a path, between certified bounds: best-first search through windows of its segments.

A window is profiled, and what may hold the maximum is covered by smaller windows, until rounding in the quartics is below what
the residuals themselves carry (``noise``). Sorting is put off until a window has few events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from math import ceil, inf, log2, sqrt

import numpy as np

from numerics.loss_boxes import Boxes
from numerics.loss_profile import by_cells, by_pieces
from numerics.segment_events import NARROWEST, SLACK, UNIT, WHOLE, Segment, Window, pairwise_sum
from numerics.sorted_rows import SortedRows

#: A window with more events is profiled by cells.
SORTED = 2**13
#: Windows profiled at most beyond the segments themselves; after that, bounds are as they are.
WINDOWS = 64


@dataclass(order=True, frozen=True)
class Task:
    """A window that may hold the maximum.

    Attributes:
        minus_upper: minus a bound of what it holds.
        arrival: its number.
        passed: segments before its own.
        window: where.
        sort: whether it is profiled by pieces, however many events it has.
        rows: a window around it in which events are sorted already.
        settled: whether another profile would not lower the bound.
    """

    minus_upper: float
    arrival: int
    passed: int = field(compare=False)
    window: Window = field(compare=False)
    sort: bool = field(compare=False, default=False)
    rows: SortedRows | None = field(compare=False, default=None)
    settled: bool = field(compare=False, default=False)


@dataclass(frozen=True)
class Found:
    """The maximum between bounds, as computed, and its place (segments passed plus t)."""

    lower: float
    upper: float
    value: float
    place: float


@dataclass(frozen=True)
class Chord:
    """What is subtracted from the loss: linear in the place of the path."""

    start: float = 0.0
    slope: float = 0.0

    def at(self, place: float) -> float:
        """Value at a place (segments passed plus t)."""
        return self.start + self.slope * place

    def on(self, passed: int, window: Window) -> tuple[float, float]:
        """Value in the middle of a window, and slope in w."""
        return self.at(passed + window.center), self.slope * window.radius


def vertices(segments: Sequence[Segment]) -> list[Found]:
    """The loss at the vertices of the path: the beginning of each segment and the end of the last."""
    ends = [(segment, segment.P, segment.a) for segment in segments] + [(segments[-1], segments[-1].Q, segments[-1].b)]
    found = []
    for place, (segment, hidden, alpha) in enumerate(ends):
        residual = np.concatenate([pairwise_sum(np.maximum(hidden[rows], 0) * alpha) for rows in segment.slices]) - segment.y
        value = float(pairwise_sum(residual**2)) / 2
        rounding = UNIT * (ceil(log2(len(residual))) + 4) * value
        excess = SLACK * (rounding + segment.noise * sqrt(2 * (value + rounding)) + segment.noise**2 / 2)
        found.append(Found(max(value - excess, 0.0), value + excess, value, float(place)))
    return found


def maximum(segments: Sequence[Segment], at_vertices: Sequence[Found], chord: Chord) -> Found:
    """The maximum of L minus a chord on consecutive segments."""
    over = [replace(found, lower=found.lower - chord.at(found.place), value=found.value - chord.at(found.place))
            for found in at_vertices]
    return WindowSearch(segments, max(over, key=lambda found: found.lower), chord).run()


class WindowSearch:
    """Best-first search for the maximum of L minus a chord on consecutive segments, not below one found at a vertex."""

    def __init__(self, segments: Sequence[Segment], vertex: Found, chord: Chord) -> None:
        self.segments, self.found, self.chord = segments, vertex, chord
        self.arrivals = count()

    def run(self) -> Found:
        """The maximum."""
        queue = [Task(-inf, next(self.arrivals), passed, WHOLE) for passed in range(len(self.segments))]
        for _ in range(WINDOWS + len(queue)):
            if not queue or queue[0].settled or -queue[0].minus_upper <= self.found.lower:
                break
            for task in self._examine(heappop(queue)):
                heappush(queue, task)
        upper = max(self.found.lower, -queue[0].minus_upper if queue else -inf)
        return replace(self.found, upper=upper, value=min(max(self.found.value, self.found.lower), upper))

    def _examine(self, task: Task) -> Iterator[Task]:
        """Smaller windows that cover what may hold the maximum; or the same one, sorted next or settled."""
        segment, window = self.segments[task.passed], task.window
        crowded = segment.crossings * 2 * window.radius > SORTED and not task.sort and task.rows is None
        rows = None
        if crowded:
            profile = by_cells(segment, window, _cells(segment))
        else:
            rows = task.rows and task.rows.within(window)
            if rows is None or rows.noise > 2 * segment.noise:
                rows = SortedRows.of(segment, window)
            profile = by_pieces(rows)
        boxes = Boxes.of(profile, self.chord.on(task.passed, window))
        self._record(task, boxes)
        boxes = boxes.above(self.found.lower) if crowded else boxes.split(self.found.lower)
        self._record(task, boxes)
        settled = not crowded and (boxes.settled or window.radius == NARROWEST)
        for left, right, upper in boxes.clusters():
            around = window.around(left, right)
            parts: Sequence[Window] = (around,)
            if around == window:
                parts = (window,) if crowded or settled else window.halves()
            for part in parts:
                yield Task(-upper, next(self.arrivals), task.passed, part, crowded and part == window, rows, settled)

    def _record(self, task: Task, boxes: Boxes) -> None:
        """Keep the highest lower bound, and where it was found."""
        if not len(boxes.left):
            return
        w, value, lower = boxes.highest()
        if lower > self.found.lower:
            self.found = Found(lower, inf, value, task.passed + task.window.time(w))


def _cells(segment: Segment) -> int:
    """A power of two that grows with the width: events per row and cell stay few."""
    return int(2 ** min(max(round(log2(len(segment.a))) - 1, 4), 9))
