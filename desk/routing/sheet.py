"""The sheet that one decision is worked out on: the desk's rows, changed in place, and what is owed.

Nothing of it outlives the decision: ``done`` gives a new desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from desk.agents import NOBODY_YET, Post, zone_of
from desk.routing.contacts import CALL, CALLBACK, WAITING, Contact, Need
from desk.routing.effects import Effect
from desk.routing.order import tier_by_time
from desk.routing.rules import DEFAULT, Rules
from desk.routing.state import Desk, Roster

if TYPE_CHECKING:
    from desk.routing.decide import Laws


@dataclass
class Sheet:
    """One decision. ``load`` counts what each agent has by channel."""

    desk: Desk
    at: datetime
    laws: Laws
    roster: Roster = field(init=False)
    rules: Mapping[str, Rules] = field(init=False)
    contacts: dict[str, Contact] = field(init=False)
    posts: dict[str, Post] = field(init=False)
    paces: dict[tuple[str, str, str], float] = field(init=False)
    offers: int = field(init=False)
    load: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lines: Counter[str] | None = None  # live calls by number; counted when a callback asks
    touched: set[str] = field(default_factory=set)
    effects: list[Effect] = field(default_factory=list)
    redate: bool = False  # must all deadlines be worked out again?
    _here: frozenset[str] | None = None
    _free: dict[str, set[str]] = field(default_factory=dict)
    _days: dict[str, date] = field(default_factory=dict)
    _tiers: dict[Need, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roster, self.rules, self.offers = self.desk.roster, self.desk.rules, self.desk.offers
        self.contacts, self.posts, self.paces = (
            dict(self.desk.contacts),
            dict(self.desk.posts),
            dict(self.desk.paces),
        )
        load = self.load
        for contact in self.contacts.values():
            if contact.agent:
                load[contact.agent, contact.need.channel] += 1

    # -- rows --

    def _count(self, contact: Contact, by: int) -> None:
        if contact.agent:
            self.load[contact.agent, contact.need.channel] += by
        if self._lines is not None and contact.kind == CALL:
            self._lines[contact.number] += by

    def put(self, contact: Contact) -> Contact:
        """The contact as it is now."""
        before = self.contacts.get(contact.id)
        if before is not None:
            self._count(before, -1)
        self._count(contact, 1)
        self.contacts[contact.id] = contact
        self.touched.add(contact.id)
        for agent in {contact.agent, before.agent if before else ""} - {""}:
            self._look_again(agent)
        return contact

    def change(self, contact: Contact, **fields: Any) -> Contact:
        """The contact with other fields."""
        return self.put(replace(contact, **fields))

    def drop(self, contact: Contact) -> None:
        """The contact is not here any more."""
        del self.contacts[contact.id]
        self._count(contact, -1)
        if contact.agent:
            self._look_again(contact.agent)

    def post(self, agent: str) -> Post:
        """Where the agent stands."""
        return self.posts.get(agent, NOBODY_YET)

    def set_post(self, agent: str, **fields: Any) -> None:
        """The agent stands otherwise. One who is in no roster has no post."""
        if agent not in self.roster.agents:
            return
        before = self.post(agent)
        self.posts[agent] = replace(before, **fields)
        if "presence" in fields and fields["presence"] != before.presence:
            self.look_again()
        self._look_again(agent)

    def owe(self, *effects: Effect) -> None:
        """These are owed after the commit."""
        self.effects += effects

    # -- who --

    def rules_of(self, service: str) -> Rules:
        """The service's rules."""
        return self.rules.get(service, DEFAULT)

    def day(self, service: str) -> date:
        """Today in the service's zone."""
        zone = self.rules_of(service).zone
        if zone not in self._days:
            self._days[zone] = self.at.astimezone(zone_of(zone)).date()
        return self._days[zone]

    def able(self, need: Need) -> Mapping[int, frozenset[str]]:
        """Tier -> agents who may take it today."""
        return self.roster.able(need, self.day(need.service), self.laws.able)

    @property
    def here(self) -> frozenset[str]:
        """Agents who are present and on shift, whatever they have in hand."""
        if self._here is None:
            agents, at, laws = self.roster.agents, self.at, self.laws.here
            self._here = frozenset(
                agent
                for agent, post in self.posts.items()
                if agent in agents and _allowed(laws, agents[agent], post, at)
            )
        return self._here

    def free(self, channel: str) -> set[str]:
        """Agents who are here and have room on this channel."""
        if channel not in self._free:
            self._free[channel] = {agent for agent in self.here if self._is_free(agent, channel)}
        return self._free[channel]

    def _is_free(self, agent: str, channel: str) -> bool:
        load = self.load[agent, channel] if (agent, channel) in self.load else 0
        return _allowed(self.laws.free, self.roster.agents[agent], self.posts[agent], self.at, channel, load)

    def _look_again(self, agent: str) -> None:
        for channel, free in self._free.items():
            if agent in self.here and self._is_free(agent, channel):
                free.add(agent)
            else:
                free.discard(agent)

    def look_again(self) -> None:
        """Somebody came or went, or another roster counts."""
        self._here = None
        self._free.clear()
        self._tiers.clear()

    # -- tiers --

    def tiers_here(self, need: Need) -> tuple[int, ...]:
        """The tiers in which somebody able is here, lowest first."""
        if need not in self._tiers:
            here = self.here
            self._tiers[need] = tuple(
                tier for tier, agents in self.able(need).items() if not here.isdisjoint(agents)
            )
        return self._tiers[need]

    def reached(self, contact: Contact) -> int:
        """The highest tier that is asked now: by time since arrival, and at once past tiers with nobody here."""
        by_time = tier_by_time(contact, self.rules_of(contact.need.service), self.at)
        return self.laws.reach(by_time, self.tiers_here(contact.need))

    def waiting(self) -> list[Contact]:
        """Those who wait, in no order."""
        return [contact for contact in self.contacts.values() if contact.state == WAITING]

    def is_calling(self, contact: Contact) -> bool:
        """Is the number of this callback on a live call with us?"""
        if contact.kind != CALLBACK or not contact.number:
            return False
        if self._lines is None:
            self._lines = Counter(other.number for other in self.contacts.values() if other.kind == CALL)
        return self._lines[contact.number] > 0


def _allowed(laws: tuple[Callable[..., object], ...], *facts: object) -> bool:
    # A loop: any() with a generator costs three times as much, a thousand times a decision.
    for law in laws:
        if law(*facts) is not None:
            return False
    return True
