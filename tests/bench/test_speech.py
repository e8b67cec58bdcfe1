"""Word error rates count errors of hearing, not of spelling; the line is a telephone's; the bench says when it has nothing to measure."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.speech import sets, telephone, wer
from bench.speech.telephone import LINE, RATE

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "text, digits",
    [
        ("dua puluh lima ribu tiga ratus", "25300"),
        ("tiga ratus dua puluh lima", "325"),
        ("kosong delapan satu dua", "0812"),
        ("kosong delapan, 081", "08081"),
        ("satu juta tujuh ratus lima puluh ribu", "1750000"),
        ("1 juta 750 ribu", "1750000"),
        ("1.750.000", "1750000"),
        ("sebelas tujuh belas", "1117"),
        ("seribu dua ratus", "1200"),
        ("dua lima", "25"),
    ],
)
def test_numbers_are_their_digits_in_whichever_reading(text, digits):
    assert "".join(wer.words_of(text, "id")) == digits


def test_english_numbers_too():
    assert "".join(wer.words_of("thirty five hundred", "en")) == "3500"
    assert wer.words_of("Press twenty-one, don't wait.", "en") == ["press", "2", "1", "dont", "wait"]


def test_errors_are_words_to_change_to_add_and_to_leave_out():
    assert wer.errors("saya mau tanya pajak".split(), "saya tanya pajaknya ya".split()) == 3
    assert wer.errors([], ["terima", "kasih"]) == wer.errors(["terima", "kasih"], []) == 2
    assert wer.errors(["a"], ["a"]) == 0


def test_the_line_carries_a_telephones_band_and_nothing_else():
    def level(frequency):
        heard = telephone.over_the_line(telephone.tone(1, frequency))
        return 20 * np.log10(np.sqrt(np.square(heard).mean()) / np.sqrt(0.5) / 10 ** (-12 / 20))

    assert abs(level(1000)) < 0.5 and abs(level(3000)) < 0.5
    assert level(150) < -30 and level(5000) < -30


def test_mu_law_has_255_steps_and_keeps_the_sound():
    sweep = np.linspace(-1, 1, 20_001, dtype=np.float32)
    there = telephone.mu_law(sweep)
    assert len(np.unique(there)) == 255
    assert np.abs(there - sweep).max() < 0.025


def test_noise_is_as_far_below_the_speech_as_asked():
    chance = np.random.default_rng(1)
    speech = telephone.at_level(telephone.noise(chance, 3, -40))
    added = telephone.noisy(speech, chance, 10) - speech
    assert 20 * np.log10(np.sqrt(np.square(added).mean())) == pytest.approx(
        telephone.SPEECH_LEVEL - 10, abs=0.3
    )


def test_a_voicemail_is_the_sentences_of_one_speaker_with_silence_around():
    chance = np.random.default_rng(1)
    spoken = [
        sets.Clip(f"{who}{number}", who, "id", f"kalimat {number}", telephone.noise(chance, 1, -23))
        for who in ("ani", "budi")
        for number in range(5)
    ]
    ani, budi = sets.voicemails(spoken)
    assert ani.speaker == "ani" and ani.said == "kalimat 0 kalimat 1 kalimat 2 kalimat 3 kalimat 4"
    assert 7 < len(ani.samples) / RATE < 18
    assert np.array_equal(ani.samples, next(sets.voicemails(spoken)).samples), (
        "every run measures the same sound"
    )
    assert not np.array_equal(ani.samples[: RATE * 7], budi.samples[: RATE * 7])


def test_the_sounds_without_speech_are_different_loud_enough_and_the_same_in_every_run():
    sounds, again = sets.no_speech(), sets.no_speech()
    assert len(sounds) >= 15
    for name, sound in sounds.items():
        assert len(sound) >= 0.19 * RATE and np.abs(sound).max() <= 1.05, name
        assert np.array_equal(sound, again[name]), name
        assert name == "silence" or np.abs(sound).max() > 1e-4, name
    assert LINE * 2 == RATE


def test_without_recordings_the_bench_says_where_they_belong(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "speech"],
        cwd=ROOT,
        env={**os.environ, "SAMBUNG_SHARED": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "speech") in done.stdout and "SAMBUNG_SHARED" in done.stdout
