"""Gradient descent on W2 for ‖W2W1 − A‖_F²/‖A‖_F² with W1 frozen, all entries symbols and W1 of shape 2 × 3."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from theory.proof_steps.step import identity

if TYPE_CHECKING:
    import sympy


@identity(
    r"\nabla_{W_2}\frac{\|W_2W_1-A\|_F^2}{\|A\|_F^2} = \frac{2}{\|A\|_F^2}(W_2W_1-A)W_1^\top",
    "The gradient, by differentiating the loss entry by entry.",
    factor=1,
)
def gradient(factor: int = 2) -> "Iterable[sympy.Matrix]":
    """With the factor in front."""
    W1, W2, A, _, slope = _setting()
    return [slope - factor * (W2 * W1 - A) * W1.T / (A * A.T)[0]]


@identity(
    r"E \leftarrow E\Bigl(I - \frac{2\eta}{\|A\|_F^2}W_1^\top W_1\Bigr),\quad E = W_2W_1 - A",
    "One step multiplies the residual from the right by the Gram of the columns of W1.",
    factor=1,
)
def residual(factor: int = 2) -> "Iterable[sympy.Matrix]":
    """With the factor of η."""
    import sympy

    W1, W2, A, rate, slope = _setting()
    shrink = sympy.eye(3) - factor * rate / (A * A.T)[0] * W1.T * W1
    return [(W2 - rate * slope) * W1 - A - (W2 * W1 - A) * shrink]


@identity(
    r"e \leftarrow e\Bigl(I - \frac{2\eta}{\|A\|_F^2}W_1W_1^\top\Bigr),\quad e = W_2 - W_2^*,\ W_2^*W_1 = A",
    "One step multiplies the weight error from the right by the Gram of the rows of W1.",
    factor=1,
)
def weight_error(factor: int = 2) -> "Iterable[sympy.Matrix]":
    """With the factor of η, in the realisable case."""
    import sympy

    W1, W2, A, rate, slope = _setting()
    solution = sympy.Matrix(1, 2, sympy.symbols("s:2"))
    shrink = sympy.eye(2) - factor * rate / (A * A.T)[0] * W1 * W1.T
    law = W2 - rate * slope - solution - (W2 - solution) * shrink
    return [law.subs(dict(zip(A, solution * W1, strict=True)))]


def _setting() -> tuple[Any, Any, Any, Any, Any]:
    """W1, W2, A, η and the gradient of the loss in W2."""
    import sympy

    W1, W2 = sympy.Matrix(2, 3, sympy.symbols("w:6")), sympy.Matrix(1, 2, sympy.symbols("v:2"))
    A, rate = sympy.Matrix(1, 3, sympy.symbols("a:3")), sympy.Symbol("eta")
    rest = W2 * W1 - A
    loss = (rest * rest.T)[0] / (A * A.T)[0]
    return W1, W2, A, rate, sympy.Matrix(1, 2, [sympy.diff(loss, v) for v in W2])
