"""The index of words: transcripts, texts and notes of cases. Masked text only; what is sealed is never in it.

Whoever writes a note or a text need not know of it: triggers list what changed, and ``jobs`` masks and
indexes it a moment later. Who may see a hit is decided by ``desk.access``, hit by hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from store.library import Connection
from store.transcripts import TranscriptRow

MOST_WORDS = 20
_PAGE = 100


class Hit(NamedTuple):
    """One thing found. ``kind``: transcript, text or note; ``subject``: recording, message or ticket.

    Class, unit and service are the case's as they are now; None for what belongs to no case. ``snippet``
    marks the words found with [ ].
    """

    kind: str
    subject: str
    ticket: str | None
    service: str | None
    classification: str | None
    unit: str | None
    at: str
    snippet: str


class Unindexed(NamedTuple):
    """Something whose words are not in the index yet, with the words as they came."""

    kind: str
    subject: str
    ticket: str | None
    session_id: str | None
    service: str | None
    at: str
    body: str


def put(
    db: Connection, *, kind: str, subject: str, at: str, body: str, ticket: str | None = None,
    session_id: str | None = None, service: str | None = None,
) -> None:  # fmt: skip
    """Indexes masked words in place of what stood there for the same subject. Without words: takes it out."""
    _take_out(db, kind, subject)
    if not body.strip():
        return
    db.execute(
        "INSERT INTO searchable (kind, subject, ticket, session_id, service, at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kind, subject, ticket, session_id, service, at, body),
    )
    # By its key: a trigger's inserts do not touch last_insert_rowid, but nobody should have to know that.
    db.execute(
        "INSERT INTO searchable_words (rowid, body)"
        " SELECT id, body FROM searchable WHERE kind = ? AND subject = ?",
        (kind, subject),
    )


def put_transcript(db: Connection, row: TranscriptRow, session_id: str | None, at: str) -> None:
    """The masked words of a transcript, in place of what stood there before a correction."""
    put(
        db,
        kind="transcript",
        subject=row.recording,
        at=at,
        body=row.masked,
        ticket=row.ticket,
        session_id=session_id,
        service=row.service or None,
    )


def _take_out(db: Connection, kind: str, subject: str) -> None:
    # An index without a copy of its own must be told which words it is to forget.
    db.execute(
        "INSERT INTO searchable_words (searchable_words, rowid, body)"
        " SELECT 'delete', id, body FROM searchable WHERE kind = ? AND subject = ?",
        (kind, subject),
    )
    db.execute("DELETE FROM searchable WHERE kind = ? AND subject = ?", (kind, subject))


def unindexed(db: Connection, limit: int = 100) -> list[Unindexed]:
    """Notes and texts that changed since they were indexed; [] when there are none."""
    rows = db.execute(
        "SELECT u.kind, u.subject, c.ticket, c.session_id, c.service, c.updated_at, COALESCE(c.note, '')"
        " FROM unindexed AS u JOIN cases AS c ON c.ticket = u.subject WHERE u.kind = 'note'"
        " UNION ALL"
        " SELECT u.kind, u.subject, (SELECT MIN(ticket) FROM cases WHERE session_id = m.session_id),"
        " m.session_id, m.service, m.updated_at, COALESCE(m.body, '')"
        " FROM unindexed AS u JOIN messages AS m ON m.sid = u.subject WHERE u.kind = 'text' LIMIT ?",
        (limit,),
    )
    return [Unindexed._make(row) for row in rows]


def index(db: Connection, found: Unindexed, masked: str) -> bool:
    """Puts it into the index and off the list. False when its words have changed meanwhile: then it stays listed."""
    table, key, column = ("cases", "ticket", "note") if found.kind == "note" else ("messages", "sid", "body")
    now = db.execute(
        f"SELECT COALESCE({column}, '') FROM {table} WHERE {key} = ?", (found.subject,)
    ).fetchone()
    if now != (found.body,):
        return False
    put(
        db,
        kind=found.kind,
        subject=found.subject,
        at=found.at,
        body=masked,
        ticket=found.ticket,
        session_id=found.session_id,
        service=found.service,
    )
    db.execute("DELETE FROM unindexed WHERE kind = ? AND subject = ?", (found.kind, found.subject))
    return True


def find(db: Connection, words: str) -> Iterator[Hit]:
    """Everything with all of these words, best first; a word may end in * for any ending.

    Nothing of ``words`` is taken as a command of the index. Yields nothing for no words.
    """
    query = query_of(words)
    if not query:
        return
    offset = 0
    while True:
        rows = db.execute(
            "SELECT s.kind, s.subject, c.ticket, COALESCE(c.service, s.service), c.classification, c.unit,"
            " s.at, snippet(searchable_words, 0, '[', ']', '…', 12)"
            " FROM searchable_words JOIN searchable AS s ON s.id = searchable_words.rowid"
            " LEFT JOIN cases AS c ON c.ticket = COALESCE(s.ticket,"
            " (SELECT MIN(ticket) FROM cases WHERE session_id = s.session_id))"
            " WHERE searchable_words MATCH ? ORDER BY bm25(searchable_words), s.at DESC LIMIT ? OFFSET ?",
            (query, _PAGE, offset),
        ).fetchall()
        yield from (Hit._make(row) for row in rows)
        if len(rows) < _PAGE:
            return
        offset += _PAGE


def query_of(words: str) -> str:
    """The words as the index takes them: each a quoted string, so that AND, NEAR, ( and : are words too.

    >>> query_of('kartu "hilang" OR note* :')
    '"kartu" "hilang" "OR" "note"*'
    """
    found = re.findall(r"\w+\*?", words)[:MOST_WORDS]
    return " ".join(f'"{word.rstrip("*")}"' + ("*" if word.endswith("*") else "") for word in found)
