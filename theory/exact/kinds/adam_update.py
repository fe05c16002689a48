"""``adam-update``: the bias-corrected moments of Adam after a sequence of scalar gradients.

    statement  {"gradients": [g_1, …, g_t], "beta1": β1, "beta2": β2}      0 ≤ β1 < 1, 0 < β2 < 1, t ≥ 1
    proof      {"means": [m_1, …], "squares": [v_1, …]}: the moments before the correction, from m_0 = v_0 = 0
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import read_number, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Run both averages again.

    Returns:
        steps: t; mean and square: m_t/(1 − β1^t) and v_t/(1 − β2^t).
    """
    members(statement, "statement", {"gradients", "beta1", "beta2"})
    members(proof, "proof", {"means", "squares"})
    gradients = read_vector(statement["gradients"], "gradients")
    beta1, beta2 = read_number(statement["beta1"], "beta1"), read_number(statement["beta2"], "beta2")
    if not gradients or not 0 <= beta1 < 1 or not 0 < beta2 < 1:
        raise Rejected("at least one gradient, 0 ≤ β1 < 1 and 0 < β2 < 1 are wanted")
    t = len(gradients)
    stated = zip(read_vector(proof["means"], "means", t), read_vector(proof["squares"], "squares", t), strict=True)
    mean, square = Fraction(0), Fraction(0)
    for index, (gradient, (m, v)) in enumerate(zip(gradients, stated, strict=True)):
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        if (m, v) != (mean, square):
            raise Rejected(f"step {index + 1}: the moments are {mean} and {square}")
    return {"steps": t, "mean": mean / (1 - beta1**t), "square": square / (1 - beta2**t)}
