"""A calendar day by day: its pieces say what the state of each minute says, its rules are those of the hours, and what is unusual."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from desk.calendar import calendar, rule_at
from desk.hours import OPEN, Forced, state
from desk.spans import Span, midnight
from tests.desk.test_hours import BI, OJK, SPLIT, wib

FORCED = (
    Forced(wib("2026-03-11T10:15"), wib("2026-03-11T12:00"), "closed"),
    Forced(wib("2026-03-18T09:00"), wib("2026-03-18T11:00"), "open"),
)


@pytest.mark.parametrize("hours", [BI, OJK, SPLIT, replace(SPLIT, forced=FORCED)])
def test_pieces_hold_the_state_of_every_quarter_of_an_hour(hours) -> None:
    days = calendar(hours, date(2026, 3, 9), 21)
    assert [day.day for day in days] == [date(2026, 3, 9) + timedelta(days=n) for n in range(21)]
    for day in days:
        assert [run.begin for run in day.runs] == [0, *(run.end for run in day.runs[:-1])] and day.runs[
            -1
        ].end == 1440
        for run in day.runs:
            for minute in range(run.begin, run.end, 15):
                at = midnight(day.day, hours) + timedelta(minutes=minute)
                assert run.state == state(hours, at), (day.day, minute)
                assert run.forced == any(one.begin <= at < one.end for one in hours.forced), (day.day, minute)


@pytest.mark.parametrize(
    ("at", "kind", "name"),
    [
        ("2026-03-11T10:00", "season", "ramadan"),
        ("2026-03-11T11:00", "override", ""),
        ("2026-03-18T08:00", "collective_leave", ""),
        ("2026-05-01T08:00", "national", ""),
        ("2026-05-02T08:00", "open_day", ""),
        ("2026-12-31T08:00", "closed_day", ""),
        ("2026-06-02T08:00", "week", ""),
        ("2026-08-17T09:30", "open_day", ""),  # goes before the national holiday
    ],
)
def test_which_rule_decides(at, kind, name) -> None:
    rule = rule_at(replace(SPLIT, forced=FORCED), wib(at))
    assert (rule.kind, rule.name) == (kind, name)


def test_days_that_are_shorter_and_days_without_people_are_marked() -> None:
    window = Span(wib("2026-03-09T07:00").astimezone(UTC), wib("2026-03-09T12:00").astimezone(UTC))
    monday, tuesday = calendar(SPLIT, date(2026, 3, 9), 2, [window])
    assert (
        monday.unstaffed
        and tuesday.unstaffed
        and [run.staffed for run in monday.runs if run.state == OPEN] == [True, False]
    )
    assert monday.open == ((480, 900),) and not monday.short  # Ramadan, without a break: as many minutes
    assert calendar(replace(SPLIT, week=BI.week), date(2026, 3, 9), 1)[0].short
    assert calendar(BI, date(2026, 3, 9), 1)[0].unstaffed is False  # nobody knows who is on shift
