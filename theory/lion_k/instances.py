"""Hypothesis strategies of exact matrices whose norms are rational, for every set of the family.

The profile is drawn first (values with a rational norm), then directions: unit vectors and orthogonal matrices come
from Householder reflections I − 2vvᵀ/vᵀv, rational for every integer v.
"""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from theory.exact.atoms import added, scaled
from theory.exact.norms import Exponent, LayerNorm, Norm, aligned, conjugate_exponent, read_atoms
from theory.exact.rational import Matrix, write_number
from theory.lion_k import InducedSet, example_names, induced_set
from theory.lion_k.frank_wolfe import with_gradient
from theory.lion_k.layered import write_layers
from theory.lion_k.resolution import resolutions

#: Integers with τ_1^a + … = N^a, by a: (N, τ). For a = 2 there are many more; they come from unit vectors.
POWER_SUMS = {3: ((6, (3, 4, 5)), (9, (1, 6, 8)))}
RADII = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3))


def layer_sets() -> SearchStrategy[list[InducedSet]]:
    """One set, or the sets of two layers."""
    one = st.sampled_from(example_names()).map(induced_set)
    return st.one_of(st.lists(one, min_size=1, max_size=1), st.lists(one, min_size=2, max_size=2))


def shapes(largest: int = 3) -> SearchStrategy[tuple[int, int]]:
    """(d, m), each from 1."""
    return st.tuples(st.integers(1, largest), st.integers(1, largest))


@st.composite
def reflections(draw: DrawFn, size: int) -> Matrix:
    """A rational orthogonal matrix: a Householder reflection, or the identity."""
    v = draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
    square = sum(entry**2 for entry in v)
    return tuple(
        tuple(Fraction(i == j) - (Fraction(2 * v[i] * v[j], square) if square else 0) for j in range(size))
        for i in range(size)
    )


@st.composite
def values_with_norm(draw: DrawFn, p: Exponent, count: int, norm: Fraction) -> list[Fraction]:
    """Non-negative values with ‖·‖_p = norm, and rational (value/norm)^{p−1}."""
    if p == "inf":
        shares = [Fraction(draw(st.integers(0, 4)), 4) for _ in range(count)]
        shares[draw(st.integers(0, count - 1))] = Fraction(1)
    elif p == 1:
        weights = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count).filter(any))
        shares = [Fraction(weight, sum(weights)) for weight in weights]
    elif p == 2:
        shares = [abs(entry) for entry in draw(reflections(count))[0]]
    else:
        # t_i = (τ_i/N)^b has ‖t‖_{a/b} = 1, and (t_i)^{p−1} = (τ_i/N)^{a−b}.
        known = [(N, tau) for N, tau in POWER_SUMS.get(p.numerator, ()) if len(tau) <= count]
        N, tau = draw(st.sampled_from([(1, (1,)), *known]))
        shares = [Fraction(t, N) ** p.denominator for t in (*tau, *[0] * (count - len(tau)))]
        shares = draw(st.permutations(shares))
    return [norm * share for share in shares]


@st.composite
def with_profile(draw: DrawFn, profile: str, shape: tuple[int, int], values: list[Fraction]) -> Matrix:
    """A matrix with the profile given (``profile_size`` values)."""
    d, m = shape
    if profile == "entries":
        signs = draw(st.lists(st.sampled_from([1, -1]), min_size=d * m, max_size=d * m))
        return tuple(tuple(signs[i * m + j] * values[i * m + j] for j in range(m)) for i in range(d))
    if profile == "columns":
        columns = [[value * entry for entry in draw(reflections(d))[0]] for value in values]
        return tuple(zip(*columns, strict=True))
    if profile == "rows":
        return tuple(tuple(value * entry for entry in draw(reflections(m))[0]) for value in values)
    left, right = draw(reflections(d)), draw(reflections(m))
    return tuple(
        tuple(sum((s * left[i][k] * right[j][k] for k, s in enumerate(values)), Fraction(0)) for j in range(m))
        for i in range(d)
    )


def profile_size(profile: str, shape: tuple[int, int]) -> int:
    """How many values the profile of a d × m matrix has."""
    d, m = shape
    return {"entries": d * m, "columns": m, "rows": d, "singular-values": min(d, m)}[profile]


@st.composite
def matrices_of_norm(
    draw: DrawFn, profile: str, p: Exponent, shape: tuple[int, int], norm: Fraction | int
) -> Matrix:
    """A matrix with ‖profile‖_p = norm, whose steepest direction is rational."""
    values = draw(values_with_norm(p, profile_size(profile, shape), Fraction(norm)))
    return draw(with_profile(profile, shape, values))


