"""The loss on a given path of networks: a quartic between breakpoints, so its maximum is computed, not sampled."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from theory.claim import Agreement, Certificate, Claim, Exact, Hypothesis, Instance, Margin, Mutant, Source
from theory.exact import Finding, Rejected, check
from theory.network import Network, Neuron, fit, loss
from theory.problem import Problem

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

Relation = Callable[[Instance, Finding], Margin]

#: The points of a grid on each segment that people use.
GRID = 25
#: n × m × segments of an instance at most: certificates of this size check in well under a second.
LARGEST = 120
#: The two bounds of a certificate are apart by this fraction at most.
WIDTH = Fraction(1, 2**60)


def instances() -> "SearchStrategy[Instance]":
    """Paths of two or three networks of small integers; the targets may be the outputs of the first network, and the other
    networks may be the first one with its neurons in other places, in part or with another sign.
    """
    from hypothesis import strategies as st

    from theory.instances import networks, problems

    @st.composite
    def paths(draw: "DrawFn") -> Instance:
        problem = draw(problems(n=(1, 4), d=(1, 3)))
        d, width, vertices = len(problem["X"][0]), draw(st.integers(1, 3)), draw(st.integers(2, 3))
        first = draw(networks(d, width=(width, width)))
        path = [first]
        for _ in range(vertices - 1):
            if draw(st.booleans()):
                path.append(draw(networks(d, width=(width, width))))
            else:
                neurons = draw(st.permutations(first["neurons"]))
                signs = [draw(st.sampled_from([1, 1, 1, -1])) for _ in neurons]
                path.append({"neurons": [{"u": n["u"], "alpha": s * n["alpha"]} for n, s in zip(neurons, signs, strict=True)]})
        if draw(st.booleans()):
            read = Problem.read(problem)
            problem["y"] = [int(output) for output in fit(read, Network.read(first, read))]
        return problem | {"path": path}

    return paths()


def network(*neurons: tuple[list[Any], Any]) -> dict[str, Any]:
    """A network from pairs (u, α)."""
    return {"neurons": [{"u": u, "alpha": alpha} for u, alpha in neurons]}


SAME = network(([1, 2], 1), ([0, 0], -1))
BOUNDARY: tuple[Instance, ...] = (
    # Nothing moves; one neuron is zero throughout.
    {"X": [[1, 1], [1, -2]], "y": [1, 2], "path": [SAME, SAME]},
    # One row, one neuron, one input: it turns round at a breakpoint; and breakpoints at both ends.
    {"X": [[1]], "y": [0], "path": [network(([-1], 1)), network(([3], 2))]},
    {"X": [[1], [1]], "y": [0, 1], "path": [network(([0], 1)), network(([2], -1)), network(([0], 3))]},
    # One function at both ends, in the same effective weight, and a bump between them: 1/8 at 1/2.
    {"X": [[2]], "y": [4], "path": [network(([1], 2)), network(([2], 1))]},
    # The maximum at an end and in the middle.
    {"X": [[2]], "y": [-1], "path": [network(([2], -1), ([0], 2)), network(([0], 2), ([2], -1))]},
    # Two neurons change places: two rational maxima inside of pieces; and two irrational ones.
    {"X": [[1], [0]], "y": [-2, 0], "path": [network(([-2], 2), ([2], -1)), network(([2], -1), ([-2], 2))]},
    {"X": [[-2], [1]], "y": [-4, 4], "path": [network(([-2], -1), ([2], 2)), network(([2], 2), ([-2], -1))]},
    # An irrational maximum where no breakpoint is.
    {"X": [[-1, 2], [-1, 1]], "y": [5, 3], "path": [network(([-1, 2], 1)), network(([-1, 1], 2))]},
    # A vertex is repeated, X has a zero row and parallel rows, and one neuron does not move.
    {"X": [[2, -1], [0, 0], [4, -2], [-2, 1]], "y": [1, 1, 0, "1/3"],
     "path": [network(([1, 1], 2), ([-1, 3], 1))] * 2 + [network(([1, 1], 2), ([2, -3], -2))]},
    # Scales far apart.
    {"X": [["1e-40", "1e40"]], "y": ["1e30"], "path": [network((["1e30", "1e-30"], 1)), network((["-1e40", "2e-30"], "1e12"))]},
)


def path_of(instance: Instance) -> tuple[Problem, list[Network]]:
    """The problem and the vertices of the path."""
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    return problem, [Network.read(vertex) for vertex in instance["path"]]


def between(start: Network, end: Network, t: Fraction) -> Network:
    """The network at t on the segment, in parameter space."""
    return Network(tuple(
        Neuron(tuple((1 - t) * p + t * q for p, q in zip(a.u, b.u, strict=True)), (1 - t) * a.alpha + t * b.alpha)
        for a, b in zip(start.neurons, end.neurons, strict=True)
    ))


def sampled(instance: Instance, points: int = GRID) -> Iterator[Fraction]:
    """The loss at equally spaced points of every segment, exactly, from the networks there."""
    problem, path = path_of(instance)
    for start, end in pairwise(path):
        yield from (loss(problem, between(start, end, Fraction(k, points - 1))) for k in range(points))


def check_path(instance: Instance, candidate: Certificate) -> Finding:
    """The finding, when it is about this path and its bounds are close."""
    finding = check(candidate)
    problem, path = path_of(instance)
    expected = problem.write() | {"path": [vertex.write() for vertex in path]}
    if any(finding.statement.get(name) != value for name, value in expected.items()):
        raise Rejected("the certificate is about another path or other data")
    if finding.facts["upper"] - finding.facts["lower"] > WIDTH * finding.facts["upper"]:
        raise Rejected("the bounds of the certificate are too far apart")
    return finding


def above_the_grid(instance: Instance, finding: Finding) -> Margin:
    """The theorem against a grid: no sampled loss is above the bound, and the bound is attained up to 2^-60 of it."""
    return Margin(finding.facts["upper"] - max(sampled(instance)), Exact(finding), "a point of the grid is above the bound")


def equal_to(wanted: Callable[[Instance, Finding], Fraction], detail: str) -> Relation:
    """False: the maximum is another number, a function of instance and finding; how far outside of the bounds that lies."""

    def relation(instance: Instance, finding: Finding) -> Margin:
        number = wanted(instance, finding)
        gap = max(finding.facts["lower"] - number, number - finding.facts["upper"], Fraction(0))
        return Margin(-gap, Exact(finding), detail)

    return relation


def below_the_chord(instance: Instance, finding: Finding) -> Margin:
    """False: on every segment the loss is at most the chord between its ends (convexity along the path)."""
    losses = list(sampled(instance))
    gaps = []
    for first in range(0, len(losses), GRID):
        start, *_, end = segment = losses[first : first + GRID]
        gaps += [start + (end - start) * Fraction(k, GRID - 1) - value for k, value in enumerate(segment)]
    return Margin(min(gaps), Exact(finding), "above the chord")


def one_quartic(instance: Instance, finding: Finding) -> Margin:
    """False: a segment is one quartic, the one through five of its points."""
    losses, gaps = list(sampled(instance)), [Fraction(0)]
    for first in range(0, len(losses), GRID):
        segment = losses[first : first + GRID]
        gaps += [abs(through(segment[:: (GRID - 1) // 4], Fraction(4 * k, GRID - 1)) - segment[k]) for k in range(GRID)]
    return Margin(-max(gaps), Exact(finding), "not on the quartic through five points")


def through(values: list[Fraction], x: Fraction) -> Fraction:
    """At x the polynomial that takes the values at 0, 1, 2, … (Neville)."""
    column = list(values)
    for width in range(1, len(values)):
        column = [((x - k) * column[k + 1] - (x - k - width) * column[k]) / width for k in range(len(column) - 1)]
    return column[0]


def in_effective_weights(instance: Instance, finding: Finding) -> Margin:
    """False: the straight path in effective weights |α_j|u_j has the same maximum (where it exists)."""
    from theory.exact.effective import effective, path_maximum

    problem, path = path_of(instance)
    weights = [tuple(effective(neuron.u, neuron.alpha) for neuron in vertex.neurons) for vertex in path]
    try:
        highest = path_maximum(problem.X, problem.y, weights)
    except Rejected:
        return Margin(0, Exact(finding), "a sign changes: there is no such path")
    return equal_to(lambda i, f: highest, "another path between the same networks")(instance, finding)


def refined_grid(instance: Instance) -> float:
    """4,001 points on each segment in doubles, and finer and finer grids around the best ones."""
    import numpy as np

    problem, path = path_of(instance)
    X, y = problem.X_float, problem.y_float
    best = 0.0
    for start, end in pairwise(path):
        U, V = (np.array([neuron.u for neuron in vertex.neurons], float) for vertex in (start, end))
        a, b = (np.array([neuron.alpha for neuron in vertex.neurons], float) for vertex in (start, end))

        def losses(times: Any, U: Any = U, V: Any = V, a: Any = a, b: Any = b) -> Any:
            t = times[:, None, None]
            hidden = np.maximum(((1 - t) * U + t * V) @ X.T, 0)
            outputs = (((1 - t) * a + t * b) @ hidden)[:, 0]
            return 0.5 * ((outputs - y) ** 2).sum(axis=1)

        grid = np.linspace(0, 1, 4001)
        found = losses(grid)
        for k in np.flatnonzero(found >= found.max() * (1 - 1e-6))[:20]:
            left, right = grid[max(k - 1, 0)], grid[min(k + 1, 4000)]
            while right - left > 1e-13:
                finer = np.linspace(left, right, 51)
                top = int(np.argmax(losses(finer)))
                left, right = finer[max(top - 1, 0)], finer[min(top + 1, 50)]
            best = max(best, found[k], *losses(np.array([left, right])))
    return best


def size(instance: Instance) -> int:
    """n × m × segments."""
    return len(instance["X"]) * len(instance["path"][0]["neurons"]) * (len(instance["path"]) - 1)


def widths(instance: Instance) -> int:
    """Zero when all networks have as many neurons, else minus how many fewer the narrowest has."""
    counts = [len(vertex["neurons"]) for vertex in instance["path"]]
    return min(counts) - max(counts)


def inputs(instance: Instance) -> int:
    """Zero when every u has as many entries as the rows of X, else minus the largest difference."""
    d = len(instance["X"][0])
    return -max(abs(len(neuron["u"]) - d) for vertex in instance["path"] for neuron in vertex["neurons"])


CLAIM = Claim(
    id="path-maximum",
    title="The loss on a given path of networks is a quartic between breakpoints, and its maximum is certified",
    source=Source("optproof", "issue 3 of this project: barriers along a given path, exact and not read off a grid"),
    latex=r"\theta(t)=(1-t)\,\theta_k+t\,\theta_{k+1}:\quad \max_{k,t}L(\theta(t))\in[L(\theta(t^*)),\,u],\qquad "
    r"u=\max_{\text{pieces}}\max_{0\le j\le4}b_j",
    sentence="Along a polygonal path in (U, α) the loss is a quartic of t between the points where a hidden unit changes its "
    "sign; nowhere is it above the largest Bernstein coefficient of its pieces, and these are cut so finely that a point of "
    "the path attains this bound, exactly or up to 2^-60 of it.",
    quantifier="for all",
    relation="≤",
    proof="""On a segment u_j(t), α_j(t) and every x_i·u_j(t) are linear in t. Between the zeros of the latter, h/(h − h′) for
