"""The conic program over some columns of the group lasso, for each objective."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics.dual_gauge import Floats

if TYPE_CHECKING:
    from numerics.column_generation import Column

#: Asked of the solver; what it reaches is polished and certified afterwards.
ACCURACY = 1e-11


def master(
    columns: Sequence["Column"], X: Floats, y: Floats, objective: str, limit: float, elastic: float
) -> tuple[Floats, Floats, float]:
    """Solve for the columns given.

    The variables are v_j ∈ R^d and t_j ≥ ‖v_j‖, then the residual r = Σ outputs_j v_j − y, then for the radius ρ ≥ ‖r‖
    with price ``elastic``, which makes every master feasible.

    Returns:
        the v_j as rows; the multiplier μ of the outputs; and the level that the dual gauge of μ must not exceed.

    Raises:
        ArithmeticError: when the solver fails.
    """
    (n, d), m, radius = X.shape, len(columns), objective == "radius"
    bounds_at, residual_at = m * d, m * d + m
    size = residual_at + n + radius
    quadratic, linear = np.zeros(size), np.zeros(size)
    if not radius:
        quadratic[residual_at:] = 1.0
    linear[bounds_at:residual_at] = {"radius": 1.0, "loss": 0.0, "penalised": limit}[objective]
    linear[residual_at + n :] = elastic

    rows = _Rows()
    rows.dense(np.hstack([column.outputs for column in columns]), 0, 0)
    rows.dense(-np.eye(n), 0, residual_at)
    rows.close(y, clarabel.ZeroConeT(n))
    walls = 0
    for j, column in enumerate(columns):
        rows.dense(-column.facets, walls, j * d)
        walls += len(column.facets)
    if objective == "loss":
        rows.dense(np.ones((1, m)), walls, bounds_at)
    if walls or objective == "loss":
        right = np.append(np.zeros(walls), [limit] if objective == "loss" else [])
        rows.close(right, clarabel.NonnegativeConeT(len(right)))
    places = np.column_stack([np.arange(bounds_at, residual_at), np.arange(m * d).reshape(m, d)])
    rows.norms(places)
    if radius:
        rows.norms(np.array([[size - 1, *range(residual_at, residual_at + n)]]))

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ACCURACY
    diagonal = sparse.csc_matrix(sparse.diags_array(quadratic))
    solution: Any = clarabel.DefaultSolver(diagonal, linear, *rows.finished(size), settings).solve()
    if str(solution.status) not in ("Solved", "AlmostSolved", "InsufficientProgress"):
        raise ArithmeticError(f"the conic solver ended with {solution.status}")
    x, z = np.array(solution.x), np.array(solution.z)
    level = float(z[n + walls]) if objective == "loss" else 1.0 if radius else limit
    return x[: m * d].reshape(m, d), -z[:n], level


class _Rows:
    """The rows of the constraint matrix, collected as entries."""

    def __init__(self) -> None:
        self._entries: list[tuple[Floats, NDArray[Any], NDArray[Any]]] = []
        self._right: list[Floats] = []
        self._cones: list[Any] = []
        self._at = 0

    def dense(self, block: Floats, row: int, column: int) -> None:
        """A block, from a row (counted from the last one closed) and a column on."""
        i, j = np.nonzero(block)
        self._entries.append((block[i, j], i + self._at + row, j + column))

    def norms(self, places: NDArray[np.int64]) -> None:
        """A second-order cone for each row of ``places``: its first variable is at least the norm of the others."""
        flat = places.ravel()
        self._entries.append((-np.ones(len(flat)), np.arange(self._at, self._at + len(flat)), flat))
        self.close(np.zeros(len(flat)), *(clarabel.SecondOrderConeT(places.shape[1]) for _ in places))

    def close(self, right: Floats, *cones: Any) -> None:
        """The right-hand side of the rows since the last call, and their cones."""
        self._right.append(right)
        self._cones.extend(cones)
        self._at += len(right)

    def finished(self, columns: int) -> tuple[Any, Floats, list[Any]]:
        """The matrix, the right-hand side and the cones."""
        values, i, j = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        matrix = sparse.csc_matrix((values, (i, j)), shape=(self._at, columns))
        return matrix, np.concatenate(self._right), self._cones
