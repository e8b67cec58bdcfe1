"""The REST client against a carrier over real HTTP: what is sent, and how every kind of end is told."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from carrier import errors
from carrier.client import TWILIO_API, Carrier, _Http
from tests.carrier.stub import Answer, refusal, stub

ACCOUNT = "AC" + "1" * 32
TOKEN = "t" * 32
MESSAGE = {"sid": "SM" + "2" * 32, "status": "queued", "to": "+62811", "from": "+62150131", "body": "Halo"}
CALL = {"sid": "CA" + "3" * 32, "status": "queued", "to": "+62811", "from": "+62150131"}


def carrier(found, read=1.0):
    return Carrier(ACCOUNT, TOKEN, found.url, connect=1.0, read=read)


def always(answer):
    return lambda arrival: answer


def text(found, read=1.0):
    return carrier(found, read).send_text("+62150131", "+62811", "Halo", "https://x.id/sms/receipts")


def test_a_text_is_sent_as_the_carrier_documents_it_with_our_credentials():
    with stub(always(Answer(201, MESSAGE))) as found:
        outcome = text(found)
    (came,) = found.arrivals
    assert (outcome.ok, outcome.kind, outcome.sid) == (True, "done", MESSAGE["sid"])
    assert (came.method, came.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    sent = {
        "To": "+62811",
        "From": "+62150131",
        "Body": "Halo",
        "StatusCallback": "https://x.id/sms/receipts",
    }
    assert came.form == sent
    assert came.headers["Authorization"].startswith("Basic ")


def test_a_call_is_placed_with_a_time_limit_and_can_be_moved_and_ended():
    with stub(always(Answer(201, CALL))) as found:
        ours = carrier(found)
        placed = ours.place_call(
            "+62811", "+62150131", "https://x.id/a", "https://x.id/s", timeout=20, time_limit=600
        )
        moved = ours.redirect_call(CALL["sid"], "https://x.id/b")
        ended = ours.end_call(CALL["sid"])
    assert placed.ok and moved.ok and ended.ok and placed.sid == CALL["sid"]
    first, second, third = (each.form for each in found.arrivals)
    assert first["Timeout"] == "20" and first["TimeLimit"] == "600" and first["Url"] == "https://x.id/a"
    assert second == {"Url": "https://x.id/b", "Method": "POST"} and third == {"Status": "completed"}


def test_ending_a_call_that_is_over_is_done():
    with stub(always(refusal(400, 21220))) as found:
        assert carrier(found).end_call(CALL["sid"]).ok
        assert not carrier(found).redirect_call(CALL["sid"], "https://x.id/b").ok


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (refusal(429, 20429, **{"Retry-After": "7"}), errors.RETRY, 20429),
        (refusal(503, 20503), errors.RETRY, 20503),
        (refusal(500), errors.RETRY, None),
        (Answer(503, b"<html>busy</html>"), errors.RETRY, None),
        (Answer(502, b"<html>bad gateway</html>"), errors.UNKNOWN, None),
        (refusal(400, 21211), errors.PERMANENT, 21211),
        (refusal(400, 21610), errors.OPTED_OUT, 21610),
        (refusal(401, 20003), errors.STOP_CARRIER, 20003),
        (Answer(401, b""), errors.STOP_CARRIER, None),
        (Answer(302, b"", {"Location": "http://elsewhere.invalid/"}), errors.PERMANENT, None),
        (Answer(201, b"<html>welcome</html>"), errors.UNKNOWN, None),
        (Answer(201, b"[]"), errors.UNKNOWN, None),
        (Answer(201, b"\xff\xfe{"), errors.UNKNOWN, None),
        (Answer(fault="reset"), errors.UNKNOWN, None),
        (Answer(fault="silence"), errors.UNKNOWN, None),
        (Answer(400, b'{"code": "21610", "status": {}, "message": []}'), errors.PERMANENT, None),
    ],
)
def test_every_end_of_a_send_is_told_and_none_raises(answer, kind, code):
    with stub(always(answer)) as found:
        outcome = text(found, read=0.3)
    assert (outcome.ok, outcome.kind, outcome.code) == (False, kind, code)
    assert outcome.message and TOKEN not in repr(outcome)
    if code == 20429:
        assert outcome.retry_after == 7
    assert len(found.arrivals) == 1  # nothing is sent again, and no redirect followed, behind our back


def test_nobody_listening_is_certainly_not_sent():
    with stub(always(Answer())) as found:
        pass
    outcome = Carrier(ACCOUNT, TOKEN, found.url, 0.5, 0.5).send_text("+1", "+2", "x")
    assert outcome.kind == errors.RETRY


@pytest.mark.parametrize("fault", ["reset", "silence"])
def test_no_answer_to_a_question_is_just_asked_again(fault):
    with stub(always(Answer(fault=fault))) as found:
        ours = carrier(found, read=0.3)
        assert ours.fetch_call(CALL["sid"]).kind == errors.RETRY
        assert ours.redirect_call(CALL["sid"], "https://x.id").kind == errors.RETRY
        assert ours.probe().kind == errors.RETRY


def test_the_read_limit_holds_against_a_carrier_that_never_answers():
    started = time.monotonic()
    with stub(always(Answer(fault="silence"))) as found:
        text(found, read=0.3)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("date", ["Wed, 25 Nov 2099 00:00:00 GMT", "soon", "-5", ""])
def test_a_strange_retry_after_is_bounded_or_ignored(date):
    with stub(always(refusal(429, 20429, **{"Retry-After": date}))) as found:
        wait = text(found).retry_after
    assert wait is None or 0 <= wait <= 3600


def test_messages_are_listed_by_numbers_and_time():
    page = {
        "messages": [MESSAGE | {"date_created": "Tue, 24 Nov 2026 09:00:00 +0000"}],
        "next_page_uri": None,
    }
    with stub(always(Answer(200, page))) as found:
        outcome = carrier(found).list_messages("+62811", "+62150131", datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert outcome.ok and outcome.data[0]["sid"] == MESSAGE["sid"] and outcome.data[0]["body"] == "Halo"
    assert outcome.data[0]["from"] == "+62150131"
    assert outcome.data[0]["date_created"] == datetime(2026, 11, 24, 9, tzinfo=UTC)
    query = found.arrivals[0].query
    assert query["To"] == ["+62811"] and query["From"] == ["+62150131"]
    assert query["DateSent>"] == ["2026-11-24T08:00:00Z"]


def test_the_carriers_clock_is_told_by_its_date_header():
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    def answer(arrival):
        return Answer(200, {"sid": ACCOUNT, "status": "active"})

    with stub(answer) as found:
        ours = carrier(found)
        assert ours.clock_skew() is None
        assert ours.probe().data["status"] == "active"
        assert abs(ours.clock_skew()) < 3
        ours._http._note_clock(type("Answer", (), {"headers": {"Date": ahead}}))
        assert 85 < ours.clock_skew() < 95


def test_credentials_go_to_the_configured_carrier_and_to_nobody_else(monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with stub(always(Answer(200, {"alerts": [], "meta": {"key": "alerts"}}))) as found:
        assert carrier(found).alerts(datetime(2026, 11, 24, tzinfo=UTC)).data == []
    assert found.arrivals[0].path == "/v1/Alerts"
    elsewhere = _Http("https://api.example.id/base", 1, 1)
    assert (
        elsewhere.address("https://api.twilio.com/2010-04-01/x?a=1")
        == "https://api.example.id/base/2010-04-01/x?a=1"
    )
    assert (
        _Http(TWILIO_API, 1, 1).address("https://monitor.twilio.com/v1/Alerts")
        == "https://monitor.twilio.com/v1/Alerts"
    )


@pytest.mark.parametrize("sid", ["", "../Accounts", "RE1/../../x", "a" * 65, "RE\x00", "RE%2F"])
def test_what_is_no_sid_never_becomes_an_address(sid):
    with stub(always(Answer(200, b"RIFF"))) as found:
        ours = carrier(found)
        for outcome in (
            ours.delete_recording(sid),
            ours.end_call(sid),
        ):
            assert outcome.kind == errors.PERMANENT
    assert found.arrivals == []


def test_a_recording_that_is_gone_already_counts_as_deleted():
    with stub(always(Answer(204))) as found:
        assert carrier(found).delete_recording("RE1").ok
    assert [(each.method, each.path) for each in found.arrivals] == [
        ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE1.json")
    ]
    with stub(always(refusal(404, 20404))) as found:
        assert carrier(found).delete_recording("RE1").ok
    with stub(always(refusal(500))) as found:
        assert carrier(found).delete_recording("RE1").kind == errors.RETRY
