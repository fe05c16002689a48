"""The algebra of the proofs, as computations that anyone can run again: one topic a file.

    topics()                 the names there are
    steps("pietsch")         the steps of one topic, in the order of the file

A step is made by :func:`~theory.proof_steps.step.identity` (sympy shows that an expression vanishes) or by
:func:`~theory.proof_steps.step.computation` (exact arithmetic on small instances, which is evidence and no proof). Both can
be broken on purpose, and the tests ask every step to notice. Claims name the topics they rest on in ``steps``. Sympy is
imported inside the steps, so that listing them stays quick.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from theory.proof_steps.step import Step

__all__ = ["Step", "steps", "topics"]


@cache
def topics() -> tuple[str, ...]:
    """The names of the files here that hold steps."""
    return tuple(module.name for module in iter_modules(__path__) if module.name != "step")


@cache
def steps(topic: str) -> tuple[Step, ...]:
    """The steps of a topic, in the order of its file.

    Raises:
        KeyError: when there is no such topic.
    """
    if topic not in topics():
        raise KeyError(f"no proof steps are called {topic!r}; there are {', '.join(topics())}")
    module = import_module(f"{__name__}.{topic}")
    return tuple(value for value in vars(module).values() if isinstance(value, Step) and value.topic == topic)
