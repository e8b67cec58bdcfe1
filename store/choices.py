"""Menu choices that were spoken, while a caller waits to hear what we understood; and who listens to them.

    waiting --take--> taken --settle--> settled

Nobody waits longer than a few seconds, so nothing is tried twice: who dies with one leaves it taken, and the
caller is asked for a key. The sound is never kept: the row of its recording says so (store.recordings.NOT_KEPT).
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from store import meta, outbox
from store.library import Connection

LISTENERS = "choices_heard"  # meta: which languages are understood, and until when that is sure


class ChoiceRow(NamedTuple):
    """One spoken choice. ``phrases`` is JSON: key -> words.

    ``outcome``: chosen (``key`` is what), none or failed; '' until it is settled.
    """

    recording: str
    session_id: str
    language: str
    phrases: str
    state: str
    outcome: str
    key: str
    created_at: str


_COLUMNS = ", ".join(ChoiceRow._fields)


def ask(
    db: Connection, recording: str, *, session_id: str, language: str, phrases: str, at: str
) -> ChoiceRow:
    """Puts the question, once for a recording; gives it as it stands."""
    db.execute(
        "INSERT INTO choices (recording, session_id, language, phrases, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (recording) DO NOTHING",
        (recording, session_id, language, phrases, at),
    )
    found = load(db, recording)
    assert found is not None
    return found


def load(db: Connection, recording: str) -> ChoiceRow | None:
    """The choice; None when there is none in that recording."""
    row = db.execute(f"SELECT {_COLUMNS} FROM choices WHERE recording = ?", (recording,)).fetchone()
    return None if row is None else ChoiceRow._make(row)


def any_waiting(db: Connection) -> bool:
    """Is there one that nobody has taken?"""
    return db.execute("SELECT 1 FROM choices WHERE state = 'waiting' LIMIT 1").fetchone() is not None


def take(db: Connection, limit: int) -> list[ChoiceRow]:
    """Takes up to so many, oldest first; [] when there are none."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM choices WHERE state = 'waiting' ORDER BY created_at LIMIT ?", (limit,)
    ).fetchall()
    rows = [ChoiceRow._make(row) for row in found]
    db.executemany(
        "UPDATE choices SET state = 'taken' WHERE recording = ?", [(row.recording,) for row in rows]
    )
    return rows


def settle(db: Connection, recording: str, *, outcome: str, key: str = "") -> bool:
    """What was understood. False when that was known before."""
    done = db.execute(
        "UPDATE choices SET state = 'settled', outcome = ?, key = ? WHERE recording = ? AND state <> 'settled'",
        (outcome, key, recording),
    )
    return done.rowcount == 1


def purge(db: Connection, before: str, limit: int) -> int:
    """Forgets choices asked before then, at most so many; how many there were."""
    done = db.execute(
        "DELETE FROM choices WHERE recording IN"
        " (SELECT recording FROM choices WHERE created_at < ? ORDER BY created_at LIMIT ?)",
        (before, limit),
    )
    return done.rowcount


# -- the carrier's copy


def owe_deletion(db: Connection, recording: str, *, now: str, at: str) -> None:
    """The carrier's copy is to be deleted at ``at``: once, and the earlier of two times."""
    id = f"delete:{recording}"
    owed = outbox.load(db, id)
    if owed is None:
        outbox.put(db, kind="delete", target=recording, payload="{}", now=now, not_before=at, id=id)
    elif owed.not_before > at:
        outbox.bring_forward(db, id, at=at)


# -- who listens


def listen(db: Connection, languages: Sequence[str], *, until: str) -> None:
    """Spoken choices in these languages are understood, surely until then."""
    meta.put(db, LISTENERS, json.dumps({"until": until, "languages": list(languages)}))


def heard(db: Connection, language: str, *, now: str) -> bool:
    """Does somebody listen to choices in this language, now?"""
    return language in listeners(db, now=now)


def listeners(db: Connection, *, now: str) -> list[str]:
    """The languages in which somebody listens to choices now; [] when nobody does."""
    told = json.loads(meta.get(db, LISTENERS) or "{}")
    return list(told["languages"]) if told and told["until"] > now else []
