"""Bounds on any barrier: the loss at its ends from below, the loss of the zero network too from above."""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.exact.effective import Weights, effective, path_maximum
from theory.exact.rational import dot
from theory.network import Network
from theory.problem import Problem
from theory.theorems.separation import Symmetry, exact_form
from theory.theorems.zero_loss_disconnected import fitted

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def same_width(instance: Instance) -> int:
    """0 when the two networks have as many neurons, else −1."""
    return 0 if len(instance["a"]["neurons"]) == len(instance["b"]["neurons"]) else -1


def instances() -> "SearchStrategy[Instance]":
    """A problem, degenerate ones included, and two networks; often one of them fits it."""
    from hypothesis import strategies as st

    from theory.instances import networks, problems

    @st.composite
    def pairs(draw: "DrawFn") -> Instance:
        problem, width = draw(problems((1, 5), (1, 2), largest=3)), draw(st.integers(1, 2))
        a, b = (draw(networks(len(problem["X"][0]), (width, width), 3)) for _ in range(2))
        instance = {**problem, "a": a, "b": b}
        return fitted(instance) if draw(st.booleans()) else exact_form(instance)

    return pairs()


def check_barrier(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this problem and these networks, neurons keeping their numbers."""
    finding = check(candidate)
    wanted = exact_form(instance) | {"modulo_permutation": False}
    if finding.kind != "barrier" or any(finding.statement[name] != value for name, value in wanted.items()):
        raise Rejected("the certificate is about another problem or other networks")
    return finding


def zero_loss(instance: Instance) -> Fraction:
    """½‖y‖², the loss of the zero network."""
    y = Problem.read({"X": instance["X"], "y": instance["y"]}).y
    return dot(y, y) / 2


def between(instance: Instance, finding: Finding) -> Margin:
    """max(L(A), L(B)) ≤ barrier ≤ max(L(A), L(B), ½‖y‖²)."""
    barrier, at_ends = finding.facts["barrier"], finding.facts["at_ends"]
    return Margin(min(barrier - at_ends, max(at_ends, zero_loss(instance)) - barrier), Exact(finding))


def level_with_the_ends(instance: Instance, finding: Finding) -> Margin:
    """False: there is always a path that rises no higher than its ends."""
    return Margin(finding.facts["at_ends"] - finding.facts["barrier"], Exact(finding))


def through_zero(instance: Instance, finding: Finding) -> Margin:
    """False: every path rises to the loss of the zero network."""
    return Margin(finding.facts["barrier"] - zero_loss(instance), Exact(finding))


def half_way(instance: Instance, finding: Finding) -> Margin:
    """False: no path need rise above the ends by more than half of what the zero network does."""
    at_ends = finding.facts["at_ends"]
    allowed = max(at_ends, (at_ends + zero_loss(instance)) / 2)
    return Margin(allowed - finding.facts["barrier"], Exact(finding))


def straight(instance: Instance, finding: Finding) -> Margin:
    """False: no path is lower than the straight one; where signs differ there is none, and nothing is claimed."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    start, end = (_weights(Network.read(instance[name])) for name in ("a", "b"))
    if any(first * second < 0 for (first, _), (second, _) in zip(start, end, strict=True)):
        return Margin(0, Exact(finding))
    return Margin(finding.facts["barrier"] - path_maximum(problem.X, problem.y, [start, end]), Exact(finding))


def _weights(network: Network) -> Weights:
    return tuple(effective(neuron.u, neuron.alpha) for neuron in network.neurons)


#: One neuron on a line must pass through zero to change its side; each side fits some rows better than zero does.
TIGHT = {
    "X": [[2], [-2]], "y": [3, 2],
    "a": {"neurons": [{"u": [1], "alpha": 1}]}, "b": {"neurons": [{"u": [-1], "alpha": 1}]},
}

CLAIM = Claim(
    id="barrier-bounds",
    title="A barrier lies between the loss at its ends and that of the zero network",
    source=Source("optproof", "docs/theory.md, section 4"),
    latex=r"\max(L(A),L(B))\ \le\ \min_\gamma\max_t L(\gamma(t))\ \le\ \max\bigl(L(A),L(B),\tfrac12\|y\|^2\bigr)",
    sentence="The barrier between two networks is at least the larger loss of the two, and exceeds neither that nor the "
    "loss of the zero network.",
    quantifier="for all",
    relation="≤",
    proof="""A path contains its ends. From A straight to zero the signs of all x_iᵀv_j stay as they are, so f runs straight
from f(A) to 0, L is convex on the way, and its maximum is at one end; the same from zero to B.""",
    hypotheses=(
        Hypothesis("width", "both networks have the same number of neurons", same_width,
                   {**TIGHT, "b": {"neurons": [{"u": [-1], "alpha": 1}, {"u": [1], "alpha": 1}]}}),
    ),
    instances=instances,
    boundary=(
        TIGHT,
        Symmetry().instance(),
        {"X": [[0, 0]], "y": [1], "a": {"neurons": [{"u": [1, 2], "alpha": 1}]},
         "b": {"neurons": [{"u": [1, 2], "alpha": -1}]}},
        {"X": [[1]], "y": [0], "a": {"neurons": [{"u": [1], "alpha": 1}]}, "b": {"neurons": [{"u": [1], "alpha": -1}]}},
        {"X": [["1/3", "2/7"], ["-2/3", "-4/7"]], "y": ["1/2", "-5/3"],
         "a": {"neurons": [{"u": ["1/2", 0], "alpha": "-2/3"}]}, "b": {"neurons": [{"u": [-1, "1/5"], "alpha": 2}]}},
    ),
    certify="numerics.bottleneck:certify_labelled",
    check=check_barrier,
    margin=between,
    mutants=(
        Mutant("level", "some path rises no higher than its ends", level_with_the_ends),
        Mutant("through-zero", "every path rises to the loss of the zero network", through_zero),
        Mutant("half-way", "half of the rise to the zero network is enough", half_way),
        Mutant("straight", "no path is lower than the straight one", straight),
    ),
    agreements=(
        Agreement("sectors of the plane, floating point", "barrier", "numerics.sectors:labelled_barrier", 1e-9,
                  "least squares in doubles on small numbers"),
    ),
    tight=TIGHT,
    neutral="numerics.unseen:same_fit",
    steps=("barriers",),
    kind="lemma",
    tags=("barrier",),
)
