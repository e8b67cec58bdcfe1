"""Telephones that we ring for the desk: an agent's for an offer, or the one of who is called back.

    calling --answered--> asked ("press 1") --1--> room <--> menu | hold --> over
                                                                             (over is final, from any state)

``away``: the contact was led out of the room before this telephone said why it had left it; whatever it says ends that.
``unwanted``: nobody wants this leg any more, but its call's Sid is not known yet; whoever learns the Sid owes the hang-up.
"""

import json
from typing import NamedTuple

from store import outbox
from store.library import Connection

CALLING, ASKED, ROOM, MENU, HOLD, OVER = "calling", "asked", "room", "menu", "hold", "over"
AGENT, CONTACT = "agent", "contact"


class LegRow(NamedTuple):
    """One telephone that is rung. ``offer`` is the offer's name, or for who is called back the attempt's."""

    id: str
    role: str
    contact: str
    agent: str
    offer: str
    service: str
    state: str
    outbox: str | None
    sid: str | None
    unwanted: int
    away: int
    created_at: str
    updated_at: str


_COLUMNS = ", ".join(LegRow._fields)


def begin(
    db: Connection, *, id: str, role: str, contact: str, agent: str, offer: str, service: str, outbox: str | None,
    at: str,
) -> None:  # fmt: skip
    """A telephone is to be rung by this row of the outbox."""
    db.execute(
        "INSERT INTO legs (id, role, contact, agent, offer, service, outbox, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, role, contact, agent, offer, service, outbox, at, at),
    )


def load(db: Connection, id: str) -> LegRow | None:
    """The leg; None when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM legs WHERE id = ?", (id,)).fetchone()
    return None if row is None else LegRow._make(row)


def of_offer(db: Connection, offer: str, role: str = AGENT) -> LegRow | None:
    """The leg that was rung for an offer; None when none was."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM legs WHERE offer = ? AND role = ? ORDER BY id DESC LIMIT 1", (offer, role)
    ).fetchone()
    return None if row is None else LegRow._make(row)


def of_call(db: Connection, sid: str) -> LegRow | None:
    """The leg whose call this is; None when it is none of ours."""
    row = db.execute(f"SELECT {_COLUMNS} FROM legs WHERE sid = ? LIMIT 1", (sid,)).fetchone()
    return None if row is None else LegRow._make(row)


def silent(db: Connection, before: str, limit: int = 100) -> list[str]:
    """Sids of telephones that were connected before then and of which nothing was heard since, oldest first."""
    rows = db.execute(
        "SELECT sid FROM legs WHERE state IN ('asked', 'room', 'menu', 'hold') AND sid IS NOT NULL AND updated_at < ?"
        " ORDER BY updated_at LIMIT ?",
        (before, limit),
    )
    return [sid for (sid,) in rows]


def live(db: Connection, contact: str, role: str = AGENT) -> list[LegRow]:
    """The legs of a contact that are not over, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM legs WHERE contact = ? AND role = ? AND state <> 'over' ORDER BY id DESC",
        (contact, role),
    )
    return [LegRow._make(row) for row in rows]


def move(db: Connection, id: str, state: str, *, at: str) -> bool:
    """The leg is now there. False when it is over: that is final."""
    done = db.execute(
        "UPDATE legs SET state = ?, away = 0, updated_at = ? WHERE id = ? AND state <> 'over'",
        (state, at, id),
    )
    return done.rowcount == 1


def is_away(db: Connection, id: str, *, at: str) -> None:
    """An agent's telephone has left the room before the contact did, and has not said why."""
    db.execute(
        "UPDATE legs SET state = 'menu', away = 1, updated_at = ? WHERE id = ? AND state = 'room'", (at, id)
    )


def adopt(db: Connection, id: str, *, contact: str, offer: str, at: str) -> None:
    """The telephone of who was consulted is that of the contact, in its room, as if the contact had been offered to it."""
    db.execute(
        "UPDATE legs SET contact = ?, offer = ?, state = 'room', updated_at = ? WHERE id = ? AND state <> 'over'",
        (contact, offer, at, id),
    )


def with_agent(db: Connection, contact: str, agent: str) -> None:
    """The telephone of who was called back is with another agent."""
    db.execute(
        "UPDATE legs SET agent = ? WHERE contact = ? AND role = 'contact' AND state <> 'over'",
        (agent, contact),
    )


def placed(db: Connection, outbox_id: str, sid: str, *, at: str) -> None:
    """The carrier has a call for this row of the outbox: ``sid``. One that nobody wants any more is hung up."""
    row = db.execute(f"SELECT {_COLUMNS} FROM legs WHERE outbox = ?", (outbox_id,)).fetchone()
    if row is not None:
        known(db, LegRow._make(row), sid, at=at)


def known(db: Connection, leg: LegRow, sid: str, *, at: str) -> None:
    """Keeps the Sid, once, from whoever learns it first: the carrier's answer or its first webhook."""
    if leg.sid or not sid:
        return
    db.execute("UPDATE legs SET sid = ?, updated_at = ? WHERE id = ?", (sid, at, leg.id))
    if leg.unwanted:
        _hang_up(db, leg, sid, at)


def stop(db: Connection, leg: LegRow, *, at: str) -> None:
    """Nobody wants this leg: what has not gone out is taken back, what rings is hung up, now or when its Sid is known."""
    db.execute("UPDATE legs SET unwanted = 1, updated_at = ? WHERE id = ?", (at, leg.id))
    if leg.sid:
        _hang_up(db, leg, leg.sid, at)
    elif leg.outbox and outbox.cancel(db, leg.outbox, now=at):
        move(db, leg.id, OVER, at=at)


def _hang_up(db: Connection, leg: LegRow, sid: str, at: str) -> None:
    if leg.state != OVER:
        owe(db, "hangup", sid, {}, cause=leg.contact, at=at)


def owe(db: Connection, kind: str, sid: str, payload: dict[str, str], *, cause: str, at: str) -> str:
    """Something to be done to a call: hangup, or redirect to payload['url']. In order for each call."""
    return outbox.put(
        db, kind=kind, target=sid, payload=json.dumps(payload), now=at, order_key=f"call:{sid}", cause=cause
    )
