"""What five Newton–Schulz steps of Muon do to singular values, in exact arithmetic: bounded, lifted, but not to one.

p(x) = 3.4445x − 4.7750x³ + 2.0315x⁵. The induced radius of the Muon that is shipped is therefore an interval, not 1/λ.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from theory.bounds.newton_schulz import COEFFICIENTS, RADIUS, STEPS, range_certificate
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number, read_vector, write_number
from theory.exact.rational import Vector, write_vector

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SOURCE = Source("optproof", "docs/theory.md 1, on the Newton–Schulz step of Muon; coefficients from its public code")

LIFTED_FROM = Fraction(3, 1000)
LEAST = Fraction("0.6818")


def interval(instance: Instance) -> Vector:
    """The interval of singular values, exactly."""
    return read_vector(instance["interval"], "interval", 2)


def statement_of(instance: Instance) -> dict[str, object]:
    """What a certificate about this instance states."""
    ends = write_vector(interval(instance))
    return {"coefficients": list(COEFFICIENTS), "interval": ends, "steps": instance["steps"]}


def certify(instance: Instance) -> Certificate:
    """The range of the iterate on the instance's interval."""
    return range_certificate(write_vector(interval(instance)), instance["steps"])


def check_range(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this interval and number of steps."""
    finding = check(candidate)
    if finding.statement != statement_of(instance):
        raise Rejected("the certificate is about another interval, polynomial or number of steps")
    return finding


def intervals(low: str, high: str, steps: "SearchStrategy[int]") -> "SearchStrategy[Instance]":
    """Intervals with ends on a grid of 10^-4 between low and high."""
    from hypothesis import strategies as st

    ends = st.integers(int(Fraction(low) * 10**4), int(Fraction(high) * 10**4)).map(lambda k: Fraction(k, 10**4))
    pair = st.tuples(ends, ends).map(lambda two: [write_number(end) for end in sorted(two)])
    return st.builds(lambda two, k: {"interval": two, "steps": k}, pair, steps)


def any_steps() -> "SearchStrategy[Instance]":
    """Intervals in [0, 1.2024] and one to seven steps."""
    from hypothesis import strategies as st

    return intervals("0", RADIUS, st.integers(1, 7))


def five_steps() -> "SearchStrategy[Instance]":
    """Intervals in [0.003, 1.2024], where iterates stay of size one, and the five steps of Muon."""
    from hypothesis import strategies as st

    return intervals("0.003", RADIUS, st.just(STEPS))


def on_grid(instance: Instance) -> "tuple[float, float]":
    """The least and the largest iterate on a grid of 200,001 points."""
    import numpy as np

    low, high = interval(instance)
    a, b, c = (float(read_number(value, "coefficients")) for value in COEFFICIENTS)
    x = np.linspace(float(low), float(high), 200_001)
    for _ in range(instance["steps"]):
        x = x * (a + x**2 * (b + x**2 * c))
    return float(x.min()), float(x.max())


#: The ends of the interval are grid points. An interior extremum is missed by at most half a cell, 3e-6, and the
#: error there is of second order: with slopes up to 3.4445^7 ≈ 5800 about (5800 · 3e-6)² ≈ 3e-4.
GRID = "a grid of 200,001 points; interior extremes are missed to second order, by less than 1e-3"

BELOW = Hypothesis(
    "below", "the interval ends at 1.2024 or before", lambda i: Fraction(RADIUS) - interval(i)[1],
    {"interval": [0, "3/2"], "steps": 1},
)


# Kept in [0, 1.2024] ------------------------------------------------------------------------------------------------


def within(finding: Finding, radius: Fraction) -> Margin:
    """0 ≤ minimum and maximum ≤ radius."""
    low, high = finding.facts["low"], finding.facts["high"]
    above = radius - (high[1] if high[1] <= radius else high[0])
    return Margin(min(low[0] if low[0] >= 0 else low[1], above), Exact(finding))


SELF_MAP = Claim(
    id="newton-schulz-self-map",
    title="Newton–Schulz keeps [0, 1.2024]",
    source=SOURCE,
    latex=r"p([0,1.2024])\subseteq[0,1.2024],\quad p(x)=3.4445x-4.7750x^3+2.0315x^5",
    sentence="However many Newton–Schulz steps are taken, a singular value in [0, 1.2024] stays there: Muon's update has "
    "spectral norm at most 1.2024 in exact arithmetic.",
    quantifier="for all",
    relation="≤",
    proof="""The critical points of p are x² = s with 5cs² + 3bs + a = 0: x ≈ 0.5545, where p ≈ 1.20237, and x ≈ 1.0501,
where p ≈ 0.68183. With p(0) = 0 and p(1.2024) ≈ 0.947 the range of p on [0, 1.2024] is [0, 1.20237], which lies inside;
iterate. The checker encloses the critical values between rationals (theory/exact/quintic.py).""",
    hypotheses=(
        Hypothesis(
            "nonnegative", "the interval begins at 0 or later", lambda i: interval(i)[0],
            {"interval": [-1, 1], "steps": 1},
        ),
        BELOW,
    ),
    instances=any_steps,
    boundary=(
        {"interval": [0, RADIUS], "steps": 1}, {"interval": [0, RADIUS], "steps": 5}, {"interval": [0, 1], "steps": 5},
        {"interval": [0, 0], "steps": 1}, {"interval": [RADIUS, RADIUS], "steps": 3},
    ),
    certify=certify,
    check=check_range,
    margin=lambda instance, finding: within(finding, Fraction(RADIUS)),
    mutants=(
        Mutant("smaller", "1.2023 for 1.2024", lambda i, finding: within(finding, Fraction("1.2023"))),
        Mutant("one", "1 for 1.2024, as for an ideal polar factor", lambda i, finding: within(finding, Fraction(1))),
        Mutant("larger-start", "any interval", without=("below",)),
        Mutant("negative-start", "negative values too", without=("nonnegative",)),
    ),
    agreements=(
        Agreement("grid maximum", "greatest", lambda i: on_grid(i)[1], 1e-3, GRID),
        Agreement("grid minimum", "least", lambda i: on_grid(i)[0], 1e-3, GRID),
    ),
    steps=("newton_schulz",),
    tags=("newton-schulz",),
)


# Lifted -------------------------------------------------------------------------------------------------------------


def at_least(finding: Finding, least: Fraction, after: int = -1) -> Margin:
    """minimum ≥ least, after all steps or after the step with this index."""
    low = finding.facts["lows"][after]
    return Margin((low[0] if low[0] >= least else low[1]) - least, Exact(finding))


def near_one(instance: Instance, finding: Finding) -> Margin:
    """False: within 0.3 of 1."""
    low, high = finding.facts["low"], finding.facts["high"]
    return Margin(min(low[1] - Fraction("0.7"), Fraction("1.3") - high[0]), Exact(finding))


LIFTS = Claim(
    id="newton-schulz-lifts",
    title="Five Newton–Schulz steps lift what is above 0.003 above 0.6818",
    source=SOURCE,
    latex=r"x\ge0.003\ \Rightarrow\ p^{\circ5}(x)\ge0.6818",
    sentence="After five steps every singular value that was at least 0.003 is at least 0.6818.",
    quantifier="for all",
    relation="≥",
    proof="""The least value of p on [l, ∞) is min(p(l), 0.68183…), as p has one interior minimum, at x ≈ 1.0501; from
l = 0.003 the left ends are 0.01033, 0.03559, 0.1224, 0.4128, and after the fifth step the minimum is the critical value
0.68183. It is attained, so the iteration does not converge to one. With the claim on [0, 1.2024]: what lies in
[0.003, 1.2024] is brought into [0.6818, 1.2024].""",
    hypotheses=(
        Hypothesis(
            "large-enough", "the interval begins at 0.003 or later", lambda i: interval(i)[0] - LIFTED_FROM,
            {"interval": ["1/1000", 1], "steps": 5},
        ),
    ),
    instances=five_steps,
    boundary=(
        {"interval": ["3/1000", RADIUS], "steps": 5}, {"interval": ["3/1000", "3/1000"], "steps": 5},
        {"interval": [1, 1], "steps": 5}, {"interval": ["1/2", RADIUS], "steps": 5}, {"interval": [1, "1.3"], "steps": 5},
    ),
    certify=certify,
    check=check_range,
    margin=lambda instance, finding: at_least(finding, LEAST),
    mutants=(
        Mutant("higher", "0.6819 for 0.6818", lambda i, finding: at_least(finding, Fraction("0.6819"))),
        Mutant("four-steps", "four steps for five", lambda i, finding: at_least(finding, LEAST, after=3)),
        Mutant("to-one", "within 0.3 of one", near_one),
        Mutant("from-zero", "from any x ≥ 0", without=("large-enough",)),
    ),
    agreements=(
        Agreement("grid maximum", "greatest", lambda i: on_grid(i)[1], 1e-3, GRID),
        Agreement("grid minimum", "least", lambda i: on_grid(i)[0], 1e-3, GRID),
    ),
    uses=("newton-schulz-self-map",),
    steps=("newton_schulz",),
    tags=("newton-schulz",),
)


# Small singular values ----------------------------------------------------------------------------------------------


def slope(finding: Finding, instance: Instance, power: int) -> Margin:
    """maximum ≤ 3.4445^power · x."""
    bound = read_number(COEFFICIENTS[0], "a") ** power * interval(instance)[1]
    high = finding.facts["high"]
    return Margin(bound - (high[1] if high[1] <= bound else high[0]), Exact(finding))


def points() -> "SearchStrategy[Instance]":
    """Single values in [0, 1.2024], many of them small, and one to six steps."""
    from hypothesis import strategies as st

    numerators = st.integers(0, 12024)
    return st.builds(
        lambda k, digits, steps: {"interval": [write_number(Fraction(k, 10**digits))] * 2, "steps": steps},
        numerators, st.integers(4, 12), st.integers(1, 6),
    )


SMALL = Claim(
    id="newton-schulz-small-values",
    title="Newton–Schulz lifts a small singular value by at most 3.4445 a step",
    source=SOURCE,
    latex=r"0\le x\le1.2024\ \Rightarrow\ p^{\circ k}(x)\le3.4445^k\,x",
    sentence="k steps multiply a singular value by at most 3.4445^k, so five steps send 0.0001 to less than 0.0485: small "
    "singular values are not lifted to one.",
    quantifier="for all",
    relation="≤",
    proof="""p(x) = ax − x³(4.7750 − 2.0315x²), and the bracket is positive for x² ≤ 1.2024² < 2.35. So 0 ≤ p(x) ≤ ax on
[0, 1.2024], which p keeps; iterate. Equality at 0 alone.""",
    hypotheses=(
        Hypothesis(
            "point", "one value", lambda i: interval(i)[0] - interval(i)[1], {"interval": [0, 1], "steps": 1}
        ),
        Hypothesis(
            "kept", "0 ≤ x ≤ 1.2024", lambda i: min(interval(i)[0], Fraction(RADIUS) - interval(i)[1]),
            {"interval": [2, 2], "steps": 2},
        ),
    ),
    instances=points,
    boundary=(
        {"interval": [0, 0], "steps": 5}, {"interval": ["1/10000", "1/10000"], "steps": 5},
        {"interval": [RADIUS, RADIUS], "steps": 1}, {"interval": ["1e-30", "1e-30"], "steps": 5},
    ),
    certify=certify,
    check=check_range,
    margin=lambda instance, finding: slope(finding, instance, instance["steps"]),
    mutants=(
        Mutant("fewer", "3.4445^(k−1)", lambda i, finding: slope(finding, i, i["steps"] - 1)),
        Mutant("lifted", "every value is lifted to 0.6818", lambda i, finding: at_least(finding, LEAST)),
        Mutant("larger-start", "any value", without=("kept",)),
    ),
    agreements=(Agreement("floats", "greatest", lambda i: on_grid(i)[1], 1e-12, "six steps in double precision"),),
    tight={"interval": [0, 0], "steps": 5},
    uses=("newton-schulz-self-map",),
    steps=("newton_schulz",),
    tags=("newton-schulz",),
)


CLAIMS = (SELF_MAP, LIFTS, SMALL)
