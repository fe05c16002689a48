"""Weight decay is a group lasso: the non-convex problem, its convex form and the dual have one optimum."""

from collections.abc import Callable
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

from theory.claim import (
    Agreement,
    Certificate,
    Claim,
    Exact,
    Hypothesis,
    Instance,
    Interval,
    Margin,
    Mutant,
    Source,
)
from theory.exact import Finding, Rejected, check, read_matrix, read_number, read_vector
from theory.exact.rational import Matrix, Vector, dot, sqrt_bounds

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: The certified interval must be at most this wide, relative to its upper end.
ACCURACY = Fraction(1, 10**9)
LARGEST_N, LARGEST_D = 12, 4


def instances() -> "SearchStrategy[Instance]":
    """Problems with all their degeneracies, up to 12 rows and 4 columns, and weights of several sizes."""
    from hypothesis import strategies as st

    from theory.instances import problems

    small, large = problems(n=(1, 6), d=(1, 3)), problems(n=(6, LARGEST_N), d=(2, LARGEST_D))
    betas = st.sampled_from([1, "1/3", 4, "1/20", 15])
    return st.builds(lambda problem, beta: {**problem, "beta": beta}, st.one_of(small, small, small, large), betas)


def check_instance(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about this instance and its interval is narrow."""
    finding = check(certificate)
    statement = finding.statement
    if finding.kind != "gauge-interval" or (statement["objective"], statement["norm"]) != ("penalised", "euclidean"):
        raise Rejected("the certificate is about another optimum")
    data = read_matrix(instance["X"], "X"), read_vector(instance["y"], "y"), read_number(instance["beta"], "beta")
    if (read_matrix(statement["X"], "X"), read_vector(statement["y"], "y"), read_number(statement["beta"], "beta")) != data:
        raise Rejected("the certificate is about another instance")
    if finding.facts["upper"] - finding.facts["lower"] > ACCURACY * finding.facts["upper"]:
        raise Rejected(f"the interval is too wide: {float(finding.facts['lower'])} to {float(finding.facts['upper'])}")
    return finding


def margin(instance: Instance, finding: Finding) -> Margin:
    """Minus the greatest distance that the proved interval leaves between the optima, relative to its upper end."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    if lower >= upper:
        return Margin(upper - lower, Exact(finding), f"all optima are {upper}" if lower == upper else "the bounds cross")
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


def _with_cost(cost: Callable[[Any], Fraction]) -> Callable[[Instance, Finding], Fraction]:
    """The objective at the certified network, with another cost of it."""
    return lambda instance, found: found.facts["loss"] + read_number(instance["beta"], "beta") * cost(found.facts)


def loss_of_positive_networks(instance: Instance, finding: Finding) -> Fraction:
    """Outputs are not negative when all α are positive, so negative targets are missed by all of their size."""
    return sum((min(t, Fraction(0)) ** 2 for t in read_vector(instance["y"], "y")), Fraction(0)) / 2


def loss_of_linear_models(instance: Instance, finding: Finding) -> Fraction:
    """½ dist(y, range X)²: with the pattern of all ones alone the fit is linear."""
    X, residual = read_matrix(instance["X"], "X"), list(read_vector(instance["y"], "y"))
    done: list[Vector] = []
    for column in (list(column) for column in zip(*X, strict=True)):
        for q in done:
            share = dot(q, column) / dot(q, q)
            column = [c - share * e for c, e in zip(column, q, strict=True)]
        if any(column):
            done.append(tuple(column))
            share = dot(residual, column) / dot(column, column)
            residual = [r - share * c for r, c in zip(residual, column, strict=True)]
    return dot(residual, residual) / 2


def without_cones(instance: Instance, finding: Finding) -> Margin:
    """w² − ‖XᵀDμ‖² for the pattern D, among some that occur, that makes it least."""
    X, mu, w = read_matrix(instance["X"], "X"), finding.facts["multiplier"], finding.facts["dual_gauge"]
    largest = max(_active_gradient(X, mu, u) for u in _directions(len(X[0])))
    return Margin(min(Fraction(0), w**2 - largest), Exact(finding), "the dual gauge is below ‖XᵀDμ‖ for some D")


def _directions(d: int) -> list[Vector]:
    """Both directions of some points on the moment curve, in several orders of the coordinates."""
    points = [[Fraction(t) ** k for k in range(d)] for t in range(-4, 5)]
    turned = [point[k:] + point[:k] for point in points for k in range(d)]
    return [tuple(sign * entry for entry in point) for point in turned for sign in (1, -1)]


def _active_gradient(X: Matrix, mu: Vector, u: Vector) -> Fraction:
    """‖XᵀDμ‖² for the pattern D of u; 0 when u lies on a hyperplane and has no pattern."""
    heights = [dot(row, u) for row in X]
    if any(height == 0 and any(row) for height, row in zip(heights, X, strict=True)):
        return Fraction(0)
    active = [(row, m) for row, m, height in zip(X, mu, heights, strict=True) if height > 0]
    gradient = [sum((m * row[k] for row, m in active), Fraction(0)) for k in range(len(u))]
    return dot(gradient, gradient)


CLAIM = Claim(
    id="weight-decay-duality",
    title="Weight decay is a group lasso",
    source=Source("2002.10553", "our specification, section 2 (the convex form is the paper's; dual gauge and intervals ours)"),
    latex=r"""\min_{m,\,U,\,\alpha}\tfrac12\Big\|\sum_{j\le m}\alpha_j(Xu_j)_+-y\Big\|^2+\tfrac\beta2\big(\|U\|_F^2+\|\alpha\|^2\big)
=\min_{v_i,w_i\in K_{D_i}}\tfrac12\Big\|\sum_i D_iX(v_i-w_i)-y\Big\|^2+\beta\sum_i\|v_i\|+\|w_i\|
=\max_{\Omega^*(\mu)\le\beta}\mu^\top y-\tfrac12\|\mu\|^2""",
    sentence=(
        "Training with weight decay at any width, the group lasso over all activation patterns, and its dual, in which "
        "the dual gauge max_D ‖Proj_{K_D}(± XᵀDμ)‖ is at most β, have the same optimum; a certified interval holds all three."
    ),
    quantifier="for all",
    relation="=",
    proof="""Network ≥ lasso: ½(‖U‖_F² + ‖α‖²) ≥ Σ|α_j|‖u_j‖ = Σ‖v_j‖ with effective weights v_j = |α_j|u_j. Each v_j lies in
some cone K_D, where (Xv)_+ = DXv; effective weights of one cone and sign add up to one vector of that cone with no greater
norm. Lasso ≥ network: u_j = v_j/√‖v_j‖, α_j = ±√‖v_j‖ has ½(‖U‖_F² + ‖α‖²) = Σ‖v_j‖. The product ‖U‖_F‖α‖_2 lies between
Σ‖v_j‖ and the mean of squares, so it has the same optimum. Dual: ½‖f − y‖² ≥ μᵀ(y − f) − ½‖μ‖² for every μ, and
μᵀf ≤ Ω*(μ) Σ‖v_j‖ with Ω*(μ) = max_{‖u‖ ≤ 1} |μᵀ(Xu)_+| = max over D and sign of ‖Proj_{K_D}(± XᵀDμ)‖, because a linear
function on the unit vectors of a cone is largest, when positive, along its projection. Equality is attained at μ = y − f of an
optimum (convex duality; Slater's condition holds at V = 0). A certificate gives a network and a μ, both rational: the optima lie
between their values. What is proved is that interval; equality holds as far as it is narrow.""",
    hypotheses=(
        Hypothesis(
            "size", f"between 1 and {LARGEST_N} rows and at most {LARGEST_D} columns",
            lambda i: min(LARGEST_N - len(i["X"]), LARGEST_D - len(i["X"][0])), {"X": [[1]] * 13, "y": [1] * 13, "beta": 1},
        ),
        Hypothesis(
            "weight decay", "beta is positive", lambda i: 0 if read_number(i["beta"], "beta") > 0 else -1,
            {"X": [[1]], "y": [1], "beta": 0},
        ),
    ),
    instances=instances,
    boundary=(
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [0, 0, 0], "beta": 1},
        {"X": [[0, 0]], "y": [3], "beta": 1},
        {"X": [[1, 1], [1, 1], [0, 0], [2, 2]], "y": [1, -2, 5, 4], "beta": "1/2"},
        {"X": [[2], [-1], [3]], "y": [1, 1, -4], "beta": "1/3"},
        {"X": [[3, 4]], "y": [2], "beta": 10},
        {"X": [[3, 4]], "y": [2], "beta": "9999/1000"},
        {"X": [[1, 0, 1], [0, 1, 0], [1, 1, 1], [2, -1, 2]], "y": [1, -2, 3, "1/7"], "beta": "1/1000000"},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "y": [1, -2, 3, 1, 0], "beta": "1e6"},
        {"X": [["1e-9", "2e-9"], ["3e-9", "-1e-9"]], "y": ["1e9", "-2e9"], "beta": 1},
    ),
    certify="numerics.certified_training:certify_penalised",
    check=check_instance,
    margin=margin,
    mutants=(
        Mutant("no cones", "the dual gauge without the projection on the cones: max_D ‖XᵀDμ‖", without_cones),
        _at_most("squared norms", "β Σ‖v‖² in place of β Σ‖v‖", _with_cost(lambda facts: facts["squares"])),
        _at_most("half of beta", "β/2 Σ‖v‖ in place of β Σ‖v‖", _with_cost(lambda facts: facts["cost"] / 2)),
        _at_most("sum of norms", "‖U‖_F + ‖α‖_2 in place of the mean of their squares",
                 _with_cost(lambda facts: 2 * sqrt_bounds(facts["cost"])[1])),
        _at_least("positive signs", "no w_i: only neurons with positive output weight", loss_of_positive_networks),
        _at_least("one pattern", "only the pattern of all ones", loss_of_linear_models),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.direct_group_lasso:direct_optimum", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits",
        ),
        Agreement(
            "L-BFGS from many starts", "upper", "numerics.multistart:best_of_many_starts", 5e-2,
            "training stops in local minima and short of kinks; that it never goes below the interval is tested apart", slow=True,
        ),
    ),
    steps=("group_lasso", "fenchel_conjugates"),
    tags=("convex", "duality"),
)
