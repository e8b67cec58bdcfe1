"""Pauses of a talk's recording, so that a secret is in none: asked for before it is shown, over when the contact was told it.

    asked --the carrier has confirmed--> paused, or nothing: nothing was being recorded
          --too late, or refused--> failed

``conferences`` are those of which the carrier has confirmed, before the secret was shown, that nothing more is recorded in them:
{Sid: "paused" | "over"}. ``n`` counts the pauses of a contact: a room that opens when all of them are over is told how many
there were.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from store.ids import new_id
from store.library import Connection

ASKED, PAUSED, NOTHING, FAILED = STATES = ("asked", "paused", "nothing", "failed")

SCHEMA = (
    """CREATE TABLE recording_pauses (
        id TEXT NOT NULL PRIMARY KEY, contact TEXT NOT NULL, n INTEGER NOT NULL, state TEXT NOT NULL,
        conferences TEXT NOT NULL DEFAULT '{}', fault TEXT NOT NULL DEFAULT '', shown TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL, told_at TEXT, resumed_at TEXT,
        CHECK (state IN ('asked', 'paused', 'nothing', 'failed'))
    )""",
    "CREATE UNIQUE INDEX recording_pauses_contact ON recording_pauses (contact, n)",
)


class PauseRow(NamedTuple):
    """One pause. ``shown``: the act whose secret was shown in it, '' while none was. ``told_at``: the contact knows the secret, and
    the recording may go on. ``resumed_at``: it did.
    """

    id: str
    contact: str
    n: int
    state: str
    conferences: str
    fault: str
    shown: str
    at: str
    told_at: str | None
    resumed_at: str | None

    def covers(self, conference: str) -> bool:
        """Was it certain, before the secret was shown, that it is not heard in the recording of this conference?"""
        return conference in json.loads(self.conferences)

    def silent_since(self, conference: str) -> bool:
        """Was the recording of this conference paused in it, and never went on?"""
        return self.resumed_at is None and json.loads(self.conferences).get(conference) == PAUSED


_COLUMNS = ", ".join(PauseRow._fields)


def begin(db: Connection, contact: str, state: str, *, at: str, fault: str = "") -> PauseRow:
    """The next pause of this contact."""
    row = PauseRow(
        new_id(), contact, len(of_contact(db, contact)) + 1, state, "{}", fault, "", at, None, None
    )
    db.execute(f"INSERT INTO recording_pauses ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)
    return row


def load(db: Connection, id: str) -> PauseRow | None:
    """The row; None when there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM recording_pauses WHERE id = ?", (id,)).fetchone()
    return None if row is None else PauseRow._make(row)


def of_contact(db: Connection, contact: str) -> list[PauseRow]:
    """The pauses of a contact, the first first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM recording_pauses WHERE contact = ? ORDER BY n", (contact,))
    return [PauseRow._make(row) for row in rows]


def standing(db: Connection, contact: str) -> list[PauseRow]:
    """Those that are not over: no room is recorded that opens meanwhile."""
    return [row for row in of_contact(db, contact) if row.told_at is None]


def settle(
    db: Connection, id: str, state: str, *, conferences: Mapping[str, str] | None = None, fault: str = ""
) -> bool:
    """What the carrier said, in time. False when it is settled already: what comes later counts for nothing."""
    done = db.execute(
        "UPDATE recording_pauses SET state = ?, conferences = ?, fault = ? WHERE id = ? AND state = 'asked'",
        (state, json.dumps(conferences or {}), fault, id),
    )
    return done.rowcount == 1


def show(db: Connection, id: str, act: str) -> None:
    """The secret of this act is shown in it: from here on a recording is judged by it."""
    db.execute("UPDATE recording_pauses SET shown = ? WHERE id = ?", (act, id))


def told(db: Connection, id: str, *, at: str) -> None:
    """The contact knows the secret, or nothing was shown after all."""
    db.execute("UPDATE recording_pauses SET told_at = ? WHERE id = ? AND told_at IS NULL", (at, id))


def resumed(db: Connection, contact: str, *, at: str) -> None:
    """The carrier records again."""
    db.execute(
        "UPDATE recording_pauses SET resumed_at = ? WHERE contact = ? AND told_at IS NOT NULL AND resumed_at IS NULL",
        (at, contact),
    )


def holds_a_secret(db: Connection, contact: str, conference: str, after: int) -> bool:
    """May the recording of this conference hold a secret that an act has shown?

    ``after``: how many pauses were over when its room opened. A secret whose pause was not begun at all may be anywhere.
    """
    shown = [row for row in of_contact(db, contact) if row.shown]
    acts = {act for (act,) in db.execute("SELECT id FROM agent_acts WHERE contact = ?", (contact,))}
    return bool(acts - {row.shown for row in shown}) or any(
        row.n > after and not row.covers(conference) for row in shown
    )
