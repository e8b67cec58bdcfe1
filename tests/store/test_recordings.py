"""Recordings: what reports make of them, and how they are claimed, kept and given up; on a real file."""

from __future__ import annotations

import itertools
import random

import pytest

from store import recordings, times
from store.library import sqlite3

AT = "2026-03-11T02:00:{:02d}.000Z"
NOW = AT.format(30)
RE = "RE" + "0" * 31


@pytest.fixture
def db(db_store):
    with db_store.write() as connection:
        yield connection


def told(db, sid=RE + "1", second=0, **report):
    return recordings.note(db, sid, at=AT.format(second), **report)[1]


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ([{"step": "pesan", "duration": 7}], "waiting"),
        ([{"status": "completed", "duration": 7}], "waiting"),
        ([{"status": "in-progress"}], "held"),
        ([{"status": "processing", "duration": 7}], "held"),
        ([{"status": "in-progress"}, {"status": "completed", "duration": 7}], "waiting"),
        ([{"status": "completed", "duration": 0}], "nothing"),
        ([{"step": "pesan", "duration": 0}], "nothing"),
        ([{"status": "completed", "duration": 0}, {"step": "pesan", "duration": 3}], "waiting"),
        ([{"status": "absent"}], "nothing"),
        ([{"status": "failed", "duration": 9}], "nothing"),
        ([{"status": "a word of next year"}], "waiting"),
    ],
)
def test_reports_in_any_order_say_alike_whether_there_is_something_to_fetch(db, reports, state):
    rows = set()
    for number, order in enumerate(itertools.permutations([*enumerate(reports), *enumerate(reports)])):
        for second, report in order:
            row = told(db, f"RE{number:032x}", second, **report)
        rows.add(row._replace(sid=""))
    (row,) = rows
    assert row.state == state
    assert row.next_try == (AT.format(0) if state == "waiting" else None)
    assert (row.fault is not None) == (state == "nothing")


@pytest.mark.parametrize(
    "sid",
    ["RE1", "RE" + "G" * 32, "RE" + "a" * 33, "CA" + "a" * 32, "../../etc/passwd", "RE" + "a" * 31 + "/",
     "RE" + "a" * 30 + "%2", "RE" + "a" * 32 + "\n", "RE" + "\u0660" * 32, "re" + "a" * 32, ""],
)  # fmt: skip
def test_what_is_no_sid_is_never_asked_for(db, sid):
    assert told(db, sid, status="completed", duration=5).state == "nothing"
    assert recordings.claim(db, now=NOW, owner="a") == []


def test_a_recording_is_leased_to_one_and_to_another_when_its_lease_has_run_out(db):
    told(db, status="completed")
    ((first, leftover),) = recordings.claim(db, now=NOW, owner="a", lease_seconds=10)
    assert (first.tries, first.lease_owner, leftover) == (1, "a", None)
    assert recordings.claim(db, now=times.plus(NOW, 9), owner="b") == []
    assert recordings.renew(db, first.sid, owner="a", now=times.plus(NOW, 9), lease_seconds=10)
    assert recordings.claim(db, now=times.plus(NOW, 18), owner="b") == []
    ((second, leftover),) = recordings.claim(db, now=times.plus(NOW, 20), owner="b")
    assert (first.file, second.file, second.tries) == (f"{leftover}.1", f"{leftover}.2", 2)
    late = {"owner": "a", "now": times.plus(NOW, 21)}
    assert not recordings.renew(db, first.sid, **late)
    assert not recordings.keep(db, first.sid, **late, file=first.file, size=1, sha256="x", format="wav")
    assert not recordings.retry_later(db, first.sid, **late, at=NOW, fault="slow")
    assert not recordings.bury(db, first.sid, **late, fault="slow")
    assert recordings.load(db, first.sid) == second


def test_what_is_kept_stays_kept_whatever_is_told_later(db):
    told(db, status="completed", duration=7)
    ((row, _),) = recordings.claim(db, now=NOW, owner="a")
    assert recordings.keep(db, row.sid, owner="a", now=NOW, file=row.file, size=9, sha256="ab", format="wav")
    kept = recordings.load(db, row.sid)
    assert (kept.state, kept.fetched_at, kept.file, kept.bytes) == ("fetched", NOW, row.file, 9)
    later = told(db, second=40, status="completed", duration=8, step="pesan")
    assert later == kept._replace(duration=8, step="pesan", updated_at=AT.format(40))
    assert recordings.claim(db, now=AT.format(59), owner="b") == [] and recordings.next_due(db) is None
    assert [each.sid for each in recordings.still_at_carrier(db)] == [row.sid]
    assert recordings.deleted(db, row.sid, at=NOW) and not recordings.deleted(db, row.sid, at=AT.format(50))
    assert recordings.still_at_carrier(db) == [] and recordings.load(db, row.sid).deleted_at == NOW


