"""The max-entry set at large width: a linear program, its dual, and how far it is from a given width."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.rational import InputError, Matrix, Vector, dot, sqrt_bounds, write_vector
from theory.network import Network, fit
from theory.problem import Problem

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source("optproof", "our specification, section 2, row of AdamW and Lion; the bound in n is ours")
LARGEST_N, LARGEST_D, LARGEST_WIDTH = 10, 4, 4


def planted_targets(instance: Instance) -> Vector:
    """The outputs of the instance's network on its rows: targets that can be fitted."""
    return fit(Problem(read_matrix(instance["X"], "X"), ()), Network.read(instance["network"]))


def planted_sizes(instance: Instance) -> list[Fraction]:
    """|α_j| ‖u_j‖_∞ of the instance's neurons."""
    return [max(map(abs, neuron.effective)) for neuron in Network.read(instance["network"]).neurons]


def planted(n: tuple[int, int], d: tuple[int, int], width: tuple[int, int]) -> "SearchStrategy[Instance]":
    """Rows of n × d with all their degeneracies, and a small network on them."""
    from hypothesis import strategies as st

    from theory.instances import networks, problems

    def with_network(problem: Instance) -> "SearchStrategy[Instance]":
        network = networks(len(problem["X"][0]), width, largest=3)
        return st.builds(lambda drawn: {"X": problem["X"], "network": drawn}, network)

    return problems(n=n, d=d, largest=4).flatmap(with_network)


def expect(found: dict[str, Any], kind: str, statement: dict[str, Any]) -> None:
    """Raise Rejected unless a part of a certificate is of this kind and states what is expected, beside its ends."""
    stated = {name: value for name, value in found["statement"].items() if name not in ("lower", "upper")}
    if found["kind"] != kind or stated != statement:
        raise Rejected("the certificate is about another optimum, or about another instance")


def question(instance: Instance, norm: str, **options: Any) -> dict[str, Any]:
    """The statement of the least radius for the planted targets, without its ends."""
    X = [write_vector(row) for row in read_matrix(instance["X"], "X")]
    return {"X": X, "y": write_vector(planted_targets(instance)), "norm": norm, "objective": "radius", **options}


