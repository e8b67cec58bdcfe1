"""Themes for those who make policy: topics over time, sudden ones, new terms, what people ask, what only units can answer.

Only masked words are read, and nothing of what is RAHASIA. A period is compared with the one before it and with the same days of
the year before.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from desk import redaction
from desk.access import ROLES, SECRET
from desk.holidays_id import is_day_off
from desk.measures import themes
from desk.measures.casebook import FEW, NONE
from desk.measures.periods import midnight
from desk.measures.themes import BASELINE_WEEKS, NEW_TERM_WEEKS, Emerging
from sessions.gateway import Gateway
from sessions.moments import hours_of
from sessions.reports.report_cases import is_suggestion
from sessions.reports.reports import zone_for
from store import reports as rows
from store.library import Connection
from store.reports import CaseRow
from store.times import text

EXAMPLES = 5
LONGEST_EXAMPLE = 160
GAP_DAYS, GAP_ANSWERS = 30, 5  # answered by units more often than so, in so many days


@dataclass
class Theme:
    """A topic in three periods of the same length. ``persons`` of the first, counted no further than FEW."""

    topic: str
    now: int = 0
    before: int = 0
    last_year: int = 0
    persons: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Suggestion:
    """A case that is marked as a suggestion for policy, with its masked words."""

    ticket: str
    topic: str
    unit: str
    status: str
    words: str


@dataclass
class Themes:
    """Everything of the theme report."""

    themes: list[Theme]
    emerging: list[Emerging]
    pairs: list[str]
    questions: list[tuple[str, str]]
    suggestions: list[Suggestion]
    gaps: list[tuple[str, str, int]]  # topic, subtopic, answers of units


def themes_of(gateway: Gateway, first: date, last: date, day: date, services: Sequence[str] = ()) -> Themes:
    """The report of these days; ``day`` is the one that is looked at for what is sudden, ``last`` ends the week of new terms."""
    db = gateway.store.read()
    counted = _over_time(db, first, last, services)
    return Themes(
        counted,
        _emerging(gateway, db, day, services),
        _new_pairs(gateway, db, last, services),
        list(_questions(db, first, last, services, [theme.topic for theme in counted])),
        list(_suggestions(db, first, last, services)),
        _gaps(db, last, services),
    )


def over_time(gateway: Gateway, first: date, last: date, services: Sequence[str] = ()) -> list[Theme]:
    """Topics of these days, the most frequent first, beside the period before and the same days of last year."""
    return _over_time(gateway.store.read(), first, last, services)


def _cases(db: Connection, first: date, last: date, services: Sequence[str]) -> Iterator[CaseRow]:
    return rows.cases(db, f"{first:%Y%m%d}", f"{last:%Y%m%d}", services)


# -- over time


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _over_time(db: Connection, first: date, last: date, services: Sequence[str]) -> list[Theme]:
    length = last - first + timedelta(days=1)
    found: dict[str, Theme] = {}
    for row in _cases(db, first, last, services):
        theme = found.setdefault(row.topic or NONE, Theme(row.topic or NONE))
        theme.now += 1
        if len(theme.persons) < FEW:
            theme.persons.add(row.contact or "")
    for row in _cases(db, first - length, last - length, services):
        found.setdefault(row.topic or NONE, Theme(row.topic or NONE)).before += 1
    for row in _cases(db, a_year_before(first), a_year_before(last), services):
        found.setdefault(row.topic or NONE, Theme(row.topic or NONE)).last_year += 1
    return sorted(found.values(), key=lambda theme: (-theme.now, theme.topic))


def _emerging(gateway: Gateway, db: Connection, day: date, services: Sequence[str]) -> list[Emerging]:
    """Topics of the day against the same weekday of the weeks before; days on which the service was closed are skipped."""
    counts: dict[tuple[str, str], Counter[date]] = {}
    looked_at = [day, *(day - timedelta(weeks=back) for back in range(1, BASELINE_WEEKS + 1))]
    for each in looked_at:
        for row in _cases(db, each, each, services):
            counts.setdefault((row.service, row.topic or NONE), Counter())[each] += 1
    off = {flow.id: _days_off(gateway, flow.id, looked_at) for flow in gateway.services.services()}
    topics = sorted({topic for _, topic in counts})
    found = []
    for topic in topics:
        together: Counter[date] = Counter()
        closed: set[date] = set(looked_at)
        for (service, name), days in counts.items():
            if name == topic:
                together += days
                closed &= off.get(service, set())
        found.append(themes.emerging(topic, together[day], themes.baseline(together, day, closed)))
    return sorted(
        (each for each in found if each.cases), key=lambda each: (not each.alert, -each.z, each.topic)
    )


def _days_off(gateway: Gateway, service: str, days: Sequence[date]) -> set[date]:
    """Holidays of the service's own calendar: those that one of its opening hours closes on."""
    flow = gateway.services.current(service)
    if flow is None or not flow.hours:
        return set()
    hours = hours_of(flow, next(iter(flow.hours)))
    return {
        day
        for day in days
        if day in hours.closed or (is_day_off(day, hours.closed_on) and day not in hours.open)
    }


