"""Certificates of the max-entry row for the claims of ``theory/theorems``."""

from typing import Any

from numerics.solving import solve
from theory.bounds.operator_norms import norms_certificate
from theory.claim import Certificate, Instance
from theory.exact import certificate
from theory.exact.rational import read_matrix
from theory.network import Network, fit
from theory.problem import Problem


def planted(instance: Instance) -> Problem:
    """The problem whose targets are the outputs of the instance's network."""
    problem = Problem(read_matrix(instance["X"], "X"), ())
    network = Network.read(instance["network"])
    return Problem(problem.X, fit(problem, network))


def certify_gauge(instance: Instance) -> Certificate:
    """The large-width gauge for ``{"X", "network"}``."""
    return solve(planted(instance), "max-entry").certificate


def certify_few_neurons(instance: Instance) -> Certificate:
    """The least loss within a radius for ``{"X", "y", "width", "radius"}``."""
    problem = {"X": instance["X"], "y": instance["y"]}
    return solve(problem, "max-entry", "loss", radius=instance["radius"], width=instance["width"]).certificate


def certify_few_columns(instance: Instance) -> Certificate:
    """The same for the max-column set."""
    problem = {"X": instance["X"], "y": instance["y"]}
    return solve(problem, "max-column", "loss", radius=instance["radius"], width=instance["width"]).certificate


def certify_width_and_gauge(instance: Instance) -> Certificate:
    """The least radius at a width and the large-width gauge, for ``{"X", "network", "width"}``."""
    problem = planted(instance)
    return joined(solve(problem, "max-entry", width=instance["width"]).certificate, certify_gauge(instance))


def certify_two_gauges(instance: Instance) -> Certificate:
    """The large-width gauge of the max-entry and of the Frobenius set, for ``{"X", "network"}``."""
    return joined(certify_gauge(instance), solve(planted(instance), "frobenius").certificate)


def joined(*parts: dict[str, Any]) -> Certificate:
    """One certificate for several statements."""
    statements = [{"kind": part["kind"], "statement": part["statement"]} for part in parts]
    proofs = [{"of": k, "proof": part["proof"]} for k, part in enumerate(parts)]
    return certificate("conjunction", {"parts": statements}, {"parts": proofs})


def certify_norms(instance: Instance) -> Certificate:
    """The largest singular value, column and entry of U, squared, for ``{"U", "alpha"}``."""
    return norms_certificate(read_matrix(instance["U"], "U"), [("2", "2"), ("1", "2"), ("1", "inf")])
