"""Operator norms ‖W‖_{α→β}, their closed forms and linear minimisation oracles, with the convention y = Wx.

W has m rows (outputs) and n columns (inputs), and ‖W‖_{α→β} = max ‖Wx‖_β / ‖x‖_α. Under y = Wᵀx rows and columns
change places, and α→β becomes β*→α*, as ‖Wᵀ‖_{α→β} = ‖W‖_{β*→α*}. The oracle of G is the D of norm one with the largest
⟨G, D⟩; that largest value is the dual norm of G.

| α→β | norm                        | dual norm        | oracle of G                             | optimizer          |
|-----|-----------------------------|------------------|-----------------------------------------|--------------------|
| 1→1 | largest column ℓ1           | Σ_j ‖g_j‖_∞      | sign at the largest entry of a column   | column max         |
| 1→2 | largest column ℓ2           | Σ_j ‖g_j‖_2      | columns divided by their ℓ2 norm        | column-normalised  |
| 1→∞ | largest entry               | Σ_ij abs(g_ij)   | sign(G)                                 | sign, Lion, AdamW  |
| 2→2 | largest singular value      | nuclear norm     | polar factor UVᵀ                        | Muon               |
| 2→∞ | largest row ℓ2              | Σ_i ‖row_i‖_2    | rows divided by their ℓ2 norm           | row-normalised     |
| ∞→∞ | largest row ℓ1              | Σ_i ‖row_i‖_∞    | sign at the largest entry of a row      | row max            |

Ties of the one-hot oracles are split evenly, as Algorithm 2 of 2605.06654 does.
"""

from collections.abc import Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

from theory.exact.atoms import transposed
from theory.exact.certificate import certificate
from theory.exact.kinds.norm_oracle import Atom
from theory.exact.kinds.operator_norms import first_maximiser
from theory.exact.operator_norm import gram, operator_norm_square
from theory.exact.rational import InputError, Matrix, Vector, dot, sqrt_bounds, write_number, write_vector
from theory.exact.spectrum import eigenvalue_bounds

#: The pairs (α, β) with a closed form.
PAIRS = (("1", "1"), ("1", "2"), ("1", "inf"), ("2", "2"), ("2", "inf"), ("inf", "inf"))

#: Square roots and singular vectors are rounded to this many binary digits, always to the safe side.
BITS = 128


def closed_form_square(W: Matrix, alpha: str, beta: str) -> tuple[Fraction, Fraction]:
    """``low ≤ ‖W‖_{α→β}² ≤ high`` from the table, equal unless α = β = 2 and the square is irrational.

    Raises:
        InputError: when the pair is not in the table.
    """
    _expect_pair(alpha, beta)
    columns = transposed(W)
    match (alpha, beta):
        case ("1", "1"):
            value = max(sum((abs(entry) for entry in column), Fraction(0)) for column in columns) ** 2
        case ("1", "2"):
            value = max(dot(column, column) for column in columns)
        case ("1", _):
            value = max(abs(entry) for row in W for entry in row) ** 2
        case ("2", "2"):
            return eigenvalue_bounds(gram(columns))[0]
        case ("2", _):
            value = max(dot(row, row) for row in W)
        case _:
            value = max(sum((abs(entry) for entry in row), Fraction(0)) for row in W) ** 2
    return value, value


def oracle(G: Matrix, alpha: str, beta: str) -> Matrix:
    """The direction D of the table: ‖D‖_{α→β} ≤ 1 and ⟨G, D⟩ the dual norm of G.

    Exact where square roots are rational, else rounded inwards at relative 2^-BITS. Zero columns (rows) give zeros.

    Raises:
        InputError: when the pair is not in the table.
    """
    _expect_pair(alpha, beta)
    match (alpha, beta):
        case ("2", "2"):
            return _polar_factor(G)
        case ("1", "inf"):
            return tuple(tuple(_sign(entry) for entry in row) for row in G)
        case ("1", "1"):
            return transposed(tuple(_one_hot(column) for column in transposed(G)))
        case ("1", _):
            return transposed(tuple(_unit(column) for column in transposed(G)))
        case ("2", _):
            return tuple(_unit(row) for row in G)
        case _:
            return tuple(_one_hot(row) for row in G)


def atoms(G: Matrix, alpha: str, beta: str) -> list[Atom]:
    """G = Σ w z xᵀ with ‖z‖_{β*}, ‖x‖_α ≤ 1 and Σ w the dual norm of G: no direction of norm one does better.

    Weights are rounded outwards at relative 2^-BITS where the dual norm is irrational. Sorted as the checker wants.

    Raises:
        InputError: when the pair is not in the table.
    """
    _expect_pair(alpha, beta)
    found: list[Atom] = []
    if (alpha, beta) == ("2", "2"):
        found = _singular_atoms(G)
    elif alpha == "1":
        for j, column in enumerate(transposed(G)):
            if weight := _dual_length(column, beta):
                found.append((weight, tuple(entry / weight for entry in column), _basis(j, len(G[0]))))
    else:
        for i, row in enumerate(G):
            if weight := _length(row, alpha):
                found.append((weight, _basis(i, len(G)), tuple(entry / weight for entry in row)))
    return sorted(found, reverse=True)


