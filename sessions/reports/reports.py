"""Figures of an interval from what was written down: contacts, sessions and agents, streamed and counted one by one.

A contact is counted in the period in which it entered the queue, a call that never did in the period in which it began; an
agent's available time where it passes. So rows add up to their total, but for talks that two agents had (see ``by_agent``).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby

from desk.agents import zone_of
from desk.measures import ledger
from desk.measures.ledger import Passage, Told
from desk.measures.periods import begin_of, between, midnight
from desk.measures.presence import Span
from desk.measures.sums import CALLBACK, Running, Sums
from desk.overrides import Override
from engine.flow import Survey
from sessions.gateway import Gateway
from sessions.publishing import overrides
from sessions.reports.report_agents import People, days, days_of_agents, pieces, seconds
from store import audit
from store import reports as rows
from store.library import Connection
from store.reports import EventRow, FactRow, PassageRow
from store.times import text

SERVICE, QUEUE, TIER, AGENT, INTERVAL = BY = ("service", "queue", "tier", "agent", "interval")
FEW = 5  # fewer persons than this are not published: counted no further

# store/desk.py's words -> the ledger's. What is missing here (offered, missed_...) changes nothing that is counted.
OF_CONTACTS: Mapping[str, str] = {
    "arrived": ledger.ARRIVED,
    "answered": ledger.TAKEN,
    "hold": ledger.HELD,
    "resumed": ledger.RESUMED,
    "transferred": ledger.RETURNED,
    "talk_ended": ledger.ENDED,
    "abandoned": ledger.GONE,
    "voicemail": ledger.LEFT,
    "callback_asked": ledger.ASKED,
    "callback_reached": ledger.REACHED,
}
_EXIT = "exit_"
_ALONE = ("callback", "voicemail")
NOTHING = Sums()
_TELLING = frozenset({"answered", "callback_asked", "callback_reached"})  # whose details are counted

Key = tuple[str, datetime | None]  # the group, and the beginning of the period


@dataclass(frozen=True)
class Wish:
    """What is to be counted. Days are those of the zone, both included; ``every`` is a period or ''."""

    first: date
    last: date
    services: tuple[str, ...] = ()
    by: str = SERVICE
    every: str = ""
    channel: str = "voice"


@dataclass
class Report:
    """What was counted. ``persons`` holds at most FEW of each cell; ``occupied`` says for which rows occupancy is known;
    ``overrides``: what people decided otherwise than the calendar in this time.
    """

    wish: Wish
    zone: tzinfo
    total: Sums = field(default_factory=Sums)
    cells: dict[Key, Sums] = field(default_factory=dict)
    persons: dict[Key, set[str]] = field(default_factory=dict)
    waiting: int = 0
    unfinished: int = 0
    occupied_rows: bool = True
    occupied_total: bool = True
    overrides: list[Override] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        """Names of the rows, sorted."""
        return sorted({group for group, _ in self.cells})

    def periods(self) -> list[datetime | None]:
        """Beginnings of all periods, the empty ones too; [None] without any."""
        every = self.wish.every
        return list(between(self.wish.first, self.wish.last, every, self.zone)) if every else [None]


class Count:
    """The counting itself: one report, cell by cell."""

    def __init__(self, wish: Wish, zone: tzinfo) -> None:
        self.report = Report(wish, zone)
        self._cells: dict[Key, Running] = {}
        # Plain numbers: an agent's day is cut into many pieces, and each is one of them.
        self._available: dict[Key, float] = {}
        self._nobodys = 0.0

    def _key(self, group: str, at: float) -> Key:
        every = self.report.wish.every
        return group, begin_of(at, every, self.report.zone) if every else None

    def add(self, group: str, at: float, sums: Sums, person: str) -> None:
        """Sums of one contact."""
        key = self._key(group, at)
        self._cells.setdefault(key, Running()).add(sums)
        known = self.report.persons.setdefault(key, set())
        if len(known) < FEW:
            known.add(person)

    def available(self, group: str | None, span: Span) -> None:
        """A stretch of an agent's time; without a group it belongs to the total only."""
        if group is None:
            self._nobodys += span.end - span.begin
            return
        for part in pieces(span, self.report.wish.every, self.report.zone):
            key = self._key(group, part.begin)
            self._available[key] = self._available.get(key, 0.0) + part.end - part.begin

    def done(self) -> Report:
        """The report."""
        for key, spent in self._available.items():
            self._cells.setdefault(key, Running()).add(Sums(available=spent))
        self.report.cells = {key: running.sums() for key, running in self._cells.items()}
        total = Running()
        for sums in (*self.report.cells.values(), Sums(available=self._nobodys)):
            total.add(sums)
        self.report.total = total.sums()
        return self.report


Step = Callable[[date], None]


