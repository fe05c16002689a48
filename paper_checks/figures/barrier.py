"""A barrier: the loss along the best path, and the cut that no path can cross below it."""

from typing import Any

from paper_checks.drawing import COLOURS, as_float, effective_weights, exact, figure, hyperplanes, loss_profile, tidy


def draw(instance: dict[str, Any], certificate: dict[str, Any]) -> Any:
    """The loss profile; and, for two inputs, where the neurons travel."""
    statement, path = certificate["statement"], certificate["proof"]["path"]
    flat = len(statement["X"][0]) == 2
    made, axes = figure(2 if flat else 1)
    level = as_float(statement["barrier"])
    loss_profile(axes[0], statement, path, "loss on the path", COLOURS[0])
    axes[0].axhline(level, color=COLOURS[1], ls="--", lw=1, label=f"barrier {exact(statement['barrier'])} (exact)")
    axes[0].legend(frameon=False, fontsize=8)
    numbering = "modulo permutation" if statement["modulo_permutation"] else "neurons keep their numbers"
    tidy(axes[0], "vertex of the path", "½‖f − y‖²", f"best path, {numbering}")
    if flat:
        travel(axes[1], statement, path)
    return made


def travel(axes: Any, statement: dict[str, Any], path: list[Any]) -> None:
    """The effective weights of each neuron along the path, among the hyperplanes of the data."""
    tracks = list(zip(*(effective_weights(network) for network in path), strict=True))
    reach = 1.15 * max(abs(entry) for track in tracks for point in track for entry in point) or 1.0
    hyperplanes(axes, statement["X"], reach)
    for number, track in enumerate(tracks):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot([p[0] for p in track], [p[1] for p in track], color=colour, lw=1.4, label=f"neuron {number + 1}")
        axes.plot(*track[0], "o", color=colour, ms=6)
        axes.plot(*track[-1], "s", color=colour, ms=6, mfc="white")
    axes.legend(frameon=False, fontsize=8)
    tidy(axes, "v₁", "v₂", "neurons on the path (● from, □ to)")
