"""Activation patterns: the cells in the plane for two inputs, else how many rows the patterns activate."""

from typing import Any

from paper_checks.drawing import COLOURS, as_float, figure, hyperplanes, tidy

#: More labels than this do not fit.
LABELLED = 24


def draw(instance: dict[str, Any], certificate: dict[str, Any]) -> Any:
    """A picture of all patterns in the certificate."""
    X, listed = certificate["statement"]["X"], certificate["proof"]["patterns"]
    made, (axes,) = figure(1)
    if len(X[0]) == 2 and len(listed) <= LABELLED:
        _plane(axes, X, listed)
    else:
        active = [entry["pattern"].count("1") for entry in listed]
        axes.hist(active, bins=[k - 0.5 for k in range(len(X) + 2)], color=COLOURS[0], rwidth=0.85)
        tidy(axes, "active rows", "patterns", f"{len(listed)} patterns of {len(X)} rows")
    return made


def _plane(axes: Any, X: list[Any], listed: list[Any]) -> None:
    hyperplanes(axes, X, 1.4)
    for entry in listed:
        u = [as_float(number) for number in entry["witness"]]
        size = (u[0] ** 2 + u[1] ** 2) ** 0.5 or 1.0
        axes.text(u[0] / size, u[1] / size, entry["pattern"], ha="center", va="center", fontsize=8, color=COLOURS[0])
    tidy(axes, "u₁", "u₂", f"{len(listed)} patterns of {len(X)} rows")
