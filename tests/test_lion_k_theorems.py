"""The Lion-K theorems: every set is tried, the exact norms are exact, flows descend."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from theory.claim import resolve
from theory.contracts.examination import draw
from theory.exact import InputError, Rejected, certificate, check
from theory.exact.norms import LayerNorm, Norm, aligned, norm_bounds, pairing, power_bounds, read_atoms
from theory.exact.rational import read_matrix
from theory.lion_k import example_names, induced_set
from theory.lion_k.composed import ComposedSet
from theory.lion_k.duality import duality_certificate
from theory.lion_k.flow import Flow
from theory.lion_k.resolution import resolution, resolutions
from theory.registry import claims

FAMILY = [claim for claim in claims().values() if "lion-k" in claim.tags]


@pytest.mark.parametrize("claim", FAMILY, ids=lambda claim: claim.id)
def test_every_set_is_tried_on_every_claim_and_comes_out_exactly(claim: Any) -> None:
    tried = set()
    for instance in (*claim.boundary, *draw(claim.instances(), 30, 1)):
        found = claim.check(instance, resolve(claim.certify)(instance))
        assert claim.margin(instance, found).value >= 0, instance
        tried |= {layer["set"] for layer in instance["layers"]}
    assert tried >= set(example_names())


def test_sampled_frank_wolfe_instances_hold_kkt_points_and_others_of_several_kinds() -> None:
    claim = claims()["frank-wolfe-gap"]
    facts = [
        claim.check(instance, resolve(claim.certify)(instance)).facts for instance in draw(claim.instances(), 80, 2)
    ]
    assert sum(fact["kkt"] and not fact["gradient_zero"] for fact in facts) >= 5
    assert sum(fact["kkt"] and fact["gauge"] < 1 for fact in facts) >= 1
    assert sum(not fact["kkt"] and fact["gauge"] == 1 for fact in facts) >= 5


class TestExactNorms:
    def test_powers_are_exact_where_rational_and_enclosed_elsewhere(self) -> None:
        assert power_bounds(Fraction(27, 8), Fraction(2, 3)) == (Fraction(9, 4), Fraction(9, 4))
        assert power_bounds(Fraction(0), Fraction(1, 3)) == (0, 0)
        for value, exponent in [(Fraction(2), Fraction(1, 2)), (Fraction(1, 10**40), Fraction(2, 3)),
                                (Fraction(10**60 + 1, 3), Fraction(3, 4))]:
            low, high = power_bounds(value, exponent)
            power, degree = value**exponent.numerator, exponent.denominator
            assert low**degree < power < high**degree
            assert (high - low) / low < Fraction(1, 2**80)

    def test_singular_values_without_rational_vectors_are_resolved(self) -> None:
        # The right singular vectors (1, 2)/√5 and (2, −1)/√5 are irrational, the isometries are not.
        W = read_matrix([[1, 2], [2, 4]], "W")
        assert resolution(W) == [{"value": 5, "isometry": [["1/5", "2/5"], ["2/5", "4/5"]]}]
        assert [entry["value"] for entry in resolution(read_matrix([[2, 1, 0], [1, 2, 0]], "W"))] == [3, 1]

    def test_an_irrational_singular_value_is_refused(self) -> None:
        for W in ([[1, 1], [0, 1]], [[1, 1]]):
            with pytest.raises(InputError, match="irrational"):
                resolution(read_matrix(W, "W"))

    @pytest.mark.parametrize("name", example_names())
    def test_exact_and_numeric_norms_agree(self, name: str) -> None:
        own, W = induced_set(name), read_matrix([[9, -12, 0], [12, -16, 0]], "W")
        norm = ComposedSet((own,), (Fraction(1),)).exact_K
        atoms = read_atoms(norm, (W,), resolutions(norm, (W,)), "W")
        for exact, numeric in ((norm, own.K), (norm.dual, own.dual_norm)):
            low, high = norm_bounds(exact, atoms)
            assert float(low) <= float(numeric(np.array(W, dtype=float))) * (1 + 1e-12)
            assert float(high) >= float(numeric(np.array(W, dtype=float))) * (1 - 1e-12)

    def test_the_dual_of_the_dual_is_the_norm(self) -> None:
        norm = Norm("sum", (LayerNorm("rows", Fraction(3, 2), Fraction(2)), LayerNorm("entries", "inf")))
        assert norm.dual.dual == norm
        assert norm.dual.join == "max"

    def test_the_maximum_of_layers_shares_its_subgradient_between_ties(self) -> None:
        norm = Norm("max", (LayerNorm("entries", "inf"), LayerNorm("singular-values", "inf", Fraction(1, 2))))
        W = (read_matrix([[1, -1]], "W"), read_matrix([[2]], "W"))
        atoms = read_atoms(norm, W, resolutions(norm, W), "W")
        D = aligned(norm, atoms, W)
        quarter = Fraction(1, 4)
        assert list(D) == [((quarter, -quarter),), ((quarter,),)]
        assert pairing(D, W) == 1

    @pytest.mark.parametrize(
        ("isometries", "reason"),
        [
            ([(3, [[1, 0], [0, 1]])], "add up"),
            ([(1, [["1/2", "-1/2"], ["-1/2", "1/2"]]), (3, [["1/2", "1/2"], ["1/2", "1/2"]])], "decreasing"),
            ([(1, [[2, 1], [1, 2]])], "partial isometry"),
            ([(2, [[1, 0], [0, 1]]), (1, [[0, 1], [1, 0]])], "orthogonal"),
            ([(2, [[1, 0], [0, 0]]), (1, [[0, 1], [0, 0]])], "range"),
            ([(2, [[1, 0], [0, 0]]), (1, [[0, 0], [1, 0]])], "row space"),
            ([(-3, [[1, 0], [0, 1]])], "positive"),
        ],
    )
    def test_a_wrong_resolution_is_rejected(self, isometries: list[Any], reason: str) -> None:
        norm = Norm("sum", (LayerNorm("singular-values", Fraction(1)),))
        candidate = duality_certificate(norm, (read_matrix([[2, 1], [1, 2]], "W"),))
        candidate["proof"]["W"] = [[{"value": value, "isometry": A} for value, A in isometries]]
        with pytest.raises(Rejected, match=reason):
            check(candidate)

    def test_an_irrational_length_norm_or_direction_is_rejected_not_rounded(self) -> None:
        for profile, exponent, W in [("columns", Fraction(1), [[1], [1]]), ("entries", Fraction(3), [[1, 1]])]:
            with pytest.raises(Rejected, match="irrational"):
                duality_certificate(Norm("sum", (LayerNorm(profile, exponent),)), (read_matrix(W, "W"),))


class TestWrongProofs:
    """Proofs that are nearly right, and that no random corruption is likely to hit."""

    @pytest.mark.parametrize(
        ("C", "P", "reason"),
        [
            # The pairing ⟨C − P, P⟩ = 2 is the dual norm of C − P = (1, 1), but P has the entry 5/4.
            ([["9/4", "7/4"]], [["5/4", "3/4"]], "outside the ball"),
            ([[2, 0]], [["1/2", 0]], "no normal"),
            ([[2, 0]], [[1, "1/2"]], "no normal"),
        ],
    )
    def test_a_point_that_is_not_the_projection_is_rejected(self, C: Any, P: Any, reason: str) -> None:
        norm = Norm("max", (LayerNorm("entries", "inf"),))
        projection = {"point": [P], "point_atoms": [None], "normal": [None]}
        statement = {"norm": norm.write(), "C": [C], "V": [[[0, 0]]]}
        with pytest.raises(Rejected, match=reason):
            check(certificate("ball-projection", statement, {"projection": projection, "V": [None], "C": [None]}))

    def test_another_maximiser_than_the_shortest_is_rejected(self) -> None:
        # The identity also has spectral norm 1 and attains the nuclear norm of a matrix of rank one.
        norm, W = Norm("sum", (LayerNorm("singular-values", Fraction(1)),)), (read_matrix([[1, 0], [0, 0]], "W"),)
        candidate = duality_certificate(norm, W)
        assert check(candidate).facts["pairing"] == 1
        candidate["proof"]["aligned"] = [[[1, 0], [0, 1]]]
        candidate["proof"]["aligned_atoms"] = [[{"value": 1, "isometry": [[1, 0], [0, 1]]}]]
        with pytest.raises(Rejected, match="least Frobenius"):
            check(candidate)

    @pytest.mark.parametrize(
        ("norm", "reason"),
        [
            ({"join": "min", "layers": []}, "sum or max"),
            ({"join": "sum", "layers": [{"profile": "entries", "exponent": "1/2", "weight": 1}]}, "between 1 and"),
            ({"join": "sum", "layers": [{"profile": "entries", "exponent": 1000, "weight": 1}]}, "between 1 and"),
            ({"join": "sum", "layers": [{"profile": "entries", "exponent": 1, "weight": 0}]}, "positive weight"),
            ({"join": "sum", "layers": [{"profile": "diagonal", "exponent": 1, "weight": 1}]}, "known profile"),
        ],
    )
    def test_what_is_no_norm_is_rejected(self, norm: Any, reason: str) -> None:
        with pytest.raises(Rejected, match=reason):
            check(certificate("norm-duality", {"norm": norm, "W": [[[1]]]}, {"W": [], "aligned": [], "aligned_atoms": []}))


class TestFlow:
    """Trajectories by ``solve_ivp`` (relative tolerance 1e-9): samples, never proofs."""

    @staticmethod
    def started(names: list[str], gamma: float = 1.0, seed: int = 0) -> tuple[Any, ...]:
        rng = np.random.default_rng(seed)
        composed = ComposedSet(tuple(map(induced_set, names)), tuple(Fraction(1) for _ in names))
        flow = Flow(composed, smoothing=0.1, epsilon=0.9, gamma=gamma, lam=0.5, alpha=1.0)
        target = [3 * rng.normal(size=(2, 3)) for _ in names]
        x = [part / flow.lam for part in composed.projection([rng.normal(size=(2, 3)) for _ in names])]
        m = [3 * rng.normal(size=(2, 3)) for _ in names]

        def f(now: list[Any]) -> float:
            # Not convex: a double well in every entry.
            return float(sum(np.sum((a**2 - b**2) ** 2) for a, b in zip(now, target, strict=True))) / 40

        def gradient(now: list[Any]) -> list[Any]:
            return [4 * a * (a**2 - b**2) / 40 for a, b in zip(now, target, strict=True)]

        return flow, x, m, f, gradient

    @pytest.mark.parametrize("names", [["spectral"], ["max-entry"], ["frobenius", "max-column"], ["schatten:1"]])
    def test_the_lyapunov_function_falls_along_trajectories_to_a_point_without_gap(self, names: list[str]) -> None:
        flow, x, m, f, gradient = self.started(names)
        path = flow.run(x, m, f, gradient, np.linspace(0, 40, 161))
        values = np.array([value for _, _, value in path])
        # Rounding of the integrator is 1e-9 of values of size 10; a rise by more would be a counterexample.
        assert (np.diff(values) <= 1e-7).all()
        assert values[0] - values[-1] > 1e-2
        last = path[-1][0]
        # The limit solves the smoothed problem: its gradient is that of f + (γ/λ)(e/2)‖λx‖².
        slope = [g + flow.gamma * flow.smoothing * flow.lam * a for g, a in zip(gradient(last), last, strict=True)]
        gap = flow.composed.frank_wolfe_gap([flow.lam * a for a in last], slope)
        assert float(gap) == pytest.approx(0, abs=1e-3 * float(flow.composed.K(gradient(x))))

    def test_weights_outside_the_set_approach_it_exponentially(self) -> None:
        flow, x, m, f, gradient = self.started(["spectral"], seed=3)
        outside = [5 * part for part in x]
        times = np.linspace(0, 6, 13)
        distances = []
        for now, _, _ in flow.run(outside, m, f, gradient, times):
            y = [flow.lam * part for part in now]
            distances.append(np.linalg.norm(y[0] - flow.composed.projection(y)[0]))
        assert distances[0] > 1
        assert (np.array(distances) <= distances[0] * np.exp(-flow.lam * times) + 1e-7).all()