# -- words


def _new_pairs(gateway: Gateway, db: Connection, last: date, services: Sequence[str]) -> list[str]:
    zone = zone_for(gateway, services)
    end, week = last + timedelta(days=1), last - timedelta(days=6)
    edges = [text(midnight(day, zone)) for day in (week - timedelta(weeks=NEW_TERM_WEEKS), week, end)]
    now = (words for _, words in rows.masked_words(db, edges[1], edges[2], services))
    before = (words for _, words in rows.masked_words(db, edges[0], edges[1], services))
    return themes.new_pairs(now, before)


def _questions(
    db: Connection, first: date, last: date, services: Sequence[str], topics: Sequence[str]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Up to five masked questions of each topic, of different persons."""
    found: dict[str, dict[str, str]] = {topic: {} for topic in topics}
    for row in _cases(db, first, last, services):
        known, person = found.get(row.topic or NONE), row.contact or row.ticket
        if known is None or len(known) >= EXAMPLES or person in known or row.classification == SECRET:
            continue
        words = _words(db, row.ticket)
        if words and words not in known.values():
            known[person] = words
    for topic in topics:
        yield from ((topic, words) for words in found[topic].values())


def _words(db: Connection, ticket: str) -> str:
    """The first of a case's masked words, masked once more: rules may have become better since."""
    words = next((body for body in rows.texts_of(db, ticket) if len(body.split()) > 2), "")
    plain = " ".join(redaction.mask(words).split())
    return plain if len(plain) <= LONGEST_EXAMPLE else plain[: LONGEST_EXAMPLE - 1] + "…"


# -- what follows from it


def _suggestions(db: Connection, first: date, last: date, services: Sequence[str]) -> Iterator[Suggestion]:
    for row in _cases(db, first, last, services):
        if row.classification != SECRET and is_suggestion(json.loads(row.fields)):
            yield Suggestion(
                row.ticket, row.topic or NONE, row.unit or NONE, row.status, _words(db, row.ticket)
            )


def _gaps(db: Connection, last: date, services: Sequence[str]) -> list[tuple[str, str, int]]:
    """What only units could answer, and often: a proposal for tier 1 (the unit has to agree)."""
    answers: Counter[tuple[str, str]] = Counter()
    # A case may have been opened some time before its unit answered.
    for row in _cases(db, last - timedelta(days=4 * GAP_DAYS), last, services):
        if _answered_by_unit(row) and last - timedelta(days=GAP_DAYS) < _day(row.answered_at) <= last:
            answers[row.topic or NONE, row.subtopic or NONE] += 1
    often = ((topic, subtopic, count) for (topic, subtopic), count in answers.items() if count > GAP_ANSWERS)
    return sorted(often, key=lambda gap: (-gap[2], gap))


def _answered_by_unit(row: CaseRow) -> bool:
    """Units sign with their own name (desk/caseload), everybody else with the role."""
    return bool(row.answered_at and row.answer_source) and (
        row.answer_source == "T3" or row.answer_source not in ROLES
    )


def _day(stored: str | None) -> date:
    return date.fromisoformat((stored or "")[:10])
