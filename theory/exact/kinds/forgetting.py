"""``forgetting``: how much a step raises the old loss of a linear layer y = Wx under a quadratic readout.

The old loss is F(W) = mean_i ½‖BWx_i − c_i‖² over samples x_i with targets c_i.

    statement  {"W": [[…]], "step": ΔW, "readout": B, "samples": [x_1, …], "targets": [c_1, …], "alpha": A, "beta": B}
    proof      {"forgetting": F(W + ΔW) − F(W), "first_order": ⟨∇F(W), ΔW⟩, "moment": mean_i ‖x_i‖_α²,
                "step_square": [low, high] around ‖ΔW‖_{α→β}²}
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.operator_norm import apply, norm_square, operator_norm_square
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Recompute both losses, the directional derivative, the second moment and the norm of the step.

    Returns:
        forgetting, first_order, moment: as stated; step_square: the pair (low, high).
    """
    members(statement, "statement", {"W", "step", "readout", "samples", "targets", "alpha", "beta"})
    members(proof, "proof", {"forgetting", "first_order", "moment", "step_square"})
    W = read_matrix(statement["W"], "W")
    step, samples = _nonempty("step", statement), _nonempty("samples", statement)
    readout, targets = _nonempty("readout", statement), _nonempty("targets", statement)
    if len(step) != len(W) or any(len(row) != len(samples[0]) for row in (*W, *step)) or len(readout[0]) != len(W):
        raise Rejected("W, step, readout and samples do not fit together")
    if len(targets) != len(samples) or len(targets[0]) != len(readout):
        raise Rejected("targets: one for each sample and row of the readout is wanted")
    facts = derive(W, step, readout, samples, targets, statement["alpha"], statement["beta"])
    for name in ("forgetting", "first_order", "moment"):
        if read_number(proof[name], name) != facts[name]:
            raise Rejected(f"{name}: it is {facts[name]}")
    if read_vector(proof["step_square"], "step_square", 2) != facts["step_square"]:
        raise Rejected(f"step_square: the enclosure is {facts['step_square']}")
    return facts


def derive(
    W: Matrix, step: Matrix, readout: Matrix, samples: Matrix, targets: Matrix, alpha: str, beta: str
) -> dict[str, Any]:
    """The four facts, from the definitions."""
    before = [_residual(readout, W, x, c) for x, c in zip(samples, targets, strict=True)]
    moves = [apply(readout, apply(step, x)) for x in samples]
    after = [tuple(r + move for r, move in zip(*pair, strict=True)) for pair in zip(before, moves, strict=True)]
    return {
        "forgetting": _mean(after, lambda r: dot(r, r) / 2) - _mean(before, lambda r: dot(r, r) / 2),
        "first_order": sum((dot(r, move) for r, move in zip(before, moves, strict=True)), Fraction(0)) / len(samples),
        "moment": _mean(samples, lambda x: norm_square(x, alpha)),
        "step_square": operator_norm_square(step, alpha, beta),
    }


def _residual(readout: Matrix, W: Matrix, x: Vector, target: Vector) -> Vector:
    return tuple(out - wanted for out, wanted in zip(apply(readout, apply(W, x)), target, strict=True))


def _mean(vectors: "list[Vector] | Matrix", value: Callable[[Vector], Fraction]) -> Fraction:
    return sum((value(vector) for vector in vectors), Fraction(0)) / len(vectors)


def _nonempty(name: str, statement: dict[str, Any]) -> Matrix:
    matrix = read_matrix(statement[name], name)
    if not matrix or not matrix[0]:
        raise Rejected(f"{name}: at least one row and one column are wanted")
    return matrix
