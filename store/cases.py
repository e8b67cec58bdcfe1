"""What remains to be done for a contact.

Cases, their tickets (``BI-20260311-0001``) and what happened to them.

A ticket's number counts from 1 for each prefix and local day. By phone only the digits are keyed: 20260311
0001.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from store.ids import new_id
from store.library import Connection


class CaseRow(NamedTuple):
    """One case. ``fields`` is JSON for all that a flow set and that has no column.

    ``priority`` 1 is the most urgent, ``tier`` 0 to 4. ``due_at`` is until when its owner was promised something. The clock of
    ``due_answer`` stands still while ``paused_since`` is set; ``paused_seconds`` are working seconds that it stood before.
    ``life`` is JSON for the case's next step (sessions/cases/case_rows.py).
    """

    ticket: str
    service: str
    day: str
    number: int
    channel: str | None
    contact: str | None
    language: str | None
    function: str | None
    topic: str | None
    subtopic: str | None
    classification: str | None
    tier: int | None
    unit: str | None
    skill: str | None
    priority: int | None
    status: str
    auth_level: str | None
    fields: str
    note: str | None
    session_id: str | None
    opened_at: str
    updated_at: str
    due_at: str | None
    agent: str | None = None
    due_first: str | None = None
    due_answer: str | None = None
    first_at: str | None = None
    answered_at: str | None = None
    confirmed_at: str | None = None
    closed_at: str | None = None
    breached_at: str | None = None
    paused_since: str | None = None
    paused_seconds: int = 0
    answer_source: str | None = None
    life: str = "{}"


class CaseEvent(NamedTuple):
    """One thing that happened to a case: who did what, and why ('' when that goes without saying).

    ``detail`` is JSON: act, role, from, to, tier_from, tier_to, unit, deadline, as far as they apply.
    """

    id: str
    ticket: str
    at: str
    who: str
    what: str
    why: str
    detail: str = "{}"


# What a caller of these functions may set; the rest is the ticket's and the clock's.
SETTABLE = frozenset(CaseRow._fields) - {"ticket", "service", "day", "number", "opened_at", "updated_at"}
_COLUMNS = ", ".join(CaseRow._fields)
_EVENT = ", ".join(CaseEvent._fields)
_KEYED = re.compile(r"(?P<prefix>[A-Z]*)(?P<day>\d{8})(?P<number>\d{4,})")

UNANNOUNCED, UNANNOUNCED_FROM = "*", 100_000

Value = str | int | None


def open_case(
    db: Connection,
    *,
    service: str,
    prefix: str,
    local_date: str,
    now: str,
    unannounced: bool = False,
    **fields: Value,
) -> str:
    """A new case with the next number of that day; gives its ticket.

    ``local_date`` is the day in the service's zone, ``2026-03-11``; ``prefix`` the centre's letters, ``BI``.
    ``unannounced``: nobody is told this ticket (the robot served the contact alone), so it takes a number from
    100001 on and leaves the four digits that people can key to those who need them.
    ``fields`` are columns of CaseRow; status is ``baru`` unless given. Raises ValueError for a field that is
    no column or is not settable.
    """
    _require_settable(fields)
    day = local_date.replace("-", "")
    ((number,),) = db.execute(
        "INSERT INTO ticket_counters (prefix, day, last) VALUES (?, ?, 1)"
        " ON CONFLICT (prefix, day) DO UPDATE SET last = last + 1 RETURNING last",
        (prefix + UNANNOUNCED if unannounced else prefix, day),
    ).fetchall()
    number += UNANNOUNCED_FROM if unannounced else 0
    ticket = f"{prefix}-{day}-{number:04d}"
    row: dict[str, Value] = {"status": "baru", "fields": "{}", **fields}
    row |= {
        "ticket": ticket,
        "service": service,
        "day": day,
        "number": number,
        "opened_at": now,
        "updated_at": now,
    }
    db.execute(
        f"INSERT INTO cases ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
    return ticket


def set_fields(db: Connection, ticket: str, *, now: str, **fields: Value) -> bool:
    """Changes columns of a case. False when there is no such case.

    Raises ValueError as ``open_case`` does.
    """
    _require_settable(fields)
    changes = "".join(f"{name} = ?, " for name in fields)
    done = db.execute(
        f"UPDATE cases SET {changes}updated_at = ? WHERE ticket = ?", (*fields.values(), now, ticket)
    )
    return done.rowcount == 1


def load(db: Connection, ticket: str) -> CaseRow | None:
    """The case of exactly that ticket; None when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM cases WHERE ticket = ?", (ticket,)).fetchone()
    return None if row is None else CaseRow._make(row)


