"""What is owed to the outside: texts, calls, deletions, look-ups.

A row is written in the transaction of its cause.

    queued --claim--> leased --sending (the fence)--> REST call --finish--> sent
                         \\-- retry_later --> queued      \\-- unknown outcome --> uncertain --> sent | queued
                         | dead

A worker claims rows under a lease; when it dies the lease runs out. A row that was only leased is claimed
again; one that had passed the fence may have been sent: ``expire`` makes it ``uncertain``, and it is looked
up at the carrier before anything else is done with it (reliability page, D2). Rows of one ``order_key`` go
out one at a time, in order of writing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from store import times
from store.ids import new_id
from store.library import Connection

RECONCILE_SECONDS = (
    30  # how long after an unknown outcome the carrier is asked: by then its lists show the message
)


class OutboxRow(NamedTuple):
    """One thing owed. ``payload`` is JSON; ``attempts`` counts the times that it passed the fence."""

    seq: int
    id: str
    kind: str
    target: str
    payload: str
    order_key: str | None
    not_before: str
    attempts: int
    lease_until: str | None
    lease_owner: str | None
    state: str
    carrier_sid: str | None
    last_error: str | None
    cause: str | None
    created_at: str
    updated_at: str


_COLUMNS = ", ".join(OutboxRow._fields)
# Still mine: nobody else was given the row, and no sweep has taken it back.
_MINE = "id = ? AND lease_owner = ? AND state IN ('queued', 'sending', 'uncertain')"


def put(
    db: Connection,
    *,
    kind: str,
    target: str,
    payload: str,
    now: str,
    order_key: str | None = None,
    not_before: str | None = None,
    cause: str | None = None,
    id: str | None = None,
) -> str:
    """Owes something; gives its id. ``cause`` is the session it is owed for.

    Raises IntegrityError if the id is taken.
    """
    id = id or new_id()
    db.execute(
        "INSERT INTO outbox (id, kind, target, payload, order_key, not_before, cause, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, kind, target, payload, order_key, not_before or now, cause, now, now),
    )
    return id


def load(db: Connection, id: str) -> OutboxRow | None:
    """The row; None when there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (id,)).fetchone()
    return None if row is None else OutboxRow._make(row)


def claim(
    db: Connection, *, now: str, owner: str, kinds: Sequence[str], limit: int = 1, lease_seconds: float = 60
) -> list[OutboxRow]:
    """Leases up to ``limit`` rows that are due, oldest first, to ``owner``; [] when none is.

    ``owner`` names one worker thread and no other. A row waits while an earlier one of its order key is not
    settled.
    """
    return _claim(db, "queued", now, owner, kinds, limit, lease_seconds)


def claim_uncertain(
    db: Connection, *, now: str, owner: str, kinds: Sequence[str], limit: int = 1, lease_seconds: float = 60
) -> list[OutboxRow]:
    """Leases rows of unknown outcome whose time to ask the carrier has come.

    Then ``finish``, ``retry_later`` or ``bury``.
    """
    return _claim(db, "uncertain", now, owner, kinds, limit, lease_seconds)


def _claim(
    db: Connection, state: str, now: str, owner: str, kinds: Sequence[str], limit: int, lease_seconds: float
) -> list[OutboxRow]:
    # The state is spelled out, not a parameter: only so may SQLite use the partial index.
    found = db.execute(
        f"SELECT {_COLUMNS} FROM outbox AS mine WHERE state = '{state}' AND not_before <= ?"
        f" AND kind IN ({', '.join('?' * len(kinds))}) AND (lease_until IS NULL OR lease_until < ?)"
        " AND (order_key IS NULL OR NOT EXISTS (SELECT 1 FROM outbox AS earlier"
        "  WHERE earlier.order_key = mine.order_key AND earlier.seq < mine.seq"
        "  AND earlier.state IN ('queued', 'sending', 'uncertain')))"
        " ORDER BY not_before, seq LIMIT ?",
        (now, *kinds, now, limit),
    ).fetchall()
    until = times.plus(now, lease_seconds)
    rows = [OutboxRow._make(row)._replace(lease_until=until, lease_owner=owner) for row in found]
    db.executemany(
        "UPDATE outbox SET lease_until = ?, lease_owner = ? WHERE seq = ?",
        [(until, owner, row.seq) for row in rows],
    )
    return rows


