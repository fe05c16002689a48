"""Certificates of convex reformulations for the claims of ``theory/theorems``."""

from numerics.solving import solve
from theory.claim import Certificate, Instance


def certify_penalised(instance: Instance) -> Certificate:
    """The interval of the weight-decay optimum for an instance ``{"X", "y", "beta"}``."""
    problem = {"X": instance["X"], "y": instance["y"]}
    return solve(problem, "frobenius", objective="penalised", beta=instance["beta"]).certificate
