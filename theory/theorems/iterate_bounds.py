"""What decoupled weight decay keeps, for the optimizers as they are: norms of iterates, and the size of Adam's update."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.bounds.enclosures import at_most, point
from theory.bounds.iterate_bounds import (
    adam_certificate,
    adam_constant_square,
    adam_limit_square,
    adam_statement,
    decay_certificate,
    decay_statement,
    worst_gradients,
)
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number, read_vector
from theory.exact.operator_norm import operator_norm_square
from theory.exact.rational import write_vector

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source("optproof", "docs/theory.md 1, what the real optimizers do")


# Adam's update ------------------------------------------------------------------------------------------------------


def betas(instance: Instance) -> tuple[Fraction, Fraction]:
    """β1 and β2, exactly."""
    return read_number(instance["beta1"], "beta1"), read_number(instance["beta2"], "beta2")


def inside(instance: Instance) -> int:
    """0 ≤ β1 < 1 and 0 < β2 < 1: 0, else −1."""
    beta1, beta2 = betas(instance)
    return 0 if 0 <= beta1 < 1 and 0 < beta2 < 1 else -1


def adam_instances() -> "SearchStrategy[Instance]":
    """Integer gradients, sparse and worst ones too, with common and odd betas for which β1² < β2."""
    from hypothesis import strategies as st

    pairs = [("9/10", "999/1000"), ("9/10", "19/20"), ("0.85", "0.999"), (0, "1/2"), ("1/2", "1/2"), ("2/3", "1/2")]

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        beta1, beta2 = draw(st.sampled_from(pairs))
        gradients: list[Any] = draw(st.lists(st.integers(-9, 9), min_size=1, max_size=8))
        if draw(st.integers(0, 3)) == 0:
            gradients = worst(len(gradients), beta1, beta2)
        return {"gradients": gradients, "beta1": beta1, "beta2": beta2}

    return draw_instance()


def worst(t: int, beta1: Any, beta2: Any) -> list[Any]:
    """The gradients that attain c_t, in JSON."""
    return list(write_vector(worst_gradients(t, read_number(beta1, "beta1"), read_number(beta2, "beta2"))))


USUAL = {"beta1": "9/10", "beta2": "999/1000"}
WORST: Instance = {"gradients": worst(12, "1/2", "1/2"), "beta1": "1/2", "beta2": "1/2"}
ADAM_BOUNDARY = (
    {"gradients": [3], **USUAL}, {"gradients": [0, 0], **USUAL}, {"gradients": [0, 0, 0, 5], **USUAL},
    {"gradients": [1] * 6, **USUAL}, {"gradients": [1, -1, 1, -1], **USUAL},
    {"gradients": worst(6, "9/10", "999/1000"), **USUAL}, WORST, {"gradients": [1, 2], "beta1": 0, "beta2": "1/2"},
)
BETAS = Hypothesis("betas", "0 ≤ β1 < 1 and 0 < β2 < 1", inside, {"gradients": [1], "beta1": 1, "beta2": "1/2"})


def check_adam(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about these gradients and betas."""
    finding = check(candidate)
    if finding.statement != adam_statement(instance):
        raise Rejected("the certificate is about other gradients or betas")
    return finding


def ratio_within(finding: Finding, constant_square: Fraction) -> Margin:
    """mean² ≤ constant² · square."""
    return Margin(constant_square * finding.facts["square"] - finding.facts["mean"] ** 2, Exact(finding))


def without_corrections(instance: Instance, finding: Finding) -> Margin:
    """False: the constant of the uncorrected moments for the corrected ones."""
    (beta1, beta2), t = betas(instance), finding.facts["steps"]
    undo = ((1 - beta1**t) ** 2) / (1 - beta2**t)
    return ratio_within(finding, adam_constant_square(t, beta1, beta2) * min(undo, 1))


