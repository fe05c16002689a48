"""Row-normalised descent: K = sum of row lengths; every row of the step is a unit vector or zero."""

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="max-row",
    profile="rows",
    exponent="inf",
    optimizers=("row-normalised",),
    K_latex=r"\sum_i \|M_{i:}\|_2",
    norm_latex=r"\max_i \|W_{i:}\|_2",
    source="2310.05898 with K the sum of row lengths",
)