def sending(db: Connection, id: str, *, owner: str, now: str) -> int | None:
    """The fence: commit this before the carrier is called. Gives the number of the attempt.

    None if the lease is lost.
    """
    done = db.execute(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, updated_at = ?"
        " WHERE id = ? AND lease_owner = ? AND state = 'queued' AND lease_until >= ? RETURNING attempts",
        (now, id, owner, now),
    ).fetchall()
    return done[0][0] if done else None


def renew(db: Connection, id: str, *, owner: str, now: str, lease_seconds: float = 60) -> bool:
    """The heartbeat of a long job. False when the lease is lost: stop, another may be at it."""
    done = db.execute(
        f"UPDATE outbox SET lease_until = ? WHERE {_MINE}", (times.plus(now, lease_seconds), id, owner)
    )
    return done.rowcount == 1


def finish(db: Connection, id: str, *, owner: str, now: str, carrier_sid: str | None = None) -> bool:
    """Done. False when the lease is no longer mine: then nothing is changed, and another decides."""
    return _settle(db, id, owner, now, "sent", carrier_sid=carrier_sid)


def retry_later(db: Connection, id: str, *, owner: str, now: str, not_before: str, error: str) -> bool:
    """It did certainly not go out: again at ``not_before``, which the caller reckons.

    False when the lease is lost.
    """
    return _settle(db, id, owner, now, "queued", error=error, not_before=not_before)


def mark_uncertain(db: Connection, id: str, *, owner: str, now: str, error: str) -> bool:
    """It may or may not have gone out: the carrier is asked in 30 s. False when the lease is lost."""
    return _settle(
        db, id, owner, now, "uncertain", error=error, not_before=times.plus(now, RECONCILE_SECONDS)
    )


def bury(db: Connection, id: str, *, owner: str, now: str, error: str) -> bool:
    """A dead letter: it will not be tried again unless a person revives it. False when the lease is lost."""
    return _settle(db, id, owner, now, "dead", error=error)


def _settle(
    db: Connection,
    id: str,
    owner: str,
    now: str,
    state: str,
    *,
    error: str | None = None,
    carrier_sid: str | None = None,
    not_before: str | None = None,
) -> bool:
    done = db.execute(
        "UPDATE outbox SET state = ?, lease_until = NULL, lease_owner = NULL, updated_at = ?,"
        " last_error = COALESCE(?, last_error), carrier_sid = COALESCE(?, carrier_sid),"
        f" not_before = COALESCE(?, not_before) WHERE {_MINE}",
        (state, now, error, carrier_sid, not_before, id, owner),
    )
    return done.rowcount == 1


def expire(db: Connection, now: str) -> int:
    """Rows whose worker died after the fence become uncertain; how many. Run it before claiming."""
    done = db.execute(
        "UPDATE outbox SET"
        " state = 'uncertain', lease_until = NULL, lease_owner = NULL, updated_at = ?, not_before = ?,"
        " last_error = 'the worker stopped between sending and noting the answer'"
        " WHERE state = 'sending' AND lease_until < ?",
        (now, times.plus(now, RECONCILE_SECONDS), now),
    )
    return done.rowcount


