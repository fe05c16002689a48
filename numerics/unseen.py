"""Alterations of weights that no row of the data sees: the altered certificate proves the same thing in the same way.

Decided in floating point by numpy, apart from the exact checker: the fuzzer that corrupts certificates asks here
whether a change that was accepted was a corruption at all.
"""

import copy
from itertools import pairwise
from typing import Any

import numpy as np

from theory.exact.rational import InputError, read_number
from theory.problem import Problem

Floats = np.ndarray[Any, np.dtype[np.float64]]
JSON = dict[str, Any]


def same_fit(certificate: JSON, altered: JSON) -> bool:
    """Whether an altered certificate of kind ``barrier``, ``separation`` or ``components`` differs in unseen weights only.

    All that may differ are weights of networks that the proof chose itself; each must have the outputs it had before, and a
    path must still rise to the stated barrier.
    """
    try:
        restored = copy.deepcopy(altered)
        for before, after in zip(_networks(certificate), _networks(restored), strict=True):
            after[:] = copy.deepcopy(before)
        problem = Problem.read({name: certificate["statement"][name] for name in ("X", "y")})
        return (
            restored == certificate
            and all(
                np.allclose(_outputs(problem, first), _outputs(problem, second), rtol=1e-9, atol=1e-12)
                for before, after in zip(_networks(certificate), _networks(altered), strict=True)
                for first, second in zip(before, after, strict=True)
            )
            and all(_attains(problem, path, barrier) for path, barrier in _paths(altered))
        )
    except (KeyError, TypeError, ValueError, IndexError, InputError):
        return False


def _networks(certificate: JSON) -> list[list[JSON]]:
    """The lists of networks that the proof chose."""
    if certificate["kind"] == "components":
        return [certificate["statement"]["representatives"], certificate["proof"]["points"]]
    return [path for path, _ in _paths(certificate)]


def _paths(certificate: JSON) -> list[tuple[list[JSON], Any]]:
    """The paths, each with its stated barrier."""
    statement, proof = certificate["statement"], certificate["proof"]
    match certificate["kind"]:
        case "barrier":
            return [(proof["path"], statement["barrier"])]
        case "separation":
            return [(proof[name]["path"], statement[name]) for name in ("barrier", "barrier_labelled")]
        case _:
            return []


def _outputs(problem: Problem, network: JSON) -> Floats:
    signs, hidden = _hidden(problem, network)
    return np.asarray(np.maximum(0, hidden) @ signs)


def _attains(problem: Problem, path: list[JSON], barrier: Any) -> bool:
    vertices = [_hidden(problem, network) for network in path]
    highest = max(_loss(problem, signs, hidden) for signs, hidden in vertices)
    for (signs, begin), (next_signs, end) in pairwise(vertices):
        if np.any(signs * next_signs < 0):
            return False
        crossed = begin * end < 0
        for t in begin[crossed] / (begin[crossed] - end[crossed]):
            both = np.where(signs != 0, signs, next_signs)
            highest = max(highest, _loss(problem, both, (1 - t) * begin + t * end))
    tolerance = 1e-9 * (1 + float(np.sum(problem.y_float**2)))  # rounding in sums of a few squares of that size
    return abs(highest - float(read_number(barrier, "barrier"))) <= tolerance


def _hidden(problem: Problem, network: JSON) -> tuple[Floats, Floats]:
    """Signs (m) and inputs to the hidden units (n × m)."""
    signs = np.array([float(neuron["alpha"]) for neuron in network["neurons"]])
    v = np.array([[float(read_number(entry, "u")) for entry in neuron["u"]] for neuron in network["neurons"]]).T
    if np.any((signs != 0) != v.any(axis=0)):
        raise ValueError("a sign is zero exactly where the weights are")
    return signs, problem.X_float @ v


def _loss(problem: Problem, signs: Floats, hidden: Floats) -> float:
    return float(np.sum((np.maximum(0, hidden) @ signs - problem.y_float) ** 2)) / 2
