"""Two-layer ReLU networks, kept exactly, and their effective weights.

f(θ) = Σ_j α_j (X u_j)_+ with neurons (u_j, α_j). The *effective weight* of neuron j is its sign σ_j = sign α_j and
v_j = |α_j| u_j, so that f = Σ_j σ_j (X v_j)_+. Barriers depend on effective weights alone (ARCHITECTURE.md says why).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.exact.rational import InputError, Vector, dot, read_number, read_vector, write_number, write_vector
from theory.problem import Problem, as_list, expect_members


@dataclass(frozen=True)
class Neuron:
    """One hidden unit: input weights u in R^d and output weight α."""

    u: Vector
    alpha: Fraction

    @property
    def sign(self) -> int:
        """σ = sign α, in {−1, 0, 1}."""
        return (self.alpha > 0) - (self.alpha < 0)

    @property
    def effective(self) -> Vector:
        """v = |α| u."""
        return tuple(abs(self.alpha) * entry for entry in self.u)


@dataclass(frozen=True)
class Network:
    """A two-layer ReLU network of width m = len(neurons)."""

    neurons: tuple[Neuron, ...]

    @classmethod
    def read(cls, data: Any, problem: Problem | None = None, field: str = "network") -> "Network":
        """From ``{"neurons": [{"u": […], "alpha": …}, …]}`` or a pair (U of shape d × m, α of length m).

        Raises:
            InputError: naming the field, also when the network's inputs are not those of ``problem``.
        """
        if isinstance(data, Network):
            network = data
        elif isinstance(data, tuple):
            U, alpha = as_list(data[0]), as_list(data[1])
            columns = list(zip(*U, strict=True))
            if len(columns) != len(alpha):
                raise InputError(f"{field}.alpha", f"{len(alpha)} output weights for {len(columns)} columns of U")
            network = cls.read({"neurons": [{"u": list(u), "alpha": a} for u, a in zip(columns, alpha, strict=True)]})
        else:
            network = cls._read_object(data, field)
        d = problem.d if problem else len(network.neurons[0].u)
        for index, neuron in enumerate(network.neurons):
            if len(neuron.u) != d:
                whose = "the problem has" if problem else "the first neuron has"
                raise InputError(f"{field}.neurons[{index}].u", f"{len(neuron.u)} entries, but {whose} {d} inputs")
        return network

    @classmethod
    def _read_object(cls, data: Any, field: str) -> "Network":
        if not isinstance(data, Mapping):
            raise InputError(field, "an object with the member neurons is wanted")
        expect_members(data, field, {"neurons"})
        if not isinstance(data["neurons"], list | tuple) or not data["neurons"]:
            raise InputError(f"{field}.neurons", "a list of at least one neuron is wanted")
        neurons = []
        for index, entry in enumerate(data["neurons"]):
            where = f"{field}.neurons[{index}]"
            if not isinstance(entry, Mapping):
                raise InputError(where, "an object with the members u and alpha is wanted")
            expect_members(entry, where, {"u", "alpha"})
            neurons.append(
                Neuron(read_vector(as_list(entry["u"]), f"{where}.u"), read_number(entry["alpha"], f"{where}.alpha"))
            )
        return cls(tuple(neurons))

    @property
    def width(self) -> int:
        """Number of neurons m."""
        return len(self.neurons)

    def write(self) -> dict[str, Any]:
        """The JSON form, exact."""
        return {"neurons": [{"u": write_vector(n.u), "alpha": write_number(n.alpha)} for n in self.neurons]}


def fit(problem: Problem, network: Network) -> Vector:
    """The network's outputs f(θ) ∈ Q^n on the rows of X, exactly."""
    outputs = []
    for row in problem.X:
        outputs.append(sum((max(Fraction(0), dot(row, n.u)) * n.alpha for n in network.neurons), Fraction(0)))
    return tuple(outputs)


def loss(problem: Problem, network: Network) -> Fraction:
    """L(θ) = ½‖f(θ) − y‖², exactly."""
    return sum(((f - t) ** 2 for f, t in zip(fit(problem, network), problem.y, strict=True)), Fraction(0)) / 2
