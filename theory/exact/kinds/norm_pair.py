"""``norm-pair``: the norm of G, the dual norm of D, and ⟨G, D⟩.

    statement  {"norm": N, "G": [matrix, …], "D": [matrix, …]}, one matrix for each layer of the norm
    proof      {"G": [resolution, …], "D": [resolution, …]}, null but for layers of singular values

Facts: bounds of N(G), N*(D), and, for comparison, N*(G); the pairing; ‖G‖_F².
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import members
from theory.exact.norms import norm_bounds, pairing, read_atoms, read_layers, read_norm


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Read both points' atoms and evaluate."""
    members(statement, "statement", {"norm", "G", "D"})
    members(proof, "proof", {"G", "D"})
    norm = read_norm(statement["norm"])
    G, D = (read_layers(statement[name], norm, name) for name in ("G", "D"))
    atoms_G, atoms_D = (read_atoms(norm, point, proof[name], name) for name, point in (("G", G), ("D", D)))
    low, high = norm_bounds(norm, atoms_G)
    dual_low, dual_high = norm_bounds(norm.dual, atoms_D)
    return {
        "norm_low": low, "norm_high": high,
        "dual_norm_low": dual_low, "dual_norm_high": dual_high,
        "pairing": pairing(G, D),
        "own_dual_norm_high": norm_bounds(norm.dual, atoms_G)[1],
        "square": pairing(G, G),
    }
