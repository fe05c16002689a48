"""``decoupled-decay``: iterates W ← (1 − ηλ)W − ηS with decoupled weight decay, and their operator norms.

    statement  {"start": W_0, "updates": [S_1, …], "rates": [η_1, …], "decay": λ, "alpha": A, "beta": B}, at least one step
    proof      {"iterates": [W_1, …]}
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.atoms import added, scaled
from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import operator_norm_square
from theory.exact.rational import Matrix, read_matrix, read_number, read_vector, sqrt_bounds


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Take every step again.

    Returns:
        start, end: enclosures of ‖W_0‖ and ‖W_T‖ in α→β; end_high: the upper end of the latter; shrink: Π(1 − η_tλ);
        multiple: (q,) where W_T = q·W_0 and W_0 ≠ 0, else ().
    """
    members(statement, "statement", {"start", "updates", "rates", "decay", "alpha", "beta"})
    members(proof, "proof", {"iterates"})
    start, decay = read_matrix(statement["start"], "start"), read_number(statement["decay"], "decay")
    rates = read_vector(statement["rates"], "rates")
    updates, iterates = statement["updates"], proof["iterates"]
    if not isinstance(updates, list) or not isinstance(iterates, list) or not len(updates) == len(rates) == len(iterates):
        raise Rejected("updates, rates and iterates are lists of equal length")
    W, shrink = start, Fraction(1)
    for index, (rate, update, stated) in enumerate(zip(rates, updates, iterates, strict=True)):
        S = read_matrix(update, f"updates[{index}]")
        if len(S) != len(W) or any(len(row) != len(W[0]) for row in S):
            raise Rejected(f"updates[{index}]: its shape is not that of W")
        W = added(scaled(W, 1 - rate * decay), scaled(S, -rate))
        shrink *= 1 - rate * decay
        if read_matrix(stated, f"iterates[{index}]") != W:
            raise Rejected(f"iterates[{index}]: the step leads elsewhere")
    before, after = (norm_enclosure(matrix, statement["alpha"], statement["beta"]) for matrix in (start, W))
    return {
        "start": before, "end": after, "end_high": after[1], "shrink": shrink, "multiple": _multiple(start, W),
    }


def _multiple(start: Matrix, end: Matrix) -> tuple[Fraction, ...]:
    pairs = [(a, b) for rows in zip(start, end, strict=True) for a, b in zip(*rows, strict=True)]
    ratios = {b / a for a, b in pairs if a}
    return tuple(ratios) if len(ratios) == 1 and not any(b for a, b in pairs if not a) else ()


def norm_enclosure(W: Matrix, alpha: str, beta: str) -> tuple[Fraction, Fraction]:
    """low ≤ ‖W‖_{α→β} ≤ high, equal when the norm is rational."""
    low, high = operator_norm_square(W, alpha, beta)
    return sqrt_bounds(low)[0], sqrt_bounds(high)[1]
