"""How every benchmark measures: one thread, alternating runs, medians, and ratios within one run.

Importing this module pins the solvers to one thread, so it is imported before numpy.
"""

import json
import os
import platform
import resource
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[_variable] = "1"

Row = dict[str, Any]


def seconds(function: Callable[[], Any], runs: int = 5) -> float:
    """The median wall time of a call."""
    times = []
    for _ in range(runs):
        started = perf_counter()
        function()
        times.append(perf_counter() - started)
    return median(times)


def compare(ours: Callable[[], Any], reference: Callable[[], Any], runs: int = 3) -> tuple[float, float, float]:
    """Median seconds of both, run in turn, and the median of the ratios reference / ours pair by pair."""
    pairs = [(seconds(ours, 1), seconds(reference, 1)) for _ in range(runs)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(b / a for a, b in pairs)


def peak_memory() -> float:
    """The largest resident size of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def report(title: str, rows: list[Row]) -> None:
    """Print the rows as a table, or as JSON with ``--json``."""
    machine = f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one thread"
    if "--json" in sys.argv:
        print(json.dumps({"title": title, "machine": machine, "rows": rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{title} ({machine})")
    for heading in rows[0]:
        table.add_column(heading, justify="left" if heading == "case" else "right")
    for row in rows:
        table.add_row(*(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values()))
    Console(width=140).print(table)
