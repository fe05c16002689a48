"""The gauge of the spectral row: minimising over q and maximising over Z give the same number.

    Γ_M(V)² = min_{q ≥ 0, 1ᵀq = 1} λ_max(Σ v_i v_iᵀ/q_i) = max_{Z ⪰ 0, tr Z = 1} (Σ ‖Z^{1/2} v_i‖)²

λ_max(A) = max_Z ⟨Z, A⟩, and ⟨Z, Σ v_i v_iᵀ/q_i⟩ = Σ c_i²/q_i with c_i = ‖Z^{1/2}v_i‖. It is convex in q and linear in Z, and
the set of Z is compact, so min and max may be exchanged (Sion); the inner minimum over q is (Σ c_i)².
"""

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\Bigl(\sum_i \frac{c_i^2}{q_i}\Bigr)\Bigl(\sum_i q_i\Bigr) - \Bigl(\sum_i c_i\Bigr)^2 = \sum_{i<j} "
    r"\frac{(c_i q_j - c_j q_i)^2}{q_i q_j} \ge 0",
    "For Σ q_i = 1 the sum of c_i²/q_i is at least (Σ c_i)².",
    power=1,
)
def sum_over_q_from_below(power: int = 2) -> "Iterable[sympy.Expr]":
    """With c_i^power in the sum on the left, for three terms."""
    import sympy

    c, q = sympy.symbols("c:3", positive=True), sympy.symbols("q:3", positive=True)
    left = sum(x**power / y for x, y in zip(c, q, strict=True)) * sum(q) - sum(c) ** 2
    return [left - sum((c[i] * q[j] - c[j] * q[i]) ** 2 / (q[i] * q[j]) for i, j in combinations(range(3), 2))]


@identity(
    r"q_i = c_i/\textstyle\sum_j c_j:\quad \sum_i q_i = 1,\quad \sum_i c_i^2/q_i = \Bigl(\sum_i c_i\Bigr)^2",
    "The minimum is attained at q proportional to c.",
    power=2,
)
def attained_at_q_like_c(power: int = 1) -> "Iterable[sympy.Expr]":
    """At q proportional to c^power."""
    import sympy

    c = sympy.symbols("c:3", positive=True)
    q = [x**power / sum(y**power for y in c) for x in c]
    return [sum(q) - 1, sum(x**2 / y for x, y in zip(c, q, strict=True)) - sum(c) ** 2]


@identity(
    r"\Bigl\langle Z, \sum_i v_i v_i^\top/q_i\Bigr\rangle = \sum_i \frac{v_i^\top Z v_i}{q_i} = \sum_i "
    r"\frac{\|Z^{1/2}v_i\|^2}{q_i}",
    "The largest eigenvalue is a maximum over Z of a function that is linear in Z and convex in q.",
    power=2,
)
def pairing_with_z(power: int = 1) -> "Iterable[sympy.Expr]":
    """With Z^{1/2} = S symmetric, two columns, divided by q^power on the right."""
    import sympy

    s = sympy.symbols("s:3", real=True)
    S, V = sympy.Matrix([[s[0], s[1]], [s[1], s[2]]]), sympy.Matrix(2, 2, sympy.symbols("v:4", real=True))
    q = sympy.symbols("q:2", positive=True)
    left = (S * S * sum((V[:, i] * V[:, i].T / q[i] for i in range(2)), sympy.zeros(2, 2))).trace()
    return [left - sum((S * V[:, i]).dot(S * V[:, i]) / q[i] ** power for i in range(2))]


@identity(
    r"\sum_i q_i = R_2^2:\quad \lambda_{\max}\Bigl(\sum_i \frac{v_i v_i^\top}{q_i}\Bigr) = \frac{1}{R_2^2}"
    r"\lambda_{\max}\Bigl(\sum_i \frac{v_i v_i^\top}{q_i/R_2^2}\Bigr)",
    "By homogeneity the radii enter as a product: some q with 1ᵀq ≤ R2² reaches R1² exactly when Γ_M(V) ≤ R1R2.",
    power=1,
)
def radii_enter_as_a_product(power: int = 2) -> "Iterable[sympy.Matrix]":
    """With R2^power for R2²."""
    import sympy

    V, R = sympy.Matrix(2, 2, sympy.symbols("v:4", real=True)), sympy.Symbol("R", positive=True)
    q = sympy.symbols("q:2", positive=True)
    left, right = (
        sum((V[:, i] * V[:, i].T / weight[i] for i in range(2)), sympy.zeros(2, 2))
        for weight in (q, [x / R**power for x in q])
    )
    return [left - right / R**2]


@computation(
    r"q_i \propto \|Z^{1/2}v_i\|,\ \sum_i v_i v_i^\top/q_i \preceq \gamma^2 I,\ \sum_i \|Z^{1/2}v_i\| = \gamma\ "
    r"\Rightarrow\ \Gamma_M(V) = \gamma",
    "Saddle points that meet both bounds: equal angles in the plane, orthogonal columns in space, a repeated column.",
    scale=2,
)
def saddle_points(scale: int = 1) -> "Iterable[sympy.Expr]":
    """tr Z − 1, Σ q − 1, λ_max − γ² and (Σ‖Z^{1/2}v‖)² − γ², with Z scaled; roots are exact numbers of sympy."""
    import sympy

    half, root = sympy.Rational(1, 2), sympy.sqrt(3) / 2
    cases = [
        (sympy.Matrix([[1, -half, -half], [0, root, -root]]), sympy.eye(2) / 2, sympy.Rational(9, 2)),
        (sympy.diag(1, 2, 3), sympy.diag(1, 4, 9) / 14, sympy.Integer(14)),
        (sympy.Matrix([[3, 3], [4, 4]]), sympy.Matrix([[9, 12], [12, 16]]) / 25, sympy.Integer(100)),
    ]
    for V, saddle, square in cases:
        Z, columns = scale * saddle, [V[:, i] for i in range(V.cols)]
        lengths = [sympy.sqrt((v.T * Z * v)[0]) for v in columns]
        q = [length / sum(lengths) for length in lengths]
        gram = sum((v * v.T / weight for v, weight in zip(columns, q, strict=True)), sympy.zeros(V.rows, V.rows))
        yield Z.trace() - 1
        yield sympy.simplify(max(sympy.simplify(gram).eigenvals(multiple=True), key=lambda x: sympy.N(x)) - square)
        yield sympy.simplify(sum(lengths) ** 2 - square)
