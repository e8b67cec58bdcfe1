"""What reports read: rows of an interval, streamed as plain tuples, in an order in which they can be counted one by one.

Reading only. Moments are stored texts (``store.times``): from ``begin`` on, before ``end``. ``services`` empty means all.
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from store.library import Connection

# What a contact tells of itself beside its story: prefixes of ids, see sessions/desk/desk.py.
CALLBACK_ID, VOICEMAIL_ID = "cb:", "vm:"
# What people said, and not what we texted to them.
_OF_CONTACTS = (
    "(kind <> 'text' OR EXISTS (SELECT 1 FROM messages AS m WHERE m.sid = subject AND m.direction = 'in'))"
)
SELF_SERVED = ("dijawab_mandiri", "ditolak_dikecualikan")


class EventRow(NamedTuple):
    """One line of a contact's history. ``detail`` is JSON."""

    contact: str
    at: str
    service: str
    skill: str
    tier: int
    channel: str
    what: str
    detail: str


class FactRow(NamedTuple):
    """What else is known of a contact. ``csat`` 1 to 4, None without; the rest 0 or 1."""

    contact: str
    person: str | None
    csat: str | None
    asked: int
    recorded: int
    called_back: int
    from_queue: int  # a call-back of its own id that was asked for in a queue


class PassageRow(NamedTuple):
    """A call that was never in a queue. ``needed_person`` and ``met_queue``: 0 or 1."""

    service: str
    person: str
    started_at: str
    ended_at: str | None
    outcome: str | None
    needed_person: int
    met_queue: int
    self_served: int
    csat: str | None
    asked: int


class AgentRow(NamedTuple):
    """One line of an agent's history. ``detail`` is JSON, given for what was ``released``."""

    agent: str
    at: str
    what: str
    contact: str
    detail: str


class CaseRow(NamedTuple):
    """A case as far as it is counted. ``csat`` and the like are in ``fields``, JSON.

    ``tier`` is where it is now, ``highest`` (``T3``) the highest it was passed to; ``reopened`` 0 or 1.
    """

    ticket: str
    service: str
    channel: str | None
    contact: str | None
    function: str | None
    topic: str | None
    subtopic: str | None
    classification: str | None
    tier: int | None
    unit: str | None
    status: str
    fields: str
    opened_at: str
    due_answer: str | None
    answered_at: str | None
    closed_at: str | None
    answer_source: str | None
    highest: str | None
    reopened: int


