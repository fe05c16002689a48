"""The optimal outputs within a set are unique: the loss of any network grows quadratically away from them."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number
from theory.exact.rational import Vector, dot, write_number
from theory.network import Network, fit
from theory.problem import Problem

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: The certified interval of the least loss must be at most this wide, relative to ½‖y‖².
ACCURACY = Fraction(1, 10**7)
EXPONENTS = ("inf", "inf", 3, "5/2", 7)
LARGEST_N, LARGEST_D = 8, 3
ONE = {"neurons": [{"u": [1, 1], "alpha": 1}]}
TWO = {"neurons": [{"u": [2, -1], "alpha": 1}, {"u": [-1, 2], "alpha": -3}]}


def problem_of(instance: Instance) -> Problem:
    """X and y, exactly."""
    return Problem.read({"X": instance["X"], "y": instance["y"]})


def instances() -> "SearchStrategy[Instance]":
    """A problem with all its degeneracies, a radius, an exponent and a small network."""
    from hypothesis import strategies as st

    from theory.instances import networks, problems

    def completed(problem: Instance) -> "SearchStrategy[Instance]":
        return st.builds(
            lambda radius, p, network: {**problem, "radius": radius, "p": p, "network": network},
            st.sampled_from([0, "1/3", 1, 2, 9]), st.sampled_from(EXPONENTS), networks(len(problem["X"][0]), (1, 3), largest=3),
        )

    return problems(n=(1, 6), d=(1, 3), largest=4).flatmap(completed)


def check_instance(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is the least loss of this instance and its interval is narrow."""
    finding, problem = check(certificate), problem_of(instance)
    wanted = {
        **problem.write(), "p": instance["p"], "objective": "loss", "radius": write_number(read_number(instance["radius"], "radius"))
    }
    if finding.kind != "metric-interval" or {**finding.statement, **wanted} != finding.statement:
        raise Rejected("the certificate is about another optimum, or about another instance")
    if finding.facts["upper"] - finding.facts["lower"] > ACCURACY * dot(problem.y, problem.y):
        raise Rejected(f"the interval is too wide: {float(finding.facts['lower'])} to {float(finding.facts['upper'])}")
    return finding


def outputs_within(instance: Instance, reach: Fraction = Fraction(1)) -> Vector:
    """The outputs of the instance's network, shrunk into ``reach`` times the radius where it is beyond that."""
    from theory.exact.kinds.metric_interval import product_of_norms, read_exponent

    network = Network.read(instance["network"])
    product = product_of_norms(tuple((n.u, n.alpha) for n in network.neurons), read_exponent(instance["p"]))
    limit = reach * read_number(instance["radius"], "radius")
    share = limit / product if product > limit else Fraction(1)
    return tuple(share * output for output in fit(problem_of(instance), network))


def growth(
    constant: Fraction = Fraction(1, 2), reach: Fraction = Fraction(1), about_targets: bool = False
) -> Callable[[Instance, Finding], Margin]:
    """L(f) − lower − constant·‖f − ŷ‖² for the outputs f of the instance's network, ŷ = y − μ."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        y, mu, outputs = problem_of(instance).y, finding.facts["multiplier"], outputs_within(instance, reach)
        centre = y if about_targets else tuple(t - m for t, m in zip(y, mu, strict=True))
        loss, distance = (
            sum(((f - c) ** 2 for f, c in zip(outputs, to, strict=True)), Fraction(0)) for to in (y, centre)
        )
        lower = finding.facts["lower"]
        return Margin(loss / 2 - lower - constant * distance, Exact(finding), f"loss {float(loss / 2):.6g} ≥ {float(lower):.6g}")

    return relation


def unique_for_distances(instance: Instance, finding: Finding) -> Margin:
    """False: the optimal outputs are unique for Σ|f_i − y_i|, too.

    For one data point given twice with targets s < t of one sign, all outputs between s and t have Σ|f − y| = t − s, the least
    there is; they are within the radius when |y|/‖x‖ is, and then the margin is −(t − s).
    """
    problem, R = problem_of(instance), read_number(instance["radius"], "radius")
    if problem.n != 2 or problem.X[0] != problem.X[1] or not any(problem.X[0]) or problem.y[0] * problem.y[1] <= 0:
        return Margin(0, Exact(finding), "nothing is said here")
    within = all(t**2 <= R**2 * dot(problem.X[0], problem.X[0]) for t in problem.y)
    return Margin(-abs(problem.y[0] - problem.y[1]) if within else 0, Exact(finding), "two optimal outputs")


CLAIM = Claim(
    id="fit-unique",
    title="The optimal outputs within Muon's set are unique",
    source=Source("optproof", "our specification, sections 2 and 3 (T-Muon rests on it)"),
    latex=r"""L(f(\theta))\ \ge\ L^*+\tfrac12\|f(\theta)-\hat y\|^2\quad\text{whenever }\|U\|_{S_p}\|\alpha\|_2\le R,\qquad
