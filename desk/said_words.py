"""The words of a transcript as rules of reading want them: bare, in lower case, with breaks where marks were."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from desk.numerals import ALONE, DIGITS, SCALES, TENS

BREAK = ","  # stands between two words that a mark separates: no number goes over it
_WORD = re.compile(r"(?P<before>[\"'(\[“‘]*)(?P<core>.*?)(?P<behind>[\"')\].,;:?!”’…-]*)", re.DOTALL)
_NUMBERS = (
    DIGITS.keys() | ALONE.keys() | TENS.keys() | SCALES.keys() | {"hundred", "and", "belas", "puluh", "ratus"}
)


@dataclass(frozen=True)
class Said:
    """``names``: words and breaks, one after the other; ``places``: the raw word of each, -1 for a break;
    ``firsts``: (raw word, place of its first name) for every raw word that has one.
    """

    raw: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[int, ...]
    firsts: tuple[tuple[int, int], ...]
    language: str

    def name(self, at: int) -> str:
        """The name at a place; '' beyond either end."""
        return self.names[at] if 0 <= at < len(self.names) else ""

    def first_of(self, word: int) -> int | None:
        """Where a raw word's first name is; None for a word of marks only."""
        at = bisect_left(self.firsts, (word, 0))
        return self.firsts[at][1] if at < len(self.firsts) and self.firsts[at][0] == word else None

    def word_after(self, at: int) -> int | None:
        """The raw word that follows the name before ``at``; None when that would cut a raw word in two."""
        last = self.places[at - 1]
        if last < 0 or (at < len(self.places) and self.places[at] == last):
            return None
        return last + 1

    def before(self, word: int) -> str:
        found = _WORD.fullmatch(self.raw[word])
        return found["before"] if found else ""

    def behind(self, word: int) -> str:
        found = _WORD.fullmatch(self.raw[word])
        return found["behind"] if found else ""


def split(raw: list[str], language: str) -> Said:
    """Raw words, which may carry marks and hyphens, as Said."""
    names: list[str] = []
    places: list[int] = []
    for place, word in enumerate(raw):
        found = _WORD.fullmatch(word)
        core = found["core"].lower() if found else word.lower()
        parts = _parts(core)
        names += parts
        places += [place] * len(parts)
        behind = found["behind"] if found else ""
        # "one thousand, two hundred" is one number all the same.
        if behind and not (behind == "," and parts and parts[-1] in SCALES):
            names.append(BREAK)
            places.append(-1)
    firsts = [
        (word, at) for at, word in enumerate(places) if word >= 0 and (at == 0 or places[at - 1] != word)
    ]
    return Said(tuple(raw), tuple(names), tuple(places), tuple(firsts), language)


def _parts(core: str) -> list[str]:
    """ "twenty-six" and "en-pe-we-pe" in their parts, "undang-undang" whole; "p.m" is "pm"."""
    if not core:
        return []
    parts = core.split("-")
    if len(parts) > 1 and all(part in _NUMBERS or (part.isalpha() and len(part) <= 3) for part in parts):
        return parts
    return [core.replace(".", "")] if core in ("p.m", "a.m") else [core]
