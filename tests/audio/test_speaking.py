"""Words and tones as a telephone on a page lets one hear them."""

from __future__ import annotations

import io
import threading
import wave
from collections.abc import Iterator

import numpy as np
import pytest

from audio import speaking
from audio.espeak import VoiceFault
from audio.speaking import TONES, Speaker, tone


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    made = Speaker()
    yield made
    made.close()


def heard(wav: bytes) -> tuple[tuple[int, int, int], np.ndarray]:
    with wave.open(io.BytesIO(wav)) as file:
        shape = file.getframerate(), file.getnchannels(), file.getsampwidth()
        return shape, np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def test_words_are_said_as_on_the_line_and_longer_words_take_longer(speaker):
    shape, short = heard(speaker.say("Tekan satu.", "id-ID"))
    assert shape == (8000, 1, 2)
    assert 0.5 < len(short) / 8000 < 2.5 and np.abs(short).max() > 3000
    _, long = heard(speaker.say("Tekan satu. " * 5, "id"))
    assert len(long) > 3 * len(short)


def test_each_language_has_its_own_voice_and_what_was_said_is_kept(speaker):
    english, indonesian = speaker.say("Press one.", "en-US"), speaker.say("Press one.", "id-ID")
    assert english != indonesian
    assert speaker.say("Press one.", "en-GB") is english


def test_a_language_without_a_voice_is_a_fault_and_the_next_word_is_said(speaker):
    with pytest.raises(VoiceFault, match="no voice 'xx'"):
        speaker.say("Halo", "xx")
    with pytest.raises(VoiceFault, match="more than 5,000"):
        speaker.say("a" * 5001, "id")
    assert speaker.say("Halo", "id")


@pytest.mark.parametrize("text", ["", "...", "  \n "])
def test_what_has_no_words_is_a_moment_of_silence(speaker, text):
    assert not heard(speaker.say(text, "id"))[1].any()


def test_a_voice_that_hangs_is_ended_and_another_speaks(monkeypatch):
    monkeypatch.setattr(speaking, "PATIENCE_SECONDS", 0.1)
    speaker = Speaker()
    speaker.say("Satu", "id")
    held = threading.Event()
    say, stop = speaker._voice.say, speaker._voice.stop
    speaker._voice.stop = lambda: (stop(), held.set())
    speaker._voice.say = lambda text, language: held.wait(10) and say(text, language)
    with pytest.raises(VoiceFault, match="does not run"):
        speaker.say("Dua", "id")
    monkeypatch.setattr(speaking, "PATIENCE_SECONDS", 10.0)
    assert speaker.say("Tiga", "id")
    speaker.close()


@pytest.mark.parametrize("name", sorted(TONES))
def test_every_tone_begins_at_once_and_ends_in_silence(name):
    shape, samples = heard(tone(name))
    assert shape == (8000, 1, 2) and len(samples) == round(8000 * sum(TONES[name]))
    assert np.abs(samples[:800]).max() > 1000
    assert not samples[-400:].any()
