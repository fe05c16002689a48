"""Frank–Wolfe instances and certificates: a quadratic, a point W of a composed set, and another point V.

    {"layers": [{"set": …, "radius": …, "W": [[…]], "V": [[…]]}, …], "L": [[…]], "b": […], "curvature": 1}

F(w) = curvature·½‖Lw‖² − ⟨b, w⟩ on the entries w of all layers, row by row: layers are coupled through L.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Certificate, Instance
from theory.exact import Finding, Rejected, certificate, check
from theory.exact.kinds.frank_wolfe import flat, gradient, shaped
from theory.exact.norms import Layers
from theory.exact.rational import read_matrix, read_vector, write_vector
from theory.lion_k.layered import composed_set, matrices, write_layers
from theory.lion_k.resolution import resolutions


def statement(instance: Instance) -> dict[str, Any]:
    """What a ``frank-wolfe`` certificate states for an instance."""
    W = matrices(instance, "W")
    return {
        "K": composed_set(instance).exact_K.write(),
        "L": [write_vector(row) for row in read_matrix(instance["L"], "L", len(flat(W)))],
        "b": write_vector(read_vector(instance["b"], "b", len(flat(W)))),
        "curvature": instance["curvature"],
        "W": write_layers(W),
        "V": write_layers(matrices(instance, "V")),
    }


def gradient_at(instance: Instance) -> Layers:
    """∇F(W), one matrix for each layer."""
    W = matrices(instance, "W")
    L, b = read_matrix(instance["L"], "L", len(flat(W))), read_vector(instance["b"], "b", len(flat(W)))
    return shaped(gradient(L, b, instance["curvature"], flat(W)), W)


def certify(instance: Instance) -> Certificate:
    """The atoms of W, V and the gradient.

    Raises:
        InputError: when a singular value is irrational.
    """
    norm = composed_set(instance).exact_K
    points = {"W": matrices(instance, "W"), "V": matrices(instance, "V"), "gradient": gradient_at(instance)}
    proof = {name: resolutions(norm, point) for name, point in points.items()}
    return certificate("frank-wolfe", statement(instance), proof)


def checked(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this instance."""
    finding = check(candidate)
    if finding.kind != "frank-wolfe" or finding.statement != statement(instance):
        raise Rejected("the certificate is not about this instance")
    return finding


def with_gradient(
    layers: list[dict[str, Any]], W: Layers, G: Layers, L: list[list[int]], curvature: int
) -> Instance:
    """The instance whose gradient at W is G: b = curvature·LᵀLw − g."""
    size = len(flat(W))
    rows = read_matrix(L, "L", size)
    at_zero = gradient(rows, tuple([Fraction(0)] * size), curvature, flat(W))
    b = [entry - g for entry, g in zip(at_zero, flat(G), strict=True)]
    return {"layers": layers, "L": L, "b": write_vector(b), "curvature": curvature}
