"""Events that the database could not take wait on the disk and come back in order, whatever is killed meanwhile."""

import os
import time

import pytest

import store
from store.spool import Flushed, Spool


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def _got(spool, refuse=(), away=()):
    """What a flush gives to a handler that refuses some and is without a database for others."""
    got = []

    def handler(event):
        if event["n"] in away:
            raise store.Busy("locked")
        if event["n"] in refuse:
            raise LookupError("no such flow")
        got.append(event["n"])

    return got, spool.flush(handler)


def test_events_come_back_in_the_order_in_which_they_were_kept(spool):
    for number in range(50):
        spool.keep({"n": number, "Body": "Sèlamat\x00 \ud800"})
    assert spool.count() == 50
    assert _got(spool) == (list(range(50)), Flushed(handled=50))
    assert (spool.count(), _got(spool)[0]) == (0, [])


def test_an_event_is_whole_and_synced_before_keep_returns(spool, tmp_path, process):
    child = process(
        """
import os, signal, sys, pathlib
from store.spool import Spool
Spool(pathlib.Path(sys.argv[1])).keep({"n": 1})
os.kill(os.getpid(), signal.SIGKILL)
""",
        tmp_path / "spool",
    )
    child.communicate(timeout=20)
    assert _got(spool)[0] == [1]


def test_an_event_whose_handler_fails_holds_up_its_own_call_and_no_other(spool):
    for number, order in enumerate(["CA1", "CA2", "CA1", "CA2"]):
        spool.keep({"n": number}, order=order)
    assert _got(spool, refuse=[0]) == ([1, 3], Flushed(handled=2, refused=1))
    assert _got(spool) == ([0, 2], Flushed(handled=2))


def test_poison_is_put_aside_after_five_tries_and_those_behind_it_go_on(spool):
    spool.keep({"n": 0}, order="CA1")
    spool.keep({"n": 1}, order="CA1")
    for _ in range(4):
        assert _got(spool, refuse=[0]) == ([], Flushed(refused=1))
    assert _got(spool, refuse=[0]) == ([], Flushed(poisoned=1))
    assert _got(spool, refuse=[0]) == ([1], Flushed(handled=1))
    assert (spool.count(), len(spool.poisoned())) == (0, 1)


def test_while_the_database_is_away_nobody_is_blamed(spool):
    for number in range(3):
        spool.keep({"n": number})
    for _ in range(20):
        assert _got(spool, away=[1])[0] in ([0], [])
    assert _got(spool) == ([1, 2], Flushed(handled=2))
    assert spool.poisoned() == []


def test_a_file_harmed_by_the_disk_is_put_aside_and_does_not_stop_the_rest(spool):
    spool.keep({"n": 0})
    (harmed,) = spool.folder.glob("*.json")
    harmed.write_bytes(b'{"order": "", "eve')
    (spool.folder / "notes.json").write_text("[]")
    spool.keep({"n": 1})
    assert _got(spool) == ([1], Flushed(handled=1, poisoned=2))
    assert len(spool.poisoned()) == 2


def test_a_file_half_written_is_not_an_event(spool):
    (spool.folder / ".01ARYZ6S410000000000000000.part").write_bytes(b'{"n":')
    assert (spool.count(), _got(spool)[0]) == (0, [])


def test_the_age_of_the_oldest_event_is_known(spool):
    assert spool.oldest_seconds() is None
    spool.keep({"n": 0})
    (file,) = spool.folder.glob("*.json")
    os.utime(file, (time.time() - 90, time.time() - 90))
    spool.keep({"n": 1})
    assert 89 < spool.oldest_seconds() < 95


def test_two_processes_do_not_flush_at_once(spool, tmp_path, process):
    spool.keep({"n": 0})
    child = process(
        """
import sys, pathlib, time
from store.spool import Spool
def handler(event):
    print("handling", flush=True)
    time.sleep(60)
Spool(pathlib.Path(sys.argv[1])).flush(handler)
""",
        tmp_path / "spool",
    )
    assert child.stdout.readline() == "handling\n"
    assert _got(spool) == ([], Flushed())
    child.kill()
    child.wait()
    assert _got(spool)[0] == [0]


FLUSHER = """
import sys, pathlib, store
from store import inbox
from store.spool import Spool
opened = store.connect(sys.argv[1], create=False)
def handler(event):
    with opened.write() as db:
        if inbox.first_time(db, account="AC", key=event["key"], kind="sms", received_at="") is None:
            db.execute("INSERT INTO counters VALUES ('done', ?, '', 1)", (event["key"],))
Spool(pathlib.Path(sys.argv[2])).flush(handler)
"""


def test_flushes_killed_again_and_again_lose_nothing_and_do_nothing_twice(db_store, path, spool, process):
    for number in range(150):
        spool.keep({"key": f"SM{number}"}, order=f"CA{number % 9}")
    left = [150]
    for _ in range(6):
        child = process(FLUSHER, path, spool.folder)
        deadline = time.monotonic() + 5
        while spool.count() > left[-1] - 15 and time.monotonic() < deadline:
            time.sleep(0.001)
        child.kill()
        child.wait()
        left.append(spool.count())
        if not left[-1]:
            break
    assert len(left) > 4
    child = process(FLUSHER, path, spool.folder)
    _, errors = child.communicate(timeout=30)
    assert (child.returncode, errors, spool.count(), spool.poisoned()) == (0, "", 0, [])
    done = db_store.read().execute("SELECT COUNT(*), SUM(count) FROM counters").fetchone()
    assert done == (150, 150)


def test_a_spool_that_cannot_be_written_stops_the_start(tmp_path):
    (tmp_path / "spool").write_text("in the way")
    with pytest.raises(store.Unusable, match=r"spool: events cannot be kept there.*Way out"):
        Spool(tmp_path / "spool")


def test_a_full_disk_is_told_and_leaves_no_half_event(tmp_path, process):
    child = process(
        """
import resource, sys, pathlib
from store.spool import Spool
spool = Spool(pathlib.Path(sys.argv[1]))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
spool.keep({"n": 0})
try:
    spool.keep({"n": 1, "Body": "x" * 5000})
except OSError:
    pass
else:
    raise AssertionError("kept more than fits")
assert spool.count() == 1
assert list(spool.folder.glob(".*part")) == []
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
spool.keep({"n": 2})
got = []
spool.flush(lambda event: got.append(event["n"]))
assert got == [0, 2], got
""",
        tmp_path / "spool",
    )
    _, errors = child.communicate(timeout=20)
    assert (child.returncode, errors) == (0, "")
