"""dH/dt along Lion-K's flow is minus two products that monotonicity makes positive."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"-1 + \varepsilon(\gamma + c\lambda) + c = 0 \iff c = \frac{1-\varepsilon\gamma}{1+\varepsilon\lambda}",
    "The factor of ⟨ṁ, ẋ⟩ vanishes, which fixes the constant.",
    factor=0,
)
def constant(factor: int = 1) -> "Iterable[sympy.Expr]":
    """With ``factor`` times ελ in the denominator."""
    epsilon, gamma, lam, c = _constants(factor)
    return [-1 + epsilon * (gamma + c * lam) + c]


@identity(
    r"\frac{dH}{dt} = -\frac{\gamma+\lambda}{1+\varepsilon\lambda}\langle\tilde m - z, V - y\rangle - c\,\langle V - "
    r"\nabla K(m), \dot m\rangle",
    "The chain rule for any steps V = ∇K(m̃), ∇K(m) and z ∈ ∂K*(y): minus two products of monotone differences.",
    factor=0,
)
def derivative_along_the_flow(factor: int = 1) -> "Iterable[sympy.Expr]":
    """In the plane, with ``factor`` times ελ in the denominator of c."""
    import sympy

    epsilon, gamma, lam, c = _constants(factor)
    z, m, V, at_m, x, dm = (sympy.Matrix(sympy.symbols(f"{name}:2", real=True)) for name in ("z", "m", "V", "U", "x", "r"))
    dx, blend = V - lam * x, m + epsilon * dm
    chain = (-dm - gamma * m + gamma * z).dot(dx) + c * (lam * (z - m).dot(dx) + (at_m - lam * x).dot(dm))
    return [chain + (gamma + lam) / (1 + epsilon * lam) * (blend - z).dot(dx) + c * (V - at_m).dot(dm)]


@identity(
    r"K(m) = \sqrt{m^2+e^2}:\quad K^*(y) = -e\sqrt{1-y^2},\ \text{attained at } m = ey/\sqrt{1-y^2}",
    "A smoothed absolute value and its conjugate: value and zero slope at the maximum of ym − K(m), which is concave.",
    factor=2,
)
def conjugate_of_a_smooth_k(factor: int = 1) -> "Iterable[sympy.Expr]":
    """At y = s/√(1 + s²), which reaches all of (−1, 1), and ``factor`` times the maximiser."""
    import sympy

    m, e, s = sympy.symbols("m e s", positive=True)
    y, place = s / sympy.sqrt(1 + s**2), factor * e * s
    objective = y * m - sympy.sqrt(m**2 + e**2)
    return [objective.diff(m).subs(m, place), objective.subs(m, place) + e * sympy.sqrt(1 - y**2)]


@identity(
    r"\frac{d}{dt}H(s(t), n(t))\ \text{in full},\quad K(m) = \sqrt{m^2+e^2},\ f\ \text{any function of one weight}",
    "The same derivative with everything written out: no step of the abstract chain rule is taken on trust.",
    factor=0,
)
def one_weight_in_full(factor: int = 1) -> "Iterable[sympy.Expr]":
    """With ``factor`` times ελ in the denominator of c; f enters through its slope at s, a symbol."""
    import sympy

    epsilon, gamma, lam, c = _constants(factor)
    s, n, alpha, e, slope = sympy.symbols("s n alpha e f", positive=True)

    def K(value: Any) -> Any:
        return sympy.sqrt(value**2 + e**2)

    def dK(value: Any) -> Any:
        return value / sympy.sqrt(value**2 + e**2)

    conjugate = -e * sympy.sqrt(1 - (lam * s) ** 2)
    rest = gamma / lam * conjugate + c * (conjugate + K(n) - lam * n * s)
    dn = -alpha * slope - gamma * n
    ds = dK(n + epsilon * dn) - lam * s
    inverse = e * lam * s / sympy.sqrt(1 - (lam * s) ** 2)
    products = (gamma + lam) / (1 + epsilon * lam) * (n + epsilon * dn - inverse) * ds
    products += c * (dK(n + epsilon * dn) - dK(n)) * dn
    return [(alpha * slope + rest.diff(s)) * ds + rest.diff(n) * dn + products]


def _constants(factor: int) -> tuple[Any, Any, Any, Any]:
    """ε, γ, λ and c = (1 − εγ)/(1 + factor·ελ)."""
    import sympy

    epsilon, gamma, lam = sympy.symbols("epsilon gamma lambda", positive=True)
    return epsilon, gamma, lam, (1 - epsilon * gamma) / (1 + factor * epsilon * lam)
