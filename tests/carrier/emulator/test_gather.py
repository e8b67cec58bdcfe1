"""<Gather> and what is heard, as twilio.com/docs/voice/twiml/gather has them."""

from __future__ import annotations

from twilio.request_validator import RequestValidator

from carrier.emulator.record import silence
from carrier.phone import Phone
from tests.carrier.emulator.conftest import ACCOUNT, TOKEN, Page

MENU = (
    '<Gather numDigits="1" action="/chosen?step=menu">'
    '<Say language="id-ID" voice="Google.id-ID-Standard-A">Tekan satu.</Say></Gather>'
    "<Redirect>/silent</Redirect>"
)


def _places(**countries: str) -> dict[str, str]:
    """FromCity, FromState, FromZip (empty) and FromCountry for each party."""
    empty = {f"{party}{name}": "" for party in countries for name in ("City", "State", "Zip")}
    return empty | {f"{party}Country": country for party, country in countries.items()}


def test_a_caller_hears_the_menu_and_is_asked(phone, customer):
    customer.answers("/voice", MENU)
    call = phone.dial("131")
    assert [(item.kind, item.text, item.language, item.voice) for item in call.heard] == [
        ("say", "Tekan satu.", "id-ID", "Google.id-ID-Standard-A")
    ]
    assert (call.state, call.status) == ("asking", "in-progress")
    assert call.documents == [f"<Response>{MENU}</Response>"]


# "CallSid, AccountSid, From, To, CallStatus, ApiVersion, Direction …": the fields of every voice request. The
# first request
# of an incoming call has the CallStatus "ringing".
def test_the_first_webhook_brings_twilios_fields_and_a_signature(phone, customer):
    customer.answers("/voice", MENU)
    call = phone.dial("131", CallerName="Siti")
    webhook = customer.asked[0]
    assert webhook.form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": call.sid,
        "CallStatus": "ringing",
        "Called": "+62131",
        "Caller": "+6281234567890",
        "CallerName": "Siti",
        "Direction": "inbound",
        "From": "+6281234567890",
        "To": "+62131",
        **_places(From="ID", To="ID", Caller="ID", Called="ID"),
    }
    assert webhook.headers["User-Agent"] == "TwilioProxy/1.1"
    assert RequestValidator(TOKEN).validate(webhook.url, webhook.form, webhook.headers["X-Twilio-Signature"])
    assert not RequestValidator("other").validate(
        webhook.url, webhook.form, webhook.headers["X-Twilio-Signature"]
    )


# "numDigits … Twilio submits the data to the action URL once the caller enters that number of digits."
def test_a_key_goes_to_the_action_with_the_query_signed(phone, customer):
    customer.answers("/voice", MENU)
    customer.answers("/chosen", "<Say>One.</Say><Hangup/>")
    call = phone.dial("131").press("1")
    webhook = customer.at("/chosen")[0]
    assert (webhook.form["Digits"], webhook.form["CallStatus"]) == ("1", "in-progress")
    assert webhook.url.endswith("/chosen?step=menu")
    assert RequestValidator(TOKEN).validate(webhook.url, webhook.form, webhook.headers["X-Twilio-Signature"])
    assert (call.said, call.state, call.status, call.ended_by) == ("One.", "ended", "completed", "carrier")


# "If the caller doesn't press any key before timeout, Twilio moves on to the next verb."
def test_silence_falls_through_to_the_next_verb(phone, customer):
    customer.answers("/voice", MENU)
    customer.answers("/silent", "<Say>Nothing heard.</Say><Hangup/>")
    call = phone.dial("131").silence()
    assert call.said == "Nothing heard."
    assert "Digits" not in customer.at("/silent")[0].form
    assert customer.at("/chosen") == []


