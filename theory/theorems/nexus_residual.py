"""What the expansion of Nexus's inner steps leaves over: (97)–(109) of 2604.09258, re-derived with their constants.

k steps of length γ stay within kγ of θ_0; the constants G, L, M3 of an instance hold on that ball for every loss it uses.
"""

from fractions import Fraction
from importlib import import_module
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from theory.bounds.enclosures import at_most, point
from theory.bounds.nexus import displacement_bound, losses_of, residual_bound, steps_certificate, steps_statement
from theory.claim import Agreement, Certificate, Claim, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number, read_vector
from theory.exact.rational import dot, sqrt_bounds, write_number
from theory.exact.ridge_loss import RidgeLoss, reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source(
    "arXiv:2604.09258", "appendix fragments (97)–(109), notes, section 3.3; the expanded quantity is our reconstruction"
)


def constant(instance: Instance, name: str) -> Fraction:
    """G, L, M3 or the rate, exactly."""
    return read_number(instance[name], name)


def used(instance: Instance) -> list[RidgeLoss]:
    """The losses that some step uses."""
    losses = losses_of(instance)
    return [losses[which] for which in sorted(set(instance["order"]))]


def ball_radius(instance: Instance) -> Fraction:
    """kγ."""
    return len(instance["order"]) * constant(instance, "rate")


def over_ball(instance: Instance, ceiling: "Callable[[RidgeLoss, tuple[Fraction, Fraction]], Fraction]") -> Fraction:
    """The largest bound of a squared derivative over the ball, among the losses used."""
    theta, radius = read_vector(instance["theta"], "theta"), ball_radius(instance)
    return max(ceiling(loss, reach(loss.ridge, theta, radius)) for loss in used(instance))


def least_gradient(instance: Instance) -> Fraction:
    """min ‖∇ℓ(θ_0)‖ − Lkγ among the losses used: a lower bound of the gradients on the ball, given L."""
    theta = read_vector(instance["theta"], "theta")
    gradients = [loss.gradient(theta) for loss in used(instance)]
    return min(sqrt_bounds(dot(g, g))[0] for g in gradients) - constant(instance, "L") * ball_radius(instance)


def gradient_room(instance: Instance) -> Fraction:
    """How far gradients on the ball stay above G > 0."""
    G = constant(instance, "G")
    return least_gradient(instance) - G if G > 0 else min(G, Fraction(-1))


def hessian_room(instance: Instance) -> Fraction:
    """L² − max ‖∇²ℓ‖²."""
    return constant(instance, "L") ** 2 - over_ball(instance, lambda loss, s: loss.hessian_ceiling(s))


def third_room(instance: Instance) -> Fraction:
    """M3² − max ‖∇³ℓ‖²."""
    return constant(instance, "M3") ** 2 - over_ball(instance, lambda loss, s: loss.third_ceiling(s))


def fourth_room(instance: Instance) -> Fraction:
    """M3² − ‖∇⁴ℓ‖²."""
    return constant(instance, "M3") ** 2 - max(loss.fourth_square() for loss in used(instance))


def with_constants(instance: Instance, fourth: bool = True) -> Instance:
    """The instance with constants on the safe side, L and M3 at least 10^-4; G = 0 where a gradient may vanish."""

    def above(square: Fraction) -> Fraction:
        return Fraction(ceil(10**4 * sqrt_bounds(square)[1]) + 1, 10**4)

    squares = [loss.fourth_square() for loss in used(instance)] if fourth else []
    third = max([over_ball(instance, lambda loss, s: loss.third_ceiling(s)), *squares])
    known = {
        **instance, "L": write_number(above(over_ball(instance, lambda loss, s: loss.hessian_ceiling(s)))),
        "M3": write_number(above(third)),
    }
    return {**known, "G": write_number(max(Fraction(floor(10**4 * least_gradient(known)), 10**4), Fraction(0)))}


