"""An interval for the best two-layer ReLU network of at most m neurons, when each has |α_j| N(u_j) ≤ R.

With max|U_ij| ≤ R1, max|α_j| ≤ R2 (or columns ‖u_j‖_2 ≤ R1) only R = R1·R2 matters. The statement is about

    radius    the least R for which some network of m neurons has f = y (lower, upper);
    loss      the least ½‖f − y‖² over networks of m neurons for the given radius R (lower, upper);
    fit       that no network of m neurons has f = y, whatever R is.

An upper end of null says nothing, and needs no network.

*Upper*: a network, as effective weights. *Lower*: a tree of allocations (:mod:`theory.exact.allocations`). A leaf has a
multiplier μ ∈ Q^n, and for each class c of its allocation a cover that proves σ_c Σ_i μ_i (x_iᵀu)_+ ≤ w_c N(u) on the class's
cone. Then every network of the leaf has μᵀf ≤ R·W with W = Σ_c count_c w_c, and so

    radius ≥ μᵀy / W  (no R is enough when W = 0 < μᵀy),       loss ≥ μᵀy − ½‖μ‖² − W·R.

The least bound of a leaf is the lower end. A network f has only one multiplier at zero rows: 0 for the radius, y for the loss.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from theory.exact.allocations import Allocation, leaves, line_normals
from theory.exact.certificate import Rejected, members
from theory.exact.cover import Walled, largest_on_unit_ball
from theory.exact.effective import Weights, loss, read_effective
from theory.exact.kinks import drift, kink_sum
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector
from theory.exact.vector_norms import NORMS, VectorNorm

#: What the statement holds beside the data, the norm and the width.
OBJECTIVES = {"radius": {"lower", "upper"}, "loss": {"radius", "lower", "upper"}, "fit": set[str]()}


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts: lower, and where a network is given upper and its number of neurons; leaves of the tree."""
    objective, norm = statement.get("objective"), statement.get("norm")
    if objective not in list(OBJECTIVES) or norm not in list(NORMS):
        raise Rejected(f"statement: the objectives are {', '.join(OBJECTIVES)} and the norms {', '.join(NORMS)}")
    members(statement, "statement", {"X", "y", "norm", "objective", "width"} | OBJECTIVES[objective])
    without_network = objective == "fit" or statement["upper"] is None
    members(proof, "proof", {"tree"} if without_network else {"tree", "network"})
    X, width = read_matrix(statement["X"], "X"), statement["width"]
    if not X or not X[0]:
        raise Rejected("X: at least one row and one column are wanted")
    if type(width) is not int or width < 1:
        raise Rejected("width: a positive integer is wanted")
    y = read_vector(statement["y"], "y", len(X))
    R = read_number(statement["radius"], "radius") if objective == "loss" else None
    bounds = [
        _leaf_bound(X, y, NORMS[norm][1], R, allocation, leaf, where)
        for allocation, where, leaf in leaves(proof["tree"], width, len(line_normals(X)))
    ]
    finite = [bound for bound in bounds if bound is not None]
    if objective == "fit":
        if finite:
            raise Rejected("tree: a leaf does not show that its networks cannot fit")
        return {"fittable": False, "leaves": len(bounds)}
    if not finite:
        raise Rejected("tree: no network of this width fits, which is another statement")
    facts: dict[str, Any] = {"lower": min(finite), "leaves": len(bounds)}
    if not without_network:
        weights = _network(proof["network"], len(X[0]), width)
        facts |= {"upper": _upper(X, y, weights, NORMS[norm][0], R), "neurons": len(weights)}
    for end in facts.keys() & {"lower", "upper"}:
        if read_number(statement[end], end) != facts[end]:
            raise Rejected(f"{end}: the proof gives {facts[end]}")
    return facts


