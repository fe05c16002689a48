"""The claims reference ``docs/claims.md``, generated from the registry:

    python -m paper_checks.reference > docs/claims.md

Formulas stand in ``math`` fences, which GitHub draws; inside dollar signs its Markdown would eat backslashes first.
"""

import re
from collections.abc import Iterator
from importlib import import_module

from theory.claim import Claim, Mutant
from theory.proof_steps import Step, steps, topics
from theory.registry import claims

HEAD = """# Claims

Generated from the registry by `python -m paper_checks.reference > docs/claims.md`; a test keeps it current. Each claim is
put to the test by `optproof verify ID`; [the README](../README.md) says how to read a verdict."""


def reference() -> str:
    """The whole document, as Markdown."""
    registered = list(claims().values())
    rows = ["| claim | kind | says |", "|---|---|---|"]
    rows += [f"| [{c.id}](#{c.id}) | {_kind(c)} | {plain(c.sentence)} |" for c in registered]
    blocks = [HEAD, "\n".join(rows)]
    for claim in registered:
        blocks += _claim(claim)
    blocks += ["# Proof steps", "Identities are shown by sympy for all values of their symbols. Computations are exact, on the "
               "instances that they name. The tests break each of them on purpose, and ask it to notice."]
    for topic in topics():
        blocks += _topic(topic)
    return "\n\n".join(blocks) + "\n"


def _claim(claim: Claim) -> Iterator[str]:
    yield f"## {claim.id}"
    yield f"**{plain(claim.title)}** ({_kind(claim)}). {plain(claim.sentence)}"
    yield math(claim.latex)
    source = f"Source: {plain(claim.source.paper)}, {plain(claim.source.where)}."
    yield f"{source} Formal statement: {'ours' if claim.source.ours else 'the paper’s'}."
    if claim.source.words:
        yield f"> {plain(claim.source.words)}"
    if claim.hypotheses:
        yield "Hypotheses:"
        yield "\n".join(f"- {plain(h.name)}: {plain(h.sentence)}" for h in claim.hypotheses)
    yield f"<details><summary>Proof</summary>\n\n```text\n{claim.proof.strip()}\n```\n\n</details>"
    if claim.steps:
        yield f"Proof steps: {', '.join(f'[{topic}](#steps-{topic})' for topic in claim.steps)}."
    if claim.uses:
        yield f"Rests on {', '.join(f'[{used}](#{used})' for used in claim.uses)}."
    yield "False variants, which verification has to refute:"
    yield "\n".join(f"- {plain(mutant.name)}: {plain(mutant.change)}{_unknown(mutant)}" for mutant in claim.mutants)


def _unknown(mutant: Mutant) -> str:
    return f" (not known to be false: {plain(mutant.necessity_unknown)})" if mutant.necessity_unknown else ""


def _topic(topic: str) -> Iterator[str]:
    summary = (import_module(f"theory.proof_steps.{topic}").__doc__ or "").partition("\n\n")[0]
    yield f"## Steps: `{topic}`"
    yield plain(" ".join(summary.split()))
    for step in steps(topic):
        yield _step(step)


def _step(step: Step) -> str:
    what = "identity" if step.symbolic else "computation"
    return f"*{plain(step.name)}* ({what}). {plain(step.sentence)}\n\n{math(step.latex)}"


def _kind(claim: Claim) -> str:
    return claim.kind if claim.holds else f"{claim.kind}, registered as false"


def math(latex: str) -> str:
    r"""A formula in a fence, without ``\operatorname``, which GitHub refuses."""
    allowed = re.sub(r"\\operatorname\{([^{}]*)\}", r"\\mathop{\\mathrm{\1}}", latex)
    return f"```math\n{allowed.strip()}\n```"


def plain(text: str) -> str:
    """Text with the characters that Markdown would take for marks escaped."""
    return re.sub(r"([\\`*_\[\]<>|~$])", r"\\\1", text)


if __name__ == "__main__":
    print(reference(), end="")
