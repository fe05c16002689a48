"""When a group of neurons fits a max-entry region and a spectral one at once, at large width.

A group of k neurons with ‖u_j‖_∞ ≤ r and |α_j| ≤ r, effective weight v = Σ α_j u_j and q = Σ α_j², κ = r²k, has

    q ≤ κ,   ‖v‖_∞² ≤ qκ,   and UUᵀ ⪰ vvᵀ/q,

and conversely k equal neurons reach every (v, q) that keeps the first two, with UUᵀ = vvᵀ/q.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"k\sum_{j\le k}\alpha_j^2 - \Bigl(\sum_{j\le k}|\alpha_j|\Bigr)^2 = \sum_{i<j}(|\alpha_i|-|\alpha_j|)^2,\qquad "
    r"\|v\|_\infty \le r\sum_j|\alpha_j| \le r\sqrt{kq} = \sqrt{q\kappa}",
    "The largest entry of an effective weight costs output weight, by Cauchy–Schwarz.",
    sign=-1,
)
def entries_cost_output_weight(sign: int = 1) -> "Iterable[sympy.Expr]":
    """Three neurons, by the sizes of their output weights; ``sign`` inside the squares."""
    import sympy

    a = sympy.symbols("a:3", positive=True)
    squares = sum((a[i] - sign * a[j]) ** 2 for i, j in combinations(range(3), 2))
    return [3 * sum(x**2 for x in a) - sum(a) ** 2 - squares]


@identity(
    r"\alpha_j = \sqrt{q/k},\ u_j = \frac{v}{k\alpha_j}:\quad \sum_j\alpha_ju_j = v,\quad \sum_j\alpha_j^2 = q,\quad "
    r"\sum_ju_ju_j^\top = \frac{vv^\top}{q},\quad \alpha_j^2 = \frac{r^2q}{\kappa},\quad \|u_j\|_\infty^2 = "
    r"\frac{r^2\|v\|_\infty^2}{q\kappa}",
    "k equal neurons reach (v, q), and their entries are at most r exactly when q ≤ κ and ‖v‖_∞² ≤ qκ.",
    copies=2,
)
def equal_neurons_reach_v_and_q(copies: int = 1) -> "Iterable[sympy.Expr | sympy.Matrix]":
    """With copies·k neurons of these weights; the largest entry of v is the first."""
    import sympy

    v, (q, k, r) = sympy.Matrix(sympy.symbols("v:2", positive=True)), sympy.symbols("q k r", positive=True)
    count, kappa, alpha = copies * k, r**2 * k, sympy.sqrt(q / k)
    u = v / (k * alpha)
    return [
        count * alpha * u - v, count * alpha**2 - q, count * u * u.T - v * v.T / q,
        alpha**2 - r**2 * q / kappa, u[0] ** 2 - r**2 * v[0] ** 2 / (q * kappa),
    ]


@identity(
    r"\frac1q\sum_j\alpha_j^2\Bigl(\frac{u_j}{\alpha_j} - \frac vq\Bigr)\Bigl(\frac{u_j}{\alpha_j} - \frac vq\Bigr)^\top = "
    r"\frac1q\Bigl(\sum_ju_ju_j^\top - \frac{vv^\top}{q}\Bigr)",
    "The Gram matrix of a group is at least vvᵀ/q: the difference is a weighted covariance.",
    power=1,
)
def gram_is_at_least_one_neuron(power: int = 2) -> "Iterable[sympy.Matrix]":
    """Two neurons in the plane, weighted by α^power."""
    import sympy

    U, alpha = sympy.Matrix(2, 2, sympy.symbols("u:4", real=True)), sympy.symbols("a:2", positive=True)
    v, q = U * sympy.Matrix(alpha), sum(a**2 for a in alpha)
    covariance = sympy.zeros(2, 2)
    for j, a in enumerate(alpha):
        off = U[:, j] / a - v / q
        covariance += a**power * off * off.T
    return [covariance - (U * U.T - v * v.T / q)]
