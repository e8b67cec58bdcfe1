"""Sessions and their turns.

A turn row is at once the answer kept for a repeated webhook, the transcript and a ready-made test.

The webhook's path: ``load``, then ``save`` and ``keep_turn``: three statements for a turn (and one more, store/travelled.py).
"""

from typing import NamedTuple

from store.library import Connection


class SessionRow(NamedTuple):
    """One contact's passage through a flow. ``state`` is the engine's session as JSON.

    ``ended_at`` None while it goes on.
    """

    id: str
    service: str
    version: str
    channel: str
    contact: str
    called: str
    language: str
    turn: int
    state: str
    started_at: str
    updated_at: str
    ended_at: str | None
    outcome: str | None


class TurnRow(NamedTuple):
    """What happened (``event``, JSON), the step it led to, and the answer that was given, byte for byte."""

    n: int
    event: str
    step: str
    answer: str
    at: str


_COLUMNS = ", ".join(SessionRow._fields)


def load(db: Connection, id: str) -> SessionRow | None:
    """The session; None when there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM sessions WHERE id = ?", (id,)).fetchone()
    return None if row is None else SessionRow._make(row)


def begin(
    db: Connection,
    id: str,
    *,
    service: str,
    version: str,
    channel: str,
    contact: str,
    called: str,
    language: str,
    at: str,
    turn: int = 0,
    state: str = "{}",
) -> None:
    """A new session, at turn 0 unless told. ``contact`` is '' when the number is withheld.

    Raises IntegrityError if the id is taken.
    """
    db.execute(
        f"INSERT INTO sessions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
        (id, service, version, channel, contact, called, language, turn, state, at, at),
    )


def save(
    db: Connection,
    id: str,
    *,
    turn: int,
    state: str,
    language: str,
    at: str,
    ended_at: str | None = None,
    outcome: str | None = None,
) -> None:
    """Where the session is now. An end, once written, stays.

    Later saves change neither ``ended_at`` nor ``outcome``.
    """
    db.execute(
        "UPDATE sessions SET turn = ?, state = ?, language = ?, updated_at = ?,"
        " outcome = CASE WHEN ended_at IS NULL THEN ? ELSE outcome END,"
        " ended_at = COALESCE(ended_at, ?) WHERE id = ?",
        (turn, state, language, at, outcome, ended_at, id),
    )


def keep_turn(
    db: Connection, session_id: str, n: int, *, event: str, step: str, answer: str, at: str
) -> None:
    """The answer given to turn ``n``, for a repeat of the webhook.

    Raises IntegrityError when it is already kept.
    """
    db.execute(
        "INSERT INTO turns (session_id, n, event, step, answer, at) VALUES (?, ?, ?, ?, ?, ?)",
        (session_id, n, event, step, answer, at),
    )


def answer(db: Connection, session_id: str, n: int) -> str | None:
    """The answer kept for turn ``n``; None when that turn was not taken."""
    row = db.execute("SELECT answer FROM turns WHERE session_id = ? AND n = ?", (session_id, n)).fetchone()
    return None if row is None else row[0]


def turns(db: Connection, session_id: str) -> list[TurnRow]:
    """The transcript, first turn first; [] when there is none."""
    rows = db.execute(
        "SELECT n, event, step, answer, at FROM turns WHERE session_id = ? ORDER BY n", (session_id,)
    )
    return [TurnRow._make(row) for row in rows]


def live_text_session(db: Connection, service: str, contact: str, channel: str = "text") -> SessionRow | None:
    """The dialogue that this contact has open by text with the service, the newest if several.

    None when there is none.

    Whether it is too old to be gone on with is the caller's rule: see ``updated_at``.
    """
    row = db.execute(
        f"SELECT {_COLUMNS} FROM sessions WHERE service = ? AND channel = ? AND contact = ?"
        " AND ended_at IS NULL"
        " ORDER BY started_at DESC, id DESC LIMIT 1",
        (service, channel, contact),
    ).fetchone()
    return None if row is None else SessionRow._make(row)


def live(db: Connection, untouched_since: str, limit: int = 500) -> list[SessionRow]:
    """Sessions still open of which nothing was heard since then, oldest first.

    For the sweep that closes stuck ones.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM sessions WHERE ended_at IS NULL AND updated_at < ?"
        " ORDER BY updated_at LIMIT ?",
        (untouched_since, limit),
    )
    return [SessionRow._make(row) for row in rows]


def last_answer(db: Connection, session_id: str) -> str | None:
    """The newest answer that says something; None when the session has none."""
    row = db.execute(
        "SELECT answer FROM turns WHERE session_id = ? AND answer <> '' ORDER BY n DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    return None if row is None else row[0]


def last_of_contact(db: Connection, service: str, contact: str) -> SessionRow | None:
    """The contact's newest session with the service, open or ended, on any channel; None when there is none.

    For the language that the contact chose last time.
    """
    row = db.execute(
        f"SELECT {_COLUMNS} FROM sessions WHERE service = ? AND contact = ?"
        " ORDER BY started_at DESC, id DESC LIMIT 1",
        (service, contact),
    ).fetchone()
    return None if row is None else SessionRow._make(row)


def under_way(db: Connection, service: str) -> list[tuple[str, str, str]]:
    """(version, channel, state) of every session of a service that goes on."""
    return db.execute(
        "SELECT version, channel, state FROM sessions WHERE service = ? AND ended_at IS NULL", (service,)
    ).fetchall()


def ending_with(db: Connection, digits: str, since: str, limit: int = 30) -> list[SessionRow]:
    """Passages since then of numbers that end with these digits, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM sessions WHERE started_at >= ? AND contact LIKE '%' || ?"
        " ORDER BY started_at DESC LIMIT ?",
        (since, digits, limit),
    )
    return [SessionRow._make(row) for row in rows]
