"""Lower certificates: the multipliers that hold a flood back, as few as a greedy choice gives."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any

from numerics.cells import Cells
from numerics.faces import Faces, Solution, bits
from theory.exact.rational import write_vector
from theory.exact.walls import Cell


def cut(cells: Cells, faces: Faces, origin: Cell, barrier: Fraction, side: str) -> dict[str, Any]:
    """The cut of a barrier certificate: what is flooded below the barrier from one end, and multipliers around it."""
    flooded = flood_below(cells, faces, origin, lambda value: value < barrier)
    shores = {step.generators for cell in flooded for step in cells.steps(cell) if step.after not in flooded}
    return {"from": side, "cells": len(flooded), "multipliers": multipliers(faces, shores)}


def flood_below(cells: Cells, faces: Faces, origin: Cell, crossed: Callable[[Fraction], bool]) -> set[Cell]:
    """The cells reached through faces whose least loss satisfies ``crossed``."""
    origin = cells.named(origin)
    seen, waiting = {origin}, [origin]
    while waiting:
        for step in cells.steps(waiting.pop()):
            if step.after not in seen and crossed(faces.solve(step.generators).value):
                seen.add(step.after)
                waiting.append(step.after)
    return seen


def multipliers(faces: Faces, closed: Iterable[int]) -> list[dict[str, Any]]:
    """Multipliers that close the given faces (sets of signed generators), as certificates list them, none superfluous.

    Greedy: the one that closes most of what is left; then those that the later ones made superfluous are dropped.
    """
    wanted = sorted(set(closed))
    by_weights: dict[tuple[int, ...], Solution] = {}
    for generators in wanted:
        solution = faces.solve(generators)
        by_weights[tuple(solution.weights)] = solution
    candidates = [by_weights[active] for active in sorted(by_weights)]
    everything = (1 << len(wanted)) - 1
    closes = [everything & ~failing for failing in _failing(wanted, candidates)]
    chosen: list[int] = []
    left = everything
    # What a candidate adds only shrinks as others are chosen, so an old figure is an upper bound: look at the best alone.
    queue = sorted((-closed.bit_count(), k) for k, closed in enumerate(closes))
    while left:
        bound, best = heappop(queue)
        if (gain := (closes[best] & left).bit_count()) == -bound:
            chosen.append(best)
            left &= ~closes[best]
        elif gain:
            heappush(queue, (-gain, best))
    for index in list(chosen):
        others = 0
        for other in chosen:
            others |= closes[other] if other != index else 0
        if others == everything:
            chosen.remove(index)
    listed = sorted(candidates[k].labelled(faces.count) for k in chosen)
    return [{"generators": labels, "weights": write_vector(weights)} for labels, weights in listed]


def _failing(wanted: Sequence[int], candidates: Sequence[Solution]) -> Iterator[int]:
    """For each solution the set of faces that it does not close: those with a generator that it violates."""
    # Sets of faces are integers too, made from their digits in one go: bit by bit would take quadratic time.
    having: dict[int, int] = {}
    for solution in candidates:
        failing = 0
        for g in bits(solution.violated):
            if g not in having:
                having[g] = int("".join("1" if face >> g & 1 else "0" for face in reversed(wanted)) or "0", 2)
            failing |= having[g]
        yield failing
