"""The regulariser identity of Nexus (2604.09258): false as boxed, exact without normalising, and where it does hold.

The derivation is in :mod:`theory.bounds.inner_steps`. Losses are quadratics with rational data, so that every
second-order term is rational after multiplication by ‖g_1‖‖g_2‖; it depends on gradients and Hessians at one point only.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.bounds.inner_steps import losses_of, regulariser_certificate, statement_of
from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_number, read_vector
from theory.exact.kinds.nexus_regulariser import gradient
from theory.exact.operator_norm import apply
from theory.exact.rational import Vector, dot

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

BOXED = Source(
    "arXiv:2604.09258",
    "boxed identity in the public figure, notes, section 3.1 NX-6; that E is over both orders of the losses is our reading",
    words="d₂(θ_{t,1})−d₂(θ_{t,0}) = (∇d₂)(θ_{t,1}−θ_{t,0})+O(γ²) = −γ(∇d₂)d₁+O(γ²) =^E −(γ/2)∇CosSim(∇L₁,∇L₂)+O(γ²)",
)
DERIVED = Source("optproof", "derived from the boxed identity of arXiv:2604.09258")


def gradients(instance: Instance) -> tuple[Vector, Vector]:
    """g_1 and g_2."""
    first, second = losses_of(instance)
    theta = read_vector(instance["theta"], "theta")
    return gradient(first, theta), gradient(second, theta)


def instances() -> "SearchStrategy[Instance]":
    """Two quadratics in one to three dimensions; aligned, orthogonal, equal and cancelling ones occur."""
    from hypothesis import strategies as st

    from theory.bounds.matrices import symmetric_matrices
    from theory.instances import integer_rows

    @st.composite
    def draw_instance(draw: "DrawFn") -> Instance:
        d = draw(st.integers(1, 3))
        losses: list[dict[str, Any]] = [
            {"linear": draw(integer_rows(d, 4)), "quadratic": draw(symmetric_matrices(d, 2))} for _ in range(2)
        ]
        match draw(st.sampled_from(["any"] * 4 + ["isotropic", "axes", "same", "opposite"])):
            case "isotropic":
                for loss in losses:
                    loss["quadratic"] = scalar_matrix(d, draw(st.integers(-3, 3)))
            case "axes":
                for loss in losses:
                    loss["quadratic"] = [[e * (i == j) for j, e in enumerate(r)] for i, r in enumerate(loss["quadratic"])]
                    loss["linear"] = [0] * (d - 1) + [draw(st.integers(1, 4))]
            case "same":
                losses[1] = losses[0]
            case "opposite":
                losses[1] = {**losses[0], "quadratic": [[-e for e in row] for row in losses[0]["quadratic"]]}
        return {"losses": losses, "theta": [0] * d, "rate": draw(st.sampled_from([1, "1/10", "1/1000"]))}

    return draw_instance().filter(lambda instance: all(map(any, gradients(instance))))


def scalar_matrix(d: int, value: int) -> list[list[int]]:
    """value · I."""
    return [[value * (i == j) for j in range(d)] for i in range(d)]


def pair(first: list[int], H1: list[list[int]], second: list[int], H2: list[list[int]]) -> Instance:
    """Two quadratics with these gradients at the origin, rate 1/10."""
    losses = [{"linear": first, "quadratic": H1}, {"linear": second, "quadratic": H2}]
    return {"losses": losses, "theta": [0] * len(first), "rate": "1/10"}


I2 = scalar_matrix(2, 1)
#: Gradients of rational length, one Hessian not isotropic: the boxed identity fails.
WITNESS = pair([3, 4], [[1, 0], [0, 0]], [5, 12], I2)
ISOTROPIC = pair([3, 4], I2, [5, 12], scalar_matrix(2, -2))
#: Not eigenvectors, but b_1 + b_2 = 0.
CANCELLING = pair([1, 0, 0], [[0, 0, 1], [0, 0, 0], [1, 0, 0]], [1, 1, 0], [[0, 0, -1], [0, 0, -1], [-1, -1, 0]])
#: Orthogonal gradients, not eigenvectors, and neither bends towards the other.
ORTHOGONAL = pair([1, 0, 0], [[0, 0, 1], [0, 0, 0], [1, 0, 0]], [0, 1, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 2]])
BOUNDARY = (
    WITNESS, ISOTROPIC, CANCELLING, ORTHOGONAL, pair([1], [[2]], [-3], [[5]]),
    pair([1, 0], [[2, 0], [0, 7]], [0, 3], [[1, 0], [0, 1]]), pair([1, 2], [[1, 1], [1, 0]], [1, 2], [[1, 1], [1, 0]]),
    pair([1, 2], [[0, 0], [0, 0]], [-1, -2], [[0, 0], [0, 0]]), pair([1, 0], [[0, 1], [1, 0]], [0, 1], I2),
)

NONZERO = Hypothesis(
    "gradients", "neither gradient vanishes", lambda i: 0 if all(map(any, gradients(i))) else -1,
    pair([0, 0], I2, [1, 1], I2),
)
RATE = Hypothesis(
    "rate", "γ ≠ 0", lambda i: 0 if read_number(i["rate"], "rate") else -1, {**WITNESS, "rate": 0}
)


def check_regulariser(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about these losses."""
    finding = check(candidate)
    if finding.statement != statement_of(instance):
        raise Rejected("the certificate is about other losses, another point or rate")
    return finding


