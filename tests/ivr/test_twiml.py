"""Every element we write, held against Twilio's rules for it. The rule stands above each test, in short, with its page."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from engine.session import Session
from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitReturn,
    AwaitTalk,
    Choose,
    Ended,
    LookUp,
    Music,
    Rescue,
    Speak,
    Turn,
    Wait,
)
from ivr import twiml
from ivr.emergency import Emergency
from tests.engine.talk import HEAD, Talk, flow

VOICES = {"id": "Google.id-ID-Wavenet-A", "en": "Google.en-US-Neural2-F"}
BASE = "https://ivr.example.go.id"
DESK = twiml.Desk(
    url=lambda heard: f"{BASE}/ivr/calls/CA1/turns/3?heard={heard}&k=0123456789abcdef",
    voices=VOICES,
    recorded=lambda step, language: None,
    music=f"{BASE}/ivr/music/waiting.wav",
    recordings=f"{BASE}/ivr/recordings",
    choices=f"{BASE}/ivr/recordings/choices",
    legs=f"{BASE}/ivr/legs",
)
EMERGENCY = Emergency(BASE, ("+628115550101", "+628115550102"), 3600)
HELLO = Speak("Selamat datang.", "id", "salam")
MENU = AwaitKeys(1, "", 5, options=("1", "2"), words=("ya", "tidak"))
WAITS: list[Wait] = [
    MENU,
    AwaitKeys(0, "#", 10, answer="ticket"),
    AwaitChoice(5, ("1", "2")),
    AwaitPerson(30, ("1",)),
    AwaitRecording(120, 5),
    AwaitDial("+62211500000", 20, 600),
    AwaitTalk("room-1"),
    AwaitReturn(10),
    AwaitAnswer(LookUp("kurs", {})),
    AwaitAnswer(Choose("RE1", {"1": ("satu",)}), 4),
    Ended("goodbye"),
    Rescue("a loop"),
]


def rendered(wait: Wait, *prompts: Speak | Music, desk: twiml.Desk = DESK, language: str = "id") -> str:
    turn = Turn(Session("voice", language), prompts, wait)
    return twiml.render(turn, desk, lambda spoken: EMERGENCY.verbs(spoken, VOICES))


def verbs(xml: str) -> list[ET.Element]:
    return list(ET.fromstring(xml))


def only(xml: str, tag: str) -> ET.Element:
    (found,) = ET.fromstring(xml).iter(tag)
    return found


def said(xml: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(xml).iter("Say")]


# --- characters ---
# Error 12100: a document that cannot be parsed as XML ends the call with "an application error has occurred".
# twilio.com/docs/api/errors/12100


@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: type(wait).__name__)
def test_every_kind_of_turn_passes_the_vendors_lists(wait, twiml_lint):
    assert twiml_lint(rendered(wait, HELLO)) == []


def test_marks_of_xml_are_heard_as_they_were_written():
    words = "Wati & <Budi> \"dan\" 'Ani' ]]> &amp;"
    assert said(rendered(Ended("goodbye"), Speak(words, "id"))) == [words]


def test_marks_of_xml_stay_in_their_attribute():
    nasty = "https://x/?a=1&b=\"><Dial>+1</Dial><'"
    xml = rendered(MENU, HELLO, desk=replace(DESK, url=lambda heard: nasty))
    assert only(xml, "Gather").get("action") == nasty
    assert [verb.tag for verb in verbs(xml)] == ["Gather", "Redirect"]
    assert only(xml, "Redirect").text == nasty


# XML 1.0, section 2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]. Nothing else may stand in a
# document, not even as a character reference.
@pytest.mark.parametrize(
    "points", [range(0x20), range(0xD800, 0xE000), (0xFFFE, 0xFFFF), (0x7F, 0x85, 0x2028, 0x10FFFF, 0x1F600)]
)
def test_what_xml_cannot_hold_is_dropped_and_all_else_is_kept(points):
    for point in points:
        held = (
            point in (0x9, 0xA, 0xD) or 0x20 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or point > 0xFFFF
        )
        (heard,) = said(rendered(Ended("goodbye"), Speak(f"a{chr(point)}b", "id")))
        # A parser reads a carriage return as a line feed (XML 1.0, 2.11).
        assert heard == (f"a{chr(point)}b".replace("\r", "\n") if held else "ab"), hex(point)


def test_what_xml_cannot_hold_is_dropped_from_attributes_and_rooms_too():
    xml = rendered(
        AwaitTalk("r\x00oom\ud800"), HELLO, desk=replace(DESK, url=lambda heard: "https://x/\x1b\uffff")
    )
    assert only(xml, "Conference").text == "room" and only(xml, "Dial").get("action") == "https://x/"


def test_words_of_nothing_but_such_characters_make_no_empty_say(twiml_lint):
    assert twiml_lint(rendered(Ended("goodbye"), Speak("\x00\x1b \t", "id"), HELLO)) == []


# --- how much ---
# Error 13521: a Say takes at most 4,096 characters, with Polly's voices 3,000, with Google's 5,000. twilio.com/docs/api/errors/13521


@pytest.mark.parametrize("length", [2_999, 3_000, 3_001, 9_000, 20_000])
def test_no_say_holds_more_than_three_thousand_characters_and_no_word_is_lost(length):
    words = ("Uang rusak diganti. Bawa ke bank & minta ganti " * 500)[:length].strip()
    heard = said(rendered(MENU, Speak(words, "id")))
    assert max(map(len, heard)) <= 3_000
    assert " ".join(heard).split() == words.split()
    assert len(heard) == 1 or all(piece.endswith(".") for piece in heard[:-1])  # cut where a speaker breathes


def test_a_word_without_an_end_is_cut_all_the_same():
    heard = said(rendered(MENU, Speak("x" * 7_000, "id")))
    assert [len(piece) for piece in heard] == [3_000, 3_000, 1_000]


# Error 11750: the answer to a webhook is at most 64 kB. twilio.com/docs/api/errors/11750
@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: type(wait).__name__)
@pytest.mark.parametrize(
    ("letter", "times"), [("a", 2_000), ('"', 2_000), ("\u4e00", 700), ("\U0001f600", 500)]
)  # the last two are more than 64,000 bytes only once they are written as UTF-8
def test_too_much_to_hear_is_begun_and_the_call_goes_on(wait, letter, times, twiml_lint):
    begin = Speak("Ini awalnya.", "id")
    whole = rendered(wait, begin)
    xml = rendered(wait, begin, Speak(f"{letter * 50} kata. " * times, "id"))
    assert len(xml.encode()) <= 64_000 and twiml_lint(xml) == []
    assert said(xml)[0] == "Ini awalnya." and len(xml.encode()) > 40_000  # not thrown away: as much as fits
    assert [verb.tag for verb in verbs(xml) if verb.tag != "Say"] == [
        verb.tag for verb in verbs(whole) if verb.tag != "Say"
    ]


# --- Gather ---
# "If timeout is reached before the caller enters any digits, or if the caller enters the finishOnKey before entering any other digits,
# no request is made to the action; processing goes on with the verb behind the Gather." twilio.com/docs/voice/twiml/gather#action
@pytest.mark.parametrize("wait", [MENU, AwaitKeys(0, "#", 10, answer="npwp"), AwaitPerson(30)])
def test_behind_every_gather_stands_a_redirect_that_tells_of_the_silence(wait):
    gather, redirect = verbs(rendered(wait, HELLO))
    assert (gather.tag, redirect.tag) == ("Gather", "Redirect")
    told = "tick" if isinstance(wait, AwaitPerson) else "silence"
    assert (gather.get("action"), redirect.text) == (DESK.url("keys"), DESK.url(told))
    assert gather.get("method") == redirect.get("method") == "POST"


# "You can nest Say, Play and Pause in a Gather: the caller may press a key while they are heard." (#nest-other-verbs)
def test_the_question_is_inside_the_gather_so_that_a_key_may_come_at_once():
    gather, _ = verbs(rendered(MENU, HELLO, Speak("Tekan 1.", "id")))
    assert [inner.tag for inner in gather] == ["Say", "Say"]


# "finishOnKey: 0-9, #, *, and '' (the empty string). Default #. With the empty string all digits are input and the Gather ends
# by numDigits or timeout." (#finishonkey)
def test_a_menu_takes_hash_and_star_as_keys():
    gather = only(rendered(MENU, HELLO), "Gather")
    assert (gather.get("finishOnKey"), gather.get("numDigits")) == ("", "1")


def test_a_value_is_ended_by_hash_and_by_no_number_of_digits():
    gather = only(rendered(AwaitKeys(0, "#", 10, answer="npwp"), HELLO), "Gather")
    assert (gather.get("finishOnKey"), gather.get("numDigits"), gather.get("timeout")) == ("#", None, "10")


# "timeout: seconds, a positive integer; default 5." A written 0 would be no time at all.
def test_a_question_without_seconds_waits_for_five():
    assert only(rendered(AwaitKeys(1, "", 0), HELLO), "Gather").get("timeout") == "5"


# "input: dtmf (the default), speech, or dtmf speech." Speech is sent to the carrier's recognition: only where that was allowed, and
# only where words mean something. "language: BCP-47 tag, default en-US." (#languagetags)
def test_speech_is_heard_only_where_it_is_allowed_and_in_the_callers_language(twiml_lint):
    assert only(rendered(MENU, HELLO), "Gather").get("input") == "dtmf"
    allowed = replace(DESK, speech=True)
    digits = only(rendered(AwaitKeys(0, "#", 10), HELLO, desk=allowed), "Gather")
    assert (digits.get("input"), digits.get("language"), digits.get("hints")) == ("dtmf", None, None)
    for language, tag in (("id", "id-ID"), ("en", "en-US")):
        xml = rendered(MENU, HELLO, desk=allowed, language=language)
        gather = only(xml, "Gather")
        assert (gather.get("input"), gather.get("language")) == ("dtmf speech", tag)
        assert (gather.get("speechTimeout"), gather.get("hints")) == ("auto", "ya,tidak")
        assert twiml_lint(xml) == []


# --- a spoken choice ---
# Gather: keys interrupt what is heard inside it. Record: "finishOnKey: any digit; Digits: the key pressed to end the recording";
# "trim: default trim-silence"; "maxLength: greater than 1"; an empty recording asks no action, the next verb follows.
def test_a_choice_is_keyed_at_any_time_and_spoken_after_the_tone():
    words, record, rest, redirect = verbs(rendered(AwaitChoice(5, ("1", "2")), HELLO))
    assert (words.tag, record.tag, rest.tag, redirect.tag) == ("Gather", "Record", "Gather", "Redirect")
    key = {
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "action": DESK.url("keys"),
        "method": "POST",
    }
    assert words.attrib == {**key, "timeout": "1"} and [each.tag for each in words] == ["Say"]
    assert rest.attrib == {**key, "timeout": "2"} and not list(rest)
    assert record.attrib == {
        "action": DESK.url("spoken"),
        "method": "POST",
        "maxLength": "4",
        "timeout": "2",
        "finishOnKey": "1234567890*#",
        "playBeep": "true",
        "trim": "do-not-trim",
        "recordingStatusCallback": DESK.choices,
        "recordingStatusCallbackEvent": "completed",
    }
    assert redirect.text == DESK.url("silence")


def test_all_the_seconds_that_a_menu_gives_are_given_where_it_may_be_spoken_to():
    for seconds, least in ((5, 5), (10, 10), (1, 4)):
        words, record, rest, _ = verbs(rendered(AwaitChoice(seconds, ("1",)), HELLO))
        assert sum(int(each.get("timeout")) for each in (words, record, rest)) == least


def test_keys_work_while_somebody_listens_to_what_was_said():
    gather, redirect = verbs(rendered(AwaitAnswer(Choose("RE1", {"1": ("satu",)}), 4), HELLO))
    assert (gather.tag, gather.get("timeout"), gather.get("numDigits")) == ("Gather", "1", "1")
    assert gather.get("action") == DESK.url("keys") and redirect.text == DESK.url("tick")


# --- Record ---
# "maxLength: seconds; timeout: seconds of silence that end it; finishOnKey: default 1234567890*#; playBeep: default true;
# recordingStatusCallbackEvent: in-progress, completed, absent, default completed." twilio.com/docs/voice/twiml/record
# "Record has no action when nothing was recorded: the verb behind it follows."
def test_a_message_has_its_tone_its_limits_and_tells_us_when_it_is_kept_or_empty():
    words, record, redirect = verbs(rendered(AwaitRecording(90, 4), HELLO))
    assert (words.tag, record.tag, redirect.tag) == ("Say", "Record", "Redirect")
    assert record.attrib == {
        "action": DESK.url("recording"),
        "method": "POST",
        "maxLength": "90",
        "timeout": "4",
        "finishOnKey": "#",
        "playBeep": "true",
        "recordingStatusCallback": DESK.recordings,
        "recordingStatusCallbackEvent": "completed absent",
    }
    assert redirect.text == DESK.url("silence")


# --- Dial ---
# "timeLimit: the longest talk in seconds; default four hours. timeout: seconds of ringing, default 30. callerId: must be a number
# of ours, by default the caller's. action: asked when the dialled call ends." twilio.com/docs/voice/twiml/dial
@pytest.mark.parametrize(("wished", "limit"), [(600, "600"), (3_600, "3600"), (14_400, "3600")])
def test_nobody_talks_longer_at_our_cost_than_the_house_allows(wished, limit):
    dial = only(rendered(AwaitDial("+62211500000", 20, wished), HELLO), "Dial")
    assert dial.get("timeLimit") == limit


def test_an_outside_number_is_rung_and_its_end_is_told():
    xml = rendered(AwaitDial("+62211500000", 20, 600), HELLO, desk=replace(DESK, caller_id="+6221131"))
    dial, number = only(xml, "Dial"), only(xml, "Number")
    assert (dial.get("timeout"), dial.get("callerId"), dial.get("action")) == (
        "20",
        "+6221131",
        DESK.url("dial"),
    )
    assert number.text == "+62211500000" and number.get("statusCallback") == DESK.legs
    assert verbs(xml)[-1].tag == "Dial"  # with an action nothing behind it is ever reached


# "endConferenceOnExit: default false; beep: true, false, onEnter, onExit, default true." twilio.com/docs/voice/twiml/conference
def test_a_talk_is_a_room_without_beeps_that_closes_behind_the_caller():
    xml = rendered(AwaitTalk("room-1"), HELLO)
    room = only(xml, "Conference")
    assert (room.text, room.attrib) == ("room-1", {"beep": "false", "endConferenceOnExit": "true"})
    assert only(xml, "Dial").get("timeLimit") == "3600" and only(xml, "Dial").get("action") == DESK.url(
        "dial"
    )


# --- Play, Say ---
# "loop: default 1; 0 loops until the call ends." twilio.com/docs/voice/twiml/play
@pytest.mark.parametrize(("seconds", "times"), [(0, "1"), (1, "1"), (10, "1"), (11, "2"), (30, "3")])
def test_music_plays_about_as_long_as_the_wait_and_never_for_ever(seconds, times):
    assert only(rendered(AwaitPerson(seconds), Music(seconds)), "Play").get("loop") == times


# "voice: Polly.*, Google.*, man, woman, alice. language: a tag that the voice speaks." twilio.com/docs/voice/twiml/say/text-speech
@pytest.mark.parametrize(
    ("language", "voices", "expected"),
    [
        ("id", VOICES, ("id-ID", "Google.id-ID-Wavenet-A")),
        ("en", VOICES, ("en-US", "Google.en-US-Neural2-F")),
        ("en", {"en": "Google.en-GB-Neural2-A"}, ("en-GB", "Google.en-GB-Neural2-A")),
        ("en", {"en": "Polly.Joanna"}, ("en-US", "Polly.Joanna")),
        ("id", {}, ("id-ID", None)),
    ],
)
def test_each_language_has_its_voice_and_the_voice_its_tag(language, voices, expected):
    words = only(
        rendered(Ended("goodbye"), Speak("Halo", language), desk=replace(DESK, voices=voices)), "Say"
    )
    assert (words.get("language"), words.get("voice")) == expected


def test_two_languages_in_one_turn_keep_their_voices():
    xml = rendered(MENU, Speak("Tekan satu.", "id"), Speak("Press two.", "en"))
    assert [word.get("language") for word in ET.fromstring(xml).iter("Say")] == ["id-ID", "en-US"]


# --- recordings instead of the voice ---

SPOKEN = """
awal:
  menu: {id: "Sisa {saldo:rupiah}. Tekan 1.", en: "Balance {saldo:rupiah}. Press 1."}
  keys: {"1": tutup}
  silence: {tries: 2, then: tutup, say: {id: "Kami belum mendengar Anda.", en: "We have not heard you."}}
  no_match: {tries: 2, then: tutup}
