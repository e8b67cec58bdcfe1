"""Whisper through faster-whisper and CTranslate2: Indonesian, and every language without a better engine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audio.engines.passes import Heard, Listener
from audio.engines.windows import Window, windows
from audio.faults import LanguageFault, ModelFault
from audio.models import Model
from audio.recipe import Recipe, recipe_for
from audio.samples import RATE, Samples, resample
from audio.sound import Sound
from audio.transcript import HIGH, LEFT_OUT, LOW, MEDIUM, Segment, Transcript, Word
from audio.voice import LEAST_SPEECH, earlier, speech_in

if TYPE_CHECKING:
    from audio.choices import Chooser
    from audio.engines import Engine

__all__ = ["Whisper", "label", "loaded", "written_down"]

# Measured on telephone Indonesian: above -0.4 one word in ten is wrong, above -0.8 one in four, below it half.
SURE, DOUBTFUL = -0.4, -0.8


Hear = Callable[[Samples, Window], Iterable[Heard]]


class Whisper:
    """A loaded Whisper. ``workers`` decodes run side by side, each on one core; more threads in one gain nothing."""

    name = "whisper"

    def __init__(self, model: Model, workers: int = 1) -> None:
        """Loads a model that audio.models has verified: half a second. Raises ModelFault when it cannot be."""
        self.model_sha256 = model.sha256
        self.inner = loaded(model.place.folder, workers)

    @property
    def languages(self) -> list[str]:
        return list(self.inner.supported_languages)

    def transcribe(self, sound: Sound, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said; see Engine. ``words`` are told before every half minute if the recipe has room for them."""
        self.require(language)
        recipe = recipe_for(language)
        listener = Listener(self.inner, language, recipe, recipe.prompt(words))
        return written_down(sound, language, recipe, listener.hear, self)

    def chooser(self, language: str, phrases: Mapping[str, Sequence[str]]) -> Chooser:
        """For one of these phrases instead of free words; see audio/choices.py. Raises LanguageFault, ValueError."""
        from audio.choices import Chooser

        return Chooser(self, language, phrases)

    def require(self, language: str) -> None:
        """Raises LanguageFault for a language that this model does not have."""
        if language not in self.inner.supported_languages:
            raise LanguageFault(
                f"Whisper does not know the language {language!r}",
                f"one of {', '.join(sorted(self.languages))}",
            )


def loaded(folder: Path, workers: int, precision: str = "int8") -> Any:
    """faster-whisper's WhisperModel from a folder. Raises ModelFault."""
    from faster_whisper import WhisperModel
    from huggingface_hub import constants

    # As HF_HUB_OFFLINE=1 would: nothing here ever asks the internet for a missing file.
    constants.HF_HUB_OFFLINE = True
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    if not folder.is_absolute() or not folder.is_dir():
        # faster-whisper would take anything else for the name of a model to fetch.
        raise ModelFault(f"{folder} is not the absolute path of a folder", "name the model's folder")
    try:
        return WhisperModel(
            str(folder), device="cpu", compute_type=precision, cpu_threads=1, num_workers=workers
        )
    except (RuntimeError, ValueError, OSError) as problem:
        raise ModelFault(f"{folder} cannot be loaded ({problem})", "python app.py models verify") from None


def written_down(sound: Sound, language: str, recipe: Recipe, hear: Hear, engine: Engine) -> Transcript:
    """The transcript of a sound of which ``hear`` tells what is said in each window."""
    heard = [_leg(resample(leg, sound.rate, RATE), hear, recipe) for leg in sound.legs]
    segments = [
        segment
        for number, (_, windows_heard) in enumerate(heard)
        for each in windows_heard
        for segment in _segments(each, number)
    ]
    return Transcript(
        language=language,
        engine=engine.name,
        model_sha256=engine.model_sha256,
        speech_seconds=round(sum(speech for speech, _ in heard), 3),
        seconds=round(sound.seconds, 3),
        segments=tuple(sorted(segments, key=lambda segment: (segment.start, segment.leg)))
        if any(segment.words for segment in segments)
        else (),
    )


def _leg(samples: Samples, hear: Hear, recipe: Recipe) -> tuple[float, list[Heard]]:
    """Seconds of speech in one channel, and what was heard in each of its windows."""
    stretches = speech_in(samples, recipe.pause, recipe.window)
    seconds = sum(end - start for start, end in stretches)
    if seconds < LEAST_SPEECH:
        return 0.0, []
    heard_from = earlier(stretches, recipe.before, recipe.window)
    return seconds, [
        heard for window in windows(heard_from, recipe.window) for heard in hear(samples, window)
    ]


def label(score: float) -> str:
    """How far to trust a segment, by its average log probability (one for half a minute of sound).

    >>> label(-0.2), label(-0.5), label(-0.9)
    ('high', 'medium', 'low')
    """
    return HIGH if score > SURE else MEDIUM if score > DOUBTFUL else LOW


def _segments(heard: Heard, leg: int) -> Iterator[Segment]:
    """A segment for each stretch of speech in the window that has words; one of dots for a window that was left out."""
    if heard.circling and not heard.words:
        yield Segment(
            round(heard.window.stretches[0][0], 3),
            round(heard.window.stretches[-1][1], 3),
            LEFT_OUT,
            LOW,
            leg=leg,
        )
    placed = [(heard.window.stretch_at((word.start + word.end) / 2), word) for word in heard.words]
    for number, group in groupby(placed, key=lambda each: each[0]):
        spoken = [word for _, word in group]
        text = "".join(word.text for word in spoken).strip()
        if not any(character.isalnum() for character in text):
            continue  # only dots and dashes, which Whisper writes under tones
        words = tuple(
            Word(
                round(heard.window.time_at(word.start, number), 3),
                round(heard.window.time_at(word.end, number), 3),
                word.text.strip(),
                round(word.probability, 4),
            )
            for word in spoken
        )
        score = round(heard.score, 4)
        yield Segment(words[0].start, words[-1].end, text, label(score), words, leg, score)
