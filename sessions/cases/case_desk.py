"""Work on a case at a desk with a screen, where two people may have the same case before them.

Whoever acts says what was seen of the case (``version``). When somebody else has worked on it since, nothing is done and the
second is told by whom: what was typed stays with the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desk.caseload.model import Done, Refusal
from sessions.cases import case_work
from sessions.cases.records import Person
from sessions.gateway import Gateway
from store import cases, drafts, recordings, transcripts
from store.cases import CaseEvent, CaseRow
from store.library import Connection
from store.recordings import RecordingRow
from store.times import plus, text
from store.transcripts import Transcribing, TranscriptRow

# What ran out by itself, and what we did for a person, changes nothing that another has read.
NOBODY = ("clock", "robot")
WRITING_SECONDS = 120  # whose draft was touched within these is writing


@dataclass(frozen=True)
class Changed:
    """Somebody worked on the case since it was looked at: their newest line of its history."""

    event: CaseEvent


@dataclass(frozen=True)
class Recorded:
    """One recording of a case. ``transcript`` and ``work`` are None where nothing is, or is to be, written down."""

    row: RecordingRow
    transcript: TranscriptRow | None
    work: Transcribing | None


def version(db: Connection, ticket: str) -> str:
    """What a page has seen of a case: its newest line by a person."""
    event = cases.newest_event(db, ticket, but=NOBODY)
    return event.id if event is not None else ""


def act(
    gateway: Gateway, person: Person, user: str, ticket: str, action: str, why: str, seen: str, **given: Any
) -> Done | Refusal | Changed:  # fmt: skip
    """Does it unless somebody was faster, and forgets the draft of ``user``. ``given`` as in sessions.cases.case_work.act."""
    with gateway.store.write() as db:
        newest = cases.newest_event(db, ticket, but=NOBODY)
        if newest is not None and newest.id != seen:
            return Changed(newest)
        now = text(gateway.clock())
        done = case_work.act(gateway, db, ticket, action, person, why, now, **given)
        if isinstance(done, Done) and given.get("text"):
            drafts.forget(db, user, ticket)
        return done


def writing(db: Connection, subject: str, user: str, now: str) -> list[str]:
    """Who else is writing to the same contact just now: their logins' ids."""
    since = plus(now, -WRITING_SECONDS)
    return [draft.user for draft in drafts.of_subject(db, subject) if draft.user != user and draft.at > since]


def recorded(db: Connection, case: CaseRow) -> list[Recorded]:
    """The recordings of a case that are kept, oldest first: of its call, and messages that joined it later."""
    rows = recordings.of_session(db, case.session_id) if case.session_id else []
    known = {row.sid for row in rows}
    for transcript in transcripts.of_ticket(db, case.ticket):
        row = recordings.load(db, transcript.recording)
        if row is not None and row.sid not in known:
            rows.append(row)
    kept = [row for row in rows if row.step != recordings.NOT_KEPT and row.state != "nothing"]
    return [Recorded(row, transcripts.load(db, row.sid), transcripts.work(db, row.sid)) for row in kept]
