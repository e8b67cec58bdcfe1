"""Who is signed in to the console: one row a browser, found by the hash of its token."""

from typing import NamedTuple

from store.library import Connection


class WebSession(NamedTuple):
    """``stage``: second (a code is owed), enrol (a second factor has to be set up) or full. ``tries``: wrong codes so far."""

    hash: str
    user: str
    stage: str
    made_at: str
    seen_at: str
    until: str
    address: str
    browser: str
    tries: int


_COLUMNS = ", ".join(WebSession._fields)


def add(db: Connection, session: WebSession) -> None:
    """Somebody has signed in."""
    marks = ", ".join("?" for _ in WebSession._fields)
    db.execute(f"INSERT INTO web_sessions ({_COLUMNS}) VALUES ({marks})", session)


def load(db: Connection, hash: str, *, now: str, seen_since: str) -> WebSession | None:
    """The session while it lasts: not ended, not past its longest, and seen since then."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM web_sessions WHERE hash = ? AND ended_at IS NULL AND until > ? AND seen_at > ?",
        (hash, now, seen_since),
    ).fetchone()
    return None if row is None else WebSession._make(row)


def of_user(db: Connection, user: str, *, now: str, seen_since: str) -> list[WebSession]:
    """Where somebody is signed in, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM web_sessions WHERE user = ? AND ended_at IS NULL AND until > ? AND seen_at > ?"
        " ORDER BY made_at DESC",
        (user, now, seen_since),
    )
    return [WebSession._make(row) for row in rows]


def seen(db: Connection, hash: str, now: str) -> None:
    """Whoever has it did something."""
    db.execute("UPDATE web_sessions SET seen_at = ? WHERE hash = ?", (now, hash))


def tried(db: Connection, hash: str) -> int:
    """A code is about to be tried; how many were, this one included."""
    row = db.execute(
        "UPDATE web_sessions SET tries = tries + 1 WHERE hash = ? RETURNING tries", (hash,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def end(db: Connection, hash: str, now: str) -> None:
    """Signed out here."""
    db.execute("UPDATE web_sessions SET ended_at = ? WHERE hash = ? AND ended_at IS NULL", (now, hash))


def end_all(db: Connection, user: str, now: str, *, but: str = "") -> int:
    """Signed out everywhere, except from the session ``but``; how many ended."""
    done = db.execute(
        "UPDATE web_sessions SET ended_at = ? WHERE user = ? AND hash <> ? AND ended_at IS NULL",
        (now, user, but),
    )
    return int(done.rowcount)


def purge(db: Connection, before: str) -> int:
    """Forgets sessions that were over by then; how many."""
    return int(
        db.execute("DELETE FROM web_sessions WHERE until < ? OR ended_at < ?", (before, before)).rowcount
    )
