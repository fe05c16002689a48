"""Certificates of the spectral and Schatten rows for the claims of ``theory/theorems``, and independent ways to the same."""

from typing import Any

from numerics.direct_schatten import direct_optimum
from numerics.solving import solve
from theory.claim import Certificate, Instance
from theory.exact.certificate import certificate
from theory.exact.rational import read_matrix, write_vector
from theory.network import Network, fit
from theory.problem import Problem


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
