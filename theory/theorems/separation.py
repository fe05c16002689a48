"""T-separation: at width 2, AdamW's region holds one solution, Muon's the other, and a barrier lies between them."""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations, product
from typing import TYPE_CHECKING, Any, NamedTuple

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.exact.rational import dot, read_vector, sqrt_bounds, write_vector
from theory.network import Network
from theory.problem import Problem

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

#: The instance found in small integers, with its two solutions; all output weights are 1.
X = ((-1, 2), (0, -2), (2, 0), (-3, -3))
Y = (3, 4, 2, 12)
A = ((-2, -2), (1, 2))
B = ((-3, 0), (1, -2))

#: The barrier when neurons may be renumbered, and when they are numbered as above.
BARRIER, LABELLED = Fraction(2), Fraction(450, 121)

Stated = dict[str, Fraction]


class Symmetry(NamedTuple):
    """What takes the instance to one with the same statement.

    Attributes:
        rows: the order of the rows.
        columns: a signed permutation of the inputs, ±1 and ±2.
        scale: the factor of y and of all weights; losses have its square.
        renumber_a, renumber_b: whether the neurons of that solution change places.
        swap: whether the solutions change names.
    """

    rows: tuple[int, ...] = (0, 1, 2, 3)
    columns: tuple[int, int] = (1, 2)
    scale: Fraction = Fraction(1)
    renumber_a: bool = False
    renumber_b: bool = False
    swap: bool = False

    def instance(self) -> Instance:
        """The image of the instance."""
        solutions = [self._network(A, self.renumber_a), self._network(B, self.renumber_b)]
        a, b = solutions[::-1] if self.swap else solutions
        return {
            "X": [write_vector(self._turned(X[row])) for row in self.rows],
            "y": write_vector([self.scale * Y[row] for row in self.rows]),
            "a": a,
            "b": b,
        }

    def _network(self, weights: tuple[tuple[int, ...], ...], renumber: bool) -> dict[str, Any]:
        order = weights[::-1] if renumber else weights
        return {"neurons": [{"u": write_vector([self.scale * e for e in self._turned(v)]), "alpha": 1} for v in order]}

    def _turned(self, vector: tuple[int, ...]) -> list[int]:
        return [(1 if column > 0 else -1) * vector[abs(column) - 1] for column in self.columns]

    def stated(self) -> Stated:
        """What the theorem states for the image, by the names of the checker's facts."""
        square, (first, second) = self.scale**2, ("ba" if self.swap else "ab")
        return {
            "components": Fraction(4),
            "components_modulo_permutation": Fraction(2),
            f"max_entry_{first}": 2 * self.scale,
            f"max_entry_{second}": 3 * self.scale,
            f"gauge_squared_{first}": 25 * square,
            f"gauge_squared_{second}": 20 * square,
            "barrier": BARRIER * square,
            "barrier_labelled": (LABELLED if self.renumber_a == self.renumber_b else BARRIER) * square,
        }


SIGNED_PERMUTATIONS = [(s * i, t * j) for s, t, (i, j) in product((1, -1), (1, -1), ((1, 2), (2, 1)))]


def symmetry_of(instance: Instance) -> Symmetry | None:
    """The symmetry that leads to an instance; None when there is none."""
    given = exact_form(instance)
    scale = max(read_vector(given["y"], "y")) / max(Y)
    if scale <= 0 or len(given["y"]) != len(Y):
        return None
    for rows, columns in product(permutations(range(len(X))), SIGNED_PERMUTATIONS):
        if write_vector([scale * Y[row] for row in rows]) != given["y"]:
            continue
        for flags in product((False, True), repeat=3):
            symmetry = Symmetry(rows, columns, scale, *flags)
            if symmetry.instance() == given:
                return symmetry
    return None


