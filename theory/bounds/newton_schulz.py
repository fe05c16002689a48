"""The Newton–Schulz polynomial of Muon as shipped: what five steps of it do to singular values, in exact arithmetic.

One step maps a singular value x to p(x) = 3.4445x − 4.7750x³ + 2.0315x⁵. The composition does not converge to 1: p maps
[0, 1.2024] into itself, five steps bring everything from 0.003 upwards into [0.6818, 1.2024], and smaller values stay below
3.4445⁵ ≈ 485 times what they were. Low precision is not covered here.
"""

from typing import Any

from theory.exact.certificate import certificate
from theory.exact.quintic import Quintic, Range
from theory.exact.rational import read_vector, write_vector

#: a, b, c of Muon, as printed in its code.
COEFFICIENTS = ("3.4445", "-4.7750", "2.0315")

#: Steps that Muon takes.
STEPS = 5

#: The radius that is claimed to be kept: p maps [0, RADIUS] into itself.
RADIUS = "1.2024"


def range_certificate(
    interval: list[int | str], steps: int = STEPS, coefficients: tuple[str, str, str] = COEFFICIENTS
) -> dict[str, Any]:
    """A ``newton-schulz-range`` certificate for ``steps`` steps on an interval."""
    p = Quintic(*read_vector(coefficients, "coefficients", 3))
    current, ranges = Range.between(*read_vector(interval, "interval", 2)), []
    for _ in range(steps):
        current = p.image(current)
        ranges.append({"low": write_vector(current.low), "high": write_vector(current.high)})
    statement = {"coefficients": list(coefficients), "interval": interval, "steps": steps}
    return certificate("newton-schulz-range", statement, {"ranges": ranges})
