"""Training with weight decay to a certified optimum: against the convex form with all patterns written down.

    python -m benchmarks.group_lasso [--json]

Our time includes the certificate: the exact interval around the optimum over networks of any width.
"""

from benchmarks.measure import Row, compare, report, seconds  # isort: skip - pins threads first

from importlib.util import find_spec

import numpy as np

from benchmarks.references import direct_cvxpy, scnn_all_gates
from numerics.solution import Solution
from numerics.solving import solve
from theory.arrangement import arrange


def data(n: int, d: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Gaussian rows and targets, and a weight at which some ten neurons are wanted."""
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    return X, y, float(0.1 * np.linalg.norm(X.T @ np.maximum(y, 0)))


def main() -> None:
    rows = list[Row]()
    ours_at(6, 2)  # imports count for nobody
    for n, d, runs in [(50, 3, 3), (20, 4, 3), (30, 4, 3)]:
        X, y, beta = data(n, d)
        solution = ours_at(n, d)
        values = list[float]()
        ours, direct, ratio = compare(
            lambda n=n, d=d: ours_at(n, d),
            lambda X=X, y=y, beta=beta, values=values: values.append(direct_cvxpy.optimum(X, y, beta)), runs,
        )
        assert all(abs(value - solution.value) <= 1e-6 * solution.value for value in values)
        row = described(n, d, solution) | {"optproof s": ours, "direct CLARABEL s": direct, "ratio": ratio}
        if find_spec("scnn"):
            gaps = list[float]()
            _, other, ratio = compare(
                lambda n=n, d=d: ours_at(n, d),
                lambda X=X, y=y, beta=beta, gaps=gaps: gaps.append(scnn_all_gates.objective(X, y, beta)), 1,
            )
            row |= {"scnn s": other, "ratio to scnn": ratio, "scnn above": gaps[-1] / float(solution.lower) - 1}
        rows.append(row)
    solutions = list[Solution]()
    alone = seconds(lambda: solutions.append(ours_at(50, 5)), 1)
    rows.append(described(50, 5, solutions[-1]) | {"optproof s": alone})
    report("weight decay to a certified optimum", [{key: row.get(key, "") for key in rows[0]} for row in rows])


def ours_at(n: int, d: int) -> Solution:
    X, y, beta = data(n, d)
    return solve((X, y), "frobenius", objective="penalised", beta=beta)


def described(n: int, d: int, solution: Solution) -> Row:
    leaves = sum(len(solution.certificate["proof"][part]["leaves"]) for part in ("above", "below"))
    return {
        "case": f"({n}, {d})", "patterns": arrange(data(n, d)[0]).count, "status": solution.status,
        "proved gap": solution.gap, "neurons": solution.width, "leaves": leaves,
    }


if __name__ == "__main__":
    main()
