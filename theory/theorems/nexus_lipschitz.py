"""The normalised gradient and its Jacobian are Lipschitz: (61)–(65) of 2604.09258, and the sharp constant of (65).

The constants G, L, M3 of an instance are verified along the segment between its two points, which is all the proof uses.
"""

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from theory.bounds.enclosures import at_most, times
from theory.bounds.nexus import changes_certificate, changes_statement
from theory.claim import Agreement, Certificate, Claim, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number, read_vector
from theory.exact.rational import dot, sqrt_bounds, write_number
from theory.exact.ridge_loss import RidgeLoss

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SOURCE = Source("arXiv:2604.09258", "appendix A, (61)–(65), notes, section 3.3; the value of L₂ was cut and is re-derived here")

#: 2/√3, rounded downwards.
SHARP = sqrt_bounds(Fraction(4, 3))[0]


def loss_of(instance: Instance) -> RidgeLoss:
    """The loss, exactly."""
    return RidgeLoss.read(instance["loss"], "loss")


def along(instance: Instance) -> tuple[Fraction, Fraction]:
    """The values of s = uᵀθ on the segment."""
    ridge = loss_of(instance).ridge
    ends = sorted(dot(ridge, read_vector(instance[name], name)) for name in ("from", "to"))
    return ends[0], ends[1]


def constant(instance: Instance, name: str) -> Fraction:
    """G, L or M3 as the instance states it."""
    return read_number(instance[name], name)


def gradient_room(instance: Instance) -> Fraction:
    """min ‖∇ℓ‖² − G² on the segment (a lower bound of it), or G where G ≤ 0."""
    G = constant(instance, "G")
    ends = [read_vector(instance[name], name) for name in ("from", "to")]
    return loss_of(instance).gradient_floor(*ends) - G**2 if G > 0 else min(G, Fraction(-1))


def hessian_room(instance: Instance) -> Fraction:
    """L² − max ‖∇²ℓ‖² on the segment."""
    return constant(instance, "L") ** 2 - loss_of(instance).hessian_ceiling(along(instance))


def third_room(instance: Instance) -> Fraction:
    """M3² − max ‖∇³ℓ‖² on the segment."""
    return constant(instance, "M3") ** 2 - loss_of(instance).third_ceiling(along(instance))


def with_constants(instance: Instance) -> Instance:
    """The instance with G, L, M3 rounded to three digits on the safe side; G = 0 where the gradient may vanish."""
    loss, ends = loss_of(instance), [read_vector(instance[name], name) for name in ("from", "to")]
    least = max(loss.gradient_floor(*ends), Fraction(0))
    s = along(instance)
    return {
        **instance,
        "G": write_number(Fraction(floor(1000 * sqrt_bounds(least)[0]), 1000)),
        "L": write_number(Fraction(ceil(1000 * sqrt_bounds(loss.hessian_ceiling(s))[1]), 1000)),
        "M3": write_number(Fraction(ceil(1000 * sqrt_bounds(loss.third_ceiling(s))[1]), 1000)),
    }


def instances() -> "SearchStrategy[Instance]":
    """A loss of small integers in one to three dimensions and two points no further apart than about one."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import symmetric_matrices
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        d = draw(st.integers(1, 3))
        loss = {
            "linear": draw(integer_rows(d, 9)), "quadratic": draw(symmetric_matrices(d, 2)),
            "ridge": draw(integer_rows(d, 1)), "cubic": draw(st.integers(-2, 2)), "quartic": draw(st.integers(-2, 2)),
        }
        start, move = draw(integer_rows(d, 1)), draw(integer_rows(d, 3))
        scale = draw(st.sampled_from([4, 100, 10**6]))
        end = [write_number(a + Fraction(b, scale)) for a, b in zip(start, move, strict=True)]
        return with_constants({"loss": loss, "from": start, "to": end})

    return draw_instance().filter(lambda instance: constant(instance, "G") > 0)


def quadratic(linear: list[int | str], move: list[int | str], hessian: list[list[int | str]] | None = None) -> Instance:
    """A quadratic loss, from the origin."""
    H = hessian or [[1, 0], [0, 1]]
    loss = {"linear": linear, "quadratic": H, "ridge": [0, 0], "cubic": 0, "quartic": 0}
    return with_constants({"loss": loss, "from": [0, 0], "to": move})


#: A short step across the gradient turns it most.
ACROSS = quadratic([5, 0], [0, "1/1000"])
FLAT = quadratic(["1/2", 0], [0, "1/1000"])
#: At the angle with cos² = 1/3 the Jacobian changes most: (0.57735, 0.81650)/10^5.
OBLIQUE = quadratic([1, 0], ["57735/10000000000", "81650/10000000000"])
#: The Hessian is zero at the origin and grows at rate M3.
CUBIC = with_constants({
    "loss": {"linear": [5, 0], "quadratic": [[0, 0], [0, 0]], "ridge": [0, 1], "cubic": 1, "quartic": 0},
    "from": [0, 0], "to": [0, "1/1000"],
})
BOUNDARY = (
    ACROSS, FLAT, OBLIQUE, CUBIC, quadratic([5, 0], [0, 0]), quadratic([5, 1], ["1/2", 1], [[1, 2], [2, -3]]),
    with_constants({
        "loss": {"linear": [4], "quadratic": [[1]], "ridge": [1], "cubic": 1, "quartic": 1}, "from": [0], "to": ["1/2"],
    }),
)

GRADIENT = Hypothesis("gradient", "‖∇ℓ‖ ≥ G > 0", gradient_room, {**ACROSS, "G": 10})
HESSIAN = Hypothesis("hessian", "‖∇²ℓ‖ ≤ L", hessian_room, {**ACROSS, "L": "1/2"})
THIRD = Hypothesis("third", "‖∇³ℓ‖ ≤ M3", third_room, {**CUBIC, "M3": "1/2"})


def check_changes(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this loss and these points."""
    finding = check(candidate)
    start, end = (read_vector(instance[name], name) for name in ("from", "to"))
    if finding.statement != changes_statement(loss_of(instance), start, end):
        raise Rejected("the certificate is about another loss or other points")
    return finding


