"""Operator norms α→β of a weight matrix: closed forms, and the directions of steepest descent they give.

These are the norms under which 2605.06654 reads the optimizers (sign 1→∞, Muon 2→2, column max, …). The convention is
y = Wx throughout; :mod:`theory.bounds.operator_norms` has the table.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.bounds.operator_norms import (
    PAIRS,
    closed_form_square,
    norms_certificate,
    oracle,
    oracle_certificate,
    write_matrix,
)
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number
from theory.exact.atoms import transposed
from theory.exact.operator_norm import DUAL, operator_norm_square
from theory.exact.rational import Matrix, dot

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: Rounded square roots and singular vectors cost the oracles less than this share of the dual norm.
ROUNDING = Fraction(1, 2**100)

SOURCE = Source(
    "arXiv:2605.06654", "legends of the figures, (1,∞) AdamW and SignSGD, (2,2) Muon, and Algorithm 2; notes, section 2.2"
)


def known_pair(instance: Instance) -> int:
    """The pair (α, β) is in the table: 0, else −1."""
    return 0 if (instance["alpha"], instance["beta"]) in PAIRS else -1


def matrix_of(instance: Instance) -> Matrix:
    """The instance's matrix, exactly."""
    return read_matrix(instance["W"], "W")


def instances() -> "SearchStrategy[Instance]":
    """A small integer matrix and a pair (α, β) of the table."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices

    return st.builds(
        lambda W, pair: {"W": W, "alpha": pair[0], "beta": pair[1]}, matrices((1, 4), (1, 4)), st.sampled_from(PAIRS)
    )


def on(W: list[list[int | str]]) -> tuple[Instance, ...]:
    """One instance for every pair of the table."""
    return tuple({"W": W, "alpha": alpha, "beta": beta} for alpha, beta in PAIRS)


BOUNDARY = (
    *on([[0, 0], [0, 0]]), *on([[-3]]), *on([[1, -2, 2]]), *on([[3], [4]]), *on([[1, 1], [1, 1]]),
    *on([["1/3", 10**9]]),
)

HYPOTHESIS = Hypothesis(
    "pair", "(α, β) is one of 1→1, 1→2, 1→∞, 2→2, 2→∞, ∞→∞", known_pair, {"W": [[1]], "alpha": "2", "beta": "1"}
)


# Closed forms -------------------------------------------------------------------------------------------------------


def certify_norm(instance: Instance) -> Certificate:
    """The norm by its definition."""
    return norms_certificate(matrix_of(instance), [(instance["alpha"], instance["beta"])])


def check_norm(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this matrix and this pair."""
    finding = check(candidate)
    stated = finding.statement
    pairs = [{name: norm[name] for name in ("alpha", "beta")} for norm in stated.get("norms", [])]
    wanted = [{name: instance[name] for name in ("alpha", "beta")}]
    if stated.get("W") != write_matrix(matrix_of(instance)) or pairs != wanted:
        raise Rejected("the certificate is about another matrix or another norm")
    return finding


def equals(closed: tuple[Fraction, Fraction], finding: Finding) -> Margin:
    """Minus the distance of two enclosures of the same square: zero when they meet."""
    low, high = finding.facts["squares"][0]
    return Margin(-max(Fraction(0), closed[0] - high, low - closed[1]), Exact(finding))


def equality(instance: Instance, finding: Finding) -> Margin:
    """The closed form is the norm."""
    return equals(closed_form_square(matrix_of(instance), instance["alpha"], instance["beta"]), finding)


def transposed_convention(instance: Instance, finding: Finding) -> Margin:
    """False: the table read with y = Wᵀx."""
    return equals(closed_form_square(transposed(matrix_of(instance)), instance["alpha"], instance["beta"]), finding)


def frobenius_for_two(instance: Instance, finding: Finding) -> Margin:
    """False: the Frobenius norm wherever α or β is 2."""
    if "2" not in (instance["alpha"], instance["beta"]):
        return equality(instance, finding)
    total = sum((dot(row, row) for row in matrix_of(instance)), Fraction(0))
    return equals((total, total), finding)


def largest_entry(instance: Instance, finding: Finding) -> Margin:
    """False: the largest entry whatever α."""
    entry = max(abs(entry) for row in matrix_of(instance) for entry in row)
    return equals((entry**2, entry**2), finding)


