"""The same client, and a worker's reconciling, against the emulator in a process of its own."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from carrier import errors
from carrier.client import Carrier
from carrier.phone import Phone
from jobs import worker
from jobs.plan import Plan
from store import connect, outbox, times

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token-of-thirty-two-characters"
OURS, THEIRS = "+622150131", "+6281234567890"


@pytest.fixture(scope="module")
def address(tmp_path_factory, free_port):
    """The address of an emulator that knows our number and nothing of us."""
    folder, port = tmp_path_factory.mktemp("emulator"), free_port()
    (folder / "token").write_text(TOKEN)
    (folder / "numbers.json").write_text(
        json.dumps([{"phone_number": OURS, "voice_url": "http://127.0.0.1:1/voice"}])
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "carrier.emulator", "--port", str(port), "--account-sid", ACCOUNT,
         "--auth-token-file", folder / "token", "--state", folder / "state", "--numbers", folder / "numbers.json"],
        cwd=ROOT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=1)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    yield url
    child.terminate()
    child.wait(10)


@pytest.fixture
def carrier(address):
    return Carrier(ACCOUNT, TOKEN, address)


def test_we_are_let_in_with_our_token_and_with_no_other(carrier, address):
    assert carrier.probe().ok and abs(carrier.clock_skew()) < 3
    assert Carrier(ACCOUNT, "x" * 32, address).probe().kind == errors.STOP_CARRIER
    assert [each["phone_number"] for each in carrier.numbers().data] == [OURS]
    assert carrier.alerts(datetime.now(UTC) - timedelta(hours=1)).ok


def test_a_text_arrives_and_is_found_in_the_list(carrier, address):
    before = datetime.now(UTC) - timedelta(minutes=1)
    sent = carrier.send_text(OURS, THEIRS, "Tiket Anda: KP-1 \u2713")
    assert sent.ok, sent
    assert [text.body for text in Phone(address, THEIRS).texts(wait=5)] == ["Tiket Anda: KP-1 \u2713"]
    listed = carrier.list_messages(THEIRS, OURS, before)
    assert [(each["sid"], each["body"]) for each in listed.data] == [(sent.sid, "Tiket Anda: KP-1 \u2713")]
    assert carrier.fetch_message(sent.sid).data["to"] == THEIRS


def test_a_call_is_placed_found_and_ended(carrier):
    placed = carrier.place_call(
        THEIRS, OURS, "http://127.0.0.1:1/a", "http://127.0.0.1:1/s", timeout=20, time_limit=60
    )
    assert placed.ok, placed
    assert carrier.fetch_call(placed.sid).data["to"] == THEIRS
    assert placed.sid in [each["sid"] for each in carrier.list_calls(to=THEIRS, from_=OURS).data]
    assert carrier.end_call(placed.sid).ok and carrier.end_call(placed.sid).ok
    deadline = time.monotonic() + 60  # like Twilio, the emulator ends a call after its answer
    while carrier.fetch_call(placed.sid).data["status"] not in ("completed", "canceled"):
        assert time.monotonic() < deadline, carrier.fetch_call(placed.sid).data
        time.sleep(0.05)


def test_what_the_emulator_does_not_know_is_permanent_and_gone_is_gone(carrier):
    unknown = "f" * 32
    assert carrier.fetch_call("CA" + unknown).code == 20404
    assert carrier.redirect_call("CA" + unknown, "http://127.0.0.1:1/").kind == errors.PERMANENT
    assert carrier.delete_recording("RE" + unknown).ok


def test_a_text_whose_answer_was_lost_is_found_there_and_not_sent_again(carrier, address, tmp_path):
    store = connect(tmp_path / "sambung.db")
    payload = {
        "from": OURS,
        "to": "+6281234567891",
        "body": "hanya sekali",
        "service": "kp",
        "class": "service",
    }
    long_ago = times.text(datetime.now(UTC) - timedelta(seconds=40))
    with store.write() as db:
        id = outbox.put(db, kind="sms", target=payload["to"], payload=json.dumps(payload), now=long_ago)
        outbox.claim(db, now=long_ago, owner="a", kinds=("sms",))
        outbox.sending(db, id, owner="a", now=long_ago)
        assert carrier.send_text(OURS, payload["to"], payload["body"]).ok  # sent, and then its worker died
        outbox.mark_uncertain(db, id, owner="a", now=long_ago, error="no answer")
    plan = Plan("http://127.0.0.1:1", texts_per_second=None)
    ours = worker.Worker(worker.tools_for(store, carrier, plan, lambda: datetime.now(UTC)))
    worker.threading.Thread(target=ours.run, daemon=True).start()
    deadline = time.monotonic() + 10
    while outbox.load(store.read(), id).state == "uncertain" and time.monotonic() < deadline:
        time.sleep(0.02)
    ours.stop()
    assert outbox.load(store.read(), id).state == "sent"
    assert [text.body for text in Phone(address, payload["to"]).texts(wait=1)] == ["hanya sekali"]
