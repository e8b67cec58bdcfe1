"""Overrides: people decide for a while what the calendar does not know. The house floods, a strike, a queue that stays on tonight.

    automatic   the calendar holds; there is no override
    open        people answer, whatever the calendar says
    closed      nobody answers: queues take their exit `closed`
    emergency   closed, and every caller first hears an announcement

An override is of a service: of all its opening hours, or of one entry of `hours:`. It has a reason and an end, and it ends by
itself. What is said of one entry goes before what is said of the service. Limits of law (cases) run by the calendar alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.hours import CLOSED, OPEN, Forced

AUTOMATIC, EMERGENCY = "automatic", "emergency"
STATES = (AUTOMATIC, OPEN, CLOSED, EMERGENCY)
LONGEST = timedelta(days=14)  # whoever needs longer decides again, or publishes another calendar
LEAST = timedelta(minutes=1)
MOST_REASON = 200
MOST_WORDS = 160  # characters of an announcement in one language: one part of a text


@dataclass(frozen=True)
class Override:
    """``hours``: an entry of `hours:`, '' for all. ``end``: when it ends, or when somebody ended it. ``words``: the announcement
    by language. ``who`` decided, and why (``reason``).
    """

    id: str
    service: str
    hours: str
    state: str
    begin: datetime
    end: datetime
    reason: str
    who: str
    words: Mapping[str, str] = field(default_factory=dict)
    ended_by: str = ""

    def holds(self, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.begin <= at < self.end

    @property
    def forced(self) -> Forced:
        """As opening hours take it."""
        return Forced(self.begin, self.end, OPEN if self.state == OPEN else CLOSED)


def forced(overrides: Iterable[Override], hours: str) -> tuple[Forced, ...]:
    """What holds for one entry of `hours:`, what is said of it alone first."""
    mine = [one for one in overrides if one.hours in ("", hours)]
    return tuple(one.forced for one in sorted(mine, key=lambda one: one.hours == ""))


def announcement(overrides: Iterable[Override], at: datetime) -> Mapping[str, str]:
    """What every contact is told first at this moment: language -> words. Empty for nothing."""
    for one in sorted(overrides, key=lambda one: (one.hours != "", one.begin)):
        if one.state == EMERGENCY and one.holds(at):
            return one.words
    return {}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, as it was typed. ``end`` None: it could not be read, or was not given."""

    state: str
    hours: str = ""
    reason: str = ""
    end: datetime | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def faults(wish: Wish, known_hours: Iterable[str], languages: Iterable[str], now: datetime) -> dict[str, str]:
    """Field -> what is wrong with it: unknown, no hours, missing, long, over, far; words_LANGUAGE: missing or long. Empty:
    nothing.
    """
    found: dict[str, str] = {}
    if wish.state not in STATES:
        found["state"] = "unknown"
    known = tuple(known_hours)
    if wish.state in (OPEN, CLOSED) and not known:
        found["state"] = "no hours"  # it never closes: nothing would be different
    if wish.hours and wish.hours not in known:
        found["hours"] = "unknown"
    found |= _long("reason", wish.reason, MOST_REASON)
    if wish.state != AUTOMATIC:
        found |= _end_fault(wish.end, now)
    if wish.state == EMERGENCY:
        for language in languages:
            found |= _long(f"words_{language}", wish.words.get(language, ""), MOST_WORDS)
    return found


def _long(name: str, text: str, most: int) -> dict[str, str]:
    if not text.strip():
        return {name: "missing"}
    return {name: "long"} if len(text) > most else {}


def _end_fault(end: datetime | None, now: datetime) -> dict[str, str]:
    if end is None:
        return {"end": "missing"}
    if end < now + LEAST:
        return {"end": "over"}
    return {"end": "far"} if end > now + LONGEST else {}
