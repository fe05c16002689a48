"""The least logistic loss within a radius, by Newton's method: a sequence of weighted least-squares problems.

At outputs f, with p_i = 1/(1 + exp(y_i f_i)) and h_i = p_i(1 − p_i), the second-order model of Σ log(1 + exp(−y_i f_i)) is, up
to a constant, ½ Σ h_i (f_i − t_i)² with targets t_i = f_i + y_i p_i/h_i. To minimise it within the radius is the problem of the
squared loss with rows √h_i x_i, since (√h x)_+ = √h (x)_+. How that one is solved is the set's own (:class:`Networks`).

The radius is doubled from a small one: on data that can be separated p shrinks with it like exp(−radius), and each optimum is a
good start for the next.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from numerics.dual_gauge import Floats
from numerics.logistic_support import Support, logistic_loss, misfit, solved

#: Weights below this share of the greatest one are raised to it, for the sake of least squares in doubles.
LEAST_WEIGHT = 1e-12
#: Newton steps at one radius before giving up; with damping there are never that many.
STEPS = 200
#: A predicted decrease below this share of the loss ends Newton's method; the last step squares what it leaves.
DECREASED = 1e-15
#: Below this share of the loss the decrease must halve with each step, or rounding is all that is left.
ROUNDING = 1e-10
#: Least share of the predicted decrease that a damped step has to achieve.
ARMIJO = 1e-3
#: A loss below this counts as zero, and so does what a larger radius could gain below this share of it.
NOTHING, NO_GAIN = 1e-32, 1e-14


@dataclass(frozen=True)
class Fit:
    """A network within a radius.

    Attributes:
        outputs: f, length n.
        network: as its :class:`Networks` describe it.
        price: w, the derivative of the least loss by the radius, where it is known.
    """

    outputs: Floats
    network: Any
    price: float | None = None


class Networks(Protocol):
    """The networks of a set, as far as their costs go: what Newton's method asks about them."""

    def nearest(self, weights: Floats, targets: Floats, radius: float) -> Fit:
        """The network within the radius that minimises ½ Σ (weights_i (f_i − targets_i))².

        Raises:
            ArithmeticError: when doubles do not suffice.
        """

    def support(self, network: Any) -> Support | None:
        """What is free in a network while its neurons keep their places; None when it has no neuron."""

    def moved(self, network: Any, z: Floats) -> Fit | None:
        """The network with other coordinates; None when a neuron would leave its place."""


def least_loss(networks: Networks, labels: Floats, radius: float, first: float) -> Fit:
    """The network of least logistic loss within ``radius``, or within a smaller radius where no more is to be gained.

    Args:
        networks: of the set.
        labels: y ∈ {−1, 1}^n.
        radius: the radius.
        first: the radius to begin with, one within which the outputs are at most about one.

    Raises:
        ArithmeticError: when no network is found at the first radius.
    """
    reach, stretch, best = min(first, radius), 1.0, None
    while True:
        found = _within(networks, labels, reach, best, stretch)
        loss = logistic_loss(labels, found.outputs)
        if best is not None and loss >= logistic_loss(labels, best.outputs):
            return best
        best = found
        # The least loss is convex in the radius, with slope −w; and μᵀf = w·radius at an optimum.
        gain = float((labels * misfit(labels, found.outputs)) @ found.outputs) if found.price is None else found.price * reach
        if reach == radius or loss <= NOTHING or gain * (radius / reach - 1) <= NO_GAIN * loss:
            return best
        stretch = min(2.0, radius / reach)
        reach = min(2 * reach, radius)


def _within(networks: Networks, labels: Floats, radius: float, before: Fit | None, stretch: float) -> Fit:
    """The optimum within a radius, from that within the radius divided by ``stretch``.

    Where other rows weigh 1e10 times as much as those that can still gain, least squares fails in doubles; then the neurons
    there are are as good as any.
    """
    if before is None:
        return _sharpened(networks, labels, radius, _newton(networks, labels, radius, np.zeros(len(labels))))

    def loss(fit: Fit) -> float:
        return logistic_loss(labels, fit.outputs)

    kept = _sharpened(networks, labels, radius, before)
    start = min((kept, Fit(stretch * before.outputs, None)), key=loss)
    try:
        return min((kept, _sharpened(networks, labels, radius, _newton(networks, labels, radius, start.outputs))), key=loss)
    except ArithmeticError:
        return kept


def _newton(networks: Networks, labels: Floats, radius: float, start: Floats) -> Fit:
    f, before = start, np.inf
    for _ in range(STEPS):
        p = misfit(labels, f)
        h = p * misfit(-labels, f)
        h = np.maximum(h, LEAST_WEIGHT * h.max())
        step = networks.nearest(np.sqrt(h / h.max()), f + labels * p / h, radius)
        direction, loss = step.outputs - f, logistic_loss(labels, f)
        decrease = float((labels * p) @ direction)
        if decrease <= DECREASED * loss or (decrease <= ROUNDING * loss and decrease > before / 2):
            return step
        before, share = decrease, 1.0
        while logistic_loss(labels, f + share * direction) > loss - ARMIJO * share * decrease and share > ROUNDING:
            share /= 2
        f = f + share * direction
    raise ArithmeticError(f"the logistic loss was not minimised in {STEPS} steps")


def _sharpened(networks: Networks, labels: Floats, radius: float, rough: Fit) -> Fit:
    """The optimum on the support of a rough one, when it is there."""
    support = networks.support(rough.network)
    if support is None:
        return rough
    z, price = solved(support, labels, radius)
    found = networks.moved(rough.network, z) if price >= 0 else None
    if found is None or logistic_loss(labels, found.outputs) > logistic_loss(labels, rough.outputs) * (1 + ROUNDING):
        return rough
    return Fit(found.outputs, found.network, price)
