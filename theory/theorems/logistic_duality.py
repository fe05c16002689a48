"""The least logistic loss within a radius: the non-convex problem, its convex form and the dual have one optimum."""

from collections.abc import Callable
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number, read_vector
from theory.exact.logistic import loss_bounds
from theory.theorems.weight_decay_duality import without_cones

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: The certified interval must be at most this wide, relative to its upper end.
ACCURACY = Fraction(1, 10**8)
LARGEST_N, LARGEST_D = 8, 3
#: The norm of a neuron's weights for each set.
NORMS = {"frobenius": "euclidean", "max-entry": "max-entry"}


def instances() -> "SearchStrategy[Instance]":
    """Problems with all their degeneracies, repeated rows with opposite labels among them, and radii of several sizes."""
    from hypothesis import strategies as st

    from theory.instances import problems

    @st.composite
    def draw_instance(draw: Any) -> Instance:
        problem = draw(problems(n=(1, LARGEST_N), d=(1, LARGEST_D), largest=3))
        labels = [draw(st.sampled_from([1, -1])) for _ in problem["X"]]
        radius = draw(st.sampled_from([1, "1/3", 2, "1/20", 0, 3]))
        return {"X": problem["X"], "y": labels, "set": draw(st.sampled_from(sorted(NORMS))), "radius": radius}

    return draw_instance()