def _leaf_bound(
    X: Matrix, y: Vector, dual_norm: VectorNorm, R: Fraction | None, allocation: Allocation, leaf: Any, where: str
) -> Fraction | None:
    members(leaf, where, {"classes", "dual", "drift", "covers", "bound"})
    if leaf["classes"] != [units.write() for units in allocation]:
        raise Rejected(f"{where}.classes: they are not those of the leaf's place in the tree")
    mu = read_vector(leaf["dual"], f"{where}.dual", len(X))
    if read_vector(leaf["drift"], f"{where}.drift") != drift(X, mu):
        raise Rejected(f"{where}.drift: not Xᵀμ")
    bound = proved_bound(X, y, dual_norm, R, allocation, mu, leaf["covers"], where)
    stated = None if leaf["bound"] is None else read_number(leaf["bound"], f"{where}.bound")
    if stated != bound:
        raise Rejected(f"{where}.bound: the multiplier gives {bound}")
    return bound


def proved_bound(
    X: Matrix, y: Vector, dual_norm: VectorNorm, R: Fraction | None, allocation: Allocation, mu: Vector, covers: Any,
    where: str,
) -> Fraction | None:
    """The bound of a leaf: on the loss within R, or on the radius when R is None; None when no radius is enough.

    Raises:
        Rejected: when the covers prove nothing about the multiplier, or the multiplier nothing about the networks.
    """
    load = _load(X, mu, dual_norm, allocation, covers, f"{where}.covers")
    return _bound(X, y, mu, load, R, f"{where}.dual")


def _load(X: Matrix, mu: Vector, dual_norm: VectorNorm, allocation: Allocation, covers: Any, where: str) -> Fraction:
    """W = Σ_c count_c w_c."""
    if not isinstance(covers, list) or len(covers) != len(allocation):
        raise Rejected(f"{where}: one cover for each of {len(allocation)} classes is wanted")
    q, normals, load = kink_sum(X, mu), line_normals(X), Fraction(0)
    for index, (units, cover) in enumerate(zip(allocation, covers, strict=True)):
        walls = tuple(normal for normal, side in zip(normals, units.sides, strict=True) if side != "*")
        signed = Walled.of(q if units.sign > 0 else -q, walls)
        cone = units.sides.replace("*", "")
        load += units.count * largest_on_unit_ball(signed, cover, f"{where}[{index}]", dual_norm, cone)
    return load


def _bound(X: Matrix, y: Vector, mu: Vector, load: Fraction, R: Fraction | None, where: str) -> Fraction | None:
    gain = dot(mu, y)
    if R is not None:
        if any(m != t and not any(row) for m, t, row in zip(mu, y, X, strict=True)):
            raise Rejected(f"{where}: not the target at a zero row")
        bound = gain - dot(mu, mu) / 2 - load * R
    elif not load and gain:
        if gain != 1 or any(m and not t and not any(row) for m, t, row in zip(mu, y, X, strict=True)):
            raise Rejected(f"{where}: a multiplier that excludes a fit has product 1 with y, and 0 where a row and y are 0")
        return None
    else:
        if any(m and not any(row) for m, row in zip(mu, X, strict=True)):
            raise Rejected(f"{where}: not zero at a zero row")
        bound = gain / load if load else Fraction(0)
    if bound < 0:
        raise Rejected(f"{where}: the bound is negative, so it proves nothing")
    return bound


def _network(value: Any, d: int, width: int) -> Weights:
    """At most ``width`` effective weights in increasing order, equal ones repeated; the zero network is one zero neuron."""
    count = len(value["neurons"]) if isinstance(value, dict) and isinstance(value.get("neurons"), list) else 0
    weights = read_effective(value, "network", d, count)
    if count > width:
        raise Rejected(f"network: {count} neurons, and at most {width} are allowed")
    if weights != tuple(sorted(weights)) or (count > 1 and any(sign == 0 for sign, _ in weights)):
        raise Rejected("network: the neurons are not in increasing order, or one is zero")
    return weights


def _upper(X: Matrix, y: Vector, weights: Sequence[tuple[int, Vector]], size: VectorNorm, R: Fraction | None) -> Fraction:
    value, largest = loss(X, y, tuple(weights)), max(size(v) for _, v in weights)
    if R is None and value != 0:
        raise Rejected("network: it does not fit y exactly")
    if R is not None and largest > R:
        raise Rejected("network: a neuron is beyond the radius")
    return largest if R is None else value