def test_a_repeated_callback_does_not_hurry_a_retry(db):
    told(db, status="completed")
    recordings.claim(db, now=NOW, owner="a")
    later = times.plus(NOW, 60)
    assert recordings.retry_later(db, RE + "1", owner="a", now=NOW, at=later, fault="not there yet")
    assert told(db, second=31, status="completed", duration=4).next_try == later
    assert recordings.next_due(db) == later
    assert recordings.claim(db, now=times.plus(NOW, 59), owner="b") == []
    ((row, _),) = recordings.claim(db, now=later, owner="b")
    assert (row.tries, row.fault) == (2, "not there yet")


def test_a_dead_letter_rests_until_a_person_or_the_carrier_says_otherwise(db):
    told(db, step="pesan", duration=3)
    recordings.claim(db, now=NOW, owner="a")
    assert recordings.bury(db, RE + "1", owner="a", now=NOW, fault="no sound")
    assert told(db, second=31, url="x").state == "dead" and recordings.unfetched(db, AT.format(59)) == []
    assert recordings.revive(db, RE + "1", now=NOW) and not recordings.revive(db, RE + "1", now=NOW)
    recordings.claim(db, now=NOW, owner="b")
    recordings.bury(db, RE + "1", owner="b", now=NOW, fault="no sound")
    assert told(db, second=32, status="completed").state == "waiting"
    assert recordings.counts(db) == {"waiting": 1}


def test_what_kills_every_worker_that_fetches_it_is_given_up(db):
    told(db, status="completed")
    now = NOW
    for number in range(recordings.MOST_CUT_OFF + 1):
        assert recordings.claim(db, now=now, owner=str(number), lease_seconds=1)
        now = times.plus(now, 2)
    assert recordings.claim(db, now=now, owner="x") == []
    row = recordings.load(db, RE + "1")
    assert (row.state, row.cut_off, row.tries) == (
        "dead",
        recordings.MOST_CUT_OFF,
        recordings.MOST_CUT_OFF + 1,
    )
    assert recordings.revive(db, RE + "1", now=now) and recordings.claim(db, now=now, owner="x")


def test_a_recording_without_a_sid_is_found_by_its_call(db):
    told(db, "unknown-CA1", call_sid="CA1", session_id="CA1", duration=7, step="pesan", consent="id")
    assert recordings.adopt(db, at=NOW) == []
    for number, seconds in enumerate((3, 7, 5)):
        told(db, RE + str(number), number, call_sid="CA1", duration=seconds, status="completed")
    told(db, RE + "9", call_sid="CA2", duration=7, status="completed")
    assert recordings.adopt(db, at=NOW) == [RE + "1"]
    row = recordings.load(db, RE + "1")
    assert (row.step, row.consent, row.session_id, row.state) == ("pesan", "id", "CA1", "waiting")
    assert recordings.load(db, "unknown-CA1") is None and recordings.adopt(db, at=NOW) == []


def test_what_the_carrier_never_finishes_is_given_up_and_the_rest_is_not(db):
    told(db, RE + "1", status="in-progress")
    told(db, RE + "2", second=20, status="in-progress")
    told(db, RE + "3", status="completed")
    assert recordings.give_up_held(db, AT.format(10), now=NOW, fault="never complete") == [RE + "1"]
    states = {row.sid[-1]: row.state for row in recordings.latest(db)}
    assert states == {"1": "dead", "2": "held", "3": "waiting"}
    assert [row.sid for row in recordings.latest(db, state="dead")] == [RE + "1"]


def test_a_thousand_claims_of_ten_workers_give_every_recording_to_one(db_store):
    with db_store.write() as db:
        for number in range(200):
            told(db, f"RE{number:032x}", status="completed")
    chance, given = random.Random(1), []
    for number in range(100):
        with db_store.write() as db:
            given += recordings.claim(db, now=NOW, owner=str(number), limit=chance.randrange(1, 6))
    assert len({row.sid for row, _ in given}) == len(given) == 200
    assert len({row.file for row, _ in given}) == 200


def test_recordings_of_before_the_migration_become_due(db_store):
    from sqlite_utils import Database

    from store.migrations import KNOWN, migrations

    old = sqlite3.connect(":memory:")
    migrations.apply(Database(old), stop_before="013_recordings_kept")
    rows = [
        (RE + "1", "completed", 5), (RE + "2", None, 5), (RE + "3", "absent", None), (RE + "4", "in-progress", None),
        (RE + "5", "completed", 0), ("REold", "completed", 5), ("unknown-CA1", None, 5),
    ]  # fmt: skip
    for sid, status, duration in rows:
        old.execute(
            "INSERT INTO recordings (sid, status, duration, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            (sid, status, duration, NOW, NOW),
        )
    migrations.apply(Database(old))
    assert "013_recordings_kept" in KNOWN
    found = [recordings.load(old, sid) for sid, _, _ in rows]
    assert [row.state for row in found] == [
        "waiting",
        "waiting",
        "nothing",
        "held",
        "nothing",
        "nothing",
        "held",
    ]
    assert [row.next_try for row in found] == [NOW, NOW, None, None, None, None, None]
    assert all(row.state == recordings.wanted(row)[0] for row in found)
    old.close()