def count(gateway: Gateway, wish: Wish, step: Step = lambda day: None) -> Report:
    """The report. ``step`` is told of each day that is done, for who waits at a terminal.

    Day by day, so that a year needs no more memory than a busy day.
    """
    zone, now = zone_for(gateway, wish.services), gateway.clock()
    counting = Count(wish, zone)
    db = gateway.store.read()
    people = rows.roster(db)
    surveys = survey_steps(gateway)
    for day in days(wish.first, wish.last):
        begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        if begin <= now:
            after_work = _agents(gateway, counting, db, people, begin, end, now)
            _contacts(counting, db, people, surveys, begin, end, after_work)
            _robot(counting, db, surveys, begin, end)
        step(day)
    report = counting.done()
    begin, end = midnight(wish.first, zone), midnight(wish.last + timedelta(days=1), zone)
    held = overrides.between(db, begin, end)
    report.overrides = [one for one in held if not wish.services or one.service in wish.services]
    return report


def zone_for(gateway: Gateway, services: Sequence[str]) -> tzinfo:
    """The zone of these services; WIB when they do not agree."""
    flows = [flow for flow in gateway.services.services() if not services or flow.id in services]
    zones = {flow.timezone for flow in flows}
    return zone_of(zones.pop() if len(zones) == 1 else "Asia/Jakarta")


def survey_steps(gateway: Gateway) -> tuple[str, ...]:
    """Names of the steps that ask for a rating, in the current versions."""
    flows = gateway.services.services()
    return tuple(
        sorted({name for flow in flows for name, step in flow.steps.items() if isinstance(step, Survey)})
    )


# -- contacts that entered a queue


def _contacts(
    counting: Count, db: Connection, people: People, surveys: Sequence[str],
    begin: datetime, end: datetime, after_work: Mapping[str, Mapping[str, float]],
) -> None:  # fmt: skip
    wish = counting.report.wish
    among = (text(begin), text(end))
    known = _Facts(rows.facts(db, *among, surveys, wish.services, wish.channel))
    stories = rows.events(db, *among, wish.services, wish.channel)
    for contact, story in groupby(stories, key=lambda row: row.contact):
        facts, lines = known.of(contact), list(story)
        passage = ledger.passage(
            filter(None, (_told(row, people) for row in lines)),
            recorded=bool(facts and facts.recorded) or any(row.what == "voicemail" for row in lines),
        )
        # A contact that came back on another day is counted on its first.
        if passage is not None and begin.timestamp() <= passage.entered_at < end.timestamp():
            _count(counting, contact, passage, facts, after_work.get(contact, {}), lines)


class _Facts:
    """Facts in the order of contacts, taken as the stories come. New contacts may have come between the two queries."""

    def __init__(self, found: Iterator[FactRow]) -> None:
        self._found = found
        self._next = next(found, None)

    def of(self, contact: str) -> FactRow | None:
        while self._next is not None and self._next.contact < contact:
            self._next = next(self._found, None)
        return self._next if self._next is not None and self._next.contact == contact else None


def _told(row: EventRow, people: People) -> Told | None:
    what = OF_CONTACTS.get(row.what, "")
    why = ""
    if row.what.startswith(_EXIT):
        what, why = ledger.LEFT, row.what.removeprefix(_EXIT)
    if not what:
        return None
    detail = json.loads(row.detail) if row.what in _TELLING else {}
    agent = str(detail.get("agent", ""))
    return Told(
        seconds(row.at), what, agent, _tier(agent, detail, row, people), row.service, row.skill, why,
        seconds(str(detail.get("until") or "")),
    )  # fmt: skip


def _tier(agent: str, detail: Mapping[str, object], row: EventRow, people: People) -> int:
    """Of the agent: as it was written down, else as the roster has it, else what the contact asked for."""
    found = detail.get("tier") or (people[agent].get("tier", 1) if agent in people else row.tier)
    return found if isinstance(found, int) else row.tier


def _count(
    counting: Count, contact: str, passage: Passage, facts: FactRow | None, after_work: Mapping[str, float],
    lines: Sequence[EventRow],
) -> None:  # fmt: skip
    by, report = counting.report.wish.by, counting.report
    report.waiting += passage.outcome == ledger.WAITING
    report.unfinished += passage.unfinished
    person = (facts.person if facts else None) or ""
    if _own_kind(contact, lines):
        sums = _work_alone(contact, passage, facts, sum(after_work.values()))
    else:
        sums = _with(ledger.sums_of(passage, sum(after_work.values())), _rated(facts))
        if facts and facts.called_back and passage.outcome == CALLBACK and not sums.callbacks_kept:
            sums += Sums(callbacks_kept=1)
    if by != AGENT:
        counting.add(
            _group(by, passage.service, passage.skill, passage.tier), passage.entered_at, sums, person
        )
        return
    parts = ledger.by_agent(passage, after_work)
    for place, (agent, _, part) in enumerate(parts):
        mine = _with(part, _rated(facts)) if place == len(parts) - 1 else part
        counting.add(agent, passage.entered_at, mine, person)


def _with(sums: Sums, more: Sums) -> Sums:
    """Most calls have no rating: nothing is not added."""
    return sums if more is NOTHING else sums + more


