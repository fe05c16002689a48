"""The trusted checker: the only part of the package that may say PROVED.

It is written with the standard library alone (``fractions``, ``json``, ``math``, ``itertools``); numpy, cvxpy, torch
and the solvers are never imported here, and a test holds it to that. A certificate is data: whatever it asserts is
derived again in rational arithmetic, and one wrong entry is enough to be refused.

    finding = check(certificate)        # raises Rejected when the certificate is no proof of what it states
"""

from theory.exact.certificate import Finding, Rejected, certificate, check
from theory.exact.rational import InputError, read_matrix, read_number, read_vector, write_number

__all__ = [
    "Finding",
    "InputError",
    "Rejected",
    "certificate",
    "check",
    "read_matrix",
    "read_number",
    "read_vector",
    "write_number",
]
