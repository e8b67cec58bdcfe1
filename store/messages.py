"""Texts in and out, by the carrier's Sid. A receipt moves a message forward and never back.

A receipt may come before the carrier's own answer to our sending it: the row is then made by the receipt, and
the answer, when it is stored, is joined to it.
"""

from typing import NamedTuple

from store import ranks
from store.library import Connection

NOT_DELIVERED = ("undelivered", "failed")


class MessageRow(NamedTuple):
    """One text. ``rank`` as in ``store.ranks``, -1 before any status.

    ``error_code`` is the one that came with ``status``.
    """

    sid: str
    session_id: str | None
    direction: str | None
    outbox_id: str | None
    service: str | None
    from_number: str | None
    to_number: str | None
    body: str | None
    status: str | None
    rank: int
    error_code: str | None
    segments: int | None
    updated_at: str
    final_at: str | None


_COLUMNS = ", ".join(MessageRow._fields)
_PLACES = ", ".join("?" * len(MessageRow._fields))


def load(db: Connection, sid: str) -> MessageRow | None:
    """The message; None when nothing was ever heard of it."""
    row = db.execute(f"SELECT {_COLUMNS} FROM messages WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else MessageRow._make(row)


def note(
    db: Connection,
    sid: str,
    *,
    at: str,
    session_id: str | None = None,
    direction: str | None = None,
    outbox_id: str | None = None,
    service: str | None = None,
    from_number: str | None = None,
    to_number: str | None = None,
    body: str | None = None,
    status: str | None = None,
    error_code: str | None = None,
    segments: int | None = None,
    fields: str = "{}",
) -> tuple[MessageRow | None, MessageRow]:
    """Takes in whatever is known of a text, from a webhook, a receipt or a REST answer.

    (the row before, after).

    A status is also kept raw among the message's events. An error code of '' or '0' is none. A word we do not
    know is kept but moves nothing.
    """
    error_code = None if error_code in (None, "", "0") else error_code
    before = load(db, sid)
    if status is not None:
        db.execute(
            "INSERT INTO message_events (sid, status, error_code, at, fields) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (sid, status, error_code) DO NOTHING",
            (sid, status, error_code or "", at, fields),
        )
    rank = ranks.UNKNOWN if status is None else ranks.MESSAGE.get(status, ranks.UNKNOWN)
    news = MessageRow(
        sid=sid,
        session_id=session_id,
        direction=direction,
        outbox_id=outbox_id,
        service=service,
        from_number=from_number,
        to_number=to_number,
        body=body,
        status=None if status is None or rank == ranks.UNKNOWN else ranks.plain(status),
        rank=rank,
        error_code=None if rank == ranks.UNKNOWN else error_code,
        segments=segments,
        updated_at=at,
        final_at=at if rank >= ranks.MESSAGE_ENDED else None,
    )
    after = news if before is None else merged(before, news)
    if after != before:
        db.execute(f"INSERT OR REPLACE INTO messages ({_COLUMNS}) VALUES ({_PLACES})", after)
    return before, after


def merged(one: MessageRow, other: MessageRow) -> MessageRow:
    """What two reports say together: the same whichever came first, and however often either comes again."""
    # Two reports of one status, one of them without the reason: the one that gives a reason says more.
    higher = max(one, other, key=lambda row: (row.rank, row.error_code or ""))
    return MessageRow(
        sid=one.sid,
        session_id=ranks.first(one.session_id, other.session_id),
        direction=ranks.first(one.direction, other.direction),
        outbox_id=ranks.first(one.outbox_id, other.outbox_id),
        service=ranks.first(one.service, other.service),
        from_number=ranks.first(one.from_number, other.from_number),
        to_number=ranks.first(one.to_number, other.to_number),
        body=ranks.first(one.body, other.body),
        status=higher.status,
        rank=higher.rank,
        error_code=higher.error_code,
        segments=ranks.greatest(one.segments, other.segments),
        updated_at=max(one.updated_at, other.updated_at),
        final_at=ranks.least(one.final_at, other.final_at),
    )


def events(db: Connection, sid: str) -> list[tuple[str, str, str, str]]:
    """The raw reports (status, error code or '', at, fields as JSON), as they came."""
    rows = db.execute(
        "SELECT status, error_code, at, fields FROM message_events WHERE sid = ? ORDER BY at", (sid,)
    )
    return [tuple(row) for row in rows]


def of_outbox(db: Connection, outbox_id: str) -> list[MessageRow]:
    """The texts that were sent for one row of the outbox: one, or by rare misfortune two.

    [] before it was sent.
    """
    rows = db.execute(f"SELECT {_COLUMNS} FROM messages WHERE outbox_id = ? ORDER BY sid", (outbox_id,))
    return [MessageRow._make(row) for row in rows]


def unfinished(db: Connection, untouched_since: str, limit: int = 100) -> list[MessageRow]:
    """Texts without an end of which nothing was heard since then, oldest first.

    The sweep asks the carrier.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM messages WHERE final_at IS NULL AND updated_at < ?"
        " ORDER BY updated_at LIMIT ?",
        (untouched_since, limit),
    )
    return [MessageRow._make(row) for row in rows]
