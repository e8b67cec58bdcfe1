"""The desk as plain data that JSON can hold, and back: whole, or row by row for a table.

Moments are ISO 8601 with their zone, days are ISO dates; what has its default is left out of a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any

from desk.agents import Agent, Post, Skill
from desk.routing import rules as rule_book
from desk.routing.contacts import Contact, Need
from desk.routing.state import Desk, Roster

Plain = dict[str, Any]
_MOMENTS = {
    "arrived_at", "last_agent_at", "closes_at", "not_before", "expires_at", "remind_at", "since", "held_until", "due",
    "idle_since", "wrap_up_until", "rest_until",
}  # fmt: skip
_TUPLES = {"languages", "classes", "services", "missed_by"}


def _defaults(kind: type[Contact] | type[Post] | type[Agent]) -> dict[str, Any]:
    return {
        item.name: item.default_factory() if item.default_factory is not MISSING else item.default
        for item in fields(kind)
    }


_DEFAULTS = {kind: _defaults(kind) for kind in (Contact, Post, Agent)}


def _row(row: Contact | Post | Agent) -> Plain:
    """A frozen row's fields, without those that have their default."""
    plain: Plain = {}
    for name, default in _DEFAULTS[type(row)].items():
        value = getattr(row, name)
        if default is MISSING or value != default:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def _fields(plain: Mapping[str, Any]) -> Plain:
    return {
        name: datetime.fromisoformat(value)
        if name in _MOMENTS and value is not None
        else tuple(value)
        if name in _TUPLES
        else value
        for name, value in plain.items()
    }


def from_contact(contact: Contact) -> Plain:
    """
    >>> need = Need("bicara131", "umum")
    >>> moment = datetime.fromisoformat("2026-03-11T03:15:00+00:00")
    >>> to_contact(from_contact(Contact("CA1", "call", need, moment))) == Contact("CA1", "call", need, moment)
    True
    """
    return {**_row(contact), "need": list(contact.need)}


def to_contact(plain: Mapping[str, Any]) -> Contact:
    """The contact that from_contact gave."""
    return Contact(**{**_fields(plain), "need": Need(*plain["need"])})


def from_post(post: Post) -> Plain:
    """Where an agent stands."""
    return _row(post)


def to_post(plain: Mapping[str, Any]) -> Post:
    """The post that from_post gave."""
    return Post(**_fields(plain))


def from_agent(agent: Agent) -> Plain:
    """One line of the roster."""
    skills = {
        name: [skill.level, skill.until.isoformat() if skill.until else None]
        for name, skill in agent.skills.items()
    }
    return {**_row(agent), "skills": skills, "channels": dict(agent.channels)}


def to_agent(plain: Mapping[str, Any]) -> Agent:
    """The agent that from_agent gave."""
    skills = {
        name: Skill(level, date.fromisoformat(until) if until else None)
        for name, (level, until) in plain["skills"].items()
    }
    return Agent(**{**_fields(plain), "skills": skills})


def from_desk(desk: Desk) -> Plain:
    """The whole desk."""
    return {
        "agents": [from_agent(agent) for agent in desk.roster.agents.values()],
        "posts": {agent: from_post(post) for agent, post in desk.posts.items()},
        "contacts": [from_contact(contact) for contact in desk.contacts.values()],
        "rules": {service: rule_book.plain(rules) for service, rules in desk.rules.items()},
        "paces": [[*key, seconds] for key, seconds in desk.paces.items()],
        "offers": desk.offers,
        "seen_at": desk.seen_at.isoformat() if desk.seen_at else None,
        "wake": desk.wake.isoformat() if desk.wake else None,
    }


def to_desk(plain: Mapping[str, Any]) -> Desk:
    """The desk that from_desk gave."""
    contacts = [to_contact(row) for row in plain["contacts"]]
    return Desk(
        roster=Roster(to_agent(row) for row in plain["agents"]),
        posts={agent: to_post(row) for agent, row in plain["posts"].items()},
        contacts={contact.id: contact for contact in contacts},
        rules={service: rule_book.read(row, service) for service, row in plain["rules"].items()},
        paces={(service, skill, channel): seconds for service, skill, channel, seconds in plain["paces"]},
        offers=plain["offers"],
        seen_at=datetime.fromisoformat(plain["seen_at"]) if plain["seen_at"] else None,
        wake=datetime.fromisoformat(plain["wake"]) if plain["wake"] else None,
    )
