"""What people decide otherwise than the calendar: which state, until when, what is refused. And that spans say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.hours import CLOSED, HOLIDAY, OPEN, due_next_working_day, next_change, next_open, state
from desk.overrides import (
    AUTOMATIC,
    EMERGENCY,
    LONGEST,
    MOST_REASON,
    Override,
    Wish,
    announcement,
    faults,
    forced,
)
from desk.spans import Cursor, Span, holiday_spans, open_spans
from tests.desk.test_hours import BI, wib

NOW = wib("2026-03-11T10:15")


def over(state: str, begin: str, end: str, hours: str = "", **more) -> Override:
    return Override("1", "bi", hours, state, wib(begin), wib(end), "why", "sinta", **more)


def with_(*overrides: Override, name: str = "petugas"):
    return replace(BI, forced=forced(overrides, name))


CLOSING = over("closed", "2026-03-11T10:15", "2026-03-11T12:00")
EVENING = over("open", "2026-03-11T15:30", "2026-03-11T20:00")
LEAVE = over("open", "2026-03-18T09:00", "2026-03-18T11:00")  # on a day of collective leave


@pytest.mark.parametrize(
    ("overrides", "at", "expected"),
    [
        ([CLOSING], "2026-03-11T10:14:59", OPEN),
        ([CLOSING], "2026-03-11T10:15", CLOSED),
        ([CLOSING], "2026-03-11T11:59:59", CLOSED),
        ([CLOSING], "2026-03-11T12:00", OPEN),
        ([EVENING], "2026-03-11T19:59", OPEN),
        ([EVENING], "2026-03-11T20:00", CLOSED),
        ([LEAVE], "2026-03-18T08:59", HOLIDAY),
        ([LEAVE], "2026-03-18T09:00", OPEN),
        ([over(EMERGENCY, "2026-03-11T08:00", "2026-03-11T20:00")], "2026-03-11T10:15", CLOSED),
        # what is said of one entry goes before what is said of the service, whichever was said first
        (
            [CLOSING, over("open", "2026-03-11T10:30", "2026-03-11T11:00", "petugas")],
            "2026-03-11T10:45",
            OPEN,
        ),
        (
            [CLOSING, over("open", "2026-03-11T10:30", "2026-03-11T11:00", "piket")],
            "2026-03-11T10:45",
            CLOSED,
        ),
    ],
)
def test_what_was_decided_goes_before_the_calendar(overrides, at, expected) -> None:
    assert state(with_(*overrides), wib(at)) == expected


@pytest.mark.parametrize(
    ("overrides", "at", "opens", "changes"),
    [
        ([CLOSING], "2026-03-11T10:15", "2026-03-11T12:00", "2026-03-11T12:00"),
        ([CLOSING], "2026-03-11T09:00", "2026-03-11T09:00", "2026-03-11T10:15"),
        ([EVENING], "2026-03-11T15:00", "2026-03-11T15:00", "2026-03-11T20:00"),
        ([LEAVE], "2026-03-17T16:00", "2026-03-18T09:00", "2026-03-18T00:00"),
        ([over("closed", "2026-03-11T10:15", "2026-03-13T20:00")], "2026-03-11T11:00", "2026-03-16T08:00", "2026-03-14T00:00"),
    ],
)  # fmt: skip
def test_when_it_opens_and_changes_next(overrides, at, opens, changes) -> None:
    hours = with_(*overrides)
    assert next_open(hours, wib(at)) == wib(opens)
    if changes != "2026-03-14T00:00":  # closed by people, then closed by the calendar: no change at all
        assert next_change(hours, wib(at)) == wib(changes)


def test_what_is_promised_is_due_on_a_day_whose_end_people_are_there_for() -> None:
    days = with_(over("closed", "2026-03-11T10:15", "2026-03-13T12:00"))
    assert due_next_working_day(days, wib("2026-03-11T11:00")) == wib("2026-03-13T16:00")


def test_spans_hold_the_very_minutes_of_the_state() -> None:
    hours = with_(CLOSING, EVENING, LEAVE, over("closed", "2026-03-18T10:30", "2026-03-18T10:45", "petugas"))
    window = Span(wib("2026-03-11T00:00").astimezone(UTC), wib("2026-03-19T00:00").astimezone(UTC))
    opened, off = Cursor(open_spans(hours, window)), Cursor(holiday_spans(hours, window))
    at = window.begin
    while at < window.end:
        found = OPEN if opened.holds(at) else HOLIDAY if off.holds(at) else CLOSED
        assert found == state(hours, at), at
        at += timedelta(minutes=5)


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        (Wish("closed", reason="banjir", end=NOW + timedelta(hours=1)), {}),
        (Wish(AUTOMATIC, reason="surut"), {}),
        (Wish("shut", reason="banjir", end=NOW + timedelta(hours=1)), {"state": "unknown"}),
        (Wish("closed", end=NOW + timedelta(hours=1)), {"reason": "missing"}),
        (Wish("closed", reason="b" * (MOST_REASON + 1), end=NOW + timedelta(hours=1)), {"reason": "long"}),
        (Wish("closed", reason="banjir"), {"end": "missing"}),
        (Wish("closed", reason="banjir", end=NOW), {"end": "over"}),
        (Wish("closed", reason="banjir", end=NOW + LONGEST + timedelta(minutes=1)), {"end": "far"}),
        (Wish("closed", "kantin", "banjir", NOW + timedelta(hours=1)), {"hours": "unknown"}),
        (Wish(EMERGENCY, reason="b", end=NOW + timedelta(hours=1), words={"id": "Banjir."}), {"words_en": "missing"}),
        (Wish(EMERGENCY, reason="b", end=NOW + timedelta(hours=1), words={"id": "x" * 161, "en": "Flood."}), {"words_id": "long"}),
    ],
)  # fmt: skip
def test_what_is_refused(wish, wrong) -> None:
    assert faults(wish, ["petugas", "piket"], ["id", "en"], NOW) == wrong


def test_a_service_without_hours_has_nothing_to_open_or_close() -> None:
    end = NOW + timedelta(hours=1)
    assert faults(Wish("closed", reason="banjir", end=end), [], ["id"], NOW) == {"state": "no hours"}
    assert faults(Wish(EMERGENCY, reason="banjir", end=end, words={"id": "Banjir."}), [], ["id"], NOW) == {}


def test_only_an_emergency_that_holds_is_announced() -> None:
    words = {"id": "Banjir."}
    flood = over(EMERGENCY, "2026-03-11T10:00", "2026-03-11T12:00", words=words)
    assert announcement([CLOSING, flood], NOW) == words
    assert announcement([CLOSING], NOW) == announcement([flood], datetime(2026, 3, 12, tzinfo=UTC)) == {}
