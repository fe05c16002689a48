"""Two floods with a rising water level: the bottleneck between two cells of the graph of cells, lazily and exactly.

Each end floods, from its own cell, what it reaches through faces whose least loss is at most the level. When one
end is closed in, every path out of it crosses a face that is higher, so the level may rise to the lowest of these:
it is a lower bound on the barrier at any moment, and it is the barrier when the floods meet. A cell is examined
only when the water is in it, those nearest to the other end first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush

from numerics.cells import Cells, Step
from numerics.faces import Faces
from theory.exact.walls import Cell

Progress = Callable[[int], object]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a search; ``lower`` ≤ barrier ≤ ``upper`` is what was known by then."""

    def __init__(self, lower: Fraction, upper: Fraction, explored: int) -> None:
        super().__init__(f"interrupted after {explored} cells: {lower} ≤ barrier ≤ {upper}")
        self.lower, self.upper, self.explored = lower, upper, explored


@dataclass
class Flood:
    """What is under water on one side.

    Attributes:
        aim: the cell of the other end.
        reached: every cell under water, with the step that led there.
        examined: how many of them have had their faces looked at.
        open: those that have not, nearest to the aim first.
        shores: steps that led to dry cells when they were seen, lowest first, each with the loss on its face, also as a float:
            rounding keeps the order, so that most comparisons are of floats. The integer tells equal ones apart.
    """

    origin: Cell
    aim: Cell
    reached: dict[Cell, Step | None] = field(default_factory=dict)
    examined: int = 0
    open: list[tuple[int, Cell]] = field(default_factory=list)
    shores: list[tuple[float, Fraction, int, Step]] = field(default_factory=list)


@dataclass(frozen=True)
class Meeting:
    """Two floods that met.

    Attributes:
        level: the barrier between the cells.
        steps: the faces from the first cell to the second.
        raised_by: the side (0 or 1) that was closed in below the level last; None when the level never rose.
        explored: the number of cells examined.
    """

    level: Fraction
    steps: list[Step]
    raised_by: int | None
    explored: int


class Search:
    """The rising floods between two cells."""

    def __init__(self, cells: Cells, faces: Faces, ends: tuple[Cell, Cell], level: Fraction) -> None:
        a, b = map(cells.named, ends)
        self._cells, self._faces, self._unit = cells, faces, faces.solve(0).value or Fraction(1)
        self._floods = Flood(a, b), Flood(b, a)
        self._raised_by: int | None = None
        self._met: Cell | None = None
        self._serial = 0
        self.level = level
        for side in (0, 1):
            self._admit(side, self._floods[side].origin, None)

    @property
    def explored(self) -> int:
        """The number of cells examined so far."""
        return sum(flood.examined for flood in self._floods)

    def run(self, progress: Progress | None = None) -> Meeting:
        """Let the water rise until the floods meet; ``progress`` is told how many cells have been examined."""
        side = 0
        while self._met is None:
            if self._floods[side].open:
                self._examine(side)
            else:
                self._raise_level(side)
            side = 1 - side
            if progress is not None:
                progress(self.explored)
        steps = [step.reversed() for step in self._chain(1)]
        return Meeting(self.level, [*reversed(self._chain(0)), *steps], self._raised_by, self.explored)

    def _examine(self, side: int) -> None:
        flood = self._floods[side]
        _, cell = heappop(flood.open)
        flood.examined += 1
        for step in self._cells.steps(cell):
            if step.after in flood.reached:
                continue
            value = self._faces.solve(step.generators).value
            if value <= self.level:
                self._admit(side, step.after, step)
            else:
                self._serial += 1
                heappush(flood.shores, (float(value / self._unit), value, self._serial, step))

    def _raise_level(self, side: int) -> None:
        # The cell behind the lowest shore may have been reached another way: then the level rises less than it could.
        self.level, self._raised_by = self._floods[side].shores[0][1], side
        for each, flood in enumerate(self._floods):
            while flood.shores and flood.shores[0][1] <= self.level:
                step = heappop(flood.shores)[3]
                self._admit(each, step.after, step)

    def _admit(self, side: int, cell: Cell, step: Step | None) -> None:
        flood = self._floods[side]
        if cell in flood.reached:
            return
        flood.reached[cell] = step
        heappush(flood.open, (self._cells.distance(cell, flood.aim), cell))
        if cell in self._floods[1 - side].reached:
            self._met = cell

    def _chain(self, side: int) -> list[Step]:
        """The steps from the meeting point back to the origin of a side, each in the direction it was made."""
        steps, cell = [], self._met
        while cell is not None and (step := self._floods[side].reached[cell]) is not None:
            steps.append(step)
            cell = step.before
        return steps