def exact_form(instance: Instance) -> Instance:
    """The instance as certificates write it."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    return problem.write() | {name: Network.read(instance[name], problem, name).write() for name in ("a", "b")}


def is_image(instance: Instance) -> int:
    """0 when some symmetry leads to the instance, else −1."""
    return -1 if symmetry_of(instance) is None else 0


def instances() -> "SearchStrategy[Instance]":
    """Images under all symmetries, with scales of small numerator and denominator."""
    from hypothesis import strategies as st

    @st.composite
    def images(draw: "DrawFn") -> Instance:
        rows = tuple(draw(st.permutations(range(len(X)))))
        columns = draw(st.sampled_from(SIGNED_PERMUTATIONS))
        scale = Fraction(draw(st.integers(1, 6)), draw(st.integers(1, 4)))
        flags = [draw(st.booleans()) for _ in range(3)]
        return Symmetry(rows, columns, scale, *flags).instance()

    return images()


def check_separation(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this problem and these networks."""
    finding = check(candidate)
    if any(finding.statement[name] != value for name, value in exact_form(instance).items()):
        raise Rejected("the certificate is about another problem or other networks")
    return finding


def agreement(finding: Finding, stated: Stated) -> Margin:
    """Zero when every fact is the stated one, else minus the largest difference."""
    gaps = {name: abs(Fraction(finding.facts[name]) - value) for name, value in stated.items()}
    worst = max(gaps, key=lambda name: gaps[name])
    detail = f"{worst} is {finding.facts[worst]}, not {stated[worst]}" if gaps[worst] else ""
    return Margin(-gaps[worst], Exact(finding), detail)


def image_of(instance: Instance) -> Symmetry:
    """The symmetry of an instance that meets the hypothesis."""
    symmetry = symmetry_of(instance)
    if symmetry is None:
        raise ValueError("no symmetry leads to this instance")
    return symmetry


def exactly(instance: Instance, finding: Finding) -> Margin:
    """The theorem: every fact is as stated."""
    return agreement(finding, image_of(instance).stated())


def restated(change: Callable[[Stated, Fraction], Stated]) -> Callable[[Instance, Finding], Margin]:
    """False: the theorem with some numbers replaced by a function of the true ones and the scale."""
    def relation(instance: Instance, finding: Finding) -> Margin:
        symmetry = image_of(instance)
        return agreement(finding, symmetry.stated() | change(symmetry.stated(), symmetry.scale))

    return relation


def exchanged(true: Stated, scale: Fraction) -> Stated:
    """The radii of the two solutions exchanged."""
    pairs = product(("max_entry", "gauge_squared"), (("a", "b"), ("b", "a")))
    return {f"{radius}_{one}": true[f"{radius}_{other}"] for radius, (one, other) in pairs}


def frobenius(instance: Instance, finding: Finding) -> Margin:
    """False: Γ_M is the Frobenius norm."""
    squares = {name: sum((dot(v, v) for v in columns(instance, name)), Fraction(0)) for name in ("a", "b")}
    return agreement(finding, {f"gauge_squared_{name}": square for name, square in squares.items()})


def sum_of_norms(instance: Instance, finding: Finding) -> Margin:
    """False: Γ_M = Σ‖v_j‖₂, compared in squares; the root is rounded towards agreement."""
    shortfalls = []
    for name in ("a", "b"):
        first, second = (dot(v, v) for v in columns(instance, name))
        squared = first + second + 2 * sqrt_bounds(first * second)[0]
        shortfalls.append(finding.facts[f"gauge_squared_{name}"] - squared)
    return Margin(min(shortfalls), Exact(finding), "Γ_M is smaller than the sum of norms")


def columns(instance: Instance, name: str) -> list[tuple[Fraction, ...]]:
    """The effective weights of one solution."""
    return [neuron.effective for neuron in Network.read(instance[name]).neurons]


def closed_window(instance: Instance, finding: Finding) -> Margin:
    """False: one solution alone has entries of at most R for 2 ≤ R ≤ 3, the upper end included."""
    radii = [finding.facts[f"max_entry_{name}"] for name in ("a", "b")]
    within = sum(radius <= 3 * image_of(instance).scale for radius in radii)
    return Margin(Fraction(1 - within), Exact(finding), f"{within} solutions lie within the upper end")