def check_instance(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about this instance and its interval is narrow."""
    finding = check(certificate)
    statement = finding.statement
    if finding.kind != "logistic-interval" or statement["norm"] != NORMS[instance["set"]]:
        raise Rejected("the certificate is about another optimum")
    data = read_matrix(instance["X"], "X"), read_vector(instance["y"], "y"), read_number(instance["radius"], "radius")
    stated = read_matrix(statement["X"], "X"), read_vector(statement["y"], "y"), read_number(statement["radius"], "radius")
    if stated != data:
        raise Rejected("the certificate is about another instance")
    if finding.facts["upper"] - finding.facts["lower"] > ACCURACY * finding.facts["upper"]:
        raise Rejected(f"the interval is too wide: {float(finding.facts['lower'])} to {float(finding.facts['upper'])}")
    return finding


def margin(instance: Instance, finding: Finding) -> Margin:
    """Minus the greatest distance that the proved interval leaves between the optima, relative to its upper end."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    if lower >= upper:
        return Margin(upper - lower, Exact(finding), "the bounds cross" if lower > upper else f"all optima are {upper}")
    width = (upper - lower) / upper
    tolerance = nextafter(float(width), inf)
    return Margin(-width, Interval(tolerance, "exact ends of an interval that holds all optima"), f"near {float(upper):.9g}")


def _at_most(name: str, change: str, value: Callable[[Instance, Finding], Fraction]) -> Mutant:
    """A false optimum that is at most ``value``: refuted where that is below the proved interval."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        return Margin(min(Fraction(0), value(instance, finding) - finding.facts["lower"]), Exact(finding), change)

    return Mutant(name, change, relation)


def _at_least(name: str, change: str, value: Callable[[Instance, Finding], Fraction]) -> Mutant:
    """A false optimum that is at least ``value``: refuted where that is above the proved interval."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        return Margin(min(Fraction(0), finding.facts["upper"] - value(instance, finding)), Exact(finding), change)

    return Mutant(name, change, relation)


def squared_loss_dual(instance: Instance, finding: Finding) -> Fraction:
    """μᵀy − ½‖μ‖² − w·radius."""
    w: Fraction = finding.facts["dual_gauge"]
    gain = sum((abs(m) - m**2 / 2 for m in finding.facts["multiplier"]), Fraction(0))
    return gain - w * read_number(instance["radius"], "radius")


def loss_of_sizes(instance: Instance, finding: Finding) -> Fraction:
    """Σ log(1 + exp(−|f_i|)) at the certified network, or little more."""
    return sum((loss_bounds(abs(f))[1] for f in finding.facts["outputs"]), Fraction(0))


def loss_of_positive_networks(instance: Instance, finding: Finding) -> Fraction:
    """Outputs are not negative when all α are positive: every label −1 costs log 2, or little less."""
    negative: int = instance["y"].count(-1)
    return negative * loss_bounds(Fraction(0))[0]


CLAIM = Claim(
    id="logistic-duality",
    title="Logistic loss within a radius is convex",
    source=Source("2002.10553", "our specification, section 2 (the convex form is the paper's, for general convex losses; "
                  "dual gauge and intervals ours)"),
    latex=r"""\min_{m,\,U,\,\alpha:\ \sum_j|\alpha_j|N(u_j)\le R}\ \sum_i\log\big(1+e^{-y_if_i}\big)
=\min_{\substack{v_k,w_k\in K_{D_k}\\ \sum_k N(v_k)+N(w_k)\le R}}\ \sum_i\log\big(1+e^{-y_i(\sum_k D_kX(v_k-w_k))_i}\big)
=\max_{p\in[0,1]^n}\ \sum_i H(p_i)-R\,\Omega^*(y\circ p)""",
    sentence=(
        "With labels ±1, the least logistic loss of networks of any width with Σ|α_j|N(u_j) ≤ R, its convex form over all "
        "activation patterns, and its dual with the entropy H have the same optimum; a certified interval holds all three."
    ),
    quantifier="for all",
    relation="=",
    proof="""Network = convex form: with effective weights v_j = |α_j|u_j the cost is ΣN(v_j) and each v_j lies in
some cone K_D, where (Xv)_+ = DXv; those of one cone and sign add up to one vector of that cone with no greater cost.
With N = ‖·‖_2 the sets ‖U‖_F‖α‖_2 ≤ R are the same by Cauchy–Schwarz. Dual: for p ∈ [0, 1] and a margin m, log(1 +
e^{−m}) = log(p·e^{−m}/p + (1 − p)· 1/(1 − p)) ≥ −pm + H(p) by concavity of the logarithm, so with μ = y∘p the loss is
at least ΣH(p_i) − μᵀf ≥ ΣH(p_i) − RΩ*(μ), as μᵀf ≤ Ω*(μ) ΣN(v_j). Equality is attained at p_i = 1/(1 + exp(y_i f_i))
of an optimal f, which exists as the outputs within the radius are compact: there −μ is the gradient of the loss, so f
maximises μᵀ(·) over the convex set of these outputs, μᵀf = RΩ*(μ), and the inequality for each margin is an equality.
A certificate gives a network and a p, both rational: the optima lie between their values, logarithms enclosed. What
is proved is that interval; equality holds as far as it is narrow.""",
    hypotheses=(
        Hypothesis(
            "size", f"between 1 and {LARGEST_N} rows and at most {LARGEST_D} columns",
            lambda i: min(LARGEST_N - len(i["X"]), LARGEST_D - len(i["X"][0])),
            {"X": [[1, 2, 3, 4]], "y": [1], "set": "frobenius", "radius": 1},
        ),
        Hypothesis(
            "labels", "every label is 1 or -1", lambda i: -max(abs(abs(read_number(label, "y")) - 1) for label in i["y"]),
            {"X": [[1], [2]], "y": [1, 0], "set": "max-entry", "radius": 1},
        ),
        Hypothesis(
            "radius", "the radius is not negative", lambda i: read_number(i["radius"], "radius"),
            {"X": [[1]], "y": [1], "set": "frobenius", "radius": "-1/7"},
        ),
    ),
    instances=instances,
    boundary=(
        {"X": [[1, 2], [3, -1]], "y": [1, -1], "set": "frobenius", "radius": 0},
        {"X": [[1, 2], [3, -1]], "y": [1, -1], "set": "max-entry", "radius": 0},
        {"X": [[0, 0]], "y": [-1], "set": "frobenius", "radius": 3},
        {"X": [[1, 1], [1, 1], [0, 0], [2, 2]], "y": [1, -1, 1, -1], "set": "frobenius", "radius": 1},
        {"X": [[1, 1], [1, 1], [0, 0], [2, 2]], "y": [1, -1, 1, -1], "set": "max-entry", "radius": 1},
        {"X": [[1], [1], [1]], "y": [1, 1, -1], "set": "frobenius", "radius": 100},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [1, -1, 1], "set": "frobenius", "radius": "1/1000000"},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "y": [1, -1, 1, 1, -1], "set": "frobenius", "radius": 20},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "y": [1, -1, 1, 1, -1], "set": "max-entry", "radius": 20},
        {"X": [[1], [-1], [2]], "y": [1, -1, -1], "set": "frobenius", "radius": 1000},
        {"X": [[1], [-1], [2]], "y": [1, -1, -1], "set": "max-entry", "radius": 1000},
        {"X": [["1e-9", "2e-9"], ["3e-9", "-1e-9"]], "y": [1, -1], "set": "frobenius", "radius": "1e9"},
    ),
    certify="numerics.direct_logistic:certify_logistic",
    check=check_instance,
    margin=margin,
    mutants=(
        Mutant("no cones", "the dual gauge without the projection on the cones: max_D ‖XᵀDμ‖", without_cones),
        _at_least("twice the entropy", "2H in place of H", lambda i, found: found.facts["entropy"] + found.facts["lower"]),
        _at_least("no radius", "the dual without R Ω*", lambda i, found: found.facts["entropy"]),
        _at_least("positive signs", "only neurons with positive output weight", loss_of_positive_networks),
        _at_most("squared loss", "the dual of the squared loss", squared_loss_dual),
        _at_most("entropy reversed", "−H in place of H", lambda i, found: found.facts["lower"] - 2 * found.facts["entropy"]),
        _at_most("no labels", "|f_i| in place of y_i f_i", loss_of_sizes),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.direct_logistic:direct_optimum", 1e-6,
            "the conic solver is asked for 1e-9 and exponential cones cost it a few digits", slow=True,
        ),
    ),
    steps=("group_lasso", "fenchel_conjugates"),
    tags=("convex", "duality"),
)
