"""Alterations of the network in a certificate that keep its loss and its size: the same statement is proved.

The max-entry norm of a neuron does not see its smaller entries, and the data may not see them either; and two networks of
one size may have the same loss. Decided in doubles by numpy, apart from the exact checker: the fuzzer asks here whether a
change that was accepted was a corruption at all.
"""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from theory.exact.rational import InputError, read_number
from theory.problem import Problem

JSON = dict[str, Any]
#: Outputs and sizes that differ by less than this, relatively, are the same up to rounding.
SAME = 1e-11


def same_value(certificate: JSON, altered: JSON) -> bool:
    """Whether an altered certificate differs in the network's weights only, with the loss and the size it had before."""
    try:
        restored = copy.deepcopy(altered)
        for (_, before), (_, after) in zip(_networks(certificate), _networks(restored), strict=True):
            after[:] = copy.deepcopy(before)
        return restored == certificate and all(
            np.allclose(_measured(statement, before), _measured(statement, after), rtol=SAME, atol=0)
            for (statement, before), (_, after) in zip(_networks(certificate), _networks(altered), strict=True)
        )
    except (KeyError, TypeError, ValueError, IndexError, InputError):
        return False


def _networks(certificate: JSON) -> Iterator[tuple[JSON, list[JSON]]]:
    """Statements with the neurons of their networks."""
    if certificate["kind"] != "conjunction":
        yield certificate["statement"], certificate["proof"]["network"]["neurons"]
        return
    for part, proof in zip(certificate["statement"]["parts"], certificate["proof"]["parts"], strict=True):
        yield part["statement"], proof["proof"]["network"]["neurons"]


def _measured(statement: JSON, neurons: list[JSON]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The outputs (or the loss, where that is the objective), then the sum of the sizes, or the largest size at a width.

    Below the radius that it may have the size does not matter.
    """
    problem = Problem.read({name: statement[name] for name in ("X", "y")})
    signs = np.array([float(neuron["alpha"]) for neuron in neurons])
    V = np.array([[float(read_number(entry, "u")) for entry in neuron["u"]] for neuron in neurons])
    sizes = abs(V).max(axis=1) if statement["norm"] == "max-entry" else np.linalg.norm(V, axis=1)
    outputs = signs @ np.maximum(V @ problem.X_float.T, 0)
    reached = outputs if statement["objective"] == "radius" else np.array([np.sum((outputs - problem.y_float) ** 2)])
    floor = float(read_number(statement["radius"], "radius")) if "radius" in statement else 0.0
    return np.append(reached, max(floor, sizes.max() if "width" in statement else sizes.sum()))
