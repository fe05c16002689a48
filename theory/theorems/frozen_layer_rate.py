"""With W1 frozen, the residual and the weight error of a two-layer linear network shrink by Gram matrices of W1.

This is the Phase-2 law of 2607.01124: it says why a flatter spectrum of W1 makes the second layer learn faster.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.bounds.enclosures import Enclosure, at_most, point
from theory.bounds.frozen_layer import effective_rate, frozen_layer_certificate, matrices_of, shrunk, statement_of
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number
from theory.exact.atoms import added, inner, is_zero, product, scaled, transposed
from theory.exact.operator_norm import gram
from theory.exact.rational import Matrix, write_number
from theory.exact.spectrum import eigenvalue_bounds

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source(
    "arXiv:2607.01124", "claim MR-3 and the public notebooks, notes, section 4.1", words="E_{t+1}=E_t(I−ηW₁ᵀW₁)"
)


def instances() -> "SearchStrategy[Instance]":
    """Small integer layers W1, W2, a least-squares solution S, the target A = S·W1 and a rate c ≤ 1/tr(W1ᵀW1)."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        W1 = draw(matrices((1, 3), (1, 3), 3))
        solution, W2 = ([draw(integer_rows(len(W1), 3)) for _ in range(2)] for _ in range(2))
        rows = draw(st.integers(1, 2))
        A = product(read_matrix(solution[:rows], "solution"), read_matrix(W1, "W1"))
        instance: Instance = {
            "W1": W1, "W2": W2[:rows], "solution": solution[:rows], "A": [[int(e) for e in row] for row in A],
            "steps": draw(st.integers(1, 4)),
        }
        return with_rate(instance, draw(st.integers(1, 3)))

    return draw_instance().filter(lambda instance: any(map(any, instance["A"])))


def with_rate(instance: Instance, divisor: int) -> Instance:
    """The instance with the rate for which c = 1/(divisor · tr W1ᵀW1); any rate when W1 = 0."""
    W1, _, A = matrices_of({**instance, "W2": [[0]]})
    return {**instance, "rate": write_number(inner(A, A) / (2 * divisor * (inner(W1, W1) or 1)))}


#: The start lies along the smallest singular vector of W1: the slowest case. c = 1/5.
SLOWEST: Instance = {
    "W1": [[1, 0], [0, 2]], "W2": [[2, 1]], "solution": [[1, 1]], "A": [[1, 2]], "rate": "1/2", "steps": 3,
}
#: The start lies along the largest singular vector.
FASTEST: Instance = {**SLOWEST, "W2": [[1, 2]]}
BOUNDARY = (
    SLOWEST, FASTEST,
    {"W1": [[0]], "W2": [[1]], "solution": [[5]], "A": [[3]], "rate": 1, "steps": 2},
    {"W1": [[1, 0]], "W2": [[7]], "solution": [[2]], "A": [[2, 5]], "rate": "1/3", "steps": 4},
    {"W1": [[1], [2]], "W2": [[1, 1]], "solution": [[0, 1]], "A": [[2]], "rate": "1/10", "steps": 2},
    {"W1": [[1, 2], [0, 1]], "W2": [[1, 1]], "solution": [[0, 1]], "A": [[0, 1]], "rate": "1/12", "steps": 3},
    {"W1": [[1, 1], [1, 1]], "W2": [[1, -1]], "solution": [[3, 0]], "A": [[3, 3]], "rate": 2, "steps": 3},
    {"W1": [[1, 0], [0, 1]], "W2": [[0, 0]], "solution": [[4, 3]], "A": [[4, 3]], "rate": "25/2", "steps": 1},
)

NONZERO = Hypothesis(
    "target", "A is not zero, as the loss is relative to it",
    lambda instance: -1 if is_zero(matrices_of(instance)[2]) else 0,
    {**SLOWEST, "A": [[0, 0]]},
)


