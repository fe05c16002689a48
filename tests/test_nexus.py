"""Nexus: derivatives of the test losses, constants on segments, and the figures of the identities, by other means."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from theory.bounds.inner_steps import regulariser_certificate
from theory.bounds.nexus import changes_certificate, displacement_bound, residual_bound, steps_certificate
from theory.exact import Rejected, check
from theory.exact.ridge_loss import RidgeLoss, reach
from theory.theorems.nexus_lipschitz import OBLIQUE, constant
from theory.theorems.nexus_regulariser import CANCELLING, ISOTROPIC, ORTHOGONAL, WITNESS
from theory.theorems.nexus_residual import FOURTH, QUARTIC, TURNING, fourth_room, third_room

LOSS = {"linear": [3, -4], "quadratic": [[1, 2], [2, -1]], "ridge": [1, 2], "cubic": 3, "quartic": "-1/2"}


def ridge_loss() -> RidgeLoss:
    return RidgeLoss.read(LOSS, "loss")


def value(theta: Any) -> Any:
    H, s = np.array(LOSS["quadratic"]), theta[0] + 2 * theta[1]
    return np.dot(LOSS["linear"], theta) + theta @ H @ theta / 2 + 3 * s**3 / 6 - s**4 / 48


def exact(values: Any) -> list[Fraction]:
    return [Fraction(float(v)) for v in values]


def test_gradient_hessian_and_third_derivative_are_those_of_the_loss() -> None:
    theta, a, h = np.array([0.3, -0.2]), np.array([1.0, 0.5]), 1e-4
    gradient = [(value(theta + h * e) - value(theta - h * e)) / (2 * h) for e in np.eye(2)]
    assert np.allclose(gradient, [float(v) for v in ridge_loss().gradient(exact(theta))], atol=1e-6)
    hessian = np.array([[float(v) for v in row] for row in ridge_loss().hessian(exact(theta))])
    ahead, behind = (np.array([float(v) for v in ridge_loss().gradient(exact(theta + s * h * a))]) for s in (1, -1))
    assert np.allclose(hessian @ a, (ahead - behind) / (2 * h), atol=1e-6)
    middle = np.array([float(v) for v in ridge_loss().gradient(exact(theta))])
    third = [float(v) for v in ridge_loss().third(exact(theta), exact(a), exact(a))]
    assert np.allclose(third, (ahead + behind - 2 * middle) / h**2, atol=1e-3)


@pytest.mark.parametrize("end", [(1, 0), (-1, 1), ("1/7", -2)])
def test_constants_bound_the_derivatives_along_a_segment(end: tuple[Any, Any]) -> None:
    loss, start = ridge_loss(), [Fraction(0), Fraction(0)]
    stop = [Fraction(v) for v in end]
    s = sorted((Fraction(0), stop[0] + 2 * stop[1]))
    floor, hessian, third = loss.gradient_floor(start, stop), loss.hessian_ceiling((s[0], s[1])), loss.third_ceiling(
        (s[0], s[1]))
    seen: list[tuple[float, float, float]] = []
    for t in np.linspace(0, 1, 400):
        theta = [Fraction(float(t)) * v for v in stop]
        H = np.array([[float(v) for v in row] for row in loss.hessian(theta)])
        slope = float(3 + Fraction(-1, 2) * (theta[0] + 2 * theta[1]))
        seen.append((sum(float(v) ** 2 for v in loss.gradient(theta)), np.linalg.norm(H, 2) ** 2, slope**2 * 125))
    gradients, hessians, thirds = np.array(seen).T
    assert 0.97 * gradients.min() - 0.05 <= float(floor) <= gradients.min() + 1e-9
    assert hessians.max() - 1e-9 <= float(hessian) <= hessians.max() * 1.001
    assert thirds.max() - 1e-9 <= float(third) <= thirds.max() * 1.001


def test_a_gradient_that_vanishes_between_the_points_is_refused() -> None:
    loss = {**LOSS, "linear": [-1, 0], "quadratic": [[1, 0], [0, 1]], "cubic": 0, "quartic": 0}
    with pytest.raises(Rejected, match="vanish"):
        changes_certificate({"loss": loss, "from": [0, 0], "to": [2, 0]})


def test_reach_covers_the_ball() -> None:
    low, high = reach([Fraction(3), Fraction(4)], [Fraction(1), Fraction(0)], Fraction(1, 2))
    assert (low, high) == (Fraction(1, 2), Fraction(11, 2))


def test_the_sharp_constant_is_met_by_a_short_oblique_step() -> None:
    facts = check(changes_certificate(OBLIQUE)).facts
    ratio = float(facts["jacobian"][0] / facts["distance_square"]) ** 0.5
    assert ratio == pytest.approx(2 / 3**0.5 * float(constant(OBLIQUE, "L")) ** 2, rel=1e-4)


def test_turning_steps_nearly_reach_the_sharp_sum_and_stay_below_the_printed_one() -> None:
    rate, G, L = (constant(TURNING, name) for name in ("rate", "G", "L"))
    errors = check(steps_certificate(TURNING)).facts["errors"]
    for j, (low, high) in enumerate(errors, start=2):
        assert 0.95 < float(low) ** 0.5 / float(L / G * rate**2 * j * (j - 1) / 2) <= 1
        assert float(high) ** 0.5 < float(displacement_bound(j, rate, G, L))


def test_the_residual_needs_the_fourth_derivative() -> None:
    narrow = FOURTH.outside
    assert third_room(narrow) >= 0 > fourth_room(narrow)
    facts = check(steps_certificate(narrow)).facts
    rate, G, L, M3 = (constant(narrow, name) for name in ("rate", "G", "L", "M3"))
    assert facts["residual"][0] > residual_bound(4, rate, G, L, M3) ** 2
    M3 = constant(QUARTIC, "M3")
    assert facts["residual"][1] < residual_bound(4, rate, G, L, M3) ** 2


def test_a_cubic_on_a_line_is_its_expansion() -> None:
    loss = {"linear": [5], "quadratic": [[2]], "ridge": [1], "cubic": 3, "quartic": 0}
    facts = check(steps_certificate({"losses": [loss], "order": [0] * 4, "theta": ["1/2"], "rate": "1/10"})).facts
    assert facts["residual"][1] < Fraction(1, 2**200)
    assert facts["errors"][-1][1] < Fraction(1, 2**200)


def test_the_residual_bound_is_the_printed_one() -> None:
    one = Fraction(1)
    assert residual_bound(1, one, one, one, one) == Fraction(1, 24) + Fraction(1, 8) + Fraction(1, 40)
    assert residual_bound(2, one, one * 2, one * 3, one * 5) == (
        16 * (Fraction(5, 24) + Fraction(15, 16)) + 32 * Fraction(45, 160)
    )


def test_the_witness_breaks_the_boxed_identity_and_the_others_keep_it() -> None:
    facts = check(regulariser_certificate(WITNESS)).facts
    # By hand: H_1g_1 = (3, 0), its part across g_1 is (48, −36)/25, and b_1 that over 25; b_2 = 0 as H_2 = I; g_1ᵀg_2 = 63.
    b1, g1, g2 = facts["bent"][0], (3, 4), (5, 12)
    assert b1 == (Fraction(48, 625), Fraction(-36, 625))
    along = b1[0] * g2[0] + b1[1] * g2[1]
    defect = [63 * b - along * g for b, g in zip(b1, g1, strict=True)]
    assert facts["defect_square"] == sum(value**2 for value in defect) > 0
    for kept in (ISOTROPIC, CANCELLING, ORTHOGONAL):
        assert check(regulariser_certificate(kept)).facts["defect_square"] == 0


def test_one_loss_drawn_twice_breaks_the_boxed_identity_though_its_cosine_is_constant() -> None:
    loss = {"linear": [1, 1], "quadratic": [[1, 0], [0, 2]]}
    facts = check(regulariser_certificate({"losses": [loss, loss], "theta": [0, 0], "rate": 1})).facts
    assert facts["cosine"] == (0, 0) != facts["inner"]


@pytest.mark.parametrize(
    "change",
    [
        {"losses": [WITNESS["losses"][0]]}, {"rate": 0}, {"theta": [-3, -4]}, {"theta": []},
        {"losses": [{"linear": [1, 1], "quadratic": [[1, 2], [0, 1]]}, WITNESS["losses"][1]]},
    ],
)
def test_statements_that_make_no_sense_are_rejected(change: dict[str, Any]) -> None:
    candidate = regulariser_certificate(ISOTROPIC)
    candidate["statement"].update(change)
    with pytest.raises(Rejected):
        check(candidate)


@pytest.mark.parametrize("change", [{"order": [0]}, {"order": [0, 1]}, {"order": [0, True]}, {"rate": "-1"}, {"losses": {}}])
def test_steps_that_make_no_sense_are_rejected(change: dict[str, Any]) -> None:
    candidate = steps_certificate(TURNING)
    candidate["statement"].update(change)
    with pytest.raises(Rejected):
        check(candidate)
