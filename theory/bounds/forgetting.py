"""How much a step ΔW of a linear layer y = Wx raises an old loss, bounded through operator norms.

For a loss that is L-smooth in the layer's output, measured in ‖·‖_β,

    F(W + ΔW) − F(W) ≤ ⟨∇F(W), ΔW⟩ + (L/2) ‖ΔW‖_{α→β}² E‖x‖_α² ,

and the exponent α is free: a step that is small in α→β forgets little on inputs with small ‖x‖_α. For x with k entries
of equal size and zeros elsewhere ‖x‖_α² is proportional to k^{2/α}: sparse inputs have moments that hardly depend on α,
dense ones moments that fall with it.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Instance
from theory.exact.certificate import certificate
from theory.exact.kinds.forgetting import derive
from theory.exact.operator_norm import norm_square
from theory.exact.rational import Matrix, read_matrix, write_number, write_vector

#: The members of an instance that are matrices.
MATRICES = ("W", "step", "readout", "samples", "targets")


def second_moment(samples: Matrix, alpha: str) -> Fraction:
    """mean ‖x‖_α² over the samples (rows)."""
    return sum((norm_square(x, alpha) for x in samples), Fraction(0)) / len(samples)


def statement_of(instance: Instance) -> dict[str, Any]:
    """The statement a ``forgetting`` certificate makes about this instance."""
    matrices = {name: [write_vector(row) for row in read_matrix(instance[name], name)] for name in MATRICES}
    return {**matrices, "alpha": instance["alpha"], "beta": instance["beta"]}


def forgetting_certificate(instance: Instance) -> dict[str, Any]:
    """A ``forgetting`` certificate: the rise of the loss, its first-order part, the moment and the norm of the step."""
    W, step, readout, samples, targets = (read_matrix(instance[name], name) for name in MATRICES)
    facts = derive(W, step, readout, samples, targets, instance["alpha"], instance["beta"])
    written = {name: write_number(facts[name]) for name in ("forgetting", "first_order", "moment")}
    proof = {**written, "step_square": write_vector(facts["step_square"])}
    return certificate("forgetting", statement_of(instance), proof)