def check_gauge(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is the large-width gauge of this instance."""
    finding = check(certificate)
    expect(certificate, "gauge-interval", question(instance, "max-entry"))
    return finding


def duality(instance: Instance, finding: Finding) -> Margin:
    """The two ends are one number, and the planted network costs no less."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    spare = sum(planted_sizes(instance), Fraction(0)) - lower
    return Margin(min(lower - upper, spare), Exact(finding), f"all optima are {upper}")


def _equal_to(value: Callable[[Instance, Finding], Fraction | None]) -> Callable[[Instance, Finding], Margin]:
    """The false relation that the optimum is ``value``; None where the falsehood says nothing."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        other, optimum = value(instance, finding), finding.facts["upper"]
        return Margin(Fraction(0) if other is None else -abs(optimum - other), Exact(finding), f"{other}, not {optimum}")

    return relation


def one_row(instance: Instance) -> tuple[Vector, Fraction] | None:
    """(x, |y|) when there is one row, and it is not zero: then the least Σ N(v_j) is |y| / N°(x)."""
    X, y = read_matrix(instance["X"], "X"), planted_targets(instance)
    return (X[0], abs(y[0])) if len(X) == 1 and any(X[0]) else None


def with_dual_norm(norm: Callable[[Vector], Fraction]) -> Callable[[Instance, Finding], Fraction | None]:
    """|y| / norm(x) for one row."""

    def value(instance: Instance, _: Finding) -> Fraction | None:
        found = one_row(instance)
        return None if found is None else found[1] / norm(found[0])

    return value


def without_cones(instance: Instance, finding: Finding) -> Margin:
    """w − ‖XᵀDμ‖_1 for the pattern D, among some that occur, that makes it least."""
    X, mu, w = read_matrix(instance["X"], "X"), finding.facts["multiplier"], finding.facts["dual_gauge"]
    signs = [[(-1) ** (bits >> k) for k in range(len(X[0]))] for bits in range(2 ** len(X[0]))]
    largest = max(_active_gradient(X, mu, u) for u in signs)
    return Margin(min(Fraction(0), w - largest), Exact(finding), "the dual gauge is below ‖XᵀDμ‖_1 for some D")


def _active_gradient(X: Matrix, mu: Vector, u: list[int]) -> Fraction:
    """‖XᵀDμ‖_1 for the pattern D of u; 0 when u lies on a hyperplane and has no pattern."""
    heights = [dot(row, u) for row in X]
    if any(height == 0 and any(row) for height, row in zip(heights, X, strict=True)):
        return Fraction(0)
    active = [(row, m) for row, m, height in zip(X, mu, heights, strict=True) if height > 0]
    return sum((abs(sum((m * row[k] for row, m in active), Fraction(0))) for k in range(len(u))), Fraction(0))


def positive_signs(instance: Instance, finding: Finding) -> Margin:
    """Outputs of neurons with α > 0 are never negative."""
    return Margin(min((Fraction(0), *planted_targets(instance))), Exact(finding), "a target is negative")


def size_hypothesis(n: int, d: int) -> Hypothesis:
    """At most n rows and d columns."""
    one = {"neurons": [{"u": [1], "alpha": 1}]}
    return Hypothesis(
        "size", f"between 1 and {n} rows and at most {d} columns",
        lambda i: min(n - len(i["X"]), d - len(i["X"][0])) if i["X"] else -1, {"X": [[1]] * (n + 1), "network": one},
    )


def inputs_agree(instance: Instance) -> int:
    """Whether the network reads rows of this length: 0, else −1."""
    try:
        Network.read(instance["network"], Problem(read_matrix(instance["X"], "X"), ()))
    except InputError:
        return -1
    return 0


READS_THE_ROWS = Hypothesis(
    "network", "the network has as many inputs as the rows have entries", inputs_agree,
    {"X": [[1, 2]], "network": {"neurons": [{"u": [1], "alpha": 1}]}},
)

ONE = {"neurons": [{"u": [1, 1], "alpha": 1}]}
TWO = {"neurons": [{"u": [2, -1], "alpha": 1}, {"u": [-1, 2], "alpha": -3}]}
PLANTED: tuple[Instance, ...] = (
    {"X": [[3, 4]], "network": ONE},
    {"X": [[0, 0]], "network": ONE},
    {"X": [[1, 2], [3, -1], [-1, 1]], "network": {"neurons": [{"u": [0, 0], "alpha": 1}]}},
    {"X": [[1, 1], [1, 1], [0, 0], [2, 2], [-1, -1]], "network": TWO},
    {"X": [[2], [-1], [3]], "network": {"neurons": [{"u": [1], "alpha": 2}, {"u": [-1], "alpha": "-1/2"}]}},
    {"X": [[1, 0, 1], [0, 1, 0], [1, 1, 1]], "network": {"neurons": [{"u": [1, 2, -1], "alpha": -1}]}},
    {"X": [["1e-9", "2e-9"], ["3e-9", "-1e-9"]], "network": TWO},
    {"X": [[1, 2], [3, -1], [-1, 1], [2, 5]], "network": TWO},
)

DUALITY = Claim(
    id="max-entry-duality",
    title="The large-width gauge of the max-entry set",
    source=SOURCE,
    latex=r"""\inf_{m,U,\alpha}\{\sum_{j\le m}|\alpha_j|\|u_j\|_\infty:\ f(\theta)=y\}
=\min_{v_i,w_i\in K_{D_i}}\{\sum_i\|v_i\|_\infty+\|w_i\|_\infty:\ \sum_iD_iX(v_i-w_i)=y\}
=\max\{\mu^\top y:\ |\mu^\top(Xu)_+|\le\|u\|_\infty\ \forall u\}""",
    sentence=(
        "The least sum of max-entry norms of the effective weights of a network that fits y, of any width, is the value of a "
        "linear program over all patterns and of its dual; for rational data it is a rational number, found exactly."
    ),
    quantifier="for all",
    relation="=",
    proof="""With effective weights v_j = |α_j|u_j the sum is Σ‖v_j‖_∞ and f = Σσ_j(Xv_j)_+. Each v_j lies in a cone K_D, where
(Xv)_+ = DXv; those of one sign and cone add up to one vector of the cone, and the triangle inequality does not raise the sum.
So the network problem and the program over all patterns have one value. For any μ with |μᵀ(Xu)_+| ≤ ‖u‖_∞ we have
μᵀy = Σσ_jμᵀ(Xv_j)_+ ≤ Σ‖v_j‖_∞ (weak duality). On K_D ∩ {‖u‖_∞ ≤ 1}, a polytope, μᵀ(Xu)_+ is linear, so only finitely many
vertices matter: both problems are linear programs with rational data. The first is feasible (y is planted) and bounded below
by 0, so both have rational optimal solutions of equal value. A certificate is such a pair; that μ is feasible is shown
by covers (the exact checker says how).""",
    hypotheses=(size_hypothesis(LARGEST_N, LARGEST_D), READS_THE_ROWS),
    instances=lambda: planted((1, 7), (1, 3), (1, 4)),
    boundary=PLANTED,
    certify="numerics.certified_widths:certify_gauge",
    check=check_gauge,
    margin=duality,
    mutants=(
        Mutant("no cones", "the dual gauge without the cones: max_D ‖XᵀDμ‖_1", without_cones),
        Mutant("euclidean norms", "Σ‖v‖_2 in place of Σ‖v‖_∞",
               _equal_to(with_dual_norm(lambda x: sqrt_bounds(dot(x, x))[0]))),
        Mutant("ℓ1 norms", "Σ‖v‖_1 in place of Σ‖v‖_∞", _equal_to(with_dual_norm(lambda x: max(map(abs, x))))),
        Mutant("squares", "Σ‖v‖² in place of Σ‖v‖", _equal_to(lambda i, found: found.facts["squares"])),
        Mutant("planted", "the planted network is best", _equal_to(lambda i, found: sum(planted_sizes(i), Fraction(0)))),
        Mutant("positive signs", "no w_i: only neurons with positive output weight", positive_signs),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern written down", "upper", "numerics.direct_widths:gauge_with_every_pattern", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits",
        ),
    ),
    tight={"X": [[3, 4]], "network": ONE},
    neutral="numerics.unseen_sizes:same_value",
    steps=("group_lasso",),
    tags=("convex", "duality"),
)


# A given width ------------------------------------------------------------------------------------------------------


def check_width_and_gauge(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is the least radius at this width and the gauge, both as points."""
    finding = check(certificate)
    parts = finding.statement.get("parts", [])
    if finding.kind != "conjunction" or len(parts) != 2:
        raise Rejected("the certificate is not about a radius and a gauge")
    expect(parts[0], "width-limited", question(instance, "max-entry", width=instance["width"]))
    expect(parts[1], "gauge-interval", question(instance, "max-entry"))
    if any(finding.facts[f"{k}.lower"] != finding.facts[f"{k}.upper"] for k in (0, 1)):
        raise Rejected("an interval is not a point")
    return finding


def groups_at_most(instance: Instance) -> int:
    """How many groups an optimal vertex of the linear program may use: one for each different row that is not zero."""
    points = zip(read_matrix(instance["X"], "X"), planted_targets(instance), strict=True)
    return max(1, len({point for point in points if any(point[0])}))


def sandwich(
    groups: Callable[[Instance], int] = groups_at_most, loosening: Fraction = Fraction(0)
) -> Callable[[Instance, Finding], Margin]:
    """G ≤ mR_m, and (m − N + 1)·R_m ≤ G where that says anything."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        m, radius, gauge = instance["width"], finding.facts["0.upper"], finding.facts["1.upper"]
        below = m * radius - gauge - loosening * gauge
        counted = m - groups(instance) + 1
        return Margin(min(below, gauge - counted * radius), Exact(finding), f"R = {radius}, gauge = {gauge}")

    return relation


def exact_relaxation(instance: Instance, finding: Finding) -> Margin:
    """False: the linear program is exact at every width."""
    m, radius, gauge = instance["width"], finding.facts["0.upper"], finding.facts["1.upper"]
    return Margin(-abs(m * radius - gauge), Exact(finding), f"{m} neurons need {m * radius}, the gauge is {gauge}")


def of_width(instance: Instance, width: int) -> Instance:
    """The instance at a width."""
    return {**instance, "width": width}


def widths() -> "SearchStrategy[Instance]":
    """Planted problems in one or two dimensions, at widths that their network fits in."""
    from hypothesis import strategies as st

    def wider(instance: Instance) -> "SearchStrategy[Instance]":
        least = len(instance["network"]["neurons"])
        return st.builds(lambda m: of_width(instance, m), st.integers(least, LARGEST_WIDTH))

    return planted((1, 4), (1, 2), (1, 2)).flatmap(wider)


WIDTH = Claim(
    id="max-entry-width",
    title="How far the linear program is from a given width",
    source=SOURCE,
    latex=r"\frac{G}{m}\ \le\ R_m\ \le\ \frac{G}{m-N+1}\quad(m\ge N),\qquad N\le n,\quad G=\min\sum_i\|v_i\|_\infty",
    sentence=(
        "The least radius R_m of m neurons that fit y is at least G/m, G the large-width gauge, and at most G/(m − N + 1), N "
        "the number of groups that the linear program uses, at most the number of rows: fewer than N neurons are lost."
    ),
    quantifier="for all",
    relation="≤",
    proof="""m neurons of size at most R have Σ‖v_j‖_∞ ≤ mR, so G ≤ mR_m. Conversely let V be an optimal vertex of the linear
program, N of whose groups are not zero; a basic solution in terms of the vertices of the cells uses at most as many of them as
there are equations, so N ≤ n (and N ≤ 2P, as there are no more groups). With R = G/(m − N + 1) group i takes
⌈‖v_i‖/R⌉ < ‖v_i‖/R + 1 neurons, together fewer than G/R + N = m + 1. Equal data points are one equation, zero rows are none.
A certificate for R_m is a tree of allocations: the exact checker says why it bounds R_m from below; a network from above.""",
    hypotheses=(
        size_hypothesis(5, 3), READS_THE_ROWS,
        Hypothesis(
            "width", f"the width is that of the planted network or more, up to {LARGEST_WIDTH}",
            lambda i: min(i["width"] - len(i["network"]["neurons"]), LARGEST_WIDTH - i["width"]),
            {"X": [[1, 2], [3, -1]], "network": TWO, "width": 1},
        ),
    ),
    instances=widths,
    boundary=(
        *(of_width(instance, 2) for instance in PLANTED if len(instance["X"]) < 5),
        {"X": [[1, 0], [0, 1]], "network": {"neurons": [{"u": [1, 0], "alpha": 1}, {"u": [0, 1], "alpha": -1}]}, "width": 2},
        {"X": [[1, 2], [3, -1], [-1, 1]], "network": TWO, "width": 4},
        {"X": [[3, 4]], "network": ONE, "width": 3},
    ),
    certify="numerics.certified_widths:certify_width_and_gauge",
    check=check_width_and_gauge,
    margin=sandwich(),
    mutants=(
        Mutant("exact", "the linear program is exact at every width: R_m = G/m", exact_relaxation),
        Mutant("within no neuron", "R_m ≤ G/m", sandwich(lambda i: 1)),
        Mutant("one group fewer", "R_m ≤ G/(m − N + 2)", sandwich(lambda i: groups_at_most(i) - 1)),
        Mutant("more than the gauge", "a tenth more: mR_m ≥ 1.1·G", sandwich(loosening=Fraction(1, 10))),
    ),
    agreements=(
        Agreement(
            "a linear program for every choice of groups", "0.upper", "numerics.direct_widths:radius_by_every_allocation", 1e-6,
            "the simplex method of HiGHS in doubles, at its default tolerance 1e-7", slow=True,
        ),
    ),
    tight={"X": [[3, 4]], "network": ONE, "width": 3},
    neutral="numerics.unseen_sizes:same_value",
    uses=("max-entry-duality", "group-width"),
    steps=("grouping",),
    tags=("width",),
)

CLAIMS = (DUALITY, WIDTH)
