"""How far decoupled weight decay lets the weights go, and the constant of AdamW.

W ← (1 − ηλ)W − ηS with ‖S‖ ≤ c and ηλ ≤ 1 keeps ‖W_T‖ ≤ Π(1 − η_tλ)‖W_0‖ + (c/λ)(1 − Π(1 − η_tλ)).

AdamW's step is S = m̂/(√v̂ + ε) with m̂ = (1 − β1)/(1 − β1^t) Σ β1^{t−i}g_i and v̂ = (1 − β2)/(1 − β2^t) Σ β2^{t−i}g_i². In the
max-entry norm Cauchy–Schwarz gives |S| ≤ c_t, with equality (ε = 0) at g_i ∝ (β1/β2)^{t−i}. With a = β2 and b = β1²/β2, so
that β1 = √(ab),

    c_t² = (Σ_{i<t} a^i)(Σ_{i<t} b^i)/(Σ_{i<t} (ab)^{i/2})²,

which does not decrease in t, so for β1² < β2 every step is at most c_∞ = (1 − β1)√(β2/((1 − β2)(β2 − β1²))).
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import computation, identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"b_t = \pi_t\|W_0\| + \tfrac c\lambda(1 - \pi_t),\ \pi_{t+1} = (1 - \eta_t\lambda)\pi_t\ \Rightarrow\ b_{t+1} = "
    r"(1 - \eta_t\lambda)b_t + \eta_t c",
    "The induction step: the bound obeys the recursion of the triangle inequality with equality.",
    power=2,
)
def bound_obeys_the_recursion(power: int = 1) -> "Iterable[sympy.Expr]":
    """With η^power·c in the recursion, and the start π_0 = 1."""
    import sympy

    w, c, lam, eta, share = sympy.symbols("w c lambda eta pi_t", positive=True)

    def bound(p: Any) -> Any:
        return p * w + c / lam * (1 - p)

    return [bound((1 - eta * lam) * share) - (1 - eta * lam) * bound(share) - eta**power * c, bound(1) - w]


@identity(
    r"\Bigl(\sum x_i^2\Bigr)\Bigl(\sum y_i^2\Bigr) - \Bigl(\sum x_iy_i\Bigr)^2 = \sum_{i<j}(x_iy_j - x_jy_i)^2,\quad "
    r"x_i = \beta_1^{t-i}\beta_2^{-(t-i)/2},\ y_i = \beta_2^{(t-i)/2}g_i",
    "Cauchy–Schwarz between the weights of the two averages, with what is lost; Σ x_i y_i is the first average.",
    power=1,
)
def cauchy_schwarz_of_the_averages(power: int = 2) -> "Iterable[sympy.Expr]":
    """Three steps; ``power`` of the first sum's terms."""
    import sympy

    beta1, beta2 = sympy.symbols("beta1 beta2", positive=True)
    g, ages = sympy.symbols("g:3", real=True), range(2, -1, -1)
    x = [beta1**age * beta2 ** -sympy.Rational(age, 2) for age in ages]
    y = [beta2 ** sympy.Rational(age, 2) * value for age, value in zip(ages, g, strict=True)]
    first, second = sum(beta1**age * value for age, value in zip(ages, g, strict=True)), sum(value**2 for value in y)
    lost = sum((x[i] * y[j] - x[j] * y[i]) ** 2 for i, j in combinations(range(3), 2))
    return [sum(value**power for value in x) * second - first**2 - lost]


@identity(
    r"g_i = (\beta_1/\beta_2)^{t-i}:\quad \hat m_t^2/\hat v_t = c_t^2 = \frac{(1-\beta_1)^2}{(1-\beta_1^t)^2}\cdot"
    r"\frac{1-\beta_2^t}{1-\beta_2}\sum_{i<t}\Bigl(\frac{\beta_1^2}{\beta_2}\Bigr)^i",
    "Gradients that grow by β2/β1 a step attain the constant, at every t from 1 to 4.",
    power=2,
)
def growing_gradients_attain_the_constant(power: int = 1) -> "Iterable[sympy.Expr]":
    """With g_i = (β1/β2)^(power·(t − i)); a first step has c_1 = 1 whatever the gradient."""
    import sympy

    beta1, beta2 = sympy.symbols("beta1 beta2", positive=True)
    for t in range(1, 5):
        gradients = [(beta1 / beta2) ** (power * age) for age in range(t)]
        m = (1 - beta1) / (1 - beta1**t) * sum(beta1**age * g for age, g in enumerate(gradients))
        v = (1 - beta2) / (1 - beta2**t) * sum(beta2**age * g**2 for age, g in enumerate(gradients))
        yield m**2 / v - square_of_the_constant(beta1, beta2, t)


def square_of_the_constant(beta1: Any, beta2: Any, t: int) -> Any:
    """c_t², for numbers or symbols and a step t ≥ 1."""
    tail = sum((beta1**2 / beta2) ** i for i in range(t))
    return ((1 - beta1) / (1 - beta1**t)) ** 2 * (1 - beta2**t) / (1 - beta2) * tail