def instances() -> "SearchStrategy[Instance]":
    """One to three losses in one or two dimensions and two to five steps on them."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import symmetric_matrices
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        d, count = draw(st.integers(1, 2)), draw(st.integers(1, 3))
        losses = [
            {"linear": draw(integer_rows(d, 9)), "quadratic": draw(symmetric_matrices(d, 3)),
             "ridge": draw(integer_rows(d, 1)), "cubic": draw(st.integers(-2, 2)), "quartic": draw(st.integers(-2, 2))}
            for _ in range(count)
        ]
        order = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=5))
        rate = draw(st.sampled_from(["1/20", "1/100", "1/1000"]))
        return with_constants({"losses": losses, "order": order, "theta": draw(integer_rows(d, 1)), "rate": rate})

    return draw_instance().filter(lambda instance: constant(instance, "G") > 0)


def single(linear: list[int], quadratic: list[list[int]], ridge: list[int], cubic: Any, quartic: Any, k: int) -> Instance:
    """k steps of length 1/1000 on one loss, from the origin."""
    loss = {"linear": linear, "quadratic": quadratic, "ridge": ridge, "cubic": cubic, "quartic": quartic}
    return with_constants({"losses": [loss], "order": [0] * k, "theta": [0] * len(linear), "rate": "1/1000"})


#: Every step turns the gradient across itself as fast as L/G allows: errors add up.
TURNING = single([5, 0], [[0, 5], [5, 0]], [0, 0], 0, 0, 5)
#: A straight line along which the fourth derivative alone matters.
QUARTIC = single([5, 0], [[0, 0], [0, 0]], [1, 0], 0, 3, 4)
#: Turning along a ridge that is oblique to the line: the third derivative sees displacement and error at once.
RIDGED = single([1, 0], [[0, 5], [5, 0]], [1, 1], "1/100", 0, 5)
BOUNDARY = (
    TURNING, QUARTIC, RIDGED, single([3, 4], [[1, 0], [0, 1]], [0, 0], 0, 0, 2), single([7], [[2]], [1], 1, -1, 3),
    with_constants({
        "losses": [RIDGED["losses"][0], {**RIDGED["losses"][0], "linear": [0, 2], "quadratic": [[1, 0], [0, 1]]}],
        "order": [0, 1, 1, 0], "theta": [0, 0], "rate": "1/100",
    }),
)

GRADIENT = Hypothesis("gradient", "‖∇ℓ‖ ≥ G > 0 within kγ", gradient_room, {**TURNING, "G": 50})
HESSIAN = Hypothesis("hessian", "‖∇²ℓ‖ ≤ L within kγ", hessian_room, {**TURNING, "L": "1/2"})
THIRD = Hypothesis("third", "‖∇³ℓ‖ ≤ M3 within kγ", third_room, {**RIDGED, "M3": "1/1000"})
FOURTH = Hypothesis(
    "fourth", "‖∇⁴ℓ‖ ≤ M3 too", fourth_room,
    with_constants({name: QUARTIC[name] for name in ("losses", "order", "theta", "rate")}, fourth=False),
)


def check_steps(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about these losses and steps."""
    finding = check(candidate)
    if finding.statement != steps_statement(instance):
        raise Rejected("the certificate is about other losses or steps")
    return finding


# Displacement -------------------------------------------------------------------------------------------------------


def displaced(instance: Instance, finding: Finding, factor: "Callable[[int], Fraction]") -> Margin:
    """‖Δ_j − Δ̃_j‖ ≤ factor(j) · (L/2G) j²γ² for every j ≥ 2; the least margin, in units of (L/2G)²γ⁴."""
    rate, G, L = (constant(instance, name) for name in ("rate", "G", "L"))
    unit = displacement_bound(1, rate, G, L) ** 2
    margins = [
        at_most((error[0] / unit, error[1] / unit), point((factor(j) * j**2) ** 2), finding)
        for j, error in enumerate(finding.facts["errors"], start=2)
    ]
    return min(margins, key=lambda margin: margin.value)


def exact_sum(j: int) -> Fraction:
    """j(j − 1) for j², the sum without its rounding up."""
    return Fraction(j - 1, j)


def followed(instance: Instance) -> tuple[Any, Any]:
    """‖Δ_k − Δ̃_k‖²/γ⁴ and ‖R‖²/γ⁸ in 60 digits, with every derivative taken numerically from the losses' values."""
    mp = import_module("mpmath").mp
    with mp.workdps(120):
        losses, rate = [loss.converted(_number) for loss in losses_of(instance)], _number(constant(instance, "rate"))
        start = [_number(value) for value in read_vector(instance["theta"], "theta")]
        moved = predicted = residual = mp.matrix(len(start), 1)
        for which in instance["order"]:
            loss = losses[which]

            def slope(towards: Any, t: Any, loss: RidgeLoss = loss) -> Any:
                place = [a + t * b for a, b in zip(start, towards, strict=True)]
                steps = range(len(start))
                return mp.matrix([
                    mp.diff(lambda e, i=i: _value(loss, [v + e * (i == k) for k, v in enumerate(place)]), 0) for i in steps
                ])

            here, there = slope(moved, 0), slope(moved, 1)
            width = mp.mpf(10) ** -30
            first = (slope(moved, width) - slope(moved, -width)) / (2 * width)
            second = (slope(predicted, width) + slope(predicted, -width) - 2 * here) / width**2
            residual = residual + rate * (there - here - first - second / 2)
            moved, predicted = moved - rate * there / mp.norm(there), predicted - rate * here / mp.norm(here)
        error = mp.norm(moved - predicted) ** 2 / rate**4
        return float(error), float(mp.norm(residual) ** 2 / rate**8)