def norm_in_floats(instance: Instance) -> float:
    """‖W‖_{α→β}² by numpy's column sums, row sums and singular values."""
    import numpy as np

    W = np.array([[float(entry) for entry in row] for row in matrix_of(instance)])
    match (instance["alpha"], instance["beta"]):
        case ("1", "2"):
            return float((W**2).sum(axis=0).max())
        case ("1", "inf"):
            return float(np.abs(W).max()) ** 2
        case ("2", "inf"):
            return float((W**2).sum(axis=1).max())
        case (alpha, _):
            order: Any = {"1": 1, "2": 2, "inf": np.inf}[alpha]
            return float(np.linalg.norm(W, order)) ** 2


def dual_formulation(instance: Instance) -> Fraction:
    """‖Wᵀ‖_{β*→α*}², by its definition: another ball's vertices."""
    alpha, beta = DUAL[instance["beta"]], DUAL[instance["alpha"]]
    return operator_norm_square(transposed(matrix_of(instance)), alpha, beta)[1]


CLOSED_FORMS = Claim(
    id="operator-norm-closed-forms",
    title="Six operator norms in closed form",
    source=SOURCE,
    latex=r"\|W\|_{1\to1}=\max_j\|We_j\|_1,\ \|W\|_{1\to2}=\max_j\|We_j\|_2,\ \|W\|_{1\to\infty}=\max_{ij}|W_{ij}|,\ "
    r"\|W\|_{2\to2}=\sigma_{\max}(W),\ \|W\|_{2\to\infty}=\max_i\|W^{\top}e_i\|_2,\ "
    r"\|W\|_{\infty\to\infty}=\max_i\|W^{\top}e_i\|_1",
    sentence="With y = Wx, the norms 1→1, 1→2, 1→∞ are the largest column norms, 2→∞ and ∞→∞ the largest row norms, "
    "and 2→2 the largest singular value.",
    quantifier="for all",
    relation="=",
    proof="""α = 1: x ↦ ‖Wx‖_β is convex, so it is largest at a vertex ±e_j of the ℓ1 ball, where it is ‖We_j‖_β.
β = ∞: ‖Wx‖_∞ = max_i |w_iᵀx| over rows w_i, and max over ‖x‖_α ≤ 1 of |w_iᵀx| is ‖w_i‖_{α*} by Hölder with equality.
2→2: ‖Wx‖² = xᵀWᵀWx is at most λ_max(WᵀW)‖x‖², with equality at an eigenvector; WWᵀ has the same largest eigenvalue.
The checker uses none of this: it takes the maximum over all vertices (of the dual ball where α = 2), and the largest
eigenvalue of WᵀW, where the closed form uses WWᵀ.""",
    hypotheses=(HYPOTHESIS,),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify_norm,
    check=check_norm,
    margin=equality,
    mutants=(
        Mutant("transposed", "rows and columns exchanged: the convention y = Wᵀx", transposed_convention),
        Mutant("frobenius", "the Frobenius norm wherever α or β is 2", frobenius_for_two),
        Mutant("entry", "the largest entry for every pair", largest_entry),
    ),
    agreements=(
        Agreement("duality", "square", dual_formulation, 1e-15, "2→2: enclosures of relative width 2^-90 on different grids"),
        Agreement("numpy", "square", norm_in_floats, 1e-12, "double precision sums and singular values, squared"),
    ),
    kind="lemma",
    steps=("operator_norms",),
    tags=("operator-norm",),
)


# Oracles ------------------------------------------------------------------------------------------------------------


def certify_oracle(instance: Instance) -> Certificate:
    """The direction of the table, with a decomposition that proves it best."""
    G, alpha, beta = matrix_of(instance), instance["alpha"], instance["beta"]
    return oracle_certificate(G, oracle(G, alpha, beta), alpha, beta)


