"""``optproof claims``: the registry."""

from paper_checks.output import Json, Seed, emit


def run(as_json: Json = False, seed: Seed = 0) -> int:
    """List every registered claim."""
    from rich.table import Table

    from theory.proof_steps import steps
    from theory.registry import claims

    rows = [
        {
            "id": claim.id,
            "title": claim.title,
            "kind": claim.kind,
            "holds": claim.holds,
            "source": {
                "paper": claim.source.paper,
                "where": claim.source.where,
                "words": claim.source.words,
                "formal_statement": "ours" if claim.source.ours else "the paper's",
            },
            "statement": {"sentence": claim.sentence, "latex": claim.latex},
            "quantifier": claim.quantifier,
            "relation": claim.relation,
            "hypotheses": [{"name": h.name, "sentence": h.sentence} for h in claim.hypotheses],
            "mutants": [{"name": m.name, "change": m.change} for m in claim.mutants],
            "uses": list(claim.uses),
            "steps": [
                {"topic": topic, "name": step.name, "sentence": step.sentence, "latex": step.latex}
                for topic in claim.steps for step in steps(topic)
            ],
        }
        for claim in claims().values()
    ]
    table = Table(title=f"{len(rows)} claims", show_lines=True)
    for heading in ("id", "kind", "source", "statement"):
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for claim in claims().values():
        said = claim.sentence if claim.holds else f"[registered as false] {claim.sentence}"
        table.add_row(claim.id, claim.kind, f"{claim.source.paper}, {claim.source.where}", said.replace("[", r"\["))
    emit({"claims": rows}, as_json, [table])
    return 0
