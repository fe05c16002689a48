"""Components counted twice: renumbering the neurons of a component gives at most m! components."""

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.exact.rational import read_number, write_number
from theory.network import Network, fit
from theory.problem import Problem
from theory.theorems.separation import Symmetry

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def instances() -> "SearchStrategy[Instance]":
    """A problem, which a drawn network fits exactly in one case of two, a width and a level."""
    from hypothesis import strategies as st

    from theory.instances import networks, problems

    @st.composite
    def questions(draw: "DrawFn") -> Instance:
        data, width = draw(problems((1, 4), (1, 2), largest=3)), draw(st.integers(1, 2))
        if draw(st.booleans()):
            network = Network.read(draw(networks(len(data["X"][0]), (width, width), 3)))
            data = Problem(Problem.read(data).X, fit(Problem.read(data), network)).write()
        level = draw(st.sampled_from([0, 0, 0, 1, 2, "9/2", 20]))
        return {**data, "width": width, "level": level}

    return questions()


def check_components(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this problem, width and level."""
    finding = check(candidate)
    wanted = Problem.read({"X": instance["X"], "y": instance["y"]}).write() | {
        "width": instance["width"], "level": write_number(read_number(instance["level"], "level")),
    }
    if finding.kind != "components" or any(finding.statement[name] != value for name, value in wanted.items()):
        raise Rejected("the certificate is about another problem, width or level")
    return finding


def counts(instance: Instance, finding: Finding) -> tuple[Fraction, Fraction, Fraction]:
    """The number of components, that modulo permutation, and the largest number of orders of the neurons."""
    names = ("components", "components_modulo_permutation")
    components, modulo_permutation = (Fraction(finding.facts[name]) for name in names)
    return components, modulo_permutation, Fraction(factorial(instance["width"]))


def within(instance: Instance, finding: Finding) -> Margin:
    """C' ≤ C ≤ m!·C', with C' the number of components modulo permutation."""
    components, modulo_permutation, orders = counts(instance, finding)
    return Margin(min(components - modulo_permutation, orders * modulo_permutation - components), Exact(finding))


def all_orders_apart(instance: Instance, finding: Finding) -> Margin:
    """False: C ≥ m!·C', renumbering always leads to another component."""
    components, modulo_permutation, orders = counts(instance, finding)
    return Margin(components - orders * modulo_permutation, Exact(finding))


def all_orders_together(instance: Instance, finding: Finding) -> Margin:
    """False: C ≤ C', renumbering never leads to another component."""
    components, modulo_permutation, _ = counts(instance, finding)
    return Margin(modulo_permutation - components, Exact(finding))


def one_component(instance: Instance, finding: Finding) -> Margin:
    """False: C' ≤ 1, sublevel sets are connected modulo permutation."""
    return Margin(1 - counts(instance, finding)[1], Exact(finding))


def never_empty(instance: Instance, finding: Finding) -> Margin:
    """False: C' ≥ 1, some network is always below the level."""
    return Margin(counts(instance, finding)[1] - 1, Exact(finding))


DATA = {name: Symmetry().instance()[name] for name in ("X", "y")}
TIGHT = {**DATA, "width": 2, "level": 0}

CLAIM = Claim(
    id="component-counts",
    title="A component modulo permutation is at most m! components",
    source=Source("optproof", "docs/theory.md, section 4"),
    latex=r"C' \le C \le m!\,C',\qquad C = \#\pi_0\{L\le\varepsilon\},\quad C' = \#\pi_0\bigl(\{L\le\varepsilon\}/S_m\bigr)",
    sentence="A sublevel set of networks of m neurons has between C' and m!·C' components, where C' counts them up to "
    "the order of neurons.",
    quantifier="for all",
    relation="≤",
    proof="""L does not depend on the order of neurons, so the m! orders permute the components of {L ≤ ε}, and an orbit has
between 1 and m! members. The components of the quotient are the images of the components, one for each orbit: a path in the
quotient lifts, since the group is finite. Both numbers are counted from a certificate: cells are closed by multipliers
or entered by points, and the points join the cells.""",
    hypotheses=(
        Hypothesis("width", "there is at least one neuron", lambda instance: instance["width"] - 1, {**TIGHT, "width": 0}),
    ),
    instances=instances,
    boundary=(
        TIGHT,
        {**DATA, "width": 2, "level": 2},
        {**DATA, "width": 2, "level": "450/121"},
        {**DATA, "width": 1, "level": 0},
        {**DATA, "width": 1, "level": "173/2"},
        {"X": [[0, 0]], "y": [0], "width": 2, "level": 0},
        {"X": [[0]], "y": [1], "width": 1, "level": 0},
    ),
    certify="numerics.components:certify",
    check=check_components,
    margin=within,
    mutants=(
        Mutant("apart", "renumbering always leads to another component", all_orders_apart),
        Mutant("together", "renumbering never leads to another component", all_orders_together),
        Mutant("one", "there is at most one component", one_component),
        Mutant("non-empty", "there is at least one component", never_empty),
    ),
    agreements=(
        Agreement("sectors of the plane, numbered", "components", "numerics.sectors:components"),
        Agreement("sectors of the plane, renumbered", "components_modulo_permutation",
                  "numerics.sectors:components_modulo_permutation"),
    ),
    tight=TIGHT,
    neutral="numerics.unseen:same_fit",
    steps=("barriers",),
    kind="lemma",
    tags=("components", "barrier"),
)
