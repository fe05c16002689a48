"""The conic program over some columns of the group lasso, for each objective."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import clarabel
import numpy as np
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
    size, sizes = m * d + m + n + radius, slice(m * d, m * d + m)
    quadratic, linear = np.zeros(size), np.zeros(size)
    if not radius:
        quadratic[sizes.stop :] = 1.0
    linear[sizes] = {"radius": 1.0, "loss": 0.0, "penalised": limit}[objective]
    linear[sizes.stop + n :] = elastic

    outputs = np.hstack([column.outputs for column in columns])
    blocks = [_placed(sparse.hstack([sparse.csc_array(outputs), sparse.csc_array((n, m)), -sparse.eye_array(n)]), size)]
    right, cones = [y], [clarabel.ZeroConeT(n)]
    walls = sparse.block_diag([-column.facets for column in columns])
    for block, bound in ((walls, 0.0), (_sum_of(sizes, size) if objective == "loss" else None, limit)):
        if block is not None and block.shape[0]:
            blocks.append(_placed(block, size))
            right.append(np.full(block.shape[0], bound))
            cones.append(clarabel.NonnegativeConeT(block.shape[0]))
    norms = [(sizes.start + j, range(j * d, (j + 1) * d)) for j in range(m)]
    norms += [(size - 1, range(sizes.stop, sizes.stop + n))] * radius
    for bound_at, vector_at in norms:
        places = np.array([bound_at, *vector_at])
        blocks.append(sparse.csc_array((-np.ones(len(places)), (np.arange(len(places)), places)), (len(places), size)))
        right.append(np.zeros(len(places)))
        cones.append(clarabel.SecondOrderConeT(len(places)))

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ACCURACY
    matrix = sparse.csc_matrix(sparse.vstack(blocks, format="csc"))
    diagonal = sparse.csc_matrix(sparse.diags_array(quadratic))
    solution: Any = clarabel.DefaultSolver(diagonal, linear, matrix, np.concatenate(right), cones, settings).solve()
    if str(solution.status) not in ("Solved", "AlmostSolved", "InsufficientProgress"):
        raise ArithmeticError(f"the conic solver ended with {solution.status}")
    x, z = np.array(solution.x), np.array(solution.z)
    level = float(z[n + walls.shape[0]]) if objective == "loss" else 1.0 if radius else limit
    return x[: m * d].reshape(m, d), -z[:n], level


def _placed(block: Any, size: int) -> Any:
    """The block with columns of zeros on its right."""
    return sparse.hstack([block, sparse.csc_array((block.shape[0], size - block.shape[1]))])


def _sum_of(places: slice, size: int) -> Any:
    row = np.zeros((1, size))
    row[0, places] = 1.0
    return sparse.csc_array(row)
