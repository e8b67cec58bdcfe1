"""A worker that is killed, stopped or starved: nothing is lost, nothing is doubled on the quiet."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import audit, outbox
from tests.carrier.stub import Answer
from tests.jobs.conftest import ACCOUNT, OURS, Ledger, until

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
import store
from carrier.client import Carrier
from jobs import sweeps, worker
from jobs.plan import Plan
from datetime import UTC, datetime

path, url, account = sys.argv[1:]
opened = store.connect(path, create=False)
plan = Plan("https://x.id", texts_per_second=None)
tools = worker.tools_for(opened, Carrier(account, "t" * 32, url, read=8), plan, lambda: datetime.now(UTC))
ours = worker.Worker(tools, {}, sweeps.sweeps(tools))
import signal
signal.signal(signal.SIGTERM, ours.stop)
print("ready", flush=True)
ours.run()
going_on = opened.read().execute("SELECT COUNT(*) FROM outbox WHERE state = 'sending'").fetchone()[0]
print("stopped, still sending:", going_on, flush=True)
"""


@pytest.fixture
def another_process(tmp_path):
    """Starts a worker in a process of its own, on this test's database."""
    started = []

    def start(url):
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, tmp_path / "sambung.db", url, ACCOUNT],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(child)
        assert child.stdout.readline() == "ready\n"
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def posts(ours):
    return [each for each in ours.arrivals if each.method == "POST"]


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("kind", ["sms", "call"])
def test_killed_between_sending_and_noting_the_answer(bench, another_process, accepted, kind):
    ledger = Ledger(lambda arrival: Answer(fault="silence"))
    ours = bench(ledger)
    id = ours.owe(kind)
    child = another_process(ours.stub.url)
    until(lambda: posts(ours))
    child.kill()
    child.wait()
    assert ours.row(id).state == "sending"  # the fence was committed before the carrier was called
    if not accepted:
        ledger.texts.clear()
        ledger.calls.clear()
    ledger.weather = lambda arrival: ""
    ours.clock.skip(61)  # the dead worker's lease
    ours.clock.speed = 20.0
    ours.work(30)
    row, doubles = ours.row(id), len(posts(ours)) - 1
    flagged = [line.action for line in audit.of_subject(ours.store.read(), id)]
    if accepted:
        assert (row.state, doubles, flagged) == ("sent", 0, [])
    elif kind == "sms":
        assert (row.state, doubles, flagged) == ("sent", 1, ["sent_again"])
    else:
        assert (row.state, doubles, flagged) == ("dead", 0, ["unknown_outcome"])
        assert "a person must decide" in row.last_error


def test_killed_again_and_again_no_text_is_lost_and_every_possible_double_is_on_record(
    bench, another_process
):
    ledger = Ledger(lambda arrival: time.sleep(0.02) or "")
    ours = bench(ledger)
    ids = [ours.owe(target=f"+62812345{n:05d}", body=f"text {n}") for n in range(60)]
    deadline = time.monotonic() + 30
    while any(ours.row(id).state == "queued" for id in ids) and time.monotonic() < deadline:
        child = another_process(ours.stub.url)
        time.sleep(0.3)
        child.kill()
        child.wait()
        with ours.store.write() as db:  # leases of the dead run out at once
            db.execute(
                "UPDATE outbox SET lease_until = '2000-01-01T00:00:00.000Z' WHERE lease_until IS NOT NULL"
            )
    ours.clock.speed = 60.0
    ours.work(40)
    assert {ours.row(id).state for id in ids} == {"sent"}
    assert {f"text {n}" for n in range(60)} == set(ledger.bodies)
    for n, id in enumerate(ids):
        if ledger.bodies.count(f"text {n}") > 1:
            assert "sent_again" in [line.action for line in audit.of_subject(ours.store.read(), id)]


def test_told_to_stop_a_worker_finishes_what_it_has_begun_and_begins_nothing(bench, another_process):
    ledger = Ledger(lambda arrival: time.sleep(1.0) or "")
    ours = bench(ledger)
    ids = [ours.owe(target=f"+62812345{n:05d}") for n in range(12)]
    child = another_process(ours.stub.url)
    until(lambda: any(ours.row(id).state == "sending" for id in ids))
    os.kill(child.pid, signal.SIGTERM)
    started = time.monotonic()
    assert child.communicate(timeout=15)[0] == "stopped, still sending: 0\n" and child.returncode == 0
    assert time.monotonic() - started < 8
    states = [ours.row(id).state for id in ids]
    assert set(states) == {"sent", "queued"} and states.count("sent") == len(posts(ours)) <= 4
    assert all(ours.row(id).lease_owner is None for id in ids if ours.row(id).state != "sent")


def test_something_owed_is_begun_within_a_fraction_of_a_second(bench):
    ledger = Ledger()
    ours = bench(ledger)
    with ours.running():
        time.sleep(0.3)
        waits = []
        for n in range(10):
            id = ours.owe(target=f"+62812345{n:05d}")
            started = time.monotonic()
            until(lambda id=id: ours.row(id).state == "sent")
            waits.append(time.monotonic() - started)
    assert sorted(waits)[5] < 0.3


def test_an_idle_worker_hardly_works(bench):
    ours = bench(Ledger())
    with ours.running():
        time.sleep(0.5)
        before, began = time.process_time(), ours.store.commits
        time.sleep(2.0)
        spent, commits = time.process_time() - before, ours.store.commits - began
    assert spent < 0.4 and commits < 60


def test_two_workers_never_send_one_text_twice(bench, another_process):
    ledger = Ledger()
    ours = bench(ledger)
    ids = [ours.owe(target=f"+62812345{n:05d}", body=f"text {n}") for n in range(60)]
    another_process(ours.stub.url)
    another_process(ours.stub.url)
    until(lambda: not ours.open_rows(), 30)
    assert sorted(ledger.bodies) == sorted(f"text {n}" for n in range(60))
    assert {ours.row(id).attempts for id in ids} == {1}


def test_a_row_claimed_by_a_worker_that_died_before_the_fence_is_simply_sent(bench):
    ledger = Ledger()
    ours = bench(ledger)
    id = ours.owe()
    with ours.store.write() as db:
        assert outbox.claim(db, now=ours.now(), owner="the dead", kinds=("sms",), lease_seconds=60)
    ours.clock.skip(61)
    ours.work()
    assert ours.row(id).state == "sent" and len(ledger.texts) == 1 and ledger.texts[0]["from"] == OURS
