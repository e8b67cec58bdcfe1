"""When people answer: opening hours, what happens next, and what may be promised.

Hours are written per week, with what they close on and with exceptions::

    {"mon-thu": ["08:00-12:00", "13:00-16:00"], "fri": ["08:00-11:30", "13:00-16:00"],
     "closed_on": ["national", "collective_leave"], "closed": ["2026-12-31"], "open": {"2026-05-02":
     ["08:00-12:00"]}, "ramadan": {"from": "2026-02-18", "until": "2026-03-19", "mon-fri": ["08:00-15:00"]}}

``closed`` and ``open`` are single days and win over everything, ``open`` over ``closed``; a named block with
``from`` and ``until`` replaces the week for a season. An interval holds its first minute and not its last:
08:00-16:00 is closed at 16:00:00. Times are those of the service's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from heapq import merge
from itertools import pairwise
from zoneinfo import ZoneInfo

from desk.holidays_id import KINDS, is_day_off

OPEN, CLOSED, HOLIDAY = "open", "closed", "holiday"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = ("daily", "every_day")
# How far next_open looks: hours that stay shut longer than this are shut for good.
HORIZON_DAYS = 400
# Minutes after midnight, begin and end; the end may be 1440.
Interval = tuple[int, int]
Week = tuple[tuple[Interval, ...], ...]  # seven days, Monday first

_ABBREVIATIONS = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_ZONE_LABELS = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_INTERVAL = re.compile(r"(\d{1,2})[:.](\d{2})\s*-\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True)
class Season:
    """Other hours from one day until another, both included (Ramadan)."""

    name: str
    first: date
    last: date
    week: Week


@dataclass(frozen=True)
class Forced:
    """A time in which people decided otherwise than the calendar: [begin, end), aware (desk/overrides.py)."""

    begin: datetime
    end: datetime
    state: str  # OPEN or CLOSED


@dataclass(frozen=True)
class Hours:
    """Opening hours, read and checked. Made by ``parse``. ``forced`` wins over the calendar, the first of them over the others."""

    week: Week
    zone: str = "Asia/Jakarta"
    closed_on: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()
    open: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    forced: tuple[Forced, ...] = ()

    @property
    def tz(self) -> tzinfo:
        """The zone to reckon in."""
        return _zone(self.zone)

    @property
    def label(self) -> str:
        """WIB, WITA or WIT; the zone's own name elsewhere."""
        return _ZONE_LABELS.get(self.zone, self.zone)


@lru_cache(maxsize=16)
def _zone(name: str) -> tzinfo:
    return ZoneInfo(_ABBREVIATIONS.get(name, name))


# -- what hours say --------------------------------------------------------------------------------------


def intervals_on(hours: Hours, day: date) -> tuple[tuple[Interval, ...], bool]:
    """(intervals of a day by the calendar alone, is it a day off?). A day off has no intervals but would have had some."""
    if day in hours.open:
        return hours.open[day], False
    season = next((season for season in hours.seasons if season.first <= day <= season.last), None)
    usual = (season.week if season else hours.week)[day.weekday()]
    off = bool(usual) and (day in hours.closed or is_day_off(day, hours.closed_on))
    return ((), True) if off else (usual if day not in hours.closed else (), False)


def state(hours: Hours, at: datetime) -> str:
    """open, closed or holiday at a moment. A day without hours of its own (a Sunday) is closed, not a
    holiday.
    """
    forced = forced_at(hours, at)
    if forced:
        return forced.state
    local = at.astimezone(hours.tz)
    intervals, off = intervals_on(hours, local.date())
    if off:
        return HOLIDAY
    minute = local.hour * 60 + local.minute
    return OPEN if any(begin <= minute < end for begin, end in intervals) else CLOSED


def forced_at(hours: Hours, at: datetime) -> Forced | None:
    """What people decided for this moment; None where the calendar holds."""
    return next((one for one in hours.forced if one.begin <= at < one.end), None)


def is_open(hours: Hours, at: datetime) -> bool:
    """Do people answer at this moment?"""
    return state(hours, at) == OPEN


def _moment(hours: Hours, day: date, minute: int) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=hours.tz)
    return midnight + timedelta(minutes=minute)


def _days_from(hours: Hours, at: datetime) -> Iterator[date]:
    first = at.astimezone(hours.tz).date()
    return (first + timedelta(days=ahead) for ahead in range(HORIZON_DAYS))


