"""What was written down of recordings: the work that is owed, what came of it, and what people corrected.

    owe -> waiting --claim--> leased --finish--> done | empty          (fenced: only the newest lease may finish)
              ^                  |-- fail ----> waiting again, or listen after MOST_TRIES
              |                  \\-- wait ----> waiting again, the try given back: no model, no fault of the file
              \\-- lease ran out (the worker died): the try counts; the third one ends in listen

The words as they were heard, and every number in them, are sealed in the vault (``sealed`` names the file). The
tables hold masked text only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from store import times
from store.library import Connection

MOST_TRIES = 3
DIED = "the worker died each time"


class Transcribing(NamedTuple):
    """One recording that is to be written down. ``state``: waiting, done, empty or listen; ``fault``: why not yet."""

    recording: str
    state: str
    tries: int
    not_before: str
    lease_until: str | None
    lease_owner: str | None
    fault: str
    created_at: str
    updated_at: str


class TranscriptRow(NamedTuple):
    """What a machine heard, masked. ``lines`` is JSON: [{start, end, leg, label, text}], seconds and masked text.

    ``hidden`` is JSON: kind of what was masked -> how often. ``sealed`` and ``bleeped`` name files of the
    vault: the transcript as heard, and the sound without what was masked (None when nothing was).
    """

    recording: str
    ticket: str | None
    service: str
    language: str
    engine: str
    model_sha256: str
    seconds: float
    speech_seconds: float
    confidence: str
    masked: str
    lines: str
    hidden: str
    sealed: str
    bleeped: str | None
    corrected_at: str | None
    corrected_by: str | None
    created_at: str


def for_everybody(row: TranscriptRow) -> bool:
    """Is there sound that everybody may hear who sees the case? Of what was hardly understood nobody knows what to mask."""
    return bool(row.bleeped) or not (json.loads(row.hidden) or row.confidence == "low")


class Correction(NamedTuple):
    """A person's version. ``basis``: which text was corrected, masked or original.

    ``sealed``: the vault's file with what stood there before and what the person wrote. ``new_words`` is
    JSON: words without digits that the person wrote and the machine had not.
    """

    id: str
    recording: str
    service: str
    language: str
    at: str
    who: str
    basis: str
    sealed: str
    new_words: str


_WORK = ", ".join(Transcribing._fields)
_COLUMNS = ", ".join(TranscriptRow._fields)
_PLACES = ", ".join("?" * len(TranscriptRow._fields))
_MINE = "recording = ? AND lease_owner = ? AND state = 'waiting'"


# -- the work


def owe(db: Connection, recording: str, *, now: str) -> bool:
    """A recording whose file is here is to be written down. False when it already was owed."""
    done = db.execute(
        "INSERT INTO transcribings (recording, not_before, created_at, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (recording) DO NOTHING",
        (recording, now, now, now),
    )
    return done.rowcount == 1


def owe_all(db: Connection, *, now: str) -> int:
    """Owes every recording whose file is here and that nobody has owed; how many. For the start of a worker."""
    done = db.execute(
        "INSERT INTO transcribings (recording, not_before, created_at, updated_at)"
        " SELECT sid, ?, ?, ? FROM recordings WHERE fetched_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM transcribings WHERE recording = sid)",
        (now, now, now),
    )
    return done.rowcount


def claim(
    db: Connection,
    *,
    now: str,
    owner: str,
    limit: int = 1,
    lease_seconds: float = 60,
    suspects: bool | None = None,
) -> list[Transcribing]:
    """Leases up to ``limit`` recordings, oldest first; each costs one of its tries. [] when none is due.

    ``owner`` names one thread and one claim. ``suspects``: only those that have failed before (True) or only
    the others (False). What has no try left is not claimed: see ``give_up``.
    """
    among = {None: "", True: " AND tries > 0", False: " AND tries = 0"}[suspects]
    until = times.plus(now, lease_seconds)
    rows = db.execute(
        "UPDATE transcribings SET tries = tries + 1, lease_until = ?, lease_owner = ?, updated_at = ?"
        " WHERE recording IN (SELECT recording FROM transcribings WHERE state = 'waiting'"
        f" AND not_before <= ? AND (lease_until IS NULL OR lease_until < ?) AND tries < ?{among}"
        f" ORDER BY not_before, recording LIMIT ?) RETURNING {_WORK}",
        (until, owner, now, now, now, MOST_TRIES, limit),
    ).fetchall()
    return sorted((Transcribing._make(row) for row in rows), key=lambda row: (row.not_before, row.recording))


def lost(db: Connection, *, now: str, limit: int = 100) -> list[Transcribing]:
    """Those whose worker died at the last of their tries, oldest first: nobody claims them any more."""
    rows = db.execute(
        # tries > 0 is said, too: only so may SQLite use the partial index.
        f"SELECT {_WORK} FROM transcribings WHERE state = 'waiting' AND tries > 0 AND tries >= ?"
        " AND (lease_until IS NULL OR lease_until < ?) ORDER BY not_before, recording LIMIT ?",
        (MOST_TRIES, now, limit),
    )
    return [Transcribing._make(row) for row in rows]


def renew(db: Connection, owners: Iterable[str], *, now: str, lease_seconds: float = 60) -> int:
    """The heartbeat of everything that these owners are at; how many leases were still theirs."""
    until = times.plus(now, lease_seconds)
    return sum(
        db.execute(
            "UPDATE transcribings SET lease_until = ? WHERE lease_owner = ? AND state = 'waiting'",
            (until, owner),
        ).rowcount
        for owner in owners
    )


def finish(db: Connection, recording: str, *, owner: str, now: str, state: str, fault: str = "") -> bool:
    """``done``, ``empty`` or ``listen``. False when the lease is no longer ours: then another decides."""
    done = db.execute(
        "UPDATE transcribings SET state = ?, fault = ?, lease_until = NULL, lease_owner = NULL,"
        f" updated_at = ? WHERE {_MINE}",
        (state, fault, now, recording, owner),
    )
    return done.rowcount == 1


def again(
    db: Connection, recording: str, *, owner: str, now: str, not_before: str, fault: str, counts: bool
) -> bool:
    """Back to waiting. ``counts``: the try was used up; what only waits for a model keeps it. False: lease lost."""
    done = db.execute(
        "UPDATE transcribings SET tries = tries - ?, not_before = ?, fault = ?, lease_until = NULL,"
        f" lease_owner = NULL, updated_at = ? WHERE {_MINE}",
        (0 if counts else 1, not_before, fault, now, recording, owner),
    )
    return done.rowcount == 1


def give_up(db: Connection, recording: str, *, now: str) -> bool:
    """Ends in ``listen`` what ``lost`` named. False when somebody was quicker."""
    done = db.execute(
        "UPDATE transcribings SET state = 'listen', lease_until = NULL, lease_owner = NULL, updated_at = ?,"
        " fault = CASE fault WHEN '' THEN ? ELSE fault END"
        " WHERE recording = ? AND state = 'waiting' AND tries >= ? AND (lease_until IS NULL OR lease_until < ?)",
        (now, DIED, recording, MOST_TRIES, now),
    )
    return done.rowcount == 1


def once_more(db: Connection, recording: str, *, now: str) -> bool:
    """A person wants one that ended in ``listen`` tried again, from the first try. False when it did not."""
    done = db.execute(
        "UPDATE transcribings SET state = 'waiting', tries = 0, fault = '', not_before = ?, updated_at = ?"
        " WHERE recording = ? AND state = 'listen'",
        (now, now, recording),
    )
    return done.rowcount == 1


def work(db: Connection, recording: str) -> Transcribing | None:
    """What is owed or came of a recording; None when it was never owed."""
    row = db.execute(f"SELECT {_WORK} FROM transcribings WHERE recording = ?", (recording,)).fetchone()
    return None if row is None else Transcribing._make(row)


def newest(db: Connection, limit: int = 50) -> list[Transcribing]:
    """The last recordings that were to be written down, newest first."""
    rows = db.execute(
        f"SELECT {_WORK} FROM transcribings ORDER BY created_at DESC, recording LIMIT ?", (limit,)
    )
    return [Transcribing._make(row) for row in rows]


def next_due(db: Connection) -> str | None:
    """When the next one that nobody is at becomes due; None when none waits."""
    row = db.execute(
        "SELECT MIN(not_before) FROM transcribings WHERE state = 'waiting' AND lease_until IS NULL"
    ).fetchone()
    return None if row is None else row[0]


def suspect_due(db: Connection, *, now: str) -> bool:
    """Is one due that has failed before?"""
    row = db.execute(
        "SELECT 1 FROM transcribings WHERE state = 'waiting' AND not_before <= ?"
        " AND (lease_until IS NULL OR lease_until < ?) AND tries > 0 AND tries < ? LIMIT 1",
        (now, now, MOST_TRIES),
    ).fetchone()
    return row is not None


def stale(db: Connection, *, now: str) -> bool:
    """Is there one whose worker has died? Its lease ran out."""
    row = db.execute(
        "SELECT 1 FROM transcribings WHERE state = 'waiting' AND lease_until < ? LIMIT 1", (now,)
    ).fetchone()
    return row is not None


def counts(db: Connection) -> dict[str, int]:
    """How many are in each state."""
    return dict(db.execute("SELECT state, COUNT(*) FROM transcribings GROUP BY state").fetchall())


def oldest_waiting(db: Connection) -> tuple[str, str] | None:
    """(since when, fault so far) of the one that waits longest; None when none waits."""
    row = db.execute(
        "SELECT created_at, fault FROM transcribings WHERE state = 'waiting' ORDER BY created_at LIMIT 1"
    ).fetchone()
    return None if row is None else (row[0], row[1])


# -- what came of it


def keep(db: Connection, row: TranscriptRow) -> None:
    """Keeps a transcript, in place of an older one of the same recording."""
    db.execute(f"INSERT OR REPLACE INTO transcripts ({_COLUMNS}) VALUES ({_PLACES})", row)


def load(db: Connection, recording: str) -> TranscriptRow | None:
    """The transcript; None when there is none (yet, or nothing was said)."""
    row = db.execute(f"SELECT {_COLUMNS} FROM transcripts WHERE recording = ?", (recording,)).fetchone()
    return None if row is None else TranscriptRow._make(row)


def of_ticket(db: Connection, ticket: str) -> list[TranscriptRow]:
    """All that was written down for a case, oldest first; [] when nothing was."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM transcripts WHERE ticket = ? ORDER BY created_at, recording", (ticket,)
    )
    return [TranscriptRow._make(row) for row in rows]


