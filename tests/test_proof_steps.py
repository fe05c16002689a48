"""Every step of a proof holds, and every step notices when it is broken on purpose."""

import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from math import cos, gamma, pi, sin, sqrt
from typing import Any

import pytest

from theory.exact.rational import dot
from theory.network import Network, Neuron
from theory.proof_steps import Step, steps, topics
from theory.proof_steps.caratheodory import reduced_weights
from theory.proof_steps.step import VISIBLE, computation, identity, value_at_a_point
from theory.registry import claims

EVERY = [step for topic in topics() for step in steps(topic)]


def by_name(chosen: Iterable[Step]) -> list[Any]:
    # Steps of one topic share sympy's cache, so they stay in one worker.
    return [pytest.param(s, id=f"{s.topic}: {s.name}", marks=pytest.mark.xdist_group(s.topic)) for s in chosen]


@pytest.mark.parametrize("step", by_name(EVERY))
def test_step_holds(step: Step) -> None:
    assert step.run().holds


@pytest.mark.parametrize("step", by_name(EVERY))
def test_broken_step_is_noticed(step: Step) -> None:
    assert step.breaks
    assert step.notices()


@pytest.mark.parametrize("step", by_name(step for step in EVERY if step.symbolic))
def test_identity_is_zero_at_a_point_too(step: Step) -> None:
    """Without simplification: a number, from the residual as it was written."""
    found = [entry for residual in step.residuals() for entry in (residual if hasattr(residual, "shape") else [residual])]
    assert all(abs(value_at_a_point(entry)) < VISIBLE for entry in found)


@pytest.mark.parametrize("topic", topics())
def test_topic_has_steps_of_different_names_and_statements(topic: str) -> None:
    names = [step.name for step in steps(topic)]
    assert names
    assert len(set(names)) == len(names)
    assert len({step.latex for step in steps(topic)}) == len(names)


def test_unknown_topic_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(KeyError, match="pietsch"):
        steps("no-such-topic")


@pytest.mark.parametrize("claim", claims().values(), ids=lambda claim: claim.id)
def test_claims_name_topics_that_exist(claim: Any) -> None:
    assert set(claim.steps) <= set(topics())


class TestTheMachinery:
    """The ways in which a step could be empty or blind."""

    def test_a_false_identity_fails(self) -> None:
        from sympy import Symbol

        x = Symbol("x")

        @identity("x = x", "false", shift=0)
        def step(shift: int = 1) -> list[Any]:
            return [x - x, (x + shift) ** 2 - x**2]

        assert not step.run().holds
        assert not step.notices()  # its broken form is the true one

    def test_a_false_computation_fails_on_its_one_bad_instance(self) -> None:
        @computation("k < 9", "false", limit=5)
        def step(limit: int = 9) -> list[int]:
            return [int(k >= limit) for k in range(10)]

        assert str(step.run()) == "FAILS exactly, on 10 instances"

    def test_a_step_without_residuals_does_not_hold(self) -> None:
        @identity("", "empty")
        def step() -> list[Any]:
            return []

        assert not step.run().holds

    def test_a_matrix_fails_by_one_entry(self) -> None:
        from sympy import Matrix, Symbol

        @identity("", "one entry", entry=0)
        def step(entry: int = 1) -> list[Any]:
            return [Matrix([[0, 0], [0, entry * Symbol("x")]])]

        assert not step.run().holds

    def test_not_simplified_is_not_the_same_as_not_zero(self) -> None:
        from sympy import Symbol, cos, sin

        t = Symbol("t")
        assert abs(value_at_a_point(sin(t) ** 2 + cos(t) ** 2 - 1)) < VISIBLE


