"""Newton–Schulz, iterates, the frozen layer and effective ranks: figures to reproduce, edges, and the checker's refusals."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from theory.bounds.frozen_layer import descend, effective_rate, frozen_layer_certificate, shrunk
from theory.bounds.iterate_bounds import (
    adam_certificate,
    adam_constant_square,
    adam_limit_square,
    decay_certificate,
    worst_gradients,
)
from theory.bounds.newton_schulz import COEFFICIENTS, range_certificate
from theory.bounds.renyi_rank import renyi_certificate
from theory.exact import Rejected, check, read_matrix
from theory.exact.atoms import added, scaled, transposed
from theory.exact.kinds.renyi_ranks import renyi_rank
from theory.exact.operator_norm import gram
from theory.exact.quintic import Quintic, Range
from theory.theorems.frozen_layer_rate import SLOWEST
from theory.theorems.iterate_bounds import STEADY

# Newton–Schulz ------------------------------------------------------------------------------------------------------


def facts(interval: list[Any], steps: int = 5) -> Any:
    return check(range_certificate(interval, steps)).facts


def test_the_figures_of_five_steps() -> None:
    whole = facts([0, 1])
    assert [round(float(end), 5) for end in whole["high"]] == [1.20237, 1.20237]
    assert [round(float(end), 4) for end in facts(["3/1000", "1.2024"])["low"]] == [0.6818, 0.6818]
    assert [round(float(end), 4) for end in facts(["1/10000", "1/10000"])["high"]] == [0.0485, 0.0485]
    assert whole["high"][1] - whole["high"][0] < Fraction(1, 2**100)


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("interval", [(0.0, 1.2), (0.5, 0.6), (1.0, 1.1), (-0.3, 0.2), (0.7, 0.7)])
def test_the_range_holds_every_iterate_and_is_reached(interval: tuple[float, float], steps: int) -> None:
    a, b, c = map(float, COEFFICIENTS)
    x = np.linspace(*interval, 100_001)
    for _ in range(steps):
        x = x * (a + x**2 * (b + x**2 * c))
    found = facts([str(end) for end in interval], steps)
    assert float(found["least"]) - 1e-12 <= x.min() <= float(found["low"][1]) + 1e-5
    assert float(found["high"][0]) - 1e-5 <= x.max() <= float(found["greatest"]) + 1e-12


def test_critical_points_of_a_quintic_with_rational_ones_are_met() -> None:
    # p' = 5(x² − 1)(x² − 4): p(1) = 38/3 is a local maximum, p(2) = 16/3 a local minimum.
    p = Quintic(Fraction(20), Fraction(-25, 3), Fraction(1))
    image = p.image(Range.between(Fraction(1, 2), Fraction(9, 4)))
    assert image.high[0] <= p(Fraction(1)) <= image.high[1]
    assert image.low[0] <= p(Fraction(2)) <= image.low[1]
    assert image.high[1] - image.high[0] < Fraction(1, 2**100)


def test_a_quintic_without_critical_points_is_monotone() -> None:
    p = Quintic(Fraction(1), Fraction(1), Fraction(1))
    assert p.image(Range.between(Fraction(-1), Fraction(1))) == Range.between(Fraction(-3), Fraction(3))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["statement"].update(steps=4),
        lambda c: c["statement"].update(interval=[1, 0]),
        lambda c: c["statement"].update(coefficients=["3.4445", "-4.7750", 0]),
        lambda c: c["proof"]["ranges"][4].update(high=[1, "1.21"]),
        lambda c: c["proof"]["ranges"].pop(),
    ],
)
def test_a_wrong_range_is_rejected(change: Any) -> None:
    candidate = range_certificate([0, 1], 5)
    change(candidate)
    with pytest.raises(Rejected):
        check(candidate)


# Iterates -----------------------------------------------------------------------------------------------------------

USUAL = Fraction(9, 10), Fraction(999, 1000)


def test_the_limit_of_adam_is_seven_and_a_quarter_and_is_approached() -> None:
    limit = float(adam_limit_square(*USUAL)) ** 0.5
    assert round(limit, 2) == 7.27
    constants = [float(adam_constant_square(t, *USUAL)) ** 0.5 for t in (1, 2, 5, 20, 200, 2000)]
    assert constants[0] == 1
    assert constants == sorted(constants)
    assert 6.7 < constants[-1] < limit  # c_t²/c_∞² is about 1 − 0.999^t


@pytest.mark.parametrize("t", [1, 3, 10])
def test_worst_gradients_attain_the_constant_in_an_own_run_of_adam(t: int) -> None:
    m = v = 0.0
    for g in map(float, worst_gradients(t, *USUAL)):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    update = (m / (1 - 0.9**t)) / (v / (1 - 0.999**t)) ** 0.5
    assert update == pytest.approx(float(adam_constant_square(t, *USUAL)) ** 0.5, rel=1e-12)


def test_a_wrong_moment_and_a_wrong_iterate_are_rejected() -> None:
    candidate = adam_certificate({"gradients": [1, 2], "beta1": "9/10", "beta2": "999/1000"})
    candidate["proof"]["squares"][1] = "1/200"
    with pytest.raises(Rejected, match="step 2"):
        check(candidate)
    candidate = decay_certificate({**STEADY, "updates": [[[1]], [[0]], [[0]]]})
    candidate["statement"]["rates"][2] = "1/3"
    with pytest.raises(Rejected, match="leads elsewhere"):
        check(candidate)


# Frozen layer -------------------------------------------------------------------------------------------------------

WIDE = {"W1": [[1, 2, 0], [0, 1, 1]], "W2": [[1, 0]], "A": [[1, 2, 3]], "rate": "1/5", "steps": 3}
TALL = {"W1": [[1, 0], [2, 1], [0, 3]], "W2": [[1, 0, 2]], "A": [[1, 2]], "rate": "1/9", "steps": 2}


@pytest.mark.parametrize("instance", [WIDE, TALL, SLOWEST])
def test_the_gram_of_the_columns_moves_the_residual(instance: dict[str, Any]) -> None:
    found = check(frozen_layer_certificate(instance)).facts
    W1 = read_matrix(instance["W1"], "W1")
    c, start = effective_rate(instance), found["residual_start"]
    assert shrunk(start, gram(W1), c, instance["steps"]) == found["residual"]
    if len(W1) == len(W1[0]) and gram(W1) != gram(transposed(W1)):
        assert shrunk(start, gram(transposed(W1)), c, instance["steps"]) != found["residual"]


def test_differences_of_weights_move_by_the_gram_of_the_rows() -> None:
    W1 = read_matrix(TALL["W1"], "W1")
    other = {**TALL, "W2": [[0, 5, -1]]}
    gap = added(read_matrix(TALL["W2"], "W2"), scaled(read_matrix(other["W2"], "W2"), Fraction(-1)))
    moved = added(descend(TALL)[-1], scaled(descend(other)[-1], Fraction(-1)))
    assert moved == shrunk(gap, gram(transposed(W1)), effective_rate(TALL), TALL["steps"])


def test_a_kernel_of_w1_never_shrinks() -> None:
    found = check(frozen_layer_certificate({**WIDE, "W1": [[1, 0, 0], [0, 1, 0]]})).facts
    assert found["smallest"] == (0, 0)
    assert found["residual"][0][2] == found["residual_start"][0][2] != 0


@pytest.mark.parametrize("change", [{"A": [[0, 0, 0]]}, {"A": [[1, 2]]}, {"W2": [[1, 0, 3]]}, {"rate": 1}])
def test_a_wrong_descent_is_rejected(change: dict[str, Any]) -> None:
    candidate = frozen_layer_certificate(WIDE)
    candidate["statement"].update(change)
    with pytest.raises(Rejected):
        check(candidate)


# Effective ranks ----------------------------------------------------------------------------------------------------


def test_ranks_agree_with_numpy_at_every_order() -> None:
    spectrum = [7, 3, 3, 1, 0]
    p = np.array([7, 3, 3, 1]) / 14
    for order in ("1/2", "3/2", "3", "20"):
        alpha = float(Fraction(order))
        low, high = renyi_rank(tuple(map(Fraction, spectrum)), order)
        assert float(low) == pytest.approx((p**alpha).sum() ** (1 / (1 - alpha)), rel=1e-12)
        assert 0 <= high - low <= Fraction(1, 2**94)
    assert renyi_rank((Fraction(7), Fraction(3), Fraction(3), Fraction(1)), "2") == (Fraction(196, 68),) * 2
    assert renyi_rank((Fraction(7), Fraction(3)), "inf") == (Fraction(10, 7),) * 2


def test_flat_spectra_have_their_rank_at_every_order_exactly() -> None:
    for order in ("0", "1/7", "1", "2", "5", "inf"):
        assert renyi_rank((Fraction(1, 3),) * 4 + (Fraction(0),), order) == (4, 4)


def test_the_rank_is_scale_free() -> None:
    spectrum = (Fraction(5), Fraction(1), Fraction(1, 9))
    for factor in (Fraction(10) ** 200, Fraction(1, 10**200)):
        assert renyi_rank(tuple(factor * v for v in spectrum), "1") == renyi_rank(spectrum, "1")


@pytest.mark.parametrize(("spectrum", "order"), [([0, 0], "1"), ([1, -1], "2"), ([1], "-1"), ([1], "2000"), ([1], "x")])
def test_spectra_and_orders_out_of_range_are_refused(spectrum: list[int], order: str) -> None:
    candidate = renyi_certificate([1], ["1"])
    candidate["statement"] = {"spectrum": spectrum, "orders": [order]}
    with pytest.raises(Rejected):
        check(candidate)