CLAIM = Claim(
    id="separation",
    title="AdamW and Muon can be left with different solutions at width 2",
    source=Source("optproof", "docs/theory.md, section 4, T-separation"),
    latex=r"X=\begin{pmatrix}-1&2\\0&-2\\2&0\\-3&-3\end{pmatrix},\ y=(3,4,2,12)^\top:\quad"
    r"\{f=y\}=\{A,B\}\ \text{modulo permutation},\quad \max_j\|v_j\|_\infty=2,\,3,\quad \Gamma_M=5,\,\sqrt{20},\quad"
    r"\min_\gamma\max_t L(\gamma(t))=2",
    sentence="On four rows in the plane, the networks of two neurons that fit exactly are A and B alone (up to the order "
    "of neurons); A is the only one with entries of radius 2 ≤ R < 3 (AdamW), B the only one with spectral radius "
    "√20 ≤ R < 5 (Muon), and every path between them rises to a loss of 2, some path no higher; when neurons keep "
    "their numbers, 450/121.",
    quantifier="exists",
    relation="=",
    proof="""A = (−2,−2),(1,2) and B = (−3,0),(1,−2), all output weights 1, fit y exactly: f(A) = (0,4,0,12) + (3,0,2,0) and
f(B) = (3,0,0,9) + (0,4,2,3).
*No others.* On a cell (a sign and a cone of the arrangement for each neuron) f is linear in the weights. For every cell
but those around A, B and their renumberings, a multiplier μ with μᵀg ≤ 0 for the generators g of the cell bounds the loss
by ½‖μ‖² > 0; in those cells f is injective. The certificate lists the multipliers.
*Radii.* max_j ‖v_j‖_∞ is read off: 2 and 3. Two columns: Γ_M² = ‖v_1‖² + ‖v_2‖² + 2|v_1·v_2|, which is 8 + 5 + 12 = 25 and
9 + 5 + 6 = 20, with Z = zzᵀ/‖z‖², z = v_1 ± v_2, from below and q_i ∝ |z·v_i| from above.
*Barrier.* From above, a polygonal path on which L is a convex quadratic between breakpoints. From below, a set of cells
around one end, each way out of which has a multiplier with a bound of at least the barrier: a path from inside to outside
has a point in a cell of the set and in a cell outside of it, and the cells around a point are joined through facets
that contain it, since a generic segment between two of them, near the point, crosses one of its planes at a time.""",
    hypotheses=(
        Hypothesis(
            "image",
            "the instance is the one of the theorem up to order of rows and neurons, signed permutation of the inputs, "
            "scale, and the names of the solutions",
            is_image,
            {**Symmetry().instance(), "y": [3, 4, 2, 11]},
        ),
    ),
    instances=instances,
    boundary=(
        Symmetry().instance(),
        Symmetry(renumber_b=True).instance(),
        Symmetry(swap=True, scale=Fraction(1, 3)).instance(),
    ),
    certify="numerics.separation:certify",
    check=check_separation,
    margin=exactly,
    mutants=(
        Mutant("higher", "a barrier of 5/2", restated(lambda true, scale: {"barrier": Fraction(5, 2) * scale**2})),
        Mutant("flat", "no barrier when neurons may be renumbered", restated(lambda true, scale: {"barrier": Fraction(0)})),
        Mutant("numbered", "the barrier is the same when neurons keep their numbers",
               restated(lambda true, scale: {"barrier_labelled": true["barrier"]})),
        Mutant("exchanged", "the windows exchanged", restated(exchanged)),
        Mutant("one", "the solutions are connected",
               restated(lambda true, scale: {"components_modulo_permutation": Fraction(1)})),
        Mutant("third", "a third component",
               restated(lambda true, scale: {"components_modulo_permutation": Fraction(3)})),
        Mutant("unscaled", "barriers do not scale with the square of y",
               restated(lambda true, scale: {"barrier": BARRIER})),
        Mutant("closed-window", "the upper end R = 3 belongs to AdamW's window", closed_window),
        Mutant("sum-of-norms", "Σ‖v_j‖₂ for Γ_M", sum_of_norms),
        Mutant("frobenius", "‖V‖_F for Γ_M", frobenius),
    ),
    agreements=(
        Agreement("sectors of the plane, floating point, renumbered", "barrier",
                  "numerics.sectors:unlabelled_barrier", 1e-9, "least squares in doubles on integers below 100"),
        Agreement("sectors of the plane, floating point, numbered", "barrier_labelled",
                  "numerics.sectors:labelled_barrier", 1e-9, "least squares in doubles on integers below 100"),
    ),
    tight=Symmetry().instance(),
    neutral="numerics.unseen:same_fit",
    steps=("barriers", "pietsch"),
    kind="theorem",
    tags=("separation", "barrier", "components"),
)
