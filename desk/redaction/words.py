"""Secrets that are no numbers: passwords behind their word, passports."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LABEL = re.compile(
    r"(?<![\w\[])(?:kata sandi|kata kunci|sandi|password|passwd|passcode|pwd)(?:nya|ku)?(?![^\W\d_]|\])",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s*(?P<mark>[:=]?)\s*(?P<value>[^\s:=]\S*)")
_MARKS = ".,;:?)}\"'"
_REACH = 6  # words between "password" and the password
_SAYS_IT = frozenset("adalah yaitu ialah is was".split())
# After these words comes no password: "password saya tidak bisa dipakai sejak 2024".
_NO_VALUE = frozenset(
    "lupa tidak gak nggak salah gagal sejak dari since does did not forgot wrong dan and atau or di ke untuk karena sudah "
    "belum harus incorrect blocked locked expired invalid rejected refused minta reset ganti diganti terakhir "
    "selama jam tanggal tahun".split()
)
_PASSPORT = re.compile(
    r"(?<![\w\[])(?:paspor|passport)(?:nya)?(?:\s+(?:saya|nomor|no|number|my|is|adalah|milik|with))*\W{1,3}"
    r"(?P<value>[A-Z]\s?\d{7}|[A-Z]{2}\d{6,7}|\d{8,9})(?!\w)",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of every password and passport."""
    for label in _LABEL.finditer(text):
        place = _password(text, label.end())
        if place:
            yield *place, "password"
    for found in _PASSPORT.finditer(text):
        yield *found.span("value"), "passport"


def _password(text: str, at: int) -> tuple[int, int] | None:
    """Where the password is whose label ends at ``at``; None when none is told."""
    told = ""
    for _ in range(_REACH):
        found = _WORD.match(text, at)
        if not found:
            return None
        value = found["value"].rstrip(_MARKS)
        told = found["mark"] or told
        if value.lower() in _NO_VALUE or "*" in value or "[" in value:
            return None
        if _is_password(value, told, text[found.start("value") + len(value) :]):
            return found.start("value"), found.start("value") + len(value)
        told = value.lower() if value.lower() in _SAYS_IT else ""
        at = found.end()
    return None


def _is_password(value: str, told: str, rest: str) -> bool:
    """Has it a figure or a sign in it, or is it told outright ("password: kucing", "the password is sunshine.")?"""
    if sum(map(str.isalnum, value)) < 4:
        return False
    if any(char.isdigit() or char in "!@#$%^&+=" for char in value):
        return True
    # "the password is told during the call": only the last word of a sentence is one.
    return (
        bool(told)
        and value.isalpha()
        and (told not in ("is", "was") or not rest.strip() or rest[0] in _MARKS)
    )
