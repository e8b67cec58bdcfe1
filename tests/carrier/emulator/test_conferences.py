"""<Conference record>, as twilio.com/docs/voice/twiml/conference has it: one recording of the whole room, told of by its Sid."""

from __future__ import annotations

import io
import sys
import threading
import urllib.request
import wave
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from twilio.base.exceptions import TwilioRestException

from carrier.phone import Phone
from tests.carrier.emulator.conftest import ACCOUNT, TOKEN, Page

RECORDED = (
    '<Dial action="/after"><Conference endConferenceOnExit="true" record="record-from-start"'
    ' recordingStatusCallback="/recorded">meeting</Conference></Dial>'
)


def meet(phone, customer, emulator, noun=RECORDED):
    customer.answers("/voice", noun)
    customer.answers("/after", "<Hangup/>")
    customer.pages["/recorded"] = Page("", 204)
    first, second = phone.dial("131"), Phone(emulator, "+6281200000002").dial("131")
    assert (first.look().state, second.state) == ("talking", "talking")
    return first, second


# "record: record-from-start | do-not-record"; "ConferenceSid, RecordingSid, RecordingUrl, RecordingStatus, RecordingDuration,
# RecordingChannels, RecordingStartTime, RecordingSource: Conference".
def test_a_conference_is_recorded_from_its_start_to_its_end(
    phone,
    customer,
    emulator,
    world,
    exchange,
    client,
):
    first, second = meet(phone, customer, emulator)
    first.wait(42)
    second.hang_up()
    assert world.settle()
    (told,) = (w.form for w in customer.at("/recorded"))
    (room,) = exchange.rooms
    assert (told["ConferenceSid"], told["RecordingSource"]) == (room.sid, "Conference")
    assert (told["RecordingStatus"], told["RecordingDuration"], told["RecordingChannels"]) == (
        "completed",
        "42",
        "1",
    )
    assert "CallSid" not in told
    asked = urllib.request.Request(told["RecordingUrl"])
    asked.add_header("Authorization", "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode())
    with urllib.request.urlopen(asked) as sound, wave.open(io.BytesIO(sound.read())) as wav:
        assert wav.getnframes() / wav.getframerate() == 42
    recording = client.recordings(told["RecordingSid"]).fetch()
    assert (recording.conference_sid, recording.source) == (room.sid, "Conference")


def test_a_conference_of_one_and_one_that_nobody_wants_recorded_leave_nothing(
    phone, customer, emulator, world, exchange
):
    customer.answers("/voice", RECORDED)
    phone.dial("131").hang_up()
    first, _ = meet(phone, customer, emulator, "<Dial><Conference>meeting</Conference></Dial>")
    first.hang_up()
    assert world.settle()
    assert (customer.at("/recorded"), list(exchange.recordings)) == ([], [])


def heard(exchange, sid, second):
    """The loudest sample of a recording within this second."""
    with wave.open(io.BytesIO(exchange.recordings.media(sid))) as wav:
        wav.setpos(second * wav.getframerate())
        frames = wav.readframes(wav.getframerate())
    return max(
        abs(int.from_bytes(frames[at : at + 2], "little", signed=True)) for at in range(0, len(frames), 2)
    )


# "Update a Recording: pause, resume or stop"; "PauseBehavior: skip or silence, the default is silence"; "Twilio.CURRENT".
def test_a_paused_recording_is_silent_until_it_is_resumed(phone, customer, emulator, world, exchange, client):
    first, second = meet(phone, customer, emulator)
    (room,) = client.conferences.list(friendly_name="meeting", status="in-progress")
    running = client.conferences(room.sid).recordings
    (found,) = running.list()
    assert (found.status, found.conference_sid, found.duration) == ("in-progress", room.sid, None)
    first.wait(10)
    assert running("Twilio.CURRENT").update(status="paused").status == "paused"
    first.wait(5)
    assert running(found.sid).update(status="paused").sid == found.sid  # twice is once
    assert running("Twilio.CURRENT").fetch().status == "paused"
    first.wait(5)
    assert running(found.sid).update(status="in-progress").status == "in-progress"
    first.wait(10)
    second.hang_up()
    assert world.settle()
    (told,) = (w.form for w in customer.at("/recorded"))
    assert (told["RecordingSid"], told["RecordingDuration"]) == (found.sid, "30")
    assert [heard(exchange, found.sid, at) > 1000 for at in (0, 9, 10, 19, 20, 29)] == [1, 1, 0, 0, 1, 1]


def test_what_is_skipped_is_no_part_of_the_recording(phone, customer, emulator, world, exchange, client):
    first, second = meet(phone, customer, emulator)
    (room,) = client.conferences.list()
    running = client.conferences(room.sid).recordings("Twilio.CURRENT")
    first.wait(10)
    running.update(status="paused", pause_behavior="skip")
    first.wait(7)
    running.update(status="in-progress")
    first.wait(3)
    second.hang_up()
    assert world.settle()
    (kept,) = exchange.recordings
    assert kept.duration == 13
    assert all(heard(exchange, kept.sid, at) > 1000 for at in range(13))


def test_a_stopped_recording_is_whole_and_what_does_not_run_is_not_found(
    phone, customer, emulator, world, exchange, client
):
    first, second = meet(phone, customer, emulator)
    (room,) = client.conferences.list()
    running = client.conferences(room.sid).recordings
    with pytest.raises(TwilioRestException) as wrong:
        running("Twilio.CURRENT").update(status="completed")
    assert (wrong.value.status, wrong.value.code) == (400, 20001)
    first.wait(10)
    running("Twilio.CURRENT").update(status="stopped")
    first.wait(10)
    second.hang_up()
    assert world.settle()
    (told,) = (w.form for w in customer.at("/recorded"))
    assert told["RecordingDuration"] == "10"
    for sid in ("Twilio.CURRENT", told["RecordingSid"], "RE" + "5" * 32):
        with pytest.raises(TwilioRestException) as wrong:
            running(sid).update(status="paused")
        assert (wrong.value.status, wrong.value.code) == (404, 20404)
    assert [each.status for each in running.list()] == ["completed"]


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads take turns as often as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


# A caller who was called back and the colleague who takes over come to the room in the same moment: each once had one of its own.
def test_two_who_come_to_a_conference_in_the_same_moment_meet(
    emulator, customer, exchange, impatient_threads
):
    both = threading.Barrier(2)

    def page(_: object) -> str:
        both.wait(10)
        return "<Dial><Conference>meeting</Conference></Dial>"

    customer.answers("/voice", page)
    with ThreadPoolExecutor(2) as hands:
        for turn in range(30):
            numbers = (f"+62812000{turn:02}1", f"+62812000{turn:02}2")
            calls = list(hands.map(lambda number: Phone(emulator, number).dial("131"), numbers))
            assert [call.look().state for call in calls] == ["talking", "talking"], turn
            for call in calls:
                call.hang_up()