def minus_distance(left: Vector, right: Vector, finding: Finding) -> Margin:
    """Minus the squared distance: zero when equal."""
    difference = [a - b for a, b in zip(left, right, strict=True)]
    return Margin(-dot(difference, difference), Exact(finding))


def boxed(instance: Instance, finding: Finding) -> Margin:
    """J_2d_1 + J_1d_2 = ∇CosSim, times ‖g_1‖‖g_2‖."""
    return minus_distance(finding.facts["inner"], finding.facts["cosine"], finding)


def doubled(instance: Instance, finding: Finding) -> Margin:
    """False wherever the regulariser is not zero: γ∇CosSim for (γ/2)∇CosSim."""
    return minus_distance(finding.facts["inner"], tuple(2 * v for v in finding.facts["cosine"]), finding)


def with_unit_gradients(instance: Instance, finding: Finding) -> Margin:
    """False: the gradient of g_1ᵀg_2 for that of the cosine."""
    return minus_distance(finding.facts["inner"], finding.facts["product"], finding)


def defect_in_floats(instance: Instance) -> float:
    """‖inner − cosine‖² by complex steps: through two normalised inner steps, and through the cosine itself."""
    import numpy as np

    theta = np.array([float(v) for v in read_vector(instance["theta"], "theta")])
    data = [
        (np.array([float(v) for v in b]), np.array([[float(v) for v in row] for row in H])) for b, H in losses_of(instance)
    ]
    tiny = 1e-30

    def slope(k: int, point: Any) -> Any:
        return data[k][0] + data[k][1] @ point

    def direction(k: int, point: Any) -> Any:
        g = slope(k, point)
        return g / np.sqrt((g * g).sum())

    def second_direction(first: int) -> Any:
        """d/dγ of the direction of the second step."""
        return direction(1 - first, theta - 1j * tiny * direction(first, theta)).imag / tiny

    cosine = np.array([
        (direction(0, theta + 1j * tiny * e) * direction(1, theta + 1j * tiny * e)).sum().imag / tiny
        for e in np.eye(len(theta))
    ])
    scale = np.linalg.norm(slope(0, theta)) * np.linalg.norm(slope(1, theta))
    defect = scale * (-(second_direction(0) + second_direction(1)) - cosine)
    return float((np.abs(defect) ** 2).sum())


AGREEMENT = Agreement("complex steps", "defect_square", defect_in_floats, 1e-9, "double precision; entries below 1e3")


# As boxed -----------------------------------------------------------------------------------------------------------

