"""Which of a few phrases was said: "say or press one", without sending the caller's voice anywhere.

Written down freely, a single word is right one time in three. Asked instead how well each phrase of a closed list
fits the sound, the same model is right nineteen times in twenty, and can say that none fits. Keys stay open
beside it; strings of digits are never taken by speech.

How: the sound is encoded once in a window of 5 s instead of 30. Each phrase is scored in the two spellings that
Whisper writes, " Satu." and " satu", by the sum of its tokens' log probabilities when the model is made to align
it. Half the score that the phrase gets on near-silence is taken off: some phrases are likely whatever is said.

Uses inner parts of faster-whisper and CTranslate2, which requirements.in pins for this.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from audio.choice import Choice
from audio.engines.whisper import Whisper
from audio.faults import SoundFault
from audio.samples import RATE, Samples, resample
from audio.sound import Sound
from audio.voice import speech_in

__all__ = ["REJECT", "Choice", "Chooser"]

# Of 55 digits by telephone, Indonesian and English, 53 are kept at this score, and of the same 55 with the true
# digit taken from the list 4 are taken for another. Menus of longer words may be stricter (-1.0).
REJECT = -2.2

WINDOW_SECONDS = 5.0
_FRAMES = 500  # of 10 ms
_NULL_WEIGHT = 0.5
_REST = RATE // 2  # samples of silence before and after
_LEAST = 1e-10  # of a probability, before its logarithm


class Chooser:
    """One menu's phrases in one language, weighed once: make it at start, use it for every call.

    ``phrases`` are the spoken words of each key: {"1": ["satu", "pajak"], "2": ["dua", "bea cukai"]}.
    Raises LanguageFault for a language that the model does not have, ValueError without a phrase.
    """

    def __init__(
        self, engine: Whisper, language: str, phrases: Mapping[str, Sequence[str]], reject: float = REJECT
    ) -> None:
        engine.require(language)
        if not any(phrases.values()):
            raise ValueError("a list of choices needs a phrase")
        from faster_whisper.tokenizer import Tokenizer

        self._engine = engine
        self._reject = reject
        inner = engine.inner
        tokenizer = Tokenizer(
            inner.hf_tokenizer, inner.model.is_multilingual, task="transcribe", language=language
        )
        self._start = list(tokenizer.sot_sequence)
        spelled = [(key, form) for key, said in phrases.items() for each in said for form in _spellings(each)]
        self._keys = [key for key, _ in spelled]
        self._tokens = [tokenizer.encode(form) for _, form in spelled]
        # The same near-silence every time: a chooser made twice decides alike.
        quiet = np.random.default_rng(0).standard_normal(RATE, dtype=np.float32) * np.float32(1e-4)
        self._null = self._weigh(quiet)

    def choose(self, sound: Sound) -> Choice:
        """The key whose phrase was said. Only the first leg and the first 5 s of speech are heard.

        Raises SoundFault for a sound without legs.
        """
        if not sound.legs:
            raise SoundFault("there is no sound to choose by", "record again")
        # A recording of one word may begin in the middle of it: the detector, and the model, want a rest before it.
        samples = np.pad(resample(sound.legs[0], sound.rate, RATE), _REST)
        stretches = speech_in(samples)
        if not stretches:
            return Choice(None, -math.inf, {})
        start = int(stretches[0][0] * RATE)
        end = min(int(stretches[-1][1] * RATE), start + int(WINDOW_SECONDS * RATE))
        weights = self._weigh(samples[start:end])
        scores: dict[str, float] = {}
        for key, weight, null in zip(self._keys, weights, self._null, strict=True):
            scores[key] = max(scores.get(key, -math.inf), weight - _NULL_WEIGHT * null)
        best = max(scores, key=scores.__getitem__)
        return Choice(best if scores[best] > self._reject else None, scores[best], scores)

    def _weigh(self, samples: Samples) -> list[float]:
        """The log probability of every spelling, in the order of the tokens."""
        inner = self._engine.inner
        padded = np.zeros(int(WINDOW_SECONDS * RATE), dtype=np.float32)
        padded[: len(samples)] = samples
        encoded = inner.encode(inner.feature_extractor(padded)[:, :_FRAMES])
        return [
            self._log_probability(inner.model.align(encoded, self._start, [tokens], _FRAMES))
            for tokens in self._tokens
        ]

    @staticmethod
    def _log_probability(aligned: Any) -> float:
        return math.fsum(math.log(max(each, _LEAST)) for each in aligned[0].text_token_probs)


def _spellings(phrase: str) -> tuple[str, str]:
    """As a sentence and as a bare word, each with the space that Whisper's tokens begin with.

    >>> _spellings("bea cukai")
    (' Bea cukai.', ' bea cukai')
    """
    plain = " ".join(phrase.split())
    return f" {plain[:1].upper()}{plain[1:]}.", f" {plain[:1].lower()}{plain[1:]}"
