"""The least loss on a face of cells, exactly: nonnegative least squares over its generators.

A float solver proposes which generators are active; the optimum is then solved for in integers and its optimality
checked exactly. Where the proposal fails, an active-set method in exact arithmetic (Lawson & Hanson 1974) takes
over. A solution is shared by all faces that contain its active generators and violate no sign condition, so few
systems are solved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from theory.exact.cones import Arrangement, Integers
from theory.exact.rational import Vector


@dataclass(frozen=True)
class Solution:
    """The optimum of min_{c ≥ 0} ½‖Σ c_g g − y‖² over a set of signed generators.

    Attributes:
        value: the least loss.
        weights: the positive c_g by signed generator, increasing.
        violated: the signed generators with μᵀg > 0, μ the residual; the value bounds the loss on every face without
            them from below.
    """

    value: Fraction
    weights: dict[int, Fraction]
    violated: int

    def labelled(self, generators: int) -> tuple[list[int], list[Fraction]]:
        """The weights as certificates list them, with labels g + 1 and −(g + 1) for generator g with sign + and −."""
        by_label = {_label(g, generators): weight for g, weight in self.weights.items()}
        labels = sorted(by_label)
        return labels, [by_label[label] for label in labels]


class Faces:
    """Face programs of one problem, each solved once.

    Attributes:
        solved: the number of face programs solved.
    """

    def __init__(self, arrangement: Arrangement, y: Vector) -> None:
        from flint import fmpz_mat

        self.count = len(arrangement.generators)
        opposite = tuple(tuple(-entry for entry in generator) for generator in arrangement.generators)
        self._generators: tuple[Integers, ...] = arrangement.generators + opposite
        self._rows = fmpz_mat(self.count, len(y), [entry for generator in arrangement.generators for entry in generator])
        self._scale = lcm(*(entry.denominator for entry in y))
        self._y = [int(entry * self._scale) for entry in y]
        self._solutions: dict[int, Solution] = {}
        self._by_active: dict[int, Solution | None] = {}
        self._propose = _Proposals(self._generators, self._y)
        self.solved = 0

    def solve(self, generators: int) -> Solution:
        """The least loss on the hull of a set of signed generators."""
        if generators not in self._solutions:
            self.solved += 1
            self._solutions[generators] = self._optimum(generators)
        return self._solutions[generators]

    def _optimum(self, generators: int) -> Solution:
        active = self._propose(generators)
        solution = self._stationary(active)
        if solution is None or solution.violated & generators:
            return self._active_set(generators, active if solution is not None else 0)
        return solution

    def _stationary(self, active: int) -> Solution | None:
        """The least squares over the active generators, when its weights are positive and unique."""
        if active not in self._by_active:
            weights = self._least_squares(active)
            positive = weights is not None and all(weight > 0 for weight in weights.values())
            self._by_active[active] = self._solution(weights) if weights is not None and positive else None
        return self._by_active[active]

    def _least_squares(self, active: int) -> dict[int, Fraction] | None:
        """Unconstrained weights, of y times ``_scale``; None when the active generators are dependent."""
        from flint import fmpz_mat

        chosen = list(bits(active))
        if not chosen:
            return {}
        columns = [self._generators[g] for g in chosen]
        gram = fmpz_mat([[_product(left, right) for right in columns] for left in columns])
        if gram.det() == 0:
            return None
        solved = gram.solve(fmpz_mat([[_product(column, self._y)] for column in columns]))
        return {g: Fraction(int(solved[i, 0].p), int(solved[i, 0].q)) for i, g in enumerate(chosen)}

    def _solution(self, scaled: dict[int, Fraction]) -> Solution:
        from flint import fmpz_mat

        # Integers throughout: with q the common denominator of the weights, q·μ is an integer vector.
        q = lcm(*(weight.denominator for weight in scaled.values()))
        mu = [q * entry for entry in self._y]
        for g, weight in scaled.items():
            factor = int(weight * q)
            mu = [m - factor * entry for m, entry in zip(mu, self._generators[g], strict=True)]
        violated, products = 0, self._rows * fmpz_mat([[entry] for entry in mu])
        for g in range(self.count):
            if product := products[g, 0]:
                violated |= 1 << (g if product > 0 else g + self.count)
        whole = q * self._scale
        weights = {g: weight / self._scale for g, weight in scaled.items()}
        return Solution(Fraction(_product(mu, mu), 2 * whole * whole), weights, violated)

    def _active_set(self, generators: int, start: int) -> Solution:
        """Lawson–Hanson from a stationary start: the loss falls at every step, so no active set comes twice."""
        weights = self._least_squares(start) or {}
        while True:
            solution = self._solution(weights)
            entering = solution.violated & generators
            if not entering:
                return Solution(solution.value, dict(sorted(solution.weights.items())), solution.violated)
            weights = dict(weights) | {next(bits(entering)): Fraction(0)}
            while True:
                trial = self._least_squares(sum(1 << g for g in weights))
                if trial is None:
                    raise ArithmeticError("an entering generator depends on the active ones")
                if all(weight > 0 for weight in trial.values()):
                    weights = trial
                    break
                step = min(weights[g] / (weights[g] - trial[g]) for g in weights if trial[g] <= 0)
                moved = {g: weight + step * (trial[g] - weight) for g, weight in weights.items()}
                weights = {g: weight for g, weight in moved.items() if weight > 0}


class _Proposals:
    """Active sets from a float solver: y is projected onto the cone {μ : μᵀg ≤ 0}, all vectors scaled to length one."""

    def __init__(self, generators: Sequence[Integers], y: Sequence[int]) -> None:
        import numpy as np

        self._columns = np.array([_unit(generator) for generator in generators]).reshape(len(generators), len(y))
        self._y = np.array(_unit(y))
        self._identity = np.eye(len(y))

    def __call__(self, generators: int) -> int:
        import daqp
        import numpy as np

        chosen = list(bits(generators))
        if not chosen or not self._y.any():
            return 0
        rows = self._columns[chosen]
        count = len(chosen)
        sense = np.zeros(count, dtype=np.int32)
        _, _, flag, details = daqp.solve(self._identity, -self._y, rows, np.zeros(count), np.full(count, -1e30), sense)
        if flag != 1:
            return 0
        return sum(1 << g for g, weight in zip(chosen, details["lam"], strict=True) if weight > 0)


def bits(members: int) -> Iterator[int]:
    """The members of a set that is written as an integer, increasing."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


def _label(signed: int, generators: int) -> int:
    return signed + 1 if signed < generators else generators - signed - 1


def _product(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _unit(vector: Sequence[int]) -> list[float]:
    """An integer vector as floats, divided by its length; exact integers of any size."""
    largest = max(map(abs, vector))
    if largest == 0:
        return [0.0] * len(vector)
    shrunk = [entry / largest for entry in vector]
    length = sum(entry * entry for entry in shrunk) ** 0.5
    return [entry / length for entry in shrunk]
