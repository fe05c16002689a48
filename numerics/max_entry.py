"""The max-entry row: the large-width gauge, and the best network of a given width. Exact on rational data."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.box_cover import Exceeded, certify_box, greatest
from numerics.box_master import Budget, Master, Optimum, Part
from numerics.box_vertices import BoxVertices
from numerics.box_width import BoxPrograms
from numerics.multipliers import even
from numerics.solution import Recomputed, Solution
from numerics.unfittable import unfittable
from numerics.width_search import Found, Neuron, best_network
from theory.exact import Rejected, certificate, check
from theory.exact.allocations import line_normals
from theory.exact.kinds.gauge_interval import derive
from theory.exact.kinks import drift, kink_sum
from theory.exact.rational import InputError, Vector, read_number, write_number, write_vector
from theory.exact.vector_norms import NORMS
from theory.network import Network, loss
from theory.problem import Problem
from theory.reformulation import Reformulation
from theory.reformulation.base import Question
from theory.reformulation.width_limited import level


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The optimum for the max-entry set; see :func:`numerics.solving.solve`.

    Raises:
        InputError: when doubles cannot tell the rows apart.
    """
    try:
        return _solved(form, problem, question)
    except (ArithmeticError, Exceeded, Rejected) as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error


def _solved(form: Reformulation, problem: Problem, question: Question) -> Solution:
    if question.objective == "radius" and (mu := unfittable(problem.X, problem.y)) is not None:
        proof = certificate("unfittable", problem.write(), {"dual": write_vector(mu)})
        check(proof)
        return Solution("INFEASIBLE", form.name, question.objective, proof, mu)
    if question.width is not None:
        R = question.limit if question.objective == "loss" else None
        lines = len(line_normals(problem.X))
        found = best_network(lambda limit: BoxPrograms(problem, limit), question.width, lines, R)
        return width_limited(form, problem, question, "max-entry", found)
    return _gauge(form, problem, question)


def _gauge(form: Reformulation, problem: Problem, question: Question) -> Solution:
    vertices = BoxVertices(line_normals(problem.X), problem.d)
    found = _optimum(Master(problem, vertices), question)
    at_zero = problem.y if question.objective == "loss" else (Fraction(0),) * problem.n
    mu = even(problem, [m if any(row) else t for m, row, t in zip(found.mu, problem.X, at_zero, strict=True)])
    neurons = groups(vertices, found.parts)
    q, everywhere = kink_sum(problem.X, mu), np.arange(len(vertices.points))
    w = max(greatest(q, vertices, everywhere)[0], greatest(-q, vertices, everywhere)[0])
    proof = {
        "network": written_network(neurons, problem.d),
        "dual": write_vector(mu),
        "drift": write_vector(drift(problem.X, mu)),
        "above": certify_box(q, vertices, w),
        "below": certify_box(-q, vertices, w),
    }
    statement: dict[str, Any] = {**problem.write(), "norm": "max-entry", "objective": question.objective}
    if question.objective == "loss":
        statement["radius"] = write_number(question.limit)
    facts = derive(statement, proof)
    statement |= {end: write_number(facts[end]) for end in ("lower", "upper")}
    proved = certificate("gauge-interval", statement, proof)
    return with_gauge(answer(form, problem, question, proved, neurons, mu, {"vertices": len(vertices.points)}))


def _optimum(master: Master, question: Question) -> Optimum:
    """Exactly: the gauge of y, or the least loss within the radius, which is zero where the gauge of y allows it."""
    everything = [Budget((1, -1), np.arange(len(master.vertices.points)), 1)]
    if question.objective == "loss" and unfittable(master.problem.X, master.problem.y) is not None:
        return master.exact_loss(everything, question.limit)
    fitting = master.exact_radius(everything)
    if fitting.value is None:
        raise ArithmeticError("a target that can be fitted was not")
    if question.objective == "radius":
        return fitting
    if fitting.value > question.limit:
        return master.exact_loss(everything, question.limit)
    return Optimum(Fraction(0), fitting.parts, (Fraction(0),) * master.problem.n)


