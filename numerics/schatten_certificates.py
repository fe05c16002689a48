"""Certificates of the spectral and Schatten rows for the claims of ``theory/theorems``, and independent ways to the same."""

from fractions import Fraction
from typing import Any

import numpy as np

from numerics.direct_schatten import direct_optimum
from numerics.dual_gauge import Floats
from numerics.solving import solve
from theory.claim import Certificate, Instance
from theory.exact.certificate import certificate
from theory.exact.norms import power_bounds
from theory.exact.rational import dot, read_matrix, read_number, sqrt_bounds, write_number, write_vector
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
