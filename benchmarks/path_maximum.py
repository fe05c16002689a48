"""The certified maximum along a segment: against grids of 25 and of 4,001 points, the quicker of two ways to evaluate them.

Each network fits y exactly up to a tenth of its own outputs, and the other end is the same network with other neurons in other
places, which is what linear interpolation of trained networks looks like.

    python -m benchmarks.path_maximum [--json]
"""

from benchmarks.measure import Row, compare, peak_memory, report  # isort: skip - pins threads first

import numpy as np

from benchmarks.references.loss_grid import Floats, Network, forward_passes, interpolated
from numerics import path_barrier

Case = tuple[Floats, Floats, Network, Network]


def main() -> None:
    rows = list[Row]()
    for n, m, d in [(100, 64, 10), (500, 64, 10), (200, 256, 20), (500, 256, 20), (500, 1000, 20), (500, 2000, 20)]:
        rows.append(_row(n, m, d, *_case(n, m, d)))
    report("certified maximum of the loss along a segment", rows)


def _case(n: int, m: int, d: int) -> Case:
    rng = np.random.default_rng(n + m)
    X, U, alpha = rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)
    outputs = np.maximum(X @ U, 0) @ alpha
    order = rng.permutation(m)
    y = outputs + 0.1 * outputs.std() * rng.standard_normal(n)
    return X, y, (U, alpha), (U[:, order], alpha[order])


def _row(n: int, m: int, d: int, X: Floats, y: Floats, a: Network, b: Network) -> Row:
    found = path_barrier((X, y), a, b)
    coarse, fine = interpolated(X, y, a, b, 25), interpolated(X, y, a, b, 4001)
    assert max(coarse, fine) <= found.upper
    runs = 15 if n * m < 10**5 else 5
    against = {
        points: min((compare(lambda: path_barrier((X, y), a, b), lambda w=way, k=points: w(X, y, a, b, k),
                             runs if points == 25 else 3)
                     for way in (interpolated, forward_passes)), key=lambda times: times[2])
        for points in (25, 4001)
    }
    return {
        "case": f"n = {n}, width {m}, d = {d}", "pieces": found.pieces, "optproof s": against[25][0],
        "25 points s": against[25][1], "times of 25": 1 / against[25][2], "4,001 points s": against[4001][1],
        "quicker than 4,001": against[4001][2], "25 falls short by": float(1 - coarse / found.barrier),
        "4,001 by": float(1 - fine / found.barrier), "relative width": float((found.upper - found.lower) / found.barrier),
        "peak GiB": peak_memory(),
    }


if __name__ == "__main__":
    main()
