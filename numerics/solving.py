"""``solve``: the best network of an induced set, through the set's convex reformulation."""

from typing import Any

from numerics.solution import Solution
from theory.exact.rational import InputError
from theory.problem import Problem
from theory.reformulation import reformulation


def solve(
    problem: Any,
    set: str,
    objective: str = "radius",
    radius: Any = None,
    beta: Any = None,
    width: int | None = None,
    tolerance: float = 1e-9,
    loss: str = "squared",
) -> Solution:
    """Solve the convex form of training inside an induced set, and certify the optimum.

    Args:
        problem: ``{"X": …, "y": …}`` or a pair of arrays, n × d and n.
        set: frobenius, … (``theory.reformulation``).
        objective: ``"radius"``, the least R1·R2 that fits y exactly; ``"loss"``, the least ½‖f − y‖² within R1·R2 ≤
            ``radius``; ``"penalised"``, the least ½‖f − y‖² + ``beta``·R1·R2.
        radius, beta: exact numbers or floats.
        width: neurons at most.
        tolerance: relative width of the certified interval from which the answer is called OPTIMAL.
        loss: ``"squared"``, or ``"logistic"`` for Σ log(1 + exp(−y_i f_i)) with labels ±1 and the objective ``"loss"``.

    Raises:
        InputError: naming the member of the problem, or the option, that cannot be used.
    """
    data, form = Problem.read(problem), reformulation(set)
    question = form.question(objective, radius, beta, width, tolerance)
    if loss == "logistic":
        from numerics.logistic import solve as solve_logistic

        return solve_logistic(form, data, question)
    if loss != "squared":
        raise InputError("loss", f"{loss!r} is not one of squared, logistic")
    solution: Solution = form.solve(data, question)
    return solution
