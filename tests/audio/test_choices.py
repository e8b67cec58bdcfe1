"""A spoken choice of a closed list is taken, what is on no list is asked again, and silence is no choice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from audio.choices import REJECT, Choice, Chooser
from audio.faults import LanguageFault, SoundFault
from audio.samples import RATE
from audio.sound import Sound
from tests.audio.conftest import noises

DIGITS = {
    "id": dict(zip("0123456789", [["nol", "kosong"], *([each] for each in "satu dua tiga empat lima enam tujuh delapan sembilan".split())], strict=True)),
    "en": dict(zip("0123456789", [[each] for each in "zero one two three four five six seven eight nine".split()], strict=True)),
}  # fmt: skip


@pytest.fixture(scope="module")
def chosen(whisper, speech) -> dict[str, list[tuple[str, Choice]]]:
    """Every single digit at hand, by telephone: the key that was said, and what was heard."""
    heard: dict[str, list[tuple[str, Choice]]] = {}
    for language, prefix in (("id", "dig_"), ("en", "fsdd_")):
        keys = {word: key for key, words in DIGITS[language].items() for word in words}
        chooser = Chooser(whisper, language, DIGITS[language])
        clips = [(keys[text], sound) for text, sound in speech.clips(language, prefix) if text in keys]
        heard[language] = [
            (key, chooser.choose(sound)) for key, sound in clips[:: 3 if len(clips) > 25 else 1]
        ]
    return heard


@pytest.mark.parametrize("language", ["id", "en"])
def test_nine_of_ten_spoken_digits_are_taken_for_what_they_are(chosen, language):
    taken = [choice.key for _, choice in chosen[language]]
    said = [key for key, _ in chosen[language]]
    assert len(said) >= 10
    right = sum(a == b for a, b in zip(taken, said, strict=True))
    wrong = sum(a not in (b, None) for a, b in zip(taken, said, strict=True))
    assert right >= 0.9 * len(said) and wrong <= 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_all_but_a_few_answers_that_are_on_no_list_are_refused(chosen, language):
    # The key that was said is left out: what remains is what a list without it would have scored.
    best = [
        max(score for other, score in choice.scores.items() if other != key)
        for key, choice in chosen[language]
    ]
    assert sum(score > REJECT for score in best) <= 2


@pytest.mark.parametrize("name", noises())
def test_where_nobody_speaks_nothing_is_chosen(short, name):
    choice = short.choose(Sound(RATE, (noises()[name],)))
    assert choice.key is None
    if name in ("silence", "line noise", "busy", "a tone", "hold music"):
        assert choice == Choice(None, -math.inf, {})  # the detector let nothing through to be weighed


@pytest.fixture(scope="module")
def short(whisper) -> Chooser:
    return Chooser(whisper, "id", {"1": ["satu", "pajak"], "2": ["dua", "bea cukai"]})


class Weighed(Chooser):
    """Two keys whose phrases weigh what a test says, on silence and on what was said."""

    def __init__(self, null: list[float], said: list[float]) -> None:
        self._keys, self._null, self._said, self._reject = ["1", "2"], null, said, REJECT

    def _weigh(self, samples):
        return self._said


def test_a_phrase_that_is_likely_whatever_is_said_must_beat_itself_on_silence(monkeypatch):
    monkeypatch.setattr("audio.choices.speech_in", lambda samples: [(0.0, 1.0)])
    sound = Sound(RATE, (np.zeros(RATE, np.float32),))
    # The first is the likelier of the two, but hardly likelier than where nothing is said.
    choice = Weighed(null=[-1.0, -9.0], said=[-2.0, -4.0]).choose(sound)
    assert (choice.key, dict(choice.scores)) == ("2", {"1": -1.5, "2": 0.5})


def test_a_long_answer_and_a_low_rate_are_heard_too(short, speech):
    text, sound = next(clip for clip in speech.clips("id", "dig_") if clip[0] == "satu")
    assert text == "satu" and short.choose(sound).key == "1"
    low = Sound(8_000, (sound.legs[0][::2],))
    assert short.choose(low).key == "1"
    many = Sound(RATE, (np.tile(sound.legs[0], 8),))  # twenty seconds: cut, not refused with a trace
    assert set(short.choose(many).scores) == {"1", "2"}


def test_the_bar_may_be_raised_for_one_menu(whisper, speech):
    strict = Chooser(whisper, "id", {"1": ["satu"], "2": ["dua"]}, reject=99.0)
    _, sound = next(clip for clip in speech.clips("id", "dig_") if clip[0] == "satu")
    choice = strict.choose(sound)
    assert (
        choice.key is None and choice.scores["1"] > choice.scores["2"] and choice.score == choice.scores["1"]
    )


def test_a_list_without_a_phrase_or_in_no_language_is_refused(whisper, short):
    for phrases in ({}, {"1": []}):
        with pytest.raises(ValueError, match="needs a phrase"):
            Chooser(whisper, "id", phrases)
    with pytest.raises(LanguageFault):
        Chooser(whisper, "xx", {"1": ["satu"]})
    with pytest.raises(SoundFault):
        short.choose(Sound(RATE, ()))
