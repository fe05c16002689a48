"""Exact numbers, problems and networks: what is read is what was written, and what is wrong is named."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.exact.rational import InputError, read_number, sqrt_bounds, write_number
from theory.instances import networks, problems
from theory.network import Network, fit, loss
from theory.problem import Problem


@given(st.fractions())
def test_numbers_survive_json(value: Fraction) -> None:
    assert read_number(write_number(value), "x") == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_taken_at_their_binary_value(value: float) -> None:
    assert read_number(value, "x") == Fraction(value)


def test_strings_are_exact() -> None:
    assert read_number("18/7", "x") == Fraction(18, 7)
    assert read_number("0.1", "x") == Fraction(1, 10)
    assert read_number(0.1, "x") != Fraction(1, 10)


@pytest.mark.parametrize(
    "value",
    [
        True, None, "", "x", "1/0", " 1", "1 ", "1 /2", "1/ 2", "1_0", "٣", "1e", "1/2e3", "--1", "0x10", "1.5/2", "nan",
        "inf", "1e99999999999", float("nan"), float("inf"), [1], {}, "9" * 30_000, 1j,
    ],
)
def test_what_is_no_number_is_refused_by_field(value: Any) -> None:
    with pytest.raises(InputError) as refused:
        read_number(value, "the field")
    assert refused.value.field == "the field"


@given(st.fractions(min_value=0), st.integers(8, 200))
def test_root_bounds_enclose_the_root_tightly(value: Fraction, bits: int) -> None:
    low, high = sqrt_bounds(value, bits)
    assert low * low <= value <= high * high
    assert high - low <= high / 2 ** (bits - 1)


def test_roots_of_squares_are_exact() -> None:
    assert sqrt_bounds(Fraction(9, 4)) == (Fraction(3, 2), Fraction(3, 2))
    with pytest.raises(ValueError, match="negative"):
        sqrt_bounds(Fraction(-1))


@given(problems())
def test_problems_survive_json(data: dict[str, Any]) -> None:
    assert Problem.read(Problem.read(data).write()) == Problem.read(data)


@given(networks(d=2))
def test_networks_survive_json(data: dict[str, Any]) -> None:
    assert Network.read(Network.read(data).write()) == Network.read(data)


@given(problems(d=(2, 2)), networks(d=2))
def test_exact_fit_agrees_with_numpy(data: dict[str, Any], net: dict[str, Any]) -> None:
    problem, network = Problem.read(data), Network.read(net)
    U = np.array([n["u"] for n in net["neurons"]], dtype=float).T
    alpha = np.array([n["alpha"] for n in net["neurons"]], dtype=float)
    outputs = np.maximum(np.array(data["X"], dtype=float) @ U, 0) @ alpha
    assert [float(f) for f in fit(problem, network)] == outputs.tolist()
    assert float(loss(problem, network)) == 0.5 * float(np.sum((outputs - np.array(data["y"])) ** 2))


def test_effective_weights_carry_the_function() -> None:
    network = Network.read({"neurons": [{"u": [1, 2], "alpha": -3}, {"u": [5, 5], "alpha": 0}]})
    assert [(n.sign, n.effective) for n in network.neurons] == [(-1, (3, 6)), (0, (0, 0))]


def test_arrays_and_tensors_are_read_as_lists_are() -> None:
    wanted = Problem.read({"X": [[1.0, 2.0]], "y": [0.5]})
    assert Problem.read((np.array([[1.0, 2.0]]), np.array([0.5]))) == wanted
    torch = pytest.importorskip("torch")
    assert Problem.read((torch.tensor([[1.0, 2.0]]), torch.tensor([0.5]))) == wanted
    U, alpha = np.array([[1.0, 3.0], [2.0, 4.0]]), np.array([1.0, -1.0])
    assert Network.read((U, alpha)).neurons[1].u == (3, 4)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "problem"),
        ({}, "problem.X"),
        ({"X": [[1]]}, "problem.y"),
        ({"X": [[1]], "y": [1], "z": 0}, "problem.z"),
        ({"X": [], "y": []}, "X"),
        ({"X": [[]], "y": [1]}, "X"),
        ({"X": [[1], [1, 2]], "y": [1, 2]}, "X[1]"),
        ({"X": [[1]], "y": [1, 2]}, "y"),
        ({"X": [["a"]], "y": [1]}, "X[0][0]"),
        ({"X": [[float("nan")]], "y": [1]}, "X[0][0]"),
        ({"X": [[1]], "y": [float("inf")]}, "y[0]"),
        ({"X": 3, "y": [1]}, "X"),
    ],
)
def test_broken_problems_are_refused_by_field(data: Any, field: str) -> None:
    with pytest.raises(InputError) as refused:
        Problem.read(data)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "network"),
        ({}, "network.neurons"),
        ({"neurons": []}, "network.neurons"),
        ({"neurons": [1]}, "network.neurons[0]"),
        ({"neurons": [{"u": [1, 2]}]}, "network.neurons[0].alpha"),
        ({"neurons": [{"u": [1, 2, 3], "alpha": 1}]}, "network.neurons[0].u"),
        ({"neurons": [{"u": [1, None], "alpha": 1}]}, "network.neurons[0].u[1]"),
    ],
)
def test_broken_networks_are_refused_by_field(data: Any, field: str) -> None:
    with pytest.raises(InputError) as refused:
        Network.read(data, Problem.read({"X": [[1, 2]], "y": [1]}))
    assert refused.value.field == field


def test_data_beyond_doubles_is_exact_until_floats_are_asked_for() -> None:
    problem = Problem.read({"X": [["1e400"]], "y": [1]})
    assert problem.X[0][0] == 10**400
    with pytest.raises(InputError, match="rescale"):
        _ = problem.X_float
