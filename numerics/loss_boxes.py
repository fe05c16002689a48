"""The quartics of a profile in Bernstein form: bounds of the loss on pieces, split where they are not tight.

On [left, right] the largest Bernstein coefficient bounds the quartic, and the outer ones are its values at the ends. With q
such a bound plus rounding, L ≤ q + e√(2q) + e²/2 for e = noise + drift. With q a value at an end plus rounding, L is at least
the value less rounding and e√(2q); by cells this holds at left ends, without drift. Where a chord is subtracted from L, it is
added to q again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from numerics.loss_profile import Profile
from numerics.segment_events import SLACK, UNIT, Floats

#: Bernstein coefficients from those of Σ c_j s^j, |s| ≤ 1.
BERNSTEIN = np.array([[1, -1, 1, -1, 1], [1, -1 / 2, 0, 1 / 2, -1], [1, 0, -1 / 3, 0, 1], [1, 1 / 2, 0, -1 / 2, -1], [1] * 5])
#: Times that an interval is split at most. Each splitting errs by 16 units of the size of the quartic, the form by 30.
LEVELS = 16
#: Units of the loss that rounding comes to in windows without many events.
SETTLED = 1024


@dataclass(frozen=True)
class Boxes:
    """Intervals of w in a window, and L minus a chord there.

    Attributes:
        left, right: ends of the intervals.
        coefficients: 5 × intervals, in Bernstein form.
        drift: as in the profile.
        noise, rounding: as in the profile.
        chord: the largest value of what is subtracted from L.
    """

    left: Floats
    right: Floats
    coefficients: Floats
    drift: Floats
    noise: float
    rounding: float
    chord: float

    @classmethod
    def of(cls, profile: Profile, chord: tuple[float, float]) -> "Boxes":
        """All pieces or cells of a profile, minus a linear function of w given by its value at 0 and its slope."""
        value, slope = chord
        c = [profile.quartics[0] - value, profile.quartics[1] - slope, *profile.quartics[2:]]
        left, right = profile.edges[:-1], profile.edges[1:]
        middle, half = (left + right) / 2, (right - left) / 2
        # Taylor coefficients in the middle, by synthetic division; scaled to |s| ≤ 1 they are no larger than the quartic's.
        for first in range(4):
            for j in range(3, first - 1, -1):
                c[j] = c[j] + middle * c[j + 1]
        for first in range(1, 5):
            for j in range(first, 5):
                c[j] = c[j] * half
        size = abs(value) + abs(slope)
        rounding = profile.rounding + 300 * UNIT * size
        return cls(left, right, BERNSTEIN @ np.stack(c), profile.drift, profile.noise, rounding, size)

    def excess(self, value: Floats, drift: Floats | float = 0.0) -> Floats:
        """Bounds how far L (minus the chord) may lie above such a value of the quartic (minus it), or without drift below."""
        e = self.noise + drift
        loss = np.maximum(value + self.chord + self.rounding, 0.0)
        excess: Floats = SLACK * (self.rounding + e * np.sqrt(2 * loss) + e * e / 2)
        return excess

    @property
    def upper(self) -> Floats:
        """Upper bounds on the intervals."""
        top = self.coefficients.max(axis=0)
        upper: Floats = top + self.excess(top, self.drift)
        return upper

    @property
    def settled(self) -> bool:
        """Rounding in the quartics is below the noise, or as small as it gets."""
        top = self.coefficients.max(initial=0.0)
        return bool(self.rounding <= max(self.excess(top) / 2, SETTLED * UNIT * (top + self.chord)))

    def highest(self) -> tuple[float, float, float]:
        """Place, value and lower bound of the largest value at an end."""
        place, interval = self.left, int(self.coefficients[0].argmax())
        value = self.coefficients[0, interval]
        if not self.drift.any() and self.coefficients[4].max() > value:
            place, interval = self.right, int(self.coefficients[4].argmax())
            value = self.coefficients[4, interval]
        return float(place[interval]), float(value), float(value - self.excess(value))

    def above(self, level: float) -> "Boxes":
        """Those that may rise above a level."""
        return self._chosen(self.upper > level)

    def split(self, level: float) -> "Boxes":
        """Those that may rise above a level, in parts so small that no coefficient is above the values at the ends by more than
        a fraction of the excess.
        """
        boxes = self.above(level)
        for _ in range(LEVELS):
            ends = np.maximum(boxes.coefficients[0], boxes.coefficients[4])
            loose = boxes.coefficients.max(axis=0) > ends + boxes.excess(ends) / 8
            if not loose.any():
                break
            boxes = boxes._parts(loose)
            boxes = boxes.above(max(level, boxes.highest()[2]))
        return boxes

    def _parts(self, which: NDArray[np.bool_]) -> "Boxes":
        """Some of the intervals in two parts, where a linear derivative would vanish, else in the middle (de Casteljau)."""
        kept, whole = self._chosen(~which), self._chosen(which)
        rise, fall = whole.coefficients[1] - whole.coefficients[0], whole.coefficients[3] - whole.coefficients[4]
        s = np.where((rise > 0) & (fall > 0), rise / np.where(rise + fall > 0, rise + fall, 1.0), 0.5)
        s = np.where((s > 1e-6) & (s < 1 - 1e-6), s, 0.5)
        row, first, last = list(whole.coefficients), [whole.coefficients[0]], [whole.coefficients[4]]
        while len(row) > 1:
            row = [(1 - s) * b + s * c for b, c in pairwise(row)]
            first.append(row[0])
            last.append(row[-1])
        middle = (1 - s) * whole.left + s * whole.right
        return replace(
            self,
            left=np.concatenate([kept.left, whole.left, middle]),
            right=np.concatenate([kept.right, middle, whole.right]),
            coefficients=np.concatenate([kept.coefficients, first, last[::-1]], axis=1),
            drift=np.concatenate([kept.drift, whole.drift, whole.drift]),
        )

    def _chosen(self, which: NDArray[np.bool_]) -> "Boxes":
        return replace(self, left=self.left[which], right=self.right[which], coefficients=self.coefficients[:, which],
                       drift=self.drift[which])

    def clusters(self) -> Iterator[tuple[float, float, float]]:
        """Ends and bound of groups of intervals, apart by more than an eighth of the length of all."""
        if not len(self.left):
            return
        order, upper = np.argsort(self.left), self.upper
        left, right, upper = self.left[order], self.right[order], upper[order]
        apart = left[1:] - right[:-1] > (right[-1] - left[0]) / 8
        starts = np.flatnonzero(np.concatenate([[True], apart]))
        for first, last in zip(starts, np.append(starts[1:], len(left)) - 1, strict=True):
            yield float(left[first]), float(right[last]), float(upper[first : last + 1].max())
