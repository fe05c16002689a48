"""JSON text in, exactly: what reads differently to different readers, or would take for ever, is refused by name."""

import json
from typing import Any

from theory.exact.rational import LONGEST_NUMBER, InputError


def read_json_text(text: str, field: str) -> Any:
    """The JSON value of a text.

    Raises:
        InputError: naming ``field``, for text that is not JSON, NaN and Infinity, a member given twice, an integer of too
            many digits, and lists or objects nested too deeply.
    """

    def constant(name: str) -> Any:
        raise InputError(field, f"{name} is not a number that can be used")

    def integer(digits: str) -> int:
        if len(digits) > LONGEST_NUMBER:
            raise InputError(field, f"an integer of {len(digits)} digits; at most {LONGEST_NUMBER} are read")
        return int(digits)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for index, (name, _) in enumerate(pairs) if name in dict(pairs[:index]))
            raise InputError(field, f"the member {twice!r} is given twice in one object")
        return found

    try:
        return json.loads(text, parse_constant=constant, parse_int=integer, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise InputError(field, f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise InputError(field, "not usable: nested too deeply") from None
