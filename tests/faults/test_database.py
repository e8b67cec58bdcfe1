"""The database goes away under a running house: callers hear an apology and a way to a person, texts wait in the spool, nothing is lost."""

import contextlib
import os
import signal
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.house import House, environment
from tests.signed import post


@pytest.fixture(scope="module")
def lonely(tmp_path_factory, free_port):
    """An installation of its own, because its database is taken away."""
    wishes = {"CLOCK": "2026-03-11T10:15+07:00", "EMERGENCY_AGENTS": "+628115550101,+628115550102"}
    with House.running(environment(tmp_path_factory.mktemp("lonely"), free_port, **wishes)) as house:
        yield house


class Gone:
    """The database's files moved aside, and back."""

    def __init__(self, house) -> None:
        self.files = [house.instance / f"gateway.db{end}" for end in ("", "-wal", "-shm")]

    def __enter__(self) -> None:
        for file in self.files:
            if file.exists():
                file.rename(file.with_name("away-" + file.name))

    def __exit__(self, *_: object) -> None:
        for file in self.files:
            away = file.with_name("away-" + file.name)
            if away.exists():
                away.rename(file)


def form(house, **fields: str) -> bytes:
    return urlencode({"AccountSid": house.account, "To": "131", **fields}).encode()


def heard_in_an_emergency(answer) -> None:
    assert answer.status == 200 and answer.type.startswith("text/xml")
    assert "<Say" in answer.body and "<Dial" in answer.body and "+628115550101" in answer.body
    assert "<Hangup" not in answer.body


def test_without_the_database_a_caller_hears_an_apology_and_is_put_through(lonely, twiml_lint):
    english = post(lonely, "/ivr/calls", form(lonely, CallSid="CAbefore", From="+6281200004001"))
    path = english.body.split('action="')[1].split('"')[0].replace("&amp;", "&").replace(lonely.url, "")
    post(lonely, path, form(lonely, CallSid="CAbefore", From="+6281200004001", Digits="2"))
    with Gone(lonely):
        fresh = post(lonely, "/ivr/calls", form(lonely, CallSid="CAgone1", From="+6281200004002"))
        heard_in_an_emergency(fresh)
        assert twiml_lint(fresh.body) == []
        midway = post(
            lonely, path.replace("turns/1", "turns/2"), form(lonely, CallSid="CAbefore", Digits="1")
        )
        heard_in_an_emergency(midway)
        after = post(
            lonely,
            "/ivr/emergency/dialled?language=en",
            form(lonely, CallSid="CAgone1", DialCallStatus="no-answer"),
        )
        assert "<Record" in after.body and "leave a message" in after.body and twiml_lint(after.body) == []
        kept = post(
            lonely,
            "/ivr/emergency/recorded?language=en",
            form(
                lonely,
                CallSid="CAgone1",
                From="+6281200004002",
                RecordingSid="REgone1",
                RecordingDuration="7",
            ),
        )
        assert kept.status == 200 and "<Say" in kept.body
    again = post(lonely, "/ivr/calls", form(lonely, CallSid="CAafter", From="+6281200004003"))
    assert "Selamat datang" in again.body
    rows = lonely.eventually("SELECT duration, step FROM recordings WHERE sid = 'REgone1'", seconds=30)
    assert rows == [(7, "emergency")]
    assert lonely.query("SELECT priority FROM cases WHERE contact = '+6281200004002'") == [(1,)]


def test_a_text_that_came_while_the_database_was_away_is_answered_later_once(lonely):
    wish = form(lonely, MessageSid="SMgone1", From="+6281200004004", Body="RUSAK")
    with Gone(lonely):
        for _ in range(2):
            answer = post(lonely, "/sms/messages", wish)
            assert answer.status == 200 and "<Message" not in answer.body
        assert lonely.health()["spooled"] >= 2
    rows = lonely.eventually(
        "SELECT COUNT(*) FROM outbox WHERE target = '+6281200004004' HAVING COUNT(*) > 0", seconds=30
    )
    assert rows == [(1,)]
    deadline = time.monotonic() + 20
    while lonely.health()["spooled"] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert lonely.health()["spooled"] == 0


def test_a_report_that_came_while_the_database_was_away_is_counted_later(lonely):
    wish = form(lonely, CallSid="CAreport1", CallStatus="completed", CallDuration="5", SequenceNumber="3")
    with Gone(lonely):
        assert post(lonely, "/ivr/status", wish).status == 204
    assert lonely.eventually("SELECT status, duration FROM calls WHERE sid = 'CAreport1'", seconds=30) == [
        ("completed", 5)
    ]


def test_when_not_even_the_spool_can_be_written_a_report_is_asked_for_again(lonely):
    spool = lonely.instance / "spool"
    wish = form(lonely, CallSid="CAreport2", CallStatus="completed")
    away = spool.with_name("spool-away")
    spool.rename(away)
    spool.write_text("not a folder")
    try:
        with Gone(lonely):
            assert post(lonely, "/ivr/status", wish).status == 503
            heard_in_an_emergency(
                post(lonely, "/ivr/calls", form(lonely, CallSid="CAgone3", From="+6281200004005"))
            )
    finally:
        spool.unlink()
        away.rename(spool)


def test_a_worker_that_starts_while_the_database_is_away_silences_nobody(lonely):
    """gunicorn ends all workers when one fails to start: callers would get no answer at all."""
    before = workers(lonely)
    with Gone(lonely):
        os.kill(before[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(set(workers(lonely)) - set(before)) < 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(2)  # a worker that gives up does so within a second
        for number in range(6):
            wish = form(lonely, CallSid=f"CAstart{number}", From="+6281200004009")
            heard_in_an_emergency(post(lonely, "/ivr/calls", wish))
        assert before[1] in workers(lonely)
    answered = post(lonely, "/ivr/calls", form(lonely, CallSid="CAstarted", From="+6281200004009"))
    assert "Selamat datang" in answered.body


def workers(house) -> list[int]:
    """The processes that answer webhooks: children of the one that listens."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                environ = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes()
                if str(house.instance).encode() in environ and b"gunicorn.conf.py" in words:
                    found.append(
                        (int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]), int(entry.name))
                    )
    masters = {pid for _, pid in found}
    return sorted(pid for parent, pid in found if parent in masters)