STATED = Claim(
    id="nexus-regulariser-as-stated",
    title="Normalised inner steps do not follow the gradient of the cosine",
    source=BOXED,
    latex=r"\mathbb E[(\nabla d_2)d_1]=\tfrac12\nabla\operatorname{CosSim}(\nabla L_1,\nabla L_2)\quad\text{(false)}",
    sentence="Averaged over both orders of two losses, the second-order term of normalised inner steps would be half the "
    "gradient of the cosine similarity.",
    quantifier="for all",
    relation="=",
    proof="""False. The average is ½(J_2d_1 + J_1d_2) with J_i = P_iH_i/‖g_i‖; ∇CosSim = J_2ᵀd_1 + J_1ᵀd_2, and P_iH_i is not
symmetric unless g_i is an eigenvector of H_i. Witness: g_1 = (3, 4), H_1 = diag(1, 0), g_2 = (5, 12), H_2 = I. The same
loss drawn twice is another: CosSim is constantly one, but J_1d_1 need not vanish.""",
    hypotheses=(NONZERO, RATE),
    instances=instances,
    boundary=BOUNDARY,
    certify=regulariser_certificate,
    check=check_regulariser,
    margin=boxed,
    mutants=(
        Mutant("doubled", "γ for γ/2", doubled),
        Mutant("product", "g_1ᵀg_2 for the cosine, normalised steps", with_unit_gradients),
    ),
    agreements=(AGREEMENT,),
    holds=False,
    steps=("inner_step_regulariser",),
    tags=("nexus",),
)


# Without normalising ------------------------------------------------------------------------------------------------


def plain_steps(finding: Finding, rate: Fraction) -> Margin:
    """E[θ_0 − θ_2]/γ = g_1 + g_2 − (rate/2)∇(g_1ᵀg_2)."""
    (g1, g2), product = finding.facts["gradients"], finding.facts["product"]
    predicted = tuple(a + b - rate / 2 * c for a, b, c in zip(g1, g2, product, strict=True))
    return minus_distance(finding.facts["plain"], predicted, finding)


def own_hessians(instance: Instance, finding: Finding) -> Margin:
    """False: H_1g_1 + H_2g_2, the gradient of (‖g_1‖² + ‖g_2‖²)/2, for that of the product."""
    (g1, g2), rate = finding.facts["gradients"], read_number(instance["rate"], "rate")
    own = [apply(loss[1], g) for loss, g in zip(losses_of(instance), (g1, g2), strict=True)]
    predicted = tuple(a + b - rate / 2 * (c + e) for a, b, c, e in zip(g1, g2, *own, strict=True))
    return minus_distance(finding.facts["plain"], predicted, finding)


def first_displacement(instance: Instance) -> float:
    """The first entry of the averaged displacement, by numpy."""
    import numpy as np

    rate = float(read_number(instance["rate"], "rate"))
    data = [
        (np.array([float(v) for v in b]), np.array([[float(v) for v in row] for row in H])) for b, H in losses_of(instance)
    ]
    start = np.array([float(v) for v in read_vector(instance["theta"], "theta")])
    total = 0.0
    for order in (data, data[::-1]):
        theta = start
        for b, H in order:
            theta = theta - rate * (b + H @ theta)
        total += float((start - theta)[0])
    return total / (2 * rate)


