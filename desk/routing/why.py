"""Why a contact is where it is: every rule, every agent and why not, every deadline, what comes next.

Asked of the same laws that decide, so that an explanation cannot differ from what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.agents import Agent, zone_of
from desk.routing.contacts import WAITING, Contact
from desk.routing.deadlines import Deadline
from desk.routing.decide import LAWS, Laws
from desk.routing.laws import Refusal
from desk.routing.order import prefers_last_agent, priority_of, waited_seconds
from desk.routing.sheet import Sheet
from desk.routing.state import Desk
from desk.routing.words import DEADLINES, KINDS, LINES, REFUSALS, STATES, Texts, duration, fill


@dataclass(frozen=True)
class Verdict:
    """What the laws say of one agent. No refusals: the agent may take it."""

    agent: Agent
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything about one contact. ``position`` is 1 for who is next of the service and skill."""

    contact: Contact
    priority: int
    waited_seconds: float
    position: int
    reached: int
    refusals: tuple[Refusal, ...]
    verdicts: tuple[Verdict, ...]
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True)
class Told:
    """An explanation in words. ``agents``: (may it be offered to this one, or is it with this one, in words)."""

    head: tuple[str, ...]
    agents: tuple[tuple[bool, str], ...]
    deadlines: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """One fact a line."""
        return [*self.head, *(words for _, words in self.agents), *self.deadlines]


def explain(desk: Desk, contact_id: str, now: datetime, by: Laws = LAWS) -> Explanation | None:
    """The explanation; None when the contact is not at the desk."""
    desk, at = by.keep_time(desk, now)
    sheet = Sheet(desk, at, by)
    contact = sheet.contacts.get(contact_id)
    if contact is None:
        return None
    rules = sheet.rules_of(contact.need.service)
    found = (law(contact, at, sheet.is_calling(contact)) for law in by.ready)
    dates = (look(contact, rules, at) for look in by.looks)
    return Explanation(
        contact=contact,
        priority=priority_of(contact, rules, at),
        waited_seconds=waited_seconds(contact, at),
        position=position(sheet, contact),
        reached=sheet.reached(contact),
        refusals=tuple(refusal for refusal in found if refusal is not None),
        verdicts=tuple(Verdict(agent, judge(sheet, contact, agent)) for agent in desk.roster.agents.values()),
        deadlines=tuple(sorted(deadline for deadline in dates if deadline is not None)),
    )


def judge(sheet: Sheet, contact: Contact, agent: Agent) -> tuple[Refusal, ...]:
    """Every law by which this agent may not take this contact now."""
    need, at, laws = contact.need, sheet.at, sheet.laws
    post, day = sheet.post(agent.id), sheet.day(need.service)
    load = sheet.load[agent.id, need.channel]
    found = [
        *(law(agent, need, day) for law in laws.able),
        *(law(agent, post, at) for law in laws.here),
        *(law(agent, post, at, need.channel, load) for law in laws.free),
    ]
    if need.tier <= agent.tier and agent.tier > sheet.reached(contact):
        after = sheet.rules_of(need.service).tiers.get(agent.tier)
        until: object = contact.arrived_at + timedelta(seconds=after) if after is not None else "-"
        found.append(Refusal("tier", {"tier": agent.tier, "until": until}))
    # "0 of 0" says no more than that the agent does not work on the channel.
    full_of_nothing = agent.channels.get(need.channel, 0) == 0
    return tuple(
        refusal
        for refusal in found
        if refusal is not None and not (refusal.code == "full" and full_of_nothing)
    )


def position(sheet: Sheet, contact: Contact) -> int:
    """1 for who is served next of those that wait for the same service and skill."""
    rules, at = sheet.rules_of(contact.need.service), sheet.at
    mine = sheet.laws.contact_key(contact, rules, at)
    rivals = (
        other for other in sheet.waiting() if other.id != contact.id and other.need[:2] == contact.need[:2]
    )
    return 1 + sum(1 for other in rivals if sheet.laws.contact_key(other, rules, at) < mine)


