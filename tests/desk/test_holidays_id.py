"""The Indonesian calendar against the joint decree for 2026, and what is only an estimate."""

from datetime import date

import pytest

from desk.holidays_id import COLLECTIVE_LEAVE, NATIONAL, days, is_day_off, is_decreed, name_of

DECREE_2026 = {
    NATIONAL: [
        "01-01", "01-16", "02-17", "03-19", "03-21", "03-22", "04-03", "04-05",
        "05-01", "05-14", "05-27", "05-31",
        "06-01", "06-16", "08-17", "08-25", "12-25",
    ],
    COLLECTIVE_LEAVE: ["02-16", "03-18", "03-20", "03-23", "03-24", "05-15", "05-28", "12-24"],
}  # fmt: skip


@pytest.mark.parametrize("kind", [NATIONAL, COLLECTIVE_LEAVE])
def test_2026_is_the_decreed_calendar_day_by_day(kind):
    assert [f"{day:%m-%d}" for day in days(2026, kind)] == DECREE_2026[kind]


def test_national_holidays_and_collective_leave_are_kept_apart():
    leave = date(2026, 3, 18)
    assert is_day_off(leave)
    assert is_day_off(leave, (COLLECTIVE_LEAVE,))
    assert not is_day_off(leave, (NATIONAL,))
    assert not is_day_off(leave, ())


def test_holidays_have_names_in_both_languages():
    assert name_of(date(2026, 8, 17)) == "Hari Kemerdekaan Republik Indonesia"
    assert name_of(date(2026, 8, 17), "en") == "Independence Day"
    assert name_of(date(2026, 3, 18)).startswith("Cuti Bersama")
    assert name_of(date(2026, 3, 11)) == ""


@pytest.mark.parametrize(("year", "decreed"), [(2025, True), (2026, True), (2027, True), (2028, False)])
def test_a_year_without_collective_leave_is_an_estimate(year, decreed):
    assert is_decreed(year) is decreed
