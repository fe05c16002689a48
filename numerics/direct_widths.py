"""Slow and independent ways to the numbers of the max-entry row: every pattern written down, every allocation tried."""

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from theory.arrangement import arrange
from theory.claim import Instance
from theory.exact.rational import read_number
from theory.problem import Problem

if TYPE_CHECKING:
    import cvxpy as cp

Floats = NDArray[np.float64]
#: Random starts for each division of the neurons into signs, at several scales in the unit of effective weights.
STARTS, SCALES = 24, (np.inf, 2.0, 0.3, 0.05)


def gauge_with_every_pattern(instance: Instance) -> float:
    """min Σ‖v_i‖_∞ + ‖w_i‖_∞ that fits the planted targets, as cvxpy states it over all patterns."""
    return _gauge(instance, "inf")


def frobenius_gauge_with_every_pattern(instance: Instance) -> float:
    """The same with ‖·‖_2 in place of ‖·‖_∞."""
    return _gauge(instance, 2)


def _gauge(instance: Instance, norm: int | str) -> float:
    import cvxpy as cp

    from numerics.certified_widths import planted

    problem = planted(instance)
    X, y, unit = _scaled(problem)
    columns = [_column(X, active, sign) for active in arrange(problem.X).patterns for sign in (1, -1)]
    fit = sum(outputs @ v for v, outputs, _ in columns)
    constraints = [fit == y, *(cone for _, _, cone in columns)]
    model = cp.Problem(cp.Minimize(sum(cp.norm(v, norm) for v, _, _ in columns)), constraints)
    return _solved(model) * unit


def radius_by_every_allocation(instance: Instance) -> float:
    """The least R of ``width`` neurons for the planted targets, a linear program for every choice of their groups."""
    from scipy.optimize import linprog

    from numerics.certified_widths import planted

    problem, width = planted(instance), instance["width"]
    d, (X, y, unit) = problem.d, _scaled(problem)
    best, last = np.inf, np.zeros((problem.n, 1))
    for groups in _allocations(problem, width):
        outputs = np.hstack([sign * active[:, None] * X for active, sign in groups] + [last])
        cones = _block_diagonal([-(2.0 * active - 1)[:, None] * X for active, _ in groups])
        boxes = np.vstack([np.hstack([side * np.eye(width * d), -np.ones((width * d, 1))]) for side in (1, -1)])
        above = np.vstack([np.hstack([cones, np.zeros((len(cones), 1))]), boxes])
        found = linprog([0.0] * (width * d) + [1.0], above, np.zeros(len(above)), outputs, y,
                        [(None, None)] * (width * d) + [(0, None)])
        best = min(best, float(found.fun or 0.0) if found.status == 0 else np.inf)
    return float(best * unit)


def loss_by_every_allocation(instance: Instance) -> float:
    """The least loss of ``width`` neurons within a radius, a quadratic program for every choice of their groups."""
    return _loss(instance, "inf")


def column_loss_by_every_allocation(instance: Instance) -> float:
    """The same for the lengths of the neurons."""
    return _loss(instance, 2)


def _loss(instance: Instance, norm: int | str) -> float:
    import cvxpy as cp

    problem, width = Problem.read({"X": instance["X"], "y": instance["y"]}), instance["width"]
    R, best = float(read_number(instance["radius"], "radius")), np.inf
    for groups in _allocations(problem, width):
        columns = [_column(problem.X_float, active, sign) for active, sign in groups]
        residual = sum(outputs @ v for v, outputs, _ in columns) - problem.y_float
        inside = [cp.norm(v, norm) <= R for v, _, _ in columns]
        model = cp.Problem(cp.Minimize(cp.sum_squares(residual) / 2), [*inside, *(cone for _, _, cone in columns)])
        best = min(best, _solved(model))
    return best


