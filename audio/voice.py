"""Where in a sound somebody speaks: the Silero detector inside the faster-whisper package.

It comes before every engine. Whisper writes "Terima kasih." under hold music and "You" under silence, with
probabilities like those of real speech, and Kaldi finds words in a busy tone; the detector stays silent there.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from audio.samples import RATE, Samples

__all__ = ["LEAST_SPEECH", "earlier", "speech_in"]

# Seconds. Less is a click or a breath: the shortest digit spoken alone lasts longer with its padding.
LEAST_SPEECH = 0.3


def speech_in(
    samples: Samples, pause: float = 2.0, longest: float = float("inf")
) -> list[tuple[float, float]]:
    """Start and end, in seconds, of each stretch of speech; [] where nobody speaks. ``samples`` at 16 kHz.

    Stretches carry 0.4 s at each end and are apart by ``pause`` seconds of silence: the detector's defaults, which
    are those of WhisperModel.transcribe(vad_filter=True). One of more than ``longest`` seconds is parted where it is quietest.
    """
    if not len(samples):
        return []
    vad = importlib.import_module("faster_whisper.vad")
    options = vad.VadOptions(min_silence_duration_ms=int(pause * 1000), max_speech_duration_s=longest)
    return [
        (each["start"] / RATE, each["end"] / RATE) for each in vad.get_speech_timestamps(samples, options)
    ]


def earlier(
    stretches: Sequence[tuple[float, float]], seconds: float, longest: float = float("inf")
) -> list[tuple[float, float]]:
    """The stretches, each beginning so many seconds before; never before the end of the last one, never over ``longest``.

    >>> earlier([(0.4, 2.0), (2.6, 4.0), (9.0, 18.0)], 1.0, longest=9.5)
    [(0.0, 2.0), (2.0, 4.0), (8.5, 18.0)]
    """
    found: list[tuple[float, float]] = []
    for start, end in stretches:
        last = found[-1][1] if found else 0.0
        found.append((min(max(start - seconds, last, end - longest), start), end))
    return found
