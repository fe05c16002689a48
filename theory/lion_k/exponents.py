"""ℓ_p norms of non-negative vectors: value, steepest direction, projection. Batched over leading axes, in floats.

These act on the *profile* of a matrix (its entries, column lengths, or singular values); see ``profiles``.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from theory.exact.norms import Exponent

Floats = NDArray[np.float64]
#: Halvings of a bracket: beyond 60 a double no longer moves.
HALVINGS = 64
#: Quadratic convergence from within log 2: eight steps reach the last bit for every exponent tried (1.01 to 64).
NEWTON_STEPS = 8


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
    """1 < p < ∞: t + μ t^{p−1} = values has one solution t(μ), and ‖t(μ)‖_p falls in μ; log₂ μ is bisected.

    In units of the largest value t ≤ μ^{−1/(p−1)}, which bounds μ above; a multiplier below 2^-128 changes no double.
    """
    tiny = np.finfo(np.float64).tiny
    scale = np.maximum(np.max(values, axis=-1, keepdims=True, initial=0.0), tiny)
    target, unit = values / scale, bound / scale
    low = np.full_like(unit, -128.0)
    high = float(p - 1) * (np.log2(values.shape[-1]) / float(p) - np.log2(np.maximum(unit, tiny)))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        outside = lp_norm(_shrunk(target, p, middle), p)[..., None] > unit
        low, high = np.where(outside, middle, low), np.where(outside, high, middle)
    found: Floats = np.where(bound > 0, scale * _shrunk(target, p, high), 0.0)
    return found


def _shrunk(target: Floats, p: Fraction, log2_multiplier: Floats) -> Floats:
    """The solution of t + μ t^{p−1} = target by Newton's method in u = log t.

    log(e^u + μ e^{(p−1)u}) is convex and increasing in u, and the start is above the solution by at most log 2 in
    value: Newton's steps fall monotonically to it.
    """
    positive = target > 0
    logs = np.log(np.where(positive, target, 1.0))
    shift, power = log2_multiplier * np.log(2.0), float(p - 1)
    u = np.minimum(logs, (logs - shift) / power)
    for _ in range(NEWTON_STEPS):
        second = shift + power * u
        both = np.logaddexp(u, second)
        u = u - (both - logs) / (1 + (power - 1) * np.exp(second - both))
    return np.where(positive, np.exp(u), 0.0)
