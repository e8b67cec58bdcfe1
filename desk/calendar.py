"""A calendar day by day: when it is open, which rule says so, and what is unusual about it. For whoever looks at a year at once.

The states are those of ``desk.hours.state``, in pieces: it is asked nowhere minute by minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from desk.holidays_id import COLLECTIVE_LEAVE, NATIONAL, days
from desk.hours import CLOSED, HOLIDAY, OPEN, Forced, Hours, Interval, forced_at, intervals_on
from desk.spans import DAY_MINUTES, Cursor, Span, bounds, holiday_spans, merged, midnight, open_spans

OVERRIDE, OPEN_DAY, CLOSED_DAY, SEASON, WEEK = "override", "open_day", "closed_day", "season", "week"


@dataclass(frozen=True)
class Rule:
    """Which line of the calendar decides: override, open_day, closed_day, national, collective_leave, season or week. ``name``:
    of the season; ``forced``: what people decided.
    """

    kind: str
    name: str = ""
    forced: Forced | None = None


@dataclass(frozen=True)
class Run:
    """Minutes [begin, end) of a day with one state. ``forced``: people decided it. ``staffed`` False: nobody of the roster is on
    shift.
    """

    begin: int
    end: int
    state: str
    forced: bool = False
    staffed: bool = True


@dataclass(frozen=True)
class Day:
    """``rule`` is the calendar's own, without overrides. ``short``: fewer minutes than this weekday usually has, and some."""

    day: date
    runs: tuple[Run, ...]
    rule: Rule
    short: bool = False

    @property
    def open(self) -> tuple[Interval, ...]:
        """When it is open."""
        spans: list[Interval] = []
        for run in (run for run in self.runs if run.state == OPEN):
            if spans and spans[-1][1] == run.begin:
                spans[-1] = (spans[-1][0], run.end)
            else:
                spans.append((run.begin, run.end))
        return tuple(spans)

    @property
    def unstaffed(self) -> bool:
        """Is it open at some minute at which nobody is on shift?"""
        return any(run.state == OPEN and not run.staffed for run in self.runs)

    @property
    def forced(self) -> bool:
        """Did people decide something for this day?"""
        return any(run.forced for run in self.runs)


def rule_of(hours: Hours, day: date) -> Rule:
    """The calendar's rule for a day."""
    if day in hours.open:
        return Rule(OPEN_DAY)
    season = next((one for one in hours.seasons if one.first <= day <= one.last), None)
    if (season.week if season else hours.week)[day.weekday()]:
        if day in hours.closed:
            return Rule(CLOSED_DAY)
        for kind in (NATIONAL, COLLECTIVE_LEAVE):
            if kind in hours.closed_on and day in days(day.year, kind):
                return Rule(kind)
    return Rule(SEASON, season.name) if season else Rule(WEEK)


def rule_at(hours: Hours, at: datetime) -> Rule:
    """The rule for a moment: what people decided, else the calendar's."""
    forced = forced_at(hours, at)
    return Rule(OVERRIDE, forced=forced) if forced else rule_of(hours, at.astimezone(hours.tz).date())


def calendar(hours: Hours, first: date, length: int, staffed: Sequence[Span] | None = None) -> list[Day]:
    """So many days from the first on. ``staffed``: when somebody is on shift; None when nobody knows."""
    window = Span(midnight(first, hours), midnight(first + timedelta(days=length), hours))
    forced = merged(Span(one.begin.astimezone(UTC), one.end.astimezone(UTC)) for one in hours.forced)
    layers = _Layers(hours, window, forced, [window] if staffed is None else list(staffed))
    return [layers.day(first + timedelta(days=ahead)) for ahead in range(length)]


class _Layers:
    """What holds when, in spans, asked for days in rising order."""

    def __init__(self, hours: Hours, window: Span, forced: list[Span], staffed: list[Span]) -> None:
        self._hours = hours
        opened, off = open_spans(hours, window), holiday_spans(hours, window)
        self._cuts = sorted(bounds((*opened, *off, *forced, *staffed)))
        self._next = 0
        self._open, self._off = Cursor(opened), Cursor(off)
        self._forced, self._staffed = Cursor(forced), Cursor(staffed)

    def day(self, day: date) -> Day:
        begin, end = midnight(day, self._hours), midnight(day + timedelta(days=1), self._hours)
        while self._next < len(self._cuts) and self._cuts[self._next] <= begin:
            self._next += 1
        cuts = [begin]
        while self._next < len(self._cuts) and self._cuts[self._next] < end:
            cuts.append(self._cuts[self._next])
            self._next += 1
        runs = _joined([self._run(piece, end) for piece in pairwise([*cuts, end])])
        return Day(day, tuple(runs), rule_of(self._hours, day), _is_short(self._hours, day))

    def _run(self, piece: tuple[datetime, datetime], midnight: datetime) -> Run:
        begin, end = piece
        state = OPEN if self._open.holds(begin) else HOLIDAY if self._off.holds(begin) else CLOSED
        until = DAY_MINUTES if end == midnight else self._minute(end)
        staffed = self._staffed.holds(begin)
        return Run(self._minute(begin), until, state, self._forced.holds(begin), staffed or state != OPEN)

    def _minute(self, at: datetime) -> int:
        local = at.astimezone(self._hours.tz)
        return local.hour * 60 + local.minute


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbours that are alike made one; what is shorter than a minute is left out."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and (last.state, last.forced, last.staffed) == (run.state, run.forced, run.staffed):
            found[-1] = Run(last.begin, run.end, run.state, run.forced, run.staffed)
        elif run.begin < run.end:
            found.append(run)
    return found


def _is_short(hours: Hours, day: date) -> bool:
    usual, today = hours.week[day.weekday()], intervals_on(hours, day)[0]
    return 0 < sum(end - begin for begin, end in today) < sum(end - begin for begin, end in usual)