def loss_by_many_starts(instance: Instance) -> float:
    """The least loss that bounded quasi-Newton reaches from random starts: nothing here knows of patterns."""
    from scipy.optimize import minimize

    problem, width = Problem.read({"X": instance["X"], "y": instance["y"]}), instance["width"]
    X, y, R = problem.X_float, problem.y_float, float(read_number(instance["radius"], "radius"))
    rng, best = np.random.default_rng(0), float(y @ y) / 2
    for positive in range(width + 1):
        signs = np.where(np.arange(width) < positive, 1.0, -1.0)

        def objective(flat: Floats, signs: Floats = signs) -> tuple[float, Floats]:
            hidden = X @ flat.reshape(width, -1).T
            residual = np.maximum(hidden, 0) @ signs - y
            return float(residual @ residual) / 2, (((hidden > 0) * signs * residual[:, None]).T @ X).ravel()

        for turn in range(STARTS):
            # Small starts as well: a long first step may leave all rows behind, where the gradient is zero.
            scale = min(R, _scaled(problem)[2] * SCALES[turn % len(SCALES)])
            start = scale * rng.uniform(-1, 1, width * problem.d)
            best = min(best, float(minimize(objective, start, jac=True, bounds=[(-R, R)] * len(start)).fun))
    return best


def width_by_linear_programs(instance: Instance) -> int:
    """For each group the first k for which k neurons of its cone with ‖v_j‖_∞ ≤ R1·R2 add up to v; their sum."""
    from scipy.optimize import linprog

    X = np.array([[float(read_number(entry, "X")) for entry in row] for row in instance["X"]])
    R = float(read_number(instance["radius_u"], "R1") * read_number(instance["radius_alpha"], "R2"))
    total = 0
    for group in instance["groups"]:
        v = np.array([float(read_number(entry, "v")) for entry in group["v"]])
        sides = np.array([1.0 if side == "+" else -1.0 for side in group["cone"]])
        k, found = 0, False
        while not found:
            k += 1
            walls = _block_diagonal([-sides[:, None] * X] * k)
            found = linprog(np.zeros(k * len(v)), walls, np.zeros(len(walls)), np.hstack([np.eye(len(v))] * k), v,
                            [(-R, R)] * (k * len(v))).status == 0
        total += k
    return total


def _solved(model: "cp.Problem") -> float:
    """The optimum to ten digits, or to eight where the solver gives up before that."""
    import cvxpy as cp

    try:
        return float(model.solve(solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10))
    except cp.SolverError:
        return float(model.solve(solver="CLARABEL"))


def _scaled(problem: Problem) -> tuple[Floats, Floats, float]:
    """Rows and targets of size about one, and the unit of effective weights that goes with them."""
    row, target = (float(abs(values).max()) or 1.0 for values in (problem.X_float, problem.y_float))
    return problem.X_float / row, problem.y_float / target, target / row


def _allocations(problem: Problem, width: int) -> Iterator[Sequence[tuple[NDArray[np.bool_], int]]]:
    groups = [(active, sign) for active in arrange(problem.X).patterns for sign in (1, -1)]
    return combinations_with_replacement(groups, width)


def _column(X: Floats, active: NDArray[np.bool_], sign: int) -> tuple["cp.Variable", Floats, Any]:
    """A variable v, its outputs sign·DX, and the constraint that v lies in the cone of the pattern D."""
    import cvxpy as cp

    v = cp.Variable(X.shape[1])
    return v, sign * active[:, None] * X, (2.0 * active - 1)[:, None] * X @ v >= 0


def _block_diagonal(blocks: Sequence[Floats]) -> Floats:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*blocks))


def midpoint_by_geometric_program(instance: Instance) -> float:
    """The least Σ‖u_j‖_1 · Σα_j with α_ju_j = (v_j + w_j)/2 for each group, by geometric programming."""
    import cvxpy as cp

    V, W = (np.array([[float(read_number(entry, name)) for entry in v] for v in instance[name]]) for name in ("V", "W"))
    sizes = [float(size) for size in abs(V + W).sum(axis=1) / 2 if size > 0]
    if not sizes:
        return 0.0
    alpha, u = cp.Variable(len(sizes), pos=True), cp.Variable(len(sizes), pos=True)
    reached = [alpha[j] * u[j] >= size for j, size in enumerate(sizes)]
    return float(cp.Problem(cp.Minimize(cp.sum(alpha) * cp.sum(u)), reached).solve(gp=True, solver="CLARABEL"))
