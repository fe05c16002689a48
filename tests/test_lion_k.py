"""The sets of the Lion-K family: numeric forms against symbolic ones, against numpy and cvxpy, and at the edges."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import theory.lion_k as lion_k
from theory.exact import InputError
from theory.exact.norms import conjugate_exponent
from theory.lion_k import example_names, induced_set, optimizers, set_names, set_of_optimizer
from theory.lion_k.composed import ComposedSet
from theory.lion_k.layered import composed_set

#: Rounding of norms of matrices with a handful of entries of size one.
CLOSE = 1e-10
EVERY_SET = pytest.mark.parametrize("name", example_names())
#: K and ‖·‖ as numpy computes them, apart from our profiles.
NUMPY = {
    "max-entry": (lambda W: np.abs(W).sum(), lambda W: np.abs(W).max()),
    "entrywise-l1": (lambda W: np.abs(W).max(), lambda W: np.abs(W).sum()),
    "frobenius": (np.linalg.norm, np.linalg.norm),
    "spectral": (lambda W: np.linalg.norm(W, "nuc"), lambda W: np.linalg.norm(W, 2)),
    "max-column": (lambda W: np.linalg.norm(W, axis=0).sum(), lambda W: np.linalg.norm(W, axis=0).max()),
    "max-row": (lambda W: np.linalg.norm(W, axis=1).sum(), lambda W: np.linalg.norm(W, axis=1).max()),
    "schatten:1": (lambda W: np.linalg.norm(W, 2), lambda W: np.linalg.norm(W, "nuc")),
    "schatten:2": (np.linalg.norm, np.linalg.norm),
    "schatten:4": (None, lambda W: np.trace(W @ W.T @ W @ W.T) ** 0.25),
    "schatten:inf": (lambda W: np.linalg.norm(W, "nuc"), lambda W: np.linalg.norm(W, 2)),
}


def random(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_norms_are_those_of_numpy(name: str) -> None:
    for shape in [(3, 2), (2, 4), (1, 3), (3, 1)]:
        W, own = random(*shape), induced_set(name)
        for mine, theirs in zip((own.K, own.dual_norm), NUMPY[name], strict=True):
            if theirs is not None:
                assert mine(W) == pytest.approx(theirs(W), rel=CLOSE)


@EVERY_SET
def test_numeric_norms_and_gradients_equal_the_symbolic_ones(name: str) -> None:
    own, point = induced_set(name), [[Fraction(3), Fraction(-1, 2)], [Fraction(1, 3), Fraction(2)]]
    symbols = sympy.Matrix(2, 2, sympy.symbols("a b c d", real=True))
    values = dict(zip(symbols, [sympy.Rational(x.numerator, x.denominator) for row in point for x in row], strict=True))
    W = np.array(point, dtype=float)
    for symbolic, numeric, gradient in [
        (own.K_symbolic, own.K, own.subgradient), (own.dual_norm_symbolic, own.dual_norm, own.dual_subgradient)
    ]:
        expression = symbolic(symbols)
        assert float(expression.subs(values)) == pytest.approx(float(numeric(W)), rel=CLOSE)
        derivative = [float(sympy.diff(expression, entry).subs(values).evalf(30)) for entry in symbols]
        assert np.ravel(gradient(W)) == pytest.approx(derivative, abs=CLOSE)


@EVERY_SET
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 3), (3, 3)])
def test_the_oracle_attains_the_dual_norm_and_the_subgradient_is_in_the_ball(name: str, shape: tuple[int, int]) -> None:
    own, G = induced_set(name), random(6, *shape)
    S = own.lmo(G, 2.5)
    assert np.sum(G * S, axis=(-2, -1)) == pytest.approx(-2.5 * own.K(G), rel=CLOSE)
    assert own.dual_norm(S) == pytest.approx(np.full(6, 2.5), rel=CLOSE)
    assert (own.conjugate(own.subgradient(G)) == 0).all()
    assert (own.conjugate(1.001 * own.subgradient(G)) == np.inf).all()


@EVERY_SET
def test_the_projection_is_nearest(name: str) -> None:
    own, C = induced_set(name), 3 * random(3, 2, 3)
    P = own.projection(C, 1.5)
    assert own.contains(P, 1.5).all()
    # ⟨C − P, V − P⟩ ≤ 0 for every V of the ball is a vanishing Frank–Wolfe gap of ½‖W − C‖².
    assert own.frank_wolfe_gap(P, P - C, 1.5) == pytest.approx(np.zeros(3), abs=1e-9)
    assert own.projection(P, 1.5) == pytest.approx(P, abs=1e-9)
    assert (own.projection(C, 1e6) == C).all()


@pytest.mark.parametrize(
    ("name", "atom"), [("spectral", "sigma_max"), ("schatten:1", "normNuc"), ("max-column", "column"),
                       ("entrywise-l1", "sum_abs")]
)
def test_projection_and_oracle_agree_with_a_conic_solver(name: str, atom: str) -> None:
    import cvxpy

    C, S = 2 * random(2, 3, seed=3), cvxpy.Variable((2, 3))
    ball = {
        "sigma_max": lambda: cvxpy.sigma_max(S),
        "normNuc": lambda: cvxpy.normNuc(S),
        "column": lambda: cvxpy.max(cvxpy.norm(S, 2, axis=0)),
        "sum_abs": lambda: cvxpy.sum(cvxpy.abs(S)),
    }[atom]() <= 1.25
    own = induced_set(name)
    # Interior-point solutions carry half of the solver's 1e-8 accuracy in the argument.
    cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(S - C)), [ball]).solve(solver="CLARABEL")
    assert own.projection(C, 1.25) == pytest.approx(S.value, abs=1e-4)
    oracle = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(cvxpy.multiply(C, S))), [ball])
    assert float(oracle.solve(solver="CLARABEL")) == pytest.approx(-1.25 * float(own.K(C)), rel=1e-6)


@EVERY_SET
def test_a_batch_is_its_members_one_by_one(name: str) -> None:
    own, W = induced_set(name), random(2, 3, 2, 3)
    for operation in (own.K, own.dual_norm, own.subgradient, own.lmo, own.projection, own.conjugate):
        single = [[operation(W[i, j]) for j in range(3)] for i in range(2)]
        assert np.asarray(operation(W)) == pytest.approx(np.asarray(single), rel=CLOSE, abs=CLOSE)


@EVERY_SET
def test_zero_rank_deficient_huge_and_tiny_matrices(name: str) -> None:
    own, zero = induced_set(name), np.zeros((2, 3))
    assert own.K(zero) == own.dual_norm(zero) == 0
    assert (own.subgradient(zero) == 0).all()
    assert (own.projection(zero) == 0).all()
    for W in (np.outer([1.0, 2.0], [3.0, 0.0, -1.0]), np.array([[1.0, 1.0], [1.0, 1.0]])):
        assert np.sum(W * own.subgradient(W)) == pytest.approx(float(own.K(W)), rel=CLOSE)
        assert own.contains(own.subgradient(W))
        assert (own.projection(W, 0.0) == 0).all()
        for scale in (1e200, 1e-200):
            assert own.K(scale * W) == pytest.approx(scale * own.K(W), rel=CLOSE)
            assert own.subgradient(scale * W) == pytest.approx(own.subgradient(W), abs=CLOSE)
            assert own.contains(own.projection(scale * W))


def test_the_polar_factor_of_a_rank_deficient_gradient_leaves_its_null_space_alone() -> None:
    # The product of these rounds: its other singular values come out near 1e-17, not 0.
    left, right = random(5, seed=1), random(4, seed=2)
    step = induced_set("spectral").subgradient(np.outer(left, right))
    assert step == pytest.approx(np.outer(left, right) / np.linalg.norm(left) / np.linalg.norm(right), abs=CLOSE)


def test_ties_of_the_largest_entry_are_shared() -> None:
    assert (induced_set("entrywise-l1").subgradient([[2.0, -2.0], [1.0, 0.0]]) == [[0.5, -0.5], [0, 0]]).all()


@pytest.mark.parametrize(("optimizer", "name"), [("muon", "spectral"), ("AdamW", "max-entry"), ("lion", "max-entry"),
                                                 ("sgd", "frobenius"), ("signsgd", "max-entry")])
def test_optimizers_name_their_set(optimizer: str, name: str) -> None:
    assert set_of_optimizer(optimizer) == name
    assert set(optimizers().values()) <= set(set_names())


@pytest.mark.parametrize("name", ["", "spectra", "schatten", "schatten:", "schatten:1/2", "schatten:nan", "lp:3"])
def test_an_unknown_set_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="set"):
        induced_set(name)


def test_an_exponent_has_one_name_however_it_is_written() -> None:
    assert induced_set("schatten:1.50").name == induced_set("schatten:6/4").name == "schatten:3/2"


@pytest.mark.parametrize("instance", [{}, {"layers": 3}, {"layers": []}, {"layers": [[]]}, {"layers": [{"set": "spectral"}]},
                                      {"layers": [{"set": ["spectral"], "radius": 1}]}])
def test_an_instance_without_layers_sets_or_radii_is_refused(instance: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"layers|set"):
        composed_set(instance)


def test_an_unknown_optimizer_is_refused_with_the_list() -> None:
    with pytest.raises(InputError, match=r"optimizer.*muon"):
        set_of_optimizer("moun")


@pytest.mark.parametrize("W", [[1.0, 2.0], 3.0, [[1.0, float("nan")]], [[np.inf]], [[]], "W", [[1.0], [2.0, 3.0]]])
def test_what_is_no_matrix_is_refused(W: Any) -> None:
    for name in set_names():
        with pytest.raises(InputError):
            induced_set(name).K(W)


@pytest.mark.parametrize("radius", [-1.0, float("nan"), float("inf")])
def test_a_radius_that_is_none_is_refused(radius: float) -> None:
    with pytest.raises(InputError, match="radius"):
        induced_set("spectral").lmo([[1.0]], radius)


def test_a_new_norm_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "entrywise_l4.py").write_text(
        "from fractions import Fraction\n"
        "from theory.lion_k.base import InducedSet\n"
        "SET = InducedSet('entrywise-l4', 'entries', Fraction(4), ('fourth',), 'K', 'N', 'this test')\n"
    )
    caches = (lion_k._modules, lion_k._sets, lion_k._families, lion_k.optimizers)
    monkeypatch.setattr(lion_k, "__path__", [*lion_k.__path__, str(tmp_path)])
    for cached in caches:
        cached.cache_clear()
    try:
        own, W = induced_set(set_of_optimizer("fourth")), random(2, 2)
        assert own.dual_norm(W) == pytest.approx(float(np.sum(W**4)) ** 0.25)
        assert np.sum(W * own.lmo(W)) == pytest.approx(-float(own.K(W)))
        assert "entrywise-l4" in example_names()
    finally:
        monkeypatch.undo()
        for cached in caches:
            cached.cache_clear()


@EVERY_SET
def test_exponents_of_a_set_and_its_K_are_conjugate(name: str) -> None:
    own = induced_set(name)
    assert conjugate_exponent(conjugate_exponent(own.exponent)) == own.exponent
    assert conjugate_exponent(own.exponent) == own.K_exponent


class TestComposedSets:
    composed = ComposedSet((induced_set("spectral"), induced_set("frobenius")), (Fraction(2), Fraction(1, 2)))
    layers = (random(3, 2, seed=1), random(1, 3, seed=2))

    def test_every_layer_keeps_its_own_set_and_radius(self) -> None:
        S = self.composed.lmo(self.layers)
        assert induced_set("spectral").dual_norm(S[0]) == pytest.approx(2)
        assert induced_set("frobenius").dual_norm(S[1]) == pytest.approx(0.5)
        attained = sum(float(np.sum(G * D)) for G, D in zip(self.layers, S, strict=True))
        assert attained == pytest.approx(-float(self.composed.K(self.layers)))
        assert self.composed.gauge(S) == pytest.approx(1)

    def test_projection_is_layer_by_layer_and_has_no_gap(self) -> None:
        P = self.composed.projection(self.layers)
        assert self.composed.contains(P)
        minus = [p - w for p, w in zip(P, self.layers, strict=True)]
        assert self.composed.frank_wolfe_gap(P, minus) == pytest.approx(0, abs=1e-12)

    def test_the_product_decides_whether_rescaling_meets_both_radii(self) -> None:
        product = float(self.composed.norm_product(self.layers))
        for factor, meets in [(0.99 / product, True), (1.01 / product, False)]:
            scaled = (factor * self.layers[0], self.layers[1])
            balanced = self.composed.balanced(scaled)
            assert bool(self.composed.contains(balanced)) is meets
            assert balanced[1] @ balanced[0] == pytest.approx(scaled[1] @ scaled[0])

    def test_a_missing_layer_a_zero_layer_and_a_bad_radius_are_refused(self) -> None:
        with pytest.raises(InputError, match="2 layers"):
            self.composed.K(self.layers[:1])
        with pytest.raises(InputError, match="layer 1 is zero"):
            self.composed.balanced((self.layers[0], np.zeros((1, 3))))
        with pytest.raises(InputError, match="radius"):
            ComposedSet((induced_set("spectral"),), (Fraction(0),))