PLAIN = Claim(
    id="nexus-regulariser-plain",
    title="Plain inner steps follow the gradient of g₁·g₂ exactly",
    source=Source("arXiv:2604.09258", "NX-6 without the normalisation, notes, section 3.3 (the Reptile identity)"),
    latex=r"\tfrac1\gamma\mathbb E[\theta_0-\theta_2]=g_1+g_2-\tfrac\gamma2\nabla(g_1^{\top}g_2)",
    sentence="For quadratic losses and inner steps that are not normalised, the displacement averaged over both orders is "
    "the sum of the gradients minus half the rate times the gradient of their product, with no remainder.",
    quantifier="for all",
    relation="=",
    proof="""In the order (1, 2) the second gradient is g_2 − γH_2g_1, in the other g_1 − γH_1g_2; the mean of the
displacements is γ(g_1 + g_2) − (γ²/2)(H_2g_1 + H_1g_2), and ∇(g_1ᵀg_2) = H_1g_2 + H_2g_1 as Hessians are symmetric. For
smooth losses the remainder is O(γ²) after division by γ.""",
    hypotheses=(NONZERO, RATE),
    instances=instances,
    boundary=BOUNDARY,
    certify=regulariser_certificate,
    check=check_regulariser,
    margin=lambda instance, finding: plain_steps(finding, read_number(instance["rate"], "rate")),
    mutants=(
        Mutant("doubled", "γ for γ/2", lambda i, finding: plain_steps(finding, 2 * read_number(i["rate"], "rate"))),
        Mutant("uphill", "plus for minus", lambda i, finding: plain_steps(finding, -read_number(i["rate"], "rate"))),
        Mutant("own", "H_1g_1 + H_2g_2 for the gradient of the product", own_hessians),
    ),
    agreements=(
        Agreement("numpy", "displacement", first_displacement, 1e-9, "double precision; a difference divided by 2γ ≥ 1/500"),
    ),
    steps=("inner_step_regulariser",),
    tags=("nexus",),
)


# The exact scope ----------------------------------------------------------------------------------------------------


def agrees(finding: Finding, condition: bool) -> Margin:
    """0 when the boxed identity holds exactly as the condition says, else −1."""
    return Margin(0 if (finding.facts["defect_square"] == 0) == condition else -1, Exact(finding))


def in_scope(finding: Finding) -> bool:
    """b_1 + b_2 = 0 where g_1ᵀg_2 ≠ 0; b_1ᵀg_2 = b_2ᵀg_1 = 0 where it is zero."""
    (g1, g2), (b1, b2) = finding.facts["gradients"], finding.facts["bent"]
    if dot(g1, g2):
        return all(x + y == 0 for x, y in zip(b1, b2, strict=True))
    return dot(b1, g2) == 0 and dot(b2, g1) == 0


def eigenvectors(finding: Finding) -> bool:
    """b_1 = b_2 = 0: each gradient is an eigenvector of its Hessian."""
    return not any(map(any, finding.facts["bent"]))


def isotropic(instance: Instance) -> bool:
    """Both Hessians are multiples of the identity."""
    return all(
        H[i][j] == (H[0][0] if i == j else 0) for _, H in losses_of(instance) for i in range(len(H)) for j in range(len(H))
    )


SCOPE = Claim(
    id="nexus-regulariser-scope",
    title="Exactly where normalised inner steps follow the gradient of the cosine",
    source=DERIVED,
    latex=r"J_2d_1+J_1d_2=\nabla\operatorname{CosSim}\iff\begin{cases}b_1+b_2=0&g_1^{\top}g_2\ne0\\ "
    r"b_1^{\top}g_2=b_2^{\top}g_1=0&g_1^{\top}g_2=0\end{cases},\quad b_i=\frac{P_iH_ig_i}{\|g_i\|^2}",
    sentence="The boxed identity holds at a point exactly when the parts of H_ig_i across g_i cancel between the two losses, "
    "or, for orthogonal gradients, when neither has a component along the other gradient.",
    quantifier="for all",
    relation="iff",
    proof="""Times ‖g_1‖‖g_2‖ the difference is D = p(b_1 + b_2) − (b_2ᵀg_1)g_2 − (b_1ᵀg_2)g_1 with p = g_1ᵀg_2 and b_i ⟂ g_i.
p = 0: g_1, g_2 are orthogonal and not zero, so D = 0 means both coefficients vanish. p ≠ 0: g_1ᵀD = p(b_2ᵀg_1) − p(b_2ᵀg_1) −
‖g_1‖²(b_1ᵀg_2), so D = 0 gives b_1ᵀg_2 = 0, likewise b_2ᵀg_1 = 0, and then b_1 + b_2 = 0; conversely b_1 = −b_2 is orthogonal
to both gradients, and D = 0. In particular it holds when each gradient is an eigenvector of its Hessian, so for isotropic
Hessians; in the plane, with gradients neither parallel nor orthogonal, only then.""",
    hypotheses=(NONZERO, RATE),
    instances=instances,
    boundary=BOUNDARY,
    certify=regulariser_certificate,
    check=check_regulariser,
    margin=lambda instance, finding: agrees(finding, in_scope(finding)),
    mutants=(
        Mutant("always", "everywhere", lambda i, finding: agrees(finding, True)),
        Mutant("eigenvectors", "only for eigenvectors", lambda i, finding: agrees(finding, eigenvectors(finding))),
        Mutant("isotropic", "only for isotropic Hessians", lambda i, finding: agrees(finding, isotropic(i))),
        Mutant(
            "orthogonal", "always for orthogonal gradients",
            lambda i, finding: agrees(finding, in_scope(finding) or not dot(*finding.facts["gradients"])),
        ),
    ),
    agreements=(AGREEMENT,),
    uses=("nexus-regulariser-as-stated",),
    steps=("inner_step_regulariser",),
    tags=("nexus",),
)


