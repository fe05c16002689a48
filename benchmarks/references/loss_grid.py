"""The loss along a segment of networks on a grid, the plain ways.

Two references: the one that people write, and one that computes the hidden units at the ends once and reuses its memory,
which is the quicker.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Network = tuple[Floats, Floats]


def forward_passes(X: Floats, y: Floats, a: Network, b: Network, points: int) -> float:
    """The largest loss on equally spaced points, a forward pass for each."""
    largest = 0.0
    for t in np.linspace(0, 1, points):
        outputs = np.maximum(X @ ((1 - t) * a[0] + t * b[0]), 0) @ ((1 - t) * a[1] + t * b[1])
        largest = max(largest, 0.5 * float((outputs - y) @ (outputs - y)))
    return largest


def interpolated(X: Floats, y: Floats, a: Network, b: Network, points: int) -> float:
    """The same, with hidden units interpolated between the ends, in place."""
    start = X @ a[0]
    slope = X @ b[0] - start
    hidden, largest = np.empty_like(start), 0.0
    for t in np.linspace(0, 1, points):
        np.multiply(slope, t, out=hidden)
        np.add(hidden, start, out=hidden)
        np.maximum(hidden, 0, out=hidden)
        residual = hidden @ ((1 - t) * a[1] + t * b[1]) - y
        largest = max(largest, 0.5 * float(residual @ residual))
    return largest
