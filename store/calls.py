"""Calls and their legs, by the carrier's Sid. What a callback says moves a call forward and never back."""

from typing import NamedTuple

from store import ranks
from store.library import Connection


class CallRow(NamedTuple):
    """One call or leg. ``rank`` as in ``store.ranks``, -1 before any status; ``duration`` in seconds.

    A leg has a parent.
    """

    sid: str
    session_id: str | None
    direction: str | None
    status: str | None
    rank: int
    sequence: int | None
    duration: int | None
    parent_sid: str | None
    from_key: str | None
    to_key: str | None
    updated_at: str
    final_at: str | None


_COLUMNS = ", ".join(CallRow._fields)
_PLACES = ", ".join("?" * len(CallRow._fields))


def load(db: Connection, sid: str) -> CallRow | None:
    """The call; None when nothing was ever heard of it."""
    row = db.execute(f"SELECT {_COLUMNS} FROM calls WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else CallRow._make(row)


def note(
    db: Connection,
    sid: str,
    *,
    at: str,
    session_id: str | None = None,
    direction: str | None = None,
    status: str | None = None,
    sequence: int | None = None,
    duration: int | None = None,
    parent_sid: str | None = None,
    from_key: str | None = None,
    to_key: str | None = None,
    fields: str = "{}",
) -> tuple[CallRow | None, CallRow]:
    """Takes in whatever is known of a call, from a webhook or a REST answer, in any order.

    (the row before, after).

    A status is also kept raw among the call's events. It is an end reached just now when ``before`` is None
    or has no ``final_at`` and ``after`` has one; that is so exactly once. A word we do not know is kept but
    moves nothing.
    """
    before = load(db, sid)
    if status is not None:
        db.execute(
            "INSERT INTO call_events (sid, status, sequence, at, fields) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (sid, status, sequence) DO NOTHING",
            (sid, status, -1 if sequence is None else sequence, at, fields),
        )
    rank = ranks.UNKNOWN if status is None else ranks.CALL.get(status, ranks.UNKNOWN)
    news = CallRow(
        sid=sid,
        session_id=session_id,
        direction=direction,
        status=None if status is None or rank == ranks.UNKNOWN else ranks.plain(status),
        rank=rank,
        sequence=sequence,
        duration=duration,
        parent_sid=parent_sid,
        from_key=from_key,
        to_key=to_key,
        updated_at=at,
        final_at=at if rank >= ranks.CALL_ENDED else None,
    )
    after = news if before is None else merged(before, news)
    if after != before:
        db.execute(f"INSERT OR REPLACE INTO calls ({_COLUMNS}) VALUES ({_PLACES})", after)
    return before, after


def merged(one: CallRow, other: CallRow) -> CallRow:
    """What two reports say together: the same whichever came first, and however often either comes again."""
    higher, lower = (one, other) if one.rank >= other.rank else (other, one)
    return CallRow(
        sid=one.sid,
        session_id=ranks.first(one.session_id, other.session_id),
        direction=ranks.first(one.direction, other.direction),
        status=higher.status,
        rank=higher.rank,
        sequence=ranks.greatest(one.sequence, other.sequence),
        duration=ranks.greatest(one.duration, other.duration),
        parent_sid=ranks.first(one.parent_sid, other.parent_sid),
        from_key=ranks.first(one.from_key, other.from_key),
        to_key=ranks.first(one.to_key, other.to_key),
        updated_at=max(one.updated_at, other.updated_at),
        final_at=ranks.least(higher.final_at, lower.final_at),
    )


def events(db: Connection, sid: str) -> list[tuple[str, int, str, str]]:
    """The raw reports (status, the carrier's sequence number or -1, at, fields as JSON), in the carrier's
    order.
    """
    rows = db.execute(
        "SELECT status, sequence, at, fields FROM call_events WHERE sid = ? ORDER BY sequence, at", (sid,)
    )
    return [tuple(row) for row in rows]


def legs(db: Connection, parent_sid: str) -> list[CallRow]:
    """The legs that a call dialled, oldest news first; [] when none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM calls WHERE parent_sid = ? ORDER BY updated_at, sid", (parent_sid,)
    )
    return [CallRow._make(row) for row in rows]


def unfinished(db: Connection, untouched_since: str, limit: int = 100) -> list[CallRow]:
    """Calls without an end of which nothing was heard since then, oldest first.

    The sweep asks the carrier.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM calls WHERE final_at IS NULL AND updated_at < ? ORDER BY updated_at LIMIT ?",
        (untouched_since, limit),
    )
    return [CallRow._make(row) for row in rows]