def across(instance: Instance) -> Fraction:
    """Minus the squared part of H_ig_i across g_i: zero when both gradients are eigenvectors."""
    total = Fraction(0)
    for (_, H), g in zip(losses_of(instance), gradients(instance), strict=True):
        image = apply(H, g)
        total += dot(image, image) * dot(g, g) - dot(image, g) ** 2
    return -total


def aligned_instances() -> "SearchStrategy[Instance]":
    """Instances in which each gradient is an eigenvector of its Hessian: H = cI + e·vvᵀ with v across g."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    @st.composite
    def draw_loss(draw: "DrawFn") -> dict[str, object]:
        g = draw(integer_rows(2, 5).filter(any))
        across_g, c, e = [-g[1], g[0]], draw(st.integers(-3, 3)), draw(st.integers(-2, 2))
        H = [[c * (i == j) + e * across_g[i] * across_g[j] for j in range(2)] for i in range(2)]
        return {"linear": g, "quadratic": H}

    return st.builds(
        lambda first, second: {"losses": [first, second], "theta": [0, 0], "rate": "1/10"}, draw_loss(), draw_loss()
    )


ALIGNED = Claim(
    id="nexus-regulariser-aligned",
    title="The identity of Nexus holds when gradients are eigenvectors of their Hessians",
    source=DERIVED,
    latex=r"H_ig_i\parallel g_i\ (i=1,2)\ \Rightarrow\ J_2d_1+J_1d_2=\nabla\operatorname{CosSim}(g_1,g_2)",
    sentence="Where each gradient is an eigenvector of its Hessian, as for isotropic Hessians, normalised inner steps do "
    "follow half the gradient of the cosine.",
    quantifier="for all",
    relation="=",
    proof="""b_1 = b_2 = 0 in nexus-regulariser-scope. Directly: H_ig_i ∥ g_i makes P_iH_i = H_iP_i, so J_i is symmetric.""",
    hypotheses=(
        NONZERO, RATE, Hypothesis("aligned", "H_ig_i is parallel to g_i", across, WITNESS),
    ),
    instances=aligned_instances,
    boundary=tuple(instance for instance in BOUNDARY if across(instance) == 0),
    certify=regulariser_certificate,
    check=check_regulariser,
    margin=boxed,
    mutants=(
        Mutant("any", "any Hessians", without=("aligned",)),
        Mutant("doubled", "γ for γ/2", doubled),
    ),
    agreements=(AGREEMENT,),
    uses=("nexus-regulariser-scope",),
    steps=("inner_step_regulariser",),
    tags=("nexus",),
)

CLAIMS = (STATED, PLAIN, SCOPE, ALIGNED)
