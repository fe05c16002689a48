"""ℓ_p norms of non-negative vectors: value, steepest direction, projection. Batched over leading axes, in floats.

These act on the *profile* of a matrix (its entries, column lengths, or singular values); see ``profiles``.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.exact.norms import Exponent

Floats = NDArray[np.float64]
#: Halvings of a bracket: beyond 60 a double no longer moves.
HALVINGS = 64


def lp_norm(values: Floats, p: Exponent) -> Floats:
    """‖values‖_p along the last axis, scaled first so that no power over- or underflows."""
    largest: Floats = np.max(values, axis=-1, initial=0.0)
    if p == "inf":
        return largest
    scale = np.where(largest > 0, largest, 1.0)
    powers = (values / scale[..., None]) ** float(p)
    return np.asarray(scale * np.sum(powers, axis=-1) ** (1 / float(p)), dtype=np.float64)


def aligned(values: Floats, p: Exponent) -> Floats:
    """The subgradient of ‖·‖_p of least ℓ_2 norm: its dual norm is 1 and its inner product with values is ‖values‖_p.

    At zero it is zero. For p = ∞ the weight is shared equally by all largest values.
    """
    if p == 1:
        return (values > 0).astype(np.float64)
    norm = lp_norm(values, p)[..., None]
    if p == "inf":
        largest = (values == norm) & (norm > 0)
        shares: Floats = largest / np.maximum(np.sum(largest, axis=-1, keepdims=True), 1)
        return shares
    powers: Floats = (values / np.where(norm > 0, norm, 1.0)) ** float(p - 1)
    return powers


def project(values: Floats, p: Exponent, radius: Floats) -> Floats:
    """The nearest vector with ‖·‖_p ≤ radius, for non-negative values; ``radius`` has the shape of the batch."""
    bound = radius[..., None]
    if p == "inf":
        return np.minimum(values, bound)
    norm = lp_norm(values, p)[..., None]
    inside = norm <= bound
    if p == 2:
        return np.where(inside, values, values * (bound / np.where(norm > 0, norm, 1.0)))
    moved = _soft_threshold(values, bound) if p == 1 else _by_multiplier(values, p, bound)
    return np.where(inside, values, moved)


def _soft_threshold(values: Floats, bound: Floats) -> Floats:
    """p = 1: subtract the one threshold that leaves a sum of ``bound``; sorting finds it."""
    ordered = -np.sort(-values, axis=-1)
    thresholds = (np.cumsum(ordered, axis=-1) - bound) / np.arange(1, values.shape[-1] + 1)
    last = np.sum(ordered > thresholds, axis=-1, keepdims=True) - 1
    return np.maximum(values - np.take_along_axis(thresholds, np.maximum(last, 0), axis=-1), 0.0)


def _by_multiplier(values: Floats, p: Fraction, bound: Floats) -> Floats:
    """1 < p < ∞: t + μ t^{p−1} = values has one solution t(μ), and ‖t(μ)‖_p falls in μ; both are bisected.

    In units of the largest value, with log₂ μ bisected on [−128, 128 p]: radii below 2^-128 of it come out as 0.
    """
    scale = np.maximum(np.max(values, axis=-1, keepdims=True, initial=0.0), np.finfo(np.float64).tiny)
    target, unit = values / scale, bound / scale
    low, high = np.full_like(unit, -128.0), np.full_like(unit, 128.0 * max(1.0, float(p)))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        outside = lp_norm(_shrunk(target, p, np.exp2(middle)), p)[..., None] > unit
        low, high = np.where(outside, middle, low), np.where(outside, high, middle)
    found: Floats = scale * _shrunk(target, p, np.exp2(high))
    return found


def _shrunk(target: Floats, p: Fraction, multiplier: Any) -> Floats:
    low, high = np.zeros_like(target), target.copy()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = middle + multiplier * middle ** float(p - 1) > target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return low
