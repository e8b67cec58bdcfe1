"""What a telephone on a page needs of the carrier: a voice of its own, a microphone, a way to be gone."""

from __future__ import annotations

import time

import pytest

from carrier.emulator.record import silence
from carrier.phone import Call, NotThere, Phone, PhoneError
from tests.carrier.emulator.conftest import Page

SECONDS = 30.0  # that anything may take on a machine that others use, too


@pytest.fixture
def live(emulator) -> Phone:
    return Phone(emulator, stepped=False)


def test_the_telephones_own_voice_says_how_long_it_speaks(live, customer):
    words = "long " * 200  # 67 s at the carrier's pace
    customer.answers("/voice", f"<Say>{words}</Say><Say>The end.</Say>")
    call = live.dial("131").lasts(0, 0.05).until("ended", seconds=SECONDS)
    assert call.transcript[-1].text == "The end."


def test_a_short_word_waits_until_its_telephone_has_told_how_long_it_takes(emulator, customer):
    customer.answers("/voice", "<Say>Yes.</Say><Say>No.</Say>")  # 0.3 s and 0.2 s at the carrier's pace
    call = Phone(emulator, stepped=False, own_voice=True).dial("131")
    while call.look().now < 0.6:
        pass
    assert len(call.transcript) == 1 or call.now > 2, "two seconds are its telephone's"
    told = call.lasts(0, 0.0).now
    while len(call.look().transcript) < 2:
        pass
    assert call.transcript[1].at < 2 or told > 1.5
    call.lasts(1, 0.0).until("ended", seconds=SECONDS)


def test_a_length_of_something_that_is_over_changes_nothing(live, customer):
    customer.answers("/voice", "<Say>First.</Say><Gather><Say>" + "long " * 60 + "</Say></Gather>")
    call = live.dial("131").lasts(0, 0.0)
    while len(call.transcript) < 2:
        call.look()
    call.lasts(0, 0.0).lasts(5, 0.0)
    assert call.look().state == "speaking"
    with pytest.raises(PhoneError, match="from 0 to 600"):
        call.lasts(1, 1e9)


def test_who_speaks_is_not_cut_off_by_the_silence_that_ends_a_recording(live, customer, exchange):
    customer.answers("/voice", '<Record action="/done" timeout="2" maxLength="30"/>')
    customer.answers("/done", "<Say>Thank you.</Say>")
    call = live.dial("131").until("recording")
    assert call.longest == 30
    begun = time.monotonic()
    while time.monotonic() < begun + 2.5:
        assert call.speaking().state == "recording"
        time.sleep(0.05)
    spoken = time.monotonic()
    call.spoke(silence(20.0)).until("ended", seconds=SECONDS)
    form = customer.at("/done")[0].form
    assert (form["RecordingDuration"], form["Digits"]) == ("20", "")
    assert time.monotonic() < spoken + 15, "what was spoken already is not waited for again"


def test_who_falls_silent_while_nothing_was_sent_has_recorded_nothing(live, customer):
    customer.answers("/voice", '<Record action="/done" timeout="1"/><Say>Nothing.</Say>')
    call = live.dial("131").until("recording").speaking().until("ended", seconds=SECONDS)
    assert (call.transcript[-1].text, customer.at("/done")) == ("Nothing.", [])


def test_a_recorded_prompt_is_handed_over_as_it_was_fetched(live, customer):
    sound = silence(0.1)
    customer.answers("/voice", "<Play>/salam.wav</Play><Say>Hello.</Say><Gather/>")
    customer.pages["/salam.wav"] = Page(sound, content_type="audio/wav")
    call = live.dial("131").until("asking")
    assert call.sound(0) == sound
    assert len(customer.at("/salam.wav")) == 1, "it is not fetched once more to be heard"
    for item in (1, 7):
        with pytest.raises(NotThere, match="heard no sound"):
            call.sound(item)


def test_a_call_goes_on_for_who_has_heard_a_part_of_it(live, customer):
    customer.answers("/voice", "<Gather numDigits='1' timeout='60' action='/voice'><Say>One.</Say></Gather>")
    call = live.dial("131").until("asking")
    again = Call.resumed(live.line, call.sid, known=1)
    assert again.transcript == []
    assert [item.text for item in again.press("1").transcript] == ["One."]
    assert [item.text for item in Call.resumed(live.line, call.sid, known=0).transcript] == ["One.", "One."]
    with pytest.raises(NotThere):
        Call.resumed(live.line, "CA" + "0" * 32)


def test_a_telephone_that_nobody_looks_at_any_more_hangs_up(live, customer):
    customer.answers("/voice", '<Gather timeout="60"/>')
    sid = live.dial("131").sid
    begun = time.monotonic()
    while time.monotonic() < begun + 2.2:
        assert Call.resumed(live.line, sid, lease=1.5).state != "ended", "somebody looks"
        time.sleep(0.05)
    assert Call.resumed(live.line, sid).until("ended", seconds=SECONDS).ended_by == "caller"
    with pytest.raises(PhoneError, match="lease"):
        Call.resumed(live.line, sid, lease=0)
