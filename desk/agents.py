"""Agents: who answers, what each may take, and where each stands now.

Two records on purpose. ``Agent`` is what a roster says and changes when a roster is imported; ``Post`` is what the day
does to the agent. So five hundred agents can be imported while they talk, and nobody's call notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from desk import hours
from desk.access import Asker

TIERS = (1, 2, 3, 4)  # the robot, tier 0, is no agent (domain page 0.6)
LEVELS: Mapping[str, int] = {"pemula": 1, "madya": 2, "mahir": 3}
CLASSES = ("PUBLIK", "TERBATAS", "RAHASIA", "INTERNAL")

VOICE, TEXT = "voice", "text"
CHANNELS: Mapping[str, int] = {
    VOICE: 1,
    TEXT: 3,
}  # one call and three dialogues, unless a roster says otherwise

OFFLINE, AVAILABLE, BREAK = "offline", "available", "break"
OFFERED, BUSY, WRAP_UP = "offered", "busy", "wrap_up"
STATES = (OFFLINE, AVAILABLE, OFFERED, BUSY, WRAP_UP, BREAK)


@dataclass(frozen=True, slots=True)
class Skill:
    """What somebody can handle. ``until`` is the certificate's last day, None when it does not expire."""

    level: int = 1
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Is the certificate valid on this day of the service's zone? It expires at the midnight after ``until``."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class Agent:
    """One agent as the roster has it.

    ``services`` empty: of every service. ``shift`` is written as opening hours are ("mon-fri 08:00-16:00; sat
    08:00-12:00"), '' is always. ``order`` is the place in the roster, for ring_in_order and as the last tie-break.
    A trainee takes only general questions, and only with a mentor named.
    """

    id: str
    name: str
    tier: int = 1
    skills: Mapping[str, Skill] = field(default_factory=dict)
    languages: tuple[str, ...] = ("id",)
    classes: tuple[str, ...] = ("PUBLIK",)
    channels: Mapping[str, int] = field(default_factory=lambda: CHANNELS)
    phone: str = ""
    unit: str = ""
    shift: str = ""
    services: tuple[str, ...] = ()
    trainee: bool = False
    mentor: str = ""
    zone: str = "Asia/Jakarta"
    order: int = 0

    @property
    def asker(self) -> Asker:
        """What the agent is to whoever decides who may see and do what."""
        return Asker(f"T{self.tier}", self.unit, frozenset(self.services))


@dataclass(frozen=True, slots=True)
class Post:
    """Where an agent stands. ``presence`` is what was chosen (offline, available, break); what the agent is doing
    follows from the contacts, see ``desk.routing.state_of``: it cannot contradict them.

    ``last_offer`` numbers the desk's offers: round robin rings who was rung longest ago.
    """

    presence: str = OFFLINE
    reason: str = ""
    since: datetime | None = None
    idle_since: datetime | None = None
    wrap_up_until: datetime | None = None
    rest_until: datetime | None = None
    misses: int = 0
    taken: int = 0
    last_offer: int = 0


NOBODY_YET = Post()


# -- shifts --------------------------------------------------------------------------------------------------


def shift_spec(written: str) -> dict[str, list[str]]:
    """A shift as opening hours: one block of days a semicolon, each a day range and its hours.

    >>> shift_spec("mon-fri 08:00-12:00 13:00-16:00; sat 08:00-12:00")
    {'mon-fri': ['08:00-12:00', '13:00-16:00'], 'sat': ['08:00-12:00']}
    """
    blocks = [block.split() for block in written.split(";") if block.strip()]
    return {block[0]: block[1:] for block in blocks}


@lru_cache(maxsize=512)
def shift_hours(written: str, zone: str) -> hours.Hours | None:
    """A shift read and checked; None when it is always. Raises ValueError with every fault."""
    return hours.parse(shift_spec(written), zone) if written.strip() else None


@lru_cache(maxsize=4096)
def _shift_in(written: str, zone: str, minute: datetime) -> tuple[bool, datetime | None]:
    # Hours change on the minute, so that one answer serves everybody of the shift for a minute.
    spec = shift_hours(written, zone)
    if spec is None:
        return True, None
    return hours.is_open(spec, minute), hours.next_change(spec, minute)


@lru_cache(maxsize=512)
def _shift_at(written: str, zone: str, at: datetime) -> tuple[bool, datetime | None]:
    # One decision asks this of hundreds of agents, at the same moment.
    return _shift_in(written, zone, at.replace(second=0, microsecond=0))


def on_shift(agent: Agent, at: datetime) -> bool:
    """Is this moment in the agent's shift?"""
    return not agent.shift or _shift_at(agent.shift, agent.zone, at)[0]


def shift_change(shift: str, zone: str, at: datetime) -> datetime | None:
    """When a shift next begins or ends; None when it never does."""
    return _shift_at(shift, zone, at)[1] if shift else None


# -- days ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone, read once."""
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def _midnight_after(day: date, zone: str) -> datetime:
    later = day + timedelta(days=1)
    return datetime(later.year, later.month, later.day, tzinfo=zone_of(zone))


def next_midnight(at: datetime, zone: str) -> datetime:
    """The moment at which certificates of this zone's day expire."""
    return _midnight_after(at.astimezone(zone_of(zone)).date(), zone)
