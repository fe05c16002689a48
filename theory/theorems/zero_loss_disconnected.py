"""A false claim: that two zero-loss networks of width 2 can always be joined without leaving zero loss."""

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.network import Network, fit, loss
from theory.problem import Problem
from theory.theorems.separation import Symmetry, exact_form

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def fits(instance: Instance) -> Fraction:
    """Minus the larger loss of the two networks."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    return -max(loss(problem, Network.read(instance[name], problem, name)) for name in ("a", "b"))


def two_neurons(instance: Instance) -> int:
    """0 when both networks have width 2, else −1."""
    return 0 if all(Network.read(instance[name]).width == 2 for name in ("a", "b")) else -1


def instances() -> "SearchStrategy[Instance]":
    """Two drawn networks, rows on which they agree, and their common fit."""
    from hypothesis import strategies as st

    from theory.instances import networks

    @st.composite
    def pairs(draw: "DrawFn") -> Instance:
        d = draw(st.integers(1, 2))
        a, b = draw(networks(d, (2, 2), 3)), draw(networks(d, (2, 2), 3))
        rows = agreeing_rows(a, b, d)
        chosen = draw(st.lists(st.sampled_from(rows), min_size=1, max_size=6))
        return fitted({"X": [list(row) for row in chosen], "a": a, "b": b})

    return pairs()


def agreeing_rows(a: dict[str, Any], b: dict[str, Any], d: int, largest: int = 4) -> list[tuple[int, ...]]:
    """All small integer rows on which two networks have the same output; zero is one of them."""
    rows = list(product(range(-largest, largest + 1), repeat=d))
    everywhere = Problem.read({"X": rows, "y": [0] * len(rows)})
    outputs = [fit(everywhere, Network.read(network)) for network in (a, b)]
    return [row for row, first, second in zip(rows, *outputs, strict=True) if first == second]


def fitted(data: dict[str, Any]) -> Instance:
    """The instance whose targets are the outputs of ``a``."""
    problem = Problem.read({"X": data["X"], "y": [0] * len(data["X"])})
    return exact_form({**data, "y": list(fit(problem, Network.read(data["a"])))})


def check_barrier(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this problem and these networks, neurons renumbered freely."""
    finding = check(candidate)
    wanted = exact_form(instance) | {"modulo_permutation": True}
    if finding.kind != "barrier" or any(finding.statement[name] != value for name, value in wanted.items()):
        raise Rejected("the certificate is about another problem or other networks")
    return finding


def flat(instance: Instance, finding: Finding) -> Margin:
    """The false claim: the barrier is zero."""
    return at_most(finding, Fraction(0))


def at_most(finding: Finding, height: Fraction) -> Margin:
    """The barrier is at most ``height``."""
    barrier = finding.facts["barrier"]
    return Margin(height - barrier, Exact(finding), f"every path rises to a loss of {barrier}" if barrier > height else "")


def general_position(instance: Instance) -> bool:
    """Rows that are neither zero nor parallel, two by two; targets that are not zero."""
    X = Problem.read({"X": instance["X"], "y": instance["y"]}).X
    plane = len(X[0]) == 2 and all(
        first[0] * second[1] != first[1] * second[0] for i, first in enumerate(X) for second in X[:i]
    )
    return plane and all(any(row) for row in X) and all(y != 0 for y in instance["y"])


def flat_in_general_position(instance: Instance, finding: Finding) -> Margin:
    """False all the same: the barrier is zero when the data are in general position."""
    return at_most(finding, Fraction(0) if general_position(instance) else finding.facts["barrier"])


def flat_at_more_rows_than_weights(instance: Instance, finding: Finding) -> Margin:
    """False all the same: the barrier is zero when there are as many rows as weights."""
    data = Problem.read({"X": instance["X"], "y": instance["y"]})
    return at_most(finding, Fraction(0) if data.n >= 2 * data.d else finding.facts["barrier"])


def flat_for_positive_outputs(instance: Instance, finding: Finding) -> Margin:
    """False all the same: the barrier is zero when all output weights are positive."""
    neurons = [neuron for name in ("a", "b") for neuron in Network.read(instance[name]).neurons]
    positive = all(neuron.alpha > 0 for neuron in neurons)
    return at_most(finding, Fraction(0) if positive else finding.facts["barrier"])


CLAIM = Claim(
    id="zero-loss-connected",
    title="All zero-loss networks of width 2 are connected (false)",
    source=Source("optproof", "docs/theory.md, section 4; what must not be read into 2605.09991 at small width"),
    latex=r"f(A)=f(B)=y\ \Rightarrow\ \min_{\pi}\min_{\gamma:A\to\pi B}\max_t L(\gamma(t))=0",
    sentence="False: any two networks of two neurons that fit the data exactly are joined, after renumbering neurons, "
    "by a path of networks that fit it exactly.",
    quantifier="for all",
    relation="=",
    proof="""False. The two solutions of T-separation are a witness: every path between them, whatever the numbering of
neurons, rises to a loss of 2. Many pairs are connected: the margin is zero on them, and the claim is refuted by the
others. On the witness the statement fails too when a loss of up to 1 is allowed on the way, for data in general position,
for as many rows as weights, and for positive output weights.""",
    hypotheses=(
        Hypothesis("width", "both networks have two neurons", two_neurons,
                   {"X": [[1]], "y": [1], "a": {"neurons": [{"u": [1], "alpha": 1}]},
                    "b": {"neurons": [{"u": [1], "alpha": 1}]}}),
        Hypothesis("fit", "both networks fit the data exactly", fits, {**Symmetry().instance(), "y": [3, 4, 2, 11]}),
    ),
    instances=instances,
    boundary=(
        Symmetry().instance(),
        fitted({"X": [[1], [-2]], "a": {"neurons": [{"u": [1], "alpha": 1}, {"u": [-1], "alpha": -1}]},
                "b": {"neurons": [{"u": [-1], "alpha": -1}, {"u": [1], "alpha": 1}]}}),
        fitted({"X": [[0, 0]], "a": {"neurons": [{"u": [1, 0], "alpha": 1}, {"u": [0, 0], "alpha": 0}]},
                "b": {"neurons": [{"u": [0, 1], "alpha": -1}, {"u": [0, 1], "alpha": -1}]}}),
    ),
    certify="numerics.bottleneck:certify",
    check=check_barrier,
    margin=flat,
    mutants=(
        Mutant("loss-one", "a loss of up to 1 is allowed on the way", lambda _, finding: at_most(finding, Fraction(1))),
        Mutant("general-position", "the data are in general position", flat_in_general_position),
        Mutant("many-rows", "there are as many rows as weights", flat_at_more_rows_than_weights),
        Mutant("positive", "all output weights are positive", flat_for_positive_outputs),
    ),
    agreements=(
        Agreement("sectors of the plane, floating point", "barrier", "numerics.sectors:unlabelled_barrier", 1e-9,
                  "least squares in doubles on small integers"),
    ),
    holds=False,
    neutral="numerics.unseen:same_fit",
    steps=("barriers",),
    uses=("separation",),
    kind="example",
    tags=("barrier",),
)