@identity(
    r"\beta_1^2 < \beta_2:\quad c_t^2 = \frac{(1-\beta_1)^2\beta_2}{(1-\beta_2)(\beta_2-\beta_1^2)}\cdot\frac{(1-\beta_2^t)"
    r"(1-(\beta_1^2/\beta_2)^t)}{(1-\beta_1^t)^2}\ \to\ c_\infty^2 = \frac{(1-\beta_1)^2\beta_2}{(1-\beta_2)(\beta_2-"
    r"\beta_1^2)}",
    "The closed form, whose last factor tends to 1: c_∞ = √(370/7) ≈ 7.2703 for (0.9, 0.999).",
    power=1,
)
def closed_form(power: int = 2) -> "Iterable[sympy.Expr]":
    """Steps 1 to 4, with β2 − β1^power; and c_∞² = 370/7 at (9/10, 999/1000)."""
    import sympy

    beta1, beta2 = sympy.symbols("beta1 beta2", positive=True)
    limit = (1 - beta1) ** 2 * beta2 / ((1 - beta2) * (beta2 - beta1**power))
    for t in range(1, 5):
        powers = (1 - beta2**t) * (1 - (beta1**2 / beta2) ** t) / (1 - beta1**t) ** 2
        yield square_of_the_constant(beta1, beta2, t) - limit * powers
    yield limit.subs({beta1: sympy.Rational(9, 10), beta2: sympy.Rational(999, 1000)}) - sympy.Rational(370, 7)


@identity(
    r"(1 - \sqrt{ab})^2 - (1-a)(1-b) = (\sqrt a - \sqrt b)^2 \ge 0,\quad a = \beta_2^t,\ b = (\beta_1^2/\beta_2)^t",
    "The last factor of the closed form is at most one, so no step exceeds c_∞.",
    sign=-1,
)
def every_step_is_below_the_limit(sign: int = 1) -> "Iterable[sympy.Expr]":
    """With the sign inside the square on the right."""
    import sympy

    a, b = sympy.symbols("a b", positive=True)
    return [(1 - sympy.sqrt(a * b)) ** 2 - (1 - a) * (1 - b) - (sympy.sqrt(a) - sign * sympy.sqrt(b)) ** 2]


@identity(
    r"\frac{(1-a^t)(1-b^t)}{(1-(ab)^{t/2})^2} = \frac{\sinh(At)\sinh(Bt)}{\sinh^2(\frac{A+B}2t)},\ a = e^{-2A},\ b = "
    r"e^{-2B};\qquad \frac{d^2}{dx^2}\,x\coth x = 2\,\frac{x\coth x - 1}{\sinh^2x} \ge 0",
    "Nor does c_t ever decrease: its logarithm has half the derivative φ(A) + φ(B) − 2φ((A+B)/2) with φ(x) = x coth(xt), which "
    "is convex.",
    factor=1,
)
def constant_does_not_decrease(factor: int = 2) -> "Iterable[sympy.Expr]":
    """The form in sinh with p = e^{At/2} and r = e^{Bt/2}, its logarithmic derivative, and (x coth x)'' with ``factor``."""
    import sympy

    p, r, x, t = sympy.symbols("p r x t", positive=True)

    def twice_sinh(exponential: Any) -> Any:
        return exponential - 1 / exponential

    ratio = (1 - p**-4) * (1 - r**-4) / (1 - (p * r) ** -2) ** 2
    yield ratio - twice_sinh(p**2) * twice_sinh(r**2) / twice_sinh(p * r) ** 2
    yield sympy.diff(sympy.log(sympy.sinh(x * t)), t) - x * sympy.coth(x * t)
    second = sympy.diff(x * sympy.coth(x), x, 2) - factor * (x * sympy.coth(x) - 1) / sympy.sinh(x) ** 2
    yield second.rewrite(sympy.exp)


@computation(
    r"1 = c_1 \le c_2 \le \dots \le c_\infty",
    "The constant in rational arithmetic over 200 steps, for four pairs (β1, β2), one of them with β1 near √β2.",
    spare=Fraction(1, 2),
)
def constants_climb_to_their_limit(spare: Fraction = Fraction(0)) -> Iterable[int]:
    """One for each step that falls back or exceeds c_∞² − spare."""
    pairs = [("9/10", "999/1000"), ("9/10", "95/100"), ("0", "99/100"), ("97/100", "945/1000")]
    for beta1, beta2 in ((Fraction(first), Fraction(second)) for first, second in pairs):
        limit = (1 - beta1) ** 2 * beta2 / ((1 - beta2) * (beta2 - beta1**2))
        before, tail = Fraction(1), Fraction(0)
        for t in range(1, 201):
            tail += (beta1**2 / beta2) ** (t - 1)
            square = ((1 - beta1) / (1 - beta1**t)) ** 2 * (1 - beta2**t) / (1 - beta2) * tail
            yield int(not before <= square <= limit - spare)
            before = square
