"""One slip of the thumb: a letter wrong, missing, doubled, or two letters swapped."""

from __future__ import annotations


def one_slip(typed: str, meant: str) -> bool:
    """Are these exactly one edit apart (substitution, insertion, deletion, swap of neighbours)?

    Damerau's distance 1, in one pass; letter case counts.
    """
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    a, b = typed[start:], meant[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[1:] == shorter
