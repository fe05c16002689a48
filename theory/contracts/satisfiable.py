"""Contract 1: the hypotheses can be met (the claim is not vacuous), and every instance meets them."""

from theory.contracts.examination import Examination, Outcome


def run(examination: Examination) -> Outcome:
    """Every boundary and sampled instance meets every hypothesis, and there is at least one of each."""
    claim, instances = examination.claim, examination.instances
    if not claim.boundary:
        return Outcome(False, "no boundary instances are declared")
    if not examination.sampled:
        return Outcome(False, "the strategy yields no instance")
    if claim.quantifier == "for all" and len(examination.sampled) == 1:
        return Outcome(False, "the strategy yields one instance only, for a claim about all", 1)
    for instance in instances:
        if unmet := claim.unmet(instance):
            return Outcome(False, f"an instance does not meet {unmet.reason}: {instance}", len(instances))
    return Outcome(True, f"{len(instances)} instances meet {len(claim.hypotheses)} hypotheses", len(instances),
                   len(instances))
