"""Whisper through faster-whisper and CTranslate2: Indonesian, English, and every language without a better engine."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from audio.faults import LanguageFault, ModelFault
from audio.models import Model
from audio.samples import RATE, Samples, resample
from audio.sound import Sound
from audio.transcript import HIGH, LOW, MEDIUM, Segment, Transcript, Word
from audio.voice import LEAST_SPEECH

__all__ = ["Whisper", "label"]

# Measured on telephone Indonesian: above -0.4 one word in ten is wrong, above -0.8 one in four, below it half.
SURE, DOUBTFUL = -0.4, -0.8


class Whisper:
    """A loaded Whisper. ``workers`` decodes run side by side, each on one core; more threads in one gain nothing."""

    name = "whisper"

    def __init__(self, model: Model, workers: int = 1) -> None:
        """Loads a model that audio.models has verified: half a second. Raises ModelFault when it cannot be."""
        from faster_whisper import WhisperModel
        from huggingface_hub import constants

        # As HF_HUB_OFFLINE=1 would: nothing here ever asks the internet for a missing file.
        constants.HF_HUB_OFFLINE = True
        logging.getLogger("faster_whisper").setLevel(logging.WARNING)
        folder = model.place.folder
        if not folder.is_absolute() or not folder.is_dir():
            # faster-whisper would take anything else for the name of a model to fetch.
            raise ModelFault(f"{folder} is not the absolute path of a folder", "name the model's folder")
        self.model_sha256 = model.sha256
        try:
            self.inner = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=workers
            )
        except (RuntimeError, ValueError, OSError) as problem:
            raise ModelFault(
                f"{folder} cannot be loaded ({problem})", "python app.py models verify"
            ) from None

    @property
    def languages(self) -> list[str]:
        return list(self.inner.supported_languages)

    def transcribe(self, sound: Sound, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said; see Engine. ``words`` bias the decoder in every half minute (faster-whisper's hotwords)."""
        self.require(language)
        heard = [self._leg(resample(leg, sound.rate, RATE), language, words) for leg in sound.legs]
        segments = [
            _segment(each, number)
            for number, (_, found) in enumerate(heard)
            for each in found
            if _said(each.text)
        ]
        return Transcript(
            language=language,
            engine=self.name,
            model_sha256=self.model_sha256,
            speech_seconds=round(sum(speech for speech, _ in heard), 3),
            seconds=round(sound.seconds, 3),
            segments=tuple(sorted(segments, key=lambda segment: (segment.start, segment.leg))),
        )

    def require(self, language: str) -> None:
        """Raises LanguageFault for a language that this model does not have."""
        if language not in self.inner.supported_languages:
            raise LanguageFault(
                f"Whisper does not know the language {language!r}",
                f"one of {', '.join(sorted(self.languages))}",
            )

    def _leg(self, samples: Samples, language: str, words: Sequence[str]) -> tuple[float, list[Any]]:
        """Seconds of speech in one channel and faster-whisper's segments."""
        if not len(samples):
            return 0.0, []
        segments, info = self.inner.transcribe(
            samples,
            language=language,
            beam_size=5,
            vad_filter=True,
            # A misheard sentence must not become the context of the next: a loop would spread.
            condition_on_previous_text=False,
            # The second one rescues a loop: with 0.0 alone one English file in twenty repeated itself for ever.
            temperature=[0.0, 0.4],
            word_timestamps=True,
            hotwords=", ".join(words) or None,
        )
        if info.duration_after_vad < LEAST_SPEECH:
            return 0.0, []
        return float(info.duration_after_vad), list(segments)  # the work happens here: it is a generator


def label(score: float) -> str:
    """How far to trust a segment, by its average log probability (one for half a minute of sound).

    >>> label(-0.2), label(-0.5), label(-0.9)
    ('high', 'medium', 'low')
    """
    return HIGH if score > SURE else MEDIUM if score > DOUBTFUL else LOW


def _said(text: str) -> bool:
    """Not only dots and dashes, which Whisper writes under tones."""
    return any(character.isalnum() for character in text)


def _segment(found: Any, leg: int) -> Segment:
    words = tuple(_words(found.words or ()))
    score = round(float(found.avg_logprob), 4)
    return Segment(
        round(float(found.start), 3),
        round(float(found.end), 3),
        found.text.strip(),
        label(score),
        words,
        leg,
        score,
    )


def _words(found: Iterable[Any]) -> Iterable[Word]:
    for word in found:
        # numpy floats, which json does not know
        yield Word(
            round(float(word.start), 3),
            round(float(word.end), 3),
            word.word.strip(),
            round(float(word.probability), 4),
        )
