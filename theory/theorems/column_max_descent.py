"""Algorithm 2 of 2605.06654, "Column Max Descent (A∞,∞)": which operator norm it descends in depends on the convention.

Its step puts R/k_j at the k_j entries of largest magnitude of column j (with their signs, which the recovered text
leaves out). With y = Wx that is the oracle of 1→1; it is the oracle of ∞→∞ when the layer is x ↦ Wᵀx, and only then.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.bounds.operator_norms import oracle_certificate, write_matrix
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number
from theory.exact.atoms import inner, transposed
from theory.exact.operator_norm import operator_norm_square
from theory.exact.rational import Matrix

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source(
    "arXiv:2605.06654",
    "Algorithm 2, notes, section 2.2; the sign and the last line of the loop are our reconstruction",
    words="Column Max Descent (A∞,∞) … [U_t]_{ij} = R/k_j if |[M_t]_{ij}| = max_l |[M_t]_{lj}| else 0",
)


def column_max_step(M: Matrix, radius: Fraction, signed: bool = True, split: bool = True) -> Matrix:
    """U_t of Algorithm 2 for the momentum M: R/k_j at the k_j largest entries of column j.

    Args:
        M: momentum, one row an output.
        radius: R > 0.
        signed: multiply by sign(M_ij), without which a step may climb.
        split: divide by the number k_j of maximisers.
    """
    largest = [max(abs(entry) for entry in column) for column in transposed(M)]
    counts = [sum(abs(entry) == top for entry in column) for column, top in zip(transposed(M), largest, strict=True)]

    def entry(value: Fraction, j: int) -> Fraction:
        if abs(value) != largest[j]:
            return Fraction(0)
        sign = (value > 0) - (value < 0) if signed else 1
        return sign * radius / (counts[j] if split else 1)

    return tuple(tuple(entry(value, j) for j, value in enumerate(row)) for row in M)


def momentum(instance: Instance) -> Matrix:
    """M, exactly."""
    return read_matrix(instance["M"], "M")


def radius(instance: Instance) -> Fraction:
    """R, exactly."""
    return read_number(instance["radius"], "radius")


def instances() -> "SearchStrategy[Instance]":
    """A small integer momentum and a radius."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices

    return st.builds(
        lambda M, R: {"M": M, "radius": R}, matrices((1, 4), (1, 4)), st.sampled_from([1, 2, "1/3", "0.1"])
    )


BOUNDARY = (
    {"M": [[0, 0], [0, 0]], "radius": 1}, {"M": [[-2]], "radius": "1/2"}, {"M": [[1, -3], [1, 3]], "radius": 1},
    {"M": [[3, 4, 5]], "radius": 1}, {"M": [[3], [4], [0]], "radius": 2},
)

POSITIVE = Hypothesis(
    "radius", "R > 0", lambda instance: 0 if radius(instance) > 0 else -1, {"M": [[1]], "radius": 0}
)


def checked(M: Matrix, direction: Matrix, exponent: str, candidate: Certificate) -> Finding:
    """The finding, when it is about this momentum, direction and exponent."""
    finding = check(candidate)
    expected = {
        "alpha": exponent, "beta": exponent, "G": write_matrix(M), "direction": write_matrix(direction),
        "dual_bound": finding.statement["dual_bound"],
    }
    if finding.statement != expected:
        raise Rejected("the certificate is about another momentum, direction or norm")
    return finding


def certify_columns(instance: Instance) -> Certificate:
    """U as a direction for M in 1→1."""
    M = momentum(instance)
    return oracle_certificate(M, column_max_step(M, radius(instance)), "1", "1")


def check_columns(instance: Instance, candidate: Certificate) -> Finding:
    """U as a direction for M in 1→1, checked."""
    M = momentum(instance)
    return checked(M, column_max_step(M, radius(instance)), "1", candidate)


def certify_transposed(instance: Instance) -> Certificate:
    """Uᵀ as a direction for Mᵀ in ∞→∞."""
    M = momentum(instance)
    return oracle_certificate(transposed(M), transposed(column_max_step(M, radius(instance))), "inf", "inf")


def check_transposed(instance: Instance, candidate: Certificate) -> Finding:
    """Uᵀ as a direction for Mᵀ in ∞→∞, checked."""
    M = momentum(instance)
    return checked(transposed(M), transposed(column_max_step(M, radius(instance))), "inf", candidate)


def certify_printed(instance: Instance) -> Certificate:
    """U as a direction for M in ∞→∞."""
    M = momentum(instance)
    return oracle_certificate(M, column_max_step(M, radius(instance)), "inf", "inf")


def check_printed(instance: Instance, candidate: Certificate) -> Finding:
    """U as a direction for M in ∞→∞, checked."""
    M = momentum(instance)
    return checked(M, column_max_step(M, radius(instance)), "inf", candidate)


def is_oracle(instance: Instance, finding: Finding) -> Margin:
    """‖U‖ ≤ R and ⟨M, U⟩ = R·(dual norm of M): zero or negative."""
    R, facts = radius(instance), finding.facts
    outside = min(Fraction(0), R**2 - facts["norm_square"])
    return Margin(min(outside, facts["attained"] - R * facts["dual_bound"]), Exact(finding))


def unsigned(instance: Instance, finding: Finding) -> Margin:
    """False: the step without the signs of the momentum attains the dual norm too."""
    M, R = momentum(instance), radius(instance)
    attained = inner(M, column_max_step(M, R, signed=False))
    return Margin(attained - R * finding.facts["dual_bound"], Exact(finding))


