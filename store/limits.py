"""Counting, so that limits hold for all processes together.

How often in an hour or a day, and the same text again.
"""

from store.ids import new_id
from store.library import Connection


def add_and_count(db: Connection, bucket: str, key: str, window_start: str, n: int = 1) -> int:
    """Counts ``n`` more and gives the sum in this window. The caller cuts the windows.

    '2026-03-11T02' is an hour.
    """
    ((count,),) = db.execute(
        "INSERT INTO counters (bucket, key, window_start, count) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (bucket, key, window_start)"
        " DO UPDATE SET count = count + excluded.count RETURNING count",
        (bucket, key, window_start, n),
    ).fetchall()
    return int(count)


def count(db: Connection, bucket: str, key: str, window_start: str) -> int:
    """The sum in this window so far; 0 when nothing was counted."""
    row = db.execute(
        "SELECT count FROM counters WHERE bucket = ? AND key = ? AND window_start = ?",
        (bucket, key, window_start),
    ).fetchone()
    return 0 if row is None else int(row[0])


def remember_text(db: Connection, *, service: str, contact: str, body_hash: str, at: str) -> None:
    """Notes that this text went to this contact, for the loop detector. The hash is the caller's.

    The words are not kept.
    """
    db.execute(
        "INSERT INTO texts_sent (id, service, contact, body_hash, at) VALUES (?, ?, ?, ?, ?)",
        (new_id(), service, contact, body_hash, at),
    )


def times_sent(db: Connection, *, service: str, contact: str, body_hash: str, since: str) -> int:
    """How often the same text went to the contact since then.

    Three times in ten minutes is two machines talking.
    """
    ((number,),) = db.execute(
        "SELECT COUNT(*) FROM texts_sent WHERE service = ? AND contact = ? AND body_hash = ? AND at >= ?",
        (service, contact, body_hash, since),
    ).fetchall()
    return int(number)


def purge(db: Connection, before: str) -> int:
    """Forgets windows and texts from before then; how many."""
    windows = db.execute("DELETE FROM counters WHERE window_start < ?", (before,)).rowcount
    return int(windows + db.execute("DELETE FROM texts_sent WHERE at < ?", (before,)).rowcount)