# -- what people corrected


def correct(
    db: Connection, row: TranscriptRow, correction: Correction, *, masked: str, hidden: str
) -> TranscriptRow:
    """Keeps a correction, and shows its masked text from now on, as one line; gives the row as it is then."""
    db.execute(
        f"INSERT INTO corrections ({', '.join(Correction._fields)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        correction,
    )
    line = [{"start": 0.0, "end": row.seconds, "leg": 0, "label": "corrected", "text": masked}]
    corrected = row._replace(
        masked=masked,
        hidden=hidden,
        lines=json.dumps(line, ensure_ascii=False),
        corrected_at=correction.at,
        corrected_by=correction.who,
    )
    keep(db, corrected)
    return corrected


def corrections(db: Connection, recording: str | None = None) -> list[Correction]:
    """The corrections of a recording, or all: the evaluation data of this installation. Oldest first."""
    among, values = ("", ()) if recording is None else (" WHERE recording = ?", (recording,))
    rows = db.execute(
        f"SELECT {', '.join(Correction._fields)} FROM corrections{among} ORDER BY at, id", values
    )
    return [Correction._make(row) for row in rows]


def vocabulary(db: Connection, service: str, language: str, least: int = 2) -> tuple[str, ...]:
    """Words that people put into the service's transcripts, in ``least`` recordings or more, most often first.

    A word that one person wrote twice into one message may be a slip; what two messages lacked is a word that
    this service's callers use and that the engine does not know.
    """
    rows = db.execute(
        "SELECT recording, new_words FROM corrections WHERE service = ? AND language = ?", (service, language)
    )
    seen = {(recording, word) for recording, words in rows for word in json.loads(words)}
    counted = Counter(word for _, word in seen)
    return tuple(
        sorted((word for word in counted if counted[word] >= least), key=lambda word: (-counted[word], word))
    )
