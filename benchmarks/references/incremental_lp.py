"""Activation patterns the textbook way: add one row at a time, and ask a linear program which cells it cuts.

Written to be a fair reference: each cell keeps a point, so only the other side of a new hyperplane needs a program; one
HiGHS model a row is kept, its bounds changed from cell to cell, so that every program starts from the last basis.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cell = tuple[tuple[int, ...], Floats]


def patterns(X: Floats) -> int:
    """The number of cells of {u : x_i·u = 0} for rows without zeros."""
    cells: list[Cell] = [((), np.ones(X.shape[1]))]
    for row in range(len(X)):
        program, grown = _Program(X[: row + 1]), list[Cell]()
        for signs, point in cells:
            product = X[row] @ point
            side = 1 if product > 0 else -1
            if abs(product) > 1e-9:
                grown.append(((*signs, side), point))
            else:
                grown += program.inside((*signs, side))
            grown += program.inside((*signs, -side))
        cells = grown
    return len(cells)


class _Program:
    """max t subject to s_i x_i·u ≥ t, |u| ≤ 1, t ≤ 1: positive exactly when the cell of s has an interior."""

    def __init__(self, X: Floats) -> None:
        n, d = X.shape
        self.rows = np.arange(2 * n, dtype=np.int32)
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = d + 1, 2 * n
        program.col_cost_ = np.append(np.zeros(d), -1.0)
        program.col_lower_, program.col_upper_ = np.append(-np.ones(d), 0.0), np.ones(d + 1)
        program.row_lower_, program.row_upper_ = np.full(2 * n, -highspy.kHighsInf), np.full(2 * n, highspy.kHighsInf)
        # Two rows for each hyperplane, x·u − t and x·u + t; the side that a cell is on decides which one binds.
        matrix = np.repeat(np.hstack([X, np.ones((n, 1))]), 2, axis=0)
        matrix[::2, -1] = -1
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.arange(0, 2 * n * (d + 1) + 1, d + 1)
        program.a_matrix_.index_ = np.tile(np.arange(d + 1), 2 * n)
        program.a_matrix_.value_ = matrix.ravel()
        self.solver.passModel(program)

    def inside(self, signs: tuple[int, ...]) -> list[Cell]:
        """The cell with a point of it, or nothing."""
        positive = np.array(signs) > 0
        lower, upper = np.full(len(self.rows), -highspy.kHighsInf), np.full(len(self.rows), highspy.kHighsInf)
        lower[::2] = np.where(positive, 0.0, -highspy.kHighsInf)
        upper[1::2] = np.where(positive, highspy.kHighsInf, 0.0)
        self.solver.changeRowsBounds(len(self.rows), self.rows, lower, upper)
        self.solver.run()
        if -self.solver.getInfo().objective_function_value <= 1e-9:
            return []
        return [(signs, np.array(self.solver.getSolution().col_value[:-1]))]
