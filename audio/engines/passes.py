"""One window of speech through Whisper: encoded once, written down, words placed; heard again in halves when it goes in circles.

Uses inner parts of faster-whisper, which requirements.in pins for this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from audio.band import is_narrow, mirrored
from audio.engines.windows import Window
from audio.recipe import Recipe
from audio.samples import Samples

__all__ = ["Heard", "Listener", "Spoken"]

_FRAMES = 3_000  # of 10 ms: Whisper's half minute
_TOKENS = 224  # of the longest text that Whisper writes for it
_OPENING, _CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # stand with the next word, with the last one


@dataclass(frozen=True)
class Spoken:
    """A word as Whisper writes it, with the space before it; seconds from the start of its window."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True)
class Heard:
    """What was heard in a window; ``score`` is the average log probability of a token, ``circling`` that it repeats itself.

    A window that circles however it is heard has no words and stays ``circling``: somebody spoke there, and it is left out.
    """

    window: Window
    words: tuple[Spoken, ...]
    score: float
    circling: bool

    def rest(self) -> Window:
        """What of the window comes after the last word; nothing when no word was heard at all."""
        return self.window.after(self.words[-1].end if self.words else self.window.seconds)


class Listener:
    """A loaded faster-whisper model that listens to one language with one prompt. May be used by several threads."""

    def __init__(self, inner: Any, language: str, recipe: Recipe, prompt: str | None) -> None:
        from faster_whisper.tokenizer import Tokenizer

        self._inner, self._recipe = inner, recipe
        self._tokenizer = Tokenizer(
            inner.hf_tokenizer, inner.model.is_multilingual, task="transcribe", language=language
        )
        self._told, self._untold = self._asked(prompt), self._asked(None)
        self._options = self._options_of(recipe)

    def hear(self, samples: Samples, window: Window) -> Iterator[Heard]:
        """What was said in the window of a recording, in the order of time; heard in parts where once was not enough.

        What goes in circles however it is heard comes without its words.
        """
        heard = self._twice(samples, window)
        if heard.circling:
            yield from self._apart(samples, window)
            return
        yield heard
        while (rest := heard.rest()).seconds >= self._recipe.least_rest:
            # Whisper leaves the end of a half minute to the next one when a sentence seems to go on.
            heard = self._once(samples, rest, self._told)
            if heard.circling or heard.score < self._recipe.unsure:
                return
            yield heard

    def _twice(self, samples: Samples, window: Window) -> Heard:
        """Once more with a mirrored upper band where the first time was unsure and came over a line: the surer of the two."""
        heard = self._once(samples, window, self._told)
        sure = self._recipe.sure
        if heard.circling or sure is None or heard.score >= sure or not is_narrow(window.of(samples)):
            return heard
        again = self._once(mirrored(samples), window, self._told)
        return again if not again.circling and again.score > heard.score else heard

    def _apart(self, samples: Samples, window: Window) -> Iterator[Heard]:
        """Two halves; a stretch that cannot be halved once more, where each token that was written already is less likely."""
        if len(window.stretches) > 1:
            for part in window.halves():
                yield from self.hear(samples, part)
            return
        heard = self._once(samples, window, self._untold, self._recipe.penalty)
        yield replace(heard, words=()) if heard.circling else heard

    def _once(self, samples: Samples, window: Window, asked: list[int], penalty: float = 1.0) -> Heard:
        from faster_whisper.audio import pad_or_trim

        features = self._inner.feature_extractor(window.of(samples))[..., :-1]
        encoded = self._inner.encode(pad_or_trim(features, _FRAMES))
        most = min(self._recipe.most_tokens(window.seconds), _TOKENS)
        # CTranslate2 writes half as many tokens as it is allowed at the most, the prompt among them.
        allowed = min(max(2 * most, most + len(asked)), self._inner.max_length) - len(asked)
        options = replace(self._options, max_new_tokens=int(allowed), repetition_penalty=penalty)
        result, score, _, ratio = self._inner.generate_with_fallback(encoded, asked, self._tokenizer, options)
        written = result.sequences_ids[0]
        tokens = [token for token in written if token < self._tokenizer.eot]
        words = self._placed(tokens, encoded, min(features.shape[-1], _FRAMES))
        # A text as long as Whisper's longest may be a language of many tokens: only a bound of ours says that it circles.
        circling = ratio > self._recipe.circles or len(written) >= most < _TOKENS
        return Heard(window, words, float(score), circling)

    def _placed(self, tokens: list[int], encoded: Any, frames: int) -> tuple[Spoken, ...]:
        """The tokens as words with times and probabilities, punctuation with the word it belongs to."""
        from faster_whisper.transcribe import merge_punctuations

        if not tokens:
            return ()
        found = self._inner.find_alignment(self._tokenizer, [tokens], encoded, frames)[0]
        merge_punctuations(found, _OPENING, _CLOSING)
        return tuple(
            Spoken(float(each["start"]), float(each["end"]), each["word"], float(each["probability"]))
            for each in found
            if each["word"]
        )

    def _asked(self, prompt: str | None) -> list[int]:
        return list(self._inner.get_prompt(self._tokenizer, [], hotwords=prompt))

    def _options_of(self, recipe: Recipe) -> Any:
        """What generate_with_fallback reads; the rest are WhisperModel.transcribe's defaults."""
        from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens

        return TranscriptionOptions(
            beam_size=recipe.beam, best_of=5, patience=1, length_penalty=1, repetition_penalty=1, no_repeat_ngram_size=0,
            log_prob_threshold=recipe.unsure, no_speech_threshold=0.6, compression_ratio_threshold=recipe.circles,
            condition_on_previous_text=False, prompt_reset_on_temperature=0.5, temperatures=[0.0],
            initial_prompt=None, prefix=None, suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(self._tokenizer, [-1]), without_timestamps=False,
            max_initial_timestamp=1.0, word_timestamps=False, prepend_punctuations="", append_punctuations="",
            multilingual=False, max_new_tokens=None, clip_timestamps="0", hallucination_silence_threshold=None, hotwords=None,
        )  # fmt: skip
