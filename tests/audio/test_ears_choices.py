"""Spoken choices, heard by the child that writes messages down: never behind them, and never for longer than a caller waits."""

import os
import signal
from contextlib import contextmanager

import pytest

from audio.ears import MOST_CHOICES, Ears, EarsFault, Limits, Recipe
from audio.faults import LanguageFault, NotAudio
from tests.audio.test_ears import LONG, in_work, until, wav

PHRASES = {"1": ["satu"], "2": ["dua"]}


@contextmanager
def listening(chooses=True, maker="make", **limits):
    recipe = Recipe("troublesome", f"tests.audio.troublesome:{maker}", chooses=chooses)
    with Ears(lambda language: recipe, 1, Limits(**{"nice": 0, **limits})) as ears:
        ears.warm(["id"])
        if chooses:
            until(lambda: ears.hears("id"))
        yield ears


def choose(ears, phrases=PHRASES, seconds=LONG):
    return ears.choose(wav(2), "id", phrases, seconds)


def test_a_choice_does_not_wait_for_the_message_that_is_written_down(callers):
    with listening() as ears:
        callers.submit(ears.transcribe, wav(), "id", ["sleep"])
        until(lambda: in_work(ears, 1))
        choice = choose(ears)
        assert (choice.key, choice.score) == ("1", 2.0)


def test_nobody_waits_longer_than_was_said(callers):
    with listening() as ears:
        for _ in range(MOST_CHOICES):
            with pytest.raises(EarsFault, match="not heard within"):
                choose(ears, {"sleep": ["x"]}, 0.05)
        with pytest.raises(EarsFault, match="nobody can listen"):  # those before are still in work
            choose(ears)
        assert ears.transcribe(wav(), "id", ["well"]).text.startswith("well")
        assert ears._ear("id")._child.holds(choices=True) == MOST_CHOICES  # nor do messages wait for choices


def test_without_a_child_that_is_ready_a_choice_is_refused_at_once():
    with listening() as ears:
        (pid,) = ears.pids()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not ears.hears("id"))
        with pytest.raises(EarsFault, match="nobody can listen"):
            choose(ears)
        ears.warm(["id"])
        until(lambda: ears.hears("id"))
        assert choose(ears).key == "1"
    assert not ears.hears("id")
    with pytest.raises(EarsFault):
        choose(ears)


def test_a_child_that_dies_of_a_choice_fails_it():
    with listening() as ears, pytest.raises(EarsFault, match="SIGSEGV"):
        choose(ears, {"die": ["x"]})


def test_an_engine_that_only_writes_down_hears_no_choices():
    with listening(chooses=False) as ears:
        ears.transcribe(wav(), "id")
        assert not ears.hears("id")
        with pytest.raises(EarsFault, match="nobody can listen"):
            choose(ears)
    with listening(maker="mute") as ears, pytest.raises(LanguageFault):
        choose(ears)


def test_what_is_no_sound_is_told_as_its_own_fault():
    with listening() as ears, pytest.raises(NotAudio):
        ears.choose(b"<html>", "id", PHRASES, LONG)


def test_choices_wear_no_child_out():
    with listening(files=2) as ears:
        pids = {tuple(ears.pids()) for _ in range(5) if choose(ears)}
        assert len(pids) == 1


def test_where_an_engine_hears_no_choices_the_one_it_names_does():
    def recipe(language):
        if language == "en":
            return Recipe("messages", "tests.audio.troublesome:make", choices_by="*")
        return Recipe("choices", "tests.audio.troublesome:make", chooses=True)

    with Ears(recipe, 1, Limits(nice=0)) as ears:
        ears.warm(["en"])
        until(lambda: ears.hears("en"))
        assert ears.choose(wav(2), "en", PHRASES, LONG).key == "1"
        assert ears.transcribe(wav(), "en", ["well"]).text.startswith("well")
        assert len(ears.pids()) == 2
