"""Enumerating activation patterns: against one linear program a cell and row; and how far it goes.

    python -m benchmarks.patterns [--json]
"""

from benchmarks.measure import Row, compare, peak_memory, report, seconds  # isort: skip - pins threads first

import numpy as np

from benchmarks.references import incremental_lp
from theory.arrangement import arrange


def main() -> None:
    rng, rows = np.random.default_rng(0), list[Row]()
    for n, d in [(50, 3), (30, 4)]:
        X = rng.standard_normal((n, d))
        counts = set[int]()
        ours, reference, ratio = compare(
            lambda X=X: arrange(X).patterns, lambda X=X, counts=counts: counts.add(incremental_lp.patterns(X))
        )
        assert counts == {arrange(X).count}
        rows.append(_row(f"({n}, {d}) Gaussian", arrange(X).count, ours, reference, ratio))
    cases = {
        "(50, 5) Gaussian": rng.standard_normal((50, 5)),
        "(60, 3) integers in −2…2": rng.integers(-2, 3, (60, 3)).astype(float),
        "(40, 4) integers in −2…2": rng.integers(-2, 3, (40, 4)).astype(float),
    }
    for name, X in cases.items():
        rows.append(_row(name, arrange(X).count, seconds(lambda X=X: arrange(X).patterns, 3), None, None))
    report("activation patterns", rows)


def _row(case: str, count: int, ours: float, reference: float | None, ratio: float | None) -> Row:
    return {
        "case": case, "patterns": count, "optproof s": ours,
        "incremental LP s": reference if reference is not None else "", "ratio": ratio if ratio is not None else "",
        "peak GiB": peak_memory(),
    }


if __name__ == "__main__":
    main()
