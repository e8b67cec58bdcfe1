"""What callers leave.

Recordings by the carrier's Sid, as the Record verb's action and the status callback tell of them; either may
come first, twice or never. Then the sound is fetched, under a lease:

    held --complete--> waiting --claim--> (leased) --keep--> fetched
                          ^-- retry_later --'  \\-- bury --> dead

``held``: the carrier is not ready with it, or has not said which it is. ``waiting``: due at ``next_try``.
``dead``: given up, ``fault`` says why; a person may ``revive`` it. ``nothing``: there is no sound to fetch.
"""

import re
from typing import NamedTuple

from store import ranks, times
from store.ids import new_id
from store.library import Connection

SID = re.compile(r"RE[0-9a-f]{32}")
NOT_KEPT = "(choice)"  # the step of a spoken menu choice: listened to once, never fetched into the vault
TALK = "(talk)"  # the step of a talk's recording: no message, and nothing is opened for it
UNKNOWN = "unknown-"  # begins the key of a recording whose Sid the carrier did not say; then the call's Sid
MOST_CUT_OFF = 20  # so many attempts that nobody ended: whoever fetches it dies of it


class RecordingRow(NamedTuple):
    """One recording. ``url`` is what the carrier said and is never fetched; ``duration`` is in seconds.

    ``consent`` is the language in which the notice was heard, None when it was not; ``fetched_at`` when the
    file was safe here: ``file`` is its name in the vault, ``bytes`` and ``sha256`` are of the plain sound,
    ``format`` is "wav" or "mp3". Of ``tries`` attempts ``cut_off`` ended with their worker. ``deleted_at``:
    since when the carrier has no copy any more.
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
    fetched_at: str | None = None
    state: str = "held"
    tries: int = 0
    cut_off: int = 0
    next_try: str | None = None
    lease_until: str | None = None
    lease_owner: str | None = None
    fault: str | None = None
    file: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    format: str | None = None
    deleted_at: str | None = None


class Claimed(NamedTuple):
    """A recording to be fetched into ``row.file``.

    ``leftover`` begins the names of what attempts that were cut off may have left; None when none was.
    """

    row: RecordingRow
    leftover: str | None


_COLUMNS = ", ".join(RecordingRow._fields)
_PLACES = ", ".join("?" * len(RecordingRow._fields))
_NEWS = ", ".join(f"{name} = excluded.{name}" for name in RecordingRow._fields[1:])


def load(db: Connection, sid: str) -> RecordingRow | None:
    """The recording; None when nothing was ever heard of it."""
    row = db.execute(f"SELECT {_COLUMNS} FROM recordings WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else RecordingRow._make(row)


# -- what is told of it


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

    (the row before, after). Its fetching becomes due in the same transaction.
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
    )
    after = _due(news if before is None else merged(before, news), before)
    if after != before:
        db.execute(
            f"INSERT INTO recordings ({_COLUMNS}) VALUES ({_PLACES}) ON CONFLICT (sid) DO UPDATE SET {_NEWS}",
            after,
        )
    return before, after


def merged(one: RecordingRow, other: RecordingRow) -> RecordingRow:
    """What two reports say together: the same whichever came first, and however often either comes again."""
    higher = one if one.rank >= other.rank else other
    return one._replace(
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
    )


def _due(row: RecordingRow, before: RecordingRow | None) -> RecordingRow:
    """The row with the state that its reports call for; what was fetched, or is being tried, stays so."""
    if row.state == "fetched":
        return row
    completed_now = row.status == "completed" and (before is None or before.status != "completed")
    if row.state == "dead" and not completed_now:
        return row
    state, fault = wanted(row)
    if state == "waiting" and (row.tries == 0 or row.state != "waiting"):
        return row._replace(state=state, fault=fault, tries=0, cut_off=0, next_try=row.created_at)
    if state == "waiting":
        return row
    return row._replace(state=state, fault=fault, next_try=None)


def wanted(row: RecordingRow) -> tuple[str, str | None]:
    """The state that a recording's reports alone call for, and why there is nothing to fetch."""
    if row.sid.startswith(UNKNOWN):
        return "held", "the carrier did not say which recording it is"
    if not SID.fullmatch(row.sid):
        return "nothing", "its Sid is none of a recording: RE and 32 hexadecimal digits"
    if row.step == NOT_KEPT:
        return "nothing", "a spoken menu choice, or a talk without the notice: it is not kept"
    if row.status in ("absent", "failed"):
        return "nothing", f"the carrier says that the recording is {row.status}"
    if row.status not in (None, "completed"):
        return "held", None
    if row.duration == 0:
        return "nothing", "nothing was recorded: 0 seconds"
    return "waiting", None


