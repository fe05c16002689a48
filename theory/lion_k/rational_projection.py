"""Projections on the balls of the family as rational matrices, with what the checker needs to verify them. Untrusted.

Exact for exponents 1, 2 (rational norms) and ∞; for other exponents the profile is projected in floating point and
rounded to small denominators, which is right where a projection with small denominators exists and is caught otherwise.
"""

from fractions import Fraction
from typing import Any

from theory.exact.atoms import Atom, combined
from theory.exact.norms import Exponent, LayerNorm, Layers, Norm, norm_bounds, read_atoms
from theory.exact.projection import difference
from theory.lion_k.layered import write_layers
from theory.lion_k.resolution import resolutions

#: Largest denominator of a profile that was projected in floating point.
LARGEST_DENOMINATOR = 10**6


def projection_proof(gauge: Norm, C: Layers) -> dict[str, Any]:
    """The ``projection`` member of a certificate; ``gauge`` joins layers by a maximum."""
    P = rational_projection(gauge, C)
    return {
        "point": write_layers(P),
        "point_atoms": resolutions(gauge, P),
        "normal": resolutions(gauge, difference(C, P)),
    }


def rational_projection(gauge: Norm, C: Layers) -> Layers:
    """The nearest point, layer by layer.

    Raises:
        InputError: when a singular value is irrational.
    """
    points = []
    for layer, matrix, atoms in zip(gauge.layers, C, read_atoms(gauge, C, resolutions(gauge, C), "C"), strict=True):
        values = _projected(atoms, layer.exponent, 1 / layer.weight)
        points.append(combined(list(zip(values, atoms, strict=True)), matrix))
    return tuple(points)


def _projected(atoms: tuple[Atom, ...], p: Exponent, radius: Fraction) -> list[Fraction]:
    """The projected values of a profile, one for each atom."""
    values = [atom.value for atom in atoms]
    if p == "inf":
        return [min(value, radius) for value in values]
    norm = norm_bounds(Norm("sum", (LayerNorm("entries", p),)), (atoms,))[0]
    if norm <= radius:
        return values
    if p == 2:
        return [value * radius / norm for value in values]
    if p == 1:
        threshold = _threshold(atoms, radius)
        return [max(value - threshold, Fraction(0)) for value in values]
    return _rounded(atoms, p, radius)


def _threshold(atoms: tuple[Atom, ...], radius: Fraction) -> Fraction:
    """τ with Σ μ_k (s_k − τ)_+ = radius: the largest candidate over leading groups of the sorted values."""
    ordered = sorted(atoms, key=lambda atom: -atom.value)
    total, count, best = Fraction(0), 0, Fraction(0)
    for atom in ordered:
        total, count = total + atom.multiplicity * atom.value, count + atom.multiplicity
        best = max(best, (total - radius) / count)
    return best


def _rounded(atoms: tuple[Atom, ...], p: Fraction, radius: Fraction) -> list[Fraction]:
    import numpy as np

    from theory.lion_k.exponents import project

    repeated = np.array([float(atom.value) for atom in atoms for _ in range(atom.multiplicity)])
    projected = project(repeated, p, np.asarray(float(radius)))
    first = np.cumsum([0, *(atom.multiplicity for atom in atoms[:-1])])
    return [Fraction(float(value)).limit_denominator(LARGEST_DENOMINATOR) for value in projected[first]]
