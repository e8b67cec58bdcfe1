"""A person's take of a prompt: made into what the telephone plays, measured, and told what is wrong with it."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

from audio.faults import SoundFault
from audio.levels import FLOOR, Flaw, Measured, flaws, measure
from audio.sound import TELEPHONE_RATE, Limits, Sound, read, wav_bytes
from audio.takes import edited
from audio.wanted import Wanted

STUDIO_RATE = 48_000  # takes are read at this rate: where a microphone was too loud can still be seen
LIMITS = Limits(
    seconds=120.0, bytes=16 * 1024 * 1024
)  # of what is sent over the console; a prompt has at most 60 s


@dataclass(frozen=True)
class Taken:
    """``sound``: a WAV of 8,000 Hz, mono, 16 bit; seconds and dBFS of it. With ``flaws`` nobody should hear it."""

    sound: bytes
    seconds: float
    level: float
    flaws: tuple[Flaw, ...] = ()


def taken(take: Sound, words: str) -> Taken:
    """Trimmed, levelled, resampled. ``words``: what it should say, as a voice reads them."""
    raw = measure(take.legs[0], take.rate)
    made = edited(take)
    after = measure(made.legs[0], TELEPHONE_RATE)
    bad = [flaw for flaw in flaws(raw, "") if flaw.code in ("silent", "clipped")]
    bad += [flaw for flaw in flaws(after, words) if flaw.code not in {each.code for each in bad}]
    return Taken(wav_bytes(made), after.seconds, after.level, tuple(bad))


def heard(path: Path, one: Wanted) -> tuple[Measured, tuple[Flaw, ...]]:
    """How the recording that callers hear sounds, and what is wrong with it."""
    try:
        sound = read(path, rate=TELEPHONE_RATE)
    except SoundFault as fault:
        return Measured(0, FLOOR, FLOOR, 0, 0, 0, 0), (Flaw("unreadable", fault.what, "record it again"),)
    measured = measure(sound.legs[0], TELEPHONE_RATE)
    found = list(flaws(measured, one.spoken))
    if not telephonic(path):
        found.insert(0, Flaw("format", "not 8,000 Hz, mono, 16 bit PCM", "import it: that converts it"))
    return measured, tuple(found)


def telephonic(path: Path) -> bool:
    """Is it 8,000 Hz, mono, 16 bit PCM? Carriers make something else of other kinds, each in its own way."""
    try:
        with wave.open(str(path)) as file:
            return (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (TELEPHONE_RATE, 1, 2)
    except (wave.Error, EOFError):  # wave knows no format but PCM
        return False