# -- fetching


def claim(
    db: Connection, *, now: str, owner: str, limit: int = 1, lease_seconds: float = 30
) -> list[Claimed]:
    """Leases up to ``limit`` recordings whose time has come, each with the name of a new file.

    Every attempt has a file of its own, so that one which outlived its lease spoils nobody's.
    """
    found = db.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE state = 'waiting' AND next_try <= ?"
        " AND (lease_until IS NULL OR lease_until < ?) ORDER BY next_try, sid LIMIT ?",
        (now, now, limit),
    ).fetchall()
    claimed = []
    for row in map(RecordingRow._make, found):
        if row.lease_owner is not None and row.cut_off >= MOST_CUT_OFF:
            _end(db, row.sid, now, "the worker stopped each time while it fetched this")
            continue
        cut_off = row.lease_owner is not None
        base = row.file.partition(".")[0] if cut_off and row.file else new_id()
        lease = row._replace(
            tries=row.tries + 1,
            cut_off=row.cut_off + cut_off,
            file=f"{base}.{row.tries + 1}",
            lease_until=times.plus(now, lease_seconds),
            lease_owner=owner,
        )
        db.execute(
            "UPDATE recordings SET tries = ?, cut_off = ?, file = ?, lease_until = ?, lease_owner = ?"
            " WHERE sid = ?",
            (lease.tries, lease.cut_off, lease.file, lease.lease_until, owner, row.sid),
        )
        claimed.append(Claimed(lease, base if cut_off else None))
    return claimed


_MINE = "sid = ? AND lease_owner = ? AND state = 'waiting'"


def renew(db: Connection, sid: str, *, owner: str, now: str, lease_seconds: float = 30) -> bool:
    """The heartbeat of a long download. False when the lease is lost: stop, another may be at it."""
    done = db.execute(
        f"UPDATE recordings SET lease_until = ? WHERE {_MINE}", (times.plus(now, lease_seconds), sid, owner)
    )
    return done.rowcount == 1


def keep(
    db: Connection, sid: str, *, owner: str, now: str, file: str, size: int, sha256: str, format: str
) -> bool:
    """The file is here, whole and synced. False when the lease is no longer mine: then the file is nobody's."""
    done = db.execute(
        "UPDATE recordings SET state = 'fetched', fetched_at = ?, updated_at = ?, file = ?, bytes = ?, sha256 = ?,"
        f" format = ?, fault = NULL, next_try = NULL, lease_until = NULL, lease_owner = NULL WHERE {_MINE}",
        (now, now, file, size, sha256, format, sid, owner),
    )
    return done.rowcount == 1


def retry_later(db: Connection, sid: str, *, owner: str, now: str, at: str, fault: str) -> bool:
    """Not this time: again at ``at``. False when the lease is lost."""
    done = db.execute(
        "UPDATE recordings SET next_try = ?, fault = ?, updated_at = ?, file = NULL, lease_until = NULL, lease_owner = NULL"
        f" WHERE {_MINE}",
        (at, fault, now, sid, owner),
    )
    return done.rowcount == 1


def bury(db: Connection, sid: str, *, owner: str, now: str, fault: str) -> bool:
    """A dead letter: not tried again unless a person revives it. False when the lease is lost."""
    mine = db.execute(f"SELECT 1 FROM recordings WHERE {_MINE}", (sid, owner)).fetchone()
    if mine is not None:
        _end(db, sid, now, fault)
    return mine is not None


def give_up_held(db: Connection, created_before: str, *, now: str, fault: str) -> list[str]:
    """Recordings of which nothing more was heard since then are dead letters; their Sids."""
    # Both conditions: the first is the index's, the second is meant.
    rows = db.execute(
        "SELECT sid FROM recordings WHERE state IN ('held', 'waiting') AND state = 'held' AND created_at < ?",
        (created_before,),
    ).fetchall()
    for (sid,) in rows:
        _end(db, sid, now, fault)
    return [sid for (sid,) in rows]


