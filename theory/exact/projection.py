"""Projections on a ball, verified: P is the point of {W : N(W) ≤ 1} nearest to C when

    N(P) ≤ 1   and   ⟨C − P, P⟩ = N*(C − P).

For then ⟨C − P, V − P⟩ ≤ N*(C − P)N(V) − N*(C − P) ≤ 0 for every V of the ball, so ‖C − V‖² ≥ ‖C − P‖² + ‖V − P‖².
The projection is unique, so only one P passes.
"""

from fractions import Fraction
from typing import Any

from theory.exact.atoms import added, scaled
from theory.exact.certificate import Rejected, members
from theory.exact.norms import Layers, Norm, pairing, rational_norm, read_atoms, read_layers


def read_projection(norm: Norm, C: Layers, proof: Any, field: str) -> Layers:
    """The projection of C from ``{"point": [matrix, …], "point_atoms": [resolution, …], "normal": [resolution, …]}``.

    Raises:
        Rejected: when the point is not the projection, or a norm is irrational.
    """
    members(proof, field, {"point", "point_atoms", "normal"})
    P = read_layers(proof["point"], norm, f"{field}.point")
    if rational_norm(norm, read_atoms(norm, P, proof["point_atoms"], f"{field}.point")) > 1:
        raise Rejected(f"{field}: the point is outside the ball")
    normal = difference(C, P)
    if rational_norm(norm.dual, read_atoms(norm, normal, proof["normal"], f"{field}.normal")) != pairing(normal, P):
        raise Rejected(f"{field}: what is left is no normal of the ball at the point")
    return P


def difference(left: Layers, right: Layers) -> Layers:
    """Layer by layer.

    Raises:
        Rejected: when the shapes differ.
    """
    if [(len(a), len(a[0])) for a in left] != [(len(b), len(b[0])) for b in right]:
        raise Rejected("two points of different shape")
    return tuple(added(a, scaled(b, Fraction(-1))) for a, b in zip(left, right, strict=True))
