"""Timers fire at least once, and what is set anew while it fires, fires again."""

import pytest

from store import timers, times

NOW = "2026-03-11T02:00:00.000Z"


def _after(seconds):
    return times.plus(NOW, seconds)


def _claim(db, at=NOW, owner="worker-1", **more):
    return [timer.subject for timer in timers.claim(db, now=at, owner=owner, **more)]


@pytest.fixture
def db(db_store):
    with db_store.write() as connection:
        yield connection


def test_timers_fire_in_the_order_of_their_times_and_not_before(db):
    for subject, seconds in (("late", 20), ("soon", 10)):
        timers.arm(db, kind="remind", subject=subject, at=_after(seconds))
    assert timers.next_at(db) == _after(10)
    assert _claim(db, _after(9)) == []
    assert _claim(db, _after(20)) == ["soon", "late"]


def test_a_timer_set_again_has_only_the_new_time(db):
    timers.arm(db, kind="remind", subject="BI-1", at=_after(10), payload='{"n": 1}')
    timers.arm(db, kind="remind", subject="BI-1", at=_after(50), payload='{"n": 2}')
    assert _claim(db, _after(49)) == []
    (timer,) = timers.claim(db, now=_after(50), owner="worker-1")
    assert (timer.payload, timer.attempts) == ('{"n": 2}', 1)


def test_a_timer_that_was_taken_away_does_not_fire(db):
    timers.arm(db, kind="remind", subject="BI-1", at=NOW)
    assert timers.cancel(db, kind="remind", subject="BI-1")
    assert not timers.cancel(db, kind="remind", subject="BI-1")
    assert _claim(db) == []


def test_the_timer_of_a_worker_that_died_is_taken_over_and_the_late_one_cannot_finish_it(db):
    timers.arm(db, kind="escalate", subject="BI-1", at=NOW)
    (timer,) = timers.claim(db, now=NOW, owner="worker-1")
    assert _claim(db, _after(60), "worker-2") == []
    assert _claim(db, _after(61), "worker-2") == ["BI-1"]
    assert not timers.finish(db, timer.id, owner="worker-1")
    assert timers.finish(db, timer.id, owner="worker-2")
    assert timers.load(db, kind="escalate", subject="BI-1") is None


def test_a_timer_set_anew_while_it_fires_fires_again(db):
    timers.arm(db, kind="tick", subject="CA1", at=NOW)
    (timer,) = timers.claim(db, now=NOW, owner="worker-1")
    timers.arm(db, kind="tick", subject="CA1", at=_after(15))
    assert not timers.finish(db, timer.id, owner="worker-1")
    assert _claim(db, _after(15)) == ["CA1"]


def test_a_timer_whose_work_fails_comes_again_and_at_last_is_put_aside(db):
    timers.arm(db, kind="tick", subject="CA1", at=NOW)
    (timer,) = timers.claim(db, now=NOW, owner="w")
    assert timers.retry_later(db, timer.id, owner="w", at=_after(5), error="boom")
    (timer,) = timers.claim(db, now=_after(5), owner="w")
    assert (timer.attempts, timer.last_error) == (2, "boom")
    assert timers.bury(db, timer.id, owner="w", error="boom again")
    assert (_claim(db, _after(500)), timers.next_at(db)) == ([], None)
    assert timers.load(db, kind="tick", subject="CA1").state == "dead"


def test_a_worker_gets_only_the_kinds_it_knows(db):
    timers.arm(db, kind="tick", subject="CA1", at=NOW)
    assert _claim(db, kinds=["remind"]) == []
    assert _claim(db, kinds=["remind", "tick"]) == ["CA1"]
