"""Instances about layers: ``{"layers": [{"set": …, "radius": …, "G": [[…]], …}, …], …}``, read exactly.

Every claim about the family is stated for composed sets, a network with its own set and radius on each layer; a single
matrix is a list of one layer.
"""

from typing import Any

from theory.claim import Instance
from theory.exact.norms import Layers
from theory.exact.rational import InputError, Matrix, read_matrix, read_number, write_vector
from theory.lion_k import induced_set
from theory.lion_k.composed import ComposedSet


def composed_set(instance: Instance) -> ComposedSet:
    """The set on the layers of an instance.

    Raises:
        InputError: naming the layer, for an unknown set, a radius that is not positive, or a missing member.
    """
    layers = instance.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise InputError("layers", "a list of objects with the members set, radius and matrices is wanted")
    for index, layer in enumerate(layers):
        if missing := {"set", "radius"} - set(layer):
            raise InputError(f"layers[{index}].{min(missing)}", "missing")
    radii = (read_number(layer["radius"], f"layers[{index}].radius") for index, layer in enumerate(layers))
    return ComposedSet(tuple(induced_set(layer["set"]) for layer in layers), tuple(radii))


def matrices(instance: Instance, member: str) -> Layers:
    """The matrices that the layers of an instance call ``member``.

    Raises:
        InputError: naming the layer, when a matrix has no entry.
    """
    return tuple(
        _matrix(layer[member], f"layers[{index}].{member}") for index, layer in enumerate(instance["layers"])
    )


def _matrix(data: Any, field: str) -> Matrix:
    matrix = read_matrix(data, field)
    if not matrix or not matrix[0]:
        raise InputError(field, "a matrix with at least one entry is wanted")
    return matrix


def write_layers(layers: Layers) -> list[Any]:
    """The JSON form of one matrix for each layer."""
    return [[write_vector(row) for row in matrix] for matrix in layers]


def float_layers(instance: Instance, member: str) -> list[Any]:
    """The matrices as arrays of doubles."""
    from theory.problem import float_array

    return [float_array(matrix) for matrix in matrices(instance, member)]