def mean_in_floats(instance: Instance) -> float:
    """The corrected mean by numpy's weighted average."""
    import numpy as np

    g, beta = np.array([float(v) for v in read_vector(instance["gradients"], "gradients")]), float(betas(instance)[0])
    return float(np.average(g, weights=beta ** np.arange(len(g) - 1, -1, -1)))


def square_in_floats(instance: Instance) -> float:
    """The corrected second moment by numpy's weighted average."""
    import numpy as np

    g, beta = np.array([float(v) for v in read_vector(instance["gradients"], "gradients")]), float(betas(instance)[1])
    return float(np.average(g**2, weights=beta ** np.arange(len(g) - 1, -1, -1)))


AGREEMENTS = (
    Agreement("weighted mean", "mean", mean_in_floats, 1e-12, "double precision, a dozen terms"),
    Agreement("weighted mean of squares", "square", square_in_floats, 1e-12, "double precision, a dozen terms"),
)

ADAM = Claim(
    id="adam-update-bound",
    title="The t-th update of Adam is at most c_t in the max-entry norm",
    source=SOURCE,
    latex=r"\Big|\frac{\hat m_t}{\sqrt{\hat v_t}+\epsilon}\Big|\le c_t=\frac{1-\beta_1}{1-\beta_1^t}"
    r"\sqrt{\frac{1-\beta_2^t}{1-\beta_2}}\sqrt{\sum_{i<t}(\beta_1^2/\beta_2)^i}",
    sentence="The bias-corrected update of Adam never exceeds c_t in any entry, and gradients proportional to "
    "(β1/β2)^(t−i) attain it when ε = 0.",
    quantifier="for all",
    relation="≤",
    proof="""Cauchy–Schwarz: |Σ β1^{t−i}g_i| ≤ √(Σ(β1²/β2)^{t−i}) √(Σβ2^{t−i}g_i²), with equality for g_i ∝ (β1/β2)^{t−i};
insert the corrections, and √v̂ + ε ≥ √v̂. Squares are compared; where v̂ = 0 all gradients vanish and so does m̂.""",
    hypotheses=(BETAS,),
    instances=adam_instances,
    boundary=ADAM_BOUNDARY,
    certify=adam_certificate,
    check=check_adam,
    margin=lambda i, finding: ratio_within(finding, adam_constant_square(finding.facts["steps"], *betas(i))),
    mutants=(
        Mutant("sign", "1 for c_t, as for a sign update", lambda i, finding: ratio_within(finding, Fraction(1))),
        Mutant("earlier", "c_{t−1} for c_t", lambda i, finding: ratio_within(
            finding, adam_constant_square(max(1, finding.facts["steps"] - 1), *betas(i)))),
        Mutant("uncorrected", "the constant of the moments before their correction", without_corrections),
    ),
    agreements=AGREEMENTS,
    tight={"gradients": worst(6, "9/10", "999/1000"), **USUAL},
    steps=("iterate_bound",),
    tags=("iterates",),
)

ADAM_LIMIT = Claim(
    id="adam-update-limit",
    title="No update of Adam exceeds c_∞",
    source=SOURCE,
    latex=r"\beta_1^2<\beta_2\ \Rightarrow\ c_t\le c_\infty=\frac{1-\beta_1}{\sqrt{(1-\beta_2)(1-\beta_1^2/\beta_2)}}",
    sentence="For β1² < β2 every update of Adam is at most c_∞ in any entry, about 7.27 at (0.9, 0.999).",
    quantifier="for all",
    relation="≤",
    proof="""c_t²/c_∞² = (1 − β2^t)(1 − r^t)/(1 − β1^t)² with r = β1²/β2. Put a = β2^t and b = r^t, so that ab = β1^{2t}: by
a + b ≥ 2√(ab), (1 − a)(1 − b) ≤ (1 − √(ab))².""",
    hypotheses=(
        BETAS,
        Hypothesis(
            "contracting", "β1² < β2", lambda i: 0 if betas(i)[0] ** 2 < betas(i)[1] else -1,
            {"gradients": [1, 1], "beta1": "9/10", "beta2": "1/2"},
        ),
    ),
    instances=adam_instances,
    boundary=ADAM_BOUNDARY,
    certify=adam_certificate,
    check=check_adam,
    margin=lambda i, finding: ratio_within(finding, adam_limit_square(*betas(i))),
    mutants=(
        Mutant("less", "0.99 c_∞", lambda i, f: ratio_within(f, Fraction(99, 100) ** 2 * adam_limit_square(*betas(i)))),
        Mutant("any-betas", "any betas", without=("contracting",)),
    ),
    agreements=AGREEMENTS,
    uses=("adam-update-bound",),
    steps=("iterate_bound",),
    tags=("iterates",),
)


