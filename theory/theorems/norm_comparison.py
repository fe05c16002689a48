"""Operator norms of one matrix compared over the input exponent α: Lemma 2 of 2605.06654, as reconstructed.

The fragment that was recovered uses ‖ΔW‖_{α₁,β} ≤ ‖ΔW‖_{α,β} for α > α₁ and ‖ΔW‖_{α₁,β} ≤
n^{1/α−1/α₁}‖ΔW‖_{α,β} for α < α₁; both are stated here for every β, with y = Wx and n the number of columns of W.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.bounds.enclosures import Enclosure, at_most, times
from theory.bounds.operator_norms import norms_certificate, write_matrix
from theory.claim import Agreement, Certificate, Claim, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.atoms import transposed
from theory.exact.operator_norm import DUAL, operator_norm_square
from theory.exact.rational import Matrix

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: 1/α.
INVERSE = {"1": Fraction(1), "2": Fraction(1, 2), "inf": Fraction(0)}

SOURCE = Source(
    "arXiv:2605.06654",
    "appendix fragment on the best α, notes, section 2.3",
    words="If α∈(α₁,∞], based on Lemma 2 and Assumption 4, ‖ΔW‖_{α₁,β*} ≤ ‖ΔW‖_{α,β*} … "
    "If α∈[1,α₁), … ‖ΔW‖_{α₁,β*} ≤ n^{1/α−1/α₁}‖ΔW‖_{α,β*}",
)


def matrix_of(instance: Instance) -> Matrix:
    """The instance's matrix, exactly."""
    return read_matrix(instance["W"], "W")


def exponent(instance: Instance) -> Fraction:
    """1/α − 1/α', not negative when α ≤ α'."""
    return INVERSE[instance["alpha"]] - INVERSE[instance["larger"]]


def pairs(instance: Instance) -> list[tuple[str, str]]:
    """α→β and α'→β."""
    return [(instance["alpha"], instance["beta"]), (instance["larger"], instance["beta"])]


def instances() -> "SearchStrategy[Instance]":
    """A small integer matrix, exponents α < α' and β in {1, 2, ∞}; nothing is to be shown for α = α'."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices

    ordered = [(a, b) for a in INVERSE for b in INVERSE if INVERSE[a] > INVERSE[b]]
    return st.builds(
        lambda W, alphas, beta: {"W": W, "alpha": alphas[0], "larger": alphas[1], "beta": beta},
        matrices((1, 3), (1, 4)), st.sampled_from(ordered), st.sampled_from(list(INVERSE)),
    )


def on(W: list[list[int]]) -> tuple[Instance, ...]:
    """One instance for every α < α' and β."""
    chain = [("1", "2"), ("2", "inf"), ("1", "inf")]
    return tuple({"W": W, "alpha": a, "larger": b, "beta": beta} for a, b in chain for beta in INVERSE)


BOUNDARY = (*on([[0, 0]]), *on([[2]]), *on([[1, 1, 1]]), *on([[1, 0], [0, 0]]), *on([[1, 2], [3, -4], [0, 1]]))



def ordered(W: list[list[int]]) -> Hypothesis:
    """α ≤ α', with this matrix and exponents ∞, 1 outside of it."""
    return Hypothesis("order", "α ≤ α'", exponent, {"W": W, "alpha": "inf", "larger": "1", "beta": "1"})


def certify(instance: Instance) -> Certificate:
    """Both norms by their definition."""
    return norms_certificate(matrix_of(instance), pairs(instance))


