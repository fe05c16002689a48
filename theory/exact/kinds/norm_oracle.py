"""``norm-oracle``: a direction D, its operator norm, and how much of the dual norm of G it attains.

    statement  {"alpha": A, "beta": B, "G": [[…]], "direction": [[…]], "dual_bound": b} with y = Wx, A, B in 1, 2, inf
    proof      {"atoms": [{"weight": w, "left": z, "right": x}, …]} with G = Σ w z xᵀ, w > 0, ‖z‖_{β*} ≤ 1, ‖x‖_α ≤ 1

Every D' with ‖D'‖_{α→β} ≤ 1 has ⟨G, D'⟩ = Σ w zᵀD'x ≤ Σ w = b. Atoms are listed in strictly falling order, so that a
proof has one form.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import DUAL, in_unit_ball, norm_square, operator_norm_square
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector

Atom = tuple[Fraction, Vector, Vector]


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute the norm of the direction, the inner product and the dual bound.

    Returns:
        in_ball: ‖D‖ ≤ 1; norm_square: an upper end for ‖D‖², and norm_square_low a lower one; attained: ⟨G, D⟩;
        dual_bound: b.
    """
    members(statement, "statement", {"alpha", "beta", "G", "direction", "dual_bound"})
    members(proof, "proof", {"atoms"})
    alpha, beta = statement["alpha"], statement["beta"]
    G = read_matrix(statement["G"], "G")
    D = read_matrix(statement["direction"], "direction")
    if len(D) != len(G) or not G or len(D[0]) != len(G[0]):
        raise Rejected("direction: its shape is not that of G")
    low, high = operator_norm_square(D, alpha, beta)
    atoms = _read_atoms(proof["atoms"], G, DUAL[beta], alpha)
    bound = sum((weight for weight, _, _ in atoms), Fraction(0))
    if read_number(statement["dual_bound"], "dual_bound") != bound:
        raise Rejected(f"dual_bound: the weights add up to {bound}")
    attained = sum((dot(g, d) for g, d in zip(G, D, strict=True)), Fraction(0))
    inside = in_unit_ball(D, alpha, beta)
    return {
        "in_ball": inside, "norm_square": high, "norm_square_low": low, "attained": attained, "dual_bound": bound
    }


def _read_atoms(value: Any, G: Matrix, left_norm: str, right_norm: str) -> list[Atom]:
    if not isinstance(value, list):
        raise Rejected("atoms: a list is wanted")
    atoms: list[Atom] = []
    for index, entry in enumerate(value):
        field = f"atoms[{index}]"
        members(entry, field, {"weight", "left", "right"})
        atom = (
            read_number(entry["weight"], f"{field}.weight"),
            read_vector(entry["left"], f"{field}.left", len(G)),
            read_vector(entry["right"], f"{field}.right", len(G[0])),
        )
        if atom[0] <= 0 or norm_square(atom[1], left_norm) > 1 or norm_square(atom[2], right_norm) > 1:
            raise Rejected(f"{field}: a positive weight and vectors in their unit balls are wanted")
        if not any(atom[1]) or not any(atom[2]):
            raise Rejected(f"{field}: an atom is zero")
        atoms.append(atom)
    if any(later >= earlier for earlier, later in pairwise(atoms)):
        raise Rejected("atoms: not in strictly falling order")
    for i, row in enumerate(G):
        for j, entry in enumerate(row):
            if entry != sum((weight * left[i] * right[j] for weight, left, right in atoms), Fraction(0)):
                raise Rejected(f"atoms: they do not add up to G at ({i}, {j})")
    return atoms