def _turning_points(hours: Hours, at: datetime) -> Iterator[datetime]:
    """Moments after this one at which the state may become another, in order."""
    forced = sorted({moment for one in hours.forced for moment in (one.begin, one.end)})
    by_calendar = (
        _moment(hours, day, minute)
        for day in _days_from(hours, at)
        for minute in sorted({0, *(bound for interval in intervals_on(hours, day)[0] for bound in interval)})
    )
    both = merge((moment.astimezone(hours.tz) for moment in forced), by_calendar)
    return (moment for moment in both if moment > at)


def next_open(hours: Hours, at: datetime) -> datetime | None:
    """The next moment at which people answer: ``at`` itself when they do now, None if not within 400 days."""
    if is_open(hours, at):
        return at.astimezone(hours.tz)
    return next((moment for moment in _turning_points(hours, at) if is_open(hours, moment)), None)


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """The next moment at which ``state`` differs from now's, None if not within 400 days."""
    now = state(hours, at)
    return next((moment for moment in _turning_points(hours, at) if state(hours, moment) != now), None)


def closing(hours: Hours, day: date) -> datetime | None:
    """When people stop answering on this day; None on a day without hours."""
    intervals, _ = intervals_on(hours, day)
    return _moment(hours, day, intervals[-1][1]) if intervals else None


# -- working days and promises ---------------------------------------------------------------------------


def is_working_day(hours: Hours, day: date) -> bool:
    """Monday to Friday, no national holiday, no collective leave, not closed by the service itself.

    A limit of "hari kerja" counts these also where people answer on weekends.
    """
    return day.weekday() < 5 and not is_day_off(day, KINDS) and day not in hours.closed


def _next_working_day(hours: Hours, day: date) -> date:
    for ahead in range(1, HORIZON_DAYS):
        later = day + timedelta(days=ahead)
        if is_working_day(hours, later):
            return later
    return day + timedelta(days=1)  # hours that close every working day of a year promise nothing better


def _close_of_business(hours: Hours, day: date) -> datetime:
    # A working day without hours of its own (a counter open on Saturdays only) ends where an office day does.
    return closing(hours, day) or _moment(hours, day, 16 * 60)


def add_working_days(hours: Hours, received: datetime, count: int) -> datetime:
    """The end of the ``count``-th working day: a deadline, at closing time of its last day.

    Counting starts the day after receipt. What comes after closing, or on a day that is no working day,
    counts as received on the next working day. Raises ValueError for fewer than one day.
    """
    if count < 1:
        raise ValueError(f"a deadline of {count} working days: count at least 1, or use the moment itself")
    local = received.astimezone(hours.tz)
    day = local.date()
    if not is_working_day(hours, day) or local >= _close_of_business(hours, day):
        day = _next_working_day(hours, day)
    for _ in range(count):
        day = _next_working_day(hours, day)
    return _close_of_business(hours, day)


def due_next_working_day(hours: Hours, at: datetime) -> datetime:
    """When a voicemail or a wish to be called back is due: closing time of the next working day on which nobody has sent the
    people home by then.
    """
    day = at.astimezone(hours.tz).date()
    for _ in range(HORIZON_DAYS):
        day = _next_working_day(hours, day)
        due = _close_of_business(hours, day)
        forced = forced_at(hours, due - timedelta(minutes=1))
        if forced is None or forced.state == OPEN:
            break
    return due


# -- reading what administrators wrote ---------------------------------------------------------------------


def parse(spec: Mapping[str, object], zone: str = "Asia/Jakarta") -> Hours:
    """Hours from their written form. Raises ValueError with every fault, one a line."""
    reader = _Reader()
    hours = reader.hours(spec, zone)
    if reader.faults:
        raise ValueError("\n".join(reader.faults))
    return hours


