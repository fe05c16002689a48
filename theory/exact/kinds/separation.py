"""A separation of two optimizers at small width: two solutions, no others, and a window of radii for each. Exact.

Statement: ``{"X", "y", "a", "b", "max_entry", "gauge_squared", "barrier", "barrier_labelled"}``. The networks of
the width of a and b that fit y exactly are a, b and their renumberings, and no others (as effective weights); they
are as many components. ``max_entry`` lists max_j ‖v_j‖_∞ of a and b, the least R1·R2 with max |U| ≤ R1 and max |α|
≤ R2; ``gauge_squared`` lists Γ_M², the squares of the least R1·R2 with ‖U‖ ≤ R1 and ‖α‖₂ ≤ R2. The two orders are
opposite: between the two radii of either kind one of the solutions is left, and it is not the same one. ``barrier``
and ``barrier_labelled`` lie between a and b when neurons may be renumbered and when they may not.

Proof: the proofs of the kinds ``components`` (level 0), ``gauge`` (one for a, one for b) and ``barrier`` (two).
"""

from collections.abc import Mapping
from typing import Any

from theory.exact.certificate import Rejected, members
from theory.exact.effective import Weights, read_effective
from theory.exact.kinds.barrier import check_bounds
from theory.exact.kinds.components import LARGEST_WIDTH, check_components
from theory.exact.kinds.gauge import check_gauge
from theory.exact.rational import Vector, read_matrix, read_number, read_vector


def check(statement: dict[str, Any], proof: dict[str, Any]) -> Mapping[str, Any]:
    """Re-derive every part, and that the two orders of the radii are opposite."""
    pairs, barriers = ("max_entry", "gauge_squared"), ("barrier", "barrier_labelled")
    members(statement, "statement", {"X", "y", "a", "b", *pairs, *barriers})
    members(proof, "proof", {"components", "gauges", *barriers})
    X = read_matrix(statement["X"], "statement.X")
    if not X or not X[0]:
        raise Rejected("statement.X: no entries")
    y = read_vector(statement["y"], "statement.y", len(X))
    ends = _read_ends(statement, len(X[0]))
    radii = [read_vector(statement[name], f"statement.{name}", 2) for name in pairs]
    if radii[0] != tuple(max(abs(entry) for _, v in end for entry in v) for end in ends):
        raise Rejected("statement.max_entry: not the largest entries of the effective weights")
    if not isinstance(proof["gauges"], list) or len(proof["gauges"]) != 2:
        raise Rejected("proof.gauges: two are wanted")
    for end, square, gauge in zip(ends, radii[1], proof["gauges"], strict=True):
        check_gauge(tuple(v for _, v in end), square, square, gauge)
    if not _opposite(*radii):
        raise Rejected("statement: both radii are smaller for the same solution, so nothing is separated")
    found = check_components(X, y, read_number(0, "level"), len(ends[0]), ends, proof["components"])
    if found["single_points"] != 2:
        raise Rejected("proof.components: a component is not shown to be a single point")
    heights = {name: read_number(statement[name], f"statement.{name}") for name in barriers}
    for name, height in heights.items():
        check_bounds(X, y, ends, name == "barrier", height, proof[name])
    return {
        **heights,
        "components": found["components"],
        "components_modulo_permutation": found["components_modulo_permutation"],
        "max_entry_a": radii[0][0],
        "max_entry_b": radii[0][1],
        "gauge_squared_a": radii[1][0],
        "gauge_squared_b": radii[1][1],
    }


def _read_ends(statement: dict[str, Any], d: int) -> tuple[Weights, Weights]:
    neurons = members(statement["a"], "statement.a", {"neurons"})["neurons"]
    if not isinstance(neurons, list) or not 1 <= len(neurons) <= LARGEST_WIDTH:
        raise Rejected(f"statement.a.neurons: a list of 1 to {LARGEST_WIDTH} neurons is wanted")
    a, b = (read_effective(statement[name], f"statement.{name}", d, len(neurons)) for name in ("a", "b"))
    return a, b


def _opposite(first: Vector, second: Vector) -> bool:
    return (first[0] - first[1]) * (second[0] - second[1]) < 0
