"""``operator-norms``: the squares of some operator norms of one matrix.

    statement  {"W": [[…]], "norms": [{"alpha": A, "beta": B, "square": [low, high]}, …]} with y = Wx, A, B in 1, 2, inf
    proof      {"maximisers": [v, …]}: for each norm the first vertex (of the α-ball; for α = 2 of the dual β-ball) at
               which the maximum is reached, and [] for 2→2, whose square is the largest eigenvalue of WᵀW
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.atoms import transposed
from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import DUAL, apply, ball_vertices, norm_square, operator_norm_square
from theory.exact.rational import Matrix, Vector, read_matrix, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute every norm from its definition.

    Returns:
        squares: the pairs (low, high) in the order stated; square: the upper end of the first.
    """
    members(statement, "statement", {"W", "norms"})
    members(proof, "proof", {"maximisers"})
    W, norms, maximisers = read_matrix(statement["W"], "W"), statement["norms"], proof["maximisers"]
    if not isinstance(norms, list) or not norms or not isinstance(maximisers, list) or len(norms) != len(maximisers):
        raise Rejected("norms and maximisers are lists of equal, positive length")
    squares: list[tuple[Fraction, Fraction]] = []
    for index, (norm, stated) in enumerate(zip(norms, maximisers, strict=True)):
        members(norm, f"norms[{index}]", {"alpha", "beta", "square"})
        square = operator_norm_square(W, norm["alpha"], norm["beta"])
        if read_vector(norm["square"], f"norms[{index}].square", 2) != square:
            raise Rejected(f"norms[{index}]: the square lies in [{square[0]}, {square[1]}], not as stated")
        maximiser = first_maximiser(W, norm["alpha"], norm["beta"], square[1])
        if read_vector(stated, f"maximisers[{index}]") != maximiser:
            raise Rejected(f"maximisers[{index}]: the first vertex that attains the norm is another")
        squares.append(square)
    return {"squares": tuple(squares), "square": squares[0][1]}


def first_maximiser(W: Matrix, alpha: str, beta: str, square: Fraction) -> Vector:
    """The first vertex at which ``square`` is reached; empty for 2→2."""
    if alpha == "2" and beta == "2":
        return ()
    if alpha == "2":
        W, alpha, beta = transposed(W), DUAL[beta], "2"
    return next(v for v in ball_vertices(alpha, len(W[0])) if norm_square(apply(W, v), beta) == square)
