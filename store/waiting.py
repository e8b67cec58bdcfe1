"""Those who wait in a queue for a person, and where each stands."""

from typing import NamedTuple

from store.library import Connection


class WaitingRow(NamedTuple):
    """One who waits. ``level`` is the least level of skill asked for; ``priority`` 1 goes first.

    ``state`` waiting or offered.
    """

    session_id: str
    service: str
    skill: str
    level: int
    tier: int
    language: str
    priority: int
    arrived_at: str
    state: str


_COLUMNS = ", ".join(WaitingRow._fields)


def arrive(
    db: Connection,
    session_id: str,
    *,
    service: str,
    skill: str,
    at: str,
    level: int = 1,
    tier: int = 1,
    language: str = "id",
    priority: int = 3,
) -> None:
    """Puts the contact in the queue.

    Who was in it already keeps the time of arrival, and takes the new wishes.
    """
    db.execute(
        f"INSERT INTO waiting ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')"
        " ON CONFLICT (session_id)"
        " DO UPDATE SET service = excluded.service, skill = excluded.skill, level = excluded.level,"
        " tier = excluded.tier, language = excluded.language, priority = excluded.priority,"
        " state = excluded.state",
        (session_id, service, skill, level, tier, language, priority, at),
    )


def leave(db: Connection, session_id: str) -> bool:
    """Answered, given up or sent elsewhere. False when the contact was not in the queue."""
    return db.execute("DELETE FROM waiting WHERE session_id = ?", (session_id,)).rowcount == 1


def set_state(db: Connection, session_id: str, state: str) -> bool:
    """Put to an agent (``offered``), or back in the queue (``waiting``).

    False when the contact is not in it.
    """
    return db.execute("UPDATE waiting SET state = ? WHERE session_id = ?", (state, session_id)).rowcount == 1


def load(db: Connection, session_id: str) -> WaitingRow | None:
    """The contact in the queue; None when not in it."""
    row = db.execute(f"SELECT {_COLUMNS} FROM waiting WHERE session_id = ?", (session_id,)).fetchone()
    return None if row is None else WaitingRow._make(row)


def position(db: Connection, session_id: str) -> int | None:
    """1 for who is next among those that wait for the service's skill; None when not in the queue."""
    mine = load(db, session_id)
    if mine is None:
        return None
    ((ahead,),) = db.execute(
        "SELECT COUNT(*) FROM waiting WHERE service = ? AND skill = ?"
        " AND (priority, arrived_at, session_id) < (?, ?, ?)",
        (mine.service, mine.skill, mine.priority, mine.arrived_at, mine.session_id),
    ).fetchall()
    return int(ahead) + 1


def queue(db: Connection, service: str | None = None) -> list[WaitingRow]:
    """All who wait, of one service or of all, in the order in which they are to be served."""
    among, values = ("", ()) if service is None else (" WHERE service = ?", (service,))
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM waiting{among} ORDER BY priority, arrived_at, session_id", values
    )
    return [WaitingRow._make(row) for row in rows]
