"""A two-layer linear network W2W1 with W1 frozen: what gradient descent on W2 does, exactly.

For the loss ‖W2W1 − A‖_F²/‖A‖_F², with rate η and c = 2η/‖A‖_F², two quantities shrink geometrically:

    residual E = W2W1 − A:            E ← E (I − c W1ᵀW1)       the Gram of the columns of W1, n × n
    weight error e = W2 − W2*:        e ← e (I − c W1W1ᵀ)       the Gram of its rows, h × h

where W2* is any least-squares solution. 2607.01124 prints E_t(I − ηW1ᵀW1), which is the first with c in place of η: its
code has no ½ in the loss and divides by ‖A‖². The extreme eigenvalues of either Gram, σ(W1)², give the rate.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Instance
from theory.exact.atoms import added, inner, product, scaled, transposed
from theory.exact.certificate import certificate
from theory.exact.rational import Matrix, read_matrix, read_number, write_number, write_vector


def matrices_of(instance: Instance) -> tuple[Matrix, Matrix, Matrix]:
    """W1, W2 and A, exactly."""
    W1, W2, A = (read_matrix(instance[name], name) for name in ("W1", "W2", "A"))
    return W1, W2, A


def effective_rate(instance: Instance) -> Fraction:
    """c = 2η/‖A‖_F²."""
    A = read_matrix(instance["A"], "A")
    return 2 * read_number(instance["rate"], "rate") / inner(A, A)


def shrunk(start: Matrix, gram: Matrix, c: Fraction, steps: int) -> Matrix:
    """start · (I − c·gram)^steps."""
    for _ in range(steps):
        start = added(start, scaled(product(start, gram), -c))
    return start


def descend(instance: Instance) -> list[Matrix]:
    """W2 after each of the instance's steps, by the gradient 2(W2W1 − A)W1ᵀ/‖A‖²."""
    W1, W2, A = matrices_of(instance)
    c, path = effective_rate(instance), []
    for _ in range(instance["steps"]):
        residual = added(product(W2, W1), scaled(A, Fraction(-1)))
        W2 = added(W2, scaled(product(residual, transposed(W1)), -c))
        path.append(W2)
    return path


def statement_of(instance: Instance) -> dict[str, Any]:
    """The statement a ``frozen-layer`` certificate makes about this instance."""
    written = {name: [write_vector(row) for row in read_matrix(instance[name], name)] for name in ("W1", "W2", "A")}
    return {**written, "rate": write_number(read_number(instance["rate"], "rate"))}


def frozen_layer_certificate(instance: Instance) -> dict[str, Any]:
    """A ``frozen-layer`` certificate: every iterate of W2."""
    weights = [[write_vector(row) for row in W2] for W2 in descend(instance)]
    return certificate("frozen-layer", statement_of(instance), {"weights": weights})
