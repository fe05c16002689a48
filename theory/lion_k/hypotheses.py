"""What claims about layers ask of an instance: positive radii, and points in the ball of every layer."""

from fractions import Fraction

from theory.claim import Hypothesis, Instance, Number
from theory.exact import read_number
from theory.exact.norms import norm_bounds, read_atoms
from theory.lion_k.layered import composed_set, matrices
from theory.lion_k.resolution import resolutions


def positive_radii(outside: Instance) -> Hypothesis:
    """Every layer has a radius above zero."""

    def margin(instance: Instance) -> Number:
        radius = min(read_number(layer["radius"], "radius") for layer in instance["layers"])
        return radius if radius > 0 else radius - 1

    return Hypothesis("radius", "every radius is positive", margin, outside)


def inside(member: str, outside: Instance) -> Hypothesis:
    """A point of the instance is in the composed ball: 1 − max_b ‖W_b‖_b / R_b ≥ 0."""

    def margin(instance: Instance) -> Number:
        return 1 - gauge_above(instance, member)

    return Hypothesis(f"{member} inside", f"{member} is in the ball of its set, in every layer", margin, outside)


def gauge_above(instance: Instance, member: str) -> Fraction:
    """max_b ‖W_b‖_b / R_b, from above where it is irrational."""
    gauge, point = composed_set(instance).exact_K.dual, matrices(instance, member)
    return norm_bounds(gauge, read_atoms(gauge, point, resolutions(gauge, point), member))[1]
