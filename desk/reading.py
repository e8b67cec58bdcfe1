"""A transcript made easy to read: numbers, rupiah, dates, times and acronyms written as people write them.

    read("tolong cek en pe we pe saya tagihannya dua juta lima ratus ribu rupiah").text
    "tolong cek NPWP saya tagihannya Rp2.500.000"

The raw words stay beside it: every piece knows which of them it stands for, so that a click still finds the
sound. What is not understood, or could be meant in two ways ("dua tiga ribu"), stays as it was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from desk import said_letters
from desk.numerals import digit
from desk.said_numbers import digit_string, number
from desk.said_times import clock, day
from desk.said_words import Said, split

__all__ = ["Piece", "Reading", "read"]

# (said words, where) -> (how it is written, where the next word is); None for what a rule does not know.
Rule = Callable[[Said, int], tuple[str, int] | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` stands for the raw words [first:last]; it begins at ``start`` in the reading's text."""

    text: str
    first: int
    last: int
    start: int


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` for the eye; ``pieces`` in order, joined by one space each, cover every raw word once."""

    text: str
    pieces: tuple[Piece, ...]

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """The raw words [first:last] behind text[start:end]; (0, 0) when it touches none."""
        touched = [
            piece for piece in self.pieces if piece.start < end and start < piece.start + len(piece.text)
        ]
        return (touched[0].first, touched[-1].last) if touched else (0, 0)


def read(words: str | Sequence[str], language: str = "id", acronyms: Iterable[str] = ()) -> Reading:
    """The reading of a transcript's words, or of a text.

    ``language``: "en" writes 2,500,000 and 2:30 p.m., any other 2.500.000 and 14.30. ``acronyms``: more of
    them, in capitals, as the service uses them ("PORO").

    >>> read("jam setengah tiga sore tanggal tujuh belas agustus dua ribu dua puluh enam").text
    'jam 14.30 tanggal 17 Agustus 2026'
    >>> [(piece.text, piece.first, piece.last) for piece in read("sebelas persen saja").pieces]
    [('11%', 0, 2), ('saja', 2, 3)]
    """
    raw = words.split() if isinstance(words, str) else list(words)
    said = split(raw, "en" if language.lower().startswith("en") else "id")
    rules = _rules(tuple(sorted(acronyms)))
    pieces: list[Piece] = []
    at = start = 0
    while at < len(raw):
        text, last = _written(said, rules, at)
        pieces.append(Piece(text, at, last, start))
        at, start = last, start + len(text) + 1
    return Reading(" ".join(piece.text for piece in pieces), tuple(pieces))


@lru_cache(maxsize=64)
def _rules(acronyms: tuple[str, ...]) -> tuple[Rule, ...]:
    return (said_letters.rule(acronyms), day, clock, digit_string, _alone)


def _alone(said: Said, at: int) -> tuple[str, int] | None:
    """A number that no other number stands before: of "dua tiga ribu" nobody knows what it is."""
    return None if digit(said.name(at - 1)) >= 0 else number(said, at)


def _written(said: Said, rules: tuple[Rule, ...], word: int) -> tuple[str, int]:
    """How the raw word is written, with those after it that belong to it, and where the next one is."""
    at = said.first_of(word)
    if at is None:
        return said.raw[word], word + 1
    for rule in rules:
        found = rule(said, at)
        if found is None:
            continue
        last = said.word_after(found[1])
        if last is not None:
            behind = said.behind(last - 1)
            return said.before(word) + found[0] + (
                behind[1:] if found[0].endswith(behind[:1] or " ") else behind
            ), last
    return said.raw[word], word + 1