def check_oracle(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this matrix and the direction of the table."""
    G, alpha, beta = matrix_of(instance), instance["alpha"], instance["beta"]
    finding = check(candidate)
    expected = {
        "alpha": alpha, "beta": beta, "G": write_matrix(G), "direction": write_matrix(oracle(G, alpha, beta)),
        "dual_bound": finding.statement["dual_bound"],
    }
    if finding.statement != expected:
        raise Rejected("the certificate is about another matrix, pair or direction")
    return finding


def attains(finding: Finding, share: Fraction = Fraction(1), bound: Fraction | None = None) -> Margin:
    """‖D‖ ≤ 1 and ⟨G, D⟩ ≥ share · (dual norm), up to the rounding of roots; zero where nothing is rounded."""
    facts = finding.facts
    dual: Fraction = facts["dual_bound"] if bound is None else bound
    shortfall = share * dual - facts["attained"]
    rounded = Fraction(0) if 0 <= shortfall <= ROUNDING * dual else -shortfall
    outside = Fraction(0) if facts["in_ball"] else min(1 - facts["norm_square"], -ROUNDING)
    return Margin(min(outside, rounded), Exact(finding))


def optimality(instance: Instance, finding: Finding) -> Margin:
    """The direction of the table is in the unit ball and attains the dual norm."""
    return attains(finding)


def row_oracle_for_columns(instance: Instance, finding: Finding) -> Margin:
    """False: the dual norm of the transposed convention is what is attained."""
    alpha, beta = DUAL[instance["beta"]], DUAL[instance["alpha"]]
    if alpha == instance["alpha"]:
        return optimality(instance, finding)
    other = oracle_certificate(matrix_of(instance), oracle(matrix_of(instance), alpha, beta), alpha, beta)
    bound = read_number(other["statement"]["dual_bound"], "dual_bound")
    return Margin(-abs(finding.facts["attained"] - bound), Exact(finding))


def dual_norm_in_floats(instance: Instance) -> float:
    """The dual norm of G by numpy."""
    import numpy as np

    G = np.array([[float(entry) for entry in row] for row in matrix_of(instance)])
    match (instance["alpha"], instance["beta"]):
        case ("1", "1"):
            return float(np.abs(G).max(axis=0).sum())
        case ("1", "2"):
            return float(np.sqrt((G**2).sum(axis=0)).sum())
        case ("1", _):
            return float(np.abs(G).sum())
        case ("2", "2"):
            return float(np.linalg.norm(G, "nuc"))
        case ("2", _):
            return float(np.sqrt((G**2).sum(axis=1)).sum())
        case _:
            return float(np.abs(G).max(axis=1).sum())


ORACLES = Claim(
    id="operator-norm-oracles",
    title="Steepest descent directions of six operator norms",
    source=SOURCE,
    latex=r"D(G)\in\arg\max_{\|D\|_{\alpha\to\beta}\le1}\langle G,D\rangle,\quad \langle G,D(G)\rangle="
    r"\|G\|^{*}_{\alpha\to\beta}",
    sentence="The directions of the table (one-hot signs, normalised columns or rows, signs, polar factor) are in the "
    "unit ball and attain the dual norm of G, so no direction of norm one descends faster (up to relative 2^-100, "
    "where square roots and singular vectors are irrational and the directions are rounded into the ball).",
    quantifier="for all",
    relation="=",
    proof="""‖D‖_{α→β} = max zᵀDx over ‖z‖_{β*} ≤ 1 and ‖x‖_α ≤ 1. So G = Σ w z xᵀ with such z, x and w ≥ 0 gives
⟨G, D⟩ = Σ w zᵀDx ≤ Σ w for every D of norm one. α = 1: G = Σ_j g_j e_jᵀ, weights ‖g_j‖_{β*}. β = ∞: G = Σ_i e_i row_iᵀ,
weights ‖row_i‖_α. 2→2: the singular value decomposition, weights σ_k. In each case the direction of the table
has norm at most one by the closed forms, and its inner product with G is that same sum. Square roots are rounded
inwards, which costs less than 2^-100 of the dual norm.""",
    hypotheses=(HYPOTHESIS,),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify_oracle,
    check=check_oracle,
    margin=optimality,
    mutants=(
        Mutant("transposed", "the dual norm of the convention y = Wᵀx", row_oracle_for_columns),
        Mutant(
            "more", "attains 1 + 2^-60 of the dual norm",
            lambda instance, finding: attains(finding, 1 + Fraction(1, 2**60)),
        ),
        Mutant(
            "interior", "the direction has norm at most 1/2",
            lambda instance, finding: Margin(Fraction(1, 4) - finding.facts["norm_square_low"], Exact(finding)),
        ),
    ),
    agreements=(
        Agreement("numpy", "attained", dual_norm_in_floats, 1e-12, "double precision sums and singular values"),
    ),
    tight={"W": [[3, 0], [4, 5]], "alpha": "1", "beta": "1"},
    uses=("operator-norm-closed-forms",),
    kind="lemma",
    steps=("operator_norms",),
    tags=("operator-norm",),
)

CLAIMS = (CLOSED_FORMS, ORACLES)
