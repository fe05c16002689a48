"""The claims reference is current, says every statement, and keeps to what GitHub draws; the report shows proof steps."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from paper_checks.reference import math, plain, reference
from paper_checks.report import mathml, write_report
from paper_checks.runner import run_one
from theory.contracts import Effort
from theory.proof_steps import steps, topics
from theory.registry import claims

ROOT = Path(__file__).parent.parent
TEXT = reference()
FENCES = re.findall(r"```math\n(.*?)\n```", TEXT, re.DOTALL)


def test_the_committed_reference_is_current() -> None:
    committed = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert committed == TEXT, "run: python -m paper_checks.reference > docs/claims.md"


@pytest.mark.parametrize("claim", claims().values(), ids=lambda claim: claim.id)
def test_every_claim_has_its_section(claim: Any) -> None:
    _, heading, section = TEXT.partition(f"\n## {claim.id}\n")
    section = section.partition("\n## ")[0]
    assert heading
    assert math(claim.latex) in section
    assert claim.proof.strip() in section
    assert ("registered as false" in section) is not claim.holds
    assert all(plain(mutant.change) in section for mutant in claim.mutants)


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]*)\)", TEXT))
    assert links
    assert links <= anchors, links - anchors


def test_formulas_are_what_github_draws() -> None:
    assert len(FENCES) >= len(claims()) + sum(len(steps(topic)) for topic in topics())
    for formula in FENCES:
        assert "\\operatorname" not in formula
        assert "$" not in formula
        assert "\n\n" not in formula
        assert formula.count("{") - formula.count("}") == formula.count("\\{") - formula.count("\\}")
        assert len(re.findall(r"\\left\b", formula)) == len(re.findall(r"\\right\b", formula))


@pytest.mark.parametrize("formula", FENCES, ids=range(len(FENCES)))
def test_formula_becomes_mathml_without_leftovers(formula: str) -> None:
    drawn = mathml(formula)
    assert drawn.startswith("<math")
    # An unknown command comes out as its own text.
    assert "\\" not in drawn


def test_operator_names_are_rewritten() -> None:
    assert math(r"\operatorname{rank} X") == "```math\n\\mathop{\\mathrm{rank}} X\n```"


def test_marks_of_markdown_are_escaped() -> None:
    assert plain("a_b |x| <y> *z*") == r"a\_b \|x\| \<y\> \*z\*"


def test_the_report_runs_and_shows_the_steps_of_a_claim(tmp_path: Path) -> None:
    row = run_one("pattern-count", Effort.named("quick", 0))
    totals = {
        "good": 1, "claims": 1, "mutants": row["mutants"], "corrupted": row["corrupted"], "budget": "quick", "seed": 0,
        "seconds": 0.0, "versions": {},
    }
    page = write_report(tmp_path, [row], totals).read_text(encoding="utf-8")
    for step in steps("cover_recursion"):
        assert step.sentence.split("'")[0] in page
    assert "holds symbolically" in page
    assert "holds exactly, on 372 instances" in page
    assert "FAILS" not in page


def test_listing_claims_lists_their_steps(capsys: pytest.CaptureFixture[str]) -> None:
    from paper_checks.cli import main

    with pytest.raises(SystemExit):
        main(["claims", "--json"])
    listed = {row["id"]: row["steps"] for row in json.loads(capsys.readouterr().out)["claims"]}
    assert {step["topic"] for step in listed["pattern-count"]} == {"cover_recursion"}
    assert all(step["latex"] and step["sentence"] for rows in listed.values() for step in rows)