@st.composite
def matrices_of_profile(draw: DrawFn, profile: str, shape: tuple[int, int], largest: int = 4) -> Matrix:
    """A matrix with small integers as profile; its norm may be irrational."""
    count = profile_size(profile, shape)
    values = draw(st.lists(st.integers(0, largest), min_size=count, max_size=count))
    return draw(with_profile(profile, shape, [Fraction(value) for value in values]))


def layer(own: InducedSet, radius: Fraction, **points: Matrix) -> dict[str, Any]:
    """One layer of an instance, its matrices in JSON form."""
    written = {name: write_layers((matrix,))[0] for name, matrix in points.items()}
    return {"set": own.name, "radius": write_number(radius), **written}


@st.composite
def frank_wolfe_instances(draw: DrawFn, curvatures: SearchStrategy[int]) -> dict[str, Any]:
    """A quadratic on one or two layers with a point W and a point V of the set; W is a KKT point about half the time.

    Each layer's gradient is drawn and the linear term of F made to fit it: zero; −μ times the normal of the ball at W
    (KKT when ‖W‖ = R); the gradient whose oracle answer is W (KKT); or unrelated to W.
    """
    layers, Ws, Gs = [], [], []
    for own in draw(layer_sets()):
        shape, radius = draw(shapes()), draw(st.sampled_from(RADII))
        q = conjugate_exponent(own.exponent)
        share = draw(st.sampled_from([Fraction(1), Fraction(1, 2)]))
        W = draw(matrices_of_norm(own.profile, own.exponent, shape, share * radius))
        G = draw(matrices_of_norm(own.profile, q, shape, draw(st.sampled_from([1, 6]))))
        match draw(st.sampled_from(["zero", "normal", "oracle", "unrelated"])):
            case "zero":
                G = scaled(G, Fraction(0))
            case "normal":
                G = scaled(steepest(own.profile, own.exponent, W), -share)
            case "oracle":
                W = scaled(steepest(own.profile, q, G), -radius)
        V = draw(matrices_of_norm(own.profile, own.exponent, shape, radius * draw(st.sampled_from([0, 1]))))
        layers.append(layer(own, radius, W=W, V=V))
        Ws.append(W)
        Gs.append(G)
    size = sum(len(W) * len(W[0]) for W in Ws)
    L = draw(st.lists(st.lists(st.integers(-2, 2), min_size=size, max_size=size), max_size=2))
    return with_gradient(layers, tuple(Ws), tuple(Gs), L, draw(curvatures))


def steepest(profile: str, p: Exponent, W: Matrix) -> Matrix:
    """The subgradient of ‖profile(W)‖_p of least Frobenius norm, exactly."""
    norm = Norm("sum", (LayerNorm(profile, p),))
    return aligned(norm, read_atoms(norm, (W,), resolutions(norm, (W,)), "W"), (W,))[0]


@st.composite
def points_with_projection(
    draw: DrawFn, profile: str, p: Exponent, shape: tuple[int, int], radius: Fraction
) -> Matrix:
    """A matrix whose projection on ‖profile‖_p ≤ radius is rational, with small denominators.

    For exponents without a closed form it is built outwards, from a point of the sphere along the normal.
    """
    if p in ("inf", 1):
        return draw(matrices_of_profile(profile, shape))
    P = draw(matrices_of_norm(profile, p, shape, radius))
    if p == 2:
        return scaled(P, draw(st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3)])))
    outwards = scaled(steepest(profile, p, P), draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(3)])))
    return added(P, outwards)


@st.composite
def flow_instances(draw: DrawFn) -> dict[str, Any]:
    """A point of the Lion-K flow: m, m̃ and x are drawn, the gradient αg = −ṁ − γm with ṁ = (m̃ − m)/ε follows."""
    e, epsilon, gamma, lam, alpha = (
        Fraction(draw(st.sampled_from(choices)))
        for choices in (["1", "1/2", "2"], ["1/2", "1", "1/3", "0"], ["1", "1/2"], ["1", "1/3", "2"], ["1", "2"])
    )
    layers = []
    for own in draw(layer_sets()):
        shape, radius = draw(shapes(2)), draw(st.sampled_from(RADII))
        m, blend = (
            scaled(draw(points_with_projection(own.profile, own.exponent, shape, radius)), e) for _ in range(2)
        )
        share = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(0)]))
        x = draw(matrices_of_norm(own.profile, own.exponent, shape, share * radius / lam))
        # Without a blend m̃ = m, and the momentum's velocity is free.
        dm = scaled(added(blend, scaled(m, Fraction(-1))), 1 / epsilon) if epsilon else blend
        g = scaled(added(dm, scaled(m, gamma)), -1 / alpha)
        layers.append(layer(own, radius, x=x, m=m, g=g))
    constants = {"smoothing": e, "epsilon": epsilon, "gamma": gamma, "lambda": lam, "alpha": alpha}
    return {"layers": layers} | {name: write_number(value) for name, value in constants.items()}
