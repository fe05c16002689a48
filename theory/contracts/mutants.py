"""Contract 4: every mutant is refuted by the same machinery, or is listed as "necessity unknown".

The claim itself has to be able to come out otherwise: see ``theory/contracts/altered_facts.py``.

A mutant is first held against the instances at hand (their certificates are already checked), with those off-hypothesis
instances whose hypotheses it drops; then a witness is searched for and shrunk.
"""

from hypothesis import target

from theory.claim import Checked, Claim, Instance, Margin, Mutant, resolve
from theory.contracts.altered_facts import can_come_out_otherwise
from theory.contracts.examination import Examination, Outcome
from theory.exact.certificate import Rejected


def run(examination: Examination) -> Outcome:
    """Refute every mutant."""
    claim, notes, survivors, refuted = examination.claim, [], [], 0
    if not claim.mutants:
        return Outcome(False, "no mutants are declared")
    if not can_come_out_otherwise(examination):
        return Outcome(False, "the relation comes out the same whatever the facts are, so it says nothing")
    for mutant in claim.mutants:
        if mutant.necessity_unknown:
            notes.append(f"{mutant.name}: necessity unknown ({mutant.necessity_unknown})")
        elif (found := witness(examination, mutant)) is None:
            survivors.append(f"{mutant.name} ({mutant.change})")
        else:
            refuted += 1
            notes.append(f"{mutant.name}: refuted by {-found[1].value} on {found[0]}")
    tried = len(claim.mutants) - sum(mutant.necessity_unknown is not None for mutant in claim.mutants)
    if survivors:
        return Outcome(False, f"not refuted: {'; '.join(survivors)}", tried, refuted, tuple(notes))
    return Outcome(True, f"{refuted} of {tried} refuted", tried, refuted, tuple(notes))


def witness(examination: Examination, mutant: Mutant) -> tuple[Instance, Margin] | None:
    """An instance on which the mutant is refuted, with the margin of its violation; None when none was found."""
    claim = examination.claim
    dropped = [hypothesis.outside for hypothesis in claim.hypotheses if hypothesis.name in mutant.without]
    at_hand = [*dropped, *examination.instances] if mutant.instances is None else dropped
    for instance in at_hand:
        margin = _margin(examination, mutant, instance)
        if margin is not None and margin.refutes:
            return instance, margin

    def refutes(instance: Instance) -> bool:
        margin = _margin(examination, mutant, instance)
        if margin is not None:
            target(-float(margin.value), label="violation")
        return margin is not None and margin.refutes

    strategy = mutant.instances() if mutant.instances else None
    found = examination.search(refutes, strategy)
    return None if found is None else (found, _certain(_margin(examination, mutant, found)))


def _certain(margin: Margin | None) -> Margin:
    if margin is None:
        raise Rejected("a witness lost its hypotheses when it was examined again: the claim is not deterministic")
    return margin


def _margin(examination: Examination, mutant: Mutant, instance: Instance) -> Margin | None:
    claim = examination.claim
    if claim.unmet(instance, mutant.without) is not None:
        return None
    return claim.relation_on(instance, _checked(examination, claim, mutant, instance), mutant)


def _checked(examination: Examination, claim: Claim, mutant: Mutant, instance: Instance) -> Checked:
    if not mutant.without:
        return examination.example(instance).checked
    return claim.check(instance, resolve(claim.certify)(instance))
