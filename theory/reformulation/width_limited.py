"""Few neurons, each bounded on its own: max-entry and max-column sets with ℓ∞ on α, at a given width.

With N(u_j) ≤ R1 and |α_j| ≤ R2 for each neuron, effective weights are bounded one by one: N(v_j) ≤ R = R1·R2. Neurons of one
sign and one cone K add up, and k of them reach exactly {v ∈ K : N(v) ≤ kR}: their sum has N(v) ≤ kR, and v is k times v/k. So a
group v takes ⌈N(v)/R⌉ neurons, and V is the sum of m neurons if and only if

    Σ_i ⌈N(v_i)/R⌉ ≤ m.

The *large-width gauge* is Σ_i N(v_i). As x ≤ ⌈x⌉ < x + 1, it is at most mR, and fewer than Σ_i N(v_i)/R + k neurons are enough,
k the number of groups that are not zero.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, frexp

from theory.exact.rational import Vector
from theory.network import Network, Neuron

#: (sign, v) of one neuron, or of a group of neurons.
Effective = tuple[int, Vector]
#: Bits of the output weights of :func:`level`.
ALPHA_BITS = 26


def neurons_needed(sizes: Iterable[Fraction], R: Fraction) -> int | None:
    """Σ ⌈size/R⌉ for the sizes N(v_i) of the groups; None when a group is not zero and R is."""
    positive = [size for size in sizes if size]
    if not positive:
        return 0
    return sum(ceil(size / R) for size in positive) if R > 0 else None


def copies(group: Effective, count: int) -> list[Effective]:
    """``count`` equal neurons with the sum of the group."""
    sign, v = group
    return [(sign, tuple(entry / count for entry in v))] * count


def level(effective: Sequence[Effective], size: float, d: int) -> Network:
    """A network with these effective weights and one |α_j| for all neurons, near √size.

    When ``size`` is max N(v_j), both norms of the network are near √size, with exactly N1(U)·N2(α) = max N(v_j). The empty
    network is one zero neuron.
    """
    mantissa, exponent = frexp(size**0.5) if size > 0 else (0.5, 1)
    alpha = Fraction(round(mantissa * 2**ALPHA_BITS)) * Fraction(2) ** (exponent - ALPHA_BITS)
    neurons = (Neuron(tuple(entry / alpha for entry in v), sign * alpha) for sign, v in effective)
    return Network(tuple(neurons) or (Neuron((Fraction(0),) * d, Fraction(0)),))
