"""Certificates that a norm of the family is attained in its dual ball, by the aligned subgradient. Untrusted."""

from typing import Any

from theory.claim import Certificate
from theory.exact import certificate
from theory.exact.norms import Layers, Norm, aligned, read_atoms
from theory.lion_k.layered import write_layers
from theory.lion_k.resolution import resolutions


def duality_statement(norm: Norm, W: Layers) -> dict[str, Any]:
    """What a ``norm-duality`` certificate states."""
    return {"norm": norm.write(), "W": write_layers(W)}


def duality_certificate(norm: Norm, W: Layers) -> Certificate:
    """A ``norm-duality`` certificate.

    Raises:
        InputError: when a singular value of W is irrational.
        Rejected: when the norm or its subgradient is irrational.
    """
    resolved = resolutions(norm, W)
    D = aligned(norm, read_atoms(norm, W, resolved, "W"), W)
    proof = {"W": resolved, "aligned": write_layers(D), "aligned_atoms": resolutions(norm, D)}
    return certificate("norm-duality", duality_statement(norm, W), proof)
