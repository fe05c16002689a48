"""``frozen-layer``: gradient descent on W2 alone, for the loss ‖W2W1 − A‖_F²/‖A‖_F² with W1 frozen.

    statement  {"W1": h × n, "W2": p × h (the start), "A": p × n, not zero, "rate": η}
    proof      {"weights": [W2 after 1 step, after 2 steps, …]}, at least one

The partial derivatives are central differences of the loss, which are exact for a quadratic; no formula for the gradient
is used.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.atoms import added, inner, is_zero, product, scaled
from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import gram
from theory.exact.rational import Matrix, read_matrix, read_number
from theory.exact.spectrum import eigenvalue_bounds


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Take every step again.

    Returns:
        steps; weights and residual (W2W1 − A) at the end, and residual_start; squared_start and squared_end: ‖·‖_F² of the
        residuals; smallest and largest: enclosures of the extreme eigenvalues of W1ᵀW1.
    """
    members(statement, "statement", {"W1", "W2", "A", "rate"})
    members(proof, "proof", {"weights"})
    W1, W2, A = (read_matrix(statement[name], name) for name in ("W1", "W2", "A"))
    rate = read_number(statement["rate"], "rate")
    if not W1 or not W1[0] or not W2 or len(W2[0]) != len(W1) or len(A) != len(W2) or len(A[0]) != len(W1[0]):
        raise Rejected("W1, W2 and A do not fit together")
    if is_zero(A):
        raise Rejected("A: the loss is relative to A, which is zero")
    if not isinstance(proof["weights"], list) or not proof["weights"]:
        raise Rejected("weights: at least one step is wanted")
    weights = W2
    for index, stated in enumerate(proof["weights"]):
        weights = added(weights, scaled(_gradient(W1, weights, A), -rate))
        if read_matrix(stated, f"weights[{index}]", len(W1)) != weights:
            raise Rejected(f"weights[{index}]: the step leads elsewhere")
    start, end, eigenvalues = _residual(W1, W2, A), _residual(W1, weights, A), eigenvalue_bounds(gram(W1))
    return {
        "steps": len(proof["weights"]),
        "weights": weights,
        "residual": end,
        "residual_start": start,
        "squared_start": inner(start, start),
        "squared_end": inner(end, end),
        "smallest": eigenvalues[-1],
        "largest": eigenvalues[0],
    }


def _residual(W1: Matrix, W2: Matrix, A: Matrix) -> Matrix:
    return added(product(W2, W1), scaled(A, Fraction(-1)))


def _loss(W1: Matrix, W2: Matrix, A: Matrix) -> Fraction:
    residual = _residual(W1, W2, A)
    return inner(residual, residual) / inner(A, A)


def _gradient(W1: Matrix, W2: Matrix, A: Matrix) -> Matrix:
    def moved(i: int, j: int, by: int) -> Matrix:
        return tuple(tuple(e + by * ((i, j) == (k, m)) for m, e in enumerate(row)) for k, row in enumerate(W2))

    return tuple(
        tuple((_loss(W1, moved(i, j, 1), A) - _loss(W1, moved(i, j, -1), A)) / 2 for j in range(len(row)))
        for i, row in enumerate(W2)
    )
