"""``python -m theory.exact FILE``: check one certificate in a process that has loaded nothing but the checker."""

import json
import sys

from theory.exact.certificate import Rejected, check
from theory.exact.rational import write_number


def main(path: str) -> int:
    """Print the finding as JSON; 0 when the certificate is accepted, 1 when it is rejected."""
    with open(path, encoding="utf-8") as file:
        try:
            finding = check(json.load(file))
        except Rejected as reason:
            print(json.dumps({"valid": False, "reason": str(reason)}))
            return 1
    print(json.dumps({"valid": True, "kind": finding.kind, "facts": dict(finding.facts)}, default=write_number))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
