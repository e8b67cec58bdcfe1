"""How a prompt sounds, in numbers, and what is wrong with it for a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.samples import Samples

FRAME_SECONDS = 0.02
FLOOR = -100.0  # dBFS of digital silence, where a logarithm ends

# Speech is what comes within so many dB of a take's loud frames; quieter frames are breath, room and hiss.
SPEECH_WITHIN = 30.0
QUIETEST_SPEECH = -60.0

# What a caller hears well, and what our own editing aims at (takes.LEVEL, takes.PEAK) with room on both sides.
QUIETEST, LOUDEST = -27.0, -13.0  # dBFS, RMS of the speech alone
HIGHEST_PEAK = -1.0
LONGEST_LEAD, LONGEST_TAIL, LONGEST_GAP = 0.6, 1.2, 2.5  # seconds of silence before, after, inside
LONGEST = 60.0

# Letters a second of somebody reading aloud: about 14. Outside of these the words are not these words.
SLOWEST, FASTEST = 5.0, 28.0

CLIPPED_AT, CLIPPED_RUN = 0.985, 3  # so many samples in a row at full scale


@dataclass(frozen=True)
class Measured:
    """Seconds and dBFS. ``level`` is the RMS of the speech alone; all zero and FLOOR when there is none."""

    seconds: float
    level: float
    peak: float
    clipped: int  # places where the wave is cut off
    lead: float
    tail: float
    gap: float


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a recording, and the way out."""

    code: str
    what: str
    way_out: str


def decibels(value: float) -> float:
    """dBFS of an amplitude; FLOOR for nothing.

    >>> decibels(1.0), round(decibels(0.5), 1), decibels(0.0)
    (0.0, -6.0, -100.0)
    """
    return max(FLOOR, 20 * float(np.log10(value))) if value > 0 else FLOOR


def speech_frames(samples: Samples, rate: int) -> npt.NDArray[np.bool_]:
    """For each whole frame of FRAME_SECONDS: is it speech?"""
    loud = _frame_levels(samples, rate)
    if not len(loud):
        return np.zeros(0, dtype=bool)
    threshold = max(QUIETEST_SPEECH, float(np.percentile(loud, 95)) - SPEECH_WITHIN)
    return np.asarray(loud > threshold)


def _frame_levels(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    size = int(rate * FRAME_SECONDS)
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    power = np.sqrt((frames**2).mean(axis=1)) if len(frames) else np.zeros(0)
    return np.asarray(20 * np.log10(np.maximum(power, 1e-5)))


def measure(samples: Samples, rate: int) -> Measured:
    """One channel, -1 to 1."""
    seconds = len(samples) / rate
    peak = decibels(float(np.abs(samples).max(initial=0.0)))
    speech = np.flatnonzero(speech_frames(samples, rate))
    if not len(speech):
        return Measured(seconds, FLOOR, peak, clipped(samples), 0.0, 0.0, 0.0)
    loud = _frame_levels(samples, rate)[speech]
    level = 10 * float(np.log10((10 ** (loud / 10)).mean()))
    lead = float(speech[0]) * FRAME_SECONDS
    tail = max(0.0, seconds - float(speech[-1] + 1) * FRAME_SECONDS)
    gap = float(np.diff(speech).max(initial=1) - 1) * FRAME_SECONDS
    return Measured(seconds, level, peak, clipped(samples), lead, tail, gap)


def clipped(samples: Samples) -> int:
    """Places where CLIPPED_RUN samples or more in a row stand at full scale."""
    full = np.concatenate(([False], np.abs(samples) >= CLIPPED_AT, [False])).astype(np.int8)
    edges = np.diff(full)
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return int((lengths >= CLIPPED_RUN).sum())


def flaws(heard: Measured, words: str) -> Iterator[Flaw]:
    """What a caller would suffer from. ``words`` are what the recording should say; "" when nobody knows."""
    again = "record it again"
    if heard.level <= FLOOR:
        yield Flaw("silent", "nothing can be heard", again)
        return
    if heard.clipped:
        yield Flaw(
            "clipped",
            f"cut off at full scale in {heard.clipped} places",
            "turn the microphone down, " + again,
        )
    if heard.level < QUIETEST:
        yield Flaw(
            "quiet",
            f"speech at {heard.level:.0f} dBFS, below {QUIETEST:.0f}",
            "import it again: that levels it",
        )
    if heard.level > LOUDEST or heard.peak > HIGHEST_PEAK:
        yield Flaw(
            "loud",
            f"speech at {heard.level:.0f} dBFS, peak {heard.peak:.1f}",
            "import it again: that levels it",
        )
    yield from _of_time(heard)
    yield from _of_words(heard, words)


def _of_time(heard: Measured) -> Iterator[Flaw]:
    trim = "import it again: that trims it"
    if heard.lead > LONGEST_LEAD:
        yield Flaw("silence-before", f"{heard.lead:.1f} s of silence before the words", trim)
    if heard.tail > LONGEST_TAIL:
        yield Flaw("silence-after", f"{heard.tail:.1f} s of silence after the words", trim)
    if heard.gap > LONGEST_GAP:
        yield Flaw(
            "silence-inside", f"{heard.gap:.1f} s of silence inside", "record it again without the pause"
        )
    if heard.seconds > LONGEST:
        yield Flaw(
            "long", f"{heard.seconds:.0f} s, more than {LONGEST:.0f}", "say less: nobody listens that long"
        )


def _of_words(heard: Measured, words: str) -> Iterator[Flaw]:
    """Is it about as long as these words take? A recording of another step is found so."""
    letters = sum(letter.isalnum() for letter in words)
    talking = heard.seconds - heard.lead - heard.tail
    if letters < 8 or talking <= 0:
        return
    pace = letters / talking
    if pace > FASTEST:
        yield Flaw(
            "short-for-words",
            f"{talking:.1f} s for {letters} letters",
            "cut off, or another step's words? Record it again",
        )
    if pace < SLOWEST:
        yield Flaw(
            "long-for-words",
            f"{talking:.1f} s for {letters} letters",
            "another step's words? Record it again",
        )