values h and h′ of opposite signs at the ends, the same hidden units are active, f_i(t) = Σ_active α_j(t) x_i·u_j(t) is a
quadratic and L = ½Σ(f_i − y_i)² a quartic.
*Upper bound.* In Bernstein form Σ b_k C(4, k) s^k (1−s)^{4−k}, 0 ≤ s ≤ 1, the weights are nonnegative and sum to one: no value
is above the largest b_k. Halving an interval replaces b by averages, and the bound falls towards the maximum as the square of
the length.
*Attained.* b_0 and b_4 are values. Where the maximum is at a vertex, a breakpoint or a rational critical point, pieces are cut
there and the bound is that value; at an irrational one they are cut at a rational place so near that 2^-60 is left.""",
    hypotheses=(
        Hypothesis("path", "at least two networks", lambda i: len(i["path"]) - 2, BOUNDARY[0] | {"path": [SAME]}),
        Hypothesis("width", "all networks have one width", widths, BOUNDARY[0] | {"path": [SAME, network(([1, 1], 1))]}),
        Hypothesis("inputs", "the networks' inputs are the columns of X", inputs, BOUNDARY[0] | {"X": [[1], [2]]}),
        Hypothesis("size", f"n × m × segments is at most {LARGEST}", lambda i: LARGEST - size(i),
                   BOUNDARY[0] | {"path": [SAME] * 50}),
    ),
    instances=instances,
    boundary=BOUNDARY,
    certify="numerics.path_maximum:certify",
    check=check_path,
    margin=above_the_grid,
    mutants=(
        Mutant("grid", "the maximum over 25 points is the maximum",
               equal_to(lambda i, f: max(sampled(i)), "the largest loss on the grid falls short")),
        Mutant("ends", "the maximum is at an end of the path",
               equal_to(lambda i, f: max(f.facts["first"], f.facts["last"]), "the ends fall short")),
        Mutant("convex-pieces", "the loss is convex between breakpoints, so its maximum is at one of them or at a vertex",
               equal_to(lambda i, f: f.facts["at_breakpoints"], "higher inside of a piece")),
        Mutant("chord", "the loss is below the chord of each segment", below_the_chord),
        Mutant("one-quartic", "each segment is one quartic", one_quartic),
        Mutant("effective-weights", "the segment of effective weights has the same maximum", in_effective_weights),
        Mutant("half", "half the bound is a bound",
               lambda i, f: Margin(f.facts["upper"] / 2 - max(sampled(i)), Exact(f), "above half the bound")),
    ),
    agreements=(
        Agreement("4,001 points and finer grids around the best", "upper", refined_grid, 1e-9,
                  "doubles on small integers; the finest grids are 1e-13 wide"),
        Agreement("doubles with proved error bounds", "upper", "numerics.path_maximum:upper_in_doubles", 1e-10,
                  "the bounds in doubles are that close to one another"),
    ),
    tight={
        "X": [[-1, 2], [0, -2], [2, 0], [-3, -3], [1, -4], [2, 3]],
        "y": [3, 2, -4, 12, -1, 5],
        "path": [
            network(([-2, -2], 1), ([1, 2], 1), ([3, -1], -1)),
            network(([0, 2], 1), ([0, -1], 2), ([1, 1], 1)),
            network(([3, -1], -1), ([-2, -2], 1), ([1, 2], 1)),
        ],
    },
    kind="theorem",
    tags=("barrier", "path"),
)
