"""Linear programs solved exactly: HiGHS finds a basis in doubles, rational arithmetic makes it an optimum.

    minimise cᵀx   subject to   Ax = b,  0 ≤ x ≤ u        (u_j None: no upper end)

The basis that HiGHS ends with is solved again in rationals. Usually it is optimal there too; where it is not (a vertex that
is degenerate, or badly scaled), the simplex method goes on from it, or starts again, in rationals, by Bland's rule, which
never cycles. The result is an exact optimum with an exact multiplier, or an exact proof of infeasibility.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from theory.exact.rational import Vector

Floats = NDArray[np.float64]
Upper = Fraction | None


@dataclass(frozen=True)
class Optimum:
    """An exact optimum: x, the multiplier y of Ax = b, and cᵀx."""

    x: Vector
    dual: Vector
    value: Fraction


@dataclass(frozen=True)
class Infeasible:
    """A proof that there is no feasible x: yᵀb > Σ_j max(0, u_j yᵀa_j) over the bounded columns, yᵀa_j ≤ 0 for the others."""

    dual: Vector


def minimise(
    columns: Sequence[Vector], rhs: Vector, costs: Sequence[Fraction], upper: Sequence[Upper] | None = None,
    guided: bool = True,
) -> Optimum | Infeasible:
    """Solve the program with columns a_j ∈ Q^m exactly.

    Args:
        guided: start from the basis that HiGHS finds; without it the first basis is artificial (quicker when tiny).

    Raises:
        ArithmeticError: when the program is unbounded below.
    """
    simplex = _Simplex(columns, rhs, list(upper) if upper is not None else [None] * len(columns))
    if guided and columns:
        A = np.array([[float(entry) for entry in column] for column in columns]).reshape(len(columns), len(rhs)).T
        ends = np.array([np.inf if top is None else float(top) for top in simplex.upper[: len(columns)]])
        doubles = minimise_in_doubles(A, _doubles(rhs), _doubles(costs), ends)
        simplex.begin(doubles.basic, doubles.above)
    if not simplex.feasible():
        simplex.begin_artificially()
        y = simplex.pivot([Fraction(0)] * len(columns) + [Fraction(1)] * len(rhs))
        if any(simplex.values[place] for place, j in enumerate(simplex.basis) if j >= len(columns)):
            return Infeasible(y)
        simplex.close_artificials()
    y = simplex.pivot([*costs, *[Fraction(0)] * len(rhs)])
    x = simplex.solution()[: len(columns)]
    return Optimum(x, y, sum((c * entry for c, entry in zip(costs, x, strict=True) if entry), Fraction(0)))


class _Simplex:
    """Columns, then one artificial column ±e_i for each row; a basis; the columns that rest at their upper ends."""

    def __init__(self, columns: Sequence[Vector], rhs: Vector, upper: list[Upper]) -> None:
        self.rows, self.count = len(rhs), len(columns)
        self.rhs = rhs
        signs = [-1 if entry < 0 else 1 for entry in rhs]
        unit = [tuple(Fraction(signs[i] * (i == k)) for k in range(self.rows)) for i in range(self.rows)]
        self.columns = [*columns, *unit]
        self.all_columns = matrix(list(zip(*self.columns, strict=True)) if self.rows else [])
        self.upper: list[Upper] = [*upper, *[Fraction(0)] * self.rows]
        self.basis = list(range(self.count, self.count + self.rows))
        self.at_upper: set[int] = set()
        self.values: Vector = ()

    def begin(self, basis: list[int], at_upper: set[int]) -> None:
        """Start from a basis that was found elsewhere, if it is one."""
        if len(basis) == self.rows and (not basis or self._square(basis).rank() == self.rows):
            self.basis, self.at_upper = basis, at_upper

    def begin_artificially(self) -> None:
        """Start from the artificial columns, which are feasible without upper ends."""
        self.basis, self.at_upper = list(range(self.count, self.count + self.rows)), set()
        self.upper[self.count :] = [None] * self.rows

    def close_artificials(self) -> None:
        """From here on the artificial columns must stay at zero."""
        self.upper[self.count :] = [Fraction(0)] * self.rows

    def feasible(self) -> bool:
        """The basic solution lies within its ends."""
        self.values = self._solve(self._residual())
        return all(
            value >= 0 and ((top := self.upper[j]) is None or value <= top)
            for value, j in zip(self.values, self.basis, strict=True)
        )

    def solution(self) -> Vector:
        """All entries of the basic solution."""
        x = [self.upper[j] or Fraction(0) if j in self.at_upper else Fraction(0) for j in range(len(self.columns))]
        for value, j in zip(self.values, self.basis, strict=True):
            x[j] = value
        return tuple(x)

    def pivot(self, costs: Sequence[Fraction]) -> Vector:
        """Go on to an optimum from a feasible basis; the multiplier y there."""
        while True:
            self.feasible()
            y = self._multiplier(costs)
            entering = self._entering(costs, y)
            if entering is None:
                return y
            self._exchange(entering)

    def _entering(self, costs: Sequence[Fraction], y: Vector) -> int | None:
        basic = set(self.basis)
        products = (matrix([y]) * self.all_columns).entries() if self.rows else [flint.fmpq(0)] * len(self.columns)
        for j, product in enumerate(products):
            if j in basic or self.upper[j] == 0:
                continue
            reduced = costs[j] - fraction(product)
            if reduced > 0 if j in self.at_upper else reduced < 0:
                return j
        return None

    def _exchange(self, entering: int) -> None:
        falling = entering in self.at_upper
        direction = self._solve(self.columns[entering])
        step, leaving = self.upper[entering], None
        for place, (rate, value) in enumerate(zip(direction, self.values, strict=True)):
            change = rate if falling else -rate
            top = self.upper[self.basis[place]]
            if change < 0:
                reach = -value / change
            elif change > 0 and top is not None:
                reach = (top - value) / change
            else:
                continue
            earlier = leaving is not None and reach == step and self.basis[place] < self.basis[leaving]
            if step is None or reach < step or earlier:
                step, leaving = reach, place
        if step is None:
            raise ArithmeticError("the linear program is unbounded")
        self.at_upper.discard(entering)
        if leaving is None:
            if not falling:
                self.at_upper.add(entering)
            return
        rate = direction[leaving] if falling else -direction[leaving]
        if rate > 0:
            self.at_upper.add(self.basis[leaving])
        self.basis[leaving] = entering

    def _residual(self) -> Vector:
        rest = list(self.rhs)
        for j in self.at_upper:
            rest = [entry - (self.upper[j] or 0) * a for entry, a in zip(rest, self.columns[j], strict=True)]
        return tuple(rest)

    def _square(self, basis: list[int]) -> "flint.fmpq_mat":
        return matrix(list(zip(*(self.columns[j] for j in basis), strict=True)))

    def _solve(self, right: Vector) -> Vector:
        if not self.rows:
            return ()
        return entries(self._square(self.basis).solve(matrix([(entry,) for entry in right])))

    def _multiplier(self, costs: Sequence[Fraction]) -> Vector:
        if not self.rows:
            return ()
        transposed = matrix([self.columns[j] for j in self.basis])
        return entries(transposed.solve(matrix([(costs[j],) for j in self.basis])))


def nonnegative_solution(columns: Sequence[Vector], rhs: Vector, upper: Sequence[Upper] | None = None) -> Vector | None:
    """Some x with Ax = b and 0 ≤ x ≤ u, exactly, or None when there is none.

    Nonnegative least squares in doubles guesses the support, which usually is enough to solve for x.
    """
    ends: Sequence[Upper] = upper if upper is not None else [None] * len(columns)
    if columns:
        chosen = support(np.array([[float(entry) for entry in column] for column in columns]).T, _doubles(rhs))
        found = _on_support([columns[k] for k in chosen], rhs)
        if found is not None and all(
            entry >= 0 and ((top := ends[k]) is None or entry <= top) for k, entry in zip(chosen, found, strict=True)
        ):
            x = dict(zip(chosen, found, strict=True))
            return tuple(x.get(k, Fraction(0)) for k in range(len(columns)))
    exact = minimise(columns, rhs, [Fraction(0)] * len(columns), ends)
    return None if isinstance(exact, Infeasible) else exact.x


def support(A: Floats, b: Floats) -> list[int]:
    """The columns that nonnegative least squares uses to come near b."""
    from scipy.optimize import nnls

    lengths = np.linalg.norm(A, axis=0)
    lengths[lengths == 0] = 1.0
    try:
        x = nnls(A / lengths, b)[0]
    except RuntimeError:  # too many iterations: the exact method decides
        return []
    return [int(k) for k in np.flatnonzero(x > 1e-12 * x.max(initial=0.0))]


def _on_support(columns: Sequence[Vector], rhs: Vector) -> Vector | None:
    """The solution of Ax = b when the columns are independent and there is one."""
    reduced, rank = matrix(list(zip(*columns, rhs, strict=True))).rref()
    if rank > len(columns) or any(reduced[k, k] != 1 for k in range(min(len(columns), len(rhs)))):
        return None
    if len(columns) > len(rhs):
        return None
    return tuple(fraction(reduced[k, len(columns)]) for k in range(len(columns)))


@dataclass(frozen=True)
class FloatOptimum:
    """What HiGHS ends with.

    Attributes:
        feasible: False when there is no feasible x.
        x, dual: the optimum and the multiplier of Ax = b, in doubles.
        basic: columns of the basis; N + i stands for the artificial column of row i.
        above: columns that rest at their upper ends.
    """

    feasible: bool
    x: Floats
    dual: Floats
    basic: list[int]
    above: set[int]


def minimise_in_doubles(A: Floats, rhs: Floats, costs: Floats, upper: Floats) -> FloatOptimum:
    """Solve the program with the matrix A of shape m × N by HiGHS, on one thread; ``upper`` may hold infinities."""
    import highspy

    rows, count = A.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, rows
    program.col_cost_, program.col_lower_, program.col_upper_ = costs, np.zeros(count), upper
    program.row_lower_ = program.row_upper_ = rhs
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.arange(count + 1) * rows
    program.a_matrix_.index_ = np.tile(np.arange(rows), count)
    program.a_matrix_.value_ = A.T.ravel()
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {"output_flag": False, "threads": 1, "presolve": "off", "solver": "simplex",
               "primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.passModel(program)
    solver.run()
    found, solution = solver.getBasis(), solver.getSolution()
    statuses = [*found.col_status, *found.row_status]
    basic = [j for j, status in enumerate(statuses) if status == highspy.HighsBasisStatus.kBasic]
    above = {
        j for j, status in enumerate(statuses[:count])
        if status == highspy.HighsBasisStatus.kUpper and np.isfinite(upper[j])
    }
    feasible = solver.getModelStatus() != highspy.HighsModelStatus.kInfeasible
    return FloatOptimum(feasible, np.array(solution.col_value), np.array(solution.row_dual), basic, above)


def _doubles(values: Sequence[Fraction]) -> Floats:
    return np.array([float(value) for value in values])


def matrix(rows: Sequence[Sequence[Fraction]]) -> "flint.fmpq_mat":
    """Rows of rationals as a flint matrix."""
    return flint.fmpq_mat([[flint.fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])


def fraction(value: "flint.fmpq") -> Fraction:
    """A flint rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def entries(column: "flint.fmpq_mat") -> Vector:
    """The entries of a flint matrix, row by row."""
    return tuple(fraction(entry) for entry in column.entries())
