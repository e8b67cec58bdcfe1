"""The sets that are measured: sentences and voicemails of real speakers as a telephone carries them, and sounds that are no speech.

The recordings lie outside the project (SAMBUNG_SHARED or ../shared, folder speech): their licence forbids copying them.
"""

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.speech.telephone import (
    RATE,
    Samples,
    at_level,
    noise,
    noisy,
    over_the_line,
    silence,
    tone,
)

LANGUAGES = ("id", "en")
KINDS = {"id": "sentence-16k", "en": "prompt-8k"}  # of transcripts.tsv: people speaking sentences
# Where the list of what was said has a slip of the hand that can be heard: no engine writes it.
ERRATA = {"ast_conf-adminmenu-menu8.flac": ("umute", "unmute")}
NOISE_DB = 10.0
SEED = 131


@dataclass(frozen=True)
class Clip:
    """What somebody said, and how it sounded at RATE. ``said`` is empty for what is no speech."""

    name: str
    speaker: str
    language: str
    said: str
    samples: Samples


def folder() -> Path:
    """Where the recordings would be."""
    shared = os.environ.get("SAMBUNG_SHARED") or Path(__file__).resolve().parents[3] / "shared"
    return Path(shared) / "speech"


def sentences(language: str, read: Callable[[Path], Samples]) -> list[Clip]:
    """Every sentence of a person, at one level and as recorded. ``read`` gives a file at RATE."""
    where = folder() / language
    with open(where / "transcripts.tsv", encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    return [
        Clip(row["file"], row["speaker"], language, _said(row), at_level(read(where / row["file"])))
        for row in rows
        if row["kind"] == KINDS[language]
    ]


def _said(row: dict[str, str]) -> str:
    return row["text"].replace(*ERRATA.get(row["file"], ("", "")))


def voicemails(spoken: list[Clip], per_message: int = 7) -> Iterator[Clip]:
    """A beep, up to seven sentences of one speaker with pauses, and a line that nobody hangs up."""
    speakers: dict[str, list[Clip]] = {}
    for clip in spoken:
        speakers.setdefault(clip.speaker, []).append(clip)
    for speaker, clips in speakers.items():
        for first in range(0, len(clips) - 3, per_message):
            chosen = clips[first : first + per_message]
            chance = np.random.default_rng([SEED, *f"{speaker}{first}".encode()])
            pieces = [tone(0.4, 1000), silence(chance.uniform(0.3, 1.0))]
            for clip in chosen:
                pieces += [clip.samples, silence(chance.uniform(0.3, 1.4))]
            pieces.append(silence(chance.uniform(1, 4)))
            whole = np.concatenate(pieces)
            whole = whole + noise(chance, len(whole) / RATE + 0.01, -60)[: len(whole)]
            said = " ".join(clip.said for clip in chosen)
            yield Clip(f"{speaker}-{first}", speaker, clips[0].language, said, whole.astype(np.float32))


def telephoned(clips: list[Clip], ratio: float | None = None) -> list[Clip]:
    """The clips over the line, with noise ``ratio`` dB below the speech if given."""
    made = []
    for clip in clips:
        chance = np.random.default_rng([SEED, *clip.name.encode()])
        samples = clip.samples if ratio is None else noisy(clip.samples, chance, ratio)
        made.append(Clip(clip.name, clip.speaker, clip.language, clip.said, over_the_line(samples)))
    return made


def no_speech() -> dict[str, Samples]:
    """Sounds of a line on which nobody speaks: all of them must come out empty."""
    chance = np.random.default_rng(SEED)
    keys = [(697, 1209), (770, 1336), (852, 1477), (941, 1336), (697, 1477), (770, 1209)]
    dialled = [piece for pair in keys * 2 for piece in (tone(0.12, *pair), silence(0.1))]
    busy = [piece for _ in range(12) for piece in (tone(0.5, 425), silence(0.5))]
    ringing = [piece for _ in range(3) for piece in (tone(1, 425), silence(4))]
    clicks = silence(6)
    clicks[chance.integers(0, len(clicks), 12)] = 0.5
    made = {
        "silence": silence(8),
        "line noise": noise(chance, 8, -60),
        "loud line noise": noise(chance, 8, -40),
        "white noise": noise(chance, 8, -25),
        "pink noise": noise(chance, 8, -25, slope=1),
        "brown noise": noise(chance, 8, -25, slope=2),
        "DTMF": np.concatenate(dialled),
        "busy tone": np.concatenate(busy),
        "ringing tone": np.concatenate(ringing),
        "beep, then nothing": np.concatenate([tone(0.5, 1000), noise(chance, 6, -60)]),
        "tone of 440 Hz": tone(5, 440),
        "fax": np.concatenate([tone(3, 2100), silence(1), tone(2, 1100)]),
        "clicks": clicks,
        "hung up at once": noise(chance, 0.2, -50),
        "chords": _chords(),
        "tune": _tune(chance),
    }
    return {name: over_the_line(sound) for name, sound in made.items()}


def _chords() -> Samples:
    """Hold music: four chords that fade."""
    fade = np.exp(-np.arange(RATE) / RATE * 2).astype(np.float32)
    roots = (262.0, 220.0, 175.0, 196.0)
    return np.concatenate([tone(1, root, root * 1.26, root * 1.5, root * 2) * fade for root in roots * 3])


def _tune(chance: np.random.Generator) -> Samples:
    """Hold music: a tune of plucked notes with overtones over a bass."""
    notes = 262.0 * 2 ** (chance.choice([0, 2, 4, 5, 7, 9, 11, 12], 32) / 12)
    fade = np.exp(-np.arange(int(0.3 * RATE)) / RATE * 6).astype(np.float32)
    bass = np.repeat(np.array([131.0, 110.0, 87.0, 98.0] * 2), 4)
    return np.concatenate(
        [
            tone(0.3, note, 2 * note, 3 * note) * fade + 0.5 * tone(0.3, low)
            for note, low in zip(notes, bass, strict=True)
        ]
    )