def check_norms(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this matrix and these exponents."""
    finding = check(candidate)
    stated = [(norm["alpha"], norm["beta"]) for norm in finding.statement["norms"]]
    if finding.statement["W"] != write_matrix(matrix_of(instance)) or stated != pairs(instance):
        raise Rejected("the certificate is about another matrix or other norms")
    return finding


def squares(finding: Finding) -> tuple[Enclosure, Enclosure]:
    """‖W‖_{α→β}² and ‖W‖_{α'→β}²."""
    smaller, larger = finding.facts["squares"]
    return smaller, larger


def dual_square(instance: Instance) -> Fraction:
    """‖W‖_{α→β}² as ‖Wᵀ‖_{β*→α*}²."""
    return operator_norm_square(transposed(matrix_of(instance)), DUAL[instance["beta"]], DUAL[instance["alpha"]])[1]


AGREEMENT = Agreement("duality", "square", dual_square, 1e-15, "2→2: enclosures of relative width 2^-90 on different grids")


# Monotonicity -------------------------------------------------------------------------------------------------------


def is_monotone(instance: Instance, finding: Finding) -> Margin:
    """‖W‖_{α→β} ≤ ‖W‖_{α'→β}, squared."""
    smaller, larger = squares(finding)
    return at_most(smaller, larger, finding)


def is_antitone(instance: Instance, finding: Finding) -> Margin:
    """False: ‖W‖_{α→β} ≥ ‖W‖_{α'→β}."""
    smaller, larger = squares(finding)
    return at_most(larger, smaller, finding)


MONOTONE = Claim(
    id="operator-norm-monotone",
    title="Operator norms grow with the input exponent",
    source=SOURCE,
    latex=r"\alpha\le\alpha'\ \Rightarrow\ \|W\|_{\alpha\to\beta}\le\|W\|_{\alpha'\to\beta}",
    sentence="A larger input exponent gives a larger operator norm, whatever the output exponent.",
    quantifier="for all",
    relation="≤",
    proof="""‖x‖_{α'} ≤ ‖x‖_α for α ≤ α', so ‖Wx‖_β/‖x‖_α ≤ ‖Wx‖_β/‖x‖_{α'} for each x; take the maximum on both sides.
Equality for W = e_1e_1ᵀ: both norms are 1.""",
    hypotheses=(ordered([[1, 1]]),),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=check_norms,
    margin=is_monotone,
    mutants=(
        Mutant("reversed", "≥ for ≤", is_antitone),
        Mutant("unordered", "α and α' in any order", without=("order",)),
    ),
    agreements=(AGREEMENT,),
    tight={"W": [[1, 0], [0, 0]], "alpha": "1", "larger": "inf", "beta": "2"},
    uses=("operator-norm-closed-forms",),
    kind="lemma",
    steps=("operator_norms",),
    tags=("operator-norm",),
)


# The constant -------------------------------------------------------------------------------------------------------


def within(instance: Instance, finding: Finding, power: Fraction, dimension: int) -> Margin:
    """‖W‖_{α'→β}² ≤ dimension^{2·power} ‖W‖_{α→β}²; 2·power is an integer."""
    smaller, larger = squares(finding)
    return at_most(larger, times(Fraction(dimension) ** int(2 * power), smaller), finding)


def comparison(instance: Instance, finding: Finding) -> Margin:
    """The lemma: the constant is n^{1/α−1/α'}, n the number of columns."""
    return within(instance, finding, exponent(instance), len(instance["W"][0]))


def without_constant(instance: Instance, finding: Finding) -> Margin:
    """False: constant one."""
    return within(instance, finding, Fraction(0), 1)


def smaller_power(instance: Instance, finding: Finding) -> Margin:
    """False: n^{(1/α−1/α')/2}, for the whole step from 1 to ∞."""
    power = exponent(instance)
    return within(instance, finding, power / 2 if power == 1 else power, len(instance["W"][0]))


def row_count(instance: Instance, finding: Finding) -> Margin:
    """False: the number of rows in place of the number of columns."""
    return within(instance, finding, exponent(instance), len(instance["W"]))


COMPARISON = Claim(
    id="norm-comparison",
    title="Operator norms differ by at most n^(1/α − 1/α')",
    source=SOURCE,
    latex=r"\alpha\le\alpha'\ \Rightarrow\ \|W\|_{\alpha'\to\beta}\le n^{1/\alpha-1/\alpha'}\,\|W\|_{\alpha\to\beta}",
    sentence="Passing to a larger input exponent raises an operator norm of a matrix with n columns by a factor of at "
    "most n^(1/α − 1/α'), and that factor is attained.",
    quantifier="for all",
    relation="≤",
    proof="""Hölder: ‖x‖_α ≤ n^{1/α−1/α'}‖x‖_{α'} for α ≤ α'. So ‖Wx‖_β/‖x‖_{α'} ≤ n^{1/α−1/α'} ‖Wx‖_β/‖x‖_α for each x;
take the maximum. Equality for the row W = (1, …, 1), whatever β: ‖W‖_{α→β} = max Σx_j/‖x‖_α = n^{1−1/α}.
Squares are compared, so that the constants n^0, n^{1/2}, n^1 are exact.""",
    hypotheses=(ordered([[1, 0]]),),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=check_norms,
    margin=comparison,
    mutants=(
        Mutant("no-constant", "the constant left out", without_constant),
        Mutant("square-root", "the square root of the constant from 1 to ∞", smaller_power),
        Mutant("rows", "the number of rows for the number of columns", row_count),
        Mutant("unordered", "α and α' in any order", without=("order",)),
    ),
    agreements=(AGREEMENT,),
    tight={"W": [[1, 1, 1]], "alpha": "1", "larger": "inf", "beta": "2"},
    uses=("operator-norm-closed-forms",),
    kind="lemma",
    steps=("operator_norms",),
    tags=("operator-norm",),
)

CLAIMS = (MONOTONE, COMPARISON)
