"""Opening the file: damages are named, migrations survive a kill, a doubtful library gets no WAL."""

import logging
import os
import random
import tempfile
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

import store
from store import library, meta, opening
from store.library import sqlite3
from store.migrations import KNOWN, migrations


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 53, 4), "wal"),
        ((4, 0, 0), "wal"),
    ],
)
def test_only_a_repaired_library_gets_wal_and_any_other_is_named_aloud(
    path, version, mode, monkeypatch, caplog
):
    monkeypatch.setattr(library, "library_version", lambda: version)
    with caplog.at_level(logging.WARNING):
        opened = store.connect(path)
    assert opened.check().journal_mode == mode
    with opened.write() as db:
        meta.put(db, "name", "value")
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert meta.get(opened.read(), "name") == "value"
    spelled = ".".join(map(str, version))
    assert (f"SQLite {spelled} can corrupt" in caplog.text) == (mode == "truncate")
    assert bool(opened.check().problems) == (mode == "truncate")
    opened.close()


def test_a_file_in_wal_mode_is_converted_for_an_affected_library_or_refused(path, monkeypatch):
    store.connect(path).close()
    monkeypatch.setattr(library, "library_version", lambda: (3, 40, 1))
    with pytest.raises(
        store.Unusable, match=r"journal mode WAL, which SQLite 3\.40\.1 may corrupt.*pysqlite3"
    ):
        store.connect(path, create=False)
    opened = store.connect(path)
    assert opened.check().journal_mode == "truncate"
    opened.close()
    store.connect(path, create=False).close()


def _says(path, *words, create=False):
    with pytest.raises(store.Unusable) as refusal:
        store.connect(path, create=create)
    text = str(refusal.value)
    for word in (str(path), "Way out", *words):
        assert word in text, text


def test_a_missing_file_is_named_and_not_made(path):
    path.parent.mkdir()
    _says(path, "no such file", "make run")
    assert not path.exists()


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_named_and_left_as_it_was(path, create):
    path.parent.mkdir()
    path.write_bytes(b"Dear customer, " * 1000)
    _says(path, "is not a database", create=create)
    assert path.read_bytes() == b"Dear customer, " * 1000


@pytest.mark.parametrize("create", [True, False])
def test_a_harmed_header_is_named(path, create):
    store.connect(path).close()
    with path.open("r+b") as file:
        file.write(os.urandom(100))
    _says(path, "is not a database", create=create)


@pytest.mark.parametrize("create", [True, False])
def test_a_file_cut_short_is_named(path, create):
    store.connect(path).close()
    os.truncate(path, 4096)
    _says(path, "is damaged", "restore the last backup", create=create)


def test_damage_inside_is_found_by_the_check(path):
    opened = store.connect(path)
    with opened.write() as db:
        for number in range(2000):
            meta.put(db, f"name {number}", "value" * 20)
    opened.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 40 * 4096)
        file.write(os.urandom(20 * 4096))
    opened = store.connect(path)
    assert opened.check().problems != ()
    opened.close()


def test_a_folder_in_place_of_the_file_is_named(path):
    path.mkdir(parents=True)
    _says(path, "is a folder")
    _says(path, "is a folder", create=True)


def test_another_programs_database_is_left_alone(path):
    path.parent.mkdir()
    other = sqlite3.connect(str(path))
    other.execute("CREATE TABLE notes (text TEXT)")
    other.commit()
    other.close()
    _says(path, "another program", create=True)
    other = sqlite3.connect(str(path))
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
    other.close()


@pytest.mark.parametrize("create", [True, False])
def test_a_schema_newer_than_the_program_is_refused(path, create):
    opened = store.connect(path)
    with opened.write() as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('sambung', '999_faxes', '2030')"
        )
    assert "migration 999_faxes is from a newer version" in opened.check().problems
    opened.close()
    _says(path, "newer Sambung", "999_faxes", create=create)


def test_a_schema_older_than_the_program_is_brought_up_to_date_only_by_a_start(path):
    path.parent.mkdir()
    connection = sqlite3.connect(str(path), isolation_level=None)
    migrations.apply(Database(connection), stop_before=KNOWN[-1])
    connection.close()
    _says(path, "lacks the migrations", KNOWN[-1])
    opened = store.connect(path)
    assert opened.check().problems == ()
    opened.close()


@pytest.mark.parametrize(
    ("what", "mode"), [("the file", 0o400), ("the folder", 0o500)], ids=["file", "folder"]
)
def test_a_file_or_folder_that_may_not_be_written_is_named(path, what, mode):
    opened = store.connect(path)
    opened.close()
    for harmed in (path, path.parent):
        os.chown(harmed, 65534, 65534)
    # All of pytest's own folders, however deep: it keeps strangers out of them.
    for above in path.parents[1:]:
        if above.is_relative_to(tempfile.gettempdir()) and above != Path(tempfile.gettempdir()):
            os.chmod(above, 0o755)
    os.chmod(path if what == "the file" else path.parent, mode)
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            _says(path, "may not be", f"give {what}")
            _says(path, "may not be", f"give {what}", create=True)
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


if os.getuid() != 0:
    test_a_file_or_folder_that_may_not_be_written_is_named = pytest.mark.skip("only root can become nobody")(
        test_a_file_or_folder_that_may_not_be_written_is_named
    )


def test_the_file_is_kept_from_other_users(path):
    store.connect(path).close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


OPENER = """
import sys, store
sys.stdin.read()
store.connect(sys.argv[1]).close()
"""


def test_four_processes_may_create_the_schema_at_once(path, process):
    children = [process(OPENER, path) for _ in range(4)]
    time.sleep(0.5)
    for child in children:
        child.stdin.close()
        child.stdin = None
    for child in children:
        _, errors = child.communicate(timeout=30)
        assert (child.returncode, errors) == (0, "")
    opened = store.connect(path, create=False)
    assert opened.check().migrations == tuple(sorted(KNOWN))
    opened.close()


# Dies at the Nth statement that changes the schema: between any two, inside or at the end of a migration.
DIES = """
import os, signal, sys, store
from store import opening
from store.library import sqlite3
real, left = opening.open_connection, [int(sys.argv[2])]
def open_connection(path, **options):
    connection = real(path, **options)
    def traced(statement):
        if statement.lstrip().upper().startswith(("CREATE", "INSERT", "COMMIT", "BEGIN")):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(traced)
    return connection
opening.open_connection = open_connection
store.connect(sys.argv[1])
"""


def test_a_migration_killed_anywhere_is_gone_through_at_the_next_start(tmp_path, process):
    chance = random.Random(7)
    points = sorted(chance.sample(range(1, 90), 10))
    children = [(point, tmp_path / str(point) / "sambung.db") for point in points]
    for point, path in children:
        child = process(DIES, path, point)
        child.communicate(timeout=30)
        assert child.returncode == -9, point
        opened = store.connect(path)
        health = opened.check()
        opened.close()
        assert (health.problems, health.migrations) == ((), tuple(sorted(KNOWN))), point


def test_every_opening_uses_our_settings(path):
    store.connect(path).close()
    connection = opening.open_connection(path)
    got = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    connection.close()
    assert got == {"journal_mode": "wal", "synchronous": 2}
