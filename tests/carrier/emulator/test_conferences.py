"""<Conference record>, as twilio.com/docs/voice/twiml/conference has it: one recording of the whole room, told of by its Sid."""

from __future__ import annotations

import io
import urllib.request
import wave
from base64 import b64encode

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
