"""Texts from telephones, as twilio.com/docs/messaging/twiml has them."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from carrier.emulator.segments import segments
from carrier.phone import Phone
from tests.carrier.emulator.conftest import ACCOUNT, TOKEN, Page


# "MessageSid, SmsSid, AccountSid, From, To, Body, NumMedia, NumSegments …"
def test_a_text_reaches_the_sms_url_and_the_answer_comes_back(phone, customer):
    customer.answers("/sms", "<Message>Saldo Rp10.000</Message><Message><Body>Kedua</Body></Message>")
    sent = phone.text("131", "SALDO 120385")
    webhook = customer.at("/sms")[0]
    assert webhook.form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "SALDO 120385",
        "From": "+6281234567890",
        "MessageSid": sent.sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sent.sid,
        "SmsSid": sent.sid,
        "SmsStatus": "received",
        "To": "+62131",
        "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": "ID",
        "ToCity": "", "ToState": "", "ToZip": "", "ToCountry": "ID",
    }  # fmt: skip
    assert RequestValidator(TOKEN).validate(webhook.url, webhook.form, webhook.headers["X-Twilio-Signature"])
    replies = phone.texts(wait=2)
    while len(replies) < 2:
        replies += phone.texts(wait=2)
    assert [(text.body, text.from_) for text in replies] == [
        ("Saldo Rp10.000", "+62131"),
        ("Kedua", "+62131"),
    ]
    assert phone.texts() == []


def test_pictures_are_told_with_their_address_and_type(phone, customer):
    customer.answers("/sms", "")
    phone.text("131", "", media=("https://example.org/a.jpg",))
    form = customer.at("/sms")[0].form
    assert (form["NumMedia"], form["MediaUrl0"], form["MediaContentType0"]) == (
        "1",
        "https://example.org/a.jpg",
        "image/jpeg",
    )


@pytest.mark.parametrize("page", [Page("", 204), Page("", 200, "text/html"), Page("<Response/>")])
def test_no_answer_is_no_error(phone, customer, world, page):
    customer.pages["/sms"] = page
    phone.text("131", "x")
    assert (world.alerts(), phone.texts()) == ([], [])


def test_a_faulty_answer_goes_to_the_fallback_with_its_error(phone, customer, world):
    customer.pages["/sms"] = Page("down", 500)
    customer.answers("/sms-fallback", "<Message>Nanti.</Message>")
    sent = phone.text("131", "x")
    assert [text.body for text in phone.texts(wait=2)] == ["Nanti."]
    form = customer.at("/sms-fallback")[0].form
    assert (form["ErrorCode"], form["ErrorUrl"], form["Body"]) == ("11200", f"{customer.url}/sms", "x")
    assert [(alert["error_code"], alert["resource_sid"]) for alert in world.alerts()] == [("11200", sent.sid)]


# Default opt-out: the carrier answers STOP itself and refuses messages (21610) until START; the webhook still comes.
def test_the_carrier_keeps_its_own_list_when_it_is_told_to(phone, customer, world):
    customer.answers("/sms", "<Message>Ours.</Message>")
    world.opt_out_mode("default")
    phone.text("131", " stop ")
    assert ["unsubscribed" in text.body for text in phone.texts(wait=2)] == [True]
    assert "OptOutType" not in customer.at("/sms")[0].form
    assert [alert["error_code"] for alert in world.alerts()] == ["21610"]
    phone.text("131", "START")
    bodies = [text.body for text in phone.texts(wait=2)]
    while "Ours." not in bodies:
        bodies += [text.body for text in phone.texts(wait=2)]


def test_advanced_opt_out_tells_its_type(phone, customer, world):
    customer.answers("/sms", "")
    world.opt_out_mode("advanced")
    phone.text("131", "STOP")
    phone.text("131", "HELP")
    assert [w.form.get("OptOutType") for w in customer.at("/sms")] == ["STOP", "HELP"]


@pytest.mark.parametrize(
    ("body", "count"), [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ü" * 160, 1),
                        ("é" * 70, 1), ("ş" * 70, 1), ("ş" * 71, 2), ("👋" * 36, 2), ("ş" * 135, 3)],
)  # fmt: skip
def test_segments_are_counted_as_the_network_does(body, count):
    assert segments(body) == count


def test_whatsapp_has_its_own_addresses(emulator, customer):
    customer.answers("/sms", "<Message>Halo.</Message>")
    phone = Phone(emulator, "whatsapp:+6281234567890")
    phone.text("whatsapp:131", "INFO")
    form = customer.at("/sms")[0].form
    assert (form["From"], form["To"]) == ("whatsapp:+6281234567890", "whatsapp:+62131")
    assert [text.from_ for text in phone.texts(wait=2)] == ["whatsapp:+62131"]
