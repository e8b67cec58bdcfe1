"""Opening hours and shifts as spans of time, for whoever looks at months and not at one moment.

A span is [begin, end) in UTC. Spans of one list are in order and do not touch. They hold exactly the minutes at which
``desk.hours.state`` says the same (tests/coverage compares the two minute by minute).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from desk.hours import HOLIDAY, OPEN, Hours, intervals_on

DAY_MINUTES = 1440


class Span(NamedTuple):
    """[begin, end), both aware and in UTC."""

    begin: datetime
    end: datetime


def midnight(day: date, hours: Hours) -> datetime:
    """The beginning of a day where these hours are kept, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=hours.tz).astimezone(UTC)


def open_spans(hours: Hours, window: Span) -> list[Span]:
    """When people answer, within the window."""
    return _with_forced(merged(span for _, span in _spans(hours, window, OPEN)), hours, window, OPEN)


def holiday_spans(hours: Hours, window: Span) -> list[Span]:
    """Days off that would have been open, within the window."""
    return _with_forced(merged(span for _, span in _spans(hours, window, HOLIDAY)), hours, window, HOLIDAY)


def _with_forced(spans: list[Span], hours: Hours, window: Span, wanted: str) -> list[Span]:
    """What people decided takes the place of the calendar; the first of them wins, so that it is laid on top."""
    for one in reversed(hours.forced):
        forced = Span(max(one.begin.astimezone(UTC), window.begin), min(one.end.astimezone(UTC), window.end))
        if forced.begin < forced.end:
            spans = merged([*_without(spans, forced), *([forced] if one.state == wanted else [])])
    return spans


def _without(spans: list[Span], hole: Span) -> Iterator[Span]:
    for span in spans:
        for begin, end in ((span.begin, min(span.end, hole.begin)), (max(span.begin, hole.end), span.end)):
            if begin < end:
                yield Span(begin, end)


def _spans(hours: Hours, window: Span, wanted: str) -> Iterator[tuple[date, Span]]:
    day = window.begin.astimezone(hours.tz).date()
    while midnight(day, hours) < window.end:
        intervals, off = intervals_on(hours, day)
        found = ((0, DAY_MINUTES),) if off and wanted == HOLIDAY else intervals if wanted == OPEN else ()
        for begin, end in found:
            span = Span(max(_at(hours, day, begin), window.begin), min(_at(hours, day, end), window.end))
            if span.begin < span.end:
                yield day, span
        day += timedelta(days=1)


def _at(hours: Hours, day: date, minute: int) -> datetime:
    """A minute of a day by the clock on the wall: on the night when clocks change, 02:30 is where the wall shows it."""
    if minute == DAY_MINUTES:
        return midnight(day + timedelta(days=1), hours)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=hours.tz)
    return wall.astimezone(UTC)


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, with those that touch or overlap made one.

    >>> at = lambda hour: datetime(2026, 3, 2, hour, tzinfo=UTC)
    >>> [(s.begin.hour, s.end.hour) for s in merged([Span(at(9), at(12)), Span(at(7), at(8)), Span(at(8), at(10))])]
    [(7, 12)]
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.begin <= found[-1].end:
            found[-1] = Span(found[-1].begin, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def bounds(spans: Iterable[Span]) -> set[datetime]:
    """Where any of them begins or ends."""
    return {moment for span in spans for moment in span}


class Cursor:
    """Is a moment in one of the spans? Asked for moments in rising order, so that no search is needed."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans, self._at = spans, 0

    def holds(self, moment: datetime) -> bool:
        """Moments must not go back."""
        while self._at < len(self._spans) and self._spans[self._at].end <= moment:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at].begin <= moment
