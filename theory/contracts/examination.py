"""One claim under examination: its drawn instances, their certificates and findings, computed once and shared."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.errors import NoSuchExample
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.strategies import SearchStrategy

from theory.claim import Certificate, Checked, Claim, Instance, Margin, resolve
from theory.exact.certificate import Rejected


@dataclass(frozen=True)
class Effort:
    """How much is tried. The same numbers for every claim, and fixed before anything runs.

    Attributes:
        examples: sampled instances.
        corruptions: corrupted certificates.
        search: instances tried to refute one mutant, and to find a counterexample of a false claim.
        slow_comparisons: instances on which a slow independent formulation is compared.
        seed: of every random choice.
    """

    examples: int = 20
    corruptions: int = 250
    search: int = 120
    slow_comparisons: int = 6
    seed: int = 0

    @classmethod
    def named(cls, budget: str, seed: int = 0) -> "Effort":
        """The budgets of the command line: ``quick`` and ``full``."""
        if budget == "quick":
            return cls(seed=seed)
        return cls(examples=200, corruptions=2500, search=1000, slow_comparisons=60, seed=seed)


@dataclass(frozen=True)
class Outcome:
    """What one contract found.

    Attributes:
        passed: whether the contract is kept.
        detail: one line; for a failure, what failed and on which instance.
        tried, counted: how many things were tried and how many came out as they should.
        notes: lines worth printing though nothing failed.
        seconds: how long it took (filled in by the runner).
    """

    passed: bool
    detail: str
    tried: int = 0
    counted: int = 0
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Example:
    """One instance with its certificate, what the check derived, and the margin of the relation."""

    instance: Instance
    certificate: Certificate
    checked: Checked
    margin: Margin


@dataclass
class Examination:
    """A claim, an effort, and everything drawn for it so far."""

    claim: Claim
    effort: Effort
    _solved: dict[str, Example] = field(default_factory=dict)

    def example(self, instance: Instance) -> Example:
        """Certify and check one instance that meets the hypotheses; remembered.

        Raises:
            Rejected: when the producer's certificate does not pass the checker.
        """
        key = json.dumps(instance, sort_keys=True)
        if key not in self._solved:
            certificate = resolve(self.claim.certify)(instance)
            try:
                checked = self.claim.check(instance, certificate)
            except Rejected as reason:
                raise Rejected(f"{reason}; instance {key}") from reason
            self._solved[key] = Example(instance, certificate, checked, self.claim.relation_on(instance, checked))
        return self._solved[key]

    @cached_property
    def sampled(self) -> list[Instance]:
        """Distinct instances drawn from the claim's strategy."""
        return draw(self.claim.instances(), self.effort.examples, self.effort.seed)

    @cached_property
    def instances(self) -> list[Instance]:
        """Boundary instances first, then the sampled ones."""
        tight = (self.claim.tight,) if self.claim.tight else ()
        return distinct([*self.claim.boundary, *tight, *self.sampled])

    @cached_property
    def examples(self) -> list[Example]:
        """Every instance, certified and checked."""
        return [self.example(instance) for instance in self.instances]

    def search(
        self, wanted: Callable[[Instance], bool], strategy: SearchStrategy[Instance] | None = None
    ) -> Instance | None:
        """A shrunk instance for which ``wanted`` is true, or None after ``effort.search`` tries."""
        try:
            with by_the_strategy_alone():
                return find(
                    strategy or self.claim.instances(), wanted, settings=_quiet(self.effort.search, shrink=True),
                    random=Random(self.effort.seed),
                )
        except NoSuchExample:
            return None


def draw(strategy: SearchStrategy[Instance], count: int, seed_value: int) -> list[Instance]:
    """At most ``count`` distinct instances from a strategy, the same ones for the same seed."""
    drawn: list[Instance] = []

    @seed(seed_value)
    @_quiet(count, shrink=False)
    @given(strategy)
    def collect(instance: Instance) -> None:
        drawn.append(instance)

    with by_the_strategy_alone():
        collect()
    return distinct(drawn)


def by_the_strategy_alone() -> AbstractContextManager[object]:
    """Draws that depend on strategy and seed alone.

    Hypothesis mixes in numbers that stand in the source of whatever modules are loaded at the time. So the same claim would
    be tried on other instances when it is not the first in its process, and a folder of those numbers would be left behind.
    """
    return patch.object(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None, create=True)


def distinct(instances: list[Instance]) -> list[Instance]:
    """The instances without repetitions, in order."""
    return list({json.dumps(instance, sort_keys=True): instance for instance in instances}.values())


def _quiet(count: int, shrink: bool) -> settings:
    phases = (Phase.generate, Phase.target, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        max_examples=count, phases=phases, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
