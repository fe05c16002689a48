"""Neurons that are bounded one by one: how many a group takes, and the best network of few neurons."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number, read_vector
from theory.exact.kinds.group_width import inside
from theory.exact.rational import Vector, dot, write_vector

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source("optproof", "our specification, section 2, row of AdamW and Lion")


# How many neurons a group takes --------------------------------------------------------------------------------------


def group_sums(instance: Instance) -> list[Vector]:
    """The v_i of the instance's groups."""
    return [read_vector(group["v"], "v") for group in instance["groups"]]


def radii(instance: Instance) -> tuple[Fraction, Fraction]:
    """(R1, R2)."""
    return read_number(instance["radius_u"], "radius_u"), read_number(instance["radius_alpha"], "radius_alpha")


def own_cones(instance: Instance) -> int:
    """Every v_i is not zero and lies in its cone, and no two groups have one sign and cone: 0, else −1."""
    X = read_matrix(instance["X"], "X")
    keys = {(group["sign"], group["cone"]) for group in instance["groups"]}
    inside_all = all(
        any(v) and len(group["cone"]) == len(X) and inside(v, X, group["cone"])
        for v, group in zip(group_sums(instance), instance["groups"], strict=True)
    )
    return 0 if inside_all and len(keys) == len(instance["groups"]) > 0 else -1


def groups_of(X: list[list[int]], drawn: list[tuple[int, list[int]]]) -> list[dict[str, Any]]:
    """Groups for drawn (sign, v), the first of each sign and cone; the side + where a row is orthogonal to v."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for sign, v in drawn:
        cone = "".join("+" if dot(row, v) >= 0 else "-" for row in X)
        found.setdefault((sign, cone), {"sign": sign, "cone": cone, "v": v})
    return list(found.values())


def drawn_groups() -> "SearchStrategy[Instance]":
    """A few groups of small integers, and radii of several sizes."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    @st.composite
    def one(draw: "DrawFn") -> Instance:
        d = draw(st.integers(1, 3))
        X = draw(st.lists(integer_rows(d, 4), min_size=1, max_size=4))
        v = integer_rows(d, 9).filter(any)
        drawn = draw(st.lists(st.tuples(st.sampled_from([1, -1]), v), min_size=1, max_size=4))
        radius = st.sampled_from([1, 2, "1/2", "3/2", 5])
        return {"X": X, "radius_u": draw(radius), "radius_alpha": draw(radius), "groups": groups_of(X, drawn)}

    return one()


