"""Periods of a report: quarters of an hour to months, as the clocks of the service's zone show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
_MINUTES: Mapping[str, int] = {"15m": 15, "30m": 30, HOUR: 60}
_FIRST_DAY: Mapping[str, Callable[[date], date]] = {
    DAY: lambda day: day,
    WEEK: lambda day: day - timedelta(days=day.weekday()),
    MONTH: lambda day: day.replace(day=1),
}
EVERY = (*_MINUTES, *_FIRST_DAY)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The beginning of a day in the zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def begin(at: datetime, every: str, zone: tzinfo) -> datetime:
    """The beginning of the period that a moment is in, in the zone.

    >>> from zoneinfo import ZoneInfo
    >>> moment = datetime(2026, 3, 31, 17, 20, tzinfo=UTC)  # twenty past midnight on 1 April in Jakarta
    >>> [f"{begin(moment, every, ZoneInfo('Asia/Jakarta')):%d.%m. %H:%M}" for every in ("15m", "day", "week", "month")]
    ['01.04. 00:15', '01.04. 00:00', '30.03. 00:00', '01.04. 00:00']
    """
    local = at.astimezone(zone)
    if every in _MINUTES:
        minute = local.minute - local.minute % _MINUTES[every]
        return local.replace(minute=minute, second=0, microsecond=0)
    return midnight(_FIRST_DAY[every](local.date()), zone)


@lru_cache(maxsize=65_536)
def _of_quarter(quarter: int, every: str, zone: tzinfo) -> datetime:
    return begin(datetime.fromtimestamp(quarter * 900, UTC), every, zone)


def begin_of(at: float, every: str, zone: tzinfo) -> datetime:
    """The same for seconds since 1970. No clock on earth is off by less than a quarter of an hour."""
    return _of_quarter(int(at // 900), every, zone)


def after(start: datetime, every: str) -> datetime:
    """The beginning of the next period."""
    if every in _MINUTES:
        # By real time: an hour that the clocks repeat is two periods.
        later = start.astimezone(UTC) + timedelta(minutes=_MINUTES[every])
        return later.astimezone(start.tzinfo)
    days = {DAY: 1, WEEK: 7, MONTH: 31}[every]
    assert start.tzinfo is not None
    return midnight(_FIRST_DAY[every](start.date() + timedelta(days=days)), start.tzinfo)


@lru_cache(maxsize=65_536)
def _end_of_quarter(quarter: int, every: str, zone: tzinfo) -> float:
    return after(_of_quarter(quarter, every, zone), every).timestamp()


def end_of(at: float, every: str, zone: tzinfo) -> float:
    """The end of the period that a moment is in; both in seconds since 1970."""
    return _end_of_quarter(int(at // 900), every, zone)


def between(first: date, last: date, every: str, zone: tzinfo) -> Iterator[datetime]:
    """The beginnings of all periods that these days touch, both included."""
    start, end = begin(midnight(first, zone), every, zone), midnight(last + timedelta(days=1), zone)
    while start < end:
        yield start
        start = after(start, every)


def label(start: datetime, every: str) -> str:
    """
    >>> label(datetime(2026, 3, 9, 9, 30), "30m"), label(datetime(2026, 3, 9), "week")
    ('2026-03-09 09.30', '2026-03-09 W11')
    """
    if every in _MINUTES:
        return f"{start:%Y-%m-%d %H.%M}"
    if every == WEEK:
        return f"{start:%Y-%m-%d} W{start.isocalendar().week:02d}"
    return f"{start:%Y-%m}" if every == MONTH else f"{start:%Y-%m-%d}"
