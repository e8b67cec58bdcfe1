"""Who did what to what, in order. Each line is bound to the one before it by a keyed hash: none can be changed, taken out or
put in between without the key (ASVS 5.0, 16.4.2).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from store.ids import new_id
from store.library import Connection


class AuditRow(NamedTuple):
    """One line. ``subject`` is what was touched; persons in it are keyed hashes; ``detail`` is JSON. ``n`` counts from 1."""

    id: str
    at: str
    who: str
    action: str
    subject: str
    detail: str
    n: int | None  # None: put in by somebody else


class Wanted(NamedTuple):
    """A search: parts of words, '' for any; days as 2026-03-11, both of them included; lines before the number ``before``."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    before: int = 0


class Fault(NamedTuple):
    """A line that is not as it was written: ``what`` is changed, missing or put in without a number (then n is 0)."""

    n: int
    what: str


CHANGED, MISSING, FOREIGN = "changed", "missing", "put in without a number"
_COLUMNS = ", ".join(AuditRow._fields)
_PORTION = 5_000


def key_of(secret: str) -> bytes:
    """The key of the chain, made of the installation's secret."""
    return hmac.digest(secret.encode(), b"chain of the audit", hashlib.sha256)


def install(connection: Connection, key: bytes) -> None:
    """Gives a connection the function that binds lines; store.opening calls it for every one that writes."""
    connection.create_function(
        "audit_mac", 2, lambda before, line: _mac(key, before, line), deterministic=True
    )


def write(db: Connection, *, at: str, who: str, action: str, subject: str, detail: str = "{}") -> None:
    """Adds a line, in the transaction of what it tells of."""
    last = db.execute("SELECT n, mac FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    if last is not None and last[1] is None:
        last = _bind_first(db)
    n, before = (last[0] + 1, last[1]) if last else (1, "")
    row = AuditRow(new_id(), at, who, action, subject, detail, n)
    db.execute(
        f"INSERT INTO audit ({_COLUMNS}, mac) VALUES (?, ?, ?, ?, ?, ?, ?, audit_mac(?, ?))",
        (*row, before, _line(row)),
    )


def of_subject(db: Connection, subject: str, limit: int = 200) -> list[AuditRow]:
    """What was done to a subject, newest first; [] when nothing."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE subject = ? ORDER BY n DESC LIMIT ?", (subject, limit)
    )
    return [AuditRow._make(row) for row in rows]


def latest(db: Connection, limit: int = 200) -> list[AuditRow]:
    """The last lines, newest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY n DESC LIMIT ?", (limit,))
    return [AuditRow._make(row) for row in rows]


def search(db: Connection, wanted: Wanted, limit: int) -> list[AuditRow]:
    """The lines that fit, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE (? = 0 OR n < ?) AND instr(who, ?) AND instr(action, ?) AND instr(subject, ?)"
        " AND at >= ? AND (? = '' OR at < ? || 'T99') ORDER BY n DESC LIMIT ?",
        (
            *(wanted.before, wanted.before, wanted.who, wanted.action, wanted.subject),
            *(wanted.since, wanted.until, wanted.until, limit),
        ),
    )
    return [AuditRow._make(row) for row in rows]


def head(db: Connection) -> tuple[int, str]:
    """The number and the hash of the last line; (0, '') when there is none."""
    row = db.execute("SELECT n, mac FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    return (0, "") if row is None else (int(row[0]), str(row[1] or ""))


def mac_at(db: Connection, n: int) -> str | None:
    """The hash that line n has; None when there is no such line."""
    row = db.execute("SELECT mac FROM audit WHERE n = ?", (n,)).fetchone()
    return None if row is None else str(row[0] or "")


def verify(db: Connection, key: bytes) -> Iterator[Fault]:
    """Follows the whole chain and gives every line that is not as it was written, and every gap."""
    expected, before = 1, ""
    for *fields, mac in _all(db):
        row = AuditRow._make(fields)
        if row.n is None:
            yield Fault(0, FOREIGN)
            continue
        if row.n != expected:
            yield Fault(expected, MISSING)
        # After a gap the line itself is told to be whole or not by nobody: its forerunner is lost.
        elif not hmac.compare_digest(_mac(key, before, _line(row)), mac or ""):
            yield Fault(row.n, CHANGED)
        expected, before = row.n + 1, mac or ""


def _all(db: Connection) -> Iterator[tuple[Any, ...]]:
    """Every line with its hash, a portion at a time: no long reader holds the log back. Lines without a number come first."""
    yield from db.execute(f"SELECT {_COLUMNS}, mac FROM audit WHERE n IS NULL ORDER BY id").fetchall()
    last = None
    while rows := db.execute(
        f"SELECT {_COLUMNS}, mac FROM audit WHERE n IS NOT NULL AND (? IS NULL OR n > ?) ORDER BY n LIMIT ?",
        (last, last, _PORTION),
    ).fetchall():
        yield from rows
        last = rows[-1][-2]


def _bind_first(db: Connection) -> tuple[int, str]:
    """Binds the lines of before there was a chain, once: when not one line has a hash. Gives the last line's number and hash."""
    last, before = 0, ""
    ((bound,),) = db.execute("SELECT COUNT(*) FROM audit WHERE mac IS NOT NULL").fetchall()
    rows = db.execute(f"SELECT {_COLUMNS}, mac FROM audit WHERE n IS NOT NULL ORDER BY n").fetchall()
    for *fields, mac in rows:
        row = AuditRow._make(fields)
        if not bound:
            bind = "UPDATE audit SET mac = audit_mac(?, ?) WHERE n = ? RETURNING mac"
            ((mac,),) = db.execute(bind, (before, _line(row), row.n)).fetchall()
        last, before = int(fields[-1]), mac or ""
    return last, before


def _line(row: AuditRow) -> str:
    """What is bound: every field, so that none runs into the next."""
    return json.dumps(row, ensure_ascii=False)


def _mac(key: bytes, before: str, line: str) -> str:
    return hmac.digest(key, f"{before}\n{line}".encode(), hashlib.sha256).hex()