def check_group_width(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about these groups and radii."""
    finding = check(certificate)
    stated = {name: value for name, value in finding.statement.items() if name != "width"}
    if finding.kind != "group-width" or stated != instance:
        raise Rejected("the certificate is about other groups")
    return finding


def width_is(formula: Callable[[list[Vector], Fraction, Fraction], int]) -> Callable[[Instance, Finding], Margin]:
    """The relation that the least width is what a formula says of the v_i, R1 and R2."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        said = formula(group_sums(instance), *radii(instance))
        return Margin(-abs(finding.facts["width"] - said), Exact(finding), f"{finding.facts['width']} neurons, not {said}")

    return relation


def size(v: Vector) -> Fraction:
    """‖v‖_∞."""
    return max(map(abs, v))


def copies_by_length(v: Vector, R: Fraction) -> int:
    """⌈‖v‖_2 / R⌉."""
    return isqrt(ceil(dot(v, v) / R**2) - 1) + 1


def summed(V: list[Vector]) -> Vector:
    """Σ v_i."""
    return tuple(sum(column, Fraction(0)) for column in zip(*V, strict=True))


GROUP_WIDTH = Claim(
    id="group-width",
    title="How many neurons of the max-entry set a group takes",
    source=SOURCE,
    latex=r"\min\{m:\ v_i=\sum_{j\in\text{group }i}|\alpha_j|u_j,\ u_j\in K_i,\ \|u_j\|_\infty\le R_1,\ |\alpha_j|\le R_2"
    r"\}=\sum_i\lceil\frac{\|v_i\|_\infty}{R_1R_2}\rceil",
    sentence=(
        "Neurons of one sign and cone with entries at most R1 and output weights at most R2 add up to v exactly when there are "
        "at least ‖v‖_∞/(R1·R2) of them, so m neurons have the group sums V if and only if Σ⌈‖v_i‖_∞/(R1·R2)⌉ ≤ m."
    ),
    quantifier="for all",
    relation="=",
    proof="""k neurons of one cone have ‖Σ|α_j|u_j‖_∞ ≤ kR1R2 by the triangle inequality. If ‖v‖_∞ ≤ kR1R2, then k copies of
u = v/(kR2), α = ±R2 add up to v; u is in the cone, as v is. So a group takes ⌈‖v‖_∞/(R1R2)⌉ neurons. Groups are different signs
or cones, so no neuron serves two, and widths add up.""",
    hypotheses=(
        Hypothesis(
            "radii", "both radii are positive", lambda i: 0 if min(radii(i)) > 0 else -1,
            {"X": [[1]], "radius_u": 0, "radius_alpha": 1, "groups": [{"sign": 1, "cone": "+", "v": [1]}]},
        ),
        Hypothesis(
            "groups", "each v_i is a vector of its cone other than zero, and no two groups have one sign and cone", own_cones,
            {"X": [[1]], "radius_u": 1, "radius_alpha": 1, "groups": [{"sign": 1, "cone": "-", "v": [1]}]},
        ),
    ),
    instances=drawn_groups,
    boundary=(
        {"X": [[1]], "radius_u": 1, "radius_alpha": 1, "groups": [{"sign": 1, "cone": "+", "v": [1]}]},
        {"X": [[0, 0]], "radius_u": 2, "radius_alpha": "3/2", "groups": [{"sign": -1, "cone": "-", "v": [9, 6]}]},
        {"X": [[1, 1]], "radius_u": 2, "radius_alpha": "3/2", "groups": [{"sign": -1, "cone": "+", "v": ["9001/1000", -3]}]},
        {"X": [[1, 0], [0, 1]], "radius_u": "1/3", "radius_alpha": 2, "groups": [
            {"sign": 1, "cone": "+-", "v": [2, "-1/3"]}, {"sign": -1, "cone": "+-", "v": [2, "-1/3"]},
            {"sign": 1, "cone": "-+", "v": ["-1/9", 1]},
        ]},
    ),
    certify="numerics.group_certificates:certify_group_width",
    check=check_group_width,
    margin=width_is(lambda V, R1, R2: sum(ceil(size(v) / (R1 * R2)) for v in V)),
    mutants=(
        Mutant("floor", "rounded down", width_is(lambda V, R1, R2: sum(floor(size(v) / R1 / R2) for v in V))),
        Mutant("R1 alone", "R1 for R1·R2", width_is(lambda V, R1, R2: sum(ceil(size(v) / R1) for v in V))),
        Mutant("sum of radii", "R1 + R2 for R1·R2", width_is(lambda V, R1, R2: sum(ceil(size(v) / (R1 + R2)) for v in V))),
        Mutant("euclidean", "‖v‖_2 for ‖v‖_∞", width_is(lambda V, R1, R2: sum(copies_by_length(v, R1 * R2) for v in V))),
        Mutant("rounded once", "not each group is rounded up, but their sum: ⌈Σ‖v_i‖_∞/R⌉",
               width_is(lambda V, R1, R2: ceil(sum(map(size, V), Fraction(0)) / R1 / R2))),
        Mutant("no cones", "one group for all: ⌈‖Σv_i‖_∞/R⌉", width_is(lambda V, R1, R2: ceil(size(summed(V)) / R1 / R2))),
        Mutant("largest group", "it alone counts", width_is(lambda V, R1, R2: max(ceil(size(v) / R1 / R2) for v in V))),
    ),
    agreements=(
        Agreement("linear programs for k = 1, 2, …", "width", "numerics.direct_widths:width_by_linear_programs"),
    ),
    kind="lemma",
    steps=("grouping",),
    tags=("width",),
)


# The best network of few neurons -------------------------------------------------------------------------------------


def bounded_problems() -> "SearchStrategy[Instance]":
    """Small problems in one or two dimensions, for one or two neurons and radii of several sizes."""
    from hypothesis import strategies as st

    from theory.instances import problems

    radius = st.sampled_from([1, "1/2", "1/5", 3])
    return st.builds(
        lambda problem, width, R: {**problem, "width": width, "radius": R},
        problems(n=(1, 4), d=(1, 2), largest=4), st.integers(1, 2), radius,
    )


def check_few_neurons(instance: Instance, certificate: Certificate, norm: str = "max-entry") -> Finding:
    """The finding, when it is the least loss at this width and radius."""
    finding = check(certificate)
    stated = {name: value for name, value in finding.statement.items() if name not in ("lower", "upper")}
    X, y = read_matrix(instance["X"], "X"), read_vector(instance["y"], "y")
    expected = {
        "X": [write_vector(row) for row in X], "y": write_vector(y), "norm": norm, "objective": "loss",
        "width": instance["width"], "radius": instance["radius"],
    }
    if finding.kind != "width-limited" or stated != expected:
        raise Rejected("the certificate is about another optimum, or about another instance")
    return finding


def meeting_ends(instance: Instance, finding: Finding) -> Margin:
    """The tree of allocations and a network prove one number."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    return Margin(lower - upper, Exact(finding), f"the least loss is {upper}")


def one_row_loss(reach: Callable[[int, Fraction, Vector], Fraction]) -> Callable[[Instance, Finding], Margin]:
    """The relation that for one row m neurons reach outputs of ``reach`` and no more; nothing for more rows.

    Its margin is minus the distance of the loss that this means from the certified interval.
    """

    def relation(instance: Instance, finding: Finding) -> Margin:
        X, y = read_matrix(instance["X"], "X"), read_vector(instance["y"], "y")
        if len(X) != 1:
            return Margin(0, Exact(finding), "more than one row")
        short = max(Fraction(0), abs(y[0]) - reach(instance["width"], read_number(instance["radius"], "radius"), X[0]))
        said, (lower, upper) = short**2 / 2, (finding.facts[end] for end in ("lower", "upper"))
        return Margin(-max(Fraction(0), lower - said, said - upper), Exact(finding), f"not {said}")

    return relation


def loss_of_positive_networks(instance: Instance, finding: Finding) -> Margin:
    """False: neurons of positive output weight are enough, which miss negative targets by all of their size."""
    missed = sum((min(t, Fraction(0)) ** 2 for t in read_vector(instance["y"], "y")), Fraction(0)) / 2
    return Margin(min(Fraction(0), finding.facts["upper"] - missed), Exact(finding), f"positive networks lose {missed}")


FEW = (
    Hypothesis(
        "size", "at most 5 rows, 3 columns and 4 neurons",
        lambda i: min(5 - len(i["X"]), 3 - len(i["X"][0]), 4 - i["width"], i["width"] - 1),
        {"X": [[1]], "y": [1], "width": 5, "radius": 1},
    ),
    Hypothesis("radius", "the radius is not negative", lambda i: read_number(i["radius"], "radius"),
               {"X": [[1]], "y": [1], "width": 1, "radius": -1}),
)

FEW_NEURONS = Claim(
    id="few-neurons",
    title="The best network of few bounded neurons, exactly",
    source=SOURCE,
    latex=r"""\min_{\|u_j\|_\infty\le R_1,\,|\alpha_j|\le R_2}\tfrac12\|\sum_{j\le m}\alpha_j(Xu_j)_+-y\|^2=
\min_{\sum_g k_g=m}\ \min_{v_g\in K_g,\,\|v_g\|_\infty\le k_gR_1R_2}\tfrac12\|\sum_g\sigma_gD_gXv_g-y\|^2""",
    sentence=(
        "The least loss of m neurons with bounded entries is the least over all ways to distribute them to signs and cones of "
        "a quadratic program; branch and bound finds it exactly, with a multiplier at each leaf."
    ),
    quantifier="for all",
    relation="=",
    proof="""Every neuron lies in a closed cell; k of them of one sign and cell reach exactly {v ∈ K : ‖v‖_∞ ≤ kR1R2}
(group-width), and (Xv)_+ = DXv there. So the networks of an allocation k are the V of the inner program. Let a set of
allocations be given by counts of signs and cones. For any μ, and w_c at least σ_cμᵀ(Xu)_+ for ‖u‖_∞ ≤ 1 in cone c, they have
μᵀf ≤ R Σ count_c w_c, hence ½‖f − y‖² ≥ μᵀ(y − f) − ½‖μ‖² ≥ μᵀy − ½‖μ‖² − R Σ count_c w_c. Dividing a class by a line of rows
in all ways leaves no allocation out, so the least bound of a leaf bounds all networks; a network attains it. Both numbers
are rational: the inner programs have rational data.""",
    hypotheses=FEW,
    instances=bounded_problems,
    boundary=(
        {"X": [[3, 4]], "y": [100], "width": 2, "radius": 3},
        {"X": [[3, 4]], "y": [-1], "width": 1, "radius": "1/9"},
        {"X": [[0, 0]], "y": [3], "width": 1, "radius": 1},
        {"X": [[1, 2], [3, -1]], "y": [0, 0], "width": 2, "radius": 1},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [4, -2, 1], "width": 3, "radius": 0},
        {"X": [[1, 1], [1, 1], [2, 2], [-1, -1]], "y": [1, -2, 3, 5], "width": 2, "radius": 1},
        {"X": [[2], [-1], [3]], "y": [1, 4, -2], "width": 3, "radius": "1/2"},
        {"X": [[1, 0, 1], [0, 1, 0]], "y": [5, -7], "width": 2, "radius": 2},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [4, -2, 1], "width": 2, "radius": 1000},
    ),
    certify="numerics.certified_widths:certify_few_neurons",
    check=check_few_neurons,
    margin=meeting_ends,
    mutants=(
        Mutant("one neuron", "the width does not matter: reach R‖x‖_1",
               one_row_loss(lambda m, R, x: R * sum(map(abs, x)))),
        Mutant("twice the width", "reach 2mR‖x‖_1", one_row_loss(lambda m, R, x: 2 * m * R * sum(map(abs, x)))),
        Mutant("shared square", "reach mR²‖x‖_1: R1 and R2 both R", one_row_loss(lambda m, R, x: m * R**2 * sum(map(abs, x)))),
        Mutant("wrong dual norm", "reach mR‖x‖_∞", one_row_loss(lambda m, R, x: m * R * max(map(abs, x)))),
        Mutant("no radius", "any target is reached: reach ∞", one_row_loss(lambda m, R, x: Fraction(10**9))),
        Mutant("positive signs", "only neurons with positive output weight", loss_of_positive_networks),
    ),
    agreements=(
        Agreement(
            "a quadratic program for every choice of groups", "upper", "numerics.direct_widths:loss_by_every_allocation", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
        Agreement(
            "bounded quasi-Newton from many starts", "upper", "numerics.direct_widths:loss_by_many_starts", 1e-3,
            "a smooth method stops short of the kinks on which optimal neurons may lie", slow=True,
        ),
    ),
    neutral="numerics.unseen_sizes:same_value",
    uses=("group-width",),
    steps=("grouping",),
    tags=("width",),
)

CLAIMS = (GROUP_WIDTH, FEW_NEURONS)
