"""From the neurons of a float optimum to effective weights in rational numbers, exactly on target where that is asked."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.dual_certificate import rational
from numerics.dual_gauge import Floats
from numerics.linear_systems import solve_exactly
from numerics.polishing import on_rows
from theory.exact.cones import row_echelon
from theory.exact.rational import Matrix, Vector, dot
from theory.problem import float_array

#: (sign, v) of one neuron.
Neuron = tuple[int, Vector]


def reduced(X: Floats, signs: NDArray[np.int64], V: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The same outputs at no greater cost with independent neurons, so at most n of them (Carathéodory).

    While Σ c_j σ_j (Xv_j)_+ = 0 for some c ≠ 0, the weights 1 + τc_j keep the outputs and change the cost linearly.
    """
    while len(V):
        atoms = (signs[:, None] * np.maximum(V @ X.T, 0)).T
        lengths = np.linalg.norm(atoms, axis=0)
        if not lengths.all():
            signs, V = signs[lengths > 0], V[lengths > 0]
            continue
        _, singular, right = np.linalg.svd(atoms / lengths)
        rank = int((singular > 1e-9 * singular[0]).sum())
        if rank == len(V):
            break
        c = right[-1] / lengths
        c = c if c @ np.linalg.norm(V, axis=1) <= 0 else -c
        if c.min() >= 0:
            break
        step = 1 / -c.min()
        weights = np.maximum(1 + step * c, 0.0)
        kept = np.arange(len(V)) != c.argmin()
        signs, V = signs[kept], (weights[:, None] * V)[kept]
    return signs, V


def rounded(signs: NDArray[np.int64], V: Floats, bits: int = 60) -> list[Neuron]:
    """The neurons with dyadic weights."""
    flat = rational(V.ravel(), bits)
    d = V.shape[1]
    return [(int(sign), flat[j * d : (j + 1) * d]) for j, sign in enumerate(signs)]


def fitted(X: Matrix, y: Vector, signs: NDArray[np.int64], V: Floats) -> list[Neuron]:
    """Neurons near the given ones whose outputs are exactly y.

    A neuron keeps its side of every row: v_j = N_j z_j, where N_j spans what is orthogonal to the rows it lies on, and
    Σ σ_j D_j X N_j z_j = y is solved exactly, for as many coordinates z as there are independent equations. The
    others keep their rounded values.

    Raises:
        ArithmeticError: when these cones hold no exact fit.
    """
    n, d = len(X), V.shape[1]
    X_float = float_array(X)
    bases: list[list[Vector]] = []
    columns: list[Vector] = []
    start: list[Fraction] = []
    for sign, v in zip(signs, V, strict=True):
        on = on_rows(X_float, v)
        basis = null_space([X[i] for i in np.flatnonzero(on)], d)
        coordinates = np.linalg.lstsq(np.array(basis, dtype=float).T, v, rcond=None)[0] if basis else np.zeros(0)
        above = (X_float @ v > 0) & ~on
        columns += [tuple(int(sign) * dot(X[i], b) if above[i] else Fraction(0) for i in range(n)) for b in basis]
        start += [Fraction(float(entry)) for entry in coordinates]
        bases.append(basis)
    solved = solve_near(columns, y, start)
    if solved is None:
        raise ArithmeticError("no exact fit near the optimum in doubles")
    z, neurons = iter(solved), []
    for sign, basis in zip(signs, bases, strict=True):
        terms = [(next(z), b) for b in basis]
        neurons.append((int(sign), tuple(sum((c * b[k] for c, b in terms), Fraction(0)) for k in range(d))))
    return neurons


def null_space(rows: Sequence[Vector], d: int) -> list[Vector]:
    """A basis of {v ∈ Q^d : rows·v = 0}."""
    reduced_rows, pivots = row_echelon(tuple(rows)) if rows else ((), ())
    basis = []
    for free in (column for column in range(d) if column not in pivots):
        entries = {free: Fraction(1)} | {p: -row[free] for p, row in zip(pivots, reduced_rows, strict=True)}
        basis.append(tuple(entries.get(column, Fraction(0)) for column in range(d)))
    return basis


def solve_near(columns: Sequence[Vector], right: Vector, start: Sequence[Fraction]) -> list[Fraction] | None:
    """A solution of Σ z_k columns_k = right that differs from ``start`` in no more entries than there are equations."""
    from scipy.linalg import qr

    if not columns:
        return None if any(right) else []
    matrix = np.array([[float(entry) for entry in column] for column in columns]).T
    rank = int(np.linalg.matrix_rank(matrix, rtol=1e-10))
    chosen = sorted(qr(matrix, mode="economic", pivoting=True)[2][:rank])
    rows = list(zip(*columns, strict=True))
    residual = [t - dot(start, row) for t, row in zip(right, rows, strict=True)]
    step = solve_exactly([[row[k] for k in chosen] for row in rows], residual)
    if step is None:
        return None
    z = list(start)
    for k, entry in zip(chosen, step, strict=True):
        z[k] += entry
    return z
