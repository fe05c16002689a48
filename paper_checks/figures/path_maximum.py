"""The loss along a given path: its quartic pieces, the certified maximum, and what a grid of 25 points sees of it."""

from itertools import pairwise
from typing import Any

from paper_checks.drawing import COLOURS, as_float, exact, figure, tidy
from theory.exact.rational import read_number
from theory.theorems.path_maximum import GRID

#: Points drawn on each segment.
DRAWN = 400


def draw(instance: dict[str, Any], certificate: dict[str, Any]) -> Any:
    """The loss against the place of the path, with breakpoints, the points of a grid, and the certified maximum."""
    statement, proof = certificate["statement"], certificate["proof"]
    made, (axes,) = figure(1, width=5.6)
    breakpoints = _breakpoints(statement)
    for place in breakpoints:
        axes.axvline(place, color="#dde2e8", lw=0.8, zorder=0)
    places, losses = _profile(statement, DRAWN)
    axes.plot(places, losses, color=COLOURS[0], lw=1.6, label=f"loss, quartic pieces: {proof['pieces']}")
    axes.plot(*_profile(statement, GRID - 1), "o", ms=3, color=COLOURS[4], label=f"{GRID} points a segment")
    upper, lower = as_float(statement["upper"]), as_float(statement["lower"])
    known = read_number(statement["upper"], "upper") == read_number(statement["lower"], "lower")
    label = f"maximum {exact(statement['upper'])} (exact)" if known else f"maximum {upper:.10g}, within {upper - lower:.0e}"
    axes.axhline(upper, color=COLOURS[1], ls="--", lw=1, label=label)
    axes.plot([as_float(place) for place in proof["argmax"]], [lower] * len(proof["argmax"]), "*", ms=11, color=COLOURS[1])
    axes.set_ylim(0, 1.3 * upper or 1.0)
    axes.legend(frameon=False, fontsize=8, loc="upper center", ncols=2)
    tidy(axes, "place on the path (segments passed plus t)", "½‖f − y‖²", "parameters move linearly")
    return made


def _segments(statement: dict[str, Any]) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """X, y, and U (m × d) with α at each vertex, as floats."""
    import numpy as np

    X = np.array([[as_float(entry) for entry in row] for row in statement["X"]])
    y = np.array([as_float(entry) for entry in statement["y"]])
    vertices = [
        (np.array([[as_float(entry) for entry in neuron["u"]] for neuron in vertex["neurons"]]),
         np.array([as_float(neuron["alpha"]) for neuron in vertex["neurons"]]))
        for vertex in statement["path"]
    ]
    return X, y, vertices


def _profile(statement: dict[str, Any], intervals: int) -> tuple[list[float], list[float]]:
    import numpy as np

    X, y, vertices = _segments(statement)
    places, losses = [], []
    for passed, ((U, a), (V, b)) in enumerate(pairwise(vertices)):
        for t in np.linspace(0, 1, intervals + 1):
            outputs = np.maximum(X @ ((1 - t) * U + t * V).T, 0) @ ((1 - t) * a + t * b)
            places.append(float(passed + t))
            losses.append(0.5 * float((outputs - y) @ (outputs - y)))
    return places, losses


def _breakpoints(statement: dict[str, Any]) -> list[float]:
    X, _, vertices = _segments(statement)
    found = set[float]()
    for passed, ((U, _), (V, _)) in enumerate(pairwise(vertices)):
        start, end = X @ U.T, X @ V.T
        crossing = start * end < 0
        found |= {passed + float(t) for t in start[crossing] / (start - end)[crossing]}
    return sorted(found)