def _among(column: str, values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """SQL and values of a condition; nothing for no values."""
    return (f" AND {column} IN ({', '.join('?' * len(values))})", tuple(values)) if values else ("", ())


def _arrived(services: Sequence[str], channel: str) -> tuple[str, tuple[str, ...]]:
    """A query for the contacts that entered a queue between two moments, which come first."""
    among, values = _among("service", services)
    sql = f"SELECT contact FROM contact_events WHERE at >= ? AND at < ? AND what = 'arrived' AND channel = ?{among}"
    return sql, (channel, *values)


def events(
    db: Connection, begin: str, end: str, services: Sequence[str] = (), channel: str = "voice"
) -> Iterator[EventRow]:
    """The whole histories of all contacts that entered a queue then, contact by contact."""
    arrived, values = _arrived(services, channel)
    rows = db.execute(
        f"SELECT {', '.join(EventRow._fields)} FROM contact_events WHERE contact IN ({arrived})"
        " AND what <> 'offered' ORDER BY contact, id",
        (begin, end, *values),
    )
    return map(EventRow._make, rows)


def facts(
    db: Connection,
    begin: str,
    end: str,
    surveys: Sequence[str],
    services: Sequence[str] = (),
    channel: str = "voice",
) -> Iterator[FactRow]:
    """The same contacts, in the same order, once each. ``surveys`` are names of steps that ask for a rating."""
    arrived, values = _arrived(services, channel)
    rows = db.execute(
        f"SELECT a.contact, s.contact, json_extract(s.state, '$.case.csat'), {_asked('a.contact', surveys)},"
        " EXISTS (SELECT 1 FROM recordings AS r WHERE r.session_id = a.contact AND r.step NOT GLOB '(*'"
        " AND COALESCE(r.duration, 1) > 0),"
        " EXISTS (SELECT 1 FROM cases AS c JOIN contact_events AS e ON e.contact = 'cb:' || c.ticket"
        " WHERE c.session_id = a.contact AND e.what = 'callback_reached'),"
        " CASE WHEN a.contact GLOB 'cb:*' THEN EXISTS (SELECT 1 FROM cases AS c JOIN contact_events AS e"
        " ON e.contact = c.session_id WHERE c.ticket = SUBSTR(a.contact, 4)) ELSE 0 END"
        f" FROM (SELECT DISTINCT contact FROM ({arrived})) AS a LEFT JOIN sessions AS s ON s.id = a.contact"
        " ORDER BY a.contact",
        (*surveys, begin, end, *values),
    )
    return map(FactRow._make, rows)


def _asked(session: str, surveys: Sequence[str]) -> str:
    if not surveys:
        return "0"
    places = ", ".join("?" * len(surveys))
    return f"EXISTS (SELECT 1 FROM turns AS t WHERE t.session_id = {session} AND t.step IN ({places}))"


def never_queued(
    db: Connection,
    begin: str,
    end: str,
    surveys: Sequence[str],
    services: Sequence[str] = (),
    channel: str = "voice",
) -> Iterator[PassageRow]:
    """Contacts of the robot alone that began then, oldest first."""
    among, values = _among("s.service", services)
    rows = db.execute(
        "SELECT s.service, s.contact, s.started_at, s.ended_at, s.outcome,"
        " COALESCE(json_extract(s.state, '$.needed_person'), 0),"
        " json_extract(s.state, '$.case.skill') IS NOT NULL,"
        f" EXISTS (SELECT 1 FROM cases AS c WHERE c.session_id = s.id AND c.status IN {SELF_SERVED}),"
        f" json_extract(s.state, '$.case.csat'), {_asked('s.id', surveys)}"
        " FROM sessions AS s WHERE s.started_at >= ? AND s.started_at < ? AND s.channel = ?"
        f"{among} AND NOT EXISTS (SELECT 1 FROM contact_events AS e WHERE e.contact = s.id) ORDER BY s.started_at",
        (*surveys, begin, end, channel, *values),
    )
    return map(PassageRow._make, rows)


def agent_events(db: Connection, begin: str, end: str) -> Iterator[AgentRow]:
    """What happened to agents then, agent by agent."""
    rows = db.execute(
        "SELECT agent, at, what, contact, CASE WHEN what = 'released' THEN detail ELSE '' END"
        " FROM agent_events WHERE at >= ? AND at < ?"
        " AND what IN ('signed_in', 'available', 'break', 'signed_out', 'accepted', 'released', 'wrapped_up')"
        " ORDER BY agent, at",
        (begin, end),
    )
    return map(AgentRow._make, rows)


def cases(
    db: Connection, first: str, last: str, services: Sequence[str] = (), order: str = "opened_at"
) -> Iterator[CaseRow]:
    """The cases of these local days (``20260301``), both included; ``order`` is a column of CaseRow or two."""
    wanted = services or [service for (service,) in db.execute("SELECT DISTINCT service FROM cases")]
    among, values = _among("service", wanted)
    rows = db.execute(
        f"SELECT {', '.join(CaseRow._fields[:-2])},"
        " (SELECT MAX(json_extract(e.detail, '$.tier_to')) FROM case_events AS e WHERE e.ticket = cases.ticket),"
        " EXISTS (SELECT 1 FROM case_events AS e WHERE e.ticket = cases.ticket AND e.what = 'opened again')"
        f" FROM cases WHERE day >= ? AND day <= ?{among} ORDER BY {order}",
        (first, last, *values),
    )
    return map(CaseRow._make, rows)


def texts_of(db: Connection, ticket: str) -> list[str]:
    """The masked words of a case: transcripts, texts, notes; [] when none are indexed."""
    rows = db.execute(
        "SELECT body FROM searchable WHERE (ticket = ?"
        " OR session_id = (SELECT session_id FROM cases WHERE ticket = ?))"
        f" AND {_OF_CONTACTS} ORDER BY at",
        (ticket, ticket),
    )
    return [body for (body,) in rows]


def masked_words(
    db: Connection, begin: str, end: str, services: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """(what one person said, masked words) of an interval: by case or session, so that nobody counts twice."""
    among, values = _among("service", services)
    rows = db.execute(
        "SELECT COALESCE(ticket, session_id, subject), GROUP_CONCAT(body, ' . ') FROM searchable"
        f" WHERE at >= ? AND at < ?{among} AND {_OF_CONTACTS} GROUP BY 1",
        (begin, end, *values),
    )
    return ((str(whose), str(words)) for whose, words in rows)


def roster(db: Connection) -> dict[str, dict[str, object]]:
    """Agent -> its line of the roster; {} without one."""
    return {id: json.loads(data) for id, data in db.execute("SELECT id, data FROM agents")}