def norms_certificate(W: Matrix, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """An ``operator-norms`` certificate for the pairs (α, β) asked."""
    squares = [operator_norm_square(W, alpha, beta) for alpha, beta in pairs]
    norms = [
        {"alpha": alpha, "beta": beta, "square": write_vector(square)}
        for (alpha, beta), square in zip(pairs, squares, strict=True)
    ]
    maximisers = [
        write_vector(first_maximiser(W, alpha, beta, square[1]))
        for (alpha, beta), square in zip(pairs, squares, strict=True)
    ]
    return certificate("operator-norms", {"W": write_matrix(W), "norms": norms}, {"maximisers": maximisers})


def oracle_certificate(G: Matrix, direction: Matrix, alpha: str, beta: str) -> dict[str, Any]:
    """A ``norm-oracle`` certificate for a direction, optimal or not."""
    decomposition = atoms(G, alpha, beta)
    statement = {
        "alpha": alpha,
        "beta": beta,
        "G": write_matrix(G),
        "direction": write_matrix(direction),
        "dual_bound": write_number(sum((weight for weight, _, _ in decomposition), Fraction(0))),
    }
    written = [
        {"weight": write_number(weight), "left": write_vector(left), "right": write_vector(right)}
        for weight, left, right in decomposition
    ]
    return certificate("norm-oracle", statement, {"atoms": written})


def write_matrix(matrix: Matrix) -> list[list[int | str]]:
    """The JSON form of a matrix."""
    return [write_vector(row) for row in matrix]


def _expect_pair(alpha: str, beta: str) -> None:
    if (alpha, beta) not in PAIRS:
        known = ", ".join(f"{a}→{b}" for a, b in PAIRS)
        raise InputError("alpha, beta", f"no closed form is known for {alpha}→{beta}; there are {known}")


def _sign(entry: Fraction) -> Fraction:
    return Fraction((entry > 0) - (entry < 0))


def _one_hot(vector: Vector) -> Vector:
    """The signs at the entries of largest magnitude, divided by how many there are."""
    largest = max(abs(entry) for entry in vector)
    count = sum(abs(entry) == largest for entry in vector)
    return tuple(_sign(entry) / count if abs(entry) == largest else Fraction(0) for entry in vector)


def _unit(vector: Vector) -> Vector:
    """The vector divided by an upper bound of its ℓ2 norm; the zero vector stays."""
    length = _length(vector, "2")
    return tuple(entry / length for entry in vector) if length else vector


def _length(vector: Vector, p: str) -> Fraction:
    """‖vector‖_p, rounded upwards where it is irrational."""
    if p == "2":
        return sqrt_bounds(dot(vector, vector), BITS)[1]
    magnitudes = [abs(entry) for entry in vector]
    return sum(magnitudes, Fraction(0)) if p == "1" else max(magnitudes)


def _dual_length(vector: Vector, p: str) -> Fraction:
    return _length(vector, {"1": "inf", "2": "2", "inf": "1"}[p])


def _basis(index: int, n: int) -> Vector:
    return tuple(Fraction(index == j) for j in range(n))


def _singular_triplets(G: Matrix) -> list[Atom]:
    """Rational (σ, left, right) near the singular triplets of G with σ > 0; the vectors' norms are at most one."""
    mp = import_module("mpmath").mp
    scale = max(abs(entry) for row in G for entry in row)
    if scale == 0:
        return []
    inwards = 1 - Fraction(1, 1 << (BITS - 16))
    unit = 1 << (BITS + 32)
    with mp.workprec(2 * BITS + 64):
        shape = [[mp.mpf(e.numerator * scale.denominator) / (e.denominator * scale.numerator) for e in r] for r in G]
        U, S, V = mp.svd_r(mp.matrix(shape))
        triplets = []
        for k in range(min(len(G), len(G[0]))):
            if S[k] < mp.mpf(2) ** -BITS:
                continue
            sigma, *entries = (
                Fraction(int(mp.nint(value * unit)), unit)
                for value in [S[k], *(U[i, k] for i in range(len(G))), *(V[k, j] for j in range(len(G[0])))]
            )
            left, right = entries[: len(G)], entries[len(G):]
            triplets.append((sigma * scale, tuple(v * inwards for v in left), tuple(v * inwards for v in right)))
    return triplets


def _polar_factor(G: Matrix) -> Matrix:
    """UVᵀ over the positive singular values, rounded so that its spectral norm is at most one."""
    triplets, unit = _singular_triplets(G), 1 << (BITS + 32)
    return tuple(
        tuple(Fraction(round(unit * sum(left[i] * right[j] for _, left, right in triplets)), unit)
              for j in range(len(G[0])))
        for i in range(len(G))
    )


def _singular_atoms(G: Matrix) -> list[Atom]:
    """The singular triplets, and entries for what rounding left over."""
    triplets = _singular_triplets(G)
    found = list(triplets)
    for i, row in enumerate(G):
        for j, entry in enumerate(row):
            rest = entry - sum((weight * left[i] * right[j] for weight, left, right in triplets), Fraction(0))
            if rest:
                signed = tuple(_sign(rest) * value for value in _basis(i, len(G)))
                found.append((abs(rest), signed, _basis(j, len(G[0]))))
    return found
