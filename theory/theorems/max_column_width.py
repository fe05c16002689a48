"""The max-column set at a given width: a mixed-integer second-order cone program, enclosed from both sides."""

from fractions import Fraction
from functools import partial
from math import inf, nextafter

from theory.claim import Agreement, Certificate, Claim, Exact, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected
from theory.exact.rational import Vector, dot
from theory.exact.vector_norms import euclidean, largest_entry, sum_of_entries
from theory.theorems.width_limited import (
    FEW,
    bounded_problems,
    check_few_neurons,
    loss_of_positive_networks,
    one_row_loss,
)

#: The certified interval must be at most this wide, relative to ½‖y‖².
ACCURACY = Fraction(1, 10**9)


def scale(finding: Finding) -> Fraction:
    """½‖y‖², the loss of no network at all, or 1."""
    y = [Fraction(target) for target in finding.statement["y"]]
    return dot(y, y) / 2 or Fraction(1)


def check_few_columns(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is the least loss at this width and radius, and its interval is narrow."""
    finding = check_few_neurons(instance, certificate, "euclidean")
    if finding.facts["upper"] - finding.facts["lower"] > ACCURACY * scale(finding):
        raise Rejected("the interval is too wide")
    return finding


def narrow(instance: Instance, finding: Finding) -> Margin:
    """Minus the width of the interval that holds both optima, relative to ½‖y‖²."""
    lower, upper = finding.facts["lower"], finding.facts["upper"]
    width = (upper - lower) / scale(finding)
    if width <= 0:
        return Margin(width, Exact(finding), "the ends cross" if width else f"the least loss is {upper}")
    evidence = Interval(nextafter(float(width), inf), "exact ends of an interval that holds both optima")
    return Margin(-width, evidence, f"near {float(upper):.9g}")


def reach(m: int, R: Fraction, x: Vector, copies: Fraction = Fraction(1)) -> Fraction:
    """copies·m·R·‖x‖_2, rounded up."""
    return copies * m * R * euclidean(x)


CLAIM = Claim(
    id="few-columns",
    title="The best network of few neurons with bounded columns",
    source=Source("optproof", "our specification, section 2, row of column-normalised optimizers"),
    latex=r"""\min_{\|u_j\|_2\le R_1,\,|\alpha_j|\le R_2}\tfrac12\|\sum_{j\le m}\alpha_j(Xu_j)_+-y\|^2=
\min_{\sum_g k_g=m}\ \min_{v_g\in K_g,\,\|v_g\|_2\le k_gR_1R_2}\tfrac12\|\sum_g\sigma_gD_gXv_g-y\|^2""",
    sentence=(
        "The least loss of m neurons with bounded columns is the least over all ways to distribute them to signs and cones of "
        "a second-order cone program; branch and bound encloses it, with a multiplier at each leaf."
    ),
    quantifier="for all",
    relation="=",
    proof="""As for the max-entry set (few-neurons), with ‖·‖_2 for ‖·‖_∞: k neurons of one sign and cell have a sum of length
at most kR1R2 by the triangle inequality, and k equal copies reach every such sum. The greatest value of σμᵀ(Xu)_+ over the unit
vectors of a cone is a length, whose square is rational; it is rounded up. So the certified ends are an interval; equality
holds as far as it is narrow.""",
    hypotheses=FEW,
    instances=bounded_problems,
    boundary=(
        {"X": [[3, 4]], "y": [100], "width": 2, "radius": 3},
        {"X": [[3, 4]], "y": [-1], "width": 1, "radius": "1/9"},
        {"X": [[0, 0]], "y": [3], "width": 1, "radius": 1},
        {"X": [[1, 2], [3, -1]], "y": [0, 0], "width": 2, "radius": 1},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [4, -2, 1], "width": 2, "radius": 0},
        {"X": [[1, 1], [1, 1], [2, 2], [-1, -1]], "y": [1, -2, 3, 5], "width": 2, "radius": 1},
        {"X": [[2], [-1], [3]], "y": [1, 4, -2], "width": 3, "radius": "1/2"},
        {"X": [[1, 2], [3, -1], [-1, 1]], "y": [4, -2, 1], "width": 2, "radius": 1000},
    ),
    certify="numerics.certified_widths:certify_few_columns",
    check=check_few_columns,
    margin=narrow,
    mutants=(
        Mutant("one neuron", "the width does not matter: reach R‖x‖_2", one_row_loss(lambda m, R, x: reach(1, R, x))),
        Mutant("twice the width", "reach 2mR‖x‖_2", one_row_loss(partial(reach, copies=Fraction(2)))),
        Mutant("largest entries", "‖u‖_∞ for ‖u‖_2: reach mR‖x‖_1", one_row_loss(lambda m, R, x: m * R * sum_of_entries(x))),
        Mutant("sums of entries", "‖u‖_1 for ‖u‖_2: reach mR‖x‖_∞", one_row_loss(lambda m, R, x: m * R * largest_entry(x))),
        Mutant("positive signs", "only neurons with positive output weight", loss_of_positive_networks),
    ),
    agreements=(
        Agreement(
            "a conic program for every choice of groups", "upper",
            "numerics.direct_widths:column_loss_by_every_allocation", 1e-6,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
    ),
    neutral="numerics.unseen_sizes:same_value",
    uses=("group-width", "few-neurons"),
    steps=("grouping",),
    tags=("width",),
)
