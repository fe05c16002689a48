"""How far real optimizers can go: norms of iterates under decoupled decay, and the size of Adam's update.

With W ← (1 − ηλ)W − ηS, ‖S‖ ≤ c and 0 ≤ ηλ ≤ 1: ‖W_T‖ ≤ P‖W_0‖ + (c/λ)(1 − P), P = Π(1 − η_tλ). The constant c is

    Lion, signSGD       1 in the max-entry norm
    AdamW, t-th step    c_t = (1−β1)/(1−β1^t) · √((1−β2^t)/(1−β2)) · √(Σ_{i<t} (β1²/β2)^i) ≤ c_∞ in the max-entry norm,
                        c_∞ = (1−β1)/√((1−β2)(1−β1²/β2)) for β1² < β2: 7.27 at (0.9, 0.999)
    Muon as shipped     1.2024·s in the spectral norm, s its learning-rate factor, in exact arithmetic

so an induced radius of a real optimizer is c/λ, not 1/λ.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Instance
from theory.exact.atoms import added, scaled
from theory.exact.certificate import certificate
from theory.exact.rational import read_matrix, read_number, read_vector, write_number, write_vector


def adam_constant_square(t: int, beta1: Fraction, beta2: Fraction) -> Fraction:
    """c_t²: the largest squared ratio of Adam's corrected mean to its corrected second moment after t steps."""
    ratio = beta1**2 / beta2
    corrections = ((1 - beta1) / (1 - beta1**t)) ** 2 * (1 - beta2**t) / (1 - beta2)
    return corrections * sum((ratio**i for i in range(t)), Fraction(0))


def adam_limit_square(beta1: Fraction, beta2: Fraction) -> Fraction:
    """c_∞² for β1² ≠ β2; it bounds every c_t² when β1² < β2."""
    return (1 - beta1) ** 2 / ((1 - beta2) * (1 - beta1**2 / beta2))


def worst_gradients(t: int, beta1: Fraction, beta2: Fraction) -> list[Fraction]:
    """Gradients that attain c_t: g_i = (β1/β2)^{t−i}."""
    return [(beta1 / beta2) ** (t - i) for i in range(1, t + 1)]


def adam_certificate(instance: Instance) -> dict[str, Any]:
    """An ``adam-update`` certificate."""
    gradients = read_vector(instance["gradients"], "gradients")
    beta1, beta2 = read_number(instance["beta1"], "beta1"), read_number(instance["beta2"], "beta2")
    means, squares = [Fraction(0)], [Fraction(0)]
    for gradient in gradients:
        means.append(beta1 * means[-1] + (1 - beta1) * gradient)
        squares.append(beta2 * squares[-1] + (1 - beta2) * gradient**2)
    proof = {"means": write_vector(means[1:]), "squares": write_vector(squares[1:])}
    return certificate("adam-update", adam_statement(instance), proof)


def adam_statement(instance: Instance) -> dict[str, Any]:
    """The statement an ``adam-update`` certificate makes about this instance."""
    betas = {name: write_number(read_number(instance[name], name)) for name in ("beta1", "beta2")}
    return {"gradients": write_vector(read_vector(instance["gradients"], "gradients")), **betas}


def decay_certificate(instance: Instance) -> dict[str, Any]:
    """A ``decoupled-decay`` certificate."""
    W, decay = read_matrix(instance["start"], "start"), read_number(instance["decay"], "decay")
    rates, iterates = read_vector(instance["rates"], "rates"), []
    for rate, update in zip(rates, instance["updates"], strict=True):
        W = added(scaled(W, 1 - rate * decay), scaled(read_matrix(update, "update"), -rate))
        iterates.append([write_vector(row) for row in W])
    return certificate("decoupled-decay", decay_statement(instance), {"iterates": iterates})


def decay_statement(instance: Instance) -> dict[str, Any]:
    """The statement a ``decoupled-decay`` certificate makes about this instance."""
    return {
        "start": [write_vector(row) for row in read_matrix(instance["start"], "start")],
        "updates": [[write_vector(row) for row in read_matrix(S, "updates")] for S in instance["updates"]],
        "rates": write_vector(read_vector(instance["rates"], "rates")),
        "decay": write_number(read_number(instance["decay"], "decay")),
        "alpha": instance["alpha"],
        "beta": instance["beta"],
    }