tutup: {end: {id: "Terima kasih.", en: "Thank you."}}
"""


def recordings(*there: tuple[str, str]) -> twiml.Desk:
    return replace(
        DESK,
        recorded=lambda step, language: (
            f"{BASE}/p/{language}/{step}.wav" if (step, language) in there else None
        ),
    )


def test_a_recording_of_the_step_in_this_language_is_played_instead():
    desk = recordings(("salam", "id"), ("menu", "en"))
    xml = rendered(MENU, HELLO, Speak("Tekan 1.", "id", "menu"), Speak("Press 1.", "en", "menu"), desk=desk)
    gather = verbs(xml)[0]
    assert [(inner.tag, inner.text) for inner in gather] == [
        ("Play", f"{BASE}/p/id/salam.wav"),
        ("Say", "Tekan 1."),
        ("Play", f"{BASE}/p/en/menu.wav"),
    ]


def test_words_that_hold_a_value_are_never_replaced_by_a_recording():
    head = 'values: {saldo: "250000"}\n' + HEAD
    talk = Talk(flow(SPOKEN, head=head))
    talk.begins()
    assert talk.turn is not None
    asked: list[str] = []
    desk = replace(DESK, recorded=lambda step, language: asked.append(step) or f"{BASE}/{step}.wav")  # type: ignore[func-returns-value]
    xml = twiml.render(talk.turn, desk, lambda language: "")
    assert asked == [] and "Play" not in xml and re.search(r"Sisa .*rupiah\. Tekan 1", " ".join(said(xml)))


def test_words_without_a_value_ask_for_the_recording_of_their_step():
    talk = Talk(flow('awal: {end: {id: "Terima kasih.", en: "Thank you."}}'))
    talk.begins()
    assert talk.turn is not None
    xml = twiml.render(talk.turn, recordings(("awal", "id")), lambda language: "")
    assert [(verb.tag, verb.text) for verb in verbs(xml)] == [
        ("Play", f"{BASE}/p/id/awal.wav"),
        ("Hangup", None),
    ]


# --- the end, and the emergency ---
# "Behind Hangup, Redirect and Reject nothing is reached." twilio.com/docs/voice/twiml/hangup


def test_a_call_ends_after_the_words_and_not_before():
    assert [verb.tag for verb in verbs(rendered(Ended("goodbye"), HELLO))] == ["Say", "Hangup"]


def test_a_flow_that_is_lost_apologises_in_the_callers_language_and_rings_the_agents_together():
    for language, words in (("id", "Mohon maaf"), ("en", "Sorry")):
        xml = rendered(Rescue("a loop"), language=language)
        assert words in said(xml)[0]
        assert [number.text for number in only(xml, "Dial")] == ["+628115550101", "+628115550102"]
        assert only(xml, "Dial").get("timeLimit") == "3600"


def test_without_agents_the_apology_leads_to_the_message():
    alone = Emergency(BASE, (), 3600)
    assert [verb.tag for verb in verbs(alone.answer("id"))] == ["Say", "Redirect"]
    after = verbs(alone.after_agents("id", "no-answer"))
    assert [verb.tag for verb in after] == ["Say", "Record", "Redirect"]


def test_the_emergencys_documents_pass_the_vendors_lists(twiml_lint):
    for language in ("id", "en", "jv"):
        for emergency in (EMERGENCY, Emergency(BASE, (), 3600)):
            answers = [
                emergency.answer(language),
                emergency.after_agents(language, "busy"),
                emergency.after_agents(language, "completed"),
                emergency.thanks(language),
                emergency.not_in_service(language),
            ]
            assert [fault for answer in answers for fault in twiml_lint(answer)] == []


def test_a_waiting_caller_hears_something_while_the_house_looks():
    words, pause, redirect = verbs(rendered(AwaitAnswer(LookUp("kurs", {})), Speak("Mohon menunggu.", "id")))
    assert (words.tag, pause.get("length"), redirect.text) == ("Say", "1", DESK.url("tick"))


# "record: do-not-record (default) or record-from-start." twilio.com/docs/voice/twiml/conference
def test_a_talk_is_recorded_only_when_the_contact_has_heard_that_it_is():
    desk = replace(DESK, talks=f"{BASE}/ivr/talks/CA1")
    silent = only(rendered(AwaitTalk("room-1"), desk=desk), "Conference")
    told = only(rendered(AwaitTalk("room-1", recorded=True), desk=desk), "Conference")
    assert silent.get("record") is None and silent.get("recordingStatusCallback") is None
    assert told.get("record") == "record-from-start"
    assert told.get("recordingStatusCallback") == f"{BASE}/ivr/talks/CA1"


def test_a_contact_on_hold_hears_music_and_asks_again():
    play, redirect = verbs(rendered(AwaitReturn(10), Music(10)))
    assert (play.tag, redirect.tag) == ("Play", "Redirect") and redirect.text == DESK.url("tick")