def groups(vertices: BoxVertices, parts: Sequence[Part]) -> list[Neuron]:
    """One neuron for the units of a solution that share a sign and a cell, in increasing order."""
    found: list[tuple[int, Any, Vector]] = []
    for part in parts:
        sides, u = vertices.sides[part.vertex], vertices.exact(part.vertex)
        for place, (sign, common, v) in enumerate(found):
            if sign == part.sign and (common * sides >= 0).all():
                total = tuple(entry + part.size * x for entry, x in zip(v, u, strict=True))
                found[place] = (sign, np.where(common == 0, sides, common), total)
                break
        else:
            found.append((part.sign, sides, tuple(part.size * x for x in u)))
    return sorted((sign, v) for sign, _, v in found)


def written_network(neurons: Sequence[Neuron], d: int) -> dict[str, Any]:
    """Effective weights as the certificates hold them."""
    return {"neurons": [{"u": write_vector(v), "alpha": sign} for sign, v in neurons] or [{"u": [0] * d, "alpha": 0}]}


def width_limited(form: Reformulation, problem: Problem, question: Question, norm: str, found: Found) -> Solution:
    """What a search over widths found, with its certificate checked."""
    statement: dict[str, Any] = {**problem.write(), "norm": norm, "width": question.width}
    details = {"nodes": found.nodes}
    if found.lower is None:
        proof = certificate("width-limited", statement | {"objective": "fit"}, {"tree": found.tree})
        check(proof)
        return Solution("INFEASIBLE", form.name, question.objective, proof, (), details=details)
    statement |= {"objective": question.objective, "lower": write_number(found.lower)}
    if question.objective == "loss":
        statement["radius"] = write_number(question.limit)
    upper = None if found.value is None else write_number(found.value)
    network = {} if found.value is None else {"network": written_network(found.neurons, problem.d)}
    proof = certificate("width-limited", statement | {"upper": upper}, {"tree": found.tree} | network)
    check(proof)
    return answer(form, problem, question, proof, found.neurons, (), details)


def answer(
    form: Reformulation, problem: Problem, question: Question, proof: dict[str, Any], neurons: Sequence[Neuron],
    mu: Vector, details: dict[str, Any],
) -> Solution:
    """The solution that a checked certificate stands for."""
    stated = proof["statement"]
    lower = read_number(stated["lower"], "lower")
    upper = None if stated["upper"] is None else read_number(stated["upper"], "upper")
    if upper is None:
        return Solution("UNDECIDED", form.name, question.objective, proof, mu, dual_value=float(lower), lower=lower,
                        details=details)
    gap = float((upper - lower) / upper) if upper else 0.0
    largest = max((float(NORMS[stated["norm"]][0](v)) for _, v in neurons), default=0.0)
    network = level(neurons, largest, problem.d)
    return Solution(
        status="OPTIMAL" if gap <= question.tolerance else "UNDECIDED", set=form.name, objective=question.objective,
        certificate=proof, dual=mu, value=float(upper), dual_value=float(lower), gap=gap, lower=lower, upper=upper,
        width=network.width, network=network, recomputed=measured(form, problem, network), details=details,
    )


def with_gauge(solution: Solution) -> Solution:
    """A solution without a width, with Σ|α_j| N(u_j) among its network's norms: this is what was bounded, or least."""
    if solution.network is None or solution.recomputed is None:
        return solution
    size = NORMS[solution.certificate["statement"]["norm"]][0]
    gauge = sum(float(size(neuron.effective)) for neuron in solution.network.neurons)
    norms = solution.recomputed.norms | {"gauge": gauge}
    return replace(solution, recomputed=replace(solution.recomputed, norms=norms))


def measured(form: Reformulation, problem: Problem, network: Network) -> Recomputed:
    """The network's loss and norms, from its weights."""
    norms = form.measure(network)
    return Recomputed(float(loss(problem, network)), dict(zip(form.norms, norms, strict=True)), norms[0] * norms[1])
