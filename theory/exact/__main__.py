"""``python -m theory.exact FILE``: check one certificate in a process that has loaded nothing but the checker."""

import json
import sys
from pathlib import Path
from typing import Any

from theory.exact.certificate import Rejected, check
from theory.exact.json_text import read_json_text
from theory.exact.rational import InputError, write_number


def main(arguments: list[str]) -> int:
    """Print the finding as JSON; 0 when the certificate is accepted, 1 when it is rejected, 2 when it cannot be read."""
    code, answer = _answer(arguments)
    print(json.dumps({"valid": code == 0, **answer}, default=write_number))
    return code


def _answer(arguments: list[str]) -> tuple[int, dict[str, Any]]:
    if len(arguments) != 1:
        return 2, {"reason": "one file is wanted"}
    try:
        finding = check(read_json_text(Path(arguments[0]).read_text(encoding="utf-8"), arguments[0]))
    except Rejected as reason:
        return 1, {"reason": str(reason)}
    except (OSError, UnicodeDecodeError, InputError) as error:
        return 2, {"reason": str(error)}
    return 0, {"kind": finding.kind, "facts": dict(finding.facts)}


if __name__ == "__main__":
    sys.set_int_max_str_digits(0)  # facts may be long; what is read is bounded
    sys.exit(main(sys.argv[1:]))
