"""What write() promises: alone while it runs, durable when it returns, and no neighbour's fault is mine."""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlite_utils import Database

import store
from store import meta
from store.library import sqlite3
from store.turnstile import Turnstile

COUNTER = """
import sys, store
from store import meta
opened = store.connect(sys.argv[1], create=False)
for _ in range(int(sys.argv[2])):
    with opened.write() as db:
        meta.put(db, "counter", str(int(meta.get(db, "counter") or 0) + 1))
"""

# Prints each name only after its block has returned: what is printed was acknowledged.
ACKNOWLEDGER = """
import os, sys, threading, store
from store import meta
opened = store.connect(sys.argv[1], create=False)
def work(thread):
    for number in range(100_000):
        name = f"{os.getpid()}-{thread}-{number}"
        with opened.write() as db:
            meta.put(db, name + "/a", "half")
            meta.put(db, name + "/b", "half")
        os.write(1, (name + "\\n").encode())
for thread in range(4):
    threading.Thread(target=work, args=(thread,)).start()
"""

HOLDER = """
import sys, time, store
opened = store.connect(sys.argv[1], create=False)
with opened.write() as db:
    print("holding", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def test_four_processes_that_read_change_and_write_lose_nothing(db_store, path, process):
    children = [process(COUNTER, path, 2500) for _ in range(4)]
    for child in children:
        _, errors = child.communicate(timeout=120)
        assert (child.returncode, errors) == (0, "")
    assert meta.get(db_store.read(), "counter") == "10000"


def meta_rows(db_store) -> int:
    return int(db_store.read().execute("SELECT count(*) FROM meta").fetchone()[0])


def test_what_was_acknowledged_outlives_kill_9_and_nothing_is_half_there(db_store, path, process):
    acknowledged: set[str] = set()
    for round_, wait in enumerate((0.4, 0.7, 1.0), 1):
        children = [process(ACKNOWLEDGER, path) for _ in range(2)]
        time.sleep(wait)
        begun = time.monotonic()  # on a busy machine they may hardly have begun by then
        while meta_rows(db_store) < 40 * round_ and time.monotonic() < begun + 20:
            time.sleep(0.05)
        for child in children:
            child.kill()
        for child in children:
            # The last line may have been cut short by the kill.
            acknowledged |= {line for line in child.communicate()[0].splitlines(True) if line.endswith("\n")}
    names = {name.strip() for name in acknowledged}
    assert len(names) > 50
    rows = [name for (name,) in db_store.read().execute("SELECT name FROM meta")]
    first, second = ({name[:-2] for name in rows if name.endswith(end)} for end in ("/a", "/b"))
    assert names - first == set()
    assert first == second
    assert db_store.check().problems == ()


def _together(db_store, blocks):
    """Runs the blocks in threads that all queue behind one that is held until the last has arrived."""
    gate = threading.Event()

    def first():
        with db_store.write():
            gate.wait(5)

    with ThreadPoolExecutor(len(blocks) + 1) as pool:
        head = pool.submit(first)
        time.sleep(0.05)
        futures = []
        for block in blocks:
            futures.append(pool.submit(block))
            time.sleep(0.005)
        gate.set()
        head.result()
    return futures


def _put(db_store, name):
    def block():
        with db_store.write() as db:
            meta.put(db, name, "there")

    return block


def test_threads_that_wait_share_one_commit(db_store):
    for future in _together(db_store, [_put(db_store, f"n{i}") for i in range(12)]):
        future.result()
    assert db_store.blocks == 13
    assert db_store.commits <= 4
    assert meta.get(db_store.read(), "n11") == "there"


def test_at_most_32_blocks_share_a_commit_so_that_none_waits_for_ever(db_store):
    for future in _together(db_store, [_put(db_store, f"n{i}") for i in range(40)]):
        future.result()
    assert db_store.blocks == 41
    assert db_store.commits >= 2


def test_a_block_that_fails_undoes_itself_and_not_its_neighbours(db_store):
    def fails():
        with db_store.write() as db:
            meta.put(db, "mine", "gone")
            raise LookupError("no such flow")

    blocks = [_put(db_store, "before"), fails, _put(db_store, "after"), fails]
    outcomes = [type(future.exception()) for future in _together(db_store, blocks)]
    assert outcomes == [type(None), LookupError, type(None), LookupError]
    reader = db_store.read()
    assert [meta.get(reader, name) for name in ("before", "mine", "after")] == ["there", None, "there"]


def test_a_single_block_that_fails_leaves_nothing_and_lets_the_next_one_in(db_store):
    with pytest.raises(LookupError), db_store.write() as db:
        meta.put(db, "mine", "gone")
        raise LookupError
    _put(db_store, "next")()
    reader = db_store.read()
    assert (meta.get(reader, "mine"), meta.get(reader, "next")) == (None, "there")


def test_when_the_commit_fails_every_block_of_the_batch_hears_of_it(db_store):
    def dangling():
        with db_store.write() as db:
            # A fault that SQLite finds only at COMMIT.
            db.execute("PRAGMA defer_foreign_keys=ON")
            db.execute("INSERT INTO current_flows VALUES ('hello', 'no such version', '')")

    futures = _together(db_store, [_put(db_store, "one"), dangling, _put(db_store, "two")])
    assert [type(future.exception()) for future in futures].count(store.NotStored) >= 2
    reader = db_store.read()
    for name, future in zip(("one", "two"), (futures[0], futures[2]), strict=True):
        assert (meta.get(reader, name) is None) == (future.exception() is not None)
    _put(db_store, "later")()
    assert meta.get(db_store.read(), "later") == "there"


def test_a_thousand_blocks_in_random_threads_are_each_all_there_or_raised(db_store):
    chance = random.Random(2)
    plan = [(f"n{i}", chance.random() < 0.2) for i in range(1000)]

    def run(name, fails):
        with db_store.write() as db:
            meta.put(db, name, "there")
            if fails:
                raise LookupError(name)

    with ThreadPoolExecutor(8) as pool:
        outcomes = [(name, fails, pool.submit(run, name, fails)) for name, fails in plan]
    reader = db_store.read()
    for name, fails, future in outcomes:
        assert isinstance(future.exception(), LookupError) == fails
        assert (meta.get(reader, name) is None) == fails
    assert db_store.commits < 800


def test_a_write_inside_a_write_is_refused_and_not_a_deadlock(db_store):
    with db_store.write() as db:
        with pytest.raises(RuntimeError, match="pass the connection on"), db_store.write():
            pass
        meta.put(db, "outer", "there")
    assert meta.get(db_store.read(), "outer") == "there"


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
def test_a_block_may_not_end_the_transaction_itself(db_store, statement):
    with pytest.raises(RuntimeError, match="may not commit"), db_store.write() as db:
        db.execute(statement)
    _put(db_store, "next")()
    assert meta.get(db_store.read(), "next") == "there"


def test_sqlite_utils_tables_take_part_in_the_block_and_do_not_end_it(db_store):
    with pytest.raises(LookupError), db_store.write() as db:
        Database(db).table("meta").insert_all([{"name": "one", "value": "1"}, {"name": "two", "value": "2"}])
        raise LookupError
    with db_store.write() as db:
        Database(db).table("meta").upsert({"name": "three", "value": "3"}, pk="name")
        meta.put(db, "four", "4")
    assert db_store.read().execute("SELECT name FROM meta ORDER BY value").fetchall() == [
        ("three",),
        ("four",),
    ]


def test_a_program_that_does_not_take_turns_cannot_write_between_our_reading_and_writing(db_store, path):
    stranger = sqlite3.connect(str(path), timeout=0)
    with db_store.write() as db:
        meta.get(db, "name")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            meta.put(stranger, "name", "theirs")
        meta.put(db, "name", "ours")
    stranger.close()
    assert meta.get(db_store.read(), "name") == "ours"


def test_a_block_whose_neighbour_gave_up_waiting_is_committed_all_the_same(db_store):
    # As if a thread had been waiting when the block ended, and had lost patience before its turn came.
    db_store._waiting = 1
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_put(db_store, "left alone")).result(timeout=5)
    db_store._waiting = 0
    assert meta.get(db_store.read(), "left alone") == "there"


def test_whoever_waits_for_a_turn_gets_the_next_one(path):
    path.parent.mkdir()
    mine, theirs = Turnstile(path), Turnstile(path)
    turns = []

    def other():
        theirs.enter(5)
        turns.append("theirs")
        theirs.leave()

    for _ in range(20):
        mine.enter(5)
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.01)
        turns.append("mine")
        mine.leave()
        # At once again, as a busy process does.
        mine.enter(5)
        turns.append("mine again")
        mine.leave()
        thread.join()
    mine.close()
    theirs.close()
    assert turns == ["mine", "theirs", "mine again"] * 20


def test_a_process_that_holds_the_lock_too_long_makes_others_busy_and_not_hang(db_store, path, process):
    holder = process(HOLDER, path, 60)
    assert holder.stdout.readline() == "holding\n"
    started = time.monotonic()
    with pytest.raises(store.Busy), db_store.write():
        pass
    assert 2.5 < time.monotonic() - started < 5
    holder.kill()
    holder.wait()
    _put(db_store, "next")()


def test_of_two_busy_processes_neither_starves(db_store, path, process):
    children = [process(ACKNOWLEDGER, path) for _ in range(2)]
    time.sleep(2)
    for child in children:
        child.kill()
    shares = [len(child.communicate()[0].splitlines()) for child in children]
    assert min(shares) > 0.2 * sum(shares), shares


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_writes_and_reads_through_connections_of_its_own(db_store):
    _put(db_store, "parent")()
    db_store.read()

    def run():
        assert not [name for name in _open_files() if str(db_store.path) in name]
        assert meta.get(db_store.read(), "parent") == "there"
        _put(db_store, "child")()

    assert _forked(run)
    _put(db_store, "again")()
    reader = db_store.read()
    assert (meta.get(reader, "child"), meta.get(reader, "again")) == ("there", "there")
    assert db_store.check().problems == ()


def _open_files():
    names = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the folder's own, closed again by now
            names.append(os.readlink(f"/proc/self/fd/{number}"))
    return names


def _forked(run):
    """Runs in a forked child; True when it raised nothing."""
    child = os.fork()
    if child == 0:
        try:
            run()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _holding(db_store, seconds):
    inside = threading.Event()

    def holds():
        with db_store.write():
            inside.set()
            time.sleep(seconds)

    thread = threading.Thread(target=holds)
    thread.start()
    assert inside.wait(5)
    return thread


# What these two do, Python 3.12 and later warn of; that it is dangerous is why they are here.
forks_with_threads = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@forks_with_threads
def test_a_fork_waits_for_the_block_that_is_running(db_store):
    thread = _holding(db_store, 0.3)
    assert _forked(_put(db_store, "child"))
    thread.join()
    assert meta.get(db_store.read(), "child") == "there"


@forks_with_threads
def test_a_child_forked_in_the_middle_of_a_long_block_is_told_not_to_write(db_store, monkeypatch):
    monkeypatch.setattr("store.db.WAIT_SECONDS", 0.1)
    thread = _holding(db_store, 0.5)

    def run():
        with pytest.raises(store.NotStored, match="start it anew"), db_store.write():
            pass

    assert _forked(run)
    thread.join()


def test_a_file_that_disappears_under_us_is_named_and_its_return_is_noticed(db_store, path):
    _put(db_store, "before")()
    away = path.with_name("away.db")
    db_store.read().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    path.rename(away)
    with pytest.raises(store.NotStored, match=r"sambung\.db: is gone"), db_store.write():
        pass
    with pytest.raises(store.NotStored, match=r"sambung\.db"):
        db_store.read()
    away.rename(path)
    _put(db_store, "after")()
    reader = db_store.read()
    assert (meta.get(reader, "before"), meta.get(reader, "after")) == ("there", "there")


def test_a_file_that_is_replaced_under_us_is_left_alone_until_we_are_stopped(db_store, path, tmp_path):
    _put(db_store, "in the old one")()
    other = store.connect(tmp_path / "other.db")
    _put(other, "in the new one")()
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    os.replace(tmp_path / "other.db", path)
    # Opened now, the old file's log would be played into it.
    with pytest.raises(store.NotStored, match=r"was replaced while we run\. Way out: stop"), db_store.write():
        pass
    with pytest.raises(store.NotStored, match="was replaced"):
        db_store.read()
    assert path.read_bytes() == before


def test_the_reading_connection_refuses_to_write(db_store):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        meta.put(db_store.read(), "name", "value")


def test_a_reader_sees_neither_half_of_a_block_nor_waits_for_it(db_store):
    reader = db_store.read()
    with db_store.write() as db:
        meta.put(db, "name", "value")
        assert meta.get(reader, "name") is None
    assert meta.get(reader, "name") == "value"


def test_changed_tells_of_commits_of_this_and_of_other_processes(db_store, path, process):
    assert db_store.changed()
    assert not db_store.changed()
    _put(db_store, "mine")()
    assert db_store.changed()
    assert not db_store.wait(0.05)
    child = process(COUNTER, path, 1)
    assert db_store.wait(20)
    child.communicate()


def test_the_database_is_durable_and_checks_foreign_keys(db_store):
    with db_store.write() as db:
        settings = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "foreign_keys", "busy_timeout")
        }
        assert db.execute("PRAGMA mmap_size").fetchall() in ([], [(0,)])
    assert settings == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 3000}
    assert db_store.check().journal_mode == "wal"
