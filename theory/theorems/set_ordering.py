"""How the induced sets of the optimizers lie in one another, and the inequalities between their gauges that follow."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import inf, nextafter
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_vector
from theory.exact.rational import Matrix, Vector, dot, sqrt_bounds, write_vector
from theory.exact.vector_norms import largest_entry, sum_of_entries
from theory.theorems.max_entry_relaxation import (
    ONE,
    PLANTED,
    READS_THE_ROWS,
    expect,
    planted,
    question,
    size_hypothesis,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source("optproof", "our specification, sections 1 and 2; the comparison of norms is classical")
#: The operator norms that the certificate is about, with y = Ux: largest singular value, column and entry.
PAIRS = (("2", "2"), ("1", "2"), ("1", "inf"))
NAMES = ("max-entry", "max-column", "spectral", "frobenius", "entrywise ℓ1")


def weights(instance: Instance) -> tuple[Matrix, Vector]:
    """(U, α) of the instance; U is d × m."""
    U = read_matrix(instance["U"], "U")
    return U, read_vector(instance["alpha"], "alpha", len(U[0]))


def small_weights() -> "SearchStrategy[Instance]":
    """U of up to 3 × 4 and α, small integers."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    def of_width(m: int) -> "SearchStrategy[Instance]":
        rows = st.lists(integer_rows(m, 5), min_size=1, max_size=3)
        return st.fixed_dictionaries({"U": rows, "alpha": integer_rows(m, 4)})

    return st.integers(1, 4).flatmap(of_width)


