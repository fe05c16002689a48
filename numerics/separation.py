"""Certificates of separations: two solutions, a window of radii for each optimizer, and the barrier between them."""

from fractions import Fraction
from typing import Any

from numerics.bottleneck import barrier
from numerics.components import components
from theory.exact.certificate import certificate
from theory.exact.rational import InputError, Vector, dot, write_number, write_vector
from theory.network import Network
from theory.problem import Problem


def certify(instance: dict[str, Any]) -> dict[str, Any]:
    """The certificate of kind ``separation`` for ``{"X", "y", "a", "b"}`` with networks written as effective weights.

    Raises:
        InputError: when the networks have more than two neurons: their gauge is not rational in general.
    """
    problem = Problem.read({"X": instance["X"], "y": instance["y"]})
    a, b = (Network.read(instance[name], problem, name) for name in ("a", "b"))
    ends = (a, b)
    gauges = [gauge([neuron.effective for neuron in end.neurons]) for end in ends]
    barriers = {"barrier": barrier(problem, a, b, modulo_permutation=True), "barrier_labelled": barrier(problem, a, b)}
    statement = problem.write() | {
        "a": a.write(),
        "b": b.write(),
        "max_entry": write_vector([max(abs(e) for n in end.neurons for e in n.effective) for end in ends]),
        "gauge_squared": write_vector([square for square, _ in gauges]),
    }
    proof: dict[str, Any] = {
        "components": components(problem, a.width).certificate["proof"] | {"losses": [0, 0]},
        "gauges": [proof for _, proof in gauges],
    }
    for name, result in barriers.items():
        statement[name] = write_number(result.barrier)
        proof[name] = result.certificate["proof"]
    return certificate("separation", statement, proof)


def gauge(columns: list[Vector]) -> tuple[Fraction, dict[str, Any]]:
    """Γ_M² of one or two effective weights in closed form, with the proof of kind ``gauge``.

    With s = sign(v_1·v_2) and z = v_1 + s·v_2, Γ_M² = ‖z‖² = ‖v_1‖² + ‖v_2‖² + 2|v_1·v_2|: Z = zzᵀ/‖z‖² attains it from
    below, and q_i ∝ |z·v_i| from above.

    Raises:
        InputError: for more than two columns, or for zero columns alone.
    """
    if len(columns) > 2 or not any(map(any, columns)):
        raise InputError("neurons", "the gauge is rational in closed form for one or two neurons that are not all zero")
    first, second = columns if len(columns) == 2 else (columns[0], (Fraction(0),) * len(columns[0]))
    s = -1 if dot(first, second) < 0 else 1
    z = tuple(a + s * b for a, b in zip(first, second, strict=True))
    square = dot(z, z)
    return square, {
        "Z": [write_vector([a * b / square for b in z]) for a in z],
        "q": write_vector([abs(dot(z, v)) / square for v in columns]),
    }
