"""What an agent calls each text dialogue, and what was written in one.

A number is kept while the agent has the dialogue, offered or taken, and remembered for a while after it: so that words that
come late are for nobody, and never for another writer.
"""

import json
from typing import NamedTuple

from store.library import Connection


class NumberRow(NamedTuple):
    """``ended_at`` None while the agent has the dialogue."""

    agent: str
    contact: str
    number: int
    given_at: str
    ended_at: str | None


class Line(NamedTuple):
    """One text of a dialogue. ``direction``: in from the writer, out from us (robot or agent)."""

    at: str
    direction: str
    body: str


def give(db: Connection, agent: str, contact: str, number: int, now: str) -> None:
    """The agent calls the dialogue so from now on."""
    db.execute(
        "INSERT INTO dialogues (agent, contact, number, given_at, ended_at) VALUES (?, ?, ?, ?, NULL)"
        " ON CONFLICT (agent, contact) DO UPDATE SET number = excluded.number, given_at = excluded.given_at,"
        " ended_at = NULL",
        (agent, contact, number, now),
    )


def end(db: Connection, agent: str, contact: str, now: str) -> None:
    """The agent has it no more. Nothing for one that was over, or never the agent's."""
    db.execute(
        "UPDATE dialogues SET ended_at = ? WHERE agent = ? AND contact = ? AND ended_at IS NULL",
        (now, agent, contact),
    )


def of_agent(db: Connection, agent: str, since: str) -> list[NumberRow]:
    """The agent's dialogues: those in hand, and those that ended since then; by number."""
    rows = db.execute(
        "SELECT agent, contact, number, given_at, ended_at FROM dialogues"
        " WHERE agent = ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY number, given_at",
        (agent, since),
    )
    return [NumberRow._make(row) for row in rows]


def number(db: Connection, agent: str, contact: str) -> int:
    """What the agent calls it; 0 for a dialogue that was never the agent's."""
    row = db.execute(
        "SELECT number FROM dialogues WHERE agent = ? AND contact = ?", (agent, contact)
    ).fetchone()
    return 0 if row is None else int(row[0])


def last_agent(db: Connection, contact: str) -> str:
    """Who has the dialogue, or had it last; '' for one that nobody was offered."""
    row = db.execute(
        "SELECT agent FROM dialogues WHERE contact = ? ORDER BY ended_at IS NULL DESC, ended_at DESC LIMIT 1",
        (contact,),
    ).fetchone()
    return "" if row is None else str(row[0])


def came_in(db: Connection, contact: str, after: str = "") -> list[Line]:
    """What the writer wrote after this moment, in order."""
    rows = db.execute(
        "SELECT updated_at, body FROM messages WHERE session_id = ? AND direction = 'in' AND updated_at > ?"
        " ORDER BY updated_at, rowid",
        (contact, after),
    )
    return [Line(at, "in", body or "") for at, body in rows]


def all_of(db: Connection, session: str) -> list[Line]:
    """Every text of a session that has gone out or come in, the robot's too, in order."""
    rows = db.execute(
        "SELECT updated_at, COALESCE(direction, 'out'), body FROM messages WHERE session_id = ? AND body IS NOT NULL"
        " ORDER BY updated_at, rowid",
        (session,),
    )
    return [Line(*row) for row in rows]


def went_out(db: Connection, contact: str, number: str, kind: str) -> list[Line]:
    """What of this kind (``template``) we owed to this number because of the dialogue, in order, sent or not."""
    return [line for line, _ in _owed(db, contact, number, kind)]


def arrived(db: Connection, contact: str, number: str, kind: str) -> list[str]:
    """The words of it, without those that are known not to have arrived."""
    return [line.body for line, lost in _owed(db, contact, number, kind) if not lost]


def _owed(db: Connection, contact: str, number: str, kind: str) -> list[tuple[Line, bool]]:
    """Each with: is it lost?"""
    rows = db.execute(
        "SELECT created_at, payload, state = 'dead' OR EXISTS (SELECT 1 FROM messages WHERE outbox_id = outbox.id"
        " AND status IN ('undelivered', 'failed')) FROM outbox"
        " WHERE cause = ? AND kind = 'sms' AND target IN (?, ?) ORDER BY seq",
        (contact, number, f"whatsapp:{number}"),
    )
    found = [(at, json.loads(payload), bool(lost)) for at, payload, lost in rows]
    return [(Line(at, "out", told["body"]), lost) for at, told, lost in found if told["template"] == kind]
