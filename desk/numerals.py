"""Words of a transcript and the numbers that they say: what reading and redaction have in common.

Indonesian and English, mixed as callers mix them; a few digits of Javanese and Sundanese. A number is parsed
as far as it is grammatical: "dua tiga" is two numbers, "dua puluh tiga" is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or of digits: text[start:end], ``word`` in lower case."""

    start: int
    end: int
    word: str

    @property
    def is_digits(self) -> bool:
        return self.word[0].isdigit()


def tokens(text: str) -> list[Token]:
    """Every run of letters and every run of digits; marks, spaces and underscores stand between them."""
    return [Token(found.start(), found.end(), found[0].lower()) for found in _TOKEN.finditer(text)]


def _named(table: str, first: int = 0) -> dict[str, int]:
    """Values for a table of spellings: "nol/kosong satu" is nol and kosong 0, satu 1."""
    return {
        name: value for value, names in enumerate(table.split(), first) for name in names.split("/") if name
    }


# "lapan", "anam", "ampat" are heard for delapan, enam, empat; siji ... sanga Javanese; hiji ... salapan
# Sundanese. "oh" and "o" are zeros only between English digits: see redaction.runs.
DIGITS = {
    **_named("nol/kosong/nul satu dua tiga empat/ampat lima enam/anam tujuh delapan/lapan sembilan"),
    **_named("zero one two three four five six seven eight nine/niner"),
    **_named("siji loro telu papat limo enem pitu wolu songo/sanga", 1),
    **_named("hiji - tilu opat - genep - dalapan salapan", 1),
}
ENGLISH_DIGITS = frozenset("zero one two three four five six seven eight nine niner".split())
ALONE = {"sepuluh": 10, "sebelas": 11} | _named(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10
)
TENS = {
    name: value * 10
    for name, value in _named("twenty thirty forty/fourty fifty sixty seventy eighty ninety", 2).items()
}
_SE_SCALES = {"seribu": 10**3, "sejuta": 10**6, "semiliar": 10**9, "semilyar": 10**9, "setriliun": 10**12}
SCALES = {
    "ribu": 10**3, "rb": 10**3, "thousand": 10**3,
    "juta": 10**6, "jt": 10**6, "million": 10**6,
    "miliar": 10**9, "milyar": 10**9, "billion": 10**9,
    "triliun": 10**12, "trilyun": 10**12, "trillion": 10**12,
}  # fmt: skip
STARTS = (
    DIGITS.keys() | ALONE.keys() | TENS.keys() | _SE_SCALES.keys() | {"seratus", "a"}
)  # of a number in words
REPEATS = {"dobel": 2, "double": 2, "dabel": 2, "doubel": 2, "tripel": 3, "triple": 3}


def digit(word: str) -> int:
    """The digit that a word says; -1 for any other word."""
    return DIGITS.get(word, -1)


def _at(words: Sequence[str], place: int) -> str:
    return words[place] if place < len(words) else ""


def _below_hundred(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """(value, where the next word is) of 1 to 99 in words."""
    word, after = _at(words, at), _at(words, at + 1)
    if word in ALONE:
        return ALONE[word], at + 1
    if word in TENS:
        unit = digit(after) if after in ENGLISH_DIGITS else 0
        return (TENS[word] + unit, at + 2) if unit > 0 else (TENS[word], at + 1)
    unit = digit(word)
    if unit < 1:
        return None
    if after == "belas":
        return 10 + unit, at + 2
    if after != "puluh":
        return unit, at + 1
    more = digit(_at(words, at + 2))
    # "tiga puluh lima belas": the five belongs to fifteen.
    if more > 0 and _at(words, at + 3) not in ("belas", "puluh", "ratus"):
        return unit * 10 + more, at + 3
    return unit * 10, at + 2


def _below_thousand(words: Sequence[str], at: int) -> tuple[int, int] | None:
    hundreds, place = 0, at
    if _at(words, at) == "seratus":
        hundreds, place = 100, at + 1
    elif digit(_at(words, at)) > 0 and _at(words, at + 1) in ("ratus", "hundred"):
        hundreds, place = digit(words[at]) * 100, at + 2
    elif _at(words, at) in ("a", "one") and _at(words, at + 1) == "hundred":
        hundreds, place = 100, at + 2
    skip = place + (1 if hundreds and _at(words, place) == "and" else 0)
    rest = _below_hundred(words, skip)
    if rest:
        return hundreds + rest[0], rest[1]
    return (hundreds, place) if hundreds else None


def _part(words: Sequence[str], at: int) -> tuple[int, int, int] | None:
    """(value, its scale, where the next word is) of one part of a number: "750 ribu", "seribu", "dua puluh"."""
    word = _at(words, at)
    if word in _SE_SCALES:
        return 1, _SE_SCALES[word], at + 1
    if word == "a" and _at(words, at + 1) in ("thousand", "million", "billion"):
        return 1, SCALES[words[at + 1]], at + 2
    if word.isdigit():
        scale = SCALES.get(_at(words, at + 1), 0)
        return (int(word), scale, at + 2) if scale and len(word) <= 3 else None
    said = _below_thousand(words, at)
    if said is None:
        return None
    value, place = said
    scale = SCALES.get(_at(words, place), 0)
    return (value, scale, place + 1) if scale else (value, 1, place)


def cardinal(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """(value, where the next word is) of the longest number in words that begins at ``at``; None for no number.

    ``words`` are in lower case without marks. Zero is a number only alone. Figures count only before a
    scale: "1 juta 750 ribu" is one number, "1750000" none of ours to read.

    >>> cardinal("satu juta tujuh ratus lima puluh ribu rupiah".split(), 0)
    (1750000, 7)
    >>> cardinal("dua tiga".split(), 0), cardinal("rupiah".split(), 0)
    ((2, 1), None)
    """
    if digit(_at(words, at)) == 0:
        return 0, at + 1
    total, limit, place = 0, 10**15, at
    while True:
        skip = place + (1 if place > at and _at(words, place) == "and" else 0)
        part = _part(words, skip)
        if part is None or part[1] >= limit:
            break
        value, limit, place = part
        total += value * limit
        if limit == 1:
            break
    return (total, place) if place > at else None
