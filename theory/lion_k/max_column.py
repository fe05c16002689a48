"""Column-normalised descent: K = sum of column lengths; every column of the step is a unit vector or zero.

For U = [u_1 … u_m] in R^{d×m} the columns are the neurons' input weights, and the ball bounds each neuron by itself.
"""

from theory.lion_k.base import InducedSet

SET = InducedSet(
    name="max-column",
    profile="columns",
    exponent="inf",
    optimizers=("column-normalised",),
    K_latex=r"\sum_j \|M_{:j}\|_2",
    norm_latex=r"\max_j \|W_{:j}\|_2",
    source="2310.05898 with K the sum of column lengths",
)
