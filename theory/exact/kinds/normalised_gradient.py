"""``normalised-gradient``: how much d = ∇ℓ/‖∇ℓ‖ and its Jacobian change between two points, and the constants on the way.

    statement  {"loss": {…}, "from": x, "to": y}        a loss of theory/exact/ridge_loss.py
    proof      {"floor": …, "hessian": …, "third": …, "direction": [low, high], "jacobian": [low, high]}

On the segment from x to y: ‖∇ℓ‖² ≥ floor > 0, ‖∇²ℓ‖² ≤ hessian, ‖∇³ℓ‖² ≤ third. ``direction`` encloses ‖d(y) − d(x)‖²,
``jacobian`` the squared spectral norm of J(y) − J(x), J = (I − ddᵀ)∇²ℓ/‖∇ℓ‖, both by ball arithmetic.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from theory.exact.balls import PRECISION, Ball, ball, enclosure, outwards
from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import operator_norm_square
from theory.exact.rational import about, dot, read_number, read_vector, sqrt_bounds
from theory.exact.ridge_loss import RidgeLoss, inner


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute the constants and both changes.

    Returns:
        floor, hessian, third, direction, jacobian: as stated; direction_high, jacobian_high: their upper ends;
        distance_square: ‖y − x‖².
    """
    members(statement, "statement", {"loss", "from", "to"})
    members(proof, "proof", {"floor", "hessian", "third", "direction", "jacobian"})
    start, end = read_vector(statement["from"], "from"), read_vector(statement["to"], "to")
    if len(start) != len(end):
        raise Rejected("from and to have different lengths")
    loss = RidgeLoss.read(statement["loss"], "loss", len(start))
    facts = derive(loss, start, end)
    for name in ("floor", "hessian", "third"):
        if read_number(proof[name], name) != facts[name]:
            raise Rejected(f"{name}: it is {about(facts[name])}")
    for name in ("direction", "jacobian"):
        if read_vector(proof[name], name, 2) != facts[name]:
            raise Rejected(f"{name}: the enclosure is another")
    return facts


def derive(loss: RidgeLoss, start: Sequence[Fraction], end: Sequence[Fraction]) -> dict[str, Any]:
    """All facts about one loss and two points.

    Raises:
        Rejected: when the gradient may vanish between them.
    """
    floor = loss.gradient_floor(start, end)
    if floor <= 0:
        raise Rejected("floor: the gradient may vanish between the points")
    difference = [b - a for a, b in zip(start, end, strict=True)]
    s = sorted((dot(loss.ridge, start), dot(loss.ridge, end)))
    direction, jacobian = _changes(loss, start, end)
    return {
        "floor": floor,
        "hessian": loss.hessian_ceiling((s[0], s[1])),
        "third": loss.third_ceiling((s[0], s[1])),
        "direction": direction,
        "direction_high": direction[1],
        "jacobian": jacobian,
        "jacobian_high": jacobian[1],
        "distance_square": dot(difference, difference),
    }


def _changes(
    loss: RidgeLoss, start: Sequence[Fraction], end: Sequence[Fraction]
) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    from flint import ctx

    if list(start) == list(end):
        return (Fraction(0), Fraction(0)), (Fraction(0), Fraction(0))
    with ctx.workprec(PRECISION):
        exact = loss.converted(ball)
        (d0, J0), (d1, J1) = (_direction(exact, [ball(value) for value in point]) for point in (start, end))
        moved = [b - a for a, b in zip(d0, d1, strict=True)]
        entries = [[enclosure(b - a) for a, b in zip(*rows, strict=True)] for rows in zip(J0, J1, strict=True)]
        parallel = _same_direction(loss.gradient(start), loss.gradient(end))
        turned = (Fraction(0), Fraction(0)) if parallel else enclosure(inner(moved, moved))
        return turned, spectral_enclosure(entries)


def _same_direction(left: Sequence[Fraction], right: Sequence[Fraction]) -> bool:
    """One vector is a positive multiple of the other: equality in the Cauchy–Schwarz inequality."""
    product = dot(left, right)
    return product > 0 and product**2 == dot(left, left) * dot(right, right)


def _direction(loss: RidgeLoss, theta: Sequence[Ball]) -> tuple[list[Ball], list[list[Ball]]]:
    """d and J at one point."""
    gradient, hessian = loss.gradient(theta), loss.hessian(theta)
    length = inner(gradient, gradient).sqrt()
    d = [value / length for value in gradient]
    shares = [inner(d, row) for row in hessian]
    return d, [[(h - u * share) / length for h, share in zip(row, shares, strict=True)]
               for u, row in zip(d, hessian, strict=True)]


def spectral_enclosure(entries: list[list[tuple[Fraction, Fraction]]]) -> tuple[Fraction, Fraction]:
    """The squared spectral norm of a matrix known entry by entry: that of the middle, give or take the radii."""
    middle = tuple(tuple((low + high) / 2 for low, high in row) for row in entries)
    spread = sqrt_bounds(sum(((high - low) ** 2 / 4 for row in entries for low, high in row), Fraction(0)))[1]
    low, high = operator_norm_square(middle, "2", "2")
    least, greatest = sqrt_bounds(low)[0] - spread, sqrt_bounds(high)[1] + spread
    return outwards(max(least, Fraction(0)) ** 2, greatest**2)
