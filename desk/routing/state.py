"""The desk: the roster, where everybody stands, and the contacts. Plain and frozen; a decision makes a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from desk.agents import BUSY, NOBODY_YET, OFFERED, WRAP_UP, Agent, Post
from desk.routing import contacts as kinds
from desk.routing.contacts import Contact, Need
from desk.routing.laws import Able
from desk.routing.rules import DEFAULT, Rules

Row = TypeVar("Row")


class Roster:
    """The agents, and who of them may take what. Never changed; another roster is another object.

    Who is able to meet a need is worked out once for each day and remembered: contacts have few different needs.
    """

    __slots__ = ("_able", "agents", "shifts")

    def __init__(self, agents: Iterable[Agent] = ()) -> None:
        self.agents: Mapping[str, Agent] = MappingProxyType({agent.id: agent for agent in agents})
        self.shifts = frozenset((agent.shift, agent.zone) for agent in self.agents.values() if agent.shift)
        self._able: dict[tuple[Need, date, tuple[Able, ...]], Mapping[int, frozenset[str]]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Roster) and dict(other.agents) == dict(self.agents)

    def __hash__(self) -> int:
        return hash(tuple(self.agents))

    def able(self, need: Need, day: date, laws: tuple[Able, ...]) -> Mapping[int, frozenset[str]]:
        """Tier -> ids of those who may take it on this day, lowest tier first; only tiers with somebody."""
        key = (need, day, laws)
        found = self._able.get(key)
        if found is None:
            if len(self._able) > 10_000:  # needs of days long past
                self._able.clear()
            found = self._able[key] = self._work_out(need, day, laws)
        return found

    def _work_out(self, need: Need, day: date, laws: tuple[Able, ...]) -> Mapping[int, frozenset[str]]:
        tiers: dict[int, set[str]] = {}
        for agent in self.agents.values():
            if not any(law(agent, need, day) for law in laws):
                tiers.setdefault(agent.tier, set()).add(agent.id)
        return {tier: frozenset(tiers[tier]) for tier in sorted(tiers)}


@dataclass(frozen=True)
class Desk:
    """Everything that a decision needs beside the event and the moment.

    ``paces``: (service, skill, channel) -> seconds that a contact takes there, a moving average of what was measured.
    ``offers`` numbers the offers made. ``seen_at`` is the latest moment the desk knows of: a clock that is set back is
    noticed by it. ``wake``: when to come again with a Tick, None when nothing depends on time.
    """

    roster: Roster = field(default_factory=Roster)
    posts: Mapping[str, Post] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    rules: Mapping[str, Rules] = field(default_factory=dict)
    paces: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    offers: int = 0
    seen_at: datetime | None = None
    wake: datetime | None = None

    def post(self, agent: str) -> Post:
        """Where the agent stands; offline until something was heard."""
        return self.posts.get(agent, NOBODY_YET)

    def rules_of(self, service: str) -> Rules:
        """The service's rules."""
        return self.rules.get(service, DEFAULT)

    def pace(self, need: Need) -> float:
        """Seconds that a contact with this need takes an agent."""
        measured = self.paces.get((need.service, need.skill, need.channel))
        return self.rules_of(need.service).handling_seconds if measured is None else measured


def desk_of(agents: Iterable[Agent], rules: Mapping[str, Rules] | None = None) -> Desk:
    """A desk on its first day."""
    return Desk(roster=Roster(agents), rules=rules or {})


def in_hand(desk: Desk, agent: str) -> list[Contact]:
    """What the agent has: offered, dialling, talking."""
    return [contact for contact in desk.contacts.values() if contact.agent == agent]


def state_of(desk: Desk, agent: str, at: datetime) -> str:
    """One of desk.agents.STATES. Worked out from the contacts, so that nobody is left busy by accident.

    ``busy`` has something in hand; an agent with one dialogue of three is busy and may still be offered another.
    """
    post, states = desk.post(agent), {contact.state for contact in in_hand(desk, agent)}
    if kinds.OFFERED in states:
        return OFFERED
    if states:
        return BUSY
    if post.wrap_up_until is not None and post.wrap_up_until > at:
        return WRAP_UP
    return post.presence


@dataclass(frozen=True)
class Changes:
    """What a decision changed, for whoever writes it down. None means: not here any more."""

    contacts: Mapping[str, Contact | None]
    posts: Mapping[str, Post | None]


def changes(before: Desk, after: Desk) -> Changes:
    """The rows to write. A decision leaves what it does not change as the same object."""
    return Changes(_changed(before.contacts, after.contacts), _changed(before.posts, after.posts))


def _changed(before: Mapping[str, Row], after: Mapping[str, Row]) -> dict[str, Row | None]:
    found: dict[str, Row | None] = {
        key: value for key, value in after.items() if before.get(key) is not value
    }
    found.update({key: None for key in before if key not in after})
    return found
