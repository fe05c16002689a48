"""Exact numbers in and out of JSON.

Integers and strings such as ``"18/7"`` or ``"0.1"`` are exact; a float is taken at its exact binary value. Every
refusal names the field it is about, because the command line shows it to a person as one line.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from math import isfinite, isqrt
from typing import Any

#: Most characters of a number, and the largest power of ten: beyond these a file is an attack, not data. Both are below
#: the digits that Python itself converts, so that what is read does not depend on that setting.
LONGEST_NUMBER = 4_000
LARGEST_EXPONENT = 4_000

#: An integer, a fraction or a decimal, in ASCII and without spaces, so that every version of Python reads the same.
NUMBER = re.compile(r"[+-]?(\d+(/\d+)?|(\d+\.?\d*|\.\d+)([eE](?P<exponent>[+-]?\d+))?)", re.ASCII)

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]


class InputError(ValueError):
    """Input that cannot be used. ``field`` says where, ``problem`` what is wrong and what is wanted instead."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def read_number(value: Any, field: str) -> Fraction:
    """One exact number from a JSON value, a Fraction, or a float scalar of any library.

    Raises:
        InputError: for NaN, infinities, booleans, and anything that is no number.
    """
    if isinstance(value, bool):
        raise InputError(field, "a number is wanted, not true or false")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, str):
        return _read_string(value, field)
    try:
        as_float = float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(field, f'a number or an exact string such as "18/7" is wanted, not {shown(value)}') from None
    if not isfinite(as_float):
        raise InputError(field, f"a finite number is wanted, not {as_float}")
    return Fraction(as_float)


def _read_string(text: str, field: str) -> Fraction:
    if len(text) > LONGEST_NUMBER:
        raise InputError(field, f"a number of {len(text)} characters; at most {LONGEST_NUMBER} are read")
    match = NUMBER.fullmatch(text)
    if match is None:
        raise InputError(field, f'an exact number such as "18/7" is wanted, not {shown(text)}')
    if abs(int(match["exponent"] or 0)) > LARGEST_EXPONENT:
        raise InputError(field, f"the exponent of {shown(text)} is beyond {LARGEST_EXPONENT}")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise InputError(field, f"{shown(text)} divides by zero") from None


def shown(value: Any) -> str:
    """A value in a message: short, whatever it is."""
    if isinstance(value, int | Fraction) and max(map(abs, value.as_integer_ratio())) >= 10**40:
        return about(Fraction(value))
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def about(value: Fraction) -> str:
    """A number in a message, rounded; also beyond the range of doubles."""
    try:
        return repr(float(value))
    except OverflowError:
        power = value.numerator.bit_length() - value.denominator.bit_length()
        return f"about {'-' * (value < 0)}2^{power}"


def read_vector(value: Any, field: str, length: int | None = None) -> Vector:
    """A list of exact numbers, of the given length where one is given."""
    if not isinstance(value, list | tuple):
        raise InputError(field, f"a list of numbers is wanted, not {shown(value)}")
    if length is not None and len(value) != length:
        raise InputError(field, f"{length} numbers are wanted, not {len(value)}")
    return tuple(read_number(entry, f"{field}[{index}]") for index, entry in enumerate(value))


def read_matrix(value: Any, field: str, columns: int | None = None) -> Matrix:
    """A list of rows of equal length."""
    if not isinstance(value, list | tuple):
        raise InputError(field, f"a list of rows is wanted, not {shown(value)}")
    rows: list[Vector] = []
    for index, row in enumerate(value):
        rows.append(read_vector(row, f"{field}[{index}]", columns))
        columns = len(rows[-1])
    return tuple(rows)


def write_number(value: Fraction | int) -> int | str:
    """The JSON form of an exact number: an integer where it is one (and fits a double exactly), else a string."""
    value = Fraction(value)
    if value.denominator == 1 and abs(value.numerator) < 2**53:
        return value.numerator
    return str(value)


def write_vector(vector: Sequence[Fraction | int]) -> list[int | str]:
    """The JSON form of a vector."""
    return [write_number(entry) for entry in vector]


def dot(left: Sequence[Fraction | int], right: Sequence[Fraction | int]) -> Fraction:
    """The inner product of two exact vectors of equal length."""
    return sum((Fraction(a) * b for a, b in zip(left, right, strict=True) if a and b), Fraction(0))


def sqrt_bounds(value: Fraction, bits: int = 96) -> tuple[Fraction, Fraction]:
    """Rational ``low ≤ √value ≤ high``, relative width about 2^-bits; equal when the root is rational.

    Raises:
        ValueError: when ``value`` is negative.
    """
    if value < 0:
        raise ValueError(f"no square root of the negative number {value}")
    if value == 0:
        return Fraction(0), Fraction(0)
    # Scale so that the integer root of numerator·denominator carries `bits` significant bits.
    product, below = value.numerator * value.denominator, value.denominator
    shift = max(0, bits + 1 - product.bit_length() // 2)
    scaled = product << (2 * shift)
    root = isqrt(scaled)
    low = Fraction(root, below << shift)
    return (low, low) if root * root == scaled else (low, Fraction(root + 1, below << shift))