def find(db: Connection, service: str, said: str) -> CaseRow | None:
    """The service's case that a caller means.

    ``BI-20260311-0001``, ``bi 20260311 0001`` or the keyed ``202603110001``.

    None when there is none, and for what is no ticket at all. Cases of other services are not found.
    """
    match = _KEYED.fullmatch(re.sub(r"[\s\-./#*]", "", said.upper()))
    if match is None or not match["number"].isascii() or not match["day"].isascii():
        return None
    row = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE service = ? AND day = ? AND number = ?",
        (service, match["day"], min(int(match["number"]), 2**62)),
    ).fetchone()
    found = None if row is None else CaseRow._make(row)
    if found is not None and match["prefix"] and not found.ticket.startswith(match["prefix"] + "-"):
        return None
    return found


def of_session(db: Connection, session_id: str) -> list[CaseRow]:
    """The cases that a session opened, first first; [] when none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE session_id = ? ORDER BY opened_at, ticket", (session_id,)
    )
    return [CaseRow._make(row) for row in rows]


def of_contact(db: Connection, service: str, contact: str, limit: int = 20) -> list[CaseRow]:
    """A contact's cases with the service, newest first; [] when none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE service = ? AND contact = ?"
        " ORDER BY opened_at DESC, ticket DESC LIMIT ?",
        (service, contact, limit),
    )
    return [CaseRow._make(row) for row in rows]


def among(
    db: Connection,
    *,
    services: Sequence[str] = (),
    statuses: Sequence[str] = (),
    unit: str = "",
    tier: int = 0,
    agent: str = "",
    due_before: str = "",
    limit: int = 50,
    skip: int = 0,
) -> list[CaseRow]:
    """Cases as they are worked on: the most urgent first, then what is due first. No ``services`` or ``statuses`` means any.

    ``agent``: only what this agent has taken. A case that nobody was put to yet counts as tier 1's.
    """
    where, values = ["1"], list[Value]()
    for column, names in (("service", services), ("status", statuses)):
        if names:
            where.append(f"{column} IN ({', '.join('?' * len(names))})")
            values += names
    for wanted, column in ((unit, "unit"), (agent, "agent"), (tier, "MAX(COALESCE(tier, 1), 1)")):
        if wanted:
            where.append(f"{column} = ?")
            values.append(wanted)
    if due_before:
        where.append("due_answer < ?")
        values.append(due_before)
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE {' AND '.join(where)}"
        " ORDER BY COALESCE(priority, 3), COALESCE(due_answer, '9'), ticket LIMIT ? OFFSET ?",
        (*values, limit, skip),
    )
    return [CaseRow._make(row) for row in rows]


def add_event(
    db: Connection, ticket: str, *, at: str, who: str, what: str, why: str = "", detail: str = "{}"
) -> None:
    """Notes what happened to a case. Raises IntegrityError when there is no such case."""
    db.execute(
        "INSERT INTO case_events (id, ticket, at, who, what, why, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new_id(), ticket, at, who, what, why, detail),
    )


def events(db: Connection, ticket: str) -> list[CaseEvent]:
    """The case's story, first first; [] when there is none."""
    rows = db.execute(f"SELECT {_EVENT} FROM case_events WHERE ticket = ? ORDER BY at, id", (ticket,))
    return [CaseEvent._make(row) for row in rows]


def newest_event(db: Connection, ticket: str, *, but: Sequence[str]) -> CaseEvent | None:
    """The last thing that anybody but these did to a case; None when nothing was done."""
    row = db.execute(
        f"SELECT {_EVENT} FROM case_events WHERE ticket = ? AND who NOT IN ({', '.join('?' * len(but))})"
        " ORDER BY id DESC LIMIT 1",
        (ticket, *but),
    ).fetchone()
    return None if row is None else CaseEvent._make(row)


def _require_settable(fields: dict[str, Value]) -> None:
    if wrong := sorted(set(fields) - SETTABLE):
        raise ValueError(
            f"a case has no settable field {', '.join(wrong)}. Way out: one of {', '.join(sorted(SETTABLE))},"
            " or a key inside the JSON of 'fields'"
        )
