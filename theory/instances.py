"""Hypothesis strategies of problems and networks: ordinary ones, and the degenerate ones that users really have.

Everything is small integers, so that a shrunk witness can be read, and is JSON, so that it can be saved and replayed.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from theory.claim import Instance


def integer_rows(d: int, largest: int = 6) -> SearchStrategy[list[int]]:
    """One row of d small integers."""
    return st.lists(st.integers(-largest, largest), min_size=d, max_size=d)


@st.composite
def problems(
    draw: DrawFn,
    n: tuple[int, int] = (1, 8),
    d: tuple[int, int] = (1, 3),
    degenerate: bool = True,
    largest: int = 6,
) -> Instance:
    """A problem ``{"X": …, "y": …}`` with n rows and d columns in the ranges given (ends included).

    With ``degenerate`` the data may also hold repeated, opposite, proportional and zero rows, dependent columns, y = 0.
    """
    rows, columns = draw(st.integers(*n)), draw(st.integers(*d))
    X = [draw(integer_rows(columns, largest)) for _ in range(rows)]
    if degenerate:
        for index in range(1, rows):
            match draw(st.sampled_from(["own"] * 6 + ["copy", "opposite", "double", "zero"])):
                case "copy":
                    X[index] = list(X[0])
                case "opposite":
                    X[index] = [-entry for entry in X[0]]
                case "double":
                    X[index] = [2 * entry for entry in X[0]]
                case "zero":
                    X[index] = [0] * columns
        if columns > 1 and draw(st.integers(0, 5)) == 0:
            for row in X:
                row[-1] = row[0]
    y = draw(integer_rows(rows, 2 * largest))
    if degenerate and draw(st.integers(0, 9)) == 0:
        y = [0] * rows
    return {"X": X, "y": y}


@st.composite
def networks(draw: DrawFn, d: int, width: tuple[int, int] = (1, 3), largest: int = 4) -> dict[str, Any]:
    """A network ``{"neurons": …}`` of small integers on d inputs."""
    count = draw(st.integers(*width))
    alphas = [draw(st.sampled_from([-2, -1, 1, 1, 2])) for _ in range(count)]
    return {"neurons": [{"u": draw(integer_rows(d, largest)), "alpha": alpha} for alpha in alphas]}
