"""Limits as services write them, counted in their working time.

60 working minutes, 4 working hours    time in which people answer
10 working days                        closing time of the tenth, not counting the day of receipt (domain page 0.3)
next working day                       closing time of the next one, also for what comes after closing (0.3: voicemails)
15 minutes, 60 days                    by the clock and the calendar
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.hours import HORIZON_DAYS, Hours, add_working_days, due_next_working_day, intervals_on

MINUTES, HOURS, DAYS, NEXT = "minutes", "hours", "days", "next"
SECONDS = {MINUTES: 60, HOURS: 3600, DAYS: 86_400}
_LIMIT = re.compile(r"(?P<amount>[1-9]\d{0,3}) (?P<working>working )?(?P<unit>minute|hour|day)s?")
NEXT_WORKING_DAY = "next working day"


@dataclass(frozen=True)
class Limit:
    """An amount of time. ``working``: only while people answer. Read from its words by ``limit``."""

    amount: int
    unit: str
    working: bool

    @property
    def by_days(self) -> bool:
        """Does it end at the closing of a working day?"""
        return self.working and self.unit in (DAYS, NEXT)


def limit(words: str) -> Limit:
    """Raises ValueError for what is no limit.

    >>> limit("10 working days")
    Limit(amount=10, unit='days', working=True)
    """
    if words == NEXT_WORKING_DAY:
        return Limit(1, NEXT, True)
    found = _LIMIT.fullmatch(words)
    if found is None:
        raise ValueError(f"{words!r} is no limit; write 60 working minutes, 10 working days or 60 days")
    return Limit(int(found["amount"]), found["unit"] + "s", bool(found["working"]))


def due(hours: Hours, given: Limit, since: datetime) -> datetime:
    """When the limit ends that began at ``since``."""
    if given.unit == NEXT:
        return due_next_working_day(hours, since)
    if given.by_days:
        return add_working_days(hours, since, given.amount)
    seconds = given.amount * SECONDS[given.unit]
    return later(hours, since, seconds) if given.working else since + timedelta(seconds=seconds)


def longer(hours: Hours, given: Limit, deadline: datetime) -> datetime:
    """A deadline put off by a limit: ten working days and seven more are seventeen."""
    # A deadline is closing time, and what comes at closing counts as received a day later.
    return due(hours, given, deadline - timedelta(milliseconds=1) if given.by_days else deadline)


def seconds_between(hours: Hours, begin: datetime, end: datetime) -> float:
    """Working seconds between two moments; 0 when the second is not later."""
    total = 0.0
    for opens, closes in _openings(hours, begin, 1):
        if opens >= end:
            break
        total += max(0.0, (min(closes, end) - max(opens, begin)).total_seconds())
    return total


def later(hours: Hours, begin: datetime, seconds: float) -> datetime:
    """The moment at which so many working seconds have passed. Hours that never open again run by the clock."""
    left = seconds
    for opens, closes in _openings(hours, begin, 1):
        start = max(opens, begin)
        here = (closes - start).total_seconds()
        if here >= left and here > 0:
            return start + timedelta(seconds=left)
        left -= max(0.0, here)
    return begin + timedelta(seconds=seconds)


def earlier(hours: Hours, end: datetime, seconds: float) -> datetime:
    """The moment from which so many working seconds are left until ``end``."""
    left = seconds
    for opens, closes in _openings(hours, end, -1):
        stop = min(closes, end)
        here = (stop - opens).total_seconds()
        if here >= left and here > 0:
            return stop - timedelta(seconds=left)
        left -= max(0.0, here)
    return end - timedelta(seconds=seconds)


def opening(hours: Hours, at: datetime) -> datetime:
    """When people begin to answer on the day of ``at``; ``at`` itself on a day without hours, or when that is later."""
    local = at.astimezone(hours.tz)
    intervals, _ = intervals_on(hours, local.date())
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return min(at, midnight + timedelta(minutes=intervals[0][0])) if intervals else at


def _openings(hours: Hours, at: datetime, direction: int) -> Iterator[tuple[datetime, datetime]]:
    """When people answer, as (from, until): from the day of ``at`` on, or from there back. In UTC-safe moments."""
    first = at.astimezone(hours.tz).date()
    for ahead in range(HORIZON_DAYS):
        day = first + timedelta(days=direction * ahead)
        midnight = datetime(day.year, day.month, day.day, tzinfo=hours.tz)
        for begin, end in intervals_on(hours, day)[0][::direction]:
            opens, closes = midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end)
            if (closes > at) if direction > 0 else (opens < at):
                yield opens, closes
