"""The max-column row: its large-width gauge is that of the Frobenius row; a given width is searched for."""

from dataclasses import replace

from numerics import group_lasso
from numerics.box_cover import Exceeded
from numerics.column_width import ColumnPrograms
from numerics.max_entry import width_limited, with_gauge
from numerics.solution import Solution
from numerics.unfittable import unfittable
from numerics.width_search import best_network
from theory.exact import Rejected
from theory.exact.allocations import line_normals
from theory.exact.rational import InputError
from theory.problem import Problem
from theory.reformulation import Reformulation
from theory.reformulation.base import Question


def solve(form: Reformulation, problem: Problem, question: Question) -> Solution:
    """The optimum for the max-column set; see :func:`numerics.solving.solve`.

    Raises:
        InputError: when doubles cannot tell the rows apart.
    """
    exact_fit = question.objective == "radius"
    if question.width is None or (exact_fit and unfittable(problem.X, problem.y) is not None):
        return with_gauge(group_lasso.solve(form, problem, replace(question, width=None)))
    try:
        lines, R = len(line_normals(problem.X)), None if exact_fit else question.limit
        found = best_network(lambda limit: ColumnPrograms(problem, limit), question.width, lines, R)
        return width_limited(form, problem, question, "euclidean", found)
    except (ArithmeticError, Exceeded, Rejected) as error:
        raise InputError("problem", f"too ill-conditioned for doubles ({error}); are some rows almost parallel?") from error
