"""A case's timer: whatever has passed happens once, however often, late or half a worker rings it."""

import json
import subprocess
import sys
from datetime import datetime
from types import SimpleNamespace

import pytest

from jobs import timers as firing
from sessions import chores
from sessions.cases import case_timers
from store import cases, timers, times
from tests.sessions.caseflow import FLOW, NOW, UNIT, act, bodies, events, opened


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


def at(gateway, moment: str) -> None:
    """The clock stands at this moment of UTC."""
    gateway.clock = lambda: datetime.fromisoformat(moment + "+00:00")


def ring(gateway, ticket: str) -> None:
    """A worker finds the timer due, and fires it as jobs/timers.py does."""
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        claimed = timers.claim(db, now=now, owner="w1", kinds=["case"])
    tools = SimpleNamespace(store=gateway.store, now=lambda: now, chance=lambda: 0.5)
    for timer in claimed:
        assert timer.subject == ticket
        firing.fire(tools, chores.timers(gateway, lambda *_: ""), timer, "w1")


def late(gateway) -> str:
    """A case that its unit has, and that was due on 1 April."""
    ticket = opened(gateway, status="ditangani", classification="PUBLIK", channel="sms")
    act(gateway, ticket, "escalate", "T1", why="theirs", tier=3, unit=UNIT)
    act(gateway, ticket, "take", "T3")
    return ticket


def passed(gateway, ticket: str) -> list[str]:
    return [
        json.loads(event.detail)["deadline"]
        for event in events(gateway, ticket)
        if "deadline" in json.loads(event.detail)
    ]


def test_the_timer_is_set_for_what_comes_next_and_again_after_it(gateway):
    ticket = late(gateway)
    db = gateway.store.read()
    assert timers.load(db, kind="case", subject=ticket).at == "2026-03-25T01:00:00.000Z"  # half, 08.00 WIB
    at(gateway, "2026-03-25T01:00:01")
    ring(gateway, ticket)
    assert passed(gateway, ticket) == ["half"]
    assert timers.load(gateway.store.read(), kind="case", subject=ticket).at == "2026-03-30T01:00:00.000Z"


def test_a_breach_raises_the_priority_and_the_alarm(gateway, caplog):
    ticket = late(gateway)
    at(gateway, "2026-04-01T09:00:00")
    ring(gateway, ticket)
    case = cases.load(gateway.store.read(), ticket)
    assert (case.priority, case.breached_at, case.status) == (1, "2026-04-01T09:00:00.000Z", "dieskalasi")
    assert passed(gateway, ticket) == ["half", "most", "breach"]
    assert caplog.text.count("ALARM: a case is late") == 1
    assert {event.who for event in events(gateway, ticket) if event.what in ("reminder", "breached")} == {
        "clock"
    }


def test_a_timer_that_rings_again_or_too_early_does_nothing(gateway):
    ticket = late(gateway)
    timer = timers.load(gateway.store.read(), kind="case", subject=ticket)
    before = events(gateway, ticket)
    with gateway.store.write() as db:
        case_timers.ring(gateway, db, timer)  # the clock stands at NOW: nothing has passed
    assert events(gateway, ticket) == before
    at(gateway, "2026-04-01T09:00:00")
    ring(gateway, ticket)
    before = (events(gateway, ticket), cases.load(gateway.store.read(), ticket))
    for _ in range(2):  # a worker that outlived its lease
        with gateway.store.write() as db:
            case_timers.ring(gateway, db, timer)
    assert events(gateway, ticket) == before[0]
    assert cases.load(gateway.store.read(), ticket)._replace(updated_at="") == before[1]._replace(
        updated_at=""
    )


def test_documents_that_never_come_are_reminded_of_and_then_the_case_is_cancelled(gateway):
    ticket = opened(gateway, status="ditangani", classification="PUBLIK", channel="sms")
    act(gateway, ticket, "ask_documents", "T1", text="KTP")
    at(gateway, "2026-04-01T09:00:00")
    ring(gateway, ticket)
    assert len(bodies(gateway)) == 2 and "paling lambat 16-04-2026" in bodies(gateway)[-1]
    at(gateway, "2026-04-16T09:00:00")
    ring(gateway, ticket)
    assert cases.load(gateway.store.read(), ticket).status == "dibatalkan"
    assert "dibatalkan karena dokumen tidak dilengkapi sampai 16-04-2026" in bodies(gateway)[-1]
    assert timers.load(gateway.store.read(), kind="case", subject=ticket) is None


def test_what_was_answered_in_time_is_never_late(gateway):
    ticket = late(gateway)
    act(gateway, ticket, "answer", "T3", text="Ya.")
    act(gateway, ticket, "validate", "T2")
    at(gateway, "2026-06-01T09:00:00")
    ring(gateway, ticket)
    assert cases.load(gateway.store.read(), ticket).breached_at is None and passed(gateway, ticket) == [
        "confirm"
    ]


def test_a_case_that_is_gone_or_of_before_is_no_fault(gateway):
    ticket = late(gateway)
    with gateway.store.write() as db:
        db.execute("UPDATE cases SET life = '{}', due_first = NULL, due_answer = NULL")
        timers.arm(db, kind="case", subject="CO-20260311-9999", at=NOW)
    at(gateway, "2026-04-01T09:00:00")
    with gateway.store.write() as db:
        for subject in ("CO-20260311-9999", ticket):
            case_timers.ring(gateway, db, timers.load(db, kind="case", subject=subject))
    assert cases.load(gateway.store.read(), ticket).status == "dieskalasi"


KILLED = """
import os, sys
from datetime import datetime
from types import SimpleNamespace
import store
from app import ROOT, open_gateway
from jobs import timers as firing
from sessions import chores
from sessions.cases import case_timers
from settings import load
from store import timers

when = sys.argv[1]
gateway = open_gateway(load(os.environ, ROOT))
gateway.clock = lambda: datetime.fromisoformat("2026-04-01T09:00:00+00:00")
now = "2026-04-01T09:00:00.000Z"
with gateway.store.write() as db:
    (timer,) = timers.claim(db, now=now, owner="killed", kinds=["case"])
if when == "claimed":
    os._exit(9)

def handler(db, timer):
    case_timers.ring(gateway, db, timer)
    if when == "written":
        os._exit(9)

firing.fire(SimpleNamespace(store=gateway.store, now=lambda: now, chance=lambda: 0.5), {"case": handler}, timer, "killed")
os._exit(9)
"""


@pytest.mark.parametrize("when", ["claimed", "written", "committed"])
def test_a_worker_that_is_killed_leaves_it_to_the_next_and_nothing_happens_twice(gateway, monkeypatch, when):
    ticket = late(gateway)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    died = subprocess.run(
        [sys.executable, "-c", KILLED, when], capture_output=True, text=True, cwd=".", timeout=60
    )
    assert died.returncode == 9, died.stderr
    assert passed(gateway, ticket) == (["half", "most", "breach"] if when == "committed" else [])
    at(gateway, "2026-04-01T09:02:00")  # the lease has run out
    ring(gateway, ticket)
    assert passed(gateway, ticket) == ["half", "most", "breach"]
    assert cases.load(gateway.store.read(), ticket).priority == 1