def _end(db: Connection, sid: str, now: str, fault: str) -> None:
    db.execute(
        "UPDATE recordings SET state = 'dead', fault = ?, updated_at = ?, file = NULL, next_try = NULL, lease_until = NULL,"
        " lease_owner = NULL WHERE sid = ?",
        (fault, now, sid),
    )


def purge_choices(db: Connection, before: str, limit: int) -> int:
    """Forgets spoken choices whose copy at the carrier was deleted before then; how many there were."""
    done = db.execute(
        "DELETE FROM recordings WHERE sid IN"
        " (SELECT sid FROM recordings WHERE step = ? AND deleted_at < ? LIMIT ?)",
        (NOT_KEPT, before, limit),
    )
    return done.rowcount


def revive(db: Connection, sid: str, *, now: str) -> bool:
    """A person wants a dead letter tried again, from the first attempt. False when it is none."""
    done = db.execute(
        "UPDATE recordings SET state = 'waiting', tries = 0, cut_off = 0, next_try = ?, updated_at = ?"
        " WHERE sid = ? AND state = 'dead'",
        (now, now, sid),
    )
    return done.rowcount == 1


def adopt(db: Connection, *, at: str) -> list[str]:
    """Recordings whose Sid the carrier did not say, and which were found by their call: their Sids now.

    Of several in one call the one of the same length is meant, else the last.
    """
    found = []
    for lost in _rows(db, "state = 'held' AND sid LIKE ? || '%'", (UNKNOWN,)):
        free = [
            row for row in of_call(db, lost.call_sid or "") if row.step is None and SID.fullmatch(row.sid)
        ]
        if free:
            meant = ([row for row in free if row.duration == lost.duration] or free)[-1]
            db.execute("DELETE FROM recordings WHERE sid = ?", (lost.sid,))
            note(db, meant.sid, at=at, session_id=lost.session_id, step=lost.step, consent=lost.consent)
            found.append(meant.sid)
    return found


def deleted(db: Connection, sid: str, *, at: str) -> bool:
    """The carrier has no copy any more. False when that was known."""
    done = db.execute(
        "UPDATE recordings SET deleted_at = ?, updated_at = ? WHERE sid = ? AND deleted_at IS NULL",
        (at, at, sid),
    )
    return done.rowcount == 1


# -- looking


def next_due(db: Connection) -> str | None:
    """When the next unclaimed recording becomes due; None when none waits."""
    row = db.execute(
        "SELECT MIN(next_try) FROM recordings WHERE state = 'waiting' AND lease_until IS NULL"
    ).fetchone()
    return None if row is None else row[0]


def unfetched(db: Connection, created_before: str, limit: int = 100) -> list[RecordingRow]:
    """Recordings made before then whose file is not here and may still come, oldest first."""
    return _rows(
        db,
        "state IN ('held', 'waiting') AND created_at < ? ORDER BY created_at LIMIT ?",
        (created_before, limit),
    )


def still_at_carrier(db: Connection, limit: int = 100) -> list[RecordingRow]:
    """Recordings that are safe here and that the carrier still has, oldest first."""
    return _rows(db, "state = 'fetched' AND deleted_at IS NULL ORDER BY fetched_at LIMIT ?", (limit,))


def of_session(db: Connection, session_id: str) -> list[RecordingRow]:
    """What was recorded in a session, oldest first; [] when nothing."""
    return _rows(db, "session_id = ? ORDER BY created_at, sid", (session_id,))


def of_call(db: Connection, call_sid: str) -> list[RecordingRow]:
    """What was recorded in a call, oldest first; [] when nothing."""
    return _rows(db, "call_sid = ? ORDER BY created_at, sid", (call_sid,))


def latest(db: Connection, limit: int = 50, state: str | None = None) -> list[RecordingRow]:
    """The last recordings, newest first; those in one state only when it is given."""
    where = "state = ? AND " if state else ""
    return _rows(
        db, f"{where}1 ORDER BY created_at DESC, sid DESC LIMIT ?", (state, limit) if state else (limit,)
    )


def counts(db: Connection) -> dict[str, int]:
    """How many recordings are in each state."""
    return dict(db.execute("SELECT state, COUNT(*) FROM recordings GROUP BY state").fetchall())


def _rows(db: Connection, where: str, values: tuple[object, ...]) -> list[RecordingRow]:
    return [
        RecordingRow._make(row)
        for row in db.execute(f"SELECT {_COLUMNS} FROM recordings WHERE {where}", values)
    ]
