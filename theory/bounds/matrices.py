"""Hypothesis strategies of small integer matrices, with the degenerate ones that users really have."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from theory.instances import integer_rows


@st.composite
def matrices(
    draw: DrawFn, rows: tuple[int, int] = (1, 3), columns: tuple[int, int] = (1, 3), largest: int = 6
) -> list[list[int]]:
    """A matrix of integers in [−largest, largest]; zero, repeated and opposite rows and zero columns occur."""
    height, width = draw(st.integers(*rows)), draw(st.integers(*columns))
    matrix = [draw(integer_rows(width, largest)) for _ in range(height)]
    match draw(st.sampled_from(["plain"] * 5 + ["repeat", "opposite", "zero row", "zero column"])):
        case "repeat":
            matrix[-1] = list(matrix[0])
        case "opposite":
            matrix[-1] = [-entry for entry in matrix[0]]
        case "zero row":
            matrix[-1] = [0] * width
        case "zero column":
            matrix = [[*row[:-1], 0] for row in matrix]
    return matrix


def symmetric_matrices(n: int, largest: int = 4) -> SearchStrategy[list[list[int]]]:
    """A symmetric n × n matrix of integers in [−largest, largest]."""
    entries = st.lists(st.integers(-largest, largest), min_size=n * n, max_size=n * n)
    return entries.map(lambda e: [[e[min(i, j) * n + max(i, j)] for j in range(n)] for i in range(n)])
