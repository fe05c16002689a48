r"""The gauge of the spectral row between two norms: ‖V‖_{∞→2} ≤ Γ_M(V) ≤ κ_d ‖V‖_{∞→2}.

Γ_M(V) = max {Σ ‖Z^{1/2}v_i‖ : Z ⪰ 0, tr Z = 1} is the 2-summing norm of V, and ‖V‖_{∞→2} = max_{s ∈ {±1}} ‖Vs‖.

Left: Z = wwᵀ/‖w‖² for w = Vs. Right: with g standard normal in R^d, E|gᵀZ^{1/2}v_i| = √(2/π)‖Z^{1/2}v_i‖, and
Σ|gᵀZ^{1/2}v_i| = (Z^{1/2}g)ᵀVs ≤ ‖Z^{1/2}g‖‖V‖_{∞→2} for the signs s of the terms. E‖Z^{1/2}g‖ = E√(Σ z_k g_k²) is
symmetric and concave in the eigenvalues z of Z, so it is largest at z = (1/d, …, 1/d). This gives

    κ_d = √(π/2) · E‖g‖/√d = √(π/d) Γ((d+1)/2)/Γ(d/2):    1, π/(2√2) ≈ 1.111, 2/√3 ≈ 1.155, … ↗ √(π/2) ≈ 1.2533.

κ_d cannot be lowered: columns spread evenly over the sphere come as close as one likes. √(π/2) is what is left when E‖Z^{1/2}g‖
is bounded by 1 (Jensen): little Grothendieck's constant. The sharper one for R^d is derived here.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


def _matrix(columns: int) -> "sympy.Matrix":
    import sympy

    return sympy.Matrix(2, columns, sympy.symbols(f"v:{2 * columns}", real=True))


@identity(
    r"w = Vs,\ Z = ww^\top/\|w\|^2:\quad \sum_i \|Z^{1/2}v_i\| \ge \sum_i s_i\frac{w^\top v_i}{\|w\|} = \|Vs\|",
    "Every sum of columns with signs is a value of the maximum, so the norm ∞→2 is a lower bound.",
    signs=(1, 1, 1),
)
def sums_with_signs_from_below(signs: tuple[int, ...] = (1, -1, 1)) -> "Iterable[sympy.Expr]":
    """Three columns in the plane; w has the signs (1, −1, 1), the sum has ``signs``."""
    import sympy

    V, s = _matrix(3), sympy.Matrix((1, -1, 1))
    w = V * s
    Z = w * w.T / w.dot(w)
    pairings = [w.dot(V[:, i]) for i in range(3)]
    yield Z.trace() - 1
    yield from ((V[:, i].T * Z * V[:, i])[0] - pairings[i] ** 2 / w.dot(w) for i in range(3))
    yield sum(sign * pairing for sign, pairing in zip(signs, pairings, strict=True)) - w.dot(w)


@identity(
    r"\|v_1 + v_2\|^2 I - \sum_i \frac{v_iv_i^\top}{q_i} \succeq 0,\quad q_i = \frac{(v_1+v_2)^\top v_i}{\|v_1+v_2\|^2},"
    r"\quad v_1^\top v_2 \ge 0",
    "Two columns meet the lower bound: the difference has trace ≥ 0 and determinant 0, so Γ_M² = ‖v₁‖² + ‖v₂‖² + 2|v₁ᵀv₂|.",
    power=2,
)
def two_columns_meet_the_lower_bound(power: int = 1) -> "Iterable[sympy.Expr]":
    """v1 = (r, 0) and v2 = (x, y) with r, x, y > 0; divided by q^power. Signs and rotations reach every other pair."""
    import sympy

    r, x, y = sympy.symbols("r x y", positive=True)
    v = [sympy.Matrix([r, 0]), sympy.Matrix([x, y])]
    w = v[0] + v[1]
    square, q = w.dot(w), [w.dot(column) / w.dot(w) for column in v]
    gap = square * sympy.eye(2) - sum((c * c.T / weight**power for c, weight in zip(v, q, strict=True)), sympy.zeros(2, 2))
    a, b, s = (v[i].dot(v[j]) for i, j in ((0, 0), (1, 1), (0, 1)))
    yield sum(q) - 1
    yield square - (a + b + 2 * s)
    yield from gap * w
    yield gap.trace() - square * s * (a + b + 2 * s) / ((a + s) * (b + s))


@identity(
    r"2^{-k}\sum_{s\in\{\pm1\}^k}\|Vs\|^2 = \|V\|_F^2",
    "The Frobenius norm is an average over signs, so it is at most the norm ∞→2 and at most Γ_M.",
    power=1,
)
def frobenius_from_below(power: int = 2) -> "Iterable[sympy.Expr]":
    """Three columns in the plane; the average of ‖Vs‖^power is that of squares only for 2."""
    import sympy

    V = _matrix(3)
    sums = [V * sympy.Matrix(signs) for signs in product((1, -1), repeat=3)]
    lengths = [w.dot(w) ** sympy.Rational(power, 2) for w in sums]
    return [sum(lengths) / len(lengths) - sum(entry**2 for entry in V)]


@identity(
    r"v_1 \perp v_2,\ q_i = \|v_i\|^2/\|V\|_F^2:\quad \Bigl(\sum_i v_iv_i^\top/q_i\Bigr)^2 = \|V\|_F^2\sum_i "
    r"v_iv_i^\top/q_i",
    "Orthogonal columns meet the Frobenius norm: the sum is ‖V‖_F² times a projector.",
    power=1,
)
def orthogonal_columns_meet_the_frobenius_norm(power: int = 2) -> "Iterable[sympy.Matrix]":
    """Columns r·(a, b, 0) and t·(−b, a, 0) in space, with q_i proportional to ‖v_i‖^power."""
    import sympy

    a, b, r, t = sympy.symbols("a b r t", positive=True)
    v = [sympy.Matrix([r * a, r * b, 0]), sympy.Matrix([-t * b, t * a, 0])]
    size = sum(column.dot(column) for column in v)
    weights = [column.dot(column) ** sympy.Rational(power, 2) for column in v]
    gram = sum((c * c.T * sum(weights) / weight for c, weight in zip(v, weights, strict=True)), sympy.zeros(3, 3))
    return [gram * gram - size * gram]


@identity(
    r"q_i = \|v_i\|/\textstyle\sum_j\|v_j\|:\quad \lambda_{\max}\Bigl(\sum_i \frac{v_iv_i^\top}{q_i}\Bigr) \le "
    r"\mathrm{tr}\sum_i\frac{v_iv_i^\top}{q_i} = \Bigl(\sum_i\|v_i\|\Bigr)^2",
    "The sum of lengths is an upper bound, met by parallel columns, where the matrix has rank one.",
    power=2,
)
def sum_of_lengths_from_above(power: int = 1) -> "Iterable[sympy.Expr]":
    """Two columns in the plane, q proportional to ‖v_i‖^power."""
    import sympy

    V = _matrix(2)
    lengths = [sympy.sqrt(V[:, i].dot(V[:, i])) for i in range(2)]
    q = [length**power / sum(other**power for other in lengths) for length in lengths]
    gram = sum((V[:, i] * V[:, i].T / q[i] for i in range(2)), sympy.zeros(2, 2))
    return [gram.trace() - sum(lengths) ** 2]


@identity(
    r"g \sim \mathcal N(0, I):\quad \mathbb E|g^\top x| = \int_{-\infty}^{\infty} \frac{|t|}{\sqrt{2\pi}\,\|x\|}"
    r"e^{-t^2/(2\|x\|^2)}\,dt = \sqrt{2/\pi}\,\|x\|",
    "The Gaussian step of the little Grothendieck inequality; gᵀx is normal with standard deviation ‖x‖.",
    power=2,
)
def gaussian_average_of_a_product(power: int = 1) -> "Iterable[sympy.Expr]":
    """The integral of |t|^power against the density."""
    import sympy

    t, size = sympy.Symbol("t", real=True), sympy.Symbol("s", positive=True)
    density = sympy.exp(-(t**2) / (2 * size**2)) / (sympy.sqrt(2 * sympy.pi) * size)
    # The integrand is even.
    return [2 * sympy.integrate(t**power * density, (t, 0, sympy.oo)) - sympy.sqrt(2 / sympy.pi) * size]


@identity(
    r"\mathbb E\|g\| = \frac{\int_0^\infty r^{d}e^{-r^2/2}dr}{\int_0^\infty r^{d-1}e^{-r^2/2}dr} = \sqrt2\,\frac{\Gamma("
    r"\frac{d+1}2)}{\Gamma(\frac d2)},\quad \kappa_d = \sqrt{\tfrac\pi2}\,\frac{\mathbb E\|g\|}{\sqrt d}",
    "At Z = I/d, the largest case, the average length of Z^{1/2}g is E‖g‖/√d, and this is the constant of R^d.",
    shift=1,
)
def constant_in_dimension_d(shift: int = 0) -> "Iterable[sympy.Expr]":
    """The integral with d a symbol, the formula at d + shift; and κ_1 = 1, κ_2 = π/(2√2), κ_3 = 2/√3."""
    import sympy

    d, r = sympy.symbols("d r", positive=True)
    upper, lower = (sympy.integrate(r**power * sympy.exp(-(r**2) / 2), (r, 0, sympy.oo)) for power in (d, d - 1))
    yield sympy.gammasimp(upper / lower - mean_length(d + shift))
    for size, constant in ((1, 1), (2, sympy.pi / (2 * sympy.sqrt(2))), (3, 2 / sympy.sqrt(3))):
        yield sympy.sqrt(sympy.pi / 2) * mean_length(sympy.Integer(size + shift)) / sympy.sqrt(size) - constant


def mean_length(d: Any) -> Any:
    """E‖g‖ = √2 Γ((d+1)/2)/Γ(d/2) for a standard normal vector of R^d."""
    import sympy

    return sympy.sqrt(2) * sympy.gamma((d + 1) / 2) / sympy.gamma(d / 2)


@identity(
    r"\frac{d^2}{d\tau^2}\sqrt{a + b\tau} = -\frac{b^2}{4(a+b\tau)^{3/2}} \le 0,\quad \mathbb E\sum_k z_kg_k^2 = "
    r"\sum_k z_k",
    "√(Σ z_k g_k²) is concave along every line, hence so is its average; being symmetric it is largest at equal "
    "eigenvalues, and there it is at most 1.",
    power=2,
)
def average_length_is_concave(power: int = 1) -> "Iterable[sympy.Expr]":
    """The second derivative of (a + bτ)^(power/2), and the second moment of a standard normal."""
    import sympy

    a, b, tau, g = sympy.symbols("a b tau g", positive=True)
    root = (a + b * tau) ** sympy.Rational(power, 2)
    moment = sympy.integrate(g**2 * sympy.exp(-(g**2) / 2) * 2 / sympy.sqrt(2 * sympy.pi), (g, 0, sympy.oo))
    return [sympy.diff(root, tau, 2) + b**2 / (4 * (a + b * tau) ** sympy.Rational(3, 2)), moment - 1]


@identity(
    r"d = 2:\quad \frac1{2\pi}\int_0^{2\pi}\frac{1}{\sqrt2}\,dt \Big/ \frac1{2\pi}\int_0^{2\pi}|\cos t|\,dt = "
    r"\frac{\pi}{2\sqrt2} = \kappa_2",
    "Columns spread evenly over the circle attain the constant in the limit: Γ_M is at least the value at Z = I/2, and the "
    "norm ∞→2 is the average of |cos|.",
    power=2,
)
def circle_attains_the_constant(power: int = 1) -> "Iterable[sympy.Expr]":
    """The averages over the circle, of |cos t|^power for the second."""
    import sympy

    t = sympy.Symbol("t", real=True)
    average = sympy.integrate(sympy.cos(t) ** power, (t, 0, sympy.pi / 2)) / (sympy.pi / 2)
    return [1 / sympy.sqrt(2) / average - sympy.pi / (2 * sympy.sqrt(2))]


@computation(
    r"V = (v_1, v_2, v_3),\ \|v_i\| = 1,\ \angle(v_i, v_j) = 120^\circ:\quad \|V\|_{\infty\to2} = 2 < \Gamma_M(V) = "
    r"3/\sqrt2 < 2\kappa_2",
    "For three columns the lower bound can be strict, and the upper one is kept.",
    gauge_square=Fraction(5),
)
def three_columns_can_be_strict(gauge_square: Fraction = Fraction(9, 2)) -> Iterable[int]:
    """One for every relation that fails, in squares; Γ_M² = 9/2 by the saddle point Z = I/2 of ``minimax_over_q``."""
    import sympy

    half, root = sympy.Rational(1, 2), sympy.sqrt(3) / 2
    V = sympy.Matrix([[1, -half, -half], [0, root, -root]])
    squares = [sympy.expand((V * sympy.Matrix(s)).dot(V * sympy.Matrix(s))) for s in product((1, -1), repeat=3)]
    yield int(max(squares) != 4)
    yield int(bool(gauge_square <= max(squares)))
    yield int(bool(sympy.pi**2 / 2 <= gauge_square))
