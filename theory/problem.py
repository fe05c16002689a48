"""The data a network is fitted to: rows ``x_i`` and targets ``y_i``, kept exactly.

Numbers come as JSON numbers, exact strings, Fractions, numpy arrays or torch tensors. Integers and strings are exact; a
float is taken at its exact binary value. ``.X`` and ``.y`` are the exact data, ``.X_float`` and ``.y_float`` doubles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from theory.exact.rational import InputError, Matrix, Vector, read_matrix, read_vector, write_vector

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Problem:
    """A data set: X of n rows in R^d and y in R^n, as exact rationals."""

    X: Matrix
    y: Vector

    @classmethod
    def read(cls, data: Any) -> "Problem":
        """From ``{"X": [[…]], "y": […]}`` or from a pair of arrays.

        Raises:
            InputError: naming the field, for wrong keys, shapes, NaN, infinities and empty data.
        """
        if isinstance(data, Problem):
            return data
        if isinstance(data, tuple):
            data = {"X": as_list(data[0]), "y": as_list(data[1])}
        if not isinstance(data, Mapping):
            raise InputError("problem", "an object with the members X and y is wanted")
        expect_members(data, "problem", {"X", "y"})
        X = read_matrix(as_list(data["X"]), "X")
        if not X:
            raise InputError("X", "no rows; at least one is needed")
        if not X[0]:
            raise InputError("X", "rows have no entries; at least one column is needed")
        y = read_vector(as_list(data["y"]), "y")
        if len(y) != len(X):
            raise InputError("y", f"{len(y)} targets for {len(X)} rows of X")
        return cls(X, y)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.X)

    @property
    def d(self) -> int:
        """Input dimension."""
        return len(self.X[0])

    @cached_property
    def X_float(self) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        """X as doubles, n × d."""
        return float_array(self.X)

    @cached_property
    def y_float(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """y as doubles, length n."""
        return float_array(self.y)

    def write(self) -> dict[str, Any]:
        """The JSON form, exact."""
        return {"X": [write_vector(row) for row in self.X], "y": write_vector(self.y)}


def as_list(value: Any) -> Any:
    """Arrays and tensors as nested lists; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def expect_members(data: Mapping[str, Any], field: str, names: set[str]) -> None:
    """Raise InputError unless the object has exactly these members."""
    if missing := sorted(names - set(data)):
        raise InputError(f"{field}.{missing[0]}", f"missing; the members are {', '.join(sorted(names))}")
    if extra := sorted(map(str, set(data) - names)):
        raise InputError(f"{field}.{extra[0]}", f"unknown; the members are {', '.join(sorted(names))}")


def float_array(values: Sequence[Any]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Exact numbers as an array of their nearest doubles.

    Raises:
        InputError: when a number is beyond the range of doubles.
    """
    import numpy as np

    try:
        return np.array([[float(entry) for entry in row] if isinstance(row, tuple) else float(row) for row in values])
    except OverflowError:
        raise InputError("problem", "a number is beyond 1.8e308, the range of doubles; rescale the data") from None