class _Reader:
    """Reads a spec and collects what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, what: str) -> None:
        self.faults.append(what)

    def hours(self, spec: Mapping[str, object], zone: str) -> Hours:
        zone = _ABBREVIATIONS.get(zone, zone)
        try:
            _zone(zone)
        except (KeyError, ValueError, OSError):
            self.fault(f"zone {zone!r} is unknown; write Asia/Jakarta, Asia/Makassar or Asia/Jayapura")
        special = {"closed_on", "closed", "open"}
        seasons = {
            key: value for key, value in spec.items() if isinstance(value, Mapping) and key not in special
        }
        week = self.week({key: value for key, value in spec.items() if key not in {*special, *seasons}}, "")
        if not any(week) and not seasons and "open" not in spec:
            self.fault("no opening hours at all; write a day range such as mon-fri: ['08:00-16:00']")
        return Hours(
            week=week,
            zone=zone,
            closed_on=self.kinds(spec.get("closed_on", [])),
            closed=frozenset(self.dates(spec.get("closed", []))),
            open=self.open_days(spec.get("open", {})),
            seasons=tuple(self.season(str(name), value) for name, value in seasons.items()),
        )

    def week(self, spec: Mapping[str, object], where: str) -> Week:
        week: list[tuple[Interval, ...] | None] = [None] * 7
        for key, value in spec.items():
            intervals = self.intervals(value, f"{where}{key}")
            for day in self.days(str(key), where):
                if week[day] is not None:
                    self.fault(f"{where}{key}: {DAYS[day]} has hours already; give each day once")
                week[day] = intervals
        return tuple(intervals or () for intervals in week)

    def days(self, key: str, where: str) -> list[int]:
        if key.lower() in EVERY_DAY:
            return list(range(7))
        found: list[int] = []
        for part in key.lower().replace(" ", "").split(","):
            first, _, last = part.partition("-")
            if first not in DAYS or (last and last not in DAYS):
                self.fault(
                    f"{where}{key}: {part!r} is no day; write mon, tue, wed, thu, fri, sat, sun, "
                    "a range such as mon-fri, or daily"
                )
                continue
            begin, end = DAYS.index(first), DAYS.index(last or first)
            found += range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
        return found

    def intervals(self, value: object, where: str) -> tuple[Interval, ...]:
        if value in ("24h", ["24h"]):
            return ((0, 1440),)
        if not isinstance(value, list | tuple):
            self.fault(f"{where}: {value!r} is no list of hours; write ['08:00-12:00', '13:00-16:00']")
            return ()
        read = [interval for item in value if (interval := self.interval(str(item), where))]
        for before, after in pairwise(read):
            if after[0] < before[1]:
                self.fault(f"{where}: hours overlap or are out of order; write them from morning to evening")
        return tuple(sorted(read))

    def interval(self, text: str, where: str) -> Interval | None:
        found = _INTERVAL.fullmatch(text.strip())
        if not found:
            self.fault(f"{where}: {text!r} is no interval; write 08:00-16:00")
            return None
        hour_a, minute_a, hour_b, minute_b = (int(part) for part in found.groups())
        begin, end = hour_a * 60 + minute_a, hour_b * 60 + minute_b
        if minute_a > 59 or minute_b > 59 or end > 1440:
            self.fault(f"{where}: {text!r} is no time of day; hours end at 24:00")
            return None
        if begin >= end:
            self.fault(f"{where}: {text!r} ends before it begins; past midnight, write it as two days")
            return None
        return begin, end

    def kinds(self, value: object) -> tuple[str, ...]:
        listed = value if isinstance(value, list | tuple) else [value]
        for kind in listed:
            if kind not in KINDS:
                self.fault(f"closed_on: {kind!r} is unknown; write national, collective_leave or both")
        return tuple(str(kind) for kind in listed if kind in KINDS)

    def dates(self, value: object) -> list[date]:
        listed = value if isinstance(value, list | tuple) else [value]
        return [day for item in listed if (day := self.day(item, "closed"))]

    def day(self, value: object, where: str) -> date | None:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fault(f"{where}: {value!r} is no day; write 2026-12-31")
            return None

    def open_days(self, value: object) -> dict[date, tuple[Interval, ...]]:
        if not isinstance(value, Mapping):
            self.fault(f"open: {value!r} has no hours; write {{'2026-05-02': ['08:00-12:00']}}")
            return {}
        return {
            day: self.intervals(hours, f"open {key}")
            for key, hours in value.items()
            if (day := self.day(key, "open"))
        }

    def season(self, name: str, spec: object) -> Season:
        assert isinstance(spec, Mapping)
        week = self.week(
            {key: hours for key, hours in spec.items() if key not in ("from", "until")}, f"{name}: "
        )
        first, last = (self.day(spec.get(key, ""), f"{name}: {key}") for key in ("from", "until"))
        if first and last and first > last:
            self.fault(f"{name}: from {first} is after until {last}")
        return Season(name, first or date.min, last or date.min, week)
