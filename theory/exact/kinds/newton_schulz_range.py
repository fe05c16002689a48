"""``newton-schulz-range``: the range of the k-th iterate of an odd quintic on an interval.

    statement  {"coefficients": [a, b, c], "interval": [low, high], "steps": k}      for p(x) = ax + bx³ + cx⁵, c ≠ 0, k ≥ 1
    proof      {"ranges": [{"low": [·, ·], "high": [·, ·]}, …]}: for each step enclosures of the minimum and the maximum of
               the iterates so far, as the checker rounds them
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.quintic import Quintic, Range
from theory.exact.rational import read_vector

#: More steps than any optimizer takes.
LARGEST_STEPS = 30


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute the range step by step.

    Returns:
        low, high: enclosures of the minimum and the maximum; least and greatest: their outer ends; lows: the
        enclosures of the minimum after each step.
    """
    members(statement, "statement", {"coefficients", "interval", "steps"})
    members(proof, "proof", {"ranges"})
    a, b, c = read_vector(statement["coefficients"], "coefficients", 3)
    low, high = read_vector(statement["interval"], "interval", 2)
    steps = statement["steps"]
    if c == 0 or low > high or type(steps) is not int or not 1 <= steps <= LARGEST_STEPS:
        raise Rejected(f"c ≠ 0, low ≤ high and between 1 and {LARGEST_STEPS} steps are wanted")
    if not isinstance(proof["ranges"], list) or len(proof["ranges"]) != steps:
        raise Rejected("ranges: one for each step is wanted")
    p, current, lows = Quintic(a, b, c), Range.between(low, high), []
    for index, entry in enumerate(proof["ranges"]):
        field = f"ranges[{index}]"
        members(entry, field, {"low", "high"})
        current = p.image(current)
        if read_vector(entry["low"], f"{field}.low", 2) != current.low:
            raise Rejected(f"{field}.low: the minimum is enclosed otherwise")
        if read_vector(entry["high"], f"{field}.high", 2) != current.high:
            raise Rejected(f"{field}.high: the maximum is enclosed otherwise")
        lows.append(current.low)
    ends = {"least": current.low[0], "greatest": current.high[1]}
    return {"low": current.low, "high": current.high, **ends, "lows": tuple(lows)}