def why(desk: Desk, contact_id: str, now: datetime, language: str = "id", by: Laws = LAWS) -> str:
    """The explanation in words, one fact a line."""
    found = told(desk, contact_id, now, language, by)
    if found is None:
        return fill(LINES["unknown"], {"contact": contact_id}, now, zone_of("Asia/Jakarta"), language)
    return "\n".join(found.lines)


def told(
    desk: Desk, contact_id: str, now: datetime, language: str = "id", by: Laws = LAWS
) -> Told | None:  # fmt: skip
    """The same in its parts, for pages; None when the contact is not at the desk."""
    found = explain(desk, contact_id, now, by)
    return None if found is None else _Teller(desk, found, now, language).told()


class _Teller:
    """Tells one explanation in one language."""

    def __init__(self, desk: Desk, found: Explanation, now: datetime, language: str) -> None:
        self.desk, self.found, self.now, self.language = desk, found, now, language
        self.rules = desk.rules_of(found.contact.need.service)
        self.zone = zone_of(self.rules.zone)

    def say(self, line: str, /, **facts: object) -> str:
        return fill(LINES[line], facts, self.now, self.zone, self.language)

    def words(self, texts: Texts, /, **facts: object) -> str:
        return fill(texts, facts, self.now, self.zone, self.language)

    def refusal(self, refusal: Refusal) -> str:
        return fill(REFUSALS[refusal.code], refusal.facts, self.now, self.zone, self.language)

    def told(self) -> Told:
        return Told(tuple(self.head()), tuple(self.agents()), tuple(self.deadlines()))

    def head(self) -> list[str]:
        contact, need, found = self.found.contact, self.found.contact.need, self.found
        state = self.words(STATES[contact.state], agent=contact.agent)
        told = [
            self.say(
                "head",
                contact=contact.id,
                kind=self.words(KINDS[contact.kind]),
                state=state,
                **need._asdict(),
            ),
            *([self.say("unit", unit=need.unit)] if need.unit else []),
            self.say(
                "place",
                arrived=contact.arrived_at,
                waited=duration(found.waited_seconds, self.language),
                priority=found.priority,
                first=contact.priority,
                position=found.position,
            ),
            self.say("tiers", least=need.tier, reached=found.reached, strategy=self.rules.strategy),
            self.say(
                "aging",
                seconds=self.rules.aging_seconds,
                tiers=", ".join(f"{tier}: {after}" for tier, after in sorted(self.rules.tiers.items())),
                offer=self.rules.offer_seconds[need.channel],
            ),
        ]
        if prefers_last_agent(contact, self.rules, self.now) and contact.last_agent_at is not None:
            until = contact.last_agent_at + timedelta(seconds=self.rules.last_agent_seconds)
            told.append(self.say("last", agent=contact.last_agent, until=until))
        return told + [self.say("not_ready", reason=self.refusal(refusal)) for refusal in found.refusals]

    def agents(self) -> list[tuple[bool, str]]:
        if not self.found.verdicts:
            return [(False, self.say("nobody"))]
        return [
            (
                not verdict.refusals or self.has_it(verdict),
                self.say(
                    "agent",
                    name=verdict.agent.name,
                    agent=verdict.agent.id,
                    tier=verdict.agent.tier,
                    reason=self.reason(verdict),
                ),
            )
            for verdict in self.found.verdicts
        ]

    def has_it(self, verdict: Verdict) -> bool:
        return verdict.agent.id == self.found.contact.agent and self.found.contact.state != WAITING

    def reason(self, verdict: Verdict) -> str:
        if self.has_it(verdict):
            return self.words(LINES["has_it"])
        told = "; ".join(self.refusal(refusal) for refusal in verdict.refusals)
        return told or self.words(LINES["eligible"])

    def deadlines(self) -> list[str]:
        told = [
            self.say("deadline", at=moment, what=self.words(DEADLINES[what]))
            for moment, what in self.found.deadlines
        ]
        if self.found.deadlines:
            moment, what = self.found.deadlines[0]
            told.append(self.say("next", at=moment, what=self.words(DEADLINES[what])))
        return told
