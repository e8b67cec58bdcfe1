"""What is to happen at a time: reminders, escalations, the tick of a waiting caller.

One timer for a (kind, subject).

A worker claims those that are due under a lease, does the work and finishes them; when it dies, the lease
runs out and another takes over. So a timer fires at least once, and its effect must bear being done twice.
"""

from collections.abc import Sequence
from typing import NamedTuple

from store import times
from store.ids import new_id
from store.library import Connection


class TimerRow(NamedTuple):
    """One timer. ``payload`` is JSON; ``attempts`` counts the claims."""

    id: str
    at: str
    kind: str
    subject: str
    payload: str
    state: str
    lease_until: str | None
    lease_owner: str | None
    attempts: int
    last_error: str | None


_COLUMNS = ", ".join(TimerRow._fields)


def arm(db: Connection, *, kind: str, subject: str, at: str, payload: str = "{}") -> None:
    """Sets the timer, or sets it anew: also one that is being worked on, which then fires again at ``at``."""
    db.execute(
        "INSERT INTO timers (id, at, kind, subject, payload) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, subject)"
        " DO UPDATE SET at = excluded.at, payload = excluded.payload, state = 'waiting',"
        " lease_until = NULL, lease_owner = NULL, attempts = 0, last_error = NULL",
        (new_id(), at, kind, subject, payload),
    )


def cancel(db: Connection, *, kind: str, subject: str) -> bool:
    """Takes the timer away. False when there was none."""
    return db.execute("DELETE FROM timers WHERE kind = ? AND subject = ?", (kind, subject)).rowcount == 1


def load(db: Connection, *, kind: str, subject: str) -> TimerRow | None:
    """The timer; None when it is not set, or has fired."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM timers WHERE kind = ? AND subject = ?", (kind, subject)
    ).fetchone()
    return None if row is None else TimerRow._make(row)


def claim(
    db: Connection,
    *,
    now: str,
    owner: str,
    kinds: Sequence[str] | None = None,
    limit: int = 10,
    lease_seconds: float = 60,
) -> list[TimerRow]:
    """Leases up to ``limit`` timers that are due, earliest first, of those kinds or of any; [] when none is.

    ``owner`` names one worker thread and no other.
    """
    among = "" if kinds is None else f" AND kind IN ({', '.join('?' * len(kinds))})"
    found = db.execute(
        f"SELECT {_COLUMNS} FROM timers WHERE state <> 'dead' AND at <= ?"
        " AND (lease_until IS NULL OR lease_until < ?)"
        f"{among} ORDER BY at, id LIMIT ?",
        (now, now, *(kinds or ()), limit),
    ).fetchall()
    until = times.plus(now, lease_seconds)
    rows = []
    for timer in map(TimerRow._make, found):
        rows.append(
            timer._replace(state="claimed", lease_until=until, lease_owner=owner, attempts=timer.attempts + 1)
        )
    db.executemany(
        "UPDATE timers SET state = 'claimed', lease_until = ?, lease_owner = ?,"
        " attempts = attempts + 1 WHERE id = ?",
        [(until, owner, row.id) for row in rows],
    )
    return rows


def finish(db: Connection, id: str, *, owner: str) -> bool:
    """It has fired: away with it. False when it was set anew or taken over meanwhile; then it stays."""
    return db.execute("DELETE FROM timers WHERE id = ? AND lease_owner = ?", (id, owner)).rowcount == 1


def retry_later(db: Connection, id: str, *, owner: str, at: str, error: str) -> bool:
    """Its work failed: again at ``at``. False when it was set anew or taken over meanwhile."""
    done = db.execute(
        "UPDATE timers SET state = 'waiting', at = ?, lease_until = NULL, lease_owner = NULL, last_error = ?"
        " WHERE id = ? AND lease_owner = ?",
        (at, error, id, owner),
    )
    return done.rowcount == 1


def bury(db: Connection, id: str, *, owner: str, error: str) -> bool:
    """Its work fails again and again: kept for a person to look at, not fired again. False as above."""
    done = db.execute(
        "UPDATE timers SET state = 'dead', lease_until = NULL, lease_owner = NULL, last_error = ?"
        " WHERE id = ? AND lease_owner = ?",
        (error, id, owner),
    )
    return done.rowcount == 1


def dead(db: Connection, limit: int = 100) -> list[TimerRow]:
    """Those given up, the one that was due last first; [] when there are none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM timers WHERE state = 'dead' ORDER BY at DESC LIMIT ?", (limit,)
    )
    return [TimerRow._make(row) for row in rows]


def revive(db: Connection, id: str, *, now: str) -> bool:
    """A person wants it tried again, from the first attempt. False when it is not dead."""
    done = db.execute(
        "UPDATE timers SET state = 'waiting', at = ?, attempts = 0 WHERE id = ? AND state = 'dead'", (now, id)
    )
    return done.rowcount == 1


def forget(db: Connection, id: str) -> bool:
    """A person wants nothing more done about one that is dead. False when it is not."""
    return db.execute("DELETE FROM timers WHERE id = ? AND state = 'dead'", (id,)).rowcount == 1


def next_at(db: Connection) -> str | None:
    """When the earliest timer is due; None when none is set."""
    row = db.execute("SELECT MIN(at) FROM timers WHERE state <> 'dead'").fetchone()
    return None if row is None else row[0]
