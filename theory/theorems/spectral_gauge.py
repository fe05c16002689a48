"""Muon's gauge of effective weights, two ways: over shares q and over metrics Z; and what lies below and above it."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, product
from math import inf, nextafter
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.rational import Matrix, dot, sqrt_bounds, write_vector

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: The certified interval of Γ² must be at most this wide, relative to its upper end.
ACCURACY = Fraction(1, 10**8)
#: A rational below π.
PI = Fraction(314159265358979, 10**14)
LARGEST_COUNT, LARGEST_D = 6, 4


def columns_of(instance: Instance) -> Matrix:
    """The v_i, exactly."""
    return read_matrix(instance["columns"], "columns")


def instances() -> "SearchStrategy[Instance]":
    """One to six columns of small integers, not all zero, in one to four dimensions."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    def of_dimension(d: int) -> "SearchStrategy[Instance]":
        columns = st.lists(integer_rows(d, 5), min_size=1, max_size=LARGEST_COUNT)
        return columns.filter(lambda rows: any(map(any, rows))).map(lambda rows: {"columns": rows})

    return st.integers(1, LARGEST_D).flatmap(of_dimension)


def check_instance(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about these columns and its interval is narrow."""
    finding = check(certificate)
    if finding.kind != "gauge" or finding.statement["columns"] != [write_vector(v) for v in columns_of(instance)]:
        raise Rejected("the certificate is about other columns")
    if finding.facts["high"] - finding.facts["low"] > ACCURACY * finding.facts["high"]:
        raise Rejected(f"the interval is too wide: {float(finding.facts['low'])} to {float(finding.facts['high'])}")
    return finding


def sum_of_squares(columns: Matrix) -> Fraction:
    """‖V‖_F²."""
    return sum((dot(v, v) for v in columns), Fraction(0))


def sum_of_lengths(columns: Matrix) -> tuple[Fraction, Fraction]:
    """Bounds of Σ‖v_i‖."""
    bounds = [sqrt_bounds(dot(v, v)) for v in columns]
    return sum((low for low, _ in bounds), Fraction(0)), sum((high for _, high in bounds), Fraction(0))


def largest_signed_sum(columns: Matrix) -> Fraction:
    """‖V‖_{∞→2}² = max {‖Σ s_i v_i‖² : s_i = ±1}."""
    found = Fraction(0)
    for signs in product((1, -1), repeat=len(columns) - 1):
        total = [dot((1, *signs), row) for row in zip(*columns, strict=True)]
        found = max(found, dot(total, total))
    return found


def pairwise_form(columns: Matrix) -> Fraction:
    """Σ‖v_i‖² + 2 Σ_{i<j} |v_i·v_j|, which is Γ² for two columns."""
    return sum_of_squares(columns) + 2 * sum((abs(dot(v, w)) for v, w in combinations(columns, 2)), Fraction(0))


def with_shares_of_length_one(columns: Matrix) -> Fraction:
    """A bound of λ_max(Σv_iv_iᵀ/q_i) for q_i = k^{-1/2} on the k columns that are not zero: ‖q‖_2 = 1."""
    from theory.exact.spectrum import schatten_bounds

    used = [v for v in columns if any(v)]
    rows = list(zip(*used, strict=True))
    outer = tuple(tuple(dot(first, second) for second in rows) for first in rows)
    return sqrt_bounds(Fraction(len(used)))[1] * schatten_bounds(outer, "inf")[1]


def relations(instance: Instance, finding: Finding) -> Margin:
    """The least of all differences that must not be negative, relative to Γ², as far as the interval proves it."""
    columns, low, high = columns_of(instance), finding.facts["low"], finding.facts["high"]
    squares, signed = sum_of_squares(columns), largest_signed_sum(columns)
    slacks = [low - squares, sum_of_lengths(columns)[1] ** 2 - high, low - signed, PI / 2 * signed - high]
    used = [v for v in columns if any(v)]
    if len(used) <= 2:
        slacks += [pairwise_form(columns) - high, low - pairwise_form(columns)]
    if not any(dot(v, w) for v, w in combinations(used, 2)):
        slacks.append(squares - high)
    if low > high:
        return Margin(high - low, Exact(finding), "the bounds cross")
    if low == high:
        return Margin(min(slacks) / high, Exact(finding), f"Γ² = {high}")
    evidence = Interval(nextafter(float((high - low) / high), inf), "exact ends of an interval that holds Γ²")
    return Margin(min(slacks) / high, evidence, f"Γ² near {float(high):.9g}")


def false_bound(slack: Callable[[Matrix, Fraction, Fraction], Fraction]) -> Callable[[Instance, Finding], Margin]:
    """The false relation that a slack, of the columns and the ends of Γ², is not negative."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        value = slack(columns_of(instance), finding.facts["low"], finding.facts["high"])
        return Margin(min(Fraction(0), value), Exact(finding))

    return relation


CLAIM = Claim(
    id="spectral-gauge",
    title="Muon's gauge two ways, and the norms around it",
    source=Source("optproof", "our specification, section 2; the gauge is the 2-summing norm of V: ℓ_∞ → ℓ_2 (Pietsch)"),
    latex=r"""\Gamma_M(V)^2=\min_{q\ge0,\ \mathbf1^\top q=1}\lambda_{\max}\Big(\sum_i\frac{v_iv_i^\top}{q_i}\Big)
=\max_{Z\succeq0,\ \mathrm{tr}\,Z=1}\Big(\sum_i\sqrt{v_i^\top Zv_i}\Big)^2,\qquad
\|V\|_F\le\Gamma_M(V)\le\sum_i\|v_i\|,\qquad
\|V\|_{\infty\to2}\le\Gamma_M(V)\le\sqrt{\pi/2}\,\|V\|_{\infty\to2}""",
    sentence=(
        "The least R1·R2 of networks with given effective weights in the spectral set is a minimum over shares and a maximum "
        "over metrics; it lies between the Frobenius norm and the sum of lengths, and between the largest signed sum and "
        "√(π/2) times it; for two columns it is the largest signed sum, for orthogonal ones the Frobenius norm."
    ),
    quantifier="for all",
    relation="=",
    proof="""λ_max(S) = max tr ZS over Z ⪰ 0, tr Z = 1, and Σv_iᵀZv_i/q_i is convex in q and linear in Z; so minimum and maximum change
places, and min_q Σa_i²/q_i = (Σa_i)² for a_i = √(v_iᵀZv_i). Any q and Z give bounds from above and below. Z = VVᵀ/‖V‖_F²: v_iᵀZv_i ≥
‖v_i‖⁴/‖V‖_F², hence ≥ ‖V‖_F; and √(v_iᵀZv_i) ≤ ‖v_i‖ for tr Z = 1. Z = xxᵀ for a unit x: Γ ≥ max_x Σ|xᵀv_i| = max_s ‖Vs‖ =
‖V‖_{∞→2}. Above: for the best Z and a standard Gaussian g, E Σ|gᵀZ^½v_i| = √(2/π) Σ‖Z^½v_i‖ = √(2/π) Γ, while Σ|gᵀZ^½v_i| ≤
‖V‖_{∞→2}‖Z^½g‖, whose mean is at most ‖V‖_{∞→2} √(tr Z) (little Grothendieck). Two columns: max_s ‖Vs‖² = ‖v_1‖² + ‖v_2‖² +
2|v_1·v_2|, and with q_i in proportion to v_i·(v_1 ± v_2) the matrix Σv_iv_iᵀ/q_i has that largest eigenvalue. Orthogonal
columns: q_i = ‖v_i‖²/‖V‖_F² makes Σv_iv_iᵀ/q_i = ‖V‖_F² times a projection.""",
    hypotheses=(
        Hypothesis(
            "size", f"one to {LARGEST_COUNT} columns of up to {LARGEST_D} entries",
            lambda i: min(LARGEST_COUNT - len(i["columns"]), LARGEST_D - len(i["columns"][0])), {"columns": [[1]] * 7},
        ),
        Hypothesis("not zero", "some column is not zero", lambda i: 0 if any(map(any, columns_of(i))) else -1, {"columns": [[0]]}),
    ),
    instances=instances,
    boundary=(
        {"columns": [[-3]]},
        {"columns": [[0, 0], [3, 4]]},
        {"columns": [[1, 2], [2, 4], [-3, -6]]},
        {"columns": [[1, 2, 2], [2, 1, -2], [2, -2, 1]]},
        {"columns": [[3, 1], [1, -2]]},
        {"columns": [[8, 0], [-4, 7], [-4, -7]]},
        {"columns": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, -1, 0], [0, 1, -1]]},
        {"columns": [["1e-6", 1], [1, "1e-6"], [1, 1]]},
    ),
    certify="numerics.schatten_certificates:certify_spectral_gauge",
    check=check_instance,
    margin=relations,
    mutants=(
        Mutant("always signed sums", "Γ_M ≤ ‖V‖_{∞→2} for any number of columns",
               false_bound(lambda V, low, high: largest_signed_sum(V) - low)),
        Mutant("smaller constant", "Γ_M² ≤ 1.1·‖V‖_{∞→2}²",
               false_bound(lambda V, low, high: Fraction(11, 10) * largest_signed_sum(V) - low)),
        Mutant("two-column form", "Γ_M² ≥ Σ‖v_i‖² + 2Σ|v_i·v_j| for any number of columns",
               false_bound(lambda V, low, high: high - pairwise_form(V))),
        Mutant("Frobenius", "Γ_M ≤ ‖V‖_F", false_bound(lambda V, low, high: sum_of_squares(V) - low)),
        Mutant("spectral ball", "‖Z‖_op ≤ 1 in place of tr Z = 1, which is Σ‖v_i‖",
               false_bound(lambda V, low, high: high - sum_of_lengths(V)[0] ** 2)),
        Mutant("q of length one", "‖q‖_2 = 1 in place of Σq = 1",
               false_bound(lambda V, low, high: with_shares_of_length_one(V) - low)),
    ),
    agreements=(
        Agreement(
            "cvxpy over metrics", "high", "numerics.schatten_certificates:gauge_square_over_metrics", 1e-6,
            "the conic solver is asked for 1e-10, and square roots at zero cost it a few digits",
        ),
    ),
    tight={"columns": [[3, 4], [-4, 3]]},
    uses=("spectral-duality",),
    steps=("pietsch", "minimax_over_q"),
    kind="lemma",
    tags=("convex",),
)
