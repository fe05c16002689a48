"""Muon's set has a convex form and a dual: a semidefinite program over all patterns, and the best metric."""

from collections.abc import Callable
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.rational import Matrix, Vector, dot, sqrt_bounds, write_vector
from theory.theorems.max_entry_relaxation import (
    PLANTED,
    READS_THE_ROWS,
    planted,
    planted_targets,
    positive_signs,
    size_hypothesis,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from theory.exact.norms import Exponent

SOURCE = Source("optproof", "our specification, section 2, row of Muon")
#: The certified interval must be at most this wide, relative to its upper end.
ACCURACY = Fraction(1, 10**7)
LARGEST_N, LARGEST_D = 10, 4
LEAN = {"neurons": [{"u": [1, 0], "alpha": 3}, {"u": [0, 1], "alpha": -2}]}


def instances() -> "SearchStrategy[Instance]":
    """Rows with all their degeneracies and a small network on them."""
    return planted((1, 7), (1, 3), (1, 3)).map(lambda instance: {**instance, "p": "inf"})


def check_radius(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is the least radius of this instance and its interval is narrow."""
    finding = check(certificate)
    X = [write_vector(row) for row in read_matrix(instance["X"], "X")]
    wanted = {"X": X, "y": write_vector(planted_targets(instance)), "p": instance["p"], "objective": "radius"}
    if finding.kind != "metric-interval" or {**finding.statement, **wanted} != finding.statement:
        raise Rejected("the certificate is about another optimum, or about another instance")
    if finding.facts["upper"] - finding.facts["lower"] > ACCURACY * finding.facts["upper"]:
        raise Rejected(f"the interval is too wide: {float(finding.facts['lower'])} to {float(finding.facts['upper'])}")
    return finding


def closeness(instance: Instance, finding: Finding) -> Margin:
    """Minus the greatest distance that the proved interval leaves between the optima, relative to its upper end."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    if lower >= upper:
        return Margin(upper - lower, Exact(finding), f"all optima are {upper}" if lower == upper else "the bounds cross")
    width = (upper - lower) / upper
    evidence = Interval(nextafter(float(width), inf), "exact ends of an interval that holds all optima")
    return Margin(-width, evidence, f"near {float(upper):.9g}")


def false_bound(
    slack: Callable[[Instance, Finding], Fraction], detail: str
) -> Callable[[Instance, Finding], Margin]:
    """The false relation that a slack is not negative."""
    return lambda instance, finding: Margin(min(Fraction(0), slack(instance, finding)), Exact(finding), detail)


def with_metric_exponent(exponent: "Callable[[Instance], Exponent]") -> Callable[[Instance, Finding], Fraction]:
    """Upper end minus the lower end that another Schatten norm of the metric would give."""

    def slack(instance: Instance, finding: Finding) -> Fraction:
        from theory.exact.kinds.metric_interval import metric_of
        from theory.exact.spectrum import schatten_bounds

        facts = finding.facts
        size = sqrt_bounds(schatten_bounds(metric_of(facts["whitening"]), exponent(instance))[1])[1]
        gain = dot(facts["multiplier"], planted_targets(instance))
        return facts["upper"] - gain / (facts["dual_gauge"] * size) if facts["dual_gauge"] else Fraction(0)

    return slack


def sum_of_lengths(instance: Instance, finding: Finding) -> Fraction:
    """Upper end minus Σ‖v_j‖ of the network that attains it."""
    lengths = sum((sqrt_bounds(square)[0] for square in squares(finding)), Fraction(0))
    return Fraction(finding.facts["upper"]) - lengths


def length_of_all(instance: Instance, finding: Finding) -> Fraction:
    """‖V‖_F of the network that attains the upper end, minus the lower end."""
    return sqrt_bounds(sum(squares(finding), Fraction(0)))[1] - Fraction(finding.facts["lower"])


def squares(finding: Finding) -> list[Fraction]:
    """‖v_j‖² of the network that attains the upper end."""
    return [alpha**2 * dot(u, u) for u, alpha in finding.facts["neurons"]]


def without_cones(instance: Instance, finding: Finding) -> Fraction:
    """w² − ‖TᵀXᵀDμ‖² for the pattern D, among some that occur, that makes it least."""
    X, facts = read_matrix(instance["X"], "X"), finding.facts
    signs = [[(-1) ** (bits >> k) for k in range(len(X[0]))] for bits in range(2 ** len(X[0]))]
    largest = max(_gradient_square(X, facts["multiplier"], facts["whitening"], u) for u in signs)
    return Fraction(facts["dual_gauge"]) ** 2 - largest


def _gradient_square(X: Matrix, mu: Vector, T: Matrix, u: list[int]) -> Fraction:
    """‖TᵀXᵀDμ‖² for the pattern D of u; 0 when u lies on a hyperplane and has no pattern."""
    heights = [dot(row, u) for row in X]
    if any(height == 0 and any(row) for height, row in zip(heights, X, strict=True)):
        return Fraction(0)
    active = [(row, m) for row, m, height in zip(X, mu, heights, strict=True) if height > 0]
    gradient = [sum((m * row[k] for row, m in active), Fraction(0)) for k in range(len(u))]
    white = [dot(column, gradient) for column in zip(*T, strict=True)]
    return dot(white, white)


DUAL_PROOF = """*Network and program.* Group neurons by (pattern, sign): U_g, a_g = |α_g|, P_g = a_ga_gᵀ/‖a_g‖². U_gP_g keeps the
sums U_ga_g, keeps every column in the cone, and U_gP_gU_gᵀ ⪯ U_gU_gᵀ, so no Schatten norm grows: one neuron a group is enough,
with v_g = U_ga_g, q_g = ‖a_g‖², and UUᵀ = Σ v_gv_gᵀ/q_g. Back: u = v/√q, α = ±√q. *Weak duality.* For Z ≻ 0 with ‖Z‖_{S_r} ≤ 1 and
|μᵀ(Xu)_+| ≤ w√(uᵀZu) for all u: μᵀf ≤ w Σ|α_j|√(u_jᵀZu_j) ≤ w‖α‖(tr ZUUᵀ)^½ ≤ w‖α‖‖U‖_{S_p} by Cauchy–Schwarz and Hölder
(1/r + 2/p = 1). *No gap.* Γ(V) is a norm for p ≥ 2 (minimax over q and Z, both compact and convex), and V ↦ fit is linear on a
product of closed cones; the set of fits within R is compact, so hyperplanes separate. What is proved of an instance is the
interval between a network and a pair (μ, Z), both rational; equality holds as far as it is narrow."""

CLAIM = Claim(
    id="spectral-duality",
    title="Muon's set as a semidefinite program, and its dual",
    source=SOURCE,
    latex=r"""\min_{m,\,U,\,\alpha}\{\|U\|_{op}\|\alpha\|_2:\ f(\theta)=y\}
=\min_{v_i,w_i\in K_{D_i}}\{R:\ \exists q\ge0,\ \mathbf 1^\top q\le R,\;
\begin{pmatrix}R\,I&V\\V^\top&\mathrm{diag}\,q\end{pmatrix}\succeq0,\ \sum_iD_iX(v_i-w_i)=y\}
=\max_{\mu,\ Z\succeq0,\ \mathrm{tr}\,Z=1}\{\mu^\top y:\ |\mu^\top(Xu)_+|\le\sqrt{u^\top Zu}\ \forall u\}""",
    sentence=(
        "The least product of the spectral norm of U and the length of α, over networks of every width that fit y, is the value "
        "of a semidefinite program over all activation patterns and of its dual, a group lasso in the best metric; a "
        "certified interval holds all three."
    ),
    quantifier="for all",
    relation="=",
    proof=DUAL_PROOF,
    hypotheses=(size_hypothesis(LARGEST_N, LARGEST_D), READS_THE_ROWS),
    instances=instances,
    boundary=(
        *({**instance, "p": "inf"} for instance in PLANTED),
        {"X": [[1, 0], [0, 1], [1, 1]], "network": LEAN, "p": "inf"},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2], [-3, 1]], "network": LEAN, "p": "inf"},
        {"X": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], "network": {
            "neurons": [{"u": [1, 1, 0], "alpha": 1}, {"u": [0, -1, 2], "alpha": -2}, {"u": [-1, 0, 1], "alpha": 1}]}, "p": "inf"},
    ),
    certify="numerics.schatten_certificates:certify_planted_radius",
    check=check_radius,
    margin=closeness,
    mutants=(
        Mutant("spectral ball", "‖Z‖_op ≤ 1 in place of tr Z = 1",
               false_bound(with_metric_exponent(lambda i: "inf"), "the bound is above a network's product")),
        Mutant("Frobenius ball", "‖Z‖_F ≤ 1 in place of tr Z = 1",
               false_bound(with_metric_exponent(lambda i: Fraction(2)), "the bound is above a network's product")),
        Mutant("no cones", "the dual gauge without the cones: max_D ‖XᵀDμ‖ in the metric",
               false_bound(without_cones, "the dual gauge is below that of some D")),
        Mutant("q not normalised", "‖U‖_op alone, with ‖α‖_2 = ‖U‖_op left out: √R for R",
               false_bound(lambda i, found: sqrt_bounds(found.facts["upper"])[1] - found.facts["lower"], "√R is below R")),
        Mutant("group lasso", "Γ = Σ‖v_i‖", false_bound(sum_of_lengths, "a network does with less than Σ‖v_i‖")),
        Mutant("length", "Γ = ‖V‖_F", false_bound(length_of_all, "‖V‖_F is below what is needed")),
        Mutant("positive signs", "no w_i: only neurons with positive output weight", positive_signs),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.schatten_certificates:direct_planted_radius", 1e-5,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
    ),
    steps=("grouping", "schur_complement", "minimax_over_q"),
    tags=("convex", "duality"),
)
