"""English by two models that vote: Whisper base twice, once with a mirrored upper band, and Whisper tiny.en.

Each errs in other places: over the line 28 of 646 words of English sentences are wrong by base alone, 19 by this vote, fewer in
each half of the clips (docs/decisions/0044). Base calculates in full here, which is slower and takes more memory: so it has a
child process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audio.band import is_narrow, mirrored
from audio.engines.passes import Heard, Listener
from audio.engines.vote import vote
from audio.engines.whisper import loaded, written_down
from audio.engines.windows import Window
from audio.faults import LanguageFault, ModelFault
from audio.layouts import TWO_WHISPERS
from audio.models import Model
from audio.recipe import recipe_for
from audio.samples import Samples
from audio.sound import Sound
from audio.transcript import Transcript

__all__ = ["Duet"]

LANGUAGE = "en"  # the second model knows no other


class Duet:
    """Two loaded models of Whisper, for English alone. ``workers`` as for one."""

    name = TWO_WHISPERS

    def __init__(self, model: Model, workers: int = 1) -> None:
        """Loads both models of a place that audio.models has verified. Raises ModelFault when one cannot be."""
        if model.second is None:
            raise ModelFault(f"{model.place.folder} has no second model", "python app.py models verify")
        self.model_sha256 = model.sha256
        self._first = loaded(model.place.folder, workers, "float32")
        self._second = loaded(model.second, workers)

    def transcribe(self, sound: Sound, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said; see Engine. Raises LanguageFault for any language but English."""
        if language != LANGUAGE:
            raise LanguageFault(f"{self.name} does not know the language {language!r}", LANGUAGE)
        recipe = replace(recipe_for(language), sure=None)  # the mirrored band is heard in any case
        prompt = recipe.prompt(words)
        first = Listener(self._first, language, recipe, prompt)
        second = Listener(self._second, language, recipe, prompt)

        def hear(samples: Samples, window: Window) -> Iterator[Heard]:
            hearings = [list(first.hear(samples, window))]
            if is_narrow(window.of(samples)):
                hearings.append(list(first.hear(mirrored(samples), window)))
            hearings.append(list(second.hear(samples, window)))
            yield from agreed(window, hearings)

        return written_down(sound, language, recipe, hear, self)


def agreed(window: Window, hearings: Sequence[Sequence[Heard]]) -> Sequence[Heard]:
    """What most hearings of a window have. One that goes in circles has no vote, and if all do the first is what was heard."""
    voters = [hearing for hearing in hearings if not any(part.circling for part in hearing)]
    if not voters:
        return hearings[0]
    rows = [
        [
            replace(word, start=word.start + offset, end=word.end + offset)
            for part in hearing
            for offset in (window.offset(part.window),)
            for word in part.words
        ]
        for hearing in voters
    ]
    return [Heard(window, vote(rows), _score(voters[0]), circling=False)]


def _score(hearing: Sequence[Heard]) -> float:
    """The average log probability of a hearing in parts, each by its words."""
    count = sum(len(part.words) for part in hearing)
    return sum(part.score * len(part.words) for part in hearing) / count if count else hearing[0].score
