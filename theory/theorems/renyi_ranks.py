"""Effective ranks: they fall with the order, lie between one and the rank, and agree on flat spectra only.

Under the soft rank (order 1) and hard rank (order 2) of 2605.21803.
"""

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from theory.bounds.enclosures import at_most, equal, point
from theory.bounds.renyi_rank import CHAIN, renyi_certificate
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number, read_vector
from theory.exact.rational import write_vector

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source(
    "arXiv:2605.21803", "official code, notes, section 5.1; the lemma is standard, its statement ours",
)


def spectra() -> "SearchStrategy[list[Any]]":
    """Small spectra with at least one positive eigenvalue; flat ones, zeros and wide ranges occur."""
    from hypothesis import strategies as st

    ordinary = st.lists(st.integers(0, 9), min_size=1, max_size=6)
    flat = st.builds(lambda value, count, zeros: [value] * count + [0] * zeros, st.integers(1, 9), st.integers(1, 5),
                     st.integers(0, 2))
    wide = st.lists(st.sampled_from(["1e-12", "1/7", 1, 10**6, 0]), min_size=2, max_size=5)
    return st.one_of(ordinary, ordinary, flat, wide).filter(lambda values: any(value != 0 for value in values))


def instances() -> "SearchStrategy[Instance]":
    """A spectrum."""
    from hypothesis import strategies as st

    return st.builds(lambda spectrum: {"spectrum": spectrum}, spectra())


BOUNDARY: tuple[Instance, ...] = (
    {"spectrum": [1]}, {"spectrum": [0, 5, 0]}, {"spectrum": [3, 3, 3]}, {"spectrum": [2, 1]},
    {"spectrum": [9, 4, 1, 1, 1]}, {"spectrum": ["1e-12", 10**12]}, {"spectrum": [10**9, 10**9 + 1]},
)

NONNEGATIVE = Hypothesis(
    "nonnegative", "no eigenvalue is negative", lambda i: min(read_vector(i["spectrum"], "spectrum")),
    {"spectrum": [2, -1], "orders": ["1", "2"]},
)
POSITIVE = Hypothesis(
    "nonzero", "some eigenvalue is not zero", lambda i: 0 if any(read_vector(i["spectrum"], "spectrum")) else -1,
    {"spectrum": [0, 0], "orders": ["1", "2"]},
)


def orders_of(instance: Instance) -> list[str]:
    """The orders an instance asks for, else those of the chain."""
    return list(instance.get("orders", CHAIN))


def certify(instance: Instance) -> Certificate:
    """All ranks asked."""
    return renyi_certificate(instance["spectrum"], orders_of(instance))


