"""The least number of neurons for given sums of groups, when each has max|u| ≤ R1 and |α| ≤ R2.

A *group* is a sign and a closed cone, written by the side of each row of X that it lies on; its neurons have weights u in the
cone and α of the sign, and their effective weights |α|u add up to v ≠ 0. The proof gives for each group one neuron, of which k
equal copies are taken, and an entry i with |v_i| > (k − 1)R1·R2: each neuron adds at most R1·R2 to it, so fewer are too few.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.rational import Matrix, Vector, dot, read_matrix, read_number, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """The facts: the width, and the counts of the groups."""
    members(statement, "statement", {"X", "radius_u", "radius_alpha", "groups", "width"})
    members(proof, "proof", {"groups"})
    X = read_matrix(statement["X"], "X")
    if not X or not X[0]:
        raise Rejected("X: at least one row and one column are wanted")
    R1, R2 = (read_number(statement[name], name) for name in ("radius_u", "radius_alpha"))
    if R1 <= 0 or R2 <= 0:
        raise Rejected("radius_u, radius_alpha: positive numbers are wanted")
    groups, proofs = statement["groups"], proof["groups"]
    if not isinstance(groups, list) or not isinstance(proofs, list) or len(groups) != len(proofs):
        raise Rejected("groups: as many proofs as groups are wanted")
    seen, counts = set[tuple[int, str]](), []
    for k, (group, proved) in enumerate(zip(groups, proofs, strict=True)):
        where = f"groups[{k}]"
        sign, cone, v = _group(group, X, where)
        if (sign, cone) in seen:
            raise Rejected(f"{where}: two groups have one sign and cone")
        seen.add((sign, cone))
        counts.append(_count(proved, X, sign, cone, v, (R1, R2), where))
    if type(statement["width"]) is not int or statement["width"] != sum(counts):
        raise Rejected(f"width: {sum(counts)} neurons are necessary and enough")
    return {"width": sum(counts), "counts": tuple(counts)}


def _group(group: Any, X: Matrix, where: str) -> tuple[int, str, Vector]:
    members(group, where, {"sign", "cone", "v"})
    sign, cone, v = group["sign"], group["cone"], read_vector(group["v"], f"{where}.v", len(X[0]))
    if type(sign) is not int or sign not in (1, -1):
        raise Rejected(f"{where}.sign: 1 or −1 is wanted")
    require_cone(cone, X, f"{where}.cone")
    if not any(v) or not inside(v, X, cone):
        raise Rejected(f"{where}.v: a vector of the cone that is not zero is wanted")
    return sign, cone, v


def require_cone(cone: Any, X: Matrix, where: str) -> None:
    """Raise Rejected unless the value is a side for each row."""
    if not isinstance(cone, str) or len(cone) != len(X) or set(cone) - set("+-"):
        raise Rejected(f"{where}: one of + and - is wanted for each of {len(X)} rows")


def inside(u: Vector, X: Matrix, cone: str) -> bool:
    """Whether u lies in the closed cone with these sides of the rows."""
    return all(dot(row, u) >= 0 if side == "+" else dot(row, u) <= 0 for row, side in zip(X, cone, strict=True))


def _count(
    proved: Any, X: Matrix, sign: int, cone: str, v: Vector, radii: tuple[Fraction, Fraction], where: str
) -> int:
    """How many copies of its neuron the group takes, when that is shown to be least."""
    members(proved, where, {"copies", "u", "alpha", "entry"})
    copies, entry = proved["copies"], proved["entry"]
    u, alpha = read_vector(proved["u"], f"{where}.u", len(v)), read_number(proved["alpha"], f"{where}.alpha")
    if type(copies) is not int or copies < 1:
        raise Rejected(f"{where}.copies: a positive number of neurons is wanted")
    if alpha * sign <= 0 or abs(alpha) > radii[1] or max(map(abs, u)) > radii[0] or not inside(u, X, cone):
        raise Rejected(f"{where}: the neuron is beyond the radii, or not of the group")
    if tuple(copies * abs(alpha) * part for part in u) != v:
        raise Rejected(f"{where}: the copies do not add up to v")
    sizes = [abs(part) for part in v]
    if type(entry) is not int or entry != sizes.index(max(sizes)):
        raise Rejected(f"{where}.entry: the number of the first of the largest entries is wanted")
    if sizes[entry] <= (copies - 1) * radii[0] * radii[1]:
        raise Rejected(f"{where}.copies: one neuron fewer may be enough")
    return copies
