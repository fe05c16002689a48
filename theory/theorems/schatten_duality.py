"""The Schatten-p sets for p ≥ 2 have convex forms and duals; for p < 2 there is none, as the gauge is no norm."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number
from theory.exact.rational import dot, read_matrix, sqrt_bounds, write_vector
from theory.theorems.max_entry_relaxation import PLANTED, READS_THE_ROWS, planted, positive_signs, size_hypothesis
from theory.theorems.spectral_duality import (
    DUAL_PROOF,
    LARGEST_D,
    LARGEST_N,
    LEAN,
    check_radius,
    closeness,
    false_bound,
    length_of_all,
    sum_of_lengths,
    with_metric_exponent,
    without_cones,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source("optproof", "our specification, section 2, row of the Schatten norms")
EXPONENTS = ("9/4", "5/2", 3, 4, "14/3", 7)


def exponent(instance: Instance) -> Fraction:
    """p of the instance."""
    return read_number(instance["p"], "p")


def instances() -> "SearchStrategy[Instance]":
    """Rows with all their degeneracies, a small network on them, and an exponent above 2."""
    from hypothesis import strategies as st

    def with_exponent(instance: Instance) -> "SearchStrategy[Instance]":
        return st.sampled_from(EXPONENTS).map(lambda p: {**instance, "p": p})

    return planted((1, 6), (1, 3), (1, 3)).flatmap(with_exponent)


def with_network_exponent(factor: Fraction) -> Callable[[Instance, Finding], Fraction]:
    """‖U‖‖α‖ of the network that attains the upper end, with ``factor``·p in place of p, minus the lower end."""

    def slack(instance: Instance, finding: Finding) -> Fraction:
        from theory.exact.kinds.metric_interval import product_of_norms

        lower: Fraction = finding.facts["lower"]
        return product_of_norms(finding.facts["neurons"], factor * exponent(instance)) - lower

    return slack


def own_metric_exponent(factor: Fraction) -> Callable[[Instance], Fraction]:
    """``factor`` times the right exponent r = p/(p − 2) of the metric."""
    return lambda instance: factor * exponent(instance) / (exponent(instance) - 2)


DUALITY = Claim(
    id="schatten-duality",
    title="The Schatten sets as convex programs, and their duals",
    source=SOURCE,
    latex=r"""\min_{m,\,U,\,\alpha}\{\|U\|_{S_p}\|\alpha\|_2:\ f(\theta)=y\}
=\min_{v_i,w_i\in K_{D_i}}\{R:\ \exists q\ge0,\ \mathbf 1^\top q\le1,\ \|V\,\mathrm{diag}(q)^{-1/2}\|_{S_p}\le R,\;
\sum_iD_iX(v_i-w_i)=y\}
=\max_{\mu,\ Z\succeq0,\ \|Z\|_{S_r}\le1}\{\mu^\top y:\ |\mu^\top(Xu)_+|\le\sqrt{u^\top Zu}\ \forall u\},
\quad\tfrac1r+\tfrac2p=1""",
    sentence=(
        "For p > 2 (p = 2 is weight decay) the least product of the Schatten-p norm of U and the length of α, over networks of "
        "every width that fit y, is the value of a convex program over all activation patterns and of its dual, a group lasso "
        "in the best metric of Schatten-r norm 1 with 1/r + 2/p = 1."
    ),
    quantifier="for all",
    relation="=",
    proof=DUAL_PROOF,
    hypotheses=(
        size_hypothesis(LARGEST_N, LARGEST_D), READS_THE_ROWS,
        Hypothesis("exponent", "p is above 2", lambda i: 0 if exponent(i) > 2 else -1,
                   {"X": [[1, 0], [0, 1]], "network": LEAN, "p": 1}),
    ),
    instances=instances,
    boundary=(
        *({**instance, "p": p} for instance, p in zip(PLANTED, (*EXPONENTS, *EXPONENTS), strict=False)),
        {"X": [[1, 0], [0, 1], [1, 1]], "network": LEAN, "p": 3},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2], [-3, 1]], "network": LEAN, "p": 64},
        {"X": [[1, 2], [3, -1], [-1, 1], [0, 1], [2, 2]], "network": LEAN, "p": "33/16"},
    ),
    certify="numerics.schatten_certificates:certify_planted_radius",
    check=check_radius,
    margin=closeness,
    mutants=(
        Mutant("larger dual exponent", "‖Z‖_{S_{2r}} ≤ 1 in place of ‖Z‖_{S_r} ≤ 1",
               false_bound(with_metric_exponent(own_metric_exponent(Fraction(2))), "the bound is above a network's product")),
        Mutant("smaller dual exponent", "‖Z‖_{S_t} ≤ 1 with 1/t + 1/p = 1, which is the dual for 2p",
               false_bound(with_network_exponent(Fraction(2)), "the product for 2p is below what p needs")),
        Mutant("no cones", "the dual gauge without the cones: max_D ‖XᵀDμ‖ in the metric",
               false_bound(without_cones, "the dual gauge is below that of some D")),
        Mutant("q not normalised", "‖U‖_{S_p} alone, with ‖α‖_2 = ‖U‖_{S_p} left out: R² for R²·R²",
               false_bound(lambda i, found: found.facts["upper"] - found.facts["lower"] ** 2, "R² is above R")),
        Mutant("group lasso", "Γ = Σ‖v_i‖, which is p = 2", false_bound(sum_of_lengths, "a network does with less than Σ‖v_i‖")),
        Mutant("length", "Γ = ‖V‖_F", false_bound(length_of_all, "‖V‖_F is below what is needed")),
        Mutant("positive signs", "no w_i: only neurons with positive output weight", positive_signs),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.schatten_certificates:direct_planted_radius", 1e-5,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
    ),
    uses=("spectral-duality",),
    steps=("grouping", "minimax_over_q"),
    tags=("convex", "duality"),
)


# Below 2 ---------------------------------------------------------------------------------------------------------------


def check_columns(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about these columns."""
    finding = check(certificate)
    columns = [write_vector(v) for v in read_matrix(instance["columns"], "columns")]
    wanted = {"columns": columns, "p": instance["p"]}
    if finding.kind != "orthogonal-gauge" or {**finding.statement, **wanted} != finding.statement:
        raise Rejected("the certificate is about other columns, or another exponent")
    return finding


