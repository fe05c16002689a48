"""``ball-projection``: the projection P of C on the ball {W : N(W) ≤ 1}, against another point V.

    statement  {"norm": N, "C": [matrix, …], "V": [matrix, …]}
    proof      {"projection": {…} (see ``theory.exact.projection``), "V": [resolution, …], "C": [resolution, …]}

Facts: the squared distances ‖C − P‖², ‖C − V‖², ‖V − P‖², ‖C‖², bounds of N(V) and N(C), and ‖P‖².
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import members
from theory.exact.norms import Layers, norm_bounds, pairing, read_atoms, read_layers, read_norm
from theory.exact.projection import difference, read_projection


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Verify the projection, then measure distances."""
    members(statement, "statement", {"norm", "C", "V"})
    members(proof, "proof", {"projection", "V", "C"})
    norm = read_norm(statement["norm"])
    C, V = (read_layers(statement[name], norm, name) for name in ("C", "V"))
    P = read_projection(norm, C, proof["projection"], "projection")
    return {
        "distance": square(difference(C, P)),
        "distance_V": square(difference(C, V)),
        "between": square(difference(V, P)),
        "square_C": square(C),
        "square_P": square(P),
        "norm_V": norm_bounds(norm, read_atoms(norm, V, proof["V"], "V"))[1],
        "norm_C": norm_bounds(norm, read_atoms(norm, C, proof["C"], "C"))[0],
    }


def square(W: Layers) -> Fraction:
    """‖W‖_F² over all layers."""
    return pairing(W, W)