def check_ranks(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this spectrum and these orders."""
    finding = check(candidate)
    expected = {"spectrum": write_vector(read_vector(instance["spectrum"], "spectrum")), "orders": orders_of(instance)}
    if finding.statement != expected:
        raise Rejected("the certificate is about another spectrum or other orders")
    return finding


def rank_in_floats(spectrum: list[Any], order: str) -> float:
    """R_α by numpy, from its definition."""
    import numpy as np

    p = np.array([float(value) for value in read_vector(spectrum, "spectrum") if value])
    p = p / p.sum()
    if order == "inf":
        return float(1 / p.max())
    alpha = float(read_number(order, "order"))
    if alpha == 1:
        return float(np.exp(-(p * np.log(p)).sum()))
    return float((p**alpha).sum() ** (1 / (1 - alpha)))


AGREEMENT = Agreement(
    "numpy", "first", lambda i: rank_in_floats(i["spectrum"], orders_of(i)[0]), 1e-11, "sums of at most six doubles"
)


# Monotone in the order ----------------------------------------------------------------------------------------------

#: Orders in rising order.
ORDERS = ("0", "1/3", "1/2", "1", "3/2", "2", "3", "7", "inf")


def order_gap(instance: Instance) -> int:
    """How many of ORDERS lie from the first to the second."""
    first, second = instance["orders"]
    return ORDERS.index(second) - ORDERS.index(first)


def pairs() -> "SearchStrategy[Instance]":
    """A spectrum and two orders, the first not above the second."""
    from hypothesis import strategies as st

    two = st.lists(st.sampled_from(ORDERS), min_size=2, max_size=2, unique=True).map(
        lambda pair: sorted(pair, key=ORDERS.index)
    )
    return st.builds(lambda spectrum, orders: {"spectrum": spectrum, "orders": orders}, spectra(), two)


def falling(instance: Instance, finding: Finding) -> Margin:
    """R_α ≥ R_β for α ≤ β."""
    first, second = finding.facts["ranks"]
    return at_most(second, first, finding)


def rising(instance: Instance, finding: Finding) -> Margin:
    """False: R_α ≤ R_β for α ≤ β."""
    first, second = finding.facts["ranks"]
    return at_most(first, second, finding)


def strictly(instance: Instance, finding: Finding) -> Margin:
    """False: R_α ≥ R_β + 1/1000."""
    first, second = finding.facts["ranks"]
    shift = Fraction(1, 1000)
    return at_most((second[0] + shift, second[1] + shift), first, finding)


MONOTONE = Claim(
    id="renyi-rank-monotone",
    title="Effective ranks fall with the order",
    source=SOURCE,
    latex=r"\alpha\le\beta\ \Rightarrow\ R_\alpha(\lambda)\ge R_\beta(\lambda)",
    sentence="The effective rank of a spectrum does not increase with the order, so the hard rank is at most the soft "
    "rank.",
    quantifier="for all",
    relation="≥",
    proof="""With escort weights q_i = p_i^α/Σp^α, dH_α/dα = −KL(q‖p)/(1−α)² ≤ 0 for α ≠ 1, and H is continuous at 1, where it
is the Shannon entropy. KL vanishes only for q = p, that is on flat spectra, where every R_α is the number of λ > 0.""",
    hypotheses=(
        NONNEGATIVE, POSITIVE,
        Hypothesis("order", "α ≤ β", order_gap, {"spectrum": [2, 1], "orders": ["2", "1"]}),
    ),
    instances=pairs,
    boundary=tuple({**i, "orders": list(two)} for i in BOUNDARY for two in (("1", "2"), ("0", "1/2"), ("3", "inf"))),
    certify=certify,
    check=check_ranks,
    margin=falling,
    mutants=(
        Mutant("rising", "≤ for ≥", rising),
        Mutant("strict", "by at least 1/1000", strictly),
        Mutant("any-order", "α and β in any order", without=("order",)),
    ),
    agreements=(AGREEMENT,),
    tight={"spectrum": [3, 3, 3], "orders": ["1", "2"]},
    kind="lemma",
    steps=("renyi_entropy",),
    tags=("renyi",),
)


# The chain ----------------------------------------------------------------------------------------------------------


def chain(finding: Finding, lowest: int, highest: int) -> Margin:
    """lowest ≤ R_∞ ≤ hard ≤ soft ≤ rank ≤ highest, as the least of the margins."""
    links = [point(Fraction(lowest)), *finding.facts["ranks"], point(Fraction(highest))]
    margins = [at_most(left, right, finding) for left, right in pairwise(links)]
    return min(margins, key=lambda margin: margin.value)


def hard_below_soft(instance: Instance, finding: Finding) -> Margin:
    """1 ≤ R_∞ ≤ hard ≤ soft ≤ rank = number of λ > 0."""
    return chain(finding, 1, finding.facts["positive"])


def soft_below_hard(instance: Instance, finding: Finding) -> Margin:
    """False: soft ≤ hard."""
    _, hard, soft, _ = finding.facts["ranks"]
    return at_most(soft, hard, finding)


BOUNDS = Claim(
    id="renyi-rank-bounds",
    title="One ≤ hard rank ≤ soft rank ≤ rank",
    source=SOURCE,
    latex=r"1\le R_\infty\le\frac{(\sum\lambda)^2}{\sum\lambda^2}\le e^{-\sum p\log p}\le\operatorname{rank}",
    sentence="The hard rank lies between one and the soft rank, and that is at most the number of positive eigenvalues.",
    quantifier="for all",
    relation="≤",
    proof="""Monotonicity in the order at ∞, 2, 1, 0: R_0 is the number of λ > 0 and R_∞ = 1/max p ≥ 1.""",
    hypotheses=(NONNEGATIVE, POSITIVE),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=check_ranks,
    margin=hard_below_soft,
    mutants=(
        Mutant("exchanged", "soft ≤ hard", soft_below_hard),
        Mutant("below-rank", "rank − 1", lambda i, finding: chain(finding, 1, finding.facts["positive"] - 1)),
        Mutant("two", "2 for 1", lambda i, finding: chain(finding, 2, finding.facts["positive"])),
    ),
    agreements=(AGREEMENT,),
    tight={"spectrum": [3, 3, 3]},
    uses=("renyi-rank-monotone",),
    kind="lemma",
    steps=("renyi_entropy",),
    tags=("renyi",),
)


# Equality -----------------------------------------------------------------------------------------------------------


def equality(finding: Finding, flat: bool) -> Margin:
    """Hard, soft and rank agree when ``flat``, and differ otherwise: zero or positive when that is so."""
    _, hard, soft, rank = finding.facts["ranks"]
    if flat:
        return min((equal(rank, other, finding) for other in (hard, soft)), key=lambda margin: margin.value)
    gaps = [at_most(hard, soft, finding), at_most(soft, rank, finding)]
    narrowest = min(gaps, key=lambda margin: margin.value)
    return narrowest if narrowest.value else Margin(Fraction(-1), Exact(finding), "equal, though not flat")


def two_leading(instance: Instance, finding: Finding) -> Margin:
    """False: they agree as soon as the two largest eigenvalues do."""
    ordered = sorted(read_vector(instance["spectrum"], "spectrum"), reverse=True)
    return equality(finding, len(ordered) < 2 or ordered[0] == ordered[1] or not ordered[1])


def full_rank(instance: Instance, finding: Finding) -> Margin:
    """False: they agree only when all eigenvalues, zeros included, are equal."""
    spectrum = read_vector(instance["spectrum"], "spectrum")
    return equality(finding, min(spectrum) == max(spectrum))


EQUALITY = Claim(
    id="renyi-rank-equality",
    title="Hard rank, soft rank and rank agree exactly on flat spectra",
    source=SOURCE,
    latex=r"R_2=R_1\iff R_1=R_0\iff\text{all }\lambda_i>0\text{ are equal}",
    sentence="Any two of hard rank, soft rank and rank agree exactly when all positive eigenvalues are equal, and then "
    "they are the number of these.",
    quantifier="for all",
    relation="=",
    proof="""On a flat spectrum p_i = 1/r and Σp^α = r^{1−α}, so R_α = r. Otherwise the escort weights differ from p for every
α ≠ 1, KL(q‖p) > 0, and H_α falls strictly: hard < soft < rank.""",
    hypotheses=(NONNEGATIVE, POSITIVE),
    instances=instances,
    boundary=BOUNDARY,
    certify=certify,
    check=check_ranks,
    margin=lambda instance, finding: equality(finding, finding.facts["flat"]),
    mutants=(
        Mutant("two-leading", "when the two largest eigenvalues agree", two_leading),
        Mutant("zeros", "only when zeros are absent too", full_rank),
    ),
    agreements=(AGREEMENT,),
    uses=("renyi-rank-monotone",),
    kind="lemma",
    steps=("renyi_entropy",),
    tags=("renyi",),
)

CLAIMS = (MONOTONE, BOUNDS, EQUALITY)
