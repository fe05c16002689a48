"""Shared pieces of the pictures: the plane of weights with its hyperplanes, and the loss along a path."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from theory.exact.rational import read_number
from theory.network import Network

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colour-blind safe (Okabe and Ito), dark enough to print.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")


def figure(columns: int = 1, width: float = 4.6, height: float = 3.6) -> Any:
    """A figure with its axes side by side."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width * columns, height), layout="constrained")
    return made, made.subplots(1, columns, squeeze=False)[0]


def tidy(axes: "Axes", x: str, y: str, title: str) -> None:
    """Names on the axes, and no frame where none is needed."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)


def hyperplanes(axes: "Axes", X: Sequence[Sequence[Any]], reach: float) -> None:
    """The lines {v : x_i·v = 0} in the plane, within |v|_∞ ≤ reach."""
    for row in X:
        a, b = (float(read_number(entry, "X")) for entry in row)
        if a or b:
            size = max(abs(a), abs(b))
            axes.plot([-b * reach / size, b * reach / size], [a * reach / size, -a * reach / size], color="#c3cad3", lw=1)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")


def effective_weights(network: Any) -> list[tuple[float, ...]]:
    """The effective weights v_j of a network in JSON form, as floats."""
    return [tuple(float(entry) for entry in neuron.effective) for neuron in Network.read(network).neurons]


def loss_profile(axes: "Axes", statement: dict[str, Any], path: Sequence[Any], label: str, colour: str) -> None:
    """The loss along a polygonal path in effective weights; vertices marked. The curve is drawn from samples."""
    import numpy as np

    X = np.array([[float(read_number(e, "X")) for e in row] for row in statement["X"]])
    y = np.array([float(read_number(e, "y")) for e in statement["y"]])
    points = [_signed(Network.read(network)) for network in path]
    t, losses = [], []
    for start, (left, right) in enumerate(pairwise(points)):
        for s in np.linspace(0, 1, 60):
            signs, weights = np.where(left[0] != 0, left[0], right[0]), (1 - s) * left[1] + s * right[1]
            t.append(start + s)
            losses.append(0.5 * float(np.sum((np.maximum(X @ weights.T, 0) @ signs - y) ** 2)))
    axes.plot(t, losses, color=colour, lw=1.6, label=label)
    marks = range(0, len(losses) + 1, 60)
    axes.plot(range(len(points)), [losses[min(m, len(losses) - 1)] for m in marks], "o", ms=4, color=colour)


def _signed(network: Network) -> tuple[Any, Any]:
    import numpy as np

    weights = np.array([[float(entry) for entry in neuron.effective] for neuron in network.neurons])
    return np.array([neuron.sign if any(neuron.effective) else 0 for neuron in network.neurons]), weights


def exact(value: Any) -> str:
    """A number for a label: exact while it is short."""
    number = read_number(value, "value")
    return str(number) if len(str(number)) <= 12 else f"{float(number):.5g}"


def as_float(value: Any) -> float:
    """An exact JSON number as a float."""
    return float(Fraction(read_number(value, "value")))
