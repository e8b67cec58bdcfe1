"""How Whisper is asked to listen, with the reason for each value: `python -m bench speech`, docs/decisions/0020."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Recipe", "recipe_for"]


@dataclass(frozen=True)
class Recipe:
    """Everything that changes what is heard. Times in seconds."""

    # The service's own words that Whisper is told were said before. None: with twelve of bicara131's 27.9 and not 17.8 % of the
    # words of eleven messages are wrong, for a list of names in capitals is no speech.
    most_words: int = 0

    # Silence that parts two stretches; it is left out. Shorter pauses are kept: they tell Whisper where a sentence ends.
    pause: float = 0.5

    # Seconds before each stretch that are heard with it. The detector is late where a sentence begins softly: of "To increase your
    # speaking volume" it gave "speaking volume". With 3 and not 1 the pauses inside a message are heard as they were: 14 and not 18
    # of the words of English messages are wrong, 36 and not 43 with noise. In Indonesian messages it did not help.
    before: float = 0.0

    # Whisper hears 30 s at once; the rest is room for rounding.
    window: float = 29.0

    # 1 gives a third more errors: 20.1 against 15.0 % of the words of 22 Indonesian voicemails.
    beam: int = 5

    # A text that compresses better than this goes in circles: "5,5,5,5". Then halves of the window are heard apart.
    circles: float = 2.4

    # So does one longer than any speech: 5 tokens a second and 10 more were the most that Indonesian took. Without a bound a
    # circle is 224 tokens long and takes seconds. None for a language that was not measured: some take several tokens for a letter.
    tokens_a_second: float | None = None
    tokens_more: int = 12

    # A single stretch that goes in circles is heard again with each token that was written already so many times less likely. A
    # higher temperature, which is for the same, draws by chance: no two runs agree, and what is drawn may circle too. If this
    # circles still, the stretch is left out: one of 78 short sentences was written as 76 words where 5 had been said.
    penalty: float = 1.2

    # A window whose text is less sure than this (average log probability) is heard a second time with a mirrored upper band
    # (audio/band.py), and the surer of the two texts is kept. Wrong words without and with it: Indonesian sentences 137 and 123 of
    # 370, English ones 33 and 28 of 650; messages 69 and 69 of 365, 22 and 18 of 634. Fewer in each half of the speakers and clips.
    # None: never, for a language that was not measured.
    sure: float | None = None

    # More than this after the last word is heard again: a stretch carries 0.4 s of silence at its end, and the time of a word's
    # end is uncertain by some tenths.
    least_rest: float = 1.2

    # What is left after the last word is not believed below this average log probability.
    unsure: float = -1.0

    def prompt(self, words: Sequence[str]) -> str | None:
        """What Whisper is told was said before: the service's words; None for nothing."""
        listed = ", ".join(words[: self.most_words])
        return f"{listed}." if listed else None

    def most_tokens(self, seconds: float) -> float:
        """How many tokens so many seconds of speech may take; infinity where nothing was measured."""
        return int(self.tokens_a_second * seconds) + self.tokens_more if self.tokens_a_second else math.inf


# Sentences in the manner of Indonesian callers, told before each window, were taken out: of the speakers they had been chosen
# with 37 words of 205 were wrong with them and 39 without, of five others 40 of 160 and 26.
_BASE = Recipe()
_MEASURED = replace(_BASE, tokens_a_second=8.0, sure=-0.25)
_BY_LANGUAGE = {"id": _MEASURED, "en": replace(_MEASURED, before=3.0)}


def recipe_for(language: str) -> Recipe:
    """The recipe for a language; the same for all that were not measured."""
    return _BY_LANGUAGE.get(language, _BASE)
