"""One kind of certificate a file: each has ``check(statement, proof) -> facts``, exact, or raises Rejected."""