def _number(value: Fraction) -> Any:
    mp = import_module("mpmath").mp
    return mp.mpf(value.numerator) / value.denominator


def _value(loss: RidgeLoss, theta: list[Any]) -> Any:
    s = sum(u * v for u, v in zip(loss.ridge, theta, strict=True))
    square = sum(a * h * b for a, row in zip(theta, loss.quadratic, strict=True) for h, b in zip(row, theta, strict=True))
    linear = sum(b * v for b, v in zip(loss.linear, theta, strict=True))
    return linear + square / 2 + loss.cubic * s**3 / 6 + loss.quartic * s**4 / 24


AGREEMENT = Agreement(
    "numerical derivatives", "scaled_error", lambda i: float(followed(i)[0]), 1e-9, "120 digits, printed as doubles"
)
RESIDUAL_AGREEMENT = Agreement(
    "numerical derivatives", "scaled_residual", lambda i: float(followed(i)[1]), 1e-9,
    "120 digits; second differences at 1e-30 leave some 50",
)

DISPLACEMENT = Claim(
    id="nexus-displacement",
    title="Inner steps of Nexus stray from their prediction by at most (L/2G) j²γ²",
    source=SOURCE,
    latex=r"\|\Delta_j-\tilde\Delta_j\|\le\frac{L}{2G}j^2\gamma^2,\quad\tilde\Delta_j=-\gamma\sum_{l\le j}d_l(\theta_0)",
    sentence="After j normalised inner steps the place differs from the one predicted with directions at the start by at "
    "most (L/2G) j²γ².",
    quantifier="for all",
    relation="≤",
    proof="""δ_j = −γ Σ_{l≤j} (d_l(θ_{l−1}) − d_l(θ_0)); d_l is L/G-Lipschitz and ‖θ_{l−1} − θ_0‖ ≤ (l − 1)γ, so ‖δ_j‖ ≤ (L/G)γ²
Σ_{l≤j}(l − 1) = (L/G)γ² j(j − 1)/2 ≤ (L/2G)j²γ². This is (99) with j = m − 1.""",
    hypotheses=(GRADIENT, HESSIAN),
    instances=instances,
    boundary=BOUNDARY,
    certify=steps_certificate,
    check=check_steps,
    margin=lambda i, finding: displaced(i, finding, lambda j: Fraction(1)),
    mutants=(
        Mutant("half", "half the bound", lambda i, finding: displaced(i, finding, lambda j: Fraction(1, 2))),
        Mutant("linear", "j for j²", lambda i, finding: displaced(i, finding, lambda j: Fraction(1, j))),
        Mutant("any-gradient", "any G", without=("gradient",)),
        Mutant("any-hessian", "any L", without=("hessian",)),
    ),
    agreements=(AGREEMENT,),
    uses=("nexus-direction-lipschitz",),
    steps=("inner_step_sums",),
    tags=("nexus",),
)

DISPLACEMENT_SHARP = Claim(
    id="nexus-displacement-sharp",
    title="The sharp displacement error: (L/G) j(j − 1)/2 γ²",
    source=Source("optproof", "the sum in (99) of arXiv:2604.09258 without its rounding up"),
    latex=r"\|\Delta_j-\tilde\Delta_j\|\le\frac LG\frac{j(j-1)}{2}\gamma^2",
    sentence="The error after j inner steps is at most (L/G)γ² j(j − 1)/2, and 0.98 of that is not enough.",
    quantifier="for all",
    relation="≤",
    proof="""The sum in nexus-displacement. For one loss with gradient (G, 0) and Hessian L(e_1e_2ᵀ + e_2e_1ᵀ) each step turns
the next direction by L/G times the length walked, always to the same side; so the bound is attained as γ → 0.""",
    hypotheses=(GRADIENT, HESSIAN),
    instances=instances,
    boundary=BOUNDARY,
    certify=steps_certificate,
    check=check_steps,
    margin=lambda i, finding: displaced(i, finding, exact_sum),
    mutants=(
        Mutant("0.98", "0.98 of the bound", lambda i, f: displaced(i, f, lambda j: Fraction(98, 100) * exact_sum(j))),
        Mutant("fewer", "(j − 1)(j − 2)/2", lambda i, f: displaced(i, f, lambda j: Fraction((j - 1) * (j - 2), j**2))),
    ),
    agreements=(AGREEMENT,),
    uses=("nexus-displacement",),
    steps=("inner_step_sums",),
    tags=("nexus",),
)