def doubt(db: Connection, *, now: str, kinds: Sequence[str], why: str) -> int:
    """What waits may have gone out without our knowing: the carrier is asked before it is sent. How many rows."""
    done = db.execute(
        "UPDATE outbox SET state = 'uncertain', lease_until = NULL, lease_owner = NULL, updated_at = ?,"
        " not_before = ?, last_error = ? WHERE state IN ('queued', 'sending', 'uncertain')"
        f" AND kind IN ({', '.join('?' * len(kinds))})",
        (now, now, why, *kinds),
    )
    return done.rowcount


def bring_forward(db: Connection, id: str, *, at: str) -> bool:
    """What waits for its time is due at ``at``. False when it does not wait any more."""
    done = db.execute(
        "UPDATE outbox SET not_before = ? WHERE id = ? AND state = 'queued' AND not_before > ?", (at, id, at)
    )
    return done.rowcount == 1


def cancel(db: Connection, id: str, *, now: str) -> bool:
    """Takes back what has not begun to go out. False when it has, or when it is already settled."""
    done = db.execute(
        "UPDATE outbox SET state = 'cancelled', lease_until = NULL, lease_owner = NULL, updated_at = ?"
        " WHERE id = ? AND state = 'queued'",
        (now, id),
    )
    return done.rowcount == 1


def cancel_redirects(db: Connection, call: str, *, now: str) -> int:
    """The call has found its way by itself: what was to lead it there and has not begun is owed no more; how many."""
    done = db.execute(
        "UPDATE outbox SET state = 'cancelled', lease_until = NULL, lease_owner = NULL, updated_at = ?"
        " WHERE kind = 'redirect' AND target = ? AND state = 'queued'",
        (now, call),
    )
    return int(done.rowcount)


def revive(db: Connection, id: str, *, now: str) -> bool:
    """A person wants a dead letter tried again, from the first attempt. False when it is none."""
    done = db.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, not_before = ?, updated_at = ?"
        " WHERE id = ? AND state = 'dead'",
        (now, now, id),
    )
    return done.rowcount == 1


def let_go(db: Connection, id: str, *, now: str) -> bool:
    """A person wants nothing more done about a dead letter. False when it is none."""
    done = db.execute(
        "UPDATE outbox SET state = 'cancelled', updated_at = ? WHERE id = ? AND state = 'dead'", (now, id)
    )
    return done.rowcount == 1


def counts(db: Connection) -> dict[tuple[str, str], int]:
    """How many rows of each (kind, state) wait, are on their way or died.

    What was sent or cancelled is not counted.
    """
    rows = db.execute(
        "SELECT kind, state, COUNT(*) FROM outbox"
        " WHERE state IN ('queued', 'sending', 'uncertain') OR state = 'dead' GROUP BY kind, state"
    )
    return {(kind, state): number for kind, state, number in rows}


def oldest_due(db: Connection, now: str) -> str | None:
    """Since when the row that waits longest has been due; None when nothing is due.

    Over 2 minutes is an alarm.
    """
    row = db.execute(
        "SELECT MIN(not_before) FROM outbox WHERE state IN ('queued', 'sending', 'uncertain')"
        " AND not_before <= ?",
        (now,),
    ).fetchone()
    return None if row is None else row[0]


def next_due(db: Connection) -> str | None:
    """When the next unclaimed row becomes due; None when none waits.

    For a worker that wants to know how long to sleep.
    """
    row = db.execute(
        "SELECT MIN(not_before) FROM outbox WHERE state = 'queued' AND lease_until IS NULL"
    ).fetchone()
    return None if row is None else row[0]


def dead(db: Connection, limit: int = 100) -> list[OutboxRow]:
    """The dead letters, newest first; [] when there are none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE state = 'dead' ORDER BY updated_at DESC, seq DESC LIMIT ?",
        (limit,),
    )
    return [OutboxRow._make(row) for row in rows]


def of_cause(db: Connection, cause: str) -> list[OutboxRow]:
    """All that was owed for a session, in order; [] when nothing was."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM outbox WHERE cause = ? ORDER BY seq", (cause,))
    return [OutboxRow._make(row) for row in rows]
