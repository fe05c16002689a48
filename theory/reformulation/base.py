"""What a convex reformulation declares.

The network f(θ) = Σ_j α_j (Xu_j)_+ is trained with N1(U) ≤ R1, N2(α) ≤ R2. By positive homogeneity only R = R1·R2 matters,
and with effective weights v_j = |α_j| u_j, one pattern D_j each, everything becomes convex in V: the condition on V is the
*gauge*, and the multiplier of the outputs is bounded by the *dual gauge*. Three objectives are asked for:

    radius      the least R for which some network has f = y;
    loss        the least ½‖f − y‖² for a given R;
    penalised   the least ½‖f − y‖² + β·R over networks of any radius R.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import frexp
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal

from theory.claim import Reference, resolve
from theory.exact.rational import InputError, Vector, read_number
from theory.network import Network, Neuron

if TYPE_CHECKING:
    from theory.problem import Problem

Objective = Literal["radius", "loss", "penalised"]
#: (sign, v) of one neuron.
Effective = tuple[int, Vector]
#: Bits of an output weight that only balances a neuron.
ALPHA_BITS = 26


@dataclass(frozen=True)
class Question:
    """What is asked of a reformulation, with its options checked.

    Attributes:
        objective: which of the three optima.
        limit: the radius R for ``loss``, β for ``penalised``, 0 for ``radius``.
        width: neurons at most, or None for any number.
        tolerance: relative width of the certified interval that is aimed at.
    """

    objective: Objective
    limit: Fraction = Fraction(0)
    width: int | None = None
    tolerance: float = 1e-9


@dataclass(frozen=True)
class Reformulation:
    """The convex form of training inside one induced set.

    Attributes:
        name: how ``--set`` calls it.
        title: the set and its optimizers, in a few words.
        objectives: those that are convex for this set.
        convex_form: the exact condition on V, as LaTeX.
        gauge: the gauge of V whose unit ball it describes, as LaTeX.
        dual_gauge: the dual gauge of the multiplier μ, as LaTeX.
        norms: names of N1(U) and N2(α), as ``recomputed.norms`` calls them.
        source: where the form is known or derived.
        solver: reference of ``(reformulation, problem, question) -> numerics.solution.Solution``; untrusted, like every
            solver: what it returns is believed as far as its certificate goes.
        measure: network -> (N1(U), N2(α)) in doubles, from the weights alone.
    """

    name: str
    title: str
    objectives: tuple[Objective, ...]
    convex_form: str
    gauge: str
    dual_gauge: str
    norms: tuple[str, str]
    source: str
    solver: Reference
    measure: Callable[[Network], tuple[float, float]]

    def question(
        self, objective: str, radius: Any = None, beta: Any = None, width: Any = None, tolerance: float = 1e-9
    ) -> Question:
        """The options, checked.

        Raises:
            InputError: naming the option that is missing, out of range, or has no meaning for the objective.
        """
        if objective not in self.objectives:
            raise InputError("objective", f"{objective!r} is not one of {', '.join(self.objectives)} ({self.name})")
        limits = {"radius": radius, "beta": beta}
        wanted = {"loss": "radius", "penalised": "beta"}.get(objective)
        for name, value in limits.items():
            if value is not None and name != wanted:
                raise InputError(name, f"has no meaning for the objective {objective}")
        limit = Fraction(0)
        if wanted is not None:
            if limits[wanted] is None:
                raise InputError(wanted, f"is needed for the objective {objective}")
            limit = read_number(limits[wanted], wanted)
        if wanted == "radius" and limit < 0:
            raise InputError("radius", "a radius is not negative")
        if wanted == "beta" and limit <= 0:
            raise InputError("beta", "a positive weight is wanted; for beta = 0 use the objective radius")
        if width is not None and (isinstance(width, bool) or not isinstance(width, Integral) or width < 1):
            raise InputError("width", "a positive whole number of neurons is wanted")
        if not tolerance >= 0:
            raise InputError("tolerance", "a number that is not negative is wanted")
        return Question(objective, limit, None if width is None else int(width), tolerance)

    def solve(self, problem: "Problem", question: Question) -> Any:
        """The solution, by the solver that the reformulation names."""
        return resolve(self.solver)(self, problem, question)


def balanced(effective: Sequence[Effective], sizes: Sequence[float], d: int) -> Network:
    """A network with these effective weights and N(u_j) ≈ |α_j|, which makes N1(U)·N2(α) least.

    α_j is √size_j rounded to ``ALPHA_BITS``; the products |α_j| u_j are exact all the same, and as rounding enters the
    product of the norms by its square, it does not show in doubles. The empty network is one zero neuron.
    """
    neurons = []
    for (sign, v), size in zip(effective, sizes, strict=True):
        mantissa, exponent = frexp(size**0.5) if size > 0 else (0.5, 1)
        alpha = Fraction(round(mantissa * 2**ALPHA_BITS)) * Fraction(2) ** (exponent - ALPHA_BITS)
        neurons.append(Neuron(tuple(entry / alpha for entry in v), sign * alpha))
    return Network(tuple(neurons) or (Neuron((Fraction(0),) * d, Fraction(0)),))
