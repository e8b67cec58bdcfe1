"""How Whisper is asked to listen, with the reason for each value: `python -m bench speech`, docs/decisions/0018."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Recipe", "recipe_for"]


@dataclass(frozen=True)
class Recipe:
    """Everything that changes what is heard. Times in seconds."""

    # Sentences as callers of any service may say them. Whisper goes on in the manner of what it believes was said before: its
    # language, its spelling, its subject.
    manner: str = ""

    # The service's own words that are shown as well. A guess: no recording of a service's own callers could be measured yet.
    most_words: int = 12

    # Silence that parts two stretches; it is left out. Shorter pauses are kept: they tell Whisper where a sentence ends.
    pause: float = 0.5

    # Whisper hears 30 s at once; the rest is room for rounding.
    window: float = 29.0

    # 1 gives a third more errors: 20.1 against 15.0 % of the words of 22 Indonesian voicemails.
    beam: int = 5

    # The second is asked when the first went in circles or was very unsure. With the first alone one English file in twenty
    # repeated itself for ever.
    temperatures: tuple[float, ...] = (0.0, 0.4)

    # A text that compresses better than this goes in circles. Then halves of the window are heard apart, without a prompt.
    circles: float = 2.4

    # More than this after the last word is heard again: a stretch carries 0.4 s of silence at its end, and the time of a word's
    # end is uncertain by some tenths.
    least_rest: float = 1.2

    # Below this average log probability the next temperature is tried.
    unsure: float = -1.0

    def prompt(self, words: Sequence[str]) -> str | None:
        """What Whisper is told was said before: the service's words, then sentences; None for nothing."""
        listed = ", ".join(words[: self.most_words])
        return " ".join(part for part in (f"{listed}." if listed else "", self.manner) if part) or None


_BASE = Recipe()
_BY_LANGUAGE = {
    "id": replace(
        _BASE,
        manner="Halo, selamat siang. Nama saya Budi Santoso dari Bandung. Saya ingin bertanya dan mohon bantuan Bapak atau Ibu. "
        "Tolong hubungi saya kembali di nomor telepon ini besok pagi. Terima kasih.",
    )
}


def recipe_for(language: str) -> Recipe:
    """The recipe for a language; the same for all that were not measured."""
    return _BY_LANGUAGE.get(language, _BASE)