# Decoupled decay ----------------------------------------------------------------------------------------------------


def decay(instance: Instance) -> Fraction:
    """λ, exactly."""
    return read_number(instance["decay"], "decay")


def update_room(instance: Instance) -> Fraction:
    """c² − max ‖S_t‖²."""
    norms = [
        operator_norm_square(read_matrix(S, "updates"), instance["alpha"], instance["beta"])[1] for S in instance["updates"]
    ]
    return read_number(instance["bound"], "bound") ** 2 - max(norms)


def rate_room(instance: Instance) -> Fraction:
    """min over steps of η_t and 1 − η_tλ."""
    rates = read_vector(instance["rates"], "rates")
    return min(min(rate, 1 - rate * decay(instance)) for rate in rates)


def decay_instances() -> "SearchStrategy[Instance]":
    """Small iterations in any of the operator norms, with the least integer c or one more."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import matrices
    from theory.exact.operator_norm import DUAL
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        start, steps = draw(matrices((1, 3), (1, 3))), draw(st.integers(1, 4))
        shape = len(start), len(start[0])
        updates = [[draw(integer_rows(shape[1], 2)) for _ in range(shape[0])] for _ in range(steps)]
        rates = [draw(st.sampled_from(["1/10", "1/3", "1/100", 0])) for _ in range(steps)]
        names = {name: draw(st.sampled_from(list(DUAL))) for name in ("alpha", "beta")}
        instance: Instance = {
            "start": start, "updates": updates, "rates": rates, "decay": draw(st.sampled_from(["1/10", 1, 2])),
            **names, "bound": draw(st.integers(0, 1)),
        }
        while update_room(instance) < 0:
            instance["bound"] += 1
        return instance

    return draw_instance()


def scalar(start: int, updates: list[int], rates: list[Any], bound: int) -> Instance:
    """One entry, λ = 1/2."""
    return {
        "start": [[start]], "updates": [[[s]] for s in updates], "rates": rates, "decay": "1/2", "alpha": "1",
        "beta": "inf", "bound": bound,
    }


STEADY = scalar(5, [-1, -1, -1], ["1/2", "1/4", 1], 1)
DECAY_BOUNDARY = (
    STEADY, scalar(0, [1, -1], [1, 1], 1), scalar(0, [-1] * 4, [2] * 4, 1), scalar(7, [0], [0], 0),
    {**STEADY, "start": [[3, 4], [0, 1]], "updates": [[[1, 1], [-1, 1]]] * 3, "alpha": "2", "beta": "2", "bound": 2},
)


def check_decay(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this iteration."""
    finding = check(candidate)
    if finding.statement != decay_statement(instance):
        raise Rejected("the certificate is about another iteration")
    return finding


def iterate_within(instance: Instance, finding: Finding, keep_start: bool = True, keep_decay: bool = True) -> Margin:
    """‖W_T‖ ≤ P‖W_0‖ + (c/λ)(1 − P)."""
    shrink, radius = finding.facts["shrink"], read_number(instance["bound"], "bound") / decay(instance)
    low, high = finding.facts["start"] if keep_start else point(Fraction(0))
    added = radius * (1 - shrink if keep_decay else shrink)
    if finding.facts["multiple"] and keep_start:  # both sides hold the same ‖W_0‖, which need not be rational
        factor = abs(finding.facts["multiple"][0]) - shrink
        ends = sorted((factor * low, factor * high))
        return at_most((ends[0], ends[1]), point(added), finding)
    return at_most(finding.facts["end"], (shrink * low + added, shrink * high + added), finding)


