"""The answer of ``solve``: a network, a multiplier, and what is proved about the optimum between them."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from theory.exact.rational import Vector, write_number, write_vector
from theory.network import Network

Status = Literal["OPTIMAL", "INFEASIBLE", "UNDECIDED"]


@dataclass(frozen=True)
class Recomputed:
    """A network measured from its weights alone.

    Attributes:
        loss: ½‖f(θ) − y‖².
        norms: the two norms that the set bounds, by name.
        product: of the two norms.
    """

    loss: float
    norms: dict[str, float]
    product: float


@dataclass(frozen=True)
class Solution:
    """What was found, and what of it is proved.

    Attributes:
        status: OPTIMAL when the certified interval is as narrow as was asked for, else UNDECIDED; INFEASIBLE when the
            certificate shows that no network fits y.
        set: name of the induced set.
        objective: what was minimised.
        value: the objective at the network; None when infeasible.
        dual_value: the bound that the multiplier proves.
        gap: (upper − lower) / upper, zero when both are zero.
        lower, upper: exact ends of the certified interval of the optimum over networks of any width.
        width: neurons of the network.
        network: it attains ``value``.
        recomputed: the network's own loss and norms.
        dual: the multiplier μ of the outputs, length n.
        certificate: proof of the interval (or of infeasibility), for the exact checker.
    """

    status: Status
    set: str
    objective: str
    certificate: dict[str, Any]
    dual: Vector
    value: float | None = None
    dual_value: float | None = None
    gap: float | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    width: int | None = None
    network: Network | None = None
    recomputed: Recomputed | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def write(self) -> dict[str, Any]:
        """The JSON form; the certificate is left out, because it may be long and has a file of its own."""
        return {
            "status": self.status,
            "set": self.set,
            "objective": self.objective,
            "value": self.value,
            "dual_value": self.dual_value,
            "gap": self.gap,
            "lower": None if self.lower is None else write_number(self.lower),
            "upper": None if self.upper is None else write_number(self.upper),
            "width": self.width,
            "network": None if self.network is None else self.network.write(),
            "recomputed": None if self.recomputed is None else vars(self.recomputed),
            "dual": write_vector(self.dual),
            **self.details,
        }