def _own_kind(contact: str, lines: Sequence[EventRow]) -> bool:
    """Is it a call-back or a message of its own, that never was a caller in a queue?"""
    if contact.startswith((rows.CALLBACK_ID, rows.VOICEMAIL_ID)):
        return True
    first = next((row for row in lines if row.what == "arrived" and '"call"' not in row.detail), None)
    return first is not None and json.loads(first.detail).get("kind") in _ALONE


def _work_alone(contact: str, passage: Passage, facts: FactRow | None, after_work: float) -> Sums:
    """A call-back or message by itself: work; and a promise, unless the call that asked for it counts it already."""
    worked = sum(part.talk + part.hold for part in passage.handlings) + after_work
    promised = passage.outcome == CALLBACK and not (facts and facts.from_queue)
    return Sums(
        other_work=worked, callbacks_outside=int(promised), callbacks_kept=int(promised and passage.kept)
    )


def _rated(facts: FactRow | PassageRow | None) -> Sums:
    rating = int(facts.csat) if facts and facts.csat and facts.csat in ("1", "2", "3", "4") else 0
    if not rating:
        return Sums(asked=1) if facts and facts.asked else NOTHING
    return Sums(asked=1, ratings=1, ratings_good=int(rating >= 3), rating_sum=rating)


def _group(by: str, service: str, skill: str, tier: int) -> str:
    return {SERVICE: service, QUEUE: f"{service}/{skill}", TIER: f"T{tier}", INTERVAL: ""}[by]


# -- calls that the robot had alone


def _robot(counting: Count, db: Connection, surveys: Sequence[str], begin: datetime, end: datetime) -> None:
    wish = counting.report.wish
    if wish.by == AGENT:
        return
    for row in rows.never_queued(db, text(begin), text(end), surveys, wish.services, wish.channel):
        group = {SERVICE: row.service, QUEUE: f"{row.service}/–", TIER: "T0", INTERVAL: ""}[wish.by]
        counting.add(group, seconds(row.started_at), robot_sums(row), row.person)


def robot_sums(row: PassageRow) -> Sums:
    """Contained, left, or at a closed queue. A call that still goes on is nothing yet.

    Whoever came to a queue step and into no queue met closed doors, and so did who left a message or a wish for people.
    """
    if row.ended_at is None:
        return Sums()
    if row.needed_person or row.met_queue:
        return Sums(entered=1, closed=1) + _rated(row)
    contained = row.outcome in ("goodbye", "moved") or bool(row.self_served)
    return Sums(entered=1, contained=int(contained), left=int(not contained)) + _rated(row)


# -- agents


def _agents(
    gateway: Gateway, counting: Count, db: Connection, people: People, begin: datetime, end: datetime, now: datetime
) -> dict[str, dict[str, float]]:  # fmt: skip
    """Adds available time. Gives the seconds of work after each contact, by contact and agent."""
    after_work: dict[str, dict[str, float]] = {}
    everything = [flow.id for flow in gateway.services.services()]
    for agent, free, worked in days_of_agents(db, people, begin, end, now):
        for contact, spent in worked.items():
            after_work.setdefault(contact, {})[agent] = spent
        line = people.get(agent, {})
        named = line.get("services")
        served = [str(service) for service in named] if isinstance(named, list) and named else everything
        _available(counting, agent, line, served, free)
    return after_work


def _available(
    counting: Count, agent: str, line: Mapping[str, object], served: Sequence[str], free: Sequence[Span]
) -> None:
    """Available time goes to the row that it can only belong to; where several could have it, occupancy is not told."""
    wish, report = counting.report.wish, counting.report
    if not free or (wish.services and not set(served) & set(wish.services)):
        return
    if wish.services and not set(served) <= set(wish.services):
        report.occupied_total = report.occupied_rows = False
        return
    group = {AGENT: agent, TIER: f"T{line.get('tier', 1)}", INTERVAL: ""}.get(wish.by)
    if wish.by == SERVICE and len(served) == 1:
        group = served[0]
    report.occupied_rows = report.occupied_rows and group is not None
    for span in free:
        counting.available(group, span)


def today(gateway: Gateway, services: Sequence[str]) -> date:
    """The day in the services' zone."""
    return gateway.clock().astimezone(UTC).astimezone(zone_for(gateway, services)).date()


def told(
    gateway: Gateway, who: str, wish: Wish, form: str, file: str, *, anonymous: bool, reason: str = ""
) -> None:
    """The audit keeps who took figures out of the house, of which days, whether they were anonymous, and why if it was said."""
    detail = {
        "from": f"{wish.first}", "to": f"{wish.last}", "services": wish.services, "by": wish.by, "format": form,
        "file": file, "anonymous": anonymous, **({"reason": reason} if reason else {}),
    }  # fmt: skip
    with gateway.store.write() as db:
        now = text(gateway.clock())
        audit.write(
            db,
            at=now,
            who=who,
            action="report_exported",
            subject="report",
            detail=json.dumps(detail, ensure_ascii=False),
        )