def check_layer(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this instance and its number of steps."""
    finding = check(candidate)
    if finding.statement != statement_of(instance) or finding.facts["steps"] != instance["steps"]:
        raise Rejected("the certificate is about other layers, another rate or number of steps")
    return finding


def minus_distance(reached: Matrix, predicted: Matrix, finding: Finding) -> Margin:
    """Minus the squared Frobenius distance: zero when the recurrence is exact."""
    difference = added(reached, scaled(predicted, Fraction(-1)))
    return Margin(-inner(difference, difference), Exact(finding))


def loss_in_floats(instance: Instance) -> float:
    """‖E_T‖² by numpy, with the gradient written out."""
    import numpy as np

    W1, W2, A = (np.array([[float(e) for e in row] for row in matrix]) for matrix in matrices_of(instance))
    for _ in range(instance["steps"]):
        W2 = W2 - 2 * float(read_number(instance["rate"], "rate")) / (A**2).sum() * (W2 @ W1 - A) @ W1.T
    return float(((W2 @ W1 - A) ** 2).sum())


AGREEMENT = Agreement("numpy", "squared_end", loss_in_floats, 1e-10, "double precision; no more than four steps")


# The residual -------------------------------------------------------------------------------------------------------


def residual_after(instance: Instance, finding: Finding, gram_matrix: Matrix, c: Fraction) -> Margin:
    """E_T = E_0 (I − c·gram)^T."""
    predicted = shrunk(finding.facts["residual_start"], gram_matrix, c, instance["steps"])
    return minus_distance(finding.facts["residual"], predicted, finding)


def residual_law(instance: Instance, finding: Finding) -> Margin:
    """The Gram is W1ᵀW1 and c = 2η/‖A‖²."""
    return residual_after(instance, finding, gram(matrices_of(instance)[0]), effective_rate(instance))


def as_printed(instance: Instance, finding: Finding) -> Margin:
    """False for this loss: η itself for c, as the paper prints."""
    rate = read_number(instance["rate"], "rate")
    return residual_after(instance, finding, gram(matrices_of(instance)[0]), rate)


def half_rate(instance: Instance, finding: Finding) -> Margin:
    """False for this loss: η/‖A‖², as for a loss with ½."""
    return residual_after(instance, finding, gram(matrices_of(instance)[0]), effective_rate(instance) / 2)


def other_gram(instance: Instance, finding: Finding) -> Margin:
    """False: W1W1ᵀ for the residual (asked only where W1 is square)."""
    W1 = matrices_of(instance)[0]
    if len(W1) != len(W1[0]):
        return residual_law(instance, finding)
    return residual_after(instance, finding, gram(transposed(W1)), effective_rate(instance))


RESIDUAL = Claim(
    id="frozen-layer-residual",
    title="The residual shrinks by the Gram of the columns of W1",
    source=SOURCE,
    latex=r"E_t=W_2^{(t)}W_1-A:\quad E_{t+1}=E_t\Big(I-\frac{2\eta}{\|A\|_F^2}W_1^{\top}W_1\Big)",
    sentence="With W1 frozen, gradient descent on W2 multiplies the residual from the right by I − (2η/‖A‖²) W1ᵀW1.",
    quantifier="for all",
    relation="=",
    proof="""The gradient of ‖W2W1 − A‖²/‖A‖² in W2 is (2/‖A‖²) E W1ᵀ, so W2 ← W2 − cEW1ᵀ with c = 2η/‖A‖², and
E ← E − cEW1ᵀW1. The paper prints η for c: that is the same law for a loss scaled by ‖A‖²/2.""",
    hypotheses=(NONZERO,),
    instances=instances,
    boundary=BOUNDARY,
    certify=frozen_layer_certificate,
    check=check_layer,
    margin=residual_law,
    mutants=(
        Mutant("as-printed", "η for 2η/‖A‖²", as_printed),
        Mutant("half", "η/‖A‖² for 2η/‖A‖²", half_rate),
        Mutant("other-gram", "W1W1ᵀ for W1ᵀW1, square W1", other_gram),
    ),
    agreements=(AGREEMENT,),
    kind="lemma",
    steps=("frozen_layer",),
    tags=("frozen-layer",),
)


# The weight error ---------------------------------------------------------------------------------------------------


def solution_of(instance: Instance) -> Matrix:
    """The least-squares solution S, exactly."""
    return read_matrix(instance["solution"], "solution")


def normal_equations(instance: Instance) -> Fraction:
    """Minus ‖(S·W1 − A)W1ᵀ‖²: zero when S is a least-squares solution."""
    W1, _, A = matrices_of(instance)
    rest = product(added(product(solution_of(instance), W1), scaled(A, Fraction(-1))), transposed(W1))
    return -inner(rest, rest)


def weights_after(instance: Instance, finding: Finding, gram_matrix: Matrix, c: Fraction) -> Margin:
    """e_T = e_0 (I − c·gram)^T for e = W2 − S."""
    minus = scaled(solution_of(instance), Fraction(-1))
    predicted = shrunk(added(matrices_of(instance)[1], minus), gram_matrix, c, instance["steps"])
    return minus_distance(added(finding.facts["weights"], minus), predicted, finding)


def weights_law(instance: Instance, finding: Finding) -> Margin:
    """The Gram is W1W1ᵀ and c = 2η/‖A‖²."""
    return weights_after(instance, finding, gram(transposed(matrices_of(instance)[0])), effective_rate(instance))


def column_gram(instance: Instance, finding: Finding) -> Margin:
    """False: W1ᵀW1 for the weight error (asked only where W1 is square)."""
    W1 = matrices_of(instance)[0]
    if len(W1) != len(W1[0]):
        return weights_law(instance, finding)
    return weights_after(instance, finding, gram(W1), effective_rate(instance))


WEIGHTS = Claim(
    id="frozen-layer-weights",
    title="The weight error shrinks by the Gram of the rows of W1",
    source=Source("arXiv:2607.01124", "claim MR-3, notes, section 4.1, restated for the weights; docs/theory.md 5"),
    latex=r"e_t=W_2^{(t)}-W_2^{*}:\quad e_{t+1}=e_t\Big(I-\frac{2\eta}{\|A\|_F^2}W_1W_1^{\top}\Big)",
    sentence="With W1 frozen, gradient descent on W2 multiplies its distance to a least-squares solution from the "
    "right by I − (2η/‖A‖²) W1W1ᵀ.",
    quantifier="for all",
    relation="=",
    proof="""(W2W1 − A)W1ᵀ = (W2 − W2*)W1W1ᵀ by the normal equations (W2*W1 − A)W1ᵀ = 0; insert this into
W2 ← W2 − cEW1ᵀ. The two Grams have the same positive eigenvalues, so both laws have the rates 1 − cσ(W1)².""",
    hypotheses=(
        NONZERO,
        Hypothesis("solution", "(W2*W1 − A)W1ᵀ = 0", normal_equations, {**SLOWEST, "solution": [[1, 2]]}),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=frozen_layer_certificate,
    check=check_layer,
    margin=weights_law,
    mutants=(
        Mutant("column-gram", "W1ᵀW1 for W1W1ᵀ, square W1", column_gram),
        Mutant("any-reference", "any matrix in place of a least-squares solution", without=("solution",)),
        Mutant("half", "η/‖A‖² for 2η/‖A‖²", lambda instance, finding: weights_after(
            instance, finding, gram(transposed(matrices_of(instance)[0])), effective_rate(instance) / 2)),
    ),
    agreements=(AGREEMENT,),
    kind="lemma",
    steps=("frozen_layer",),
    tags=("frozen-layer",),
)


# The rate -----------------------------------------------------------------------------------------------------------


def room_for_rate(instance: Instance) -> Fraction:
    """2 − c(σ_min² + σ_max²), both over the n columns of W1, at the safe ends of their enclosures."""
    eigenvalues = eigenvalue_bounds(gram(matrices_of(instance)[0]))
    return 2 - effective_rate(instance) * (eigenvalues[0][1] + eigenvalues[-1][1])


def contraction(instance: Instance, finding: Finding, eigenvalue: Enclosure, power: int) -> Margin:
    """‖E_T‖² ≤ (1 − cλ)^power ‖E_0‖²; an even power of a factor that falls with λ as long as cλ ≤ 1."""
    c, start = effective_rate(instance), finding.facts["squared_start"]
    ends = sorted((1 - c * value) ** power * start for value in eigenvalue)
    return at_most(point(finding.facts["squared_end"]), (ends[0], ends[1]), finding)


def rate(instance: Instance, finding: Finding) -> Margin:
    """The bound with σ_min²."""
    return contraction(instance, finding, finding.facts["smallest"], 2 * instance["steps"])


def fastest(instance: Instance, finding: Finding) -> Margin:
    """False: the bound with σ_max²."""
    return contraction(instance, finding, finding.facts["largest"], 2 * instance["steps"])


def squared_rate(instance: Instance, finding: Finding) -> Margin:
    """False: the rate of the loss is the fourth power of 1 − cσ_min²."""
    return contraction(instance, finding, finding.facts["smallest"], 4 * instance["steps"])


def smallest_of_rows(instance: Instance, finding: Finding) -> Margin:
    """False: σ_min² over the rows of W1, which need not be zero where W1 has more columns than rows."""
    W1 = matrices_of(instance)[0]
    return contraction(instance, finding, eigenvalue_bounds(gram(transposed(W1)))[-1], 2 * instance["steps"])


RATE = Claim(
    id="frozen-layer-rate",
    title="The smallest singular value of W1 governs the second layer's rate",
    source=Source("arXiv:2607.01124", "claim MR-3, notes, section 4.1: rate 1 − α/κ(W1)² for η = α/σ_max², restated"),
    latex=r"0\le c\le\frac{2}{\sigma_{\min}^2+\sigma_{\max}^2}\ \Rightarrow\ \|E_T\|_F\le(1-c\,\sigma_{\min}^2)^T\|E_0\|_F",
    sentence="For rates that are not too large the residual shrinks at least by 1 − cσ_min(W1)² a step, and no faster "
    "along the smallest singular vector; with c = a/σ_max² that factor is 1 − a/κ(W1)².",
    quantifier="for all",
    relation="≤",
    proof="""E_T = E_0(I − cW1ᵀW1)^T, and the eigenvalues 1 − cσ² of the factor lie in [1 − cσ_max², 1 − cσ_min²], whose ends
have modulus at most 1 − cσ_min² as c(σ_min² + σ_max²) ≤ 2. Equality when the rows of E_0 are eigenvectors of W1ᵀW1 for
σ_min². σ_min² is over all n columns: it is 0 when W1 has a kernel, and then nothing shrinks along it. The loss is
‖E‖²/‖A‖², so it shrinks by the square of the factor.""",
    hypotheses=(
        NONZERO,
        Hypothesis("rate", "c(σ_min² + σ_max²) ≤ 2", room_for_rate, {**FASTEST, "rate": 2}),
        Hypothesis(
            "forward", "η ≥ 0", lambda instance: read_number(instance["rate"], "rate"), {**FASTEST, "rate": -1}
        ),
    ),
    instances=instances,
    boundary=tuple(instance for instance in BOUNDARY if room_for_rate(instance) >= 0),
    certify=frozen_layer_certificate,
    check=check_layer,
    margin=rate,
    mutants=(
        Mutant("fastest", "σ_max for σ_min", fastest),
        Mutant("fourth-power", "the loss shrinks by the fourth power", squared_rate),
        Mutant("rows", "σ_min over the rows of W1", smallest_of_rows),
        Mutant("any-rate", "any rate", without=("rate",)),
        Mutant("backward", "negative rates too", without=("forward",)),
    ),
    agreements=(AGREEMENT,),
    tight=SLOWEST,
    uses=("frozen-layer-residual",),
    steps=("frozen_layer",),
    tags=("frozen-layer",),
)

CLAIMS = (RESIDUAL, WEIGHTS, RATE)
