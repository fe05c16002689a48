"""Forgetting is bounded by an operator norm of the step times a moment of the inputs, and which norm is best.

2605.06654 argues that a finetuning step should be small in the operator norm of the pretraining optimizer. The bound
and the choice of the exponent are reconstructed from a fragment of its appendix; Assumption 4 enters with its constant.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.bounds.enclosures import Enclosure, at_most, point, times
from theory.bounds.forgetting import MATRICES, forgetting_certificate, second_moment, statement_of
from theory.bounds.operator_norms import norms_certificate, write_matrix
from theory.claim import Agreement, Certificate, Claim, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number
from theory.exact.atoms import transposed
from theory.exact.operator_norm import DUAL, operator_norm_square

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source("arXiv:2605.06654", "appendix fragment on the best α, notes, section 2.3; statement reconstructed")

#: 1/α.
INVERSE = {"1": Fraction(1), "2": Fraction(1, 2), "inf": Fraction(0)}


# The bound ----------------------------------------------------------------------------------------------------------


def least_smoothness(instance: Instance) -> Fraction:
    """The least L of the quadratic readout, ‖B‖_{β→2}², rounded upwards where it is irrational."""
    return operator_norm_square(read_matrix(instance["readout"], "readout"), instance["beta"], "2")[1]


def smoothness(instance: Instance) -> Fraction:
    """L, exactly."""
    return read_number(instance["smoothness"], "smoothness")


def instances() -> "SearchStrategy[Instance]":
    """A layer, a step, a readout and samples of small integers, with the least integer smoothness or twice that."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        n, m, r, count = (draw(st.integers(1, 3)) for _ in range(4))
        shapes = {"W": (m, n), "step": (m, n), "readout": (r, m), "samples": (count, n), "targets": (count, r)}
        instance: Instance = {name: [draw(integer_rows(w, 4)) for _ in range(h)] for name, (h, w) in shapes.items()}
        instance |= {name: draw(st.sampled_from(list(INVERSE))) for name in ("alpha", "beta")}
        return {**instance, "smoothness": draw(st.integers(1, 2)) * -(-least_smoothness(instance) // 1)}

    return draw_instance()


def scalar(step: int, readout: int, smoothness: int, target: int) -> Instance:
    """One input, one output, one sample."""
    return {
        "W": [[0]], "step": [[step]], "readout": [[readout]], "samples": [[1]], "targets": [[target]], "alpha": "1",
        "beta": "2", "smoothness": smoothness,
    }


TIGHT: Instance = {
    "W": [[0, 0]], "step": [[1, 1]], "readout": [[1]], "samples": [[1, 1]], "targets": [[3]], "alpha": "inf",
    "beta": "1", "smoothness": 1,
}
BOUNDARY = (
    scalar(0, 1, 1, 1), scalar(1, 0, 0, 2), scalar(2, 3, 9, 5), {**TIGHT, "samples": [[0, 0]]},
    {**TIGHT, "W": [[1, 0], [2, 1]], "step": [[1, -1], [1, 1]], "readout": [[1, 2], [0, 1]], "targets": [[0, 0]],
     "alpha": "2", "beta": "2", "smoothness": 6},
    {**TIGHT, "alpha": "1", "step": [[1, 0]], "samples": [[1, 0], [3, 4]], "targets": [[0], [1]]},
)


def check_forgetting(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this instance."""
    finding = check(candidate)
    if finding.statement != statement_of(instance):
        raise Rejected("the certificate is about another layer, step or data")
    return finding


def second_order(finding: Finding, factor: Fraction, moment: Fraction) -> Enclosure:
    """first-order part + factor · ‖ΔW‖² · moment."""
    low, high = times(factor * moment, finding.facts["step_square"])
    return finding.facts["first_order"] + low, finding.facts["first_order"] + high


def bound(instance: Instance, finding: Finding) -> Margin:
    """Forgetting ≤ first-order part + (L/2) ‖ΔW‖_{α→β}² E‖x‖_α²."""
    right = second_order(finding, smoothness(instance) / 2, finding.facts["moment"])
    return at_most(point(finding.facts["forgetting"]), right, finding)


def quarter(instance: Instance, finding: Finding) -> Margin:
    """False: L/4 for L/2."""
    right = second_order(finding, smoothness(instance) / 4, finding.facts["moment"])
    return at_most(point(finding.facts["forgetting"]), right, finding)


def without_first_order(instance: Instance, finding: Finding) -> Margin:
    """False: the second-order term alone."""
    low, high = times(smoothness(instance) / 2 * finding.facts["moment"], finding.facts["step_square"])
    return at_most(point(finding.facts["forgetting"]), (low, high), finding)


def largest_entry_moment(instance: Instance, finding: Finding) -> Margin:
    """False: E‖x‖_∞² whatever α."""
    moment = second_moment(read_matrix(instance["samples"], "samples"), "inf")
    right = second_order(finding, smoothness(instance) / 2, moment)
    return at_most(point(finding.facts["forgetting"]), right, finding)


def transposed_step(instance: Instance, finding: Finding) -> Margin:
    """False: the norm of ΔWᵀ."""
    step = transposed(read_matrix(instance["step"], "step"))
    low, high = operator_norm_square(step, instance["alpha"], instance["beta"])
    factor, first = smoothness(instance) / 2 * finding.facts["moment"], finding.facts["first_order"]
    return at_most(point(finding.facts["forgetting"]), (first + factor * low, first + factor * high), finding)


def forgetting_in_floats(instance: Instance) -> float:
    """The rise of the loss by numpy."""
    import numpy as np

    W, step, B, X, C = (
        np.array([[float(e) for e in row] for row in read_matrix(instance[name], name)]) for name in MATRICES
    )

    def loss(weights: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> float:
        return float(((X @ weights.T @ B.T - C) ** 2).sum() / 2 / len(X))

    return loss(W + step) - loss(W)


BOUND = Claim(
    id="forgetting-bound",
    title="Forgetting is bounded by the operator norm of the step",
    source=SOURCE,
    latex=r"F(W+\Delta W)-F(W)\le\langle\nabla F(W),\Delta W\rangle+\tfrac L2\|\Delta W\|_{\alpha\to\beta}^2\,"
    r"\mathbb E\|x\|_\alpha^2",
    sentence="A step raises an old loss by no more than its first-order part plus half the smoothness times the "
    "squared operator norm of the step times the second moment of the inputs.",
    quantifier="for all",
    relation="≤",
    proof="""F(W) = E ℓ(Wx) with ℓ(z + δ) ≤ ℓ(z) + ⟨∇ℓ(z), δ⟩ + (L/2)‖δ‖_β². Put δ = ΔWx: the middle terms add up to
⟨∇F(W), ΔW⟩ as ∇F(W) = E ∇ℓ(Wx)xᵀ, and ‖ΔWx‖_β ≤ ‖ΔW‖_{α→β}‖x‖_α. Instances take ℓ(z) = ½‖Bz − c‖², for which L =
‖B‖_{β→2}² is the least smoothness: ½‖Bδ‖² ≤ ½‖B‖_{β→2}²‖δ‖_β². Equality when every x is a maximiser of ΔW of the same
length and ΔWx one of B.""",
    hypotheses=(
        Hypothesis(
            "smooth", "½‖Bδ‖² ≤ (L/2)‖δ‖_β²", lambda instance: smoothness(instance) - least_smoothness(instance),
            scalar(1, 2, 1, 0),
        ),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify=forgetting_certificate,
    check=check_forgetting,
    margin=bound,
    mutants=(
        Mutant("quarter", "L/4 for L/2", quarter),
        Mutant("first-order", "the first-order part left out", without_first_order),
        Mutant("moment", "E‖x‖_∞² whatever α", largest_entry_moment),
        Mutant("transposed", "the norm of ΔWᵀ", transposed_step),
        Mutant("rough", "any L", without=("smooth",)),
    ),
    agreements=(
        Agreement("numpy", "forgetting", forgetting_in_floats, 1e-11, "double precision, losses below 1e4 subtracted"),
    ),
    tight=TIGHT,
    uses=("operator-norm-closed-forms",),
    steps=("operator_norms",),
    tags=("operator-norm",),
)


# The best exponent --------------------------------------------------------------------------------------------------


def spread(instance: Instance) -> Fraction:
    """How far Assumption 4 asks: n^{2(1/α − 1/α₁)} for α < α₁, else 1."""
    power = INVERSE[instance["alpha"]] - INVERSE[instance["best"]]
    return Fraction(len(instance["step"][0])) ** int(2 * max(power, Fraction(0)))


def assumption_four(instance: Instance) -> Fraction:
    """C·E‖x‖_α² − n^{2(1/α−1/α₁)₊}·E‖x‖_{α₁}²."""
    samples = read_matrix(instance["samples"], "samples")
    wanted = spread(instance) * second_moment(samples, instance["best"])
    return read_number(instance["constant"], "constant") * second_moment(samples, instance["alpha"]) - wanted


def exponent_instances() -> "SearchStrategy[Instance]":
    """A step, samples, and the least integer constant C for which Assumption 4 holds."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        step = draw(matrices((1, 3), (1, 3)))
        samples = [draw(integer_rows(len(step[0]), 3)) for _ in range(draw(st.integers(1, 3)))]
        names = {name: draw(st.sampled_from(list(INVERSE))) for name in ("alpha", "best", "beta")}
        instance: Instance = {"step": step, "samples": samples, **names, "constant": 1}
        while assumption_four(instance) < 0:
            instance["constant"] += 1
        return instance

    return draw_instance()


def certify_exponents(instance: Instance) -> Certificate:
    """The norms α₁→β and α→β of the step."""
    pairs = [(instance["best"], instance["beta"]), (instance["alpha"], instance["beta"])]
    return norms_certificate(read_matrix(instance["step"], "step"), pairs)


def check_exponents(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this step and these exponents."""
    finding = check(candidate)
    stated = [(norm["alpha"], norm["beta"]) for norm in finding.statement["norms"]]
    wanted = [(instance["best"], instance["beta"]), (instance["alpha"], instance["beta"])]
    if finding.statement["W"] != write_matrix(read_matrix(instance["step"], "step")) or stated != wanted:
        raise Rejected("the certificate is about another step or other norms")
    return finding


def compare_bounds(instance: Instance, finding: Finding, constant: Fraction) -> Margin:
    """‖ΔW‖_{α₁→β}² E‖x‖_{α₁}² ≤ constant · ‖ΔW‖_{α→β}² E‖x‖_α²."""
    best, other = finding.facts["squares"]
    if instance["alpha"] == instance["best"]:  # one number, known up to an enclosure: any positive value of it decides
        best = other = point(best[1])
    samples = read_matrix(instance["samples"], "samples")
    left = times(second_moment(samples, instance["best"]), best)
    return at_most(left, times(constant * second_moment(samples, instance["alpha"]), other), finding)


def best_exponent(instance: Instance, finding: Finding) -> Margin:
    """The bound at α₁ is at most C times the bound at any α."""
    return compare_bounds(instance, finding, read_number(instance["constant"], "constant"))


def half_constant(instance: Instance, finding: Finding) -> Margin:
    """False: C/2."""
    return compare_bounds(instance, finding, read_number(instance["constant"], "constant") / 2)


def step_dual(instance: Instance) -> Fraction:
    """‖ΔW‖_{α₁→β}² as ‖ΔWᵀ‖_{β*→α₁*}²."""
    step = transposed(read_matrix(instance["step"], "step"))
    return operator_norm_square(step, DUAL[instance["beta"]], DUAL[instance["best"]])[1]


SPARSE: Instance = {
    "step": [[1, 0]], "samples": [[1, 0]], "alpha": "1", "best": "inf", "beta": "2", "constant": 4,
}
BEST_EXPONENT = Claim(
    id="forgetting-best-exponent",
    title="The pretraining exponent minimises the forgetting bound",
    source=Source(
        "arXiv:2605.06654", "appendix fragment, notes, section 2.3; Assumption 4 reconstructed, its constant made explicit",
        words="‖ΔW‖²_{α₁,β*}E‖x‖²_{α₁}=O(‖ΔW‖²_{α,β*}E‖x‖²_α)",
    ),
    latex=r"\|\Delta W\|_{\alpha_1\to\beta}^2\,\mathbb E\|x\|_{\alpha_1}^2\le C\,\|\Delta W\|_{\alpha\to\beta}^2\,"
    r"\mathbb E\|x\|_\alpha^2",
    sentence="If second moments scale with the exponent as Assumption 4 asks, the forgetting bound of any step is "
    "least at the pretraining exponent α₁, up to the constant of the assumption.",
    quantifier="for all",
    relation="≤",
    proof="""Assumption 4 with its constant: n^{2(1/α−1/α₁)₊} E‖x‖_{α₁}² ≤ C·E‖x‖_α². For α ≥ α₁ the norm grows with the
exponent, ‖ΔW‖_{α₁→β} ≤ ‖ΔW‖_{α→β}; for α < α₁ the comparison lemma gives ‖ΔW‖_{α₁→β} ≤ n^{1/α−1/α₁}‖ΔW‖_{α→β}, and the
square of that factor is what the assumption returns. Multiply.""",
    hypotheses=(
        Hypothesis(
            "assumption-4", "n^{2(1/α−1/α₁)₊} E‖x‖_{α₁}² ≤ C·E‖x‖_α²", assumption_four,
            {"step": [[1, 1]], "samples": [[1, 0]], "alpha": "1", "best": "inf", "beta": "2", "constant": 1},
        ),
    ),
    instances=exponent_instances,
    boundary=(
        SPARSE, {**SPARSE, "samples": [[0, 0]]}, {**SPARSE, "step": [[0, 0]]}, {**SPARSE, "alpha": "inf", "best": "1"},
        {**SPARSE, "alpha": "2", "best": "2", "constant": 1, "step": [[3, 1], [1, -2]]},
    ),
    certify=certify_exponents,
    check=check_exponents,
    margin=best_exponent,
    mutants=(
        Mutant("half", "C/2 for C", half_constant),
        Mutant("any-inputs", "inputs that do not keep Assumption 4", without=("assumption-4",)),
    ),
    agreements=(
        Agreement("duality", "square", step_dual, 1e-15, "2→2: enclosures of relative width 2^-90 on different grids"),
    ),
    tight={"step": [[1, 1]], "samples": [[1, 1]], "alpha": "1", "best": "inf", "beta": "2", "constant": 1},
    uses=("operator-norm-monotone", "norm-comparison", "forgetting-bound"),
    steps=("operator_norms",),
    tags=("operator-norm",),
)

CLAIMS = (BOUND, BEST_EXPONENT)