# "finishOnKey … defaults to #. The key is not included in Digits." and timeout ends the input as well.
def test_the_finishing_key_ends_the_input_and_is_not_part_of_it(phone, customer):
    customer.answers("/voice", '<Gather action="/chosen"/><Redirect>/silent</Redirect>')
    customer.answers("/chosen", "<Hangup/>")
    phone.dial("131").press("120385#")
    assert customer.at("/chosen")[0].form["Digits"] == "120385"
    assert customer.at("/chosen")[0].form["FinishedOnKey"] == "#"


def test_keys_without_the_finishing_key_are_sent_when_the_timeout_passes(phone, customer):
    customer.answers("/voice", '<Gather action="/chosen" timeout="7"/><Redirect>/silent</Redirect>')
    customer.answers("/chosen", "<Hangup/>")
    call = phone.dial("131").press("12")
    assert (call.state, customer.at("/chosen")) == ("asking", [])
    call.silence()
    assert customer.at("/chosen")[0].form["Digits"] == "12"
    assert call.now == 7.0


def test_only_the_finishing_key_is_no_input(phone, customer):
    customer.answers("/voice", '<Gather action="/chosen"/><Redirect>/silent</Redirect>')
    customer.answers("/silent", "<Hangup/>")
    phone.dial("131").press("#")
    assert (len(customer.at("/silent")), len(customer.at("/chosen"))) == (1, 0)


# finishOnKey="": "Gather captures all key presses, none ends the input."
def test_an_empty_finishing_key_makes_the_hash_a_digit(phone, customer):
    customer.answers("/voice", '<Gather action="/chosen" finishOnKey="" numDigits="1"/>')
    customer.answers("/chosen", "<Hangup/>")
    phone.dial("131").press("#")
    assert customer.at("/chosen")[0].form["Digits"] == "#"


# "actionOnEmptyResult: forces <Gather> to send a webhook to the action URL even when there is no DTMF input."
def test_no_input_goes_to_the_action_when_it_is_forced_to(phone, customer):
    customer.answers(
        "/voice", '<Gather action="/chosen" actionOnEmptyResult="true"/><Redirect>/silent</Redirect>'
    )
    customer.answers("/chosen", "<Hangup/>")
    phone.dial("131").silence()
    assert customer.at("/chosen")[0].form["Digits"] == ""


# "action … default: current document URL", "method … default: POST".
def test_without_an_action_the_document_itself_is_asked_again(phone, customer):
    customer.answers(
        "/voice", lambda webhook: "<Hangup/>" if "Digits" in webhook.form else '<Gather numDigits="1"/>'
    )
    phone.dial("131").press("5")
    assert [webhook.form.get("Digits") for webhook in customer.at("/voice")] == [None, "5"]


def test_a_get_action_has_its_fields_in_the_query_and_signs_them_there(phone, customer):
    customer.answers("/voice", '<Gather numDigits="1" action="/chosen" method="GET"/>')
    customer.answers("/chosen", "<Hangup/>")
    phone.dial("131").press("5")
    webhook = customer.at("/chosen")[0]
    assert (webhook.method, webhook.form["Digits"]) == ("GET", "5")
    assert RequestValidator(TOKEN).validate(webhook.url, {}, webhook.headers["X-Twilio-Signature"])


# input="dtmf speech": "SpeechResult and Confidence"; keys win when they come first. Speech is not heard by
# dtmf only.
def test_speech_is_heard_only_where_speech_is_asked_for(phone, customer):
    customer.answers("/voice", '<Gather action="/chosen" input="dtmf speech" language="id-ID"/>')
    customer.answers("/chosen", '<Gather action="/keys" numDigits="1"/>')
    call = phone.dial("131").say("saldo saya", confidence=0.83)
    assert (customer.at("/chosen")[0].form["SpeechResult"], customer.at("/chosen")[0].form["Confidence"]) == (
        "saldo saya",
        "0.83",
    )
    assert call.say("satu").state == "asking"
    assert customer.at("/keys") == []


