"""What changes of the data do to the least radius: copies, scales and signs, orders, and turned inputs."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Interval, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check, read_matrix, read_number
from theory.exact.rational import Vector, write_vector
from theory.theorems.max_entry_relaxation import READS_THE_ROWS, planted, planted_targets, size_hypothesis

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: Sets whose norm of U depends on UUᵀ up to orthogonal maps alone, and what their certificates state beside the data.
INVARIANT: dict[str, tuple[str, dict[str, Any]]] = {
    "frobenius": ("gauge-interval", {"norm": "euclidean"}),
    "spectral": ("metric-interval", {"p": "inf"}),
    "schatten:3": ("metric-interval", {"p": 3}),
}
STATED = INVARIANT | {"max-entry": ("gauge-interval", {"norm": "max-entry"})}
CHANGES = ("copies", "order", "targets", "rows", "turn")
#: A rational turn of two coordinates.
COSINE, SINE = Fraction(3, 5), Fraction(4, 5)
ACCURACY = Fraction(1, 10**7)
TWO = {"neurons": [{"u": [2, -1], "alpha": 1}, {"u": [-1, 2], "alpha": -3}]}


def planted_statement(instance: Instance) -> dict[str, Any]:
    """X and y before the change."""
    X = [write_vector(row) for row in read_matrix(instance["X"], "X")]
    return {"X": X, "y": write_vector(planted_targets(instance))}


def changed_problem(instance: Instance) -> dict[str, Any]:
    """X and y after the change."""
    X, y, change = read_matrix(instance["X"], "X"), planted_targets(instance), instance["change"]
    factor = read_number(change["by"], "by")
    if change["kind"] == "copies":
        X, y = X + X[:1] * int(factor), y + y[:1] * int(factor)
    elif change["kind"] == "order":
        X, y = X[::-1], y[::-1]
    elif change["kind"] == "targets":
        y = tuple(factor * target for target in y)
    elif change["kind"] == "rows":
        X = tuple(tuple(factor * entry for entry in row) for row in X)
    else:
        X = tuple(turned(row) for row in X)
    return {"X": [write_vector(row) for row in X], "y": write_vector(y)}


def turned(row: Vector) -> Vector:
    """The row with its first and last entries turned by the angle whose cosine is 3/5."""
    return (COSINE * row[0] - SINE * row[-1], *row[1:-1], SINE * row[0] + COSINE * row[-1])


def known_change(instance: Instance) -> int:
    """Whether the change is one of those known, with a factor that suits it: 0, else −1."""
    kind, factor = instance["change"]["kind"], read_number(instance["change"]["by"], "by")
    suits = {
        "copies": factor in (1, 2, 3), "order": factor == 1, "targets": True, "rows": factor != 0,
        "turn": factor == 1 and len(instance["X"][0]) > 1,
    }
    return 0 if suits.get(kind, False) else -1


def instances() -> "SearchStrategy[Instance]":
    """Planted problems of up to four rows, a set, and a change."""
    from hypothesis import strategies as st

    factors: dict[str, list[int | str]] = {
        "copies": [1, 2, 3], "order": [1], "targets": [-2, "1/3", 0, 5], "rows": [-1, 3, "2/7"], "turn": [1],
    }

    def completed(instance: Instance) -> "SearchStrategy[Instance]":
        kinds = CHANGES if len(instance["X"][0]) > 1 else CHANGES[:-1]
        change = st.sampled_from(kinds).flatmap(
            lambda kind: st.sampled_from(factors[kind]).map(lambda factor: {"kind": kind, "by": factor})
        )
        return st.builds(lambda name, drawn: {**instance, "set": name, "change": drawn}, st.sampled_from(sorted(INVARIANT)), change)

    return planted((1, 4), (1, 3), (1, 2)).flatmap(completed)


def check_both(instance: Instance, certificate: Certificate) -> Finding:
    """The finding, when it is about the least radius before and after this change, and both intervals are narrow."""
    finding = check(certificate)
    kind, stated = STATED[instance["set"]]
    parts = finding.statement.get("parts", [])
    wanted = [{**problem, **stated, "objective": "radius"} for problem in (planted_statement(instance), changed_problem(instance))]
    if finding.kind != "conjunction" or [part["kind"] for part in parts] != [kind, kind]:
        raise Rejected("the certificate is not about two least radii")
    if any({**part["statement"], **want} != part["statement"] for part, want in zip(parts, wanted, strict=True)):
        raise Rejected("the certificate is about other problems")
    for k in (0, 1):
        if finding.facts[f"{k}.upper"] - finding.facts[f"{k}.lower"] > ACCURACY * finding.facts[f"{k}.upper"]:
            raise Rejected("an interval is too wide")
    return finding


def ratio(instance: Instance) -> Fraction:
    """What the least radius is multiplied by."""
    factor = abs(read_number(instance["change"]["by"], "by"))
    return {"targets": factor, "rows": 1 / factor if factor else Fraction(1)}.get(instance["change"]["kind"], Fraction(1))


def multiplied(by: Callable[[Instance], Fraction]) -> Callable[[Instance, Finding], Margin]:
    """The radius after the change is ``by`` times the radius before: how far the intervals leave that open, or rule it out."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        before, after = ([finding.facts[f"{k}.{end}"] for end in ("lower", "upper")] for k in (0, 1))
        expected = sorted(by(instance) * end for end in before)
        scale = max(map(abs, (*expected, *after))) or Fraction(1)
        apart = max(expected[0] - after[1], after[0] - expected[1]) / scale
        width = max(expected[1] - after[0], after[1] - expected[0]) / scale
        detail = f"{float(before[1]):.9g} before, {float(after[1]):.9g} after"
        if apart > 0 or width == 0:
            return Margin(min(Fraction(0), -apart), Exact(finding), detail)
        return Margin(-width, Interval(nextafter(float(width), inf), "exact ends of both intervals"), detail)

    return relation


