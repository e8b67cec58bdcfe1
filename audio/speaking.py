"""What a telephone on a page lets one hear: words by espeak-ng, and the carrier's tones; 8,000 Hz, as on the line.

A draft of a voice, for trying out: on a real line the carrier's own voice speaks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import ExitStack

import numpy as np

from audio.bleep import bleep
from audio.espeak import Espeak, VoiceFault, espeak
from audio.sound import TELEPHONE_RATE, Sound, wav_bytes
from audio.takes import edited

__all__ = ["LONGEST", "TONES", "Speaker", "tone"]

LONGEST = 5_000  # letters: a carrier's voice says no more at once
PATIENCE_SECONDS = 20.0  # for the longest text on a machine that has other things to do
_KEPT_BYTES = 32 * 1024 * 1024
# Seconds of sound and of silence, as each is known to a caller's ear. A ring is heard by who is called.
TONES = {
    "beep": (0.4, 0.1),
    "ringback": (1.0, 3.0),
    "ring": (0.4, 0.2, 0.4, 2.0),
    "tone": (0.25, 0.25, 0.25, 0.25),
}


class Speaker:
    """Says words with one espeak-ng for all, started when it is first needed, and keeps what was said. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._bytes = 0
        self._held = ExitStack()
        self._voice: Espeak | None = None

    def say(self, text: str, language: str) -> bytes:
        """The words as a WAV. ``language`` as the carrier writes it (`id-ID`) or alone (`id`). Raises VoiceFault."""
        if len(text) > LONGEST:
            raise VoiceFault(f"{len(text):,} letters are more than {LONGEST:,}", "say it in several parts")
        key = (text, language.split("-")[0].lower())
        with self._lock:
            sound = self._kept.get(key)
            if sound is None:
                sound = self._said(*key)
                self._keep(key, sound)
            self._kept.move_to_end(key)
            return sound

    def close(self) -> None:
        """End the voice; the next word starts another."""
        with self._lock:
            self._end()

    def _said(self, text: str, language: str) -> bytes:
        if not any(letter.isalnum() for letter in text):
            return wav_bytes(_silence(0.2))
        if self._voice is None:
            self._voice = self._held.enter_context(espeak())
        # A voice that hangs would hold everybody who waits for a word: its end answers them.
        watch = threading.Timer(PATIENCE_SECONDS, self._voice.stop)
        watch.start()
        try:
            return wav_bytes(edited(self._voice.say(text, language)))
        except VoiceFault:
            self._end()
            raise
        finally:
            watch.cancel()

    def _end(self) -> None:
        self._voice = None
        self._held.close()

    def _keep(self, key: tuple[str, str], sound: bytes) -> None:
        self._kept[key] = sound
        self._bytes += len(sound)
        while self._bytes > _KEPT_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1])


def tone(name: str) -> bytes:
    """One of the carrier's tones as a WAV. Raises KeyError for one that is none."""
    spans, at = [], 0.0
    for place, seconds in enumerate(TONES[name]):
        if place % 2 == 0:
            spans.append((at, at + seconds))
        at += seconds
    silent = _silence(at)
    return wav_bytes(Sound(TELEPHONE_RATE, (bleep(silent.legs[0], TELEPHONE_RATE, spans, margin=0.0),)))


def _silence(seconds: float) -> Sound:
    return Sound(TELEPHONE_RATE, (np.zeros(round(seconds * TELEPHONE_RATE), dtype=np.float32),))
