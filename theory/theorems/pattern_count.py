"""The number of activation patterns: Cover's bound, with equality in general position."""

from typing import TYPE_CHECKING, Any

from theory.claim import (
    Agreement,
    Certificate,
    Claim,
    Exact,
    Hypothesis,
    Instance,
    Margin,
    Mutant,
    Source,
)
from theory.exact import Finding, Rejected, check, read_matrix
from theory.exact.arrangement import cell_bound, normals, rank

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: Exhaustive checks (general position, brute force) stay small.
LARGEST = 9


def instances() -> "SearchStrategy[Instance]":
    """Data with all the degeneracies of :func:`theory.instances.problems`, and data in general position."""
    from hypothesis import strategies as st

    from theory.instances import problems

    degenerate = problems(n=(1, 7), d=(1, 4))
    generic = problems(n=(1, 7), d=(1, 4), degenerate=False, largest=40)
    return st.one_of(degenerate, generic).map(lambda problem: {"X": problem["X"]})


def check_instance(instance: Instance, certificate: Certificate) -> Finding:
    """The certificate is about this X, and passes the exact checker."""
    finding = check(certificate)
    if finding.kind != "patterns" or read_matrix(finding.statement["X"], "X") != read_matrix(instance["X"], "X"):
        raise Rejected("the certificate is about other data")
    return finding


def general_position(X: Any) -> bool:
    """Every r distinct hyperplanes have independent normals (exact, exhaustive)."""
    from itertools import combinations

    distinct, r = normals(read_matrix(X, "X")), rank(read_matrix(X, "X"))
    return all(rank(chosen) == min(r, len(chosen)) for chosen in combinations(distinct, min(r, len(distinct))))


def _equality(finding: Finding, wanted: int, detail: str) -> Margin:
    return Margin(-abs(finding.facts["count"] - wanted), Exact(finding), detail)


def margin(instance: Instance, finding: Finding) -> Margin:
    """bound − count, and exactly zero when the data are in general position."""
    count, bound = finding.facts["count"], finding.facts["bound"]
    if count != bound and general_position(instance["X"]):
        return Margin(-abs(bound - count), Exact(finding), "no equality in general position")
    return Margin(bound - count, Exact(finding), f"{count} patterns, bound {bound}")


def _mutant(name: str, change: str, wanted: Any, everywhere: bool = False) -> Mutant:
    """The equality with another number; in general position, or ``everywhere``."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        if not everywhere and not general_position(instance["X"]):
            return Margin(0, Exact(finding), "not in general position: nothing is said")
        return _equality(finding, wanted(finding.facts), change)

    return Mutant(name, change, relation)


def brute_force(instance: Instance) -> int:
    """Every sign vector over the distinct hyperplanes, tested for a strict solution by a linear program."""
    from itertools import product

    import numpy as np
    from scipy.optimize import linprog

    distinct = np.array(normals(read_matrix(instance["X"], "X")), dtype=float)
    if not distinct.size:
        return 1
    scaled = distinct / np.abs(distinct).max(axis=1, keepdims=True)
    count = 0
    for signs in product((1.0, -1.0), repeat=len(scaled)):
        # Cells are cones: strict feasibility is feasibility with slack one, at some scale.
        solved = linprog(
            np.zeros(scaled.shape[1]), A_ub=-np.array(signs)[:, None] * scaled, b_ub=-np.ones(len(scaled)),
            bounds=(None, None), method="highs",
        )
        count += solved.status == 0
    return count


CLAIM = Claim(
    id="pattern-count",
    title="The number of activation patterns",
    source=Source("Cover 1965", "our specification, section 0 (a known result, restated there)", ours=False),
    latex=r"P \;\le\; 2\sum_{k=0}^{r-1}\binom{h-1}{k}, \quad r=\operatorname{rank}X",
    sentence=(
        "The cells of the arrangement of X, with h distinct hyperplanes and rank r, number at most 2 Σ_{k<r} C(h−1, k), "
        "with equality in general position."
    ),
    quantifier="for all",
    relation="≤",
    proof="""Deletion and restriction: adding hyperplane number h to the others cuts as many cells as the restriction of the
others to it has, and the restriction has at most h − 1 distinct hyperplanes and rank at most r − 1. With c(h, r) the largest
count, c(h, r) ≤ c(h−1, r) + c(h−1, r−1); c(h, 1) = 2, c(1, r) = 2; Pascal's rule solves the recursion by 2 Σ_{k<r} C(h−1, k).
In general position the restriction has exactly h − 1 distinct hyperplanes, again in general position, and every step is an
equality. Zero rows bound nothing, parallel rows share a hyperplane, and directions outside the row space change no pattern.""",
    hypotheses=(
        Hypothesis("size", f"at most {LARGEST} rows", lambda i: LARGEST - len(i["X"]), {"X": [[1, k] for k in range(12)]}),
        Hypothesis("rows", "at least one row", lambda i: len(i["X"]) - 1, {"X": []}),
    ),
    instances=instances,
    boundary=(
        {"X": [[0, 0]]},
        {"X": [[1]]},
        {"X": [[1, 2], [2, 4], [-1, -2], [0, 0]]},
        {"X": [[1, 0, 1], [0, 1, 0], [1, 1, 1], [2, 1, 2]]},
        {"X": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]]},
        {"X": [["1/3", "1e-30"], ["-1/3", "1e30"], [0.1, 0.2]]},
    ),
    certify="theory.arrangement:certify_patterns",
    check=check_instance,
    margin=margin,
    mutants=(
        _mutant("n for n−1", "C(h, k) instead of C(h−1, k)", lambda f: cell_bound(f["hyperplanes"] + 1, f["rank"])),
        _mutant("no factor 2", "Σ C(h−1, k) without the factor 2",
                lambda f: cell_bound(f["hyperplanes"], f["rank"]) // 2),
        _mutant("no general position", "equality for all data", lambda f: f["bound"], everywhere=True),
        _mutant("d for r", "the number of columns instead of the rank",
                lambda f: cell_bound(f["hyperplanes"], f["dimension"])),
        _mutant("rows for hyperplanes", "repeated, opposite and zero rows counted",
                lambda f: cell_bound(f["rows"], f["rank"])),
        Mutant("strict", "< instead of ≤",
               lambda i, found: Margin(found.facts["bound"] - found.facts["count"] - 1, Exact(found), "strictly fewer")),
    ),
    agreements=(Agreement("a linear program for each of the 2^h sign vectors", "count", brute_force),),
    tight={"X": [[-1, 2], [0, -2], [2, 0], [-3, -3]]},
    neutral="theory.theorems.pattern_count:same_patterns",
    steps=("cover_recursion",),
    tags=("patterns",),
)


def same_patterns(original: Certificate, altered: Certificate) -> bool:
    """The altered certificate lists the same patterns for the same X, and its witnesses still realise them.

    A cell has many points; another primitive point of the same cell is another proof of the same statement. Decided in
    integers, row by row, without the checker.
    """
    if altered["statement"] != original["statement"]:
        return False
    pairs = list(zip(original["proof"]["patterns"], altered["proof"]["patterns"], strict=True))
    X = read_matrix(original["statement"]["X"], "X")
    for before, after in pairs:
        u = [int(entry) for entry in after["witness"]]
        products = [sum(a * b for a, b in zip(row, u, strict=True)) for row in X]
        realised = "".join("1" if product > 0 else "0" for product in products)
        if before["pattern"] != after["pattern"] or realised != before["pattern"]:
            return False
    return True
