"""``frank-wolfe``: the Frank–Wolfe gap of a quadratic at W, on the set {W : ‖W_b‖_b ≤ R_b}, and what it says.

    statement  {"K": N, "L": [[…]], "b": […], "curvature": 1 or −1, "W": [matrix, …], "V": [matrix, …]}
    proof      {"W": [resolution, …], "V": [resolution, …], "gradient": [resolution, …]}

N = Σ_b R_b K_b is the support function of the set; w lists the entries of all layers, row by row, and
F(w) = curvature·½‖Lw‖² − ⟨b, w⟩. V is another point of the set. Facts: the gap N(∇F) + ⟨∇F, W⟩ and its two parts,
whether W is a KKT point by the definition with multipliers, F(W) − F(V), and the gauges of W and V.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.atoms import inner, is_zero
from theory.exact.certificate import Rejected, members
from theory.exact.norms import (
    Atoms,
    Layers,
    Norm,
    norm_bounds,
    pairing,
    rational_norm,
    read_atoms,
    read_layers,
    read_norm,
)
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Compute the gradient at W, then measure."""
    members(statement, "statement", {"K", "L", "b", "curvature", "W", "V"})
    members(proof, "proof", {"W", "V", "gradient"})
    norm, curvature = read_norm(statement["K"]), statement["curvature"]
    if norm.join != "sum" or type(curvature) is not int or curvature not in (1, -1):
        raise Rejected("K is a sum over layers, and the curvature is 1 or -1")
    W, V = (read_layers(statement[name], norm, name) for name in ("W", "V"))
    if [(len(a), len(a[0])) for a in W] != [(len(a), len(a[0])) for a in V]:
        raise Rejected("W and V differ in shape")
    w, v = flat(W), flat(V)
    L, b = read_matrix(statement["L"], "L", len(w)), read_vector(statement["b"], "b", len(w))
    G = shaped(gradient(L, b, curvature, w), W)
    atoms_W, atoms_V = (read_atoms(norm, point, proof[name], name) for name, point in (("W", W), ("V", V)))
    atoms_G = read_atoms(norm, G, proof["gradient"], "gradient")
    sizes = [_layer(norm.dual, index, atoms_W) for index in range(len(W))]
    duals = [_layer(norm, index, atoms_G) for index in range(len(W))]
    products = [inner(g, point) for g, point in zip(G, W, strict=True)]
    return {
        "gap": rational_norm(norm, atoms_G) + pairing(G, W),
        "complementarity": sum((k * (1 - size) for k, size in zip(duals, sizes, strict=True)), Fraction(0)),
        "alignment": sum((k * size + g for k, size, g in zip(duals, sizes, products, strict=True)), Fraction(0)),
        "kkt": all(_kkt(*layer) for layer in zip(G, duals, sizes, products, strict=True)),
        "suboptimality": value(L, b, curvature, w) - value(L, b, curvature, v),
        "gauge": max(sizes),
        "gauge_V": norm_bounds(norm.dual, atoms_V)[1],
        "gradient_zero": all(is_zero(g) for g in G),
        "gradient_dual": norm_bounds(norm.dual, atoms_G)[0],
        "pairing": pairing(G, W),
        "oracle_value": -rational_norm(norm, atoms_G),
    }


def _layer(norm: Norm, index: int, atoms: Atoms) -> Fraction:
    return rational_norm(Norm("sum", (norm.layers[index],)), (atoms[index],))


def _kkt(G: Matrix, dual: Fraction, size: Fraction, product: Fraction) -> bool:
    """−G = μD, D a subgradient of the layer's gauge at W, μ ≥ 0, μ(1 − gauge(W)) = 0, gauge(W) ≤ 1.

    Where W ≠ 0 a subgradient has ⟨D, W⟩ = gauge(W) and dual norm at most 1, so μ = −⟨G, W⟩/gauge(W) ≥ dual norm of G.
    """
    if size > 1 or is_zero(G):
        return size <= 1
    return size == 1 and -product / size >= dual


def gradient(L: Matrix, b: Vector, curvature: int, w: Vector) -> Vector:
    """curvature·LᵀLw − b."""
    image = [dot(row, w) for row in L]
    return tuple(
        curvature * sum((row[k] * y for row, y in zip(L, image, strict=True)), Fraction(0)) - entry
        for k, entry in enumerate(b)
    )


def value(L: Matrix, b: Vector, curvature: int, w: Vector) -> Fraction:
    """curvature·½‖Lw‖² − ⟨b, w⟩."""
    return curvature * sum((dot(row, w) ** 2 for row in L), Fraction(0)) / 2 - dot(b, w)


def flat(W: Layers) -> Vector:
    """The entries of all layers, row by row."""
    return tuple(entry for matrix in W for row in matrix for entry in row)


def shaped(entries: Vector, like: Layers) -> Layers:
    """The inverse of :func:`flat`."""
    rest = iter(entries)
    return tuple(tuple(tuple(next(rest) for _ in row) for row in matrix) for matrix in like)