class TestCaratheodory:
    """The reduction on degenerate networks; the topic's own step has drawn ones."""

    @staticmethod
    def reduced(X: list[list[int]], neurons: list[tuple[list[int | Fraction], int | Fraction]]) -> list[Fraction]:
        rows = [tuple(map(Fraction, row)) for row in X]
        network = Network(tuple(Neuron(tuple(map(Fraction, u)), Fraction(a)) for u, a in neurons))
        c = reduced_weights(rows, network)
        for row in rows:
            fits = [neuron.alpha * max(dot(row, neuron.u), Fraction(0)) for neuron in network.neurons]
            assert dot(fits, c) == sum(fits)
        for i in range(len(rows[0])):
            entries = [neuron.u[0] * neuron.u[i] for neuron in network.neurons]
            assert dot(entries, c) == sum(entries)
        squares = [neuron.alpha**2 for neuron in network.neurons]
        assert dot(squares, c) <= sum(squares)
        return c

    def test_zero_neurons_are_dropped_whatever_their_output_weight(self) -> None:
        assert self.reduced([[1]], [([0], 5), ([0], 0)]) == [0, 0]

    def test_opposite_output_weights_cancel_and_the_cheapest_is_kept(self) -> None:
        assert self.reduced([[1, 0]], [([1, 0], 1), ([1, 0], -1), ([1, 0], 3)]) == [3, 0, 0]

    def test_the_cheaper_of_two_neurons_on_inactive_rows_is_kept(self) -> None:
        assert self.reduced([[1]], [([-1], 7), ([-1], 1)]) == [0, 2]

    def test_scales_of_many_orders(self) -> None:
        huge = Fraction(10) ** 40
        c = self.reduced([[1]], [([huge], 1), ([1 / huge], 1), ([1], huge), ([2], 1)])
        assert sum(map(bool, c)) <= 2

    def test_independent_neurons_are_left_alone(self) -> None:
        assert self.reduced([[1, 0]], [([1, 0], 1), ([1, 1], 1), ([1, -1], 1), ([1, 0], 2)]) == [1, 1, 1, 1]


class TestPietschConstant:
    """κ_d from averages that do not use the steps' integrals."""

    def test_no_direction_of_z_beats_the_constant_in_the_plane(self) -> None:
        rng = random.Random(0)
        constant = pi / (2 * sqrt(2))
        for _ in range(60):
            V = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(rng.randint(1, 8))]
            angles = [k * pi / 90 for k in range(90)]
            # max over signs of ‖Vs‖ = max over directions of Σ|v·e|; a grid is short of it by cos(1°) at most.
            norm = max(sum(abs(v[0] * cos(a) + v[1] * sin(a)) for v in V) for a in angles) / cos(pi / 180)
            for a in angles[::6]:
                for z in (0.5, 0.7, 0.9, 1.0):
                    along = [(v[0] * cos(a) + v[1] * sin(a)) ** 2 for v in V]
                    across = [v[0] ** 2 + v[1] ** 2 - square for v, square in zip(V, along, strict=True)]
                    value = sum(sqrt(z * x + (1 - z) * max(y, 0.0)) for x, y in zip(along, across, strict=True))
                    assert value <= constant * norm * (1 + 1e-12)

    def test_columns_over_the_circle_come_close_to_it(self) -> None:
        V = [(cos(k * pi / 40), sin(k * pi / 40)) for k in range(40)]
        norm = max(sum(abs(x * cos(a) + y * sin(a)) for x, y in V) for a in (k * pi / 400 for k in range(400)))
        assert 40 / sqrt(2) / norm == pytest.approx(pi / (2 * sqrt(2)), rel=1e-3)

    def test_constants_climb_to_little_grothendieck(self) -> None:
        kappa = [sqrt(pi / d) * gamma((d + 1) / 2) / gamma(d / 2) for d in range(1, 200)]
        assert kappa[0] == pytest.approx(1)
        assert all(left < right < sqrt(pi / 2) for left, right in pairwise(kappa))
        assert kappa[-1] == pytest.approx(sqrt(pi / 2), rel=2e-3)


def test_the_constant_of_adamw_bounds_simulated_steps_and_is_attained() -> None:
    """Random, constant and growing gradients through the recursion of the optimizer itself."""
    beta1, beta2, limit = 0.9, 0.999, sqrt(370 / 7)
    rng = random.Random(0)
    sequences = [[rng.gauss(0, 1) * 10 ** rng.uniform(-3, 3) for _ in range(60)] for _ in range(200)]
    growing = [(beta2 / beta1) ** k for k in range(60)]
    for gradients in [*sequences, growing, [1.0] * 60]:
        m = v = 0.0
        for t, g in enumerate(gradients, 1):
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
            step = abs(m / (1 - beta1**t)) / sqrt(v / (1 - beta2**t))
            tail = sum((beta1**2 / beta2) ** i for i in range(t))
            constant = (1 - beta1) / (1 - beta1**t) * sqrt((1 - beta2**t) / (1 - beta2) * tail)
            assert step <= constant * (1 + 1e-12) <= limit
            if gradients is growing:
                assert step == pytest.approx(constant, rel=1e-12)
