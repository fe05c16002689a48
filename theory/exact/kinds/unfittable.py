"""No two-layer ReLU network, of any width, has the outputs y on the rows of X.

Let Σ_i μ_i (x_iᵀu)_+ = 0 for all u. Then μᵀf = 0 for every network, while μᵀy = 1.
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.kinks import kink_sum
from theory.exact.rational import dot, read_matrix, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The fact: fittable is False."""
    members(statement, "statement", {"X", "y"})
    members(proof, "proof", {"dual"})
    X = read_matrix(statement["X"], "X")
    if not X or not X[0]:
        raise Rejected("X: at least one row and one column are wanted")
    y, mu = read_vector(statement["y"], "y", len(X)), read_vector(proof["dual"], "dual", len(X))
    if any(m and not t and not any(row) for m, t, row in zip(mu, y, X, strict=True)):
        raise Rejected("dual: not zero where the row and the target are zero, which tells nothing")
    if not kink_sum(X, mu).vanishes:
        raise Rejected("dual: some ReLU is not orthogonal to it")
    if dot(mu, y) != 1:
        raise Rejected("dual: its product with y is not 1")
    return {"fittable": False}
