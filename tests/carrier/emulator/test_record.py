"""<Record>, as twilio.com/docs/voice/twiml/record has it."""

from __future__ import annotations

import io
import wave

from carrier.emulator.record import silence
from carrier.phone import Phone

TONE = silence(4.0)


def _length(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as sound:
        return sound.getnframes() / sound.getframerate()


# "RecordingUrl, RecordingDuration, Digits: the key (if any) pressed to end the recording or 'hangup'."
def test_a_message_ended_by_a_key_goes_to_the_action(phone, customer, exchange):
    customer.answers("/voice", '<Record action="/done" finishOnKey="#" recordingStatusCallback="/recorded"/>')
    customer.answers("/done", "<Say>Thank you.</Say>")
    call = phone.dial("131")
    assert (call.state, [item.kind for item in call.heard]) == ("recording", ["beep"])
    assert call.record(TONE, ended_by="#").said == "Thank you."
    form = customer.at("/done")[0].form
    assert (form["Digits"], form["RecordingDuration"]) == ("#", "4")
    assert (
        form["RecordingUrl"]
        == f"{exchange.api_url}/2010-04-01/Accounts/{exchange.account_sid}/Recordings/{form['RecordingSid']}"
    )
    assert _length(exchange.recordings.media(form["RecordingSid"])) == 4.0


# recordingStatusCallback: "RecordingStatus=completed, RecordingSource=RecordVerb, RecordingChannels, RecordingStartTime …"
def test_the_recording_status_callback_comes_with_its_fields(phone, customer, world):
    customer.answers("/voice", '<Record action="/done" recordingStatusCallback="/recorded"/>')
    customer.answers("/done", "<Hangup/>")
    call = phone.dial("131").record(TONE)
    assert world.settle()
    form = customer.at("/recorded")[0].form
    assert (form["CallSid"], form["RecordingStatus"], form["RecordingSource"]) == (
        call.sid,
        "completed",
        "RecordVerb",
    )
    assert (form["RecordingDuration"], form["RecordingChannels"], form["RecordingTrack"]) == (
        "4",
        "1",
        "both",
    )


# "If Twilio receives an empty recording, it will not make a request to the action URL … continues with the next verb."
def test_silence_is_no_recording_and_the_next_verb_follows(phone, customer, exchange):
    customer.answers("/voice", '<Record action="/done"/><Say>I did not receive a recording.</Say>')
    call = phone.dial("131").silence()
    assert (call.said, call.state) == ("I did not receive a recording.", "ended")
    assert (customer.at("/done"), list(exchange.recordings)) == ([], [])


def test_a_hang_up_while_recording_still_yields_the_recording(phone, customer, world):
    customer.answers("/voice", '<Record action="/done" recordingStatusCallback="/recorded"/>')
    customer.answers("/done", "<Hangup/>")
    call = phone.dial("131").record(TONE, ended_by="hangup")
    assert world.settle()
    assert (call.state, call.ended_by) == ("ended", "caller")
    form = customer.at("/done")[0].form
    assert (form["Digits"], form["CallStatus"], form["RecordingDuration"]) == ("hangup", "completed", "4")
    assert customer.at("/recorded")[0].form["RecordingStatus"] == "completed"


def test_a_caller_who_hangs_up_without_a_word_leaves_a_short_recording(phone, customer, world):
    customer.answers("/voice", '<Record action="/done" recordingStatusCallback="/recorded"/>')
    phone.dial("131").hang_up()
    assert world.settle()
    assert customer.at("/recorded")[0].form["RecordingDuration"] == "1"


# "finishOnKey: the default is 1234567890*#, any key ends the recording … and is submitted as Digits."
def test_any_key_ends_a_recording_at_once_and_comes_with_the_action(phone, customer):
    customer.answers("/voice", '<Record action="/done" maxLength="4" timeout="2" trim="do-not-trim"/>')
    customer.answers("/done", "<Hangup/>")
    call = phone.dial("131").press("7")
    assert call.state == "ended" and call.alerts == []
    form = customer.at("/done")[0].form
    assert (form["Digits"], form["RecordingDuration"]) == ("7", "1")


# "maxLength: the maximum length for the recording in seconds."
def test_a_recording_is_cut_at_its_greatest_length(phone, customer, exchange):
    customer.answers("/voice", '<Record action="/done" maxLength="3"/>')
    customer.answers("/done", "<Hangup/>")
    phone.dial("131").record(TONE)
    form = customer.at("/done")[0].form
    assert form["RecordingDuration"] == "3"
    assert _length(exchange.recordings.media(form["RecordingSid"])) == 3.0


def test_in_real_time_a_recording_ends_at_its_greatest_length_whatever_silence_follows(emulator, customer):
    customer.answers("/voice", '<Record action="/done" maxLength="2" timeout="600"/>')
    customer.answers("/done", "<Hangup/>")
    call = Phone(emulator, stepped=False).dial("131").until("recording")
    call.record(silence(0.5)).until("ended", seconds=60)
    assert customer.at("/done")[0].form["RecordingDuration"] in ("0", "1")


def test_in_real_time_a_clip_is_spoken_after_the_words_and_the_second_for_keys(emulator, customer):
    customer.answers(
        "/voice",
        '<Gather timeout="1"><Say>Speak.</Say></Gather><Record action="/done" maxLength="4" timeout="1"/>',
    )
    customer.answers("/done", "<Say>Thank you.</Say>")
    call = Phone(emulator, stepped=False).dial("131").speak(silence(0.6))
    assert [item.kind for item in call.heard] == ["beep"] or call.heard[0].text == "Speak."
    call.until("ended", seconds=60)
    assert customer.at("/done")[0].form["RecordingDuration"] == "1"


# "If no action is provided, Twilio will request the current document's URL": a loop for who does not expect it.
def test_without_an_action_the_current_document_is_asked_again(phone, customer):
    customer.answers("/voice", lambda w: "<Hangup/>" if "RecordingUrl" in w.form else "<Record/>")
    phone.dial("131").record(TONE)
    assert len(customer.at("/voice")) == 2


def test_recordings_are_still_there_after_a_restart(phone, customer, exchange, tmp_path):
    from carrier.emulator.exchange import Exchange

    customer.answers("/voice", '<Record action="/done"/>')
    customer.answers("/done", "<Hangup/>")
    phone.dial("131").record(TONE)
    again = Exchange(exchange.account_sid, exchange.auth_token, tmp_path / "state", "http://elsewhere")
    assert [recording.duration for recording in again.recordings] == [4]
