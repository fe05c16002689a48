"""Newton's method for the least logistic loss within a radius, once it is known which neurons there are.

With outputs f = Gz, z in blocks z_j of the neurons (one coordinate where only a neuron's size is free), e_j = z_j/‖z_j‖ and
μ_i = y_i/(1 + exp(y_i f_i)), nothing but smooth equations is left:

    w e_j = G_jᵀμ for all j,     Σ‖z_j‖ = radius.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.dual_gauge import Floats

STEPS = 20


def misfit(labels: Floats, outputs: Floats) -> Floats:
    """p_i = 1/(1 + exp(y_i f_i)): minus the derivative of the loss by the margin."""
    margins = labels * outputs
    small = np.exp(-abs(margins))
    return np.asarray(np.where(margins > 0, small, 1.0) / (1.0 + small))


def logistic_loss(labels: Floats, outputs: Floats) -> float:
    """Σ log(1 + exp(−y_i f_i))."""
    return float(np.logaddexp(0.0, -labels * outputs).sum())


@dataclass(frozen=True)
class Support:
    """The neurons of a network, and what of them is free.

    Attributes:
        G: outputs by coordinates, n × k.
        block: for each coordinate the number of its neuron, in increasing order.
        z: the coordinates.
    """

    G: Floats
    block: NDArray[np.int64]
    z: Floats


def solved(support: Support, labels: Floats, radius: float) -> tuple[Floats, float]:
    """The coordinates, and w, as far as Newton's method leads from the support's own."""
    G, unit = support.G, float(misfit(labels, support.G @ support.z).max())
    z = support.z
    gradient = G.T @ (labels * misfit(labels, G @ z)) / unit
    best, least = np.append(z, max(float(gradient @ z), 0.0) / radius), np.inf
    state = best
    for _ in range(STEPS):
        residual, jacobian = _equations(support, labels, radius, unit, state)
        size = float(np.linalg.norm(residual))
        if not size < least:
            break
        best, least = state, size
        state = best - np.linalg.lstsq(jacobian, residual, rcond=1e-15)[0]
    return best[:-1], float(best[-1]) * unit


def _equations(support: Support, labels: Floats, radius: float, unit: float, state: Floats) -> tuple[Floats, Floats]:
    """The residual and its derivative at (z, w/unit); μ in the same unit."""
    G, z, w = support.G, state[:-1], float(state[-1])
    sizes = np.sqrt(np.bincount(support.block, z**2))[support.block]
    e = z / sizes
    p = misfit(labels, G @ z)
    h = p * misfit(-labels, G @ z) / unit
    same = support.block[:, None] == support.block
    curved = w / sizes[:, None] * (np.eye(len(z)) - same * np.outer(e, e))
    jacobian = np.block([[curved + G.T @ (h[:, None] * G), e[:, None]], [e[None], np.zeros((1, 1))]])
    return np.append(w * e - G.T @ (labels * p) / unit, e @ z - radius), jacobian