def within(finding: Finding, change: str, lipschitz: Fraction) -> Margin:
    """‖change‖² ≤ lipschitz² ‖y − x‖²."""
    return at_most(finding.facts[change], times(lipschitz**2, (finding.facts["distance_square"],) * 2), finding)


# The direction ------------------------------------------------------------------------------------------------------


def turned_in_floats(instance: Instance) -> float:
    """‖d(y) − d(x)‖² by numpy."""
    import numpy as np

    loss = loss_of(instance)
    x, y = (np.array([float(v) for v in loss.gradient(read_vector(instance[name], name))]) for name in ("from", "to"))
    return float(((y / np.linalg.norm(y) - x / np.linalg.norm(x)) ** 2).sum())


AGREEMENT = Agreement("numpy", "direction_high", turned_in_floats, 1e-13, "double precision, unit vectors subtracted")

DIRECTION = Claim(
    id="nexus-direction-lipschitz",
    title="The normalised gradient is L/G-Lipschitz",
    source=SOURCE,
    latex=r"\|\nabla\ell\|\ge G,\ \|\nabla^2\ell\|\le L\ \Rightarrow\ \|d(x)-d(y)\|\le\tfrac LG\|x-y\|,\quad "
    r"d=\nabla\ell/\|\nabla\ell\|",
    sentence="Where the gradient is at least G and the Hessian at most L, the direction of the gradient turns by at most "
    "L/G per unit of length.",
    quantifier="for all",
    relation="≤",
    proof="""The Jacobian of d is J = (I − ddᵀ)∇²ℓ/‖∇ℓ‖, a product of a projection, a matrix of norm at most L and a number of
at most 1/G; integrate along the segment.""",
    hypotheses=(GRADIENT, HESSIAN),
    instances=instances,
    boundary=BOUNDARY,
    certify=changes_certificate,
    check=check_changes,
    margin=lambda i, finding: within(finding, "direction", constant(i, "L") / constant(i, "G")),
    mutants=(
        Mutant("half", "L/2G", lambda i, finding: within(finding, "direction", constant(i, "L") / constant(i, "G") / 2)),
        Mutant("unscaled", "L for L/G", lambda i, finding: within(finding, "direction", constant(i, "L"))),
        Mutant("any-gradient", "any G", without=("gradient",)),
        Mutant("any-hessian", "any L", without=("hessian",)),
    ),
    agreements=(AGREEMENT,),
    steps=("normalised_gradient",),
    tags=("nexus",),
)


# Its Jacobian -------------------------------------------------------------------------------------------------------


def jacobian_bound(instance: Instance, finding: Finding, factor: Fraction, third: int = 1) -> Margin:
    """‖J(y) − J(x)‖ ≤ (factor·L²/G² + third·M3/G)‖y − x‖."""
    G, L, M3 = (constant(instance, name) for name in ("G", "L", "M3"))
    return within(finding, "jacobian", factor * L**2 / G**2 + third * M3 / G)


