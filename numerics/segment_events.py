"""Hidden units along a segment of networks: linear forms, and the events where one of them changes its sign.

In a *window* of the segment, t = c + ρw with |w| ≤ 1, every hidden unit h_ij and every α_j is a linear form in w, told by its
value at w = 0 and its slope. An *event* is an entry (row i, neuron j) whose h_ij changes its sign in the window: there the
output f_i changes by the quadratic ±α_j·h_ij. The n × m entries are gone through in blocks of rows that fit a cache.

*Error.* u = 2^-53; A_j and V_jk are the larger moduli of α_j and u_jk at the two ends, Ψ_i = Σ_j A_j Σ_k |x_ik| V_jk, and
Φ_i = Σ_j A_j H_ij ≤ Ψ_i with H_ij the larger modulus of the computed h_ij at the two ends. Rounded inputs cost row i at most
3uΨ_i, inner products with d roundings duΨ_i. In units of uΦ_i: the linear forms (1−c)·start + c·end and ρ(end − start) of h
and of α, 3 + 3; entries taken on the wrong side of a rounded breakpoint 9 (they are below 9uH_ij there, and (·)_+ is
continuous); products, 2 in what is active at the beginning and 2 in the events; sums in pairs ⌈log₂ m⌉; subtracting y_i 1. And
3u|y_i|. So with r the residuals in exact arithmetic on the computed forms and events, ‖r‖ and √(2L) differ by at most the norm
of these sums, the ``noise`` of the segment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
#: Many polynomials in w: an array of each coefficient, from the constant on.
Polynomials = list[Floats]

UNIT = 2.0**-53
#: Covers what is of second order in u while n, m, d and the number of events are below 2^40.
SLACK = 1.001
#: More than all underflows can add to a residual, since data are scaled to moduli of at most one.
LEAST = 1e-150
#: Entries in a block: a handful of such arrays stay in the cache.
BLOCK = 2**14
#: Rows shorter than this are summed column by column: loops over short rows cost more than their additions.
SHORT = 32


@dataclass(frozen=True)
class Window:
    """t = center + radius·w for |w| ≤ 1; both are multiples of radius/8, radius is a power of two from NARROWEST on, and
    0 ≤ t ≤ 1. So c, 1 − c and c ± ρ are doubles.
    """

    center: float
    radius: float

    def time(self, w: float) -> float:
        """t of a point of the window."""
        return self.center + self.radius * w

    def around(self, left: float, right: float) -> "Window":
        """A window inside of this one that contains [left, right] of its w, and is at most some two and a half times as long."""
        half = max(self.radius * (right - left) / 2, NARROWEST / 2)
        radius = min(self.radius, 2.0 ** ceil(log2(1.125 * half)))
        center = round(self.time((left + right) / 2) / (radius / 8)) * (radius / 8)
        reach = self.radius - radius
        return Window(min(max(center, self.center - reach), self.center + reach), radius)

    def halves(self) -> "tuple[Window, Window]":
        """The left and the right half."""
        half = self.radius / 2
        return Window(self.center - half, half), Window(self.center + half, half)


WHOLE = Window(0.5, 0.5)
#: Below this radius, the rounding of a form would not be small against its slope.
NARROWEST = 2.0**-37


@dataclass(frozen=True)
class Block:
    """Consecutive rows in a window: their residuals at its left end, and their events.

    Attributes:
        first: number of the first row.
        residuals: quadratics in w.
        row: the row of each event, counted from the first.
        w: where it is.
        changes: by which quadratic in w the output changes.
        steepness: bounds |change| / |w − its root| in the window; half the sum of the moduli of its coefficients is no more.
    """

    first: int
    residuals: Polynomials
    row: Indices
    w: Floats
    changes: Polynomials
    steepness: Floats


class Segment:
    """The segment between two networks, from their hidden units P, Q (n × m) and output weights a, b (m).

    Attributes:
        noise: bounds the norm of all errors in residuals.
    """

    def __init__(self, P: Floats, Q: Floats, a: Floats, b: Floats, y: Floats, given: Floats) -> None:
        """``given`` bounds the errors that P and Q come with, summed over neurons with weights A_j: one number a row."""
        self.P, self.Q, self.a, self.b, self.y = P, Q, a, b, y
        step = max(1, BLOCK // len(a))
        self.slices = [slice(first, first + step) for first in range(0, len(y), step)]
        # Memory that is used again costs far less than memory that is new.
        self._memory = np.empty((4, *P[self.slices[0]].shape))
        sizes = np.concatenate([np.maximum(np.abs(P[rows]), np.abs(Q[rows])) @ np.maximum(np.abs(a), np.abs(b))
                                for rows in self.slices])
        units = (ceil(log2(len(a))) + 20) * sizes + 3 * np.abs(y)
        self.noise = float(SLACK * np.linalg.norm(given + UNIT * units) + LEAST)

    def blocks(self, window: Window) -> Iterator[Block]:
        """All rows in a window; one pass at a time, since passes share their memory."""
        a = (1 - window.center) * self.a + window.center * self.b
        a_slope = window.radius * (self.b - self.a)
        a_size = np.abs(a) + np.abs(a_slope)
        for rows in self.slices:
            P, Q = self.P[rows], self.Q[rows]
            h, slope, terms, others = self._memory[:, : len(P)]
            np.subtract(Q, P, out=slope)
            entry, w, rising = _crossings(P, Q, slope, window)
            np.multiply(P, 1 - window.center, out=h)
            h += np.multiply(Q, window.center, out=terms)
            slope *= window.radius
            active = h > 0
            active.ravel()[entry] = ~rising
            row = entry // len(a)
            neuron = entry - row * len(a)
            sign, slope_there = np.where(rising, 1.0, -1.0), slope.ravel()[entry]
            changes = product([a[neuron], a_slope[neuron]], [sign * h.ravel()[entry], sign * slope_there])
            h *= active
            slope *= active
            residuals = [pairwise_sum(np.multiply(h, a, out=terms)) - self.y[rows]]
            np.multiply(h, a_slope, out=terms)
            terms += np.multiply(slope, a, out=others)
            residuals += [pairwise_sum(terms), pairwise_sum(np.multiply(slope, a_slope, out=terms))]
            yield Block(rows.start, residuals, row, w, changes, a_size[neuron] * np.abs(slope_there))

    @cached_property
    def crossings(self) -> int:
        """How many entries change their sign strictly inside of the segment."""
        return sum(int(np.count_nonzero((self.P[rows] > 0) & (self.Q[rows] < 0) | (self.P[rows] < 0) & (self.Q[rows] > 0)))
                   for rows in self.slices)


def _crossings(P: Floats, Q: Floats, slope: Floats, window: Window) -> tuple[Indices, Floats, NDArray[np.bool_]]:
    """Flat index, place and direction (upwards) of the entries that change their sign in a window."""
    entry = np.flatnonzero((P > 0) != (Q > 0))
    start = P.ravel()[entry]
    w = (-start / slope.ravel()[entry] - window.center) / window.radius
    if window.radius < WHOLE.radius:
        inside = np.abs(w) <= 1
        entry, start, w = entry[inside], start[inside], w[inside]
    return entry, w, start <= 0


def product(p: Polynomials, q: Polynomials) -> Polynomials:
    """Products of polynomials, one by one."""
    coefficients = []
    for k in range(len(p) + len(q) - 1):
        first, *others = (p[i] * q[k - i] for i in range(max(0, k - len(q) + 1), min(k + 1, len(p))))
        for other in others:
            first += other
        coefficients.append(first)
    return coefficients


def pairwise_sum(terms: Floats) -> Floats:
    """Sums along the last axis, by halves and in place: a term takes part in ⌈log₂ length⌉ additions."""
    length = terms.shape[-1]
    while length > SHORT:
        half = (length + 1) // 2
        terms[..., : length - half] += terms[..., half:length]
        length = half
    short = terms[..., :length].T.copy()
    while length > 1:
        half = (length + 1) // 2
        short[: length - half] += short[half:length]
        length = half
    sums: Floats = short[0]
    return sums
