"""Timers fire once; sweeps find what nobody told us."""

import json
import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import pytest

from jobs import backoff, sweeps
from jobs.plan import plan
from jobs.rates import Rates
from store import NotStored, calls, legs, library, messages, meta, outbox, recordings, timers, times
from tests.carrier.stub import Answer, refusal
from tests.jobs.conftest import ALERTS, Ledger, until


def arm(ours, kind="escalate", subject="KP-1", seconds=0.0):
    with ours.store.write() as db:
        timers.arm(db, kind=kind, subject=subject, at=times.plus(ours.now(), seconds), payload='{"tier": 2}')


def test_a_timer_fires_at_its_time_once_with_its_payload(bench):
    fired = []
    ours = bench(Ledger(), speed=20.0)
    arm(ours, seconds=10)
    with ours.running(
        {"escalate": lambda db, timer: fired.append((timer.subject, timer.payload, ours.now()))}
    ):
        begun = ours.now()
        until(lambda: timers.load(ours.store.read(), kind="escalate", subject="KP-1") is None)
    ((subject, payload, at),) = fired
    assert (subject, payload) == ("KP-1", '{"tier": 2}')
    assert times.plus(begun, 9) < at < times.plus(begun, 25)


def test_what_a_timer_wrote_and_its_end_are_one_transaction(bench):
    tries = []

    def work(db, timer):
        meta.put(db, "written", f"{len(tries)}")
        tries.append(timer.attempts)
        if len(tries) < 3:
            raise ValueError("not yet")

    ours = bench(Ledger(), speed=20.0).in_a_hurry()
    arm(ours)
    with ours.running({"escalate": work}):
        until(lambda: timers.load(ours.store.read(), kind="escalate", subject="KP-1") is None)
    assert tries == [1, 2, 3] and meta.get(ours.store.read(), "written") == "2"


def test_a_timer_whose_work_always_fails_is_kept_for_a_person(bench):
    def work(db, timer):
        raise ValueError("never")

    ours = bench(Ledger(), speed=2_000.0).in_a_hurry()
    arm(ours)
    with ours.running({"escalate": work}):
        until(lambda: timers.load(ours.store.read(), kind="escalate", subject="KP-1").state == "dead", 20)
    row = timers.load(ours.store.read(), kind="escalate", subject="KP-1")
    # A lease that ran out on a busy machine, where an hour is two seconds, is a try too.
    assert row.attempts >= backoff.TRIES and row.last_error == "ValueError: never"


def test_a_timer_that_sets_itself_anew_goes_on_ticking(bench):
    ticks = []

    def tick(db, timer):
        ticks.append(timer.id)
        if len(ticks) < 4:
            timers.arm(db, kind="tick", subject=timer.subject, at=times.plus(ours.now(), 1))

    ours = bench(Ledger(), speed=10.0)
    arm(ours, kind="tick")
    with ours.running({"tick": tick}):
        until(lambda: timers.load(ours.store.read(), kind="tick", subject="KP-1") is None)
    assert len(ticks) == 4


def test_a_timer_of_a_kind_that_nobody_handles_is_left_alone(bench):
    ours = bench(Ledger())
    arm(ours, kind="other")
    arm(ours)
    with ours.running({"escalate": lambda db, timer: None}):
        until(lambda: timers.load(ours.store.read(), kind="escalate", subject="KP-1") is None)
    assert timers.load(ours.store.read(), kind="other", subject="KP-1").attempts == 0


def test_a_hundred_timers_fire_each_once(bench):
    fired = []
    ours = bench(Ledger())
    for n in range(100):
        arm(ours, subject=f"KP-{n}")
    with ours.running({"escalate": lambda db, timer: fired.append(timer.subject)}):
        until(lambda: timers.next_at(ours.store.read()) is None, 30)
    assert sorted(fired) == sorted(f"KP-{n}" for n in range(100))


# -- sweeps


