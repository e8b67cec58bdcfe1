"""What callers leave.

Recordings by the carrier's Sid, as the Record verb's action and the status callback tell of them.

Either may come first, twice or never. The file itself is fetched by a job, under a name of ours.
"""

from typing import NamedTuple

from store import ranks
from store.library import Connection


class RecordingRow(NamedTuple):
    """One recording. ``url`` is what the carrier said and is never fetched; ``duration`` is in seconds.

    ``consent`` is the language in which the notice was heard, None when it was not; ``fetched_at`` when the
    file was safe here.
    """

    sid: str
    session_id: str | None
    call_sid: str | None
    url: str | None
    duration: int | None
    channels: int | None
    status: str | None
    rank: int
    step: str | None
    consent: str | None
    created_at: str
    updated_at: str
    fetched_at: str | None


_COLUMNS = ", ".join(RecordingRow._fields)
_PLACES = ", ".join("?" * len(RecordingRow._fields))


def load(db: Connection, sid: str) -> RecordingRow | None:
    """The recording; None when nothing was ever heard of it."""
    row = db.execute(f"SELECT {_COLUMNS} FROM recordings WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else RecordingRow._make(row)


def note(
    db: Connection,
    sid: str,
    *,
    at: str,
    session_id: str | None = None,
    call_sid: str | None = None,
    url: str | None = None,
    duration: int | None = None,
    channels: int | None = None,
    status: str | None = None,
    step: str | None = None,
    consent: str | None = None,
) -> tuple[RecordingRow | None, RecordingRow]:
    """Takes in whatever is known of a recording, in any order and any number of times.

    (the row before, after).
    """
    before = load(db, sid)
    rank = ranks.UNKNOWN if status is None else ranks.RECORDING.get(status, ranks.UNKNOWN)
    news = RecordingRow(
        sid=sid,
        session_id=session_id,
        call_sid=call_sid,
        url=url,
        duration=duration,
        channels=channels,
        status=None if rank == ranks.UNKNOWN else status,
        rank=rank,
        step=step,
        consent=consent,
        created_at=at,
        updated_at=at,
        fetched_at=None,
    )
    after = news if before is None else merged(before, news)
    if after != before:
        db.execute(f"INSERT OR REPLACE INTO recordings ({_COLUMNS}) VALUES ({_PLACES})", after)
    return before, after


def merged(one: RecordingRow, other: RecordingRow) -> RecordingRow:
    """What two reports say together: the same whichever came first, and however often either comes again."""
    higher = one if one.rank >= other.rank else other
    return RecordingRow(
        sid=one.sid,
        session_id=ranks.first(one.session_id, other.session_id),
        call_sid=ranks.first(one.call_sid, other.call_sid),
        url=ranks.first(one.url, other.url),
        duration=ranks.greatest(one.duration, other.duration),
        channels=ranks.greatest(one.channels, other.channels),
        status=higher.status,
        rank=higher.rank,
        step=ranks.first(one.step, other.step),
        consent=ranks.first(one.consent, other.consent),
        created_at=min(one.created_at, other.created_at),
        updated_at=max(one.updated_at, other.updated_at),
        fetched_at=ranks.least(one.fetched_at, other.fetched_at),
    )


def fetched(db: Connection, sid: str, *, at: str) -> bool:
    """The file is here, whole and synced. False when it already was, or when there is no such recording."""
    done = db.execute(
        "UPDATE recordings SET fetched_at = ?, updated_at = ? WHERE sid = ? AND fetched_at IS NULL",
        (at, at, sid),
    )
    return done.rowcount == 1


def unfetched(db: Connection, created_before: str, limit: int = 100) -> list[RecordingRow]:
    """Recordings made before then whose file is not here, oldest first.

    Those that failed or are absent never will be.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE fetched_at IS NULL AND created_at < ?"
        " AND (status IS NULL OR status NOT IN ('absent', 'failed')) ORDER BY created_at LIMIT ?",
        (created_before, limit),
    )
    return [RecordingRow._make(row) for row in rows]


def of_session(db: Connection, session_id: str) -> list[RecordingRow]:
    """What was recorded in a session, oldest first; [] when nothing."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE session_id = ? ORDER BY created_at, sid", (session_id,)
    )
    return [RecordingRow._make(row) for row in rows]


def of_call(db: Connection, call_sid: str) -> list[RecordingRow]:
    """What was recorded in a call, oldest first; [] when nothing."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE call_sid = ? ORDER BY created_at, sid", (call_sid,)
    )
    return [RecordingRow._make(row) for row in rows]
