"""The audit is a chain: whatever is changed, taken out, put in or cut off afterwards is found (security line 31)."""

from __future__ import annotations

import pytest

import store
from store import audit
from store.library import sqlite3

NOW = "2026-03-11T03:15:00.000Z"


def chained(path, key=b"k", lines=5):
    opened = store.connect(path, audit_key=key)
    with opened.write() as db:
        for place in range(lines):
            audit.write(
                db, at=NOW, who="sinta", action=f"did_{place}", subject="case:1", detail='{"why": "x"}'
            )
    return opened


def faults(opened, key=b"k"):
    return [(fault.n, fault.what) for fault in audit.verify(opened.read(), key)]


@pytest.fixture
def opened(tmp_path):
    made = chained(tmp_path / "gateway.db")
    yield made
    made.close()


def spoil(opened, *statements):
    with opened.write() as db:
        for statement in statements:
            db.execute(statement)


def test_a_chain_that_nobody_touched_is_whole(opened):
    assert faults(opened) == []


@pytest.mark.parametrize("column", ["id", "at", "who", "action", "subject", "detail", "mac"])
def test_every_field_of_a_line_is_bound(opened, column):
    spoil(opened, f"UPDATE audit SET {column} = 'other' WHERE n = 3")
    # Another hash breaks the line after it, too.
    assert faults(opened)[0] == (3, audit.CHANGED)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM audit WHERE n = 2", [(2, audit.MISSING)]),
        ("DELETE FROM audit WHERE n = 1", [(1, audit.MISSING)]),
        ("UPDATE audit SET n = NULL WHERE n = 5", [(0, audit.FOREIGN)]),
        (
            "INSERT INTO audit (id, at, who, action, subject, detail, n) VALUES ('z', 'z', 'z', 'z', 'z', '', 6)",
            [(6, audit.CHANGED)],
        ),
        ("UPDATE audit SET mac = NULL", [(n, audit.CHANGED) for n in range(1, 6)]),
    ],
)
def test_what_is_taken_out_or_put_in_is_found(opened, statement, found):
    spoil(opened, statement)
    assert faults(opened) == found


def test_lines_of_two_that_were_exchanged_are_found(opened):
    spoil(
        opened,
        "UPDATE audit SET n = 100 WHERE n = 2",
        "UPDATE audit SET n = 2 WHERE n = 3",
        "UPDATE audit SET n = 3 WHERE n = 100",
    )
    assert {n for n, _ in faults(opened)} >= {2, 3}


def test_another_key_makes_another_chain(opened):
    assert len(faults(opened, b"other")) == 5


def test_lines_of_before_there_was_a_chain_are_bound_once(opened):
    spoil(opened, "UPDATE audit SET mac = NULL")
    with opened.write() as db:
        audit.write(db, at=NOW, who="adi", action="first_of_the_chain", subject="x")
    assert faults(opened) == []
    spoil(opened, "UPDATE audit SET mac = NULL WHERE n = 6")
    with opened.write() as db:
        audit.write(db, at=NOW, who="adi", action="later", subject="x")
    assert (6, audit.CHANGED) in faults(opened)  # one hash that is gone is no beginning


def test_work_that_is_undone_leaves_no_gap(opened):
    with pytest.raises(sqlite3.IntegrityError), opened.write() as db:
        audit.write(db, at=NOW, who="adi", action="undone", subject="x")
        db.execute("INSERT INTO audit SELECT * FROM audit")
    with opened.write() as db:
        audit.write(db, at=NOW, who="adi", action="done", subject="x")
    assert faults(opened) == [] and audit.head(opened.read())[0] == 6
