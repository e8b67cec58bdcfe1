"""Vosk, for languages whose models a site brings along: words with times and confidence, in less memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import vosk

from audio.faults import LanguageFault, ModelFault
from audio.models import Model
from audio.samples import RATE, Samples, pcm16, resample
from audio.sound import Sound
from audio.transcript import HIGH, LOW, MEDIUM, Segment, Transcript, Word
from audio.voice import LEAST_SPEECH, speech_in

__all__ = ["Vosk", "label"]

# Strict, and not measured: Kaldi's confidences crowd near 1 and stand at 1.0 over wrong words too.
SURE, DOUBTFUL = 0.97, 0.85

_PIECE = 4_000  # samples: a quarter of a second at a time, as vosk's own examples feed it


class _Model(vosk.Model):  # type: ignore[misc]  # vosk has no types
    def __del__(self) -> None:
        # vosk's own complains about a missing handle when loading failed.
        if hasattr(self, "_handle"):
            super().__del__()


class Vosk:
    """A loaded Vosk model, for the one language of its place. Not deterministic: it dithers the sound."""

    name = "vosk"

    def __init__(self, model: Model, workers: int = 1) -> None:
        """Loads a model that audio.models has verified: some seconds. Raises ModelFault when it cannot be.

        ``workers`` changes nothing: threads share the model, each with a recogniser of its own.
        """
        vosk.SetLogLevel(-1)
        self.language = model.place.language
        self.model_sha256 = model.sha256
        try:
            # Only ever a path, as str: given a language or a name, vosk asks its site, and may end the process.
            self._model = _Model(str(model.place.folder))
        except Exception as problem:  # vosk raises nothing more precise
            raise ModelFault(
                f"{model.place.folder} cannot be loaded ({problem})", "python app.py models verify"
            ) from None

    def transcribe(self, sound: Sound, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said; see Engine. ``words`` are not used.

        Vosk could take a list of words as grammar, but then it hears nothing else, with full confidence, and a
        list that is not one ends the process.
        """
        if language != self.language:
            raise LanguageFault(
                f"this Vosk model knows {self.language!r}, not {language!r}",
                "name a model for it in VOSK_MODELS",
            )
        speech, segments = 0.0, []
        for number, leg in enumerate(sound.legs):
            samples = resample(leg, sound.rate, RATE)
            stretches = speech_in(samples)
            if sum(end - start for start, end in stretches) < LEAST_SPEECH:
                continue
            for start, end in stretches:
                speech += end - start
                heard = self._heard(samples[int(start * RATE) : int(end * RATE)])
                segments += [_segment(result, start, number) for result in heard if result.get("result")]
        return Transcript(
            language=language,
            engine=self.name,
            model_sha256=self.model_sha256,
            speech_seconds=round(speech, 3),
            seconds=round(sound.seconds, 3),
            segments=tuple(sorted(segments, key=lambda segment: (segment.start, segment.leg))),
        )

    def _heard(self, samples: Samples) -> Iterator[dict[str, Any]]:
        """Vosk's results, an utterance each: vosk_api.h, vosk_recognizer_result with words."""
        recogniser = vosk.KaldiRecognizer(self._model, RATE)
        recogniser.SetWords(True)
        pcm = pcm16(samples)
        for at in range(0, len(pcm), _PIECE):
            if recogniser.AcceptWaveform(pcm[at : at + _PIECE].tobytes()):
                yield json.loads(recogniser.Result())
        yield json.loads(recogniser.FinalResult())


def label(score: float) -> str:
    """How far to trust a segment, by the mean confidence of its words.

    >>> label(0.99), label(0.9), label(0.5)
    ('high', 'medium', 'low')
    """
    return HIGH if score > SURE else MEDIUM if score > DOUBTFUL else LOW


def _segment(result: dict[str, Any], offset: float, leg: int) -> Segment:
    words = tuple(
        Word(
            round(offset + each["start"], 3),
            round(offset + each["end"], 3),
            each["word"],
            round(each["conf"], 4),
        )
        for each in result["result"]
    )
    score = round(sum(word.probability for word in words) / len(words), 4)
    return Segment(words[0].start, words[-1].end, result["text"].strip(), label(score), words, leg, score)
