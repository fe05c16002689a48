"""Activation patterns: all cells of the arrangement {u : x_i·u = 0}, exactly, with a witness for each.

Output-sensitive: every cell of an essential arrangement of rank r ≥ 2 has an extreme ray, and a ray is where r − 1
independent hyperplanes meet. So the cells around all rays are all the cells; nothing is sampled.

    hyperplanes.py  rows of X -> distinct hyperplanes in the row space, exactly
    signs.py        signs of determinants in doubles with a proved error bound, exact where that does not decide
    cells.py        rays, and the cells around them; degenerate rays by the same method in the quotient
    witnesses.py    a point in each cell, in small integers
    patterns.py     the result: patterns, witnesses, facets, bound; and its certificate
"""

from theory.arrangement.patterns import Arrangement, arrange, certify_patterns

__all__ = ["Arrangement", "arrange", "certify_patterns"]
