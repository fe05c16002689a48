"""What a proof step is: a statement in LaTeX, the residuals that vanish when it is true, and a way to break it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Sympy expressions and matrices, or exact numbers. All of them vanish exactly when the step is true.
Residuals = Callable[..., Iterable[Any]]

#: A residual that is larger than this at a rational point is not zero; it is evaluated to 30 digits.
VISIBLE = Fraction(1, 10**12)


@dataclass(frozen=True)
class Outcome:
    """What became of a step: whether it holds, by which kind of evidence, on how many residuals."""

    holds: bool
    symbolic: bool
    count: int

    def __str__(self) -> str:
        how = "symbolically" if self.symbolic else f"exactly, on {self.count} instances"
        return f"{'holds' if self.holds else 'FAILS'} {how}"


@dataclass(frozen=True)
class Step:
    """One step of a proof.

    Attributes:
        topic: the file it is in.
        name: the name of its function, in words.
        latex: what it says, as LaTeX.
        sentence: what it says, or what it is for, as one plain sentence.
        symbolic: True when the residuals are identities in their symbols, False when they are numbers, one an instance.
        residuals: the function that computes them.
        breaks: arguments of ``residuals`` that make the step false; the tests ask that this is noticed.
    """

    topic: str
    name: str
    latex: str
    sentence: str
    symbolic: bool
    residuals: Residuals
    breaks: Mapping[str, Any]

    def run(self) -> Outcome:
        """Compute the residuals; the step holds when there are some and all vanish."""
        found = [entry for residual in self.residuals() for entry in _entries(residual)]
        vanish = all(map(_vanishes_identically, found)) if self.symbolic else not any(found)
        return Outcome(bool(found) and vanish, self.symbolic, len(found))

    def notices(self) -> bool:
        """Whether the broken step is refuted: by a number that is not zero, for identities at a rational point."""
        broken = [entry for residual in self.residuals(**self.breaks) for entry in _entries(residual)]
        return any(abs(value_at_a_point(entry)) > VISIBLE if self.symbolic else entry != 0 for entry in broken)


def identity(latex: str, sentence: str, **breaks: Any) -> Callable[[Residuals], Step]:
    """A step whose residuals are sympy expressions that vanish for all values of their symbols.

    Args:
        latex: what it says, as LaTeX.
        sentence: what it says or what it is for.
        breaks: arguments of the decorated function that make the step false.
    """
    return _decorator(latex, sentence, breaks, symbolic=True)


def computation(latex: str, sentence: str, **breaks: Any) -> Callable[[Residuals], Step]:
    """A step whose residuals are exact numbers, one an instance; arguments as for :func:`identity`."""
    return _decorator(latex, sentence, breaks, symbolic=False)


def _decorator(latex: str, sentence: str, breaks: Mapping[str, Any], symbolic: bool) -> Callable[[Residuals], Step]:
    def decorate(residuals: Residuals) -> Step:
        topic, name = residuals.__module__.rpartition(".")[2], residuals.__name__.replace("_", " ")
        return Step(topic, name, latex, sentence, symbolic, residuals, breaks)

    return decorate


def value_at_a_point(expression: Any) -> Any:
    """The expression to 30 digits, with distinct rationals between 0 and 1 for its symbols.

    This does not depend on how far sympy can simplify, so it tells apart "is not zero" and "was not simplified".
    """
    import sympy

    symbols = sorted(sympy.sympify(expression).free_symbols, key=str)
    point = {symbol: sympy.Rational(2 * k + 1, 2 * len(symbols) + 3) for k, symbol in enumerate(symbols)}
    return sympy.N(sympy.sympify(expression).subs(point), 30)


def _vanishes_identically(expression: Any) -> bool:
    import sympy

    # Most residuals are rational in what occurs in them, and then the numerator decides, far quicker than simplifying.
    if sympy.expand(sympy.numer(sympy.together(expression))) == 0:
        return True
    return bool(sympy.cancel(expression) == 0 or sympy.simplify(expression) == 0)


def _entries(residual: Any) -> Iterable[Any]:
    return residual if hasattr(residual, "shape") else (residual,)
