"""Were these words heard? As they were written, or as they are spoken: 'BICARA 131' is heard as 'BICARA satu tiga satu'."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lexicon import lexicon


def plain(words: str) -> str:
    """Words without what no ear hears: capitals, line ends, doubled spaces."""
    return " ".join(words.split()).casefold()


def in_(expected: str, heard: str, languages: Sequence[str]) -> bool:
    """Does what was heard hold these words, written as they stand or as one of the languages speaks them?

    >>> in_("hubungi BICARA 131", "Hubungi  BICARA satu tiga satu.", ["id", "en"])
    True
    """
    said = plain(heard)
    return any(plain(way) in said for way in (expected, *(lexicon(expected, name) for name in languages)))