def unlikeness(instance: Instance) -> Fraction:
    """0 for orthogonal columns of one rational length above zero; positive for others."""
    columns = read_matrix(instance["columns"], "columns")
    low, high = sqrt_bounds(dot(columns[0], columns[0]))
    crossed = sum((abs(dot(v, w)) for v, w in combinations(columns, 2)), Fraction(0))
    return crossed + sum(abs(dot(v, v) - low**2) for v in columns) + (high - low) + (low == 0)


def orthogonal_columns() -> "SearchStrategy[Instance]":
    """Some columns of an integer matrix with orthogonal columns of one length, and an exponent below 2."""
    from hypothesis import strategies as st

    matrices = ([[1]], [[1, 0], [0, -1]], [[3, 4], [-4, 3]], [[5, 12], [12, -5]], [[1, 2, 2], [2, 1, -2], [2, -2, 1]],
                [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])

    def some(matrix: list[list[int]]) -> "SearchStrategy[list[list[int]]]":
        return st.builds(
            lambda count, scale: [[scale * entry for entry in v] for v in matrix[:count]],
            st.integers(1, len(matrix)), st.sampled_from([1, -2, 3]),
        )

    exponents = st.sampled_from([1, "5/4", "3/2", "7/4", "19/10"])
    return st.builds(lambda columns, p: {"columns": columns, "p": p}, st.sampled_from(matrices).flatmap(some), exponents)


def subadditive(factor: Fraction) -> Callable[[Instance, Finding], Margin]:
    """Γ_p(V) ≤ factor·Σ‖v_i‖, which a norm that is ‖v‖ for one column would obey with factor 1."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        low, count, length = (finding.facts[name] for name in ("low", "columns", "length"))
        return Margin(min(Fraction(0), factor * count * length - low), Exact(finding), f"{float(low):.6g} > {count * length}")

    return relation


BELOW = Claim(
    id="schatten-below-two",
    title="Schatten norms with p < 2 would give a convex form, too",
    source=SOURCE,
    latex=r"\Gamma_p(V)=\min_{q\ge0,\ \mathbf1^\top q=1}\|V\,\mathrm{diag}(q)^{-1/2}\|_{S_p}\le\sum_i\|v_i\|_2\qquad(1\le p<2)",
    sentence="False: for p < 2 the condition on effective weights is that of a gauge, as it is for p ≥ 2.",
    quantifier="for all",
    relation="≤",
    proof="""Counterexample: k orthogonal columns of length c. V diag(q)^{-1/2} has the singular values c q_i^{-1/2}, and by the
inequality of means (Σq_i^{-p/2})^{1/p} (Σq_i)^{1/2} is least for equal q_i: Γ_p = c k^{1/2 + 1/p}, more than ck = Σ‖v_i‖ when p < 2.
One column alone has Γ_p = ‖v‖, and Γ_p(cV) = |c|Γ_p(V); so Γ_p breaks the triangle inequality, and {Γ_p ≤ R} is not convex. For
p ≥ 2 it is a norm (schatten-duality).""",
    hypotheses=(
        Hypothesis("exponent", "1 ≤ p < 2", lambda i: 0 if 1 <= exponent(i) < 2 else -1, {"columns": [[1, 0], [0, 1]], "p": 2}),
        Hypothesis("columns", "orthogonal, of one rational length", lambda i: -unlikeness(i), {"columns": [[1, 0], [1, 1]], "p": 1}),
    ),
    instances=orthogonal_columns,
    boundary=(
        {"columns": [[1, 0], [0, 1]], "p": 1},
        {"columns": [[3, 4], [-4, 3]], "p": "3/2"},
        {"columns": [[2]], "p": 1},
        {"columns": [[1, 2, 2], [2, 1, -2], [2, -2, 1]], "p": "7/4"},
    ),
    certify="numerics.schatten_certificates:certify_orthogonal_columns",
    check=check_columns,
    margin=subadditive(Fraction(1)),
    mutants=(
        Mutant("a tenth more", "Γ_p(V) ≤ 1.1·Σ‖v_i‖", subadditive(Fraction(11, 10))),
        Mutant("nearly √2 more", "Γ_p(V) ≤ 1.4·Σ‖v_i‖", subadditive(Fraction(7, 5))),
    ),
    agreements=(
        Agreement("descent over q", "low", "numerics.schatten_certificates:gauge_of_columns_by_descent", 1e-6,
                  "a smooth minimum, found by L-BFGS from a random start"),
    ),
    holds=False,
    tags=("convex",),
)

CLAIMS = (DUALITY, BELOW)
