"""What goes wrong: documents, connections, and faults on demand. Numbers from twilio.com/docs/api/errors."""

from __future__ import annotations

import time

import pytest

from tests.carrier.emulator.conftest import Page

APOLOGY = "An application error has occurred"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page("<Response><Say>", 200), "12100"),
        (Page("<Answer/>", 200), "12100"),
        (Page("", 200), "12100"),
        (Page("{}", 200, "application/json"), "12300"),
        (Page("<Response/>", 500), "11200"),
        (Page("<Response/>", 403), "11200"),
        (Page(f"<Response><!--{'x' * 70_000}--></Response>"), "11750"),
        (Page(f"<Response><Say>{'x' * 4097}</Say></Response>"), "13521"),
        (Page("<Response><Dial>nobody</Dial></Response>"), "13223"),
    ],
)
def test_a_faulty_document_leads_to_the_fallback_url_with_its_error(phone, customer, page, code):
    customer.pages["/voice"] = page
    customer.answers("/fallback", "<Say>Sorry.</Say>")
    call = phone.dial("131")
    assert call.said == "Sorry."
    form = customer.at("/fallback")[0].form
    assert (form["ErrorCode"], form["ErrorUrl"]) == (code, f"{customer.url}/voice")
    assert [alert["error_code"] for alert in call.alerts] == [code]


def test_when_the_fallback_is_faulty_too_the_caller_hears_the_carrier(phone, customer, world):
    customer.pages["/fallback"] = Page("no", 500)
    call = phone.dial("131")
    assert APOLOGY in call.said
    assert (call.heard[-1].kind, call.state) == ("carrier", "ended")
    assert [alert["error_code"] for alert in world.alerts()] == ["11200", "11200"]


# 12200 is a warning of the schema: what is not known is passed by, the rest is done.
@pytest.mark.parametrize(
    "wrong",
    [
        "<Shout>x</Shout>",
        '<Say loud="yes">Hello.</Say>',
        '<Gather numDigits="x"/>',
        "<Gather><Dial/></Gather>",
    ],
)
def test_what_twiml_does_not_know_is_a_warning_and_passed_by(phone, customer, wrong):
    customer.answers("/voice", f"{wrong}<Say>On.</Say>")
    call = phone.dial("131").silence()
    assert call.transcript[-1].text == "On."
    assert {(alert["error_code"], alert["log_level"]) for alert in call.alerts} == {("12200", "warning")}


# "text/plain: Twilio reads the content of the text out loud to the caller, and then hangs up."
def test_plain_text_is_read_aloud(phone, customer):
    customer.pages["/voice"] = Page("Hello there.", 200, "text/plain")
    assert phone.dial("131").said == "Hello there."


def test_redirects_of_http_are_followed(phone, customer):
    customer.pages["/voice"] = Page("", 307, headers=(("Location", "/moved"),))
    customer.answers("/moved", "<Say>Here.</Say>")
    assert phone.dial("131").said == "Here."
    assert customer.at("/moved")[0].form["Direction"] == "inbound"


# Connection overrides: rc retries for the failures in rp; the fragment is neither sent nor signed.
def test_overrides_ask_for_retries_with_one_idempotency_token(phone, customer, exchange):
    number = exchange.numbers.find("131")
    number.voice_url = f"{customer.url}/voice#rc=2&rp=5xx"
    customer.pages["/voice"] = Page(lambda w: "<Response><Say>Third.</Say></Response>", 200)
    failing = Page("busy", 503)
    pages = [failing, failing, customer.pages["/voice"]]

    class Turns(dict):
        def get(self, path, default=None):
            return pages.pop(0) if path == "/voice" else dict.get(self, path, default)

    customer.pages = Turns()
    assert phone.dial("131").said == "Third."
    tokens = [w.headers["I-Twilio-Idempotency-Token"] for w in customer.at("/voice")]
    assert (len(tokens), len(set(tokens))) == (3, 1)
    assert "#" not in customer.asked[0].url


def test_a_read_timeout_of_the_overrides_leads_to_the_fallback(phone, customer, exchange):
    exchange.numbers.find("131").voice_url = f"{customer.url}/voice#rt=200&rc=0"
    customer.answers("/voice", lambda w: time.sleep(3) or "<Say>Late.</Say>")
    customer.answers("/fallback", "<Say>Sorry.</Say>")
    begun = time.monotonic()
    assert phone.dial("131").said == "Sorry."
    assert time.monotonic() - begun < 2.5
    assert customer.at("/fallback")[0].form["ErrorCode"] == "11205"


def test_a_webhook_repeated_on_demand_comes_twice_with_the_same_token(phone, customer, world):
    customer.answers("/voice", "<Hangup/>")
    world.fault("webhook", "repeat", match="/voice", copies=2)
    phone.dial("131")
    asked = customer.at("/voice")
    assert len(asked) == 3
    assert len({w.headers["I-Twilio-Idempotency-Token"] for w in asked}) == 1
    assert len({tuple(w.form.items()) for w in asked}) == 1


def test_a_lost_answer_is_as_if_nobody_had_answered(phone, customer, world):
    customer.answers("/voice", "<Say>Lost.</Say>")
    customer.answers("/fallback", "<Say>Sorry.</Say>")
    world.fault("webhook", "lose", match="/voice")
    assert phone.dial("131").said == "Sorry."
    assert len(customer.at("/voice")) == 1


def test_status_callbacks_can_be_reordered_dropped_and_repeated(phone, customer, world, exchange):
    customer.answers("/voice", "<Hangup/>")
    exchange.numbers.find("131").status_callback_event = ["answered", "completed"]
    world.fault("webhook", "reorder", match="/status")
    phone.dial("131")
    assert world.settle()
    assert [w.form["CallStatus"] for w in customer.at("/status")] == ["completed", "in-progress"]
    world.fault("webhook", "drop", match="/status", times=2)
    phone.dial("131")
    assert world.settle()
    assert len(customer.at("/status")) == 2


# "completed … CallDuration"; CallbackSource call-progress-events, Timestamp RFC 2822, SequenceNumber from 0.
def test_the_number_hears_that_its_call_is_over(phone, customer, world):
    customer.answers("/voice", '<Pause length="61"/>')
    call = phone.dial("131")
    assert world.settle()
    form = customer.at("/status")[0].form
    assert (form["CallSid"], form["CallStatus"], form["CallDuration"], form["Duration"]) == (
        call.sid,
        "completed",
        "61",
        "2",
    )
    assert (form["CallbackSource"], form["SequenceNumber"]) == ("call-progress-events", "1")
    assert form["Timestamp"].endswith("+0000")


# <Reject>: "reason rejected or busy"; the call is not answered. After another verb it only hangs up.
def test_reject_does_not_answer(phone, customer):
    customer.answers("/voice", '<Reject reason="busy"/>')
    assert phone.dial("131").status == "busy"
    customer.answers("/voice", "<Reject/>")
    assert phone.dial("131").status == "no-answer"
    customer.answers("/voice", "<Say>Hello.</Say><Reject/>")
    assert phone.dial("131").status == "completed"


def test_a_number_that_nobody_has_cannot_be_called(phone):
    from carrier.phone import PhoneError

    with pytest.raises(PhoneError, match=r"no service has the number 999. Numbers here: \+62131"):
        phone.dial("999")
