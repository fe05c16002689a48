"""The set that entrywise ℓ1 norms induce is not convex in the effective weights. Registered as false."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.kinds.group_width import inside
from theory.exact.rational import Matrix, dot

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy


def own_cones(instance: Instance) -> int:
    """Both ends have one vector in each cone, and the cones differ: 0, else −1."""
    X, cones = read_matrix(instance["X"], "X"), instance["cones"]
    ends: list[Matrix] = [read_matrix(instance[name], name) for name in ("V", "W")]
    fits = all(
        len(end) == len(cones) and all(inside(v, X, cone) for v, cone in zip(end, cones, strict=True)) for end in ends
    )
    return 0 if fits and len(set(cones)) == len(cones) > 0 else -1


def two_networks() -> "SearchStrategy[Instance]":
    """Group sums of two networks: each uses some of the cones, with small integers."""
    from hypothesis import strategies as st

    from theory.instances import integer_rows

    @st.composite
    def one(draw: "DrawFn") -> Instance:
        d = draw(st.integers(1, 3))
        X = draw(st.lists(integer_rows(d, 3), min_size=1, max_size=3))
        sums: dict[str, tuple[list[int], list[int]]] = {}
        for v in draw(st.lists(integer_rows(d, 9), min_size=1, max_size=4)):
            cone = "".join("+" if dot(row, v) >= 0 else "-" for row in X)
            scales = draw(st.sampled_from([(1, 0), (0, 1), (1, 1), (4, 1)]))
            sums.setdefault(cone, ([scales[0] * entry for entry in v], [scales[1] * entry for entry in v]))
        ends = sums.values()
        return {"X": X, "cones": list(sums), "V": [end[0] for end in ends], "W": [end[1] for end in ends]}

    return one()


def check_midpoint(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about these two networks."""
    finding = check(certificate)
    stated = {name: value for name, value in finding.statement.items() if name not in ("radius", "least")}
    if finding.kind != "l1-midpoint" or stated != instance:
        raise Rejected("the certificate is about other networks")
    return finding


def reached_within(factor: Fraction) -> Callable[[Instance, Finding], Margin]:
    """The midpoint is reached within ``factor`` times the radius of the ends; at most the margin of that."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        radius, least = finding.facts["radius"], finding.facts["least"]
        # Below the least product nothing is reached; at or above it the claim is not contradicted.
        detail = f"radius {radius}, midpoint {float(least):.6g}"
        return Margin(min(Fraction(0), factor * radius - least), Exact(finding), detail)

    return relation


AXES = {"X": [[1, 0], [0, 1]], "cones": ["++", "-+"]}

CLAIM = Claim(
    id="l1-set-convex",
    title="Entrywise ℓ1 norms would induce a convex set of effective weights",
    source=Source("optproof", "our specification, section 2, last row"),
    latex=r"\{V:\ \big(\textstyle\sum_i\sqrt{\|v_i\|_1}\big)^2\le R\}\ \text{is convex}",
    sentence=(
        "False: if two networks with Σ|U_kj|·Σ|α_j| ≤ R have group sums V and W, some network within R has their midpoint."
    ),
    quantifier="for all",
    relation="≤",
    proof="""Counterexample: V uses one group with ‖v_1‖_1 = 2, W another one with ‖w_2‖_1 = 2. Each is reached by one neuron
with product 2. The midpoint has two groups of size 1 and asks for (√1 + √1)² = 4. For the other sets the condition on V is a
gauge, hence convex; here it is the ℓ_{1/2} quasi-norm of the sizes.""",
    hypotheses=(
        Hypothesis(
            "groups", "each end has one vector in each of the cones, which differ", own_cones,
            {"X": [[1]], "cones": ["+"], "V": [[1]], "W": [[-1]]},
        ),
    ),
    instances=two_networks,
    boundary=(
        {**AXES, "V": [[2, 0], [0, 0]], "W": [[0, 0], [0, 2]]},
        {**AXES, "V": [[4, 5], [0, 0]], "W": [[4, 5], [0, 0]]},
        {**AXES, "V": [[2, 0], [-1, 1]], "W": [[0, 0], [-3, 0]]},
        {**AXES, "V": [[0, 0], [0, 0]], "W": [[0, 0], [0, 0]]},
        {"X": [[0]], "cones": ["+"], "V": [[3]], "W": [["1/7"]]},
    ),
    certify="numerics.group_certificates:certify_l1_midpoint",
    check=check_midpoint,
    margin=reached_within(Fraction(1)),
    mutants=(
        Mutant("half more", "within 3/2 of the radius", reached_within(Fraction(3, 2))),
        Mutant("nearly twice", "within 199/100 of the radius", reached_within(Fraction(199, 100))),
    ),
    agreements=(
        Agreement(
            "geometric program", "least", "numerics.direct_widths:midpoint_by_geometric_program", 1e-5,
            "an interior-point method on logarithms, at its default tolerance 1e-8",
        ),
    ),
    holds=False,
    tags=("convex",),
)
