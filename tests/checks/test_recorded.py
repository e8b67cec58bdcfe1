"""Recordings as `check` sees them: silent, clipped, of other words, in one language only."""

from pathlib import Path

import numpy as np
import pytest

from audio.shelf import TAKE, Shelf
from audio.sound import TELEPHONE_RATE, Sound, wav_bytes
from audio.wanted import Wanted, wanted
from commands.check_all import examined
from engine.flow import Flow
from engine.load import load
from tests.checks.corpus_reader import base, split


@pytest.fixture
def flow() -> Flow:
    return load("contoh", *split(base()))


def speech(flow: Flow, seconds: float, loud: float = 0.2) -> bytes:
    """Something that sounds: tones that come and go as syllables do."""
    at = np.arange(int(seconds * TELEPHONE_RATE)) / TELEPHONE_RATE
    wave = loud * np.sin(2 * np.pi * 300 * at) * (np.sin(2 * np.pi * 3 * at) > -0.6)
    return wav_bytes(Sound(TELEPHONE_RATE, (np.clip(wave, -1, 1).astype(np.float32),)))


def shelved(flow: Flow, prompts: Path, step: str, language: str) -> tuple[Shelf, Wanted]:
    one = next(each for each in wanted(flow) if (each.step, each.language) == (step, language))
    return Shelf(prompts, flow.id), one


def codes(flow: Flow, prompts: Path) -> list[tuple[str, str, int]]:
    return [(f.code, f.severity, f.line) for f in examined(flow, prompts)[1]]


def test_a_service_without_recordings_has_no_finding(flow: Flow, tmp_path: Path) -> None:
    assert codes(flow, tmp_path) == []


def test_one_language_recorded_and_the_other_not(flow: Flow, tmp_path: Path) -> None:
    shelf, one = shelved(flow, tmp_path, "lagi", "id")
    shelf.put(one, speech(flow, 5), TAKE)
    assert codes(flow, tmp_path) == [("recording-missing", "warning", flow.steps["lagi"].place.line)]


def test_silence_is_an_error_and_names_the_step(flow: Flow, tmp_path: Path) -> None:
    for language in ("id", "en"):
        shelf, one = shelved(flow, tmp_path, "lagi", language)
        shelf.put(one, speech(flow, 5, loud=0.0 if language == "en" else 0.2), TAKE)
    line = flow.steps["lagi"].place.line
    assert codes(flow, tmp_path) == [("recording-silent", "error", line)]


def test_words_that_have_changed_since_are_an_error(flow: Flow, tmp_path: Path) -> None:
    for language in ("id", "en"):
        shelf, one = shelved(flow, tmp_path, "lagi", language)
        shelf.put(one, speech(flow, 5), TAKE)
    text = base()["flow.yaml"].replace("Untuk menu utama, tekan 1.", "Untuk kembali ke menu utama, tekan 1.")
    newer = load("contoh", *split({**base(), "flow.yaml": text}))
    assert codes(newer, tmp_path) == [("recording-outdated", "error", newer.steps["lagi"].place.line)]


def test_clipped_and_of_another_rate(flow: Flow, tmp_path: Path) -> None:
    for language in ("id", "en"):
        shelf, one = shelved(flow, tmp_path, "lagi", language)
        shelf.put(one, speech(flow, 5, loud=3.0 if language == "en" else 0.2), TAKE)
    assert "recording-clipped" in [code for code, _, _ in codes(flow, tmp_path)]
    _, one = shelved(flow, tmp_path, "lagi", "id")
    half = speech(flow, 5)
    shelf.path(one).write_bytes(
        half[:24] + (16_000).to_bytes(4, "little") + (32_000).to_bytes(4, "little") + half[32:]
    )
    assert "recording-format" in [code for code, _, _ in codes(flow, tmp_path)]
