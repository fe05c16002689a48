"""The nine contracts every claim must keep, derived from the claim itself and never written for one claim.

    1 satisfiable     its hypotheses can be met, and the instances meet them
    2 certified       certificates verify on sampled and boundary instances
    3 corruption      corrupted certificates are rejected
    4 mutants         every false variant is refuted, and the relation can come out otherwise
    5 tightness       a bound that is called tight is attained
    6 tolerance       tolerances have a reason and effects exceed them 100-fold
    7 agreement       an independent formulation gives the same numbers
    8 outside         off-hypothesis input gives HYPOTHESIS_UNMET, never a number
    9 persistence     certificates survive JSON and a fresh process

One file a contract, each with ``run(examination) -> Outcome``; they share the instances and certificates of one
:class:`Examination`, so that a claim is solved once and looked at from nine sides.
"""

from theory.contracts.examination import Effort, Examination, Outcome
from theory.contracts.run import CONTRACTS, Result, examine

__all__ = ["CONTRACTS", "Effort", "Examination", "Outcome", "Result", "examine"]