L(f)=\tfrac12\|f-y\|^2,\quad L^*=\min_{\|U\|_{S_p}\|\alpha\|_2\le R}L""",
    sentence=(
        "For the squared loss every network within the spectral (or Schatten-p, p > 2) radius R has a loss that exceeds the "
        "least one by at least half the squared distance of its outputs from the optimal ones; so the optimal outputs are unique."
    ),
    quantifier="for all",
    relation="≥",
    proof="""The outputs within R form a convex set, as Γ_p is a gauge (spectral-duality, schatten-duality), symmetric and compact. Let
ŷ be its point nearest to y and μ = y − ŷ. For f in the set μᵀ(f − ŷ) ≤ 0, so L(f) = ½‖f − ŷ‖² + μᵀ(ŷ − f) + L(ŷ) ≥ L(ŷ) + ½‖f − ŷ‖².
Two optimal outputs are at distance 0. With a certificate's μ and c·R ≥ μᵀf for all f in the set, ŷ = y − μ in the identity
½‖f − y‖² = ½‖f − ŷ‖² − μᵀf + μᵀy − ½‖μ‖² gives L(f) ≥ lower + ½‖f − ŷ‖², lower = μᵀy − ½‖μ‖² − cR, exactly, also when μ is only
nearly optimal; outputs of loss at most lower + ε are then within √(2ε) of ŷ.""",
    hypotheses=(
        Hypothesis(
            "size", f"between 1 and {LARGEST_N} rows and at most {LARGEST_D} columns",
            lambda i: min(LARGEST_N - len(i["X"]), LARGEST_D - len(i["X"][0])),
            {"X": [[1]] * 9, "y": [1] * 9, "radius": 1, "p": "inf", "network": {"neurons": [{"u": [1], "alpha": 1}]}},
        ),
        Hypothesis(
            "radius", "R is not negative", lambda i: read_number(i["radius"], "radius"),
            {"X": [[1, 2]], "y": [1], "radius": -1, "p": "inf", "network": ONE},
        ),
    ),
    instances=instances,
    boundary=(
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [1, -2, 3], "radius": 2, "p": "inf", "network": TWO},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [1, -2, 3], "radius": 50, "p": "inf", "network": TWO},
        {"X": [[1, 2], [1, 2], [0, 0]], "y": [1, -2, 3], "radius": 1, "p": 3, "network": ONE},
        {"X": [[3, 4], [3, 4]], "y": [5, 10], "radius": 3, "p": "inf", "network": ONE},
        {"X": [[0, 0]], "y": [2], "radius": 1, "p": "inf", "network": ONE},
        {"X": [[1, 2], [2, 4]], "y": [0, 0], "radius": 1, "p": "5/2", "network": ONE},
        {"X": [[1, 2], [2, 4]], "y": [3, 1], "radius": 0, "p": "inf", "network": ONE},
        {"X": [[1], [-1]], "y": [1, -2], "radius": 2, "p": 4, "network": {"neurons": [{"u": [1], "alpha": 1}]}},
    ),
    certify="numerics.schatten_certificates:certify_loss",
    check=check_instance,
    margin=growth(),
    mutants=(
        Mutant("twice the growth", "‖f − ŷ‖² in place of ½‖f − ŷ‖²", growth(Fraction(1))),
        Mutant("a tenth more growth", "0.55·‖f − ŷ‖²", growth(Fraction(11, 20))),
        Mutant("beyond the radius", "networks up to 4R", growth(reach=Fraction(4))),
        Mutant("about the targets", "the optimal outputs are y", growth(about_targets=True)),
        Mutant("not strictly convex", "Σ|f_i − y_i| in place of the squared loss", unique_for_distances),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.direct_schatten:direct_optimum", 1e-5,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
        Agreement(
            "descent from many starts", "upper", "numerics.multistart_schatten:best_of_many_starts", 1e-2,
            "a smooth method stops short of the kinks on which optimal neurons lie", slow=True,
        ),
    ),
    tight={"X": [[1, 2]], "y": [0], "radius": 1, "p": "inf", "network": {"neurons": [{"u": [1, 0], "alpha": 1}]}},
    uses=("spectral-duality", "schatten-duality"),
    steps=("minimax_over_q",),
    tags=("convex",),
)
