"""Relations between numbers that are known up to enclosures low ≤ number ≤ high, as margins.

Evidence is exact whenever the enclosures decide the relation; where they overlap it is an interval as wide as they are.
"""

from fractions import Fraction

from theory.claim import Exact, Interval, Margin
from theory.exact import Finding

Enclosure = tuple[Fraction, Fraction]


def at_most(left: Enclosure, right: Enclosure, finding: Finding, detail: str = "") -> Margin:
    """The margin of left ≤ right: right − left, or its end that is nearer to zero when that decides the sign."""
    worst, best = right[0] - left[1], right[1] - left[0]
    if worst >= 0 or best < 0:
        return Margin(worst if worst >= 0 else best, Exact(finding), detail)
    return Margin(float(worst), Interval(float(best - worst), "the enclosures of the two sides overlap"), detail)


def equal(left: Enclosure, right: Enclosure, finding: Finding, detail: str = "") -> Margin:
    """The margin of left = right: minus the distance of the enclosures; zero when they are points and agree."""
    distance = max(Fraction(0), left[0] - right[1], right[0] - left[1])
    if distance or (left[0] == left[1] and right[0] == right[1]):
        return Margin(-distance, Exact(finding), detail)
    width = float(left[1] - left[0] + right[1] - right[0])
    return Margin(0.0, Interval(width, "both sides are known up to enclosures that overlap"), detail)


def times(factor: Fraction, enclosure: Enclosure) -> Enclosure:
    """factor · enclosure, for a factor ≥ 0."""
    return factor * enclosure[0], factor * enclosure[1]


def point(value: Fraction) -> Enclosure:
    """A number known exactly."""
    return value, value