def end_in_floats(instance: Instance) -> float:
    """‖W_T‖ by numpy for norms it knows, as the largest ratio over the vertices of the α-ball otherwise."""
    import numpy as np

    W, rate_decay = np.array(instance_matrix(instance["start"])), float(decay(instance))
    for rate, S in zip(read_vector(instance["rates"], "rates"), instance["updates"], strict=True):
        W = (1 - float(rate) * rate_decay) * W - float(rate) * np.array(instance_matrix(S))
    order: dict[str, Any] = {"1": 1, "2": 2, "inf": np.inf}
    alpha, beta = instance["alpha"], instance["beta"]
    if (alpha, beta) == ("2", "2"):
        return float(np.linalg.norm(W, 2))
    if alpha == "2":
        W, alpha, beta = W.T, {"1": "inf", "inf": "1"}[beta], "2"
    n = W.shape[1]
    vertices = np.eye(n) if alpha == "1" else np.array(np.meshgrid(*[[1.0, -1.0]] * n)).reshape(n, -1).T
    return float(np.linalg.norm(W @ vertices.T, order[beta], axis=0).max())


def instance_matrix(value: Any) -> list[list[float]]:
    """A matrix of an instance in doubles."""
    return [[float(entry) for entry in row] for row in read_matrix(value, "matrix")]


DECAY = Claim(
    id="decoupled-decay-bound",
    title="Decoupled decay pulls every iterate into the ball of radius c/λ",
    source=SOURCE,
    latex=r"\|S_t\|\le c,\ 0\le\eta_t\lambda\le1\ \Rightarrow\ \|W_T\|\le P\|W_0\|+\frac c\lambda(1-P),\quad "
    r"P=\prod_t(1-\eta_t\lambda)",
    sentence="If updates have norm at most c, an iterate with decoupled decay λ has norm at most P‖W_0‖ + (c/λ)(1 − P), "
    "where P is the product of the shrinking factors.",
    quantifier="for all",
    relation="≤",
    proof="""‖W_t‖ ≤ (1 − η_tλ)‖W_{t−1}‖ + η_tλ·(c/λ), as 0 ≤ η_tλ ≤ 1: a convex combination of ‖W_{t−1}‖ and c/λ. By
induction the weight of ‖W_0‖ is P, of c/λ it is 1 − P. Equality when W_0 and all −S_t are multiples of one matrix,
‖S_t‖ = c.""",
    hypotheses=(
        Hypothesis("positive", "λ > 0", lambda i: 0 if decay(i) > 0 else -1, {**STEADY, "decay": -1}),
        Hypothesis("rates", "0 ≤ η_tλ ≤ 1", rate_room, scalar(5, [0], [8], 0)),
        Hypothesis("updates", "‖S_t‖ ≤ c", update_room, {**STEADY, "bound": "1/2"}),
    ),
    instances=decay_instances,
    boundary=DECAY_BOUNDARY,
    certify=decay_certificate,
    check=check_decay,
    margin=iterate_within,
    mutants=(
        Mutant("at-once", "(c/λ)(1 − P), whatever W_0", lambda i, finding: iterate_within(i, finding, keep_start=False)),
        Mutant("exchanged", "(c/λ)P for (c/λ)(1 − P)", lambda i, finding: iterate_within(i, finding, keep_decay=False)),
        Mutant("any-rate", "any rates", without=("rates",)),
        Mutant("any-update", "updates of any norm", without=("updates",)),
    ),
    agreements=(Agreement("numpy", "end_high", end_in_floats, 1e-12, "double precision, at most four steps"),),
    tight=STEADY,
    steps=("iterate_bound",),
    tags=("iterates",),
)

CLAIMS = (ADAM, ADAM_LIMIT, DECAY)
