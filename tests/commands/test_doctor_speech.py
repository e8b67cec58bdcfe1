"""What doctor says of models and waiting messages."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import settings
import store
from audio.packaged import BASE, TINY
from commands import doctor_speech
from commands.doctor_finding import FAULT, OK, WARNING
from store import choices, times, transcripts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def installed(tmp_path):
    found = settings.load({"INSTANCE": str(tmp_path / "instance")}, ROOT, make_credentials=True)
    store.connect(found.database).close()
    return found


def now() -> str:
    """When a test runs, which may be a quarter of an hour after its module was read."""
    return times.text(datetime.now(UTC))


def waiting(installed, since: str, fault: str = "") -> None:
    opened = store.connect(installed.database)
    with opened.write() as db:
        transcripts.owe(db, "RE1", now=since)
        db.execute("UPDATE transcribings SET fault = ?", (fault,))
    opened.close()


def test_the_model_that_is_not_joined_yet_is_no_fault_and_is_not_joined_by_looking(installed):
    english, others = doctor_speech.speech(installed)
    for finding in (english, others):
        assert (finding.level, "at the first start" in finding.text) == (OK, True)
    assert "for en:" in english.text and "for every other language" in others.text
    assert not installed.models.exists()


def test_without_a_second_ear_there_is_one_model(installed):
    (finding,) = doctor_speech.speech(replace(installed, speech_second_ear=False))
    assert "for every other language" in finding.text


def test_a_model_that_is_no_model_is_a_fault_with_its_way_out(installed, tmp_path):
    (finding,) = doctor_speech.speech(replace(installed, speech_model_dir=tmp_path / "nowhere"))
    assert (finding.level, "for every other language is off" in finding.text) == (FAULT, True)
    assert "SPEECH_MODEL_DIR" in finding.way_out


def test_packages_that_are_missing_are_named(installed, monkeypatch):
    monkeypatch.setattr(doctor_speech, "BASE", replace(BASE, packages=("no_such_package",)))
    monkeypatch.setattr(doctor_speech, "TINY", replace(TINY, packages=("no_such_ear",)))
    english, others = doctor_speech.speech(installed)
    assert (english.level, "no-such-package and no-such-ear not installed" in english.text) == (FAULT, True)
    assert (others.level, "no-such-package not installed" in others.text) == (FAULT, True)


def test_speech_that_is_turned_off_is_well(installed):
    (finding,) = doctor_speech.speech(replace(installed, speech=False))
    assert (finding.level, "SPEECH=no" in finding.text) == (OK, True)


def test_messages_that_have_just_come_are_well(installed):
    waiting(installed, now())
    (finding,) = doctor_speech.voicemail(installed)
    assert (finding.level, finding.text) == (OK, "1 waiting")


def test_messages_that_wait_for_long_are_told_with_what_they_wait_for(installed):
    waiting(installed, "2026-03-11T02:00:00.000Z", "whisper: model.bin is damaged")
    (finding,) = doctor_speech.voicemail(installed)
    assert finding.level == WARNING
    assert "model.bin is damaged" in finding.text


def test_without_messages_there_is_nothing_to_say(installed):
    (finding,) = doctor_speech.voicemail(installed)
    assert (finding.level, finding.text) == (OK, "no messages yet")


def test_who_listens_to_menus_is_told_where_they_may_be_spoken_to(installed):
    assert list(doctor_speech.choices(installed)) == []
    spoken = replace(installed, menu_speech="offline")
    (finding,) = doctor_speech.choices(spoken)
    assert (finding.level, "offered keys" in finding.text) == (WARNING, True)
    opened = store.connect(installed.database)
    for until, level in ((times.plus(now(), 3600), OK), (times.plus(now(), -1), WARNING)):
        with opened.write() as db:
            choices.listen(db, ["id", "en"], until=until)
        (finding,) = doctor_speech.choices(spoken)
        assert finding.level == level
    opened.close()