def test_keys_outside_of_a_gather_are_lost(phone, customer):
    customer.answers("/voice", '<Record action="/done" finishOnKey="#"/>')
    customer.answers("/done", "<Hangup/>")
    call = phone.dial("131").press("5")
    assert call.state == "recording"


def test_keys_pressed_one_after_the_other_go_to_what_is_asked_at_that_moment(phone, customer):
    customer.answers("/voice", '<Gather numDigits="1" action="/first"/>')
    customer.answers("/first", '<Say>Next.</Say><Gather numDigits="1" action="/second"/>')
    customer.answers("/second", "<Hangup/>")
    phone.dial("131").press("12")
    assert (customer.at("/first")[0].form["Digits"], customer.at("/second")[0].form["Digits"]) == ("1", "2")


# "timeout … restarts with each key": the clock of a stepped call is virtual, nothing sleeps.
def test_stepped_time_passes_without_sleeping(phone, customer):
    customer.pages["/a.wav"] = Page(silence(3.0), 200, "audio/wav")
    customer.answers("/voice", '<Play>/a.wav</Play><Pause length="600"/><Gather timeout="5"/><Hangup/>')
    call = phone.dial("131")
    assert (call.state, call.now) == ("asking", 603.0)
    assert call.wait(4).state == "asking"
    assert call.wait(1).state == "ended"
    assert call.now == 608.0


def test_a_document_that_only_redirects_to_itself_comes_to_rest(phone, customer):
    customer.answers("/voice", '<Pause length="1"/><Redirect/>')
    call = phone.dial("131")
    assert (call.state, len(customer.at("/voice"))) == ("waiting", 20)


def test_a_caller_in_real_time_presses_while_the_menu_is_still_spoken(emulator, customer):
    customer.answers("/voice", f'<Gather numDigits="1" action="/chosen"><Say>{"long " * 300}</Say></Gather>')
    customer.answers("/chosen", "<Say>Yes.</Say><Hangup/>")
    call = Phone(emulator, stepped=False).dial("131")
    assert call.state == "speaking"
    call.press("1").until("ended", seconds=5)
    assert customer.at("/chosen")[0].form["Digits"] == "1"
    assert call.transcript[-1].text == "Yes."


# <Play>: the sound is fetched, relative to the document; one that is not there is noticed and not heard.
def test_a_missing_prompt_is_an_alert_and_the_call_goes_on(phone, customer):
    customer.pages["/there.wav"] = Page(silence(2.5), 200, "audio/wav")
    customer.answers("/voice", "<Play>there.wav</Play><Play>missing.wav</Play><Record/>")
    call = phone.dial("131")
    assert [(item.kind, item.text) for item in call.heard][:-1] == [("play", f"{customer.url}/there.wav")]
    assert (call.state, call.now) == ("recording", 2.5)
    assert [(a["error_code"], a["request_url"]) for a in call.alerts] == [
        ("11200", f"{customer.url}/missing.wav")
    ]


# In real time too the timeout begins anew with every key: the time of the first key must not end the second's.
def test_in_real_time_every_key_begins_the_timeout_anew(emulator, customer):
    customer.answers("/voice", '<Gather action="/chosen" timeout="2"/>')
    customer.answers("/chosen", "<Hangup/>")
    call = Phone(emulator, stepped=False).dial("131")
    call.press("1").wait(1.2)
    call.press("2").wait(1.3)
    assert call.state == "asking"
    call.until("ended", seconds=5)
    assert customer.at("/chosen")[0].form["Digits"] == "12"


def test_silence_while_something_is_said_hears_it_out_first(emulator, customer):
    customer.answers(
        "/voice", f'<Say>{"long " * 300}</Say><Gather timeout="60"/><Say>Nothing.</Say><Pause length="9"/>'
    )
    call = Phone(emulator, stepped=False).dial("131")
    assert call.state == "speaking"
    assert call.silence().said == "Nothing."
