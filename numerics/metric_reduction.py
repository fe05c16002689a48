"""Fewer neurons with the same outputs and the same ‖U‖_{S_p}‖α‖_2, by Carathéodory's theorem.

Multiplying u_j and α_j by √c_j changes f, UUᵀ and ‖α‖² linearly in c. So among the c ≥ 0 that keep the n outputs and the
d(d+1)/2 entries of UUᵀ there is one with at most n + d(d+1)/2 of them not zero and ‖α‖² no greater.
"""

from dataclasses import replace

import numpy as np

from numerics.dual_gauge import Floats
from numerics.metric_generation import MetricOptimum

#: Singular values below this share of the largest count as zero.
DEPENDENT = 1e-10


def reduced(found: MetricOptimum, X: Floats) -> MetricOptimum:
    """The same optimum with independent neurons."""
    signs, V = found.signs, found.V
    upper = np.triu_indices(X.shape[1])
    while len(V):
        shares = np.sqrt(np.einsum("jd,de,je->j", V, found.metric, V))
        outer = np.einsum("jd,je->jde", V, V)[:, upper[0], upper[1]] / shares[:, None]
        atoms = np.hstack([signs[:, None] * np.maximum(V @ X.T, 0), outer]).T
        lengths = np.linalg.norm(atoms, axis=0)
        _, singular, right = np.linalg.svd(atoms / lengths)
        if len(V) <= len(atoms) and (singular > DEPENDENT * singular[0]).sum() == len(V):
            break
        c = right[-1] / lengths
        c = c if c @ shares <= 0 else -c
        if c.min() >= 0:
            break
        weights = np.maximum(1 - c / c.min(), 0.0)
        kept = np.arange(len(V)) != c.argmin()
        signs, V = signs[kept], (weights[:, None] * V)[kept]
    return replace(found, signs=signs, V=V)