# The third-order residual -------------------------------------------------------------------------------------------


def left_over(instance: Instance, finding: Finding, bound: "Callable[..., Fraction]" = residual_bound) -> Margin:
    """‖R‖ ≤ bound(k, γ, G, L, M3), squared, in units of γ⁸."""
    rate, G, L, M3 = (constant(instance, name) for name in ("rate", "G", "L", "M3"))
    largest, (low, high) = bound(len(instance["order"]), rate, G, L, M3), finding.facts["residual"]
    return at_most((low / rate**8, high / rate**8), point(largest**2 / rate**8), finding)


def without_taylor(k: int, rate: Fraction, G: Fraction, L: Fraction, M3: Fraction) -> Fraction:
    """The bound without M3/24."""
    return residual_bound(k, rate, G, L, M3) - M3 / 24 * k**4 * rate**4


def half_taylor(k: int, rate: Fraction, G: Fraction, L: Fraction, M3: Fraction) -> Fraction:
    """The bound with M3/48."""
    return residual_bound(k, rate, G, L, M3) - M3 / 48 * k**4 * rate**4


def without_displacement(k: int, rate: Fraction, G: Fraction, L: Fraction, M3: Fraction) -> Fraction:
    """The bound without M3L/(8G)."""
    return residual_bound(k, rate, G, L, M3) - M3 * L / (8 * G) * k**4 * rate**4


RESIDUAL = Claim(
    id="nexus-third-order-residual",
    title="What third order leaves over in Nexus: (M3/24 + M3L/8G) k⁴γ⁴ + (M3L²/40G²) k⁵γ⁵",
    source=SOURCE,
    latex=r"\Big\|\gamma\sum_m\big(\nabla\ell_m(\theta_{m-1})-g_m-H_m\Delta_{m-1}-\tfrac12\nabla^3\ell_m[\tilde\Delta_{m-1}^2]"
    r"\big)\Big\|\le\Big(\frac{M_3}{24}+\frac{M_3L}{8G}\Big)k^4\gamma^4+\frac{M_3L^2}{40G^2}k^5\gamma^5",
    sentence="The gradients met along k inner steps are their expansion to third order, with predicted displacements in its "
    "last term, up to (M3/24 + M3L/(8G)) k⁴γ⁴ + M3L²/(40G²) k⁵γ⁵, if M3 bounds the third and the fourth derivative.",
    quantifier="for all",
    relation="≤",
    proof="""(98): Taylor's remainder of ∇ℓ_m is at most (M3/6)‖Δ_{m−1}‖³ ≤ (M3/6)(m − 1)³γ³; it is a fourth derivative of ℓ
that is bounded here, so the paper's constant needs M3 to bound that too. (102): ½∇³ℓ[Δ, Δ] − ½∇³ℓ[Δ̃, Δ̃] is at most
½(2M3‖Δ̃‖‖δ‖ + M3‖δ‖²), with ‖Δ̃‖ ≤ (m − 1)γ and ‖δ‖ ≤ (L/2G)(m − 1)²γ². Sum γ times both over m ≤ k with Σj³ ≤ k⁴/4 and
Σj⁴ ≤ k⁵/5 (j < k).""",
    hypotheses=(GRADIENT, HESSIAN, THIRD, FOURTH),
    instances=instances,
    boundary=BOUNDARY,
    certify=steps_certificate,
    check=check_steps,
    margin=left_over,
    mutants=(
        Mutant("third-alone", "M3 bounds the third derivative of the losses alone, as its name says", without=("fourth",)),
        Mutant("no-taylor", "without M3/24", lambda i, finding: left_over(i, finding, without_taylor)),
        Mutant("half-taylor", "M3/48 for M3/24", lambda i, finding: left_over(i, finding, half_taylor)),
        Mutant("no-displacement", "without M3L/(8G)", lambda i, finding: left_over(i, finding, without_displacement)),
        Mutant("any-third", "any M3", without=("third",)),
    ),
    agreements=(RESIDUAL_AGREEMENT,),
    uses=("nexus-displacement",),
    steps=("inner_step_sums",),
    tags=("nexus",),
)

CLAIMS = (DISPLACEMENT, DISPLACEMENT_SHARP, RESIDUAL)
