"""The time of agents for reports: when each was free within a day, and how long the work after contacts lasted."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby

from desk.agents import shift_hours
from desk.hours import intervals_on
from desk.measures.periods import end_of, midnight
from desk.measures.presence import (
    BREAK,
    DONE,
    LONGEST_SILENCE,
    SIGNED_IN,
    SIGNED_OUT,
    TOOK,
    WRAPPED_UP,
    Did,
    Span,
    day_of,
    within,
)
from store import reports as rows
from store.library import Connection
from store.reports import AgentRow
from store.times import text

People = Mapping[str, Mapping[str, object]]  # the roster: agent -> its line

# store/desk.py's words -> those of desk.measures.presence.
OF_AGENTS: Mapping[str, str] = {
    "signed_in": SIGNED_IN,
    "available": SIGNED_IN,
    "break": BREAK,
    "signed_out": SIGNED_OUT,
    "accepted": TOOK,
    "released": DONE,
    "wrapped_up": WRAPPED_UP,
}
# How far a history is read beyond a day: who was there when it began, and when talks of its end were over.
BEFORE, AFTER = timedelta(seconds=LONGEST_SILENCE), timedelta(hours=4)


def days_of_agents(
    db: Connection, people: People, begin: datetime, end: datetime, now: datetime
) -> Iterator[tuple[str, list[Span], dict[str, float]]]:
    """(agent, free time within the day and the shift, seconds of work after each contact)."""
    until = min(now, end + AFTER)
    found = rows.agent_events(db, text(begin - BEFORE), text(until))
    for agent, story in groupby(found, key=lambda row: row.agent):
        day = day_of(map(_did, story), until.timestamp())
        line = people.get(agent, {})
        shift, zone = str(line.get("shift", "")), str(line.get("zone", "Asia/Jakarta"))
        yield agent, within(day.free, _spans_of(shift, zone, begin, end)), day.after_work


def _did(row: AgentRow) -> Did:
    until = seconds(str(json.loads(row.detail).get("wrap_up_until") or "")) if row.detail else 0.0
    return Did(seconds(row.at), OF_AGENTS[row.what], row.contact, until, _channel(row.contact))


def _channel(contact: str) -> str:
    """Calls have the carrier's Sid (CA...), dialogues an id of ours; see sessions/desk/desk.py."""
    return "voice" if contact.startswith(("CA", rows.CALLBACK_ID, rows.VOICEMAIL_ID)) else "text"


@lru_cache(maxsize=4096)
def _spans_of(shift: str, zone: str, begin: datetime, end: datetime) -> list[Span]:
    """A shift within the day; the whole day without one."""
    hours = shift_hours(shift, zone)
    whole = Span(begin.timestamp(), end.timestamp())
    if hours is None:
        return [whole]
    spans = []
    for day in days(begin.astimezone(hours.tz).date(), end.astimezone(hours.tz).date()):
        start = midnight(day, hours.tz)
        for first, last in intervals_on(hours, day)[0]:
            moments = [(start + timedelta(minutes=minute)).timestamp() for minute in (first, last)]
            spans.append(Span(moments[0], moments[1]))
    return within(spans, [whole])


def pieces(span: Span, every: str, zone: tzinfo) -> Iterator[Span]:
    """A span cut at the beginnings of periods."""
    while every:
        cut = end_of(span.begin, every, zone)
        if cut >= span.end:
            break
        yield Span(span.begin, cut)
        span = Span(cut, span.end)
    yield span


def days(first: date, last: date) -> Iterator[date]:
    """All days, both included."""
    return (first + timedelta(days=on) for on in range((last - first).days + 1))


def seconds(stored: str) -> float:
    """A stored moment as seconds since 1970; 0 for none."""
    return datetime.fromisoformat(stored).timestamp() if stored else 0.0
