"""Spans of time in words that an administrator reads: single ones with their date, recurring ones once.

'20 March 2026, 12:00–13:00 WIB'; 'every Friday 11:30–13:00 WIB from 6 March 2026 until 2 April 2027, not on 20 March 2026'.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.spans import Span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
RECURS = 3  # as often on one weekday is told once
MOST_EXCEPTIONS = 5  # more than so many days left out are counted, not listed
MOST_SINGLE = 6
_MIDNIGHT = time(0)


class _Hours(NamedTuple):
    """From when to when by the clock on the wall, and how many midnights lie between."""

    begin: time
    end: time
    nights: int


def in_words(spans: Iterable[Span], zone: ZoneInfo, label: str) -> list[str]:
    """Each phrase tells one span or all that recur; those that recur come first. ``label``: WIB."""
    groups: dict[_Hours, list[date]] = {}
    for span in spans:
        begin, end = span.begin.astimezone(zone), span.end.astimezone(zone)
        groups.setdefault(_hours(begin, end), []).append(begin.date())
    recurring: list[str] = []
    single: list[tuple[date, _Hours]] = []
    for hours, days in groups.items():
        regular, rest = _split(days)
        if regular:
            recurring.append(_every(hours, regular, label))
        single += [(day, hours) for day in rest]
    return [*recurring, *_singles(sorted(single), label)]


def _hours(begin: datetime, end: datetime) -> _Hours:
    nights = (end.date() - begin.date()).days
    return _Hours(begin.time(), end.time(), nights)


def _split(days: Sequence[date]) -> tuple[list[date], list[date]]:
    """(days of weekdays on which it recurs, the others)."""
    often = [weekday for weekday in range(7) if _recurs([day for day in days if day.weekday() == weekday])]
    regular = [day for day in days if day.weekday() in often]
    return regular, [day for day in days if day.weekday() not in often]


def _recurs(days: Sequence[date]) -> bool:
    """Is it so on most of these weekdays between the first and the last?"""
    if len(days) < RECURS:
        return False
    weeks = (days[-1] - days[0]).days // 7 + 1
    return 2 * len(days) > weeks


def _every(hours: _Hours, days: Sequence[date], label: str) -> str:
    weekdays = sorted({day.weekday() for day in days})
    told = f"every {_weekdays(weekdays)} {_clock(hours, label)} from {_day(days[0])} until {_day(days[-1])}"
    span = (days[-1] - days[0]).days + 1
    usual = [day for day in (days[0] + timedelta(n) for n in range(span)) if day.weekday() in weekdays]
    there = set(days)
    out = [day for day in usual if day not in there]
    if not out:
        return told
    listed = " and ".join(_day(day) for day in out)
    return f"{told}, not on {listed if len(out) <= MOST_EXCEPTIONS else f'{len(out)} of these days'}"


def _weekdays(found: list[int]) -> str:
    if len(found) == 7:
        return "day"
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{WEEKDAYS[found[0]]} to {WEEKDAYS[found[-1]]}"
    return " and ".join(WEEKDAYS[weekday] for weekday in found)


def _singles(found: Sequence[tuple[date, _Hours]], label: str) -> Iterator[str]:
    for day, hours in found[:MOST_SINGLE]:
        whole = hours.begin == hours.end == _MIDNIGHT
        if whole and hours.nights == 1:
            yield f"{_day(day)}, all day"
        elif whole:
            yield f"{_day(day)} until {_day(day + timedelta(hours.nights - 1))}, all day"
        elif hours.nights and not _to_midnight(hours):
            end = _day(day + timedelta(hours.nights))
            yield f"{_day(day)} {hours.begin:%H:%M} until {end} {hours.end:%H:%M} {label}"
        else:
            yield f"{_day(day)}, {_clock(hours, label)}"
    if len(found) > MOST_SINGLE:
        yield f"and {len(found) - MOST_SINGLE} times more until {_day(found[-1][0])}"


def _to_midnight(hours: _Hours) -> bool:
    return hours.nights == 1 and hours.end == _MIDNIGHT


def _clock(hours: _Hours, label: str) -> str:
    if hours.nights == 0 or _to_midnight(hours):
        end = "24:00" if hours.nights else f"{hours.end:%H:%M}"
        whole = hours.begin == _MIDNIGHT and hours.nights
        return "all day" if whole else f"{hours.begin:%H:%M}–{end} {label}"
    later = "the next day" if hours.nights == 1 else f"{hours.nights} days later"
    return f"from {hours.begin:%H:%M} until {hours.end:%H:%M} {label} {later}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
