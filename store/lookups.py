"""Questions that a flow has put to a table or another system, while the caller hears that we are looking."""

from typing import NamedTuple

from store.library import Connection


class LookupRow(NamedTuple):
    """One question. ``state``: waiting, done or failed. ``query`` and ``result`` are JSON.

    A result of None is none yet.
    """

    id: str
    session_id: str
    turn: int
    source: str
    query: str
    state: str
    result: str | None
    created_at: str
    finished_at: str | None


_COLUMNS = ", ".join(LookupRow._fields)


def ask(db: Connection, *, id: str, session_id: str, turn: int, source: str, query: str, at: str) -> None:
    """Puts the question. Raises IntegrityError if the id is taken."""
    db.execute(
        "INSERT INTO lookups (id, session_id, turn, source, query, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (id, session_id, turn, source, query, at),
    )


def answered(db: Connection, id: str, *, result: str, at: str) -> bool:
    """The answer came. False when the question was settled before: the first outcome stays."""
    return _settle(db, id, "done", result, at)


def failed(db: Connection, id: str, *, result: str, at: str) -> bool:
    """No answer will come; ``result`` says why, as JSON. False when the question was settled before."""
    return _settle(db, id, "failed", result, at)


def _settle(db: Connection, id: str, state: str, result: str, at: str) -> bool:
    done = db.execute(
        "UPDATE lookups SET state = ?, result = ?, finished_at = ? WHERE id = ? AND state = 'waiting'",
        (state, result, at, id),
    )
    return done.rowcount == 1


def load(db: Connection, id: str) -> LookupRow | None:
    """The question and, once there, its answer; None when there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM lookups WHERE id = ?", (id,)).fetchone()
    return None if row is None else LookupRow._make(row)


def latest(db: Connection, session_id: str) -> LookupRow | None:
    """The session's newest question; None when it put none."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM lookups WHERE session_id = ? ORDER BY turn DESC, id DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    return None if row is None else LookupRow._make(row)
