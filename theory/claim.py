"""What a claim is: a statement with everything that is needed to put it to the test.

A claim is about *instances*: JSON objects of the kind the command line reads, so that a witness can be saved and
replayed. Four functions carry it:

    hypotheses   what an instance must satisfy, each a margin (met when it is ≥ 0);
    certify      makes a certificate for an instance. Untrusted: any solver, any search;
    check        re-derives the certificate against the instance and returns the *facts*. Trusted;
    margin       the relation, evaluated on the facts: ≥ 0 where it holds, < 0 where it is violated, and by how much.

A *mutant* is the same claim with a false relation or without a hypothesis; the same machinery must refute it. The nine
contracts in ``theory/contracts`` are derived from these parts and are never written for one claim.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from importlib import import_module
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from theory.exact.certificate import Finding

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Instance = dict[str, Any]
Certificate = dict[str, Any]
Facts = Mapping[str, Any]
Number = Fraction | int | float

#: The name "module:function" of a function. Claims name their producers, so that stating a claim never imports a
#: solver, and `theory` never imports what lies above it.
Reference = str


def resolve(reference: Any) -> Any:
    """The function a reference names; a function is returned as it is."""
    if not isinstance(reference, str):
        return reference
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True)
class Observation:
    """What a check returns when it computed in floating point: facts that can never carry exact evidence.

    Attributes:
        facts: numbers by name.
    """

    facts: Facts


Checked = Finding | Observation


@dataclass(frozen=True)
class Source:
    """Where a claim comes from, and whose words and whose formal statement it is.

    Attributes:
        paper: an arXiv number, or "optproof" for statements worked out here.
        where: what was read (abstract, theorem, official code, section of our specification).
        words: the paper's own words when they were read, else None.
        ours: True when the formal statement is our reconstruction or derivation, False when it is the paper's.
    """

    paper: str
    where: str
    words: str | None = None
    ours: bool = True


@dataclass(frozen=True)
class Exact:
    """Evidence that the trusted checker re-derived the numbers from a certificate."""

    finding: Finding

    def __post_init__(self) -> None:
        if type(self.finding) is not Finding:
            raise TypeError("exact evidence needs a Finding of the exact checker")

    def __str__(self) -> str:
        return f"exact ({self.finding.kind} certificate)"


@dataclass(frozen=True)
class Interval:
    """Evidence up to a tolerance, with its reason: the distance of two exact bounds, or a float error bound."""

    tolerance: float
    why: str

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < inf:
            raise ValueError(f"a tolerance is finite and not negative: {self.tolerance}")

    def __str__(self) -> str:
        return f"within {self.tolerance:.1e} ({self.why})"


@dataclass(frozen=True)
class Sample:
    """Evidence from samples or training runs: how many, at what scale, with what effect and interval."""

    n: int
    effect: float
    interval: tuple[float, float]
    scale: str

    def __str__(self) -> str:
        return f"n = {self.n}, effect {self.effect:.3g} [{self.interval[0]:.3g}, {self.interval[1]:.3g}], {self.scale}"


Evidence = Exact | Interval | Sample


@dataclass(frozen=True)
class Margin:
    """How far a relation holds (value ≥ 0) or is violated (value < 0), and on what evidence.

    Exact evidence carries exact numbers only; a float margin with exact evidence is refused. So are NaN and infinities,
    which compare as they please, and truth values, of which both are ≥ 0.
    """

    value: Number
    evidence: Evidence
    detail: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, Fraction | int | float):
            raise TypeError(f"a margin is a number, not {self.value!r}")
        if isinstance(self.evidence, Exact) and isinstance(self.value, float):
            raise TypeError("exact evidence carries a rational margin, never a float")
        if isinstance(self.value, float) and not isfinite(self.value):
            raise ValueError(f"a margin is finite: {self.value}")

    @property
    def tolerance(self) -> float:
        """What the evidence cannot see: zero when exact."""
        return self.evidence.tolerance if isinstance(self.evidence, Interval) else 0.0

    @property
    def holds(self) -> bool:
        """The relation holds, up to the tolerance of the evidence."""
        return self.value >= -self.tolerance

    @property
    def refutes(self) -> bool:
        """The relation is violated by more than 100 times the tolerance, on evidence that is not a sample."""
        return not isinstance(self.evidence, Sample) and self.value < 0 and -self.value > 100 * self.tolerance


class Kind(Enum):
    """The seven verdicts."""

    PROVED = "PROVED"
    CERTIFIED = "CERTIFIED"
    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    HYPOTHESIS_UNMET = "HYPOTHESIS_UNMET"
    UNDECIDED = "UNDECIDED"
    NOT_RUN = "NOT_RUN"


@dataclass(frozen=True)
class Verdict:
    """A verdict, with what it rests on. ``str(verdict)`` is how it prints."""

    kind: Kind
    reason: str = ""
    margin: Margin | None = None
    witness: Instance | None = None

    def __str__(self) -> str:
        if self.kind is Kind.CERTIFIED and self.margin is not None:
            return f"CERTIFIED({self.margin.tolerance:.0e})"
        if self.kind is Kind.SUPPORTED and self.margin is not None and isinstance(self.margin.evidence, Sample):
            return f"SUPPORTED(n={self.margin.evidence.n})"
        return self.kind.value

    @classmethod
    def of(cls, margins: Sequence[Margin], witness: Instance | None = None) -> "Verdict":
        """The verdict that a set of margins supports: the weakest evidence among them decides.

        An empty set is UNDECIDED; a violated margin is REFUTED when it exceeds its tolerance 100-fold, else UNDECIDED.
        """
        if not margins:
            return cls(Kind.UNDECIDED, "no instance was examined")
        worst = min(margins, key=lambda margin: margin.value)
        if worst.refutes:
            return cls(Kind.REFUTED, worst.detail, worst, witness)
        if not all(margin.holds for margin in margins):
            return cls(Kind.UNDECIDED, "violated, but by less than 100 times the tolerance", worst, witness)
        samples = [margin for margin in margins if isinstance(margin.evidence, Sample)]
        if samples:
            return cls(Kind.SUPPORTED, "", min(samples, key=lambda margin: margin.value))
        widest = max(margins, key=lambda margin: margin.tolerance)
        if all(isinstance(margin.evidence, Exact) for margin in margins):
            return cls(Kind.PROVED, "", worst)
        return cls(Kind.CERTIFIED, "", Margin(worst.value, widest.evidence, worst.detail)
                   if not isinstance(widest.evidence, Exact) else worst)


@dataclass(frozen=True)
class Hypothesis:
    """One condition of a claim.

    Attributes:
        name: how error messages call it.
        sentence: what it asks, in plain words.
        margin: instance -> number; the hypothesis is met when it is ≥ 0.
        outside: an instance that does not meet it (contract 8 shows it and expects HYPOTHESIS_UNMET).
    """

    name: str
    sentence: str
    margin: Callable[[Instance], Number]
    outside: Instance


@dataclass(frozen=True)
class Mutant:
    """The claim made false: with another relation, or without a hypothesis.

    Attributes:
        name: short, for the table.
        change: what was changed, in plain words.
        margin: the false relation, on (instance, what check returned); None keeps the claim's own.
        without: names of hypotheses that are dropped.
        instances: where to search for a witness; None searches the claim's own instances and boundary.
        necessity_unknown: a reason, when it is not known whether the change makes the claim false.
    """

    name: str
    change: str
    margin: "Callable[[Instance, Any], Margin] | None" = None
    without: tuple[str, ...] = ()
    instances: "Callable[[], SearchStrategy[Instance]] | None" = None
    necessity_unknown: str | None = None


@dataclass(frozen=True)
class Agreement:
    """A second, independent way to the same number (contract 7).

    Attributes:
        name: what the second formulation is.
        fact: which fact of the check it must agree with.
        compute: instance -> number, by other means than certify and check; or the reference of such a function.
        tolerance: relative tolerance, zero for exact agreement; ``why`` justifies it.
        slow: takes seconds an instance; it is compared on ``Effort.slow_comparisons`` instances, evenly chosen.
    """

    name: str
    fact: str
    compute: Callable[[Instance], Number] | Reference
    tolerance: float = 0.0
    why: str = "both sides are exact"
    slow: bool = False


@dataclass(frozen=True)
class Claim:
    """A statement together with what puts it to the test; see the module's docstring for the four functions.

    Attributes:
        id: kebab-case name, unique in the registry.
        title: a few words.
        source: where it comes from.
        latex: the statement, as LaTeX.
        sentence: the statement, as one plain sentence.
        quantifier: "for all" or "exists".
        relation: what is compared, e.g. "=", "≤".
        proof: the proof, as text; for a false claim, why it is false.
        hypotheses: what an instance must satisfy.
        instances: a Hypothesis strategy of instances, built from the hypotheses (lazily).
        boundary: the extreme instances, always examined.
        certify, check, margin: see the module's docstring. ``check`` returns the Finding of the exact checker after
            comparing its statement with the instance, and raises Rejected otherwise; a claim that is only computed
            in floating point returns an Observation. ``margin`` takes (instance, what check returned).
        mutants: false variants that must be refuted.
        agreements: independent formulations.
        tight: an instance that attains the bound (margin zero), where the statement says the bound is tight.
        holds: False for a claim that is registered because it is false: its good verdict is REFUTED.
        neutral: (certificate, altered) -> True when the alteration leaves a proof of the same statement, decided by
            other means than the checker; such alterations are not counted as corruptions.
        uses: ids of claims it rests on.
        steps: topics of ``theory/proof_steps`` that hold the algebra of its proof.
        kind: "theorem", "lemma" or "example".
    """

    id: str
    title: str
    source: Source
    latex: str
    sentence: str
    quantifier: str
    relation: str
    proof: str
    hypotheses: tuple[Hypothesis, ...]
    instances: "Callable[[], SearchStrategy[Instance]]"
    boundary: tuple[Instance, ...]
    certify: Callable[[Instance], Certificate] | Reference
    check: Callable[[Instance, Certificate], Checked]
    margin: Callable[[Instance, Any], Margin]
    mutants: tuple[Mutant, ...]
    agreements: tuple[Agreement, ...]
    tight: Instance | None = None
    holds: bool = True
    neutral: Callable[[Certificate, Certificate], bool] | Reference | None = None
    uses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    kind: str = "theorem"
    tags: tuple[str, ...] = field(default=())

    def unmet(self, instance: Instance, without: tuple[str, ...] = ()) -> Verdict | None:
        """HYPOTHESIS_UNMET for the first hypothesis the instance does not meet; None when it meets them all."""
        for hypothesis in self.hypotheses:
            if hypothesis.name in without:
                continue
            margin = hypothesis.margin(instance)
            if not margin >= 0:  # NaN meets nothing
                return Verdict(Kind.HYPOTHESIS_UNMET, f"{hypothesis.name}: {hypothesis.sentence} (margin {margin})")
        return None

    def relation_on(self, instance: Instance, checked: Checked, mutant: Mutant | None = None) -> Margin:
        """The margin of the claim (or of a mutant of it) on facts that were checked for the instance.

        Raises:
            TypeError: when its exact evidence is another finding than the one that was checked.
        """
        relation = mutant.margin if mutant and mutant.margin else self.margin
        margin = relation(instance, checked)
        if isinstance(margin.evidence, Exact) and margin.evidence.finding is not checked:
            raise TypeError("the exact evidence of a margin is the finding that its check returned, and no other")
        return margin

    def examine(self, instance: Instance, mutant: Mutant | None = None) -> Verdict:
        """The claim (or a mutant of it) on one instance: hypotheses, certificate, exact check, relation.

        Raises:
            Rejected: when the producer's certificate does not pass the checker.
        """
        unmet = self.unmet(instance, mutant.without if mutant else ())
        if unmet is not None:
            return unmet
        checked = self.check(instance, resolve(self.certify)(instance))
        return Verdict.of([self.relation_on(instance, checked, mutant)], instance)
