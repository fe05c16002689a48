"""The HTML report of ``optproof verify``: one self-contained page that needs no network and prints well."""

import re
from collections.abc import Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from paper_checks.figures import figure_of
from paper_checks.files import to_json, write_text
from theory.claim import Claim
from theory.proof_steps import steps
from theory.registry import claims

Row = dict[str, Any]

#: Named delimiters, which the converter knows except after \bigl and its kin.
_DELIMITERS = {r"\|": "‖", r"\langle": "⟨", r"\rangle": "⟩", r"\lceil": "⌈", r"\rceil": "⌉", r"\lfloor": "⌊", r"\rfloor": "⌋"}


def write_report(folder: Path, rows: Sequence[Row], totals: dict[str, Any]) -> Path:
    """Write ``index.html`` and ``verify.json`` into the folder; returns the page's path.

    Raises:
        InputError: naming the file, when the folder cannot be written to.
    """
    sections = [_section(claims()[row["id"]], row) for row in rows]
    page = _environment().get_template("verify.html").render(sections=sections, totals=totals)
    write_text(folder / "verify.json", to_json({"claims": list(rows), "summary": totals}, indent=1))
    write_text(folder / "index.html", page)
    return folder / "index.html"


def _section(claim: Claim, row: Row) -> dict[str, Any]:
    return {
        "claim": claim,
        "row": row,
        "statement": mathml(claim.latex),
        "proof": paragraphs(claim.proof),
        "steps": [step for topic in claim.steps for step in _steps(topic)],
        "figure": _figure(row),
        "command": f"optproof verify {claim.id}",
    }


@cache
def _steps(topic: str) -> list[dict[str, Any]]:
    """The proof steps of a topic, run now: what the page says of them was seen."""
    rows = []
    for step in steps(topic):
        outcome = step.run()
        rows.append({"sentence": step.sentence, "statement": mathml(step.latex), "outcome": outcome})
    return rows


def _figure(row: Row) -> str:
    kind = row["shown"] and row["shown"]["certificate"].get("kind")
    if kind is None or (draw := figure_of(kind)) is None:
        return ""
    return svg(draw(row["shown"]["instance"], row["shown"]["certificate"]))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring-like text: a blank line, a list mark or an emphasised opening begins a new one."""
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[*•-]|\(?[0-9a-z]\)))", text.strip())
    return [" ".join(block.split()) for block in blocks]


def svg(figure: Any) -> str:
    """A matplotlib figure as an SVG element, the same text for the same figure."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "optproof", "svg.fonttype": "path"}):
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None}, bbox_inches="tight")
    source = text.getvalue()
    return source[source.index("<svg"):]


def mathml(latex: str) -> str:
    """LaTeX as MathML, which browsers draw by themselves."""
    from latex2mathml.converter import convert

    spelt = re.sub(r"(\\[bB]igg?[lr]?)(\\\||\\[lr](?:angle|ceil|floor))", lambda m: m[1] + _DELIMITERS[m[2]], latex)
    return str(convert(re.sub(r"\\arg\b", r"\\operatorname{arg}", spelt), display="block"))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
