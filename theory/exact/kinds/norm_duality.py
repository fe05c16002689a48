"""``norm-duality``: a point D of dual norm 1 (0 at zero) at which ⟨W, D⟩ reaches N(W).

    statement  {"norm": N, "W": [matrix, …]}
    proof      {"W": [resolution, …], "aligned": [matrix, …], "aligned_atoms": [resolution, …]}

D = "aligned" has to be the subgradient of N at W of least Frobenius norm, so that there is one proof only; that it is
in the dual ball and attains the norm is derived from D itself.
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.norms import aligned, norm_bounds, pairing, rational_norm, read_atoms, read_layers, read_norm


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Rebuild D, then measure it."""
    members(statement, "statement", {"norm", "W"})
    members(proof, "proof", {"W", "aligned", "aligned_atoms"})
    norm = read_norm(statement["norm"])
    W, D = read_layers(statement["W"], norm, "W"), read_layers(proof["aligned"], norm, "aligned")
    atoms = read_atoms(norm, W, proof["W"], "W")
    if aligned(norm, atoms, W) != D:
        raise Rejected("aligned: not the subgradient of least Frobenius norm")
    atoms_D = read_atoms(norm, D, proof["aligned_atoms"], "aligned")
    return {
        "norm": rational_norm(norm, atoms),
        "dual_norm": rational_norm(norm.dual, atoms_D),
        "pairing": pairing(W, D),
        "own_dual_norm": norm_bounds(norm.dual, atoms)[0],
        "square": pairing(W, W),
    }