def within_radius(instance: Instance, finding: Finding, direction: Matrix, exponent: str) -> Margin:
    """‖direction‖_{p→p} ≤ R."""
    low, high = operator_norm_square(direction, exponent, exponent)
    square = radius(instance) ** 2
    return Margin(square - (high if high <= square else low), Exact(finding))


def ties_in_full(instance: Instance, finding: Finding) -> Margin:
    """False: R at every maximiser, not R/k_j, has norm R."""
    step = column_max_step(momentum(instance), radius(instance), split=False)
    return within_radius(instance, finding, step, "1")


def untransposed(instance: Instance, finding: Finding) -> Margin:
    """False: U, in place of Uᵀ, has norm R in ∞→∞."""
    return within_radius(instance, finding, column_max_step(momentum(instance), radius(instance)), "inf")


def unit_radius(instance: Instance, finding: Finding) -> Margin:
    """False: the step has norm at most one whatever R."""
    return Margin(1 - finding.facts["norm_square"], Exact(finding))


def spectral_oracle(instance: Instance, finding: Finding) -> Margin:
    """False: the step has spectral norm at most R, as the direction of 2→2 would."""
    return within_radius(instance, finding, column_max_step(momentum(instance), radius(instance)), "2")


def column_maxima(instance: Instance) -> float:
    """R Σ_j max_i |M_ij| by numpy: what the step attains in either convention."""
    import numpy as np

    M = np.array([[float(entry) for entry in row] for row in momentum(instance)])
    return float(radius(instance)) * float(np.abs(M).max(axis=0).sum())


AGREEMENT = Agreement("numpy", "attained", column_maxima, 1e-12, "double precision sums")

ONE_TO_ONE = Claim(
    id="column-max-one-to-one",
    title="Column max descent is steepest descent in 1→1",
    source=SOURCE,
    latex=r"y=Wx:\quad U\in\arg\max_{\|D\|_{1\to1}\le R}\langle M,D\rangle",
    sentence="With y = Wx the step of Algorithm 2 is the direction of 1→1: it has norm R (or less, where columns "
    "vanish) and attains R times the dual norm.",
    quantifier="for all",
    relation="=",
    proof="""Column j of U has ℓ1 norm k_j·R/k_j = R (0 when column j of M is zero), so ‖U‖_{1→1} ≤ R. ⟨M, U⟩ is
Σ_j R max_i|M_ij|, and M = Σ_j m_j e_jᵀ has weights ‖m_j‖_∞ in the dual of 1→1.""",
    hypotheses=(POSITIVE,),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify_columns,
    check=check_columns,
    margin=is_oracle,
    mutants=(
        Mutant("unsigned", "the recovered text as it stands, without signs", unsigned),
        Mutant("ties", "R at every maximiser of a column", ties_in_full),
        Mutant("spectral", "2→2 for 1→1", spectral_oracle),
    ),
    agreements=(AGREEMENT,),
    tight={"M": [[1, -3], [1, 3]], "radius": 1},
    uses=("operator-norm-oracles",),
    kind="lemma",
    tags=("operator-norm",),
)

TRANSPOSED = Claim(
    id="column-max-transposed",
    title="Column max descent is steepest descent in ∞→∞ for y = Wᵀx",
    source=SOURCE,
    latex=r"y=W^{\top}x:\quad U^{\top}\in\arg\max_{\|D\|_{\infty\to\infty}\le R}\langle M^{\top},D\rangle",
    sentence="For a layer x ↦ Wᵀx the operator is Wᵀ, and the transposed step of Algorithm 2 is the direction of ∞→∞, "
    "as its name says.",
    quantifier="for all",
    relation="=",
    proof="""‖Wᵀ‖_{∞→∞} = ‖W‖_{1→1} (the transposed matrix between the dual spaces), and ⟨Mᵀ, Dᵀ⟩ = ⟨M, D⟩. So
this is the 1→1 statement, read for the layer x ↦ Wᵀx.""",
    hypotheses=(POSITIVE,),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify_transposed,
    check=check_transposed,
    margin=is_oracle,
    mutants=(
        Mutant("unit", "norm at most one whatever R", unit_radius),
        Mutant("untransposed", "U for M, in place of Uᵀ for Mᵀ", untransposed),
    ),
    agreements=(AGREEMENT,),
    tight={"M": [[1, -3], [1, 3]], "radius": 1},
    uses=("column-max-one-to-one",),
    kind="lemma",
    tags=("operator-norm",),
)

AS_PRINTED = Claim(
    id="column-max-as-printed",
    title="Column max descent is not steepest descent in ∞→∞ for y = Wx",
    source=SOURCE,
    latex=r"y=Wx:\quad U\in\arg\max_{\|D\|_{\infty\to\infty}\le R}\langle M,D\rangle\quad\text{(false)}",
    sentence="Read with y = Wx, the step of Algorithm 2 would be the direction of ∞→∞: it is not, as soon as two "
    "columns have their largest entry in one row.",
    quantifier="for all",
    relation="=",
    proof="""False. M = (1 1) gives U = (R R), of norm ‖U‖_{∞→∞} = 2R; the direction of ∞→∞ is (R/2 R/2). For one column
both readings agree.""",
    hypotheses=(POSITIVE,),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify_printed,
    check=check_printed,
    margin=is_oracle,
    mutants=(Mutant("spectral", "2→2 for ∞→∞", spectral_oracle),),
    agreements=(AGREEMENT,),
    holds=False,
    uses=("operator-norm-oracles",),
    kind="lemma",
    tags=("operator-norm",),
)

CLAIMS = (ONE_TO_ONE, TRANSPOSED, AS_PRINTED)
