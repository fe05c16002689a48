"""Norms of the Lion-K family and their duals, in rational arithmetic.

The norm of a matrix is the ℓ_p norm of its profile (``atoms``), weighted; several layers are joined by a sum or a
maximum. The dual joins the dual layers by the other one:

    N(W) = Σ_b w_b ‖profile_b(W_b)‖_p        dual:   max_b (1/w_b) ‖profile_b(W_b)‖_q,   1/p + 1/q = 1.

Roots that are irrational are enclosed between rationals, which agree when the root is rational.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from theory.exact.atoms import PROFILES, Atom, atoms_of, combined, inner
from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, about, read_matrix, read_number, write_number

Exponent = Fraction | Literal["inf"]
Bounds = tuple[Fraction, Fraction]
Layers = tuple[Matrix, ...]
Atoms = tuple[tuple[Atom, ...], ...]
#: Exponents beyond these make powers of thousands of digits.
LARGEST_EXPONENT = 64
#: Significant bits of an irrational root.
BITS = 96


@dataclass(frozen=True)
class LayerNorm:
    """weight·‖profile(W)‖_exponent of one layer."""

    profile: str
    exponent: Exponent
    weight: Fraction = Fraction(1)


@dataclass(frozen=True)
class Norm:
    """A norm on a tuple of matrices: the ``sum`` or the ``max`` of layer norms."""

    join: Literal["sum", "max"]
    layers: tuple[LayerNorm, ...]

    @property
    def dual(self) -> "Norm":
        """The dual norm."""
        layers = (LayerNorm(n.profile, conjugate_exponent(n.exponent), 1 / n.weight) for n in self.layers)
        return Norm("max" if self.join == "sum" else "sum", tuple(layers))

    def write(self) -> dict[str, Any]:
        """The JSON form."""
        layers = [
            {
                "profile": layer.profile,
                "exponent": layer.exponent if layer.exponent == "inf" else write_number(layer.exponent),
                "weight": write_number(layer.weight),
            }
            for layer in self.layers
        ]
        return {"join": self.join, "layers": layers}


def conjugate_exponent(p: Exponent) -> Exponent:
    """q with 1/p + 1/q = 1."""
    if p == "inf":
        return Fraction(1)
    return "inf" if p == 1 else p / (p - 1)


def read_norm(data: Any) -> Norm:
    """A norm from its JSON form.

    Raises:
        Rejected: for anything that is no norm.
    """
    members(data, "norm", {"join", "layers"})
    if data["join"] not in ("sum", "max") or not isinstance(data["layers"], list) or not data["layers"]:
        raise Rejected("norm: join is sum or max, and there is at least one layer")
    layers = []
    for index, layer in enumerate(data["layers"]):
        where = f"norm.layers[{index}]"
        members(layer, where, {"profile", "exponent", "weight"})
        exponent: Exponent = "inf" if layer["exponent"] == "inf" else read_number(layer["exponent"], where)
        weight = read_number(layer["weight"], where)
        if layer["profile"] not in PROFILES or weight <= 0:
            raise Rejected(f"{where}: a known profile and a positive weight are wanted")
        if exponent != "inf" and not (exponent >= 1 and max(exponent.as_integer_ratio()) <= LARGEST_EXPONENT):
            raise Rejected(f"{where}: an exponent between 1 and {LARGEST_EXPONENT}, or inf, is wanted")
        layers.append(LayerNorm(layer["profile"], exponent, weight))
    return Norm(data["join"], tuple(layers))


def read_layers(data: Any, norm: Norm, field: str) -> Layers:
    """One matrix for every layer of the norm."""
    if not isinstance(data, list) or len(data) != len(norm.layers):
        raise Rejected(f"{field}: one matrix for each of {len(norm.layers)} layers is wanted")
    layers = tuple(read_matrix(matrix, f"{field}[{index}]") for index, matrix in enumerate(data))
    if not all(matrix and matrix[0] for matrix in layers):
        raise Rejected(f"{field}: every matrix has at least one entry")
    return layers


def read_atoms(norm: Norm, matrices: Layers, resolutions: Any, field: str) -> Atoms:
    """The atoms of every layer; ``resolutions`` holds one for every layer, null but for singular values."""
    if not isinstance(resolutions, list) or len(resolutions) != len(norm.layers):
        raise Rejected(f"{field}: one resolution for each layer is wanted")
    found = []
    for index, (layer, matrix, resolution) in enumerate(zip(norm.layers, matrices, resolutions, strict=True)):
        if layer.profile != "singular-values" and resolution is not None:
            raise Rejected(f"{field}[{index}]: {layer.profile} need no resolution")
        found.append(atoms_of(layer.profile, matrix, resolution, f"{field}[{index}]"))
    return tuple(found)


def norm_bounds(norm: Norm, atoms: Atoms) -> Bounds:
    """Rational low ≤ N(W) ≤ high, equal when every root is rational."""
    bounds = [_layer_bounds(layer, own) for layer, own in zip(norm.layers, atoms, strict=True)]
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    return (sum(lows, Fraction(0)), sum(highs, Fraction(0))) if norm.join == "sum" else (max(lows), max(highs))


def rational_norm(norm: Norm, atoms: Atoms) -> Fraction:
    """N(W), or Rejected when it is irrational."""
    low, high = norm_bounds(norm, atoms)
    if low != high:
        raise Rejected(f"the norm is irrational, between {about(low)} and {about(high)}")
    return low


def aligned(norm: Norm, atoms: Atoms, like: Layers) -> Layers:
    """The subgradient of N of least Frobenius norm: dual norm 1, inner product N(W) with W; zero at zero.

    Raises:
        Rejected: when it is irrational.
    """
    sizes = [rational_norm(Norm("sum", (layer,)), (own,)) for layer, own in zip(norm.layers, atoms, strict=True)]
    largest = [index for index, size in enumerate(sizes) if size == max(sizes)]
    found = []
    for index, (layer, own, matrix) in enumerate(zip(norm.layers, atoms, like, strict=True)):
        share = Fraction(1) if norm.join == "sum" else Fraction(index in largest, len(largest))
        factor = share * layer.weight
        terms = [(factor * c, atom) for c, atom in zip(_steepest(layer.exponent, own), own, strict=True)]
        found.append(combined(terms, matrix))
    return tuple(found)


def _layer_bounds(layer: LayerNorm, atoms: Sequence[Atom]) -> Bounds:
    p, largest = layer.exponent, max((atom.value for atom in atoms), default=Fraction(0))
    if p == "inf" or not largest:
        return layer.weight * largest, layer.weight * largest
    # In units of the largest value: then c·(a rational norm) has rational powers even when c^p is irrational.
    powers = [(atom.multiplicity, power_bounds(atom.value / largest, p)) for atom in atoms]
    low = power_bounds(sum((count * bound[0] for count, bound in powers), Fraction(0)), 1 / p)[0]
    high = power_bounds(sum((count * bound[1] for count, bound in powers), Fraction(0)), 1 / p)[1]
    return layer.weight * largest * low, layer.weight * largest * high


def _steepest(p: Exponent, atoms: Sequence[Atom]) -> list[Fraction]:
    """Coefficients (s_k/‖s‖_p)^{p−1}; for p = ∞ equal shares on the largest values."""
    if p == 1:
        return [Fraction(1)] * len(atoms)
    norm = rational_norm(Norm("sum", (LayerNorm("entries", p),)), (tuple(atoms),))
    if p == "inf":
        count = sum(atom.multiplicity for atom in atoms if atom.value == norm)
        return [Fraction(atom.value == norm, count) for atom in atoms]
    found = []
    for atom in atoms:
        low, high = power_bounds(atom.value / norm, p - 1)
        if low != high:
            raise Rejected(f"the steepest direction is irrational for exponent {p}")
        found.append(low)
    return found


def power_bounds(value: Fraction, exponent: Fraction) -> Bounds:
    """Rational low ≤ value^exponent ≤ high for value ≥ 0 and exponent > 0, equal when the power is rational."""
    power = value**exponent.numerator
    degree = exponent.denominator
    if degree == 1 or not power:
        return power, power
    # x = a/b is (a·b^{k−1})^{1/k} / b; scale by 2^{k·shift} so that the integer root carries BITS bits.
    product = power.numerator * power.denominator ** (degree - 1)
    shift = max(0, BITS + 1 - product.bit_length() // degree)
    root = _integer_root(product << (degree * shift), degree)
    low = Fraction(root, power.denominator << shift)
    exact = root**degree == product << (degree * shift)
    return (low, low) if exact else (low, Fraction(root + 1, power.denominator << shift))


def _integer_root(value: int, degree: int) -> int:
    """⌊value^{1/degree}⌋ by bisection on its bits."""
    root = 0
    for bit in range(value.bit_length() // degree, -1, -1):
        if (root | 1 << bit) ** degree <= value:
            root |= 1 << bit
    return root


def pairing(left: Layers, right: Layers) -> Fraction:
    """Σ_b ⟨A_b, B_b⟩."""
    return sum((inner(a, b) for a, b in zip(left, right, strict=True)), Fraction(0))

