"""The profile of a matrix: what an induced norm measures, and how to build a matrix back from changed values.

    entries          |w_ij|
    columns          ‖column_j‖_2
    rows             ‖row_i‖_2
    singular-values  σ_k

Every norm of the family is an ℓ_p norm of one of these, and every operation (steepest direction, projection) changes
the values and keeps the directions: that is von Neumann's trace inequality for singular values, and Cauchy–Schwarz
block by block for the others. Batched: arrays of shape (..., d, m), values of shape (..., k).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from theory.exact.rational import InputError
from theory.lion_k.exponents import Floats

Rebuild = Callable[[Floats], Floats]


def split(profile: str, W: Any) -> tuple[Floats, Rebuild]:
    """Values of the profile, and the function that puts other values on the directions of W.

    Directions of zero values are zero. A singular value below max(d, m)·eps·σ_1 is rounding and counts as zero.

    Raises:
        InputError: when W has fewer than two axes, or an entry that is not finite.
    """
    matrices = as_matrices(W)
    match profile:
        case "entries":
            flat = (*matrices.shape[:-2], matrices.shape[-2] * matrices.shape[-1])
            return np.abs(matrices).reshape(flat), lambda values: np.sign(matrices) * values.reshape(matrices.shape)
        case "columns":
            return _lengths(matrices, axis=-2)
        case "rows":
            return _lengths(matrices, axis=-1)
        case "singular-values":
            return _singular_values(matrices)
    raise InputError("profile", f"{profile!r} is not one of entries, columns, rows, singular-values")


def as_matrices(W: Any, field: str = "W") -> Floats:
    """W as doubles of shape (..., d, m).

    Raises:
        InputError: when there are fewer than two axes, an axis without length, or an entry that is not finite.
    """
    try:
        matrices = np.asarray(W, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError(field, "an array of numbers is wanted") from None
    if matrices.ndim < 2 or 0 in matrices.shape[-2:]:
        raise InputError(field, f"an array of shape (..., d, m) with d, m ≥ 1 is wanted, not {matrices.shape}")
    if not np.isfinite(matrices).all():
        raise InputError(field, "every entry has to be finite")
    return matrices


def _lengths(matrices: Floats, axis: int) -> tuple[Floats, Rebuild]:
    scale = np.max(np.abs(matrices), axis=axis, keepdims=True)
    scaled = matrices / np.where(scale > 0, scale, 1.0)
    lengths = np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True))
    directions = scaled / np.where(lengths > 0, lengths, 1.0)
    return np.squeeze(scale * lengths, axis), lambda values: directions * np.expand_dims(values, axis)


def _singular_values(matrices: Floats) -> tuple[Floats, Rebuild]:
    # A zero matrix and one with entries of 1e-300 both go through LAPACK in units of their largest entry.
    scale = np.max(np.abs(matrices), axis=(-2, -1), keepdims=True)
    left, sigma, right = np.linalg.svd(matrices / np.where(scale > 0, scale, 1.0), full_matrices=False)
    rounding = max(matrices.shape[-2:]) * np.finfo(np.float64).eps
    sigma = np.where(sigma > rounding * sigma[..., :1], sigma, 0.0)
    kept = sigma > 0
    return sigma * scale[..., 0], lambda values: (left * np.where(kept, values, 0.0)[..., None, :]) @ right
