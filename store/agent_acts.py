"""What agents have ticked with a contact, and the acts that they have asked for; a secret of neither is ever here.

``contact`` is the session's id. An act is asked for once a contact: the index says so, whatever two agents do at once.
"""

import json
from typing import NamedTuple

from store.library import Connection

ASKED, SENT, NO_ADDRESS, FAILED = STATES = ("asked", "sent", "no_address", "failed")

SCHEMA = (
    """CREATE TABLE ticks (
        contact TEXT NOT NULL, checklist TEXT NOT NULL, ticked TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (contact, checklist)
    ) WITHOUT ROWID""",
    """CREATE TABLE agent_acts (
        id TEXT NOT NULL PRIMARY KEY, contact TEXT NOT NULL, ticket TEXT NOT NULL, act TEXT NOT NULL, agent TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'asked', sealed TEXT NOT NULL, address TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '', outbox TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, updated_at TEXT NOT NULL,
        CHECK (state IN ('asked', 'sent', 'no_address', 'failed'))
    )""",
    "CREATE UNIQUE INDEX agent_acts_once ON agent_acts (contact, act) WHERE state IN ('asked', 'sent')",
    "CREATE INDEX agent_acts_ticket ON agent_acts (ticket)",
)


class ActRow(NamedTuple):
    """One act that was asked for. ``sealed`` holds the password of its file, under our key, until the file is sent; ``address``
    is where it went, masked; ``reason``: why it has not gone yet, or did not.
    """

    id: str
    contact: str
    ticket: str
    act: str
    agent: str
    state: str
    sealed: str
    address: str
    reason: str
    outbox: str
    at: str
    updated_at: str


_COLUMNS = ", ".join(ActRow._fields)


def ticked(db: Connection, contact: str, checklist: str) -> frozenset[str]:
    """What is ticked of a list in this contact."""
    row = db.execute(
        "SELECT ticked FROM ticks WHERE contact = ? AND checklist = ?", (contact, checklist)
    ).fetchone()
    return frozenset(json.loads(row[0])) if row else frozenset()


def tick(db: Connection, contact: str, checklist: str, items: frozenset[str], *, who: str, at: str) -> None:
    """These are ticked now, and no others."""
    db.execute(
        "INSERT INTO ticks (contact, checklist, ticked, who, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (contact, checklist) DO UPDATE SET ticked = excluded.ticked, who = excluded.who, at = excluded.at",
        (contact, checklist, json.dumps(sorted(items)), who, at),
    )


def ask(db: Connection, row: ActRow) -> None:
    """The act is asked for. Raises IntegrityError when it was before, in this contact."""
    db.execute(f"INSERT INTO agent_acts ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", tuple(row))


def load(db: Connection, id: str) -> ActRow | None:
    """The row; None when there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM agent_acts WHERE id = ?", (id,)).fetchone()
    return None if row is None else ActRow._make(row)


def of_ticket(db: Connection, ticket: str) -> list[ActRow]:
    """The acts of a case, the oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM agent_acts WHERE ticket = ? ORDER BY id", (ticket,))
    return [ActRow._make(row) for row in rows]


def of_contact(db: Connection, contact: str, act: str) -> list[ActRow]:
    """How often this act was asked for in a contact, the oldest first; of those that count at most one is there."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM agent_acts WHERE contact = ? AND act = ? ORDER BY id", (contact, act)
    )
    return [ActRow._make(row) for row in rows]


def standing(db: Connection, contact: str, act: str) -> ActRow | None:
    """The one that is under way or done; None while it may still be asked for."""
    return next((row for row in of_contact(db, contact, act) if row.state in (ASKED, SENT)), None)


def pending(db: Connection, ticket: str) -> bool:
    """Is any act of this case under way?"""
    return any(row.state == ASKED for row in of_ticket(db, ticket))


def settle(db: Connection, id: str, state: str, *, at: str, address: str = "", reason: str = "") -> None:
    """What became of it. Once the file is sent nobody needs its password any more."""
    db.execute(
        "UPDATE agent_acts SET state = ?, address = ?, reason = ?, updated_at = ?,"
        " sealed = CASE WHEN ? IN ('sent', 'no_address') THEN '' ELSE sealed END WHERE id = ?",
        (state, address, reason, at, state, id),
    )


def waits(db: Connection, id: str, *, reason: str, at: str) -> None:
    """It has not gone yet; the agent is told why."""
    db.execute(
        "UPDATE agent_acts SET reason = ?, updated_at = ? WHERE id = ? AND state = 'asked'", (reason, at, id)
    )


def purge(db: Connection, before: str) -> None:
    """Passwords of files that were given up before this moment: nobody revives those any more."""
    db.execute(
        "UPDATE agent_acts SET sealed = '' WHERE sealed <> '' AND state = 'failed' AND updated_at < ?",
        (before,),
    )


def forget_password(db: Connection, id: str) -> None:
    """The file of this row is never made any more: another one was asked for in its place."""
    db.execute("UPDATE agent_acts SET sealed = '' WHERE id = ?", (id,))
