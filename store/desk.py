"""The desk as rows: the roster, where each agent stands, the contacts, and what has happened to both.

Rows are JSON as ``desk.routing.plain`` writes it; this module does not look into them. ``version`` names the state of posts,
contacts and meta, ``roster`` that of the agents: both are new ids at each write, never numbers that a rolled-back transaction
and its successor could share. Whoever keeps the desk in memory may use it while the version is the one it was loaded at.

What is told in ``agent_events.what``:

    signed_in, signed_out, available (back from a break), break (detail: reason),
    offered, missed_<why> (declined, unanswered, machine, busy, failed), accepted,
    released (detail: disposition, wrap_up_until), disposed (detail: disposition), wrapped_up (before the wrap-up time was over)

and in ``contact_events.what``:

    arrived, offered, answered, hold, resumed, transferred (detail: why), talk_ended (detail: disposition), wrapped_up,
    abandoned (hung up while waiting), exit_<kind> (closed, nobody, too_long, message, expired, unreached,
    answered_meanwhile), callback_asked (detail: until), callback_reached, callback_missed, voicemail,
    replied (words of an agent to a writer; detail: canned), joined (another text of the writer)

``detail`` is a JSON object; contact events name the agent there when there is one (``agent``), and the seconds waited since
arrival (``waited``). Both tables are only ever added to.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from store.ids import new_id
from store.library import Connection

VERSION, ROSTER = "version", "roster"


class AgentEvent(NamedTuple):
    """One thing that happened to an agent. ``detail`` is JSON."""

    id: str
    at: str
    agent: str
    what: str
    contact: str
    detail: str


class ContactEvent(NamedTuple):
    """One thing that happened to a contact. ``detail`` is JSON."""

    id: str
    at: str
    contact: str
    service: str
    skill: str
    tier: int
    channel: str
    what: str
    detail: str


def agents(db: Connection) -> list[str]:
    """The roster, in its order: one JSON object an agent; [] when none was imported."""
    return [data for (data,) in db.execute("SELECT data FROM agents ORDER BY rowid")]


def phone_of(db: Connection, agent: str) -> str:
    """The telephone of an agent in the roster; '' for nobody, or when there is none."""
    row = db.execute("SELECT json_extract(data, '$.phone') FROM agents WHERE id = ?", (agent,)).fetchone()
    return "" if row is None else str(row[0] or "")


def replace_agents(db: Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Another roster: (id, JSON) in its order. Another version of both."""
    db.execute("DELETE FROM agents")
    db.executemany("INSERT INTO agents (id, data) VALUES (?, ?)", list(rows))
    put(db, ROSTER, new_id())
    put(db, VERSION, new_id())


def posts(db: Connection) -> dict[str, str]:
    """Agent -> where it stands, JSON."""
    return dict(db.execute("SELECT agent, data FROM posts").fetchall())


def contacts(db: Connection) -> dict[str, str]:
    """Contact -> JSON, in order of their coming."""
    return dict(db.execute("SELECT id, data FROM desk_contacts ORDER BY rowid").fetchall())


def contact(db: Connection, id: str) -> dict[str, Any] | None:
    """One contact's plain data; None when it is not at the desk."""
    row = db.execute("SELECT data FROM desk_contacts WHERE id = ?", (id,)).fetchone()
    return None if row is None else json.loads(row[0])


def meta(db: Connection) -> dict[str, str]:
    """Everything else about the desk, by name."""
    return dict(db.execute("SELECT name, value FROM desk_meta").fetchall())


def version(db: Connection) -> str:
    """The state of the desk; '' before the first write."""
    row = db.execute("SELECT value FROM desk_meta WHERE name = ?", (VERSION,)).fetchone()
    return "" if row is None else row[0]


def has_roster(db: Connection) -> bool:
    """Is there any agent? Without one the desk only keeps who waits."""
    return db.execute("SELECT 1 FROM agents LIMIT 1").fetchone() is not None


def put(db: Connection, name: str, value: str) -> None:
    """One of the desk's other facts."""
    db.execute(
        "INSERT INTO desk_meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def write(
    db: Connection,
    *,
    contacts: Mapping[str, tuple[str, str] | None],
    posts: Mapping[str, str | None],
    meta: Mapping[str, str],
) -> str:
    """What a decision changed; None takes a row away. Gives the new version. Contacts are (service, JSON)."""
    for id, row in contacts.items():
        if row is None:
            db.execute("DELETE FROM desk_contacts WHERE id = ?", (id,))
        else:
            db.execute(
                "INSERT INTO desk_contacts (id, service, data) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET service = excluded.service, data = excluded.data",
                (id, *row),
            )
    for agent, data in posts.items():
        if data is None:
            db.execute("DELETE FROM posts WHERE agent = ?", (agent,))
        else:
            db.execute(
                "INSERT INTO posts (agent, data) VALUES (?, ?)"
                " ON CONFLICT (agent) DO UPDATE SET data = excluded.data",
                (agent, data),
            )
    new = new_id()
    for name, value in {**meta, VERSION: new}.items():
        put(db, name, value)
    return new


def tell_agent(
    db: Connection,
    *,
    at: str,
    agent: str,
    what: str,
    contact: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """A line of an agent's history."""
    row = (new_id(), at, agent, what, contact, _json(detail))
    db.execute("INSERT INTO agent_events VALUES (?, ?, ?, ?, ?, ?)", row)


def tell_contact(
    db: Connection, *, at: str, contact: str, service: str, skill: str, tier: int, channel: str, what: str,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """A line of a contact's history."""
    row = (new_id(), at, contact, service, skill, tier, channel, what, _json(detail))
    db.execute("INSERT INTO contact_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _json(detail: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(detail or {}), ensure_ascii=False, separators=(",", ":"))


def agent_events(db: Connection, agent: str) -> list[AgentEvent]:
    """An agent's history, oldest first."""
    rows = db.execute("SELECT * FROM agent_events WHERE agent = ? ORDER BY id", (agent,))
    return [AgentEvent._make(row) for row in rows]


def contact_events(db: Connection, contact: str) -> list[ContactEvent]:
    """A contact's history, oldest first."""
    rows = db.execute("SELECT * FROM contact_events WHERE contact = ? ORDER BY id", (contact,))
    return [ContactEvent._make(row) for row in rows]


def last_event(db: Connection, contact: str) -> ContactEvent | None:
    """The newest line of a contact's history; None when it has none."""
    row = db.execute(
        "SELECT * FROM contact_events WHERE contact = ? ORDER BY id DESC LIMIT 1", (contact,)
    ).fetchone()
    return None if row is None else ContactEvent._make(row)


def last_talk(db: Connection, service: str, number: str, since: str) -> tuple[str, str] | None:
    """(agent, when) of the newest talk since then of a caller with this number; None when there was none."""
    row = db.execute(
        "SELECT json_extract(e.detail, '$.agent'), e.at FROM contact_events AS e"
        " JOIN sessions AS s ON s.id = e.contact"
        " WHERE e.at >= ? AND e.what = 'talk_ended' AND e.service = ? AND s.contact = ?"
        " ORDER BY e.at DESC LIMIT 1",
        (since, service, number),
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))
