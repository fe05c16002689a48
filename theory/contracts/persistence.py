"""Contract 9: certificates survive JSON and a fresh process.

The fresh process runs ``python -m theory.exact`` on a file: nothing but the checker is loaded there. A claim whose
check is not exact (an Observation) is checked again here from the JSON text.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from theory.claim import Observation
from theory.contracts.examination import Examination, Example, Outcome
from theory.exact.rational import write_number

#: A fresh interpreter takes some 50 ms; the first examples (boundary ones) are enough to see whether it works.
PROCESSES = 2


def run(examination: Examination) -> Outcome:
    """The facts derived from the JSON text are the facts derived before."""
    for index, example in enumerate(examination.examples):
        text = json.dumps(example.certificate, allow_nan=False)
        again = examination.claim.check(example.instance, json.loads(text))
        if again.facts != example.checked.facts:
            return Outcome(False, f"the facts changed in JSON: {example.instance}")
        if index < PROCESSES and not isinstance(again, Observation):
            problem = _fresh_process(example, text)
            if problem:
                return Outcome(False, f"{problem}: {example.instance}")
    count = len(examination.examples)
    return Outcome(True, f"{count} certificates re-read, {min(count, PROCESSES)} in a fresh process", count, count)


def _fresh_process(example: Example, text: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.json"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "theory.exact", str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        return f"a fresh process rejected the certificate: {ran.stdout}{ran.stderr}"
    expected = json.loads(json.dumps(dict(example.checked.facts), default=write_number))
    return None if json.loads(ran.stdout)["facts"] == expected else "a fresh process derived other facts"
