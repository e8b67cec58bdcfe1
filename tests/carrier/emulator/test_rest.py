"""REST, through the official client, whose host alone is another: it must not notice the difference."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from carrier.emulator.record import silence
from carrier.phone import Phone
from tests.carrier.emulator.conftest import ACCOUNT, TOKEN, Here


@pytest.fixture
def agent(emulator) -> Phone:
    return Phone(emulator, "+6285700000001")


def _until(true: Callable[[], object], seconds: float = 2.0) -> None:
    """REST answers at once, what it asks for happens soon."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# A live call is led elsewhere after the REST answer: whoever asks may hold what the next webhook needs.
def test_rest_answers_before_the_next_document_is_fetched(client, phone, customer):
    customer.answers("/voice", "<Enqueue>line</Enqueue>")
    customer.answers("/slow", lambda w: time.sleep(1.5) or "<Say>Slow.</Say><Record/>")
    call = phone.dial("131")
    begun = time.monotonic()
    client.calls(call.sid).update(url=f"{customer.url}/slow")
    assert time.monotonic() - begun < 1.2
    assert call.until("recording").said == "Slow."


def test_a_call_rings_a_telephone_that_answers_and_hears_its_document(client, agent, customer, world):
    customer.answers("/called", '<Gather numDigits="1" action="/key"><Say>Press 1.</Say></Gather>')
    customer.answers("/key", "<Hangup/>")
    agent.answers()
    created = client.calls.create(
        to="+6285700000001",
        from_="+62131",
        url=f"{customer.url}/called",
        status_callback=f"{customer.url}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=20,
    )
    assert (created.status, created.direction) == ("queued", "outbound-api")
    call = agent.incoming(seconds=2)
    assert call.sid == created.sid
    call.until("asking").press("1")
    assert customer.at("/called")[0].form["Direction"] == "outbound-api"
    assert world.settle()
    told = [w.form["CallStatus"] for w in customer.at("/progress")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    fetched = client.calls(created.sid).fetch()
    assert (fetched.status, fetched._from, fetched.duration) == ("completed", "+62131", "1")
    assert isinstance(fetched.start_time, datetime)


@pytest.mark.parametrize(
    ("kind", "status"), [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")]
)
def test_a_call_that_is_not_answered_ends_with_its_status(client, agent, customer, kind, status):
    agent.answers(kind)
    sid = client.calls.create(to="+6285700000001", from_="+62131", url=customer.url, timeout=20).sid
    deadline = datetime.now(UTC) + timedelta(seconds=2)
    while (found := client.calls(sid).fetch()).status not in ("busy", "no-answer", "failed"):
        assert datetime.now(UTC) < deadline, found.status
    assert found.status == status
    assert customer.asked == []


# MachineDetection: AnsweredBy is told only to those who asked for it.
@pytest.mark.parametrize(("asked", "told"), [("Enable", "machine_start"), (None, None)])
def test_an_answering_machine_is_told_to_who_asked(client, agent, customer, world, asked, told):
    customer.answers("/called", "<Hangup/>")
    agent.answers("machine")
    more = {"machine_detection": asked} if asked else {}
    sid = client.calls.create(to="+6285700000001", from_="+62131", url=f"{customer.url}/called", **more).sid
    deadline = datetime.now(UTC) + timedelta(seconds=2)
    while client.calls(sid).fetch().status != "completed":
        assert datetime.now(UTC) < deadline
    assert customer.at("/called")[0].form.get("AnsweredBy") == told
    assert client.calls(sid).fetch().answered_by == told


def test_a_live_call_can_be_led_elsewhere_and_ended(client, phone, customer):
    customer.answers("/voice", "<Enqueue>line</Enqueue>")
    customer.answers("/other", "<Say>Other.</Say><Record/>")
    call = phone.dial("131")
    client.calls(call.sid).update(url=f"{customer.url}/other")
    assert call.until("recording").said == "Other."
    client.calls(call.sid).update(twiml="<Response><Say>Words.</Say><Pause/><Gather/></Response>")
    assert call.until("asking").said == "Words."
    client.calls(call.sid).update(status="completed")
    assert call.until("ended").ended_by == "api"
    with pytest.raises(TwilioRestException) as refused:
        client.calls(call.sid).update(status="completed")
    assert refused.value.code == 21220


def test_calls_are_listed_by_their_filters_page_by_page(client, emulator, customer):
    customer.answers("/voice", "<Hangup/>")
    for n in range(5):
        Phone(emulator, f"+628120000000{n}").dial("131")
    Phone(emulator, "+6281200000001").dial("131")
    assert len(client.calls.list()) == 6
    assert len(client.calls.list(page_size=2)) == 6
    assert [call._from for call in client.calls.list(from_="+6281200000001")] == ["+6281200000001"] * 2
    assert client.calls.list(status="busy") == []
    today = datetime.now(UTC)
    assert len(client.calls.list(start_time_after=today - timedelta(days=1))) == 6
    assert client.calls.list(start_time_before=today - timedelta(days=1)) == []


# Errors: 20003 authenticate, 20404 not found, 21211 invalid To, 21210 From is not ours, 21610 unsubscribed recipient.
def test_errors_have_twilios_numbers(client, emulator, customer, world):
    def code(call) -> tuple[int, int]:
        with pytest.raises(TwilioRestException) as refused:
            call()
        return refused.value.status, refused.value.code

    wrong_http = Here(emulator)
    wrong = Client(ACCOUNT, "wrong", http_client=wrong_http)
    assert code(lambda: wrong.api.accounts(ACCOUNT).fetch()) == (401, 20003)
    wrong_http.session.close()
    assert code(lambda: client.calls("CA" + "0" * 32).fetch()) == (404, 20404)
    assert code(lambda: client.calls.create(to="12", from_="+62131", url=customer.url)) == (400, 21211)
    assert code(lambda: client.calls.create(to="+6281", from_="+62999", url=customer.url)) == (400, 21211)
    assert code(lambda: client.calls.create(to="+6281234567", from_="+62999", url=customer.url)) == (
        400,
        21210,
    )
    assert code(lambda: client.messages.create(to="+6281234567", from_="+62131", body="")) == (400, 21602)
    world.opt_out("+6281234567", "131")
    assert code(lambda: client.messages.create(to="+6281234567", from_="+62131", body="x")) == (400, 21610)


def test_a_message_arrives_with_receipts_in_order(client, phone, customer, world):
    sent = client.messages.create(
        to=phone.number, from_="+62131", body="Selamat siang.", status_callback=f"{customer.url}/receipts"
    )
    assert (sent.status, sent.num_segments, sent.direction) == ("queued", "1", "outbound-api")
    assert [text.body for text in phone.texts(wait=2)] == ["Selamat siang."]
    assert world.settle()
    assert [w.form["MessageStatus"] for w in customer.at("/receipts")] == ["queued", "sent", "delivered"]
    assert customer.at("/receipts")[0].form["MessageSid"] == sent.sid
    assert client.messages(sent.sid).fetch().status == "delivered"
    found = client.messages.list(to=phone.number, from_="+62131", date_sent=datetime.now(UTC))
    assert [message.sid for message in found] == [sent.sid]
    client.messages(sent.sid).delete()
    assert client.messages.list() == []


def test_a_telephone_out_of_reach_gets_an_undelivered_receipt(client, phone, customer, world):
    world.undeliverable(phone.number, 30005)
    client.messages.create(
        to=phone.number, from_="+62131", body="x", status_callback=f"{customer.url}/receipts"
    )
    assert phone.texts(wait=0.2) == []
    assert world.settle()
    last = customer.at("/receipts")[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30005")


def test_a_recording_is_listed_fetched_downloaded_and_deleted(client, phone, customer, world, emulator):
    customer.answers("/voice", '<Record action="/done"/>')
    customer.answers("/done", "<Hangup/>")
    call = phone.dial("131").record(silence(2.0))
    (recording,) = client.recordings.list(call_sid=call.sid)
    assert (recording.duration, recording.status, recording.source) == ("2", "completed", "RecordVerb")

    def download() -> bytes:
        password = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        password.add_password(None, emulator, ACCOUNT, TOKEN)
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(password))
        url = f"{emulator}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{recording.sid}.wav"
        with opener.open(url, timeout=5) as answer:
            return answer.read()

    assert download().startswith(b"RIFF")
    world.fault("media", "status", times=2)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        download()
    world.no_faults()
    client.recordings(recording.sid).delete()
    assert client.recordings.list() == []


def test_numbers_are_configured_as_in_the_console_and_kept_over_a_restart(client, exchange, tmp_path):
    made = client.incoming_phone_numbers.create(
        phone_number="+62211500200", voice_url="https://example.org/voice"
    )
    client.incoming_phone_numbers(made.sid).update(
        sms_url="https://example.org/sms", friendly_name="Kring Pajak"
    )
    (listed,) = client.incoming_phone_numbers.list(phone_number="+62211500200")
    assert (listed.voice_url, listed.sms_url, listed.friendly_name) == (
        "https://example.org/voice",
        "https://example.org/sms",
        "Kring Pajak",
    )
    from carrier.emulator.exchange import Exchange

    again = Exchange(ACCOUNT, TOKEN, tmp_path / "state", "http://elsewhere")
    assert again.numbers.find("+62211500200").sms_url == "https://example.org/sms"


def test_queues_and_conferences_are_seen_and_changed(client, phone, customer, emulator):
    customer.answers("/voice", "<Enqueue>support</Enqueue>")
    customer.answers("/out", "<Dial><Conference>room</Conference></Dial>")
    call = phone.dial("131")
    (queue,) = client.queues.list()
    assert (queue.friendly_name, queue.current_size) == ("support", 1)
    client.queues(queue.sid).members("Front").update(url=f"{customer.url}/out")
    _until(lambda: client.conferences.list(friendly_name="room"))
    assert client.queues(queue.sid).fetch().current_size == 0
    (room,) = client.conferences.list(friendly_name="room")
    assert [p.call_sid for p in client.conferences(room.sid).participants.list()] == [call.sid]
    client.conferences(room.sid).update(status="completed")
    call.until("ended")


def test_the_account_and_its_alerts(client, phone, world):
    phone.dial("131")
    assert client.api.accounts(ACCOUNT).fetch().status == "active"
    assert client.monitor.v1.alerts.list()[0].error_code == "11200"


# 20429 "Too many requests": with Retry-After. A lost answer: the message was sent, its sender does not know.
def test_rest_fails_on_demand(client, phone, world):
    world.fault("rest", "status", match="POST", status=429)
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=phone.number, from_="+62131", body="one")
    assert (refused.value.status, refused.value.code) == (429, 20429)
    world.fault("rest", "lose", match="Messages.json")
    with pytest.raises(OSError, match="Remote end closed"):
        client.messages.create(to=phone.number, from_="+62131", body="two")
    assert [text.body for text in phone.texts(wait=2)] == ["two"]
    world.fault("rest", "reset", match="Messages.json")
    with pytest.raises(OSError, match="Remote end closed"):
        client.messages.create(to=phone.number, from_="+62131", body="three")
    assert phone.texts(wait=0.2) == []
