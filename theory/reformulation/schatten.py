"""Schatten-p norm of U (ℓ_p of its singular values) and ℓ2 norm of α, for p ≥ 2: between Frobenius and spectral.

    ∃ q ≥ 0:  1ᵀq ≤ R2²,  ‖V diag(q)^{-1/2}‖_{S_p} ≤ R1,      V the columns v_i, w_i ∈ K_{D_i};

convex in (V, q), as tr (Σ v_iv_iᵀ/q_i)^{p/2} is. ``metric`` has the proof. p = 2 is the Frobenius row, p = ∞ the spectral one.
For p < 2 the condition is still exact, but no longer convex, so there is no row.
"""

from dataclasses import replace
from functools import partial

from theory.exact.norms import LARGEST_EXPONENT, Exponent
from theory.exact.rational import InputError
from theory.reformulation import frobenius, spectral
from theory.reformulation.base import Reformulation
from theory.reformulation.metric import schatten_norms

FAMILY = "schatten"


def member(exponent: Exponent, written: str) -> Reformulation:
    """The Schatten row of one exponent.

    Raises:
        InputError: for p < 2, and for fractions whose terms are beyond what the exact checker takes powers to.
    """
    name = f"{FAMILY}:{written}"
    if exponent == "inf":
        return _renamed(spectral.REFORMULATION, name)
    if exponent < 2:
        raise InputError("set", f"an exponent of at least 2 is wanted (below it the set is not convex), not {written}")
    if exponent == 2:
        return _renamed(frobenius.REFORMULATION, name)
    if max(exponent.as_integer_ratio()) > LARGEST_EXPONENT:
        raise InputError("set", f"a fraction with terms of at most {LARGEST_EXPONENT} is wanted, such as 5/2, not {written}")
    return Reformulation(
        name=name,
        title=f"Schatten-{written} norm of U, ℓ2 norm of α",
        objectives=("radius", "loss"),
        convex_form=r"\exists q \ge 0:\ \mathbf 1^\top q \le R_2^2,\ \|V\,\mathrm{diag}(q)^{-1/2}\|_{S_p} \le R_1,"
                    r"\qquad v_i, w_i \in K_{D_i}",
        gauge=r"\Gamma_p(V) = \max \{ \textstyle\sum_i \|Z^{1/2} v_i\|_2 : Z \succeq 0,\ \|Z\|_{S_r} \le 1 \} \le R_1 R_2,"
              r"\qquad 1/r + 2/p = 1",
        dual_gauge=r"\Gamma_p^\circ(\mu) = \min_{Z \succeq 0,\ \|Z\|_{S_r} \le 1} "
                   r"\max \{ |\mu^\top (Xu)_+| : u^\top Z u \le 1 \}",
        norms=("U", "alpha"),
        source="optproof",
        solver="numerics.schatten_rows:solve",
        measure=partial(schatten_norms, p=float(exponent)),
    )


def _renamed(row: Reformulation, name: str) -> Reformulation:
    return replace(row, name=name)