def check_norms(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about the norms of this U."""
    finding = check(certificate)
    pairs = [(norm["alpha"], norm["beta"]) for norm in finding.statement.get("norms", [])]
    U = [write_vector(row) for row in weights(instance)[0]]
    if finding.kind != "operator-norms" or finding.statement["W"] != U or pairs != list(PAIRS):
        raise Rejected("the certificate is about another matrix, or other norms")
    return finding


def product_squares(instance: Instance, finding: Finding) -> list[tuple[Fraction, Fraction]]:
    """Bounds of N1(U)²·N2(α)² for the five sets, in the order of ``NAMES``."""
    U, alpha = weights(instance)
    largest, square = largest_entry(alpha) ** 2, dot(alpha, alpha)
    spectral, column, entry = finding.facts["squares"]
    frobenius = sum((dot(row, row) for row in U), Fraction(0))
    ell_one = sum(map(sum_of_entries, U), Fraction(0)) ** 2
    bounds = [
        (entry, largest), (column, largest), (spectral, square), ((frobenius, frobenius), square),
        ((ell_one, ell_one), sum_of_entries(alpha) ** 2),
    ]
    return [(low * factor, high * factor) for (low, high), factor in bounds]


def in_order(instance: Instance, finding: Finding) -> Margin:
    """Each product is at most the next, and the Frobenius product at most m√d times the max-entry product."""
    squares, (U, alpha) = product_squares(instance, finding), weights(instance)
    steps = [after[0] - before[1] for before, after in pairwise(squares)]
    back = len(U) * len(alpha) ** 2 * squares[0][0] - squares[3][1]
    return Margin(min(*steps, back), Exact(finding), "squares of the products, differences in order")


def at_most(first: int, second: int, factor: Callable[[int, int], Fraction] = lambda d, m: Fraction(1)) -> Callable[
    [Instance, Finding], Margin
]:
    """The relation product_first² ≤ factor(d, m) · product_second²."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        squares, (U, alpha) = product_squares(instance, finding), weights(instance)
        least = factor(len(U), len(alpha)) * squares[second][1] - squares[first][0]
        return Margin(min(Fraction(0), least), Exact(finding), f"{NAMES[first]} exceeds {NAMES[second]}")

    return relation


def spectral_square_in_floats(instance: Instance) -> float:
    """σ_max(U)² by numpy."""
    import numpy as np

    return float(np.linalg.norm(np.array([[float(entry) for entry in row] for row in weights(instance)[0]]), 2)) ** 2


SETS = Claim(
    id="set-ordering",
    title="The induced sets lie in one another",
    source=SOURCE,
    latex=r"\max_{ij}|U_{ij}|\,\|\alpha\|_\infty\le\max_j\|u_j\|_2\,\|\alpha\|_\infty\le\|U\|_{op}\|\alpha\|_2"
    r"\le\|U\|_F\|\alpha\|_2\le\sum_{ij}|U_{ij}|\,\|\alpha\|_1,"
    r"\qquad \|U\|_F\|\alpha\|_2\le m\sqrt d\,\max_{ij}|U_{ij}|\,\|\alpha\|_\infty",
    sentence=(
        "For equal radii the entrywise ℓ1 set lies in the Frobenius set, that in the spectral set (Muon), that in the "
        "max-column set, and that in the max-entry set (AdamW, Lion); so least radii and least losses are ordered the other "
        "way round. At width m the Frobenius set with m√d times the radius holds the max-entry set."
    ),
    quantifier="for all",
    relation="≤",
    proof="""|U_ij| ≤ ‖u_j‖_2 = ‖Ue_j‖_2 ≤ ‖U‖_op; ‖U‖_op² = λ_max(UᵀU) ≤ tr UᵀU = ‖U‖_F²; ‖U‖_F² = ΣU_ij² ≤ (Σ|U_ij|)².
Likewise ‖α‖_∞ ≤ ‖α‖_2 ≤ ‖α‖_1. Back: ΣU_ij² ≤ dm·max U_ij² and Σα_j² ≤ m·max α_j². A network in a set is in every larger
one, so the least radius (or loss) over the larger set is no greater.""",
    hypotheses=(
        Hypothesis(
            "shape", "at most 4 × 6, and one α for each column of U",
            lambda i: min(4 - len(i["U"]), 6 - len(i["U"][0]), -abs(len(i["U"][0]) - len(i["alpha"]))),
            {"U": [[1, 2]], "alpha": [1]},
        ),
    ),
    instances=small_weights,
    boundary=(
        {"U": [[-3]], "alpha": [2]},
        {"U": [[0, 0], [0, 0]], "alpha": [0, 1]},
        {"U": [[1, 1], [1, 1]], "alpha": [1, -1]},
        {"U": [[1, 0], [0, 1]], "alpha": [1, 1]},
        {"U": [[3], [4]], "alpha": ["1/3"]},
        {"U": [["1e9", "1e-9"]], "alpha": [1, 10**9]},
    ),
    certify="numerics.certified_widths:certify_norms",
    check=check_norms,
    margin=in_order,
    mutants=(
        Mutant("columns in entries", "the max-entry set lies in the max-column set", at_most(1, 0)),
        Mutant("spectral in columns", "the max-column set lies in the spectral set", at_most(2, 1)),
        Mutant("frobenius in spectral", "the spectral set lies in the Frobenius set", at_most(3, 2)),
        Mutant("ℓ1 in frobenius", "the Frobenius set lies in the ℓ1 set", at_most(4, 3)),
        Mutant("no width", "√d for m√d on the way back", at_most(3, 0, lambda d, m: Fraction(d))),
        Mutant("no dimension", "m for m√d on the way back", at_most(3, 0, lambda d, m: Fraction(m**2))),
    ),
    agreements=(
        Agreement("numpy", "square", spectral_square_in_floats, 1e-12, "double precision singular values, squared"),
    ),
    tight={"U": [[-3]], "alpha": [2]},
    kind="lemma",
    tags=("sets",),
)


# Gauges ---------------------------------------------------------------------------------------------------------------


def check_gauges(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about the two gauges of this instance, the first one a point."""
    finding = check(certificate)
    parts = finding.statement.get("parts", [])
    if finding.kind != "conjunction" or len(parts) != 2:
        raise Rejected("the certificate is not about two gauges")
    for part, norm in zip(parts, ("max-entry", "euclidean"), strict=True):
        expect(part, "gauge-interval", question(instance, norm))
    if finding.facts["0.lower"] != finding.facts["0.upper"]:
        raise Rejected("the interval of the max-entry gauge is not a point")
    return finding


def between(instance: Instance, finding: Finding) -> Margin:
    """G_∞ ≤ G_2 ≤ √d·G_∞, relative to G_∞."""
    G, low, high = (finding.facts[name] for name in ("0.upper", "1.lower", "1.upper"))
    if not G:
        return Margin(-high, Exact(finding), "both gauges are zero")
    root, above = sqrt_bounds(Fraction(len(instance["X"][0])))
    value = min(low / G - 1, root - high / G)
    width = (high - low) / G + above - root
    if not width:
        return Margin(value, Exact(finding), f"max-entry {G}, Frobenius {high}")
    evidence = Interval(nextafter(float(width), inf), "exact ends of the interval of the Frobenius gauge")
    return Margin(value, evidence, f"max-entry {G}, Frobenius near {float(high):.9g}")


#: What a false relation says must not be negative: a function of G_∞, the lower and upper end of G_2, and d.
Slack = Callable[[Fraction, Fraction, Fraction, int], Fraction]


def false_bound(value: Slack) -> Callable[[Instance, Finding], Margin]:
    """The false relation that a slack is not negative."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        G, low, high = (finding.facts[name] for name in ("0.upper", "1.lower", "1.upper"))
        return Margin(min(Fraction(0), value(G, low, high, len(instance["X"][0]))), Exact(finding))

    return relation


GAUGES = Claim(
    id="gauge-ordering",
    title="The large-width gauges of AdamW and weight decay",
    source=SOURCE,
    latex=r"G_\infty(y)\le G_2(y)\le\sqrt d\,G_\infty(y),"
    r"\qquad G_p(y)=\min\{\sum_i\|v_i\|_p:\ \text{a network fits }y\}",
    sentence=(
        "The large-width gauge of the max-entry set is at most the least Frobenius radius that fits the same targets, which is "
        "at most √d times as large."
    ),
    quantifier="for all",
    relation="≤",
    proof="""‖v‖_∞ ≤ ‖v‖_2 ≤ √d‖v‖_∞ for each effective weight. The best V for the right-hand norm is a candidate for the
left-hand one. The least Frobenius radius is min Σ‖v_i‖_2 (weight-decay-duality), which is also the large-width gauge of the
max-column set. Equality on both sides for d = 1; on the right for one row (1, …, 1), on the left for one row (1, 0, …, 0).""",
    hypotheses=(size_hypothesis(8, 3), READS_THE_ROWS),
    instances=lambda: planted((1, 5), (1, 3), (1, 3)),
    boundary=(*PLANTED, {"X": [[1, 1]], "network": ONE}, {"X": [[1, 0]], "network": ONE}),
    certify="numerics.certified_widths:certify_two_gauges",
    check=check_gauges,
    margin=between,
    mutants=(
        Mutant("equal", "G_2 ≤ G_∞", false_bound(lambda G, low, high, d: G - low)),
        Mutant("always √d", "G_2 ≥ √d·G_∞", false_bound(lambda G, low, high, d: high - sqrt_bounds(Fraction(d))[1] * G)),
        Mutant("smaller root", "G_2 ≤ √(d − 1)·G_∞ where d > 1",
               false_bound(lambda G, low, high, d: sqrt_bounds(Fraction(d - 1))[1] * G - low if d > 1 else Fraction(0))),
        Mutant("square root", "G_2² ≤ G_∞", false_bound(lambda G, low, high, d: G - low**2)),
    ),
    agreements=(
        Agreement(
            "cvxpy, max-entry", "0.upper", "numerics.direct_widths:gauge_with_every_pattern", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
        Agreement(
            "cvxpy, Frobenius", "1.upper", "numerics.direct_widths:frobenius_gauge_with_every_pattern", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
    ),
    neutral="numerics.unseen_sizes:same_value",
    uses=("max-entry-duality", "weight-decay-duality"),
    tags=("sets", "convex"),
)

CLAIMS = (SETS, GAUGES)
