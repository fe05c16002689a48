"""Certificates of the spectral and Schatten rows for the claims of ``theory/theorems``, and independent ways to the same."""

import warnings
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from numerics.direct_schatten import direct_optimum
from numerics.dual_certificate import rational
from numerics.dual_gauge import Floats
from numerics.gauge_optimum import GaugeOptimum, gauge_optimum
from numerics.separation import gauge
from numerics.solving import solve
from theory.claim import Certificate, Instance
from theory.exact.certificate import certificate
from theory.exact.norms import power_bounds
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, sqrt_bounds, write_number, write_vector
from theory.exact.spectrum import schatten_bounds
from theory.network import Network, fit
from theory.problem import Problem, float_array


def set_of(p: Any) -> str:
    """The name of the set of a Schatten exponent."""
    return "spectral" if p == "inf" else f"schatten:{p}"


def planted_problem(instance: Instance) -> dict[str, Any]:
    """The rows of an instance, with the outputs of its network as targets."""
    X = read_matrix(instance["X"], "X")
    targets = fit(Problem(X, ()), Network.read(instance["network"]))
    return {"X": [write_vector(row) for row in X], "y": write_vector(targets)}


def certify_planted_radius(instance: Instance) -> Certificate:
    """The least radius for an instance ``{"X", "network", "p"}``."""
    return solve(planted_problem(instance), set_of(instance["p"])).certificate


def certify_loss(instance: Instance) -> Certificate:
    """The least loss for an instance ``{"X", "y", "p", "radius"}``."""
    problem = {"X": instance["X"], "y": instance["y"]}
    return solve(problem, set_of(instance["p"]), objective="loss", radius=instance["radius"]).certificate


def certify_before_and_after(instance: Instance) -> Certificate:
    """The least radii of a planted problem before and after a change, for an instance of the invariance claim."""
    from theory.theorems.gauge_invariance import changed_problem, planted_statement

    parts = [solve(each, instance["set"]).certificate for each in (planted_statement(instance), changed_problem(instance))]
    return certificate(
        "conjunction", {"parts": [{"kind": part["kind"], "statement": part["statement"]} for part in parts]},
        {"parts": [{"of": k, "proof": part["proof"]} for k, part in enumerate(parts)]},
    )


def direct_planted_radius(instance: Instance) -> float:
    """The least radius of a planted instance, by a direct model in cvxpy."""
    return direct_optimum({**planted_problem(instance), "p": instance["p"]})


def certify_orthogonal_columns(instance: Instance) -> Certificate:
    """The gauge of orthogonal columns of one length, for an instance ``{"columns", "p"}``."""
    columns, p = read_matrix(instance["columns"], "columns"), read_number(instance["p"], "p")
    low, high = power_bounds(Fraction(len(columns)), Fraction(1, 2) + 1 / p)
    length = sqrt_bounds(dot(columns[0], columns[0]))[0]
    statement = {
        "columns": [write_vector(v) for v in columns], "p": instance["p"],
        "low": write_number(length * low), "high": write_number(length * high),
    }
    return certificate("orthogonal-gauge", statement, {})


def gauge_of_columns_by_descent(instance: Instance) -> float:
    """min {‖V diag(q)^{-1/2}‖_{S_p} : Σq = 1} for an instance ``{"columns", "p"}``, by L-BFGS on logarithms of q."""
    from scipy.optimize import minimize

    V, p = float_array(read_matrix(instance["columns"], "columns")).T, float(read_number(instance["p"], "p"))

    def logarithm(log_q: Floats) -> float:
        q = np.exp(log_q - log_q.max())
        values = np.linalg.svd(V * np.sqrt(q.sum() / q), compute_uv=False)
        return float(np.log(np.sum(values**p)) / p)

    start = np.random.default_rng(0).standard_normal(V.shape[1])
    return float(np.exp(minimize(logarithm, start, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-10}).fun))


def certify_spectral_gauge(instance: Instance) -> Certificate:
    """Muon's gauge of some columns: in closed form for one or two, else by a semidefinite program."""
    columns = read_matrix(instance["columns"], "columns")
    used = [v for v in columns if any(v)]
    if len(used) <= 2:
        square, proof = gauge(list(columns))
        low = high = square
    else:
        Z, q = _rational_sides(columns, gauge_optimum(float_array(used), np.inf))
        low = sum_of_roots_square([dot(v, [dot(row, v) for row in Z]) for v in columns])
        high = schatten_bounds(shared_outer(columns, q), "inf")[1]
        proof = {"Z": [write_vector(row) for row in Z], "q": write_vector(q)}
    statement = {"columns": [write_vector(v) for v in columns], "low": write_number(low), "high": write_number(high)}
    return certificate("gauge", statement, proof)


def _rational_sides(columns: Matrix, found: GaugeOptimum) -> tuple[Matrix, Vector]:
    """Z ⪰ 0 of trace 1 and q ≥ 0 of sum 1, near the optimum."""
    d = len(columns[0])
    root_float: Floats = np.asarray(np.linalg.cholesky(found.metric + 1e-12 * np.eye(d)), dtype=np.float64)
    flat = rational(root_float.ravel(), 40)
    root = [flat[i * d : (i + 1) * d] for i in range(d)]
    gram = [[dot(first, second) for second in root] for first in root]
    trace, shares = sum(gram[i][i] for i in range(d)), iter(rational(found.shares, 40))
    q = [next(shares) if any(v) else Fraction(0) for v in columns]
    return tuple(tuple(entry / trace for entry in row) for row in gram), tuple(share / sum(q) for share in q)


def sum_of_roots_square(squares: list[Fraction]) -> Fraction:
    """A rational below (Σ √a_i)², as the checker of kind ``gauge`` computes it."""
    crossed = (sqrt_bounds(first * second)[0] for first, second in combinations(squares, 2))
    return sum(squares, Fraction(0)) + 2 * sum(crossed, Fraction(0))


def shared_outer(columns: Matrix, q: Vector) -> Matrix:
    """Σ v_iv_iᵀ/q_i over the columns with q_i > 0."""
    used, d = [(v, share) for v, share in zip(columns, q, strict=True) if share], len(columns[0])
    return tuple(tuple(sum((v[i] * v[j] / share for v, share in used), Fraction(0)) for j in range(d)) for i in range(d))


def gauge_square_over_metrics(instance: Instance) -> float:
    """max {(Σ √(v_iᵀZv_i))² : Z ⪰ 0, tr Z = 1}, as cvxpy states it."""
    import cvxpy as cp

    V = float_array(read_matrix(instance["columns"], "columns"))
    unit = float(abs(V).max())
    Z = cp.Variable((V.shape[1], V.shape[1]), PSD=True)
    model = cp.Problem(cp.Maximize(sum(cp.sqrt(cp.sum(cp.multiply(np.outer(v, v), Z))) for v in V / unit)), [cp.trace(Z) == 1])
    with warnings.catch_warnings():
        # Near the accuracy that is asked for the solver often says so; the comparison allows for it.
        warnings.simplefilter("ignore", UserWarning)
        value: Any = model.solve(solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    return float((value * unit) ** 2)


def direct_changed_radius(instance: Instance) -> float:
    """The least radius after the change of an instance of the invariance claim, by a direct model in cvxpy."""
    from theory.theorems.gauge_invariance import changed_problem

    p = {"frobenius": 2, "spectral": "inf"}.get(instance["set"], instance["set"].removeprefix("schatten:"))
    return direct_optimum({**changed_problem(instance), "p": p})
