"""A weight-decay instance in doubles, in units where its rows and targets are about one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory.claim import Instance
from theory.exact.rational import read_number
from theory.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FloatInstance:
    """min ½‖f − y‖² + β·cost in its own units.

    Attributes:
        X, y, beta: the data.
        loss_unit: what one unit of the objective is in the instance's own.
    """

    X: Floats
    y: Floats
    beta: float
    loss_unit: float

    @classmethod
    def read(cls, instance: Instance) -> "FloatInstance":
        """From ``{"X", "y", "beta"}``."""
        problem = Problem.read({"X": instance["X"], "y": instance["y"]})
        row, target = (float(abs(values).max()) or 1.0 for values in (problem.X_float, problem.y_float))
        beta = float(read_number(instance["beta"], "beta")) / row / target
        return cls(problem.X_float / row, problem.y_float / target, beta, target**2)
