"""``nexus-steps``: k inner steps of Nexus, θ_m = θ_{m−1} − γ d_m(θ_{m−1}), d_m = ∇ℓ_m/‖∇ℓ_m‖, and what expansions leave.

    statement  {"losses": [{…}, …], "order": [which loss at step 1, 2, …], "theta": θ_0, "rate": γ}, k ≥ 2 steps
    proof      {"errors": [[low, high], …], "residual": [low, high]}

With Δ_j = θ_j − θ_0 and Δ̃_j = −γ Σ_{l ≤ j} d_l(θ_0), ``errors`` enclose ‖Δ_j − Δ̃_j‖² for j = 2 … k, and ``residual`` encloses
‖R‖², R = γ Σ_m (∇ℓ_m(θ_{m−1}) − g_m − H_mΔ_{m−1} − ½∇³ℓ_m[Δ̃_{m−1}, Δ̃_{m−1}]), derivatives at θ_0. By ball arithmetic.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from theory.exact.balls import PRECISION, Ball, ball, enclosure
from theory.exact.certificate import Rejected, members
from theory.exact.rational import Vector, read_number, read_vector
from theory.exact.ridge_loss import RidgeLoss, inner

#: Squared residuals are of order γ⁸: enclosures are on this finer grid.
BITS = 224

#: Steps that are followed.
LARGEST_STEPS = 20


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Take the steps again.

    Returns:
        errors, residual: as stated; scaled_error and scaled_residual: upper ends of ‖Δ_k − Δ̃_k‖²/γ⁴ and ‖R‖²/γ⁸.
    """
    members(statement, "statement", {"losses", "order", "theta", "rate"})
    members(proof, "proof", {"errors", "residual"})
    theta, rate = read_vector(statement["theta"], "theta"), read_number(statement["rate"], "rate")
    if not isinstance(statement["losses"], list) or not theta or rate <= 0:
        raise Rejected("a list of losses, a point of at least one entry and a positive rate are wanted")
    losses = [RidgeLoss.read(data, f"losses[{i}]", len(theta)) for i, data in enumerate(statement["losses"])]
    order = statement["order"]
    if not isinstance(order, list) or not 2 <= len(order) <= LARGEST_STEPS:
        raise Rejected(f"order: between 2 and {LARGEST_STEPS} steps are wanted")
    if not all(type(which) is int and 0 <= which < len(losses) for which in order):
        raise Rejected("order: each step names a loss")
    facts = derive([losses[which] for which in order], theta, rate)
    if not isinstance(proof["errors"], list) or len(proof["errors"]) != len(order) - 1:
        raise Rejected("errors: one for each step from the second is wanted")
    for index, entry in enumerate(proof["errors"]):
        if read_vector(entry, f"errors[{index}]", 2) != facts["errors"][index]:
            raise Rejected(f"errors[{index}]: the enclosure is another")
    if read_vector(proof["residual"], "residual", 2) != facts["residual"]:
        raise Rejected("residual: the enclosure is another")
    return facts


def derive(steps: Sequence[RidgeLoss], theta: Vector, rate: Fraction) -> dict[str, Any]:
    """The facts, for the losses in the order in which they are stepped on.

    Raises:
        Rejected: when a gradient may vanish on the way.
    """
    from flint import ctx

    with ctx.workprec(PRECISION):
        losses, gamma = [loss.converted(ball) for loss in steps], ball(rate)
        start = [ball(value) for value in theta]
        zero = [ball(Fraction(0))] * len(start)
        moved, predicted, residual, errors = zero, zero, zero, []
        for loss in losses:
            gradient = loss.gradient(_plus(start, moved))
            here, curved = loss.gradient(start), loss.third(start, predicted, predicted)
            turned = [inner(row, moved) for row in loss.hessian(start)]
            left = zip(residual, gradient, here, turned, curved, strict=True)
            residual = [r + gamma * (g - b - h - t / 2) for r, g, b, h, t in left]
            moved = _plus(moved, _unit(gradient, -gamma))
            predicted = _plus(predicted, _unit(here, -gamma))
            difference = [a - b for a, b in zip(moved, predicted, strict=True)]
            errors.append(_squared(difference))
        squares, last = tuple(errors[1:]), _squared(residual)
    return {
        "errors": squares,
        "residual": last,
        "scaled_error": squares[-1][1] / rate**4,
        "scaled_residual": last[1] / rate**8,
    }


def _plus(left: Sequence[Ball], right: Sequence[Ball]) -> list[Ball]:
    return [a + b for a, b in zip(left, right, strict=True)]


def _unit(vector: Sequence[Ball], factor: Ball) -> list[Ball]:
    """factor · vector/‖vector‖."""
    length = inner(vector, vector).sqrt()
    return [factor * value / length for value in vector]


def _squared(vector: Sequence[Ball]) -> tuple[Fraction, Fraction]:
    low, high = enclosure(inner(vector, vector), BITS)
    return max(low, Fraction(0)), high
