"""Rational matrices taken apart by their rational singular values: what the exact checker asks for. Untrusted.

W = Σ_k s_k A_k with the distinct singular values s_1 > s_2 > … > 0 and partial isometries A_k = W E_k / s_k, E_k the
orthogonal projection on the eigenspace of WᵀW at s_k². E_k is a polynomial in WᵀW, hence rational when all s_k are; no
singular *vector* has to be.
"""

from fractions import Fraction
from math import isqrt
from typing import Any

from theory.exact.atoms import added, product, scaled, transposed
from theory.exact.norms import Layers, Norm
from theory.exact.rational import InputError, Matrix, write_number, write_vector


def resolutions(norm: Norm, matrices: Layers) -> list[Any]:
    """For every layer the resolution that the checker reads: None unless its profile is singular-values."""
    return [
        resolution(matrix) if layer.profile == "singular-values" else None
        for layer, matrix in zip(norm.layers, matrices, strict=True)
    ]


def resolution(W: Matrix) -> list[dict[str, Any]]:
    """``[{"value": s_k, "isometry": A_k}, …]`` with s_k falling.

    Raises:
        InputError: when a singular value is irrational.
    """
    gram = product(transposed(W), W)
    squares = _rational_eigenvalues(gram)
    terms = []
    for square in squares:
        if square:
            root = _root(square)
            terms.append((root, scaled(product(W, _projection(gram, square, squares)), 1 / root)))
    terms.sort(key=lambda term: -term[0])
    return [{"value": write_number(s), "isometry": [write_vector(row) for row in A]} for s, A in terms]


def _rational_eigenvalues(gram: Matrix) -> list[Fraction]:
    import flint

    size = len(gram)
    entries = [flint.fmpq(entry.numerator, entry.denominator) for row in gram for entry in row]
    roots = flint.fmpq_mat(size, size, entries).charpoly().roots()
    if sum(count for _, count in roots) != size:
        raise InputError("matrix", "a singular value is irrational; an exact certificate needs rational ones")
    return [Fraction(int(root.p), int(root.q)) for root, _ in roots]


def _root(square: Fraction) -> Fraction:
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root**2 != square:
        raise InputError("matrix", f"the singular value √{square} is irrational; an exact certificate needs rationals")
    return root


def _projection(gram: Matrix, at: Fraction, eigenvalues: list[Fraction]) -> Matrix:
    """Lagrange's polynomial in the Gram matrix that is 1 at one eigenvalue and 0 at the others."""
    size = range(len(gram))
    identity: Matrix = tuple(tuple(Fraction(i == j) for j in size) for i in size)
    found = identity
    for other in eigenvalues:
        if other != at:
            found = product(found, scaled(added(gram, scaled(identity, -other)), 1 / (at - other)))
    return found
