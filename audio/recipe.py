"""How Whisper is asked to listen, with the reason for each value: `python -m bench speech`, docs/decisions/0020."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["RECIPE", "Recipe"]


@dataclass(frozen=True)
class Recipe:
    """Everything that changes what is heard. Times in seconds."""

    # The service's own words that Whisper is told were said before. None: with twelve of bicara131's 27.9 and not 17.8 % of the
    # words of eleven messages are wrong, for a list of names in capitals is no speech.
    most_words: int = 0

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
        """What Whisper is told was said before: the service's words; None for nothing."""
        listed = ", ".join(words[: self.most_words])
        return f"{listed}." if listed else None


# The same for every language. Sentences in the manner of Indonesian callers, told before each window, were taken out: of the
# speakers they had been chosen with 37 words of 205 were wrong with them and 39 without, of five others 40 of 160 and 26.
RECIPE = Recipe()
