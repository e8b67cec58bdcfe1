"""One engine over one set: errors, words, seconds."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.speech import wer
from bench.speech.sets import Clip
from bench.speech.telephone import RATE


@dataclass(frozen=True)
class Result:
    """Of one engine over one set. ``seconds`` of processor time, ``sound`` of recordings."""

    errors: int
    words: int
    seconds: float
    sound: float

    @property
    def rate(self) -> float:
        """Word error rate in per cent."""
        return 100 * self.errors / self.words

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.errors + other.errors,
            self.words + other.words,
            self.seconds + other.seconds,
            self.sound + other.sound,
        )


def score(name: str, clips: list[Clip], hear: Callable[[Clip], str], at_once: int) -> Result:
    """``hear`` on every clip, ``at_once`` side by side, with a line of progress on stderr."""
    started, errors, words = time.process_time(), 0, 0
    for clip, heard in _heard(name, clips, hear, at_once):
        said = wer.words_of(clip.said, clip.language)
        errors += wer.errors(said, wer.words_of(heard, clip.language))
        words += len(said)
    sound = sum(len(clip.samples) for clip in clips) / RATE
    return Result(errors, words, time.process_time() - started, sound)


def not_empty(name: str, clips: list[Clip], hear: Callable[[Clip], str], at_once: int) -> dict[str, str]:
    """Where ``hear`` heard words in sounds that are none: name of the sound -> what it heard."""
    return {clip.name: heard.strip() for clip, heard in _heard(name, clips, hear, at_once) if heard.strip()}


def _heard(name: str, clips: list[Clip], hear: Callable[[Clip], str], at_once: int):
    with ThreadPoolExecutor(at_once) as threads:
        for done, pair in enumerate(zip(clips, threads.map(hear, clips), strict=True), 1):
            print(f"\r{name}: {done} of {len(clips)}   ", end="", file=sys.stderr, flush=True)
            yield pair
    print(file=sys.stderr)
