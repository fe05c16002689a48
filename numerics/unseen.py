"""Alterations of a path that no row of the data sees: the altered certificate proves the same barrier in the same way.

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


def same_fit_along_the_paths(certificate: dict[str, Any], altered: dict[str, Any]) -> bool:
    """Whether an altered ``barrier`` or ``separation`` certificate differs only in path weights, unseen by the data.

    The altered path must have the same ends, the stated losses at its vertices, and the stated barrier as its maximum.
    """
    try:
        paths = list(zip(_paths(certificate), _paths(altered), strict=True))
        restored = copy.deepcopy(altered)
        for (before, _), (after, _) in zip(_paths(certificate), _paths(restored), strict=True):
            after["path"] = copy.deepcopy(before["path"])
        problem = Problem.read({name: certificate["statement"][name] for name in ("X", "y")})
        return restored == certificate and all(
            before["path"][0] == after["path"][0] and before["path"][-1] == after["path"][-1]
            and _attains(problem, after, height) for (before, height), (after, _) in paths
        )
    except (KeyError, TypeError, ValueError, IndexError, InputError):
        return False


def _paths(certificate: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """The proofs that hold a path, each with its stated barrier."""
    statement, proof = certificate["statement"], certificate["proof"]
    if certificate["kind"] == "barrier":
        return [(proof, statement["barrier"])]
    return [(proof[name], statement[name]) for name in ("barrier", "barrier_labelled")]


def _attains(problem: Problem, proof: dict[str, Any], height: Any) -> bool:
    vertices = [_vertex(network) for network in proof["path"]]
    stated = np.array([float(read_number(value, "losses")) for value in proof["losses"]])
    tolerance = 1e-9 * (1 + float(np.sum(problem.y_float**2)))
    at_vertices = np.array([_loss(problem, signs, problem.X_float @ v) for signs, v in vertices])
    if at_vertices.shape != stated.shape or np.max(np.abs(at_vertices - stated)) > tolerance:
        return False
    highest = float(at_vertices.max())
    for (signs, v), (next_signs, next_v) in pairwise(vertices):
        if np.any(signs * next_signs < 0):
            return False
        begin, end = problem.X_float @ v, problem.X_float @ next_v
        crossed = begin * end < 0
        for t in begin[crossed] / (begin[crossed] - end[crossed]):
            both = np.where(signs != 0, signs, next_signs)
            highest = max(highest, _loss(problem, both, (1 - t) * begin + t * end))
    return abs(highest - float(read_number(height, "barrier"))) <= tolerance


def _vertex(network: dict[str, Any]) -> tuple[Floats, Floats]:
    """Signs (m) and effective weights (d × m) of a vertex."""
    neurons = network["neurons"]
    signs = np.array([float(neuron["alpha"]) for neuron in neurons])
    v = np.array([[float(read_number(entry, "u")) for entry in neuron["u"]] for neuron in neurons]).T
    if np.any((signs != 0) != v.any(axis=0)):
        raise ValueError("a sign is zero exactly where the weights are")
    return signs, v


def _loss(problem: Problem, signs: Floats, hidden: Floats) -> float:
    return float(np.sum((np.maximum(0, hidden) @ signs - problem.y_float) ** 2)) / 2
