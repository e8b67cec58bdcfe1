"""A take from a microphone, or a voice's draft, made into what the telephone plays: 8,000 Hz, mono, 16 bit.

Silence around the words is cut, the speech levelled, the ends faded. soxr resamples (pydub's set_frame_rate
lets tones above 4 kHz through as false ones), pydub edits.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from audio.levels import FLOOR, FRAME_SECONDS, Measured, measure, speech_frames
from audio.samples import Samples, floats, pcm16, resample
from audio.sound import TELEPHONE_RATE, Sound

LEVEL = -19.0  # dBFS, RMS of the speech: as loud as the carrier's own voices
PEAK = -3.0  # dBFS: what is above it would distort in the telephone's 8 bits
BEFORE, AFTER = 120, 250  # milliseconds of the take's own silence that stay around the words
FADE_IN, FADE_OUT = 10, 40  # milliseconds: no click where a room's hiss begins and ends

with warnings.catch_warnings():
    # pydub looks for ffmpeg, which we never let it use, and for audioop, which Python 3.13 has no more.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment


def edited(sound: Sound) -> Sound:
    """The take as the telephone plays it; of two legs their mean. A take without speech comes back as it is."""
    samples = resample(_mono(sound), sound.rate, TELEPHONE_RATE)
    heard = measure(samples, TELEPHONE_RATE)
    if heard.level <= FLOOR:
        return Sound(TELEPHONE_RATE, (samples,))
    return _trimmed(samples * _gain(heard))


def _mono(sound: Sound) -> Samples:
    return np.asarray(np.mean(sound.legs, axis=0), dtype=np.float32)


def _gain(heard: Measured) -> np.float32:
    """To LEVEL, or as near as PEAK allows: squeezing peaks would change how the voice sounds."""
    return np.float32(10 ** (min(LEVEL - heard.level, PEAK - heard.peak) / 20))


def _trimmed(samples: Samples) -> Sound:
    speech = np.flatnonzero(speech_frames(samples, TELEPHONE_RATE))
    milliseconds = 1000 * FRAME_SECONDS
    begin = max(0, int(speech[0] * milliseconds) - BEFORE)
    end = int((speech[-1] + 1) * milliseconds) + AFTER
    kept = _segment(samples)[begin:end].fade_in(FADE_IN).fade_out(FADE_OUT)
    return Sound(TELEPHONE_RATE, tuple(floats(np.frombuffer(kept.raw_data, dtype="<i2").reshape(1, -1), 1)))


def _segment(samples: Samples) -> Any:
    return AudioSegment(pcm16(samples).tobytes(), sample_width=2, frame_rate=TELEPHONE_RATE, channels=1)
