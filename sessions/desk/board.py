"""The desk at one glance, for a wall: who is on the line, who waits and how long, who answers, how the day goes, what is alarming.

Counts and the names of agents only: nothing of what contacts said, and no number of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desk.agents import BUSY, OFFERED, WRAP_UP
from desk.measures.sums import LEVEL_SECONDS, Running, Sums
from desk.overrides import Override
from desk.routing.contacts import CALL, CONSULT, DIALLING, DIALOGUE, TALKING, Contact
from sessions.agents import staff
from sessions.agents.staff import Standing
from sessions.gateway import Gateway
from sessions.publishing import overrides
from sessions.reports import reports
from sessions.reports.reports import QUEUE, Wish
from store import vitals
from store.times import text

EVERY = "30m"  # how the day is divided
ALIVE = (CALL, DIALOGUE)  # somebody sits there and waits; call-backs and messages wait for a promised time
LONG_SECONDS = 3 * LEVEL_SECONDS


@dataclass
class Line:
    """One queue. ``oldest``: since when the one that waits longest has waited; ``owed``: call-backs and messages."""

    service: str
    skill: str
    waiting: int = 0
    texts: int = 0
    talking: int = 0
    owed: int = 0
    oldest: datetime | None = None

    def add(self, contact: Contact) -> None:
        """Counts one contact."""
        alive = contact.kind in ALIVE
        if contact.state in (DIALLING, TALKING):
            self.talking += 1
        elif not alive:
            self.owed += 1
        else:
            self.waiting += contact.kind == CALL
            self.texts += contact.kind == DIALOGUE
            self.oldest = min(filter(None, (self.oldest, contact.arrived_at)))


@dataclass(frozen=True)
class Now:
    """The desk at this moment. ``live``: (service, channel) -> contacts under way, also those with the robot alone;
    ``overrides``: what people decided otherwise than the calendar.
    """

    live: Mapping[tuple[str, ...], int]
    lines: list[Line]
    agents: list[Standing]
    alarms: list[str]
    services: tuple[str, ...]
    overrides: list[Override] = field(default_factory=list)

    @property
    def oldest(self) -> datetime | None:
        """Since when the one that waits longest of all has waited."""
        return min((line.oldest for line in self.lines if line.oldest), default=None)

    def total(self, name: str) -> int:
        """The sum of a count of all lines."""
        return sum(getattr(line, name) for line in self.lines)

    def on_line(self, channel: str) -> int:
        """Contacts under way on this channel."""
        return sum(count for (_, one), count in self.live.items() if one == channel)

    def states(self) -> Mapping[str, int]:
        """How many agents are in which state."""
        return Counter(standing.state for standing in self.agents)


@dataclass(frozen=True)
class Day:
    """Today so far: all together, by (service, skill), and by half hours that have begun."""

    total: Sums = field(default_factory=Sums)
    queues: Mapping[tuple[str, str], Sums] = field(default_factory=dict)
    halves: list[tuple[datetime, Sums]] = field(default_factory=list)


def now(gateway: Gateway, service: str = "") -> Now:
    """The desk as it stands; with ``service`` only what belongs to it."""
    live = {
        key: count
        for key, count in vitals.contacts_live(gateway.store.read()).items()
        if service in ("", key[0])
    }
    lines: dict[tuple[str, str], Line] = {}
    for queued in staff.queue(gateway, service):
        contact = queued.contact
        if contact.kind != CONSULT:
            key = contact.need.service, contact.need.skill
            lines.setdefault(key, Line(*key)).add(contact)
    alarms = sorted(name for name, stands in vitals.alarms(gateway.store.read()).items() if stands)
    agents = [
        standing
        for standing in staff.standings(gateway)
        if not service or not standing.agent.services or service in standing.agent.services
    ]
    known = tuple(flow.id for flow in gateway.services.services())
    held = overrides.of(gateway.store.read(), service, text(gateway.clock()))
    return Now(live, [lines[key] for key in sorted(lines)], agents, alarms, known, held)


def today(gateway: Gateway, service: str = "") -> Day:
    """Calls of today as reports count them (sessions/reports/reports.py); a busy day takes a good part of a second."""
    services = (service,) if service else ()
    day = reports.today(gateway, services)
    report = reports.count(gateway, Wish(day, day, services, QUEUE, EVERY))
    queues: dict[tuple[str, str], Running] = {}
    halves: dict[datetime, Running] = {}
    for (group, period), sums in report.cells.items():
        name, _, skill = group.partition("/")
        queues.setdefault((name, skill), Running()).add(sums)
        if period is not None:
            halves.setdefault(period, Running()).add(sums)
    begun = [period for period in report.periods() if period is not None and period <= gateway.clock()]
    return Day(
        report.total,
        {key: running.sums() for key, running in queues.items()},
        [(period, halves[period].sums() if period in halves else Sums()) for period in begun],
    )


def since(standing: Standing) -> datetime | None:
    """Since when an agent is in the state that is shown; None where nobody wrote it down."""
    if standing.state in (OFFERED, BUSY):
        return min((contact.since for contact in standing.contacts if contact.since), default=None)
    return None if standing.state == WRAP_UP else standing.since
