"""A separation: two solutions, the radii at which each optimizer's set admits them, and the barrier between."""

from math import sqrt
from typing import Any

from paper_checks.drawing import COLOURS, as_float, effective_weights, exact, figure, hyperplanes, loss_profile, tidy


def draw(instance: dict[str, Any], certificate: dict[str, Any]) -> Any:
    """The solutions in the plane, the radius windows, and the two best paths."""
    statement, proof = certificate["statement"], certificate["proof"]
    made, axes = figure(3, width=4.2)
    _solutions(axes[0], statement)
    _windows(axes[1], statement)
    for name, label, colour in (("barrier", "modulo permutation", COLOURS[0]), ("barrier_labelled", "labelled", COLOURS[1])):
        loss_profile(axes[2], statement, proof[name]["path"], f"{label}: {exact(statement[name])}", colour)
        axes[2].axhline(as_float(statement[name]), color=colour, ls="--", lw=0.8)
    axes[2].legend(frameon=False, fontsize=8)
    tidy(axes[2], "vertex of the path", "½‖f − y‖²", "best paths and exact barriers")
    return made


def _solutions(axes: Any, statement: dict[str, Any]) -> None:
    weights = {name: effective_weights(statement[name.lower()]) for name in "AB"}
    reach = 1.2 * max(abs(entry) for points in weights.values() for point in points for entry in point)
    hyperplanes(axes, statement["X"], reach)
    for (name, points), colour, mark in zip(weights.items(), COLOURS, "os", strict=False):
        axes.plot([p[0] for p in points], [p[1] for p in points], mark, color=colour, ms=8, label=f"solution {name}")
    axes.legend(frameon=False, fontsize=8)
    tidy(axes, "v₁", "v₂", "effective weights of the two solutions")


def _windows(axes: Any, statement: dict[str, Any]) -> None:
    """From which radius on each solution lies in the max-entry and in the spectral set."""
    rows = [("max-entry (AdamW)", [as_float(value) for value in statement["max_entry"]])]
    rows.append(("spectral (Muon)", [sqrt(as_float(value)) for value in statement["gauge_squared"]]))
    largest = 1.35 * max(value for _, values in rows for value in values)
    for height, (_, values) in enumerate(rows):
        for offset, (name, value) in enumerate(zip("AB", values, strict=True)):
            axes.barh(height + 0.18 - 0.36 * offset, largest - value, left=value, height=0.3, color=COLOURS[offset], alpha=0.75)
            axes.text(value, height + 0.18 - 0.36 * offset, f" {name} from {value:.4g}", va="center", fontsize=8, color="white")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_xlim(0, largest)
    tidy(axes, "radius R = R₁R₂", "", "which solutions a radius admits")
