"""The largest value of a piecewise quartic, in rational arithmetic: best-first halving of Bernstein boxes."""

from collections.abc import Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple

from theory.exact.bernstein import Box, bernstein, halves, value
from theory.exact.loss_pieces import Piece

#: Halving stops when the bound is within this fraction of the scale from the largest value found.
HALVED_TO = Fraction(1, 2**66)


class Highest(NamedTuple):
    """The largest value found, and places of the path (segments passed plus t) that attain it: the first vertex or
    breakpoint, and maxima inside of pieces, in order.
    """

    value: Fraction
    places: tuple[Fraction, ...]


class _Candidate(NamedTuple):
    """A box in the queue: the highest bound comes first, ties in order of arrival."""

    below: Fraction
    arrival: int
    piece: Piece
    left: Fraction
    right: Fraction
    box: Box


def highest(pieces: Sequence[Piece], scale: Fraction | None = None) -> Highest:
    """The maximum, exactly where it is attained at a vertex, a breakpoint or a place with a short denominator, else up to
    2^-66 of the scale (of its own size when none is given).
    """
    arrivals = count()
    queue = [_candidate(piece, piece.left, piece.right, bernstein(piece.loss, piece.left, piece.right), next(arrivals))
             for piece in pieces]
    at_edges = best = max(end for candidate in queue for end in (candidate.box[0], candidate.box[-1]))
    heapify(queue)
    found: list[tuple[Piece, Fraction]] = []
    while -queue[0].below - best > HALVED_TO * (abs(best) if scale is None else scale):
        _, _, piece, left, right, box = heappop(queue)
        middle, boxes = (left + right) / 2, halves(box)
        if boxes[1][0] > best:
            best, found = boxes[1][0], []
        if boxes[1][0] == best:
            found.append((piece, middle))
        for half, start, end in zip(boxes, (left, middle), (middle, right), strict=True):
            heappush(queue, _candidate(piece, start, end, half, next(arrivals)))
    slack = HALVED_TO * (abs(best) if scale is None else scale)
    higher = [candidate for candidate in queue if -candidate.below > best]
    # What touches a box that may rise higher is not known to be a maximum: a shorter place will do, or be one.
    unsettled = {(candidate.piece, t) for candidate in higher for t in (candidate.left, candidate.right)}
    inside = dict(_shortened(*place, best - slack) if place in unsettled else _at(*place) for place in found)
    inside |= dict(_shortened(candidate.piece, (candidate.left + candidate.right) / 2, best - slack) for candidate in higher)
    top = max([at_edges, *inside.values()])
    places = [place for place, there in inside.items() if there == top]
    if at_edges == top:
        places.append(next(piece.passed + t for piece in pieces for t in (piece.left, piece.right)
                           if value(piece.loss, t) == top))
    return Highest(top, tuple(sorted(places)))


def _candidate(piece: Piece, left: Fraction, right: Fraction, box: Box, arrival: int) -> _Candidate:
    return _Candidate(-max(box), arrival, piece, left, right, box)


def _at(piece: Piece, t: Fraction) -> tuple[Fraction, Fraction]:
    """The place and the value there."""
    return piece.passed + t, value(piece.loss, t)


def _shortened(piece: Piece, t: Fraction, wanted: Fraction) -> tuple[Fraction, Fraction]:
    """A place near t, with a denominator as short as the wanted value allows, and the value there; else t itself.

    So a maximum at a place with a short denominator is found exactly.
    """
    for bits in range(1, t.denominator.bit_length()):
        short = t.limit_denominator(2**bits)
        if piece.left < short < piece.right and value(piece.loss, short) >= wanted:
            return _at(piece, short)
    return _at(piece, t)
