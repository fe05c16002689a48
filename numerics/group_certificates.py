"""Certificates about sums of groups of neurons: how many neurons they take, and what ℓ1 norms they ask for."""

from fractions import Fraction
from math import ceil
from typing import Any

from theory.claim import Certificate, Instance
from theory.exact import certificate, read_number, write_number
from theory.exact.rational import Vector, read_vector, sqrt_bounds, write_vector
from theory.exact.vector_norms import sum_of_entries
from theory.reformulation.entrywise_l1 import least_product

#: Bits of an output weight that is a square root.
ROOT_BITS = 40


def certify_group_width(instance: Instance) -> Certificate:
    """The fewest neurons for an instance ``{"X", "radius_u", "radius_alpha", "groups"}``, as equal copies in each group."""
    R1, R2 = (read_number(instance[name], name) for name in ("radius_u", "radius_alpha"))
    proofs: list[dict[str, Any]] = []
    for group in instance["groups"]:
        v = read_vector(group["v"], "v")
        sizes = [abs(entry) for entry in v]
        count = ceil(max(sizes) / (R1 * R2))
        u = [write_number(entry / (count * R2)) for entry in v]
        alpha = write_number(group["sign"] * R2)
        proofs.append({"copies": count, "u": u, "alpha": alpha, "entry": sizes.index(max(sizes))})
    width = sum(proof["copies"] for proof in proofs)
    return certificate("group-width", {**instance, "width": width}, {"groups": proofs})


def certify_l1_midpoint(instance: Instance) -> Certificate:
    """Networks of least product at both ends of an instance ``{"X", "cones", "V", "W"}``, and the midpoint's bound."""
    ends = {name: [read_vector(v, name) for v in instance[name]] for name in ("V", "W")}
    networks, radius = {}, Fraction(0)
    for name, sums in ends.items():
        neurons = [_neuron(v) if any(v) else None for v in sums]
        networks[name] = [each and {"u": write_vector(each[0]), "alpha": write_number(each[1])} for each in neurons]
        present = [each for each in neurons if each is not None]
        product = sum((sum_of_entries(u) for u, _ in present), Fraction(0)) * sum((a for _, a in present), Fraction(0))
        radius = max(radius, product)
    pairs = zip(ends["V"], ends["W"], strict=True)
    middle = [tuple((a + b) / 2 for a, b in zip(v, w, strict=True)) for v, w in pairs]
    statement = {**instance, "radius": write_number(radius), "least": write_number(least_product(middle)[0])}
    return certificate("l1-midpoint", statement, networks)


def _neuron(v: Vector) -> tuple[Vector, Fraction]:
    """(u, α) with αu = v and ‖u‖_1 near α."""
    low, high = sqrt_bounds(sum_of_entries(v), ROOT_BITS)
    alpha = low if low == high else (low + high) / 2
    return tuple(entry / alpha for entry in v), alpha
