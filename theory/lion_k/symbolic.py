"""The norms of the family as sympy expressions: written from the definitions, apart from the numeric code."""

from typing import Any

import sympy

from theory.exact.norms import Exponent
from theory.exact.rational import InputError


def norm(profile: str, p: Exponent, W: sympy.Matrix) -> sympy.Expr:
    """The ℓ_p norm of a profile of W."""
    values = _values(profile, W)
    if p == "inf":
        return sympy.Max(*values)
    power = sympy.Rational(p.numerator, p.denominator)
    if p == 2 and profile == "singular-values":
        return _length(list(W))
    return sympy.Add(*[value**power for value in values]) ** (1 / power)


def _values(profile: str, W: sympy.Matrix) -> list[Any]:
    match profile:
        case "entries":
            return [sympy.Abs(entry) for entry in W]
        case "columns":
            return [_length(list(W.col(j))) for j in range(W.cols)]
        case "rows":
            return [_length(list(W.row(i))) for i in range(W.rows)]
        case "singular-values":
            return _singular_values(W)
    raise InputError("profile", f"{profile!r} is not one of entries, columns, rows, singular-values")


def _length(entries: list[Any]) -> sympy.Expr:
    return sympy.sqrt(sympy.Add(*[entry**2 for entry in entries]))


def _singular_values(W: sympy.Matrix) -> list[Any]:
    """Roots of the characteristic polynomial of the smaller Gram matrix, in closed form up to size 2."""
    gram = W * W.T if W.rows <= W.cols else W.T * W
    match gram.rows:
        case 1:
            return [sympy.sqrt(gram[0, 0])]
        case 2:
            trace, determinant = gram.trace(), gram.det()
            # σ1 ± σ2 = sqrt(tr ± 2·sqrt(det)).
            total, difference = (sympy.sqrt(trace + sign * 2 * sympy.sqrt(determinant)) for sign in (1, -1))
            return [(total + difference) / 2, (total - difference) / 2]
    return [sympy.sqrt(value) for value, count in gram.eigenvals().items() for _ in range(count)]