def factor_when(kind: str, other: Callable[[Fraction], Fraction]) -> Callable[[Instance], Fraction]:
    """The true ratio, but another function of the factor for one kind of change."""

    def by(instance: Instance) -> Fraction:
        change = instance["change"]
        return other(read_number(change["by"], "by")) if change["kind"] == kind else ratio(instance)

    return by


PLANE = {"X": [[1, 2], [3, -1], [-1, 1]], "network": TWO}
SPECTRAL_ORDER = {"set": "spectral", "change": {"kind": "order", "by": 1}}
ROW = {"X": [[1, 0]], "network": {"neurons": [{"u": [1, 0], "alpha": 1}]}}

CLAIM = Claim(
    id="gauge-invariance",
    title="Homogeneity and invariance of the least radius",
    source=Source("optproof", "our specification, section 2"),
    latex=r"""R(X,cy)=|c|\,R(X,y),\qquad R(cX,y)=\frac{R(X,y)}{|c|},\qquad R\Big(\begin{pmatrix}X\\x_1\end{pmatrix},
\begin{pmatrix}y\\y_1\end{pmatrix}\Big)=R(X,y),\qquad R(PX,Py)=R(X,y),\qquad R(XQ,y)=R(X,y)""",
    sentence=(
        "The least radius that fits y is multiplied by |c| when the targets are, divided by |c| when the rows are multiplied, "
        "and unchanged by copies of a data point, by another order and, for Frobenius, spectral and Schatten sets, by an "
        "orthogonal map of the inputs."
    ),
    quantifier="for all",
    relation="=",
    proof="""Outputs are linear in α, so (U, cα) turns a network for y into one for cy with |c| times the product of norms, and back.
f depends on XU alone, so U/c fits for cX, and ‖U/c‖ = ‖U‖/|c|. A copy of a data point is fitted when the point is, and a
permutation P reorders outputs. For Q orthogonal (XQ)(QᵀU) = XU, and ‖QᵀU‖ = ‖U‖ for every norm of the singular values. The max-entry
norm changes: for X = (1, 0) and one target the radius is |y|/‖x‖_1, and ‖x‖_1 turns from 1 to 7/5.""",
    hypotheses=(
        Hypothesis(
            "set", "the norm of U is one of its singular values",
            lambda i: 0 if i["set"] in INVARIANT else -1, {**ROW, "set": "max-entry", "change": {"kind": "turn", "by": 1}},
        ),
        Hypothesis(
            "change", "one of copies, order, targets, rows, turn, with a factor that suits it", known_change,
            {**PLANE, "set": "spectral", "change": {"kind": "rows", "by": 0}},
        ),
        *(replace(each, outside={**each.outside, **SPECTRAL_ORDER}) for each in (READS_THE_ROWS, size_hypothesis(6, 3))),
    ),
    instances=instances,
    boundary=(
        {**PLANE, "set": "spectral", "change": {"kind": "copies", "by": 3}},
        {**PLANE, "set": "spectral", "change": {"kind": "targets", "by": -2}},
        {**PLANE, "set": "spectral", "change": {"kind": "targets", "by": 0}},
        {**PLANE, "set": "spectral", "change": {"kind": "rows", "by": "-1/3"}},
        {**PLANE, "set": "spectral", "change": {"kind": "turn", "by": 1}},
        {**PLANE, "set": "schatten:3", "change": {"kind": "turn", "by": 1}},
        {**PLANE, "set": "frobenius", "change": {"kind": "turn", "by": 1}},
        {**PLANE, "set": "frobenius", "change": {"kind": "order", "by": 1}},
        {**ROW, "set": "spectral", "change": {"kind": "turn", "by": 1}},
    ),
    certify="numerics.schatten_certificates:certify_before_and_after",
    check=check_both,
    margin=multiplied(ratio),
    mutants=(
        Mutant("any set", "max-entry sets are invariant under orthogonal maps, too", without=("set",)),
        Mutant("copies count", "a copy of a data point adds to the radius: k copies multiply it by k + 1",
               multiplied(factor_when("copies", lambda k: k + 1))),
        Mutant("degree two", "targets times c multiply the radius by c²", multiplied(factor_when("targets", lambda c: c**2))),
        Mutant("signed", "targets times c multiply the radius by c, sign included", multiplied(factor_when("targets", lambda c: c))),
        Mutant("rows multiply", "rows times c multiply the radius by |c|", multiplied(factor_when("rows", abs))),
        Mutant("turns count", "a turn multiplies the radius by the sum of cosine and sine",
               multiplied(factor_when("turn", lambda c: COSINE + SINE))),
    ),
    agreements=(
        Agreement(
            "cvxpy with every pattern, after the change", "1.upper", "numerics.schatten_certificates:direct_changed_radius", 1e-5,
            "the conic solver is asked for 1e-10 and degenerate problems cost it a few digits", slow=True,
        ),
    ),
    uses=("spectral-duality", "schatten-duality", "weight-decay-duality"),
    kind="lemma",
    tags=("sets", "convex"),
)