def test_a_call_that_never_ended_is_closed_as_the_carrier_says_and_told_once(bench):
    def answer(arrival):
        sid = arrival.path.rpartition("/")[2].removesuffix(".json")
        if sid == "CA3":
            return refusal(404, 20404)
        status = {"CA1": "completed", "CA2": "in-progress"}[sid]
        return Answer(200, {"sid": sid, "status": status, "duration": "61"})

    ours = bench(answer)
    with ours.store.write() as db:
        for sid in ("CA1", "CA2", "CA3"):
            calls.note(db, sid, at=ours.now(), status="in-progress")
    ours.clock.skip(4 * 3600 + 1)
    with ours.store.write() as db:
        calls.note(db, "CA4", at=ours.now(), status="in-progress")
    told = []
    with ours.running(closed=lambda db, row: told.append((row.sid, row.status))):
        until(lambda: len(told) == 2)
        ours.clock.skip(700)
        until(lambda: len([each for each in ours.arrivals if each.path.endswith("CA3.json")]) == 1)
    read = ours.store.read()
    assert sorted(told) == [("CA1", "completed"), ("CA3", "failed")]
    assert calls.load(read, "CA1").duration == 61 and calls.load(read, "CA2").final_at is None
    assert calls.load(read, "CA4").final_at is None


def test_a_telephone_that_was_silent_for_minutes_is_asked_after_and_its_lost_end_is_told(bench):
    def answer(arrival):
        sid = arrival.path.rpartition("/")[2].removesuffix(".json")
        return Answer(200, {"sid": sid, "status": {"CA1": "completed", "CA2": "in-progress"}[sid]})

    ours = bench(answer)
    with ours.store.write() as db:
        for sid in ("CA1", "CA2"):
            calls.note(db, sid, at=ours.now(), status="in-progress")
            legs.begin(
                db,
                id=sid,
                role="agent",
                contact="CA9",
                agent="siti",
                offer="CA9#1",
                service="contoh",
                outbox=None,
                at=ours.now(),
            )
            legs.known(db, legs.load(db, sid), sid, at=ours.now())
            legs.move(db, sid, legs.HOLD, at=ours.now())
    ours.clock.skip(130)
    told = []
    with ours.running(closed=lambda db, row: told.append((row.sid, row.status))):
        until(lambda: told)
    assert told == [("CA1", "completed")]


def test_a_text_of_whose_arrival_nothing_was_heard_is_asked_after(bench):
    def answer(arrival):
        if arrival.path.endswith("SM2.json"):
            return Answer(200, {"sid": "SM2", "status": "undelivered", "error_code": 30003})
        return Answer(200, {"sid": "SM1", "status": "delivered", "error_code": None})

    ours = bench(answer)
    with ours.store.write() as db:
        for sid, direction in (("SM1", "out"), ("SM2", "out"), ("SM3", "in")):
            messages.note(
                db, sid, at=ours.now(), direction=direction, status="sending" if direction == "out" else None
            )
    ours.clock.skip(901)
    with ours.running():
        until(lambda: messages.load(ours.store.read(), "SM2").final_at)
    read = ours.store.read()
    assert messages.load(read, "SM1").status == "delivered"
    assert (messages.load(read, "SM2").status, messages.load(read, "SM2").error_code) == (
        "undelivered",
        "30003",
    )
    assert len(ours.arrivals) == 2


def test_recordings_without_a_file_and_a_late_outbox_are_alarms_that_end_again(bench):
    ours = bench(Ledger())
    with ours.store.write() as db:
        recordings.note(db, "RE" + "1" * 32, at=ours.now(), status="in-progress")
    id = ours.owe("a kind that nobody handles")
    ours.clock.skip(601)

    def alarm(name):
        return meta.get(ours.store.read(), f"alarm_{name}")

    with ours.running():
        until(lambda: alarm("recordings_without_file"))
        until(lambda: alarm("outbox_late"))
        with ours.store.write() as db:
            assert outbox.cancel(db, id, now=ours.now())
            recordings.note(db, "RE" + "1" * 32, at=ours.now(), status="absent")
        ours.clock.skip(301)
        until(lambda: alarm("recordings_without_file") == "" and alarm("outbox_late") == "")


def test_what_the_carrier_complains_of_is_an_alarm_once_and_stands_for_an_hour(bench, caplog):
    complaint = {"sid": "NO1", "error_code": "11200", "resource_sid": "CA1"}
    ours = bench(Ledger(), alerts=[complaint])
    complaint["date_created"] = ours.now()[:19] + "Z"

    def alarm():
        return meta.get(ours.store.read(), "alarm_carrier_alerts")

    def asked():
        return len([each for each in ours.stub.arrivals if each.path == ALERTS])

    def at_rest():
        # A sweep counts to its next run from when it ended: a clock that jumps before that only puts it off.
        return json.loads(meta.get(ours.store.read(), "sweep_alerts") or "{}").get("owner") == ""

    with ours.running():
        until(alarm)
        for _ in range(2):
            until(at_rest)
            before = asked()
            ours.clock.skip(121)
            until(lambda before=before: asked() > before)
        assert caplog.text.count("ALARM: the carrier complains") == 1
        until(at_rest)
        ours.clock.skip(3600)
        until(lambda: alarm() == "")


