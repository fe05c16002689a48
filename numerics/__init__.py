"""What is computed: cells, face programs, barriers, components and the rationalisation of float solutions.

The functions behind the command's verbs, for use from Python; each takes exact numbers, floats, numpy arrays or torch
tensors, and returns a result object with the fields that ``--json`` prints:

    from numerics import barrier, patterns, solve
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.bottleneck import barrier
    from numerics.components import components
    from numerics.path_maximum import path_barrier
    from numerics.solving import solve
    from theory.arrangement import arrange as patterns

_WHERE = {
    "barrier": "numerics.bottleneck:barrier",
    "components": "numerics.components:components",
    "path_barrier": "numerics.path_maximum:path_barrier",
    "patterns": "theory.arrangement:arrange",
    "solve": "numerics.solving:solve",
}

__all__ = ["barrier", "components", "path_barrier", "patterns", "solve"]


def __getattr__(name: str) -> Any:
    """Import a function when it is first asked for: ``import numerics`` loads no solver."""
    if name not in _WHERE:
        raise AttributeError(f"module 'numerics' has no attribute {name!r}")
    module, function = _WHERE[name].split(":")
    return getattr(import_module(module), function)