def jacobian_norm_in_floats(instance: Instance) -> float:
    """‖J(y) − J(x)‖² by numpy, with J from central differences of d."""
    import numpy as np

    loss, step = loss_of(instance), Fraction(1, 10**5)

    def direction(theta: list[Fraction]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        gradient = np.array([float(value) for value in loss.gradient(theta)])
        return gradient / float(np.linalg.norm(gradient))

    def jacobian(name: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        theta = list(read_vector(instance[name], name))
        columns = []
        for k in range(len(theta)):
            ahead, behind = (
                direction([v + sign * step * (i == k) for i, v in enumerate(theta)]) for sign in (1, -1)
            )
            columns.append((ahead - behind) / (2 * float(step)))
        return np.stack(columns, axis=1)

    return float(np.linalg.norm(jacobian("to") - jacobian("from"), 2)) ** 2


JACOBIAN_AGREEMENT = Agreement(
    "central differences", "jacobian_high", jacobian_norm_in_floats, 1e-6,
    "differences at 1e-5: truncation of order 1e-10 and cancellation of order 1e-11, times small constants",
)

JACOBIAN = Claim(
    id="nexus-jacobian-lipschitz",
    title="The Jacobian of the normalised gradient is (3L²/G² + M3/G)-Lipschitz",
    source=SOURCE,
    latex=r"\|J(x)-J(y)\|\le\Big(\frac{3L^2}{G^2}+\frac{M_3}{G}\Big)\|x-y\|",
    sentence="Where the gradient is at least G, the Hessian at most L and the third derivative at most M3, the Jacobian of "
    "the gradient's direction changes by at most 3L²/G² + M3/G per unit of length.",
    quantifier="for all",
    relation="≤",
    proof="""Differentiate J = ‖g‖⁻¹ΠH along a unit v, Π = I − uuᵀ, u = g/‖g‖: the factor ‖g‖⁻¹ gives at most L²/G², Π gives
−(Jv uᵀ + u(Jv)ᵀ)H/‖g‖ of norm at most 2L²/G², H gives at most M3/G. Integrate along the segment. (The middle term is in
truth at most L²/G²: see nexus-jacobian-sharp.)""",
    hypotheses=(GRADIENT, HESSIAN, THIRD),
    instances=instances,
    boundary=BOUNDARY,
    certify=changes_certificate,
    check=check_changes,
    margin=lambda i, finding: jacobian_bound(i, finding, Fraction(3)),
    mutants=(
        Mutant("one", "L²/G² + M3/G", lambda i, finding: jacobian_bound(i, finding, Fraction(1))),
        Mutant("third-alone", "M3/G alone", lambda i, finding: jacobian_bound(i, finding, Fraction(0))),
        Mutant("no-third", "3L²/G² alone", lambda i, finding: jacobian_bound(i, finding, Fraction(3), third=0)),
        Mutant("any-third", "any M3", without=("third",)),
    ),
    agreements=(JACOBIAN_AGREEMENT,),
    uses=("nexus-direction-lipschitz",),
    steps=("normalised_gradient",),
    tags=("nexus",),
)

JACOBIAN_SHARP = Claim(
    id="nexus-jacobian-sharp",
    title="The sharp constant of the Jacobian: 2/√3 · L²/G² + M3/G",
    source=Source("optproof", "derived from (63)–(65) of arXiv:2604.09258"),
    latex=r"\|J(x)-J(y)\|\le\Big(\frac{2}{\sqrt3}\frac{L^2}{G^2}+\frac{M_3}{G}\Big)\|x-y\|",
    sentence="The constant 3 of L²/G² can be lowered to 2/√3 ≈ 1.1547 and not below.",
    quantifier="for all",
    relation="≤",
    proof="""With w = Hv, the first two terms of the derivative are −‖g‖⁻²·S·H, S = (uᵀw)Π + Πw uᵀ + u(Πw)ᵀ. For ‖w‖ = 1 write
w = cu + sq with q ⟂ u: S is cΠ + s(quᵀ + uqᵀ), whose norm is max(|c|, (|c| + √(4 − 3c²))/2), and that is largest at c² = 1/3,
where it is 2/√3. So the terms are at most (2/√3)L²/G². For H = I and v at that angle to g the bound is attained in the
limit of short segments, which is what refutes 1.154.""",
    hypotheses=(GRADIENT, HESSIAN, THIRD),
    instances=instances,
    boundary=BOUNDARY,
    certify=changes_certificate,
    check=check_changes,
    margin=lambda i, finding: jacobian_bound(i, finding, SHARP),
    mutants=(
        Mutant("1.154", "1.154 for 2/√3", lambda i, finding: jacobian_bound(i, finding, Fraction("1.154"))),
        Mutant("no-third", "without M3/G", lambda i, finding: jacobian_bound(i, finding, SHARP, third=0)),
        Mutant("any-gradient", "any G", without=("gradient",), instances=lambda: _oblique_with_larger_G()),
    ),
    agreements=(JACOBIAN_AGREEMENT,),
    uses=("nexus-jacobian-lipschitz",),
    steps=("normalised_gradient",),
    tags=("nexus",),
)


def _oblique_with_larger_G() -> "SearchStrategy[Instance]":
    from hypothesis import strategies as st

    return st.sampled_from(["2", "3/2"]).map(lambda G: {**OBLIQUE, "G": G})


CLAIMS = (DIRECTION, JACOBIAN, JACOBIAN_SHARP)