def test_the_spool_is_given_back_at_least_every_thirty_seconds_by_one_process_at_a_time(bench):
    flushed = []
    ours = bench(Ledger(), speed=10.0)
    with ours.running(flush=lambda: flushed.append(times.instant(ours.now()))):
        until(lambda: len(flushed) >= 4, 20)
    gaps = [(after - before).total_seconds() for before, after in pairwise(flushed)]
    assert all(9 <= gap <= 30 for gap in gaps), gaps


def test_a_sweep_that_fails_runs_again_and_stops_nobody(bench, caplog):
    ours, tries = bench(Ledger(), speed=50.0), []

    def flush():
        tries.append(1)
        raise OSError("the spool is gone")

    id = ours.owe()
    with ours.running(flush=flush):
        until(lambda: len(tries) >= 2 and ours.row(id).state == "sent")
    assert "a sweep failed" in caplog.text


def test_after_an_outage_a_sweep_runs_at_its_usual_pace(bench):
    """The database went away while it ran, so that its end was not noted: its lease of two minutes must not hold it up."""
    ours, runs = bench(Ledger()), []
    store = ours.store

    def flush():
        runs.append(time.monotonic())
        if len(runs) == 1:
            away = library.sqlite3.connect(
                store.path, isolation_level=None, timeout=10, check_same_thread=False
            )
            away.execute("BEGIN IMMEDIATE")

            def back():
                away.execute("ROLLBACK")
                away.close()

            threading.Timer(4, back).start()  # longer than a write waits for its turn

    with ours.running(flush=flush):
        until(lambda: len(runs) >= 2, 40)
    assert runs[1] - runs[0] < 30


# -- the small parts


def test_waits_grow_with_full_jitter_and_end():
    for attempt in range(1, 40):
        waits = [backoff.delay(attempt, chance / 10) for chance in range(11)]
        assert waits == sorted(waits) and waits[0] == 0 and waits[-1] == min(900, 2 ** (attempt - 1))
    assert backoff.given_up(12, 0) and not backoff.given_up(11, 0)
    assert backoff.given_up(1, 4 * 3600 + 1) and not backoff.given_up(1, 4 * 3600)


def test_places_are_kept_for_those_who_wait_and_numbers_do_not_wait_for_each_other():
    now = [100.0]
    rates = Rates(1.0, lambda: now[0])
    assert [rates.wait("a", job) for job in ("1", "2", "3")] == [0.0, 1.0, 2.0]
    assert rates.wait("b", "4") == 0.0
    now[0] = 100.5
    assert rates.wait("a", "3") == 1.5 and rates.wait("a", "2") == 0.5
    now[0] = 102.0
    assert rates.wait("a", "3") == 0.0 and rates.wait("a", "2") == 0.0
    assert rates.wait("a", "5") == 1.0
    assert Rates(None, lambda: 0.0).wait("a", "1") == 0.0


@pytest.mark.parametrize("emulated", [True, False])
def test_settings_become_a_plan(emulated):
    settings = SimpleNamespace(
        public_url="https://x.id/s/", dial_prefixes=("+62",), dial_denied=("+62809",), dial_cap_per_hour=3,
        dial_cap_per_day=4, dial_time_limit=600, emergency_agents=("+628111",), lookup_hosts=("data.id",), emulated=emulated,
        delete_at_carrier=True,
    )  # fmt: skip
    found = plan(settings)
    assert found.callback("/sms/receipts") == "https://x.id/s/sms/receipts#rc=5&rp=all"
    assert (found.calls.per_hour, found.calls.per_day, found.calls.time_limit) == (3, 4, 600)
    assert found.texts.per_hour is None and found.texts.agents == {"+628111"}
    assert found.delete_at_carrier and found.texts_per_second == (None if emulated else 1.0)


def test_a_sweep_that_finds_the_database_away_does_not_fill_the_log(bench, monkeypatch):
    tried, ours = [], bench(Ledger())

    def full(tools, sweep, owner):
        tried.append(sweep.name)
        raise NotStored("database or disk is full")

    monkeypatch.setattr(sweeps, "run_if_due", full)
    with ours.running():
        until(lambda: len(set(tried)) == len(ours.worker._sweeps))
        until(lambda: not ours.worker._sweeping)
    assert sorted(tried) == sorted(set(tried))
