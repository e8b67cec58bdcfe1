"""Opening hours of the four centres: to the minute, over holidays, in three zones, and promises."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.hours import (
    HOLIDAY,
    OPEN,
    add_working_days,
    closing,
    due_next_working_day,
    is_working_day,
    next_change,
    next_open,
    parse,
    state,
)
from desk.hours_in_words import describe, promise

BOTH = ["national", "collective_leave"]
BI = parse({"mon-fri": ["08:00-16:00"], "closed_on": BOTH})
OJK = parse({"daily": ["07:45-16:45"], "closed_on": ["national"]})
PIKET = parse({"daily": ["07:00-22:00"]})
SPLIT = parse(
    {
        "mon-thu": ["08:00-12:00", "13:00-16:00"],
        "fri": ["08:00-11:30", "13:00-16:00"],
        "closed_on": BOTH,
        "closed": ["2026-12-31"],
        "open": {"2026-05-02": ["08:00-12:00"], "2026-08-17": ["09:00-10:00"]},
        "ramadan": {"from": "2026-02-18", "until": "2026-03-19", "mon-fri": ["08:00-15:00"]},
    }
)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        (BI, "2026-03-11T07:59:59", "closed"),
        (BI, "2026-03-11T08:00:00", "open"),
        (BI, "2026-03-11T15:59:59", "open"),
        (BI, "2026-03-11T16:00:00", "closed"),
        (BI, "2026-03-14T10:00:00", "closed"),  # Saturday
        (BI, "2026-03-18T10:00:00", "holiday"),  # collective leave for Nyepi
        (BI, "2026-03-18T03:00:00", "holiday"),  # all day long, also before opening
        (BI, "2026-03-21T10:00:00", "closed"),  # Idulfitri on a Saturday: no hours to lose
        (BI, "2026-05-01T10:00:00", "holiday"),
        (OJK, "2026-03-14T10:00:00", "open"),
        (OJK, "2026-03-18T10:00:00", "open"),  # only national holidays close it
        (OJK, "2026-03-21T10:00:00", "holiday"),
        (OJK, "2026-03-11T07:44:00", "closed"),
        (OJK, "2026-03-11T16:44:00", "open"),
        (PIKET, "2026-03-21T21:59:00", "open"),
        (PIKET, "2026-03-21T22:00:00", "closed"),
        (SPLIT, "2026-04-01T11:59:00", "open"),
        (SPLIT, "2026-04-01T12:00:00", "closed"),
        (SPLIT, "2026-04-01T13:00:00", "open"),
        (SPLIT, "2026-04-10T11:30:00", "closed"),  # Friday prayer
        (SPLIT, "2026-03-12T12:30:00", "open"),  # Ramadan: no midday break
        (SPLIT, "2026-03-12T15:30:00", "closed"),
        (SPLIT, "2026-02-17T10:00:00", "holiday"),  # Imlek, the day before the season
        (SPLIT, "2026-12-31T10:00:00", "holiday"),  # closed by the service itself
        (SPLIT, "2026-05-02T10:00:00", "open"),  # an extra Saturday
        (SPLIT, "2026-08-17T09:30:00", "open"),  # an extra opening wins over a holiday
        (SPLIT, "2026-08-17T10:00:00", "closed"),
    ],
)
def test_state_to_the_minute(hours, at, expected):
    assert state(hours, wib(at)) == expected


@pytest.mark.parametrize(
    ("zone", "utc_opening"),
    [("Asia/Jakarta", 1), ("WIB", 1), ("Asia/Makassar", 0), ("WITA", 0), ("Asia/Jayapura", -1), ("WIT", -1)],
)
def test_each_service_opens_by_its_own_zone(zone, utc_opening):
    hours = parse({"mon-fri": ["08:00-16:00"]}, zone)
    opening = datetime.fromisoformat("2026-03-11T00:00:00+00:00") + timedelta(hours=utc_opening)
    assert state(hours, opening - timedelta(seconds=1)) == "closed"
    assert state(hours, opening) == OPEN


def test_the_next_opening_skips_nights_weekends_and_holidays():
    assert next_open(BI, wib("2026-03-11T09:00:00")) == wib("2026-03-11T09:00:00")
    assert next_open(BI, wib("2026-03-13T19:05:00")) == wib("2026-03-16T08:00:00")
    assert next_open(BI, wib("2026-03-17T16:00:00")) == wib("2026-03-25T08:00:00")
    assert next_open(SPLIT, wib("2026-04-10T12:00:00")) == wib("2026-04-10T13:00:00")


def test_hours_that_never_open_again_say_so():
    past = parse({"open": {"2026-01-02": ["08:00-09:00"]}})
    assert next_open(past, wib("2026-03-11T09:00:00")) is None
    assert next_change(past, wib("2026-03-11T09:00:00")) is None


def test_the_next_change_is_the_next_moment_a_caller_would_notice():
    assert next_change(BI, wib("2026-03-11T09:00:00")) == wib("2026-03-11T16:00:00")
    assert next_change(BI, wib("2026-03-17T17:00:00")) == wib("2026-03-18T00:00:00")  # closed -> holiday
    assert next_change(parse({"daily": "24h"}), wib("2026-03-11T09:00:00")) is None


@given(st.integers(min_value=0, max_value=330 * 24 * 3600), st.sampled_from([BI, OJK, SPLIT]))
def test_nothing_changes_between_now_and_the_next_change(seconds, hours):
    at = wib("2026-01-01T00:00:00") + timedelta(seconds=seconds)
    change = next_change(hours, at)
    assert change is not None and change > at
    middle = at + (change - at) / 2
    assert state(hours, middle) == state(hours, at) != state(hours, change)


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        ("2026-03-11T10:30:00", 10, "2026-04-01T16:00:00"),  # skips Nyepi, Idulfitri and their leave
        ("2026-03-11T10:30:00", 17, "2026-04-13T16:00:00"),
        ("2026-04-06T09:00:00", 5, "2026-04-13T16:00:00"),
        ("2026-04-06T09:00:00", 10, "2026-04-20T16:00:00"),
        ("2026-04-06T09:00:00", 20, "2026-05-05T16:00:00"),  # 1 May is a holiday
        ("2026-04-08T09:00:00", 20, "2026-05-07T16:00:00"),
        ("2026-04-06T15:59:59", 1, "2026-04-07T16:00:00"),
        ("2026-04-06T16:00:00", 1, "2026-04-08T16:00:00"),  # after closing: received the next working day
        ("2026-04-11T09:00:00", 1, "2026-04-14T16:00:00"),  # Saturday: received on Monday
    ],
)
def test_working_days_of_the_domain_page(received, count, due):
    assert add_working_days(BI, wib(received), count) == wib(due)


def test_a_service_that_answers_on_weekends_still_counts_monday_to_friday():
    assert add_working_days(OJK, wib("2026-04-10T09:00:00"), 1) == wib("2026-04-13T16:45:00")
    assert not is_working_day(OJK, date(2026, 3, 18))


def test_a_deadline_of_no_days_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        add_working_days(BI, wib("2026-04-06T09:00:00"), 0)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-13T19:05:00", "2026-03-16T16:00:00"),  # Friday evening: scenario KP-1
        ("2026-03-13T10:00:00", "2026-03-16T16:00:00"),
        ("2026-03-14T10:00:00", "2026-03-16T16:00:00"),
        ("2026-03-17T10:00:00", "2026-03-25T16:00:00"),
    ],
)
def test_a_message_is_due_at_closing_time_of_the_next_working_day(at, due):
    assert due_next_working_day(BI, wib(at)) == wib(due)


def test_a_promise_names_day_time_and_zone():
    at = wib("2026-03-13T19:05:00")
    assert promise(BI, at, "id") == "hari kerja berikutnya, Senin 16 Maret 2026 pukul 16.00 WIB"
    assert promise(BI, at, "en") == "the next working day, Monday 16 March 2026 at 16:00 WIB"


@pytest.mark.parametrize(
    ("spec", "indonesian", "english"),
    [
        (
            {"mon-fri": ["08:00-16:00"]},
            "Senin sampai Jumat pukul 08.00-16.00 WIB",
            "Monday to Friday 08:00-16:00 WIB",
        ),
        ({"daily": ["07:45-16:45"]}, "setiap hari pukul 07.45-16.45 WIB", "every day 07:45-16:45 WIB"),
        ({"daily": "24h"}, "setiap hari 24 jam", "every day 24 hours"),
        (
            {"sat-sun": ["09:00-12:00"]},
            "Sabtu dan Minggu pukul 09.00-12.00 WIB",
            "Saturday and Sunday 09:00-12:00 WIB",
        ),
        (
            {"mon-thu": ["08:00-12:00", "13:00-16:00"], "fri": ["08:00-11:30", "13:00-16:00"]},
            "Senin sampai Kamis pukul 08.00-12.00 dan 13.00-16.00, "
            "Jumat pukul 08.00-11.30 dan 13.00-16.00 WIB",
            "Monday to Thursday 08:00-12:00 and 13:00-16:00, Friday 08:00-11:30 and 13:00-16:00 WIB",
        ),
        ({"mon,wed": ["08:00-24:00"]}, "Senin pukul 08.00-24.00, Rabu pukul 08.00-24.00 WIB", None),
    ],
)
def test_hours_in_words(spec, indonesian, english):
    assert describe(parse(spec), "id") == indonesian
    if english:
        assert describe(parse(spec), "en") == english


def test_hours_in_another_zone_name_it():
    assert describe(parse({"mon-fri": ["08:00-16:00"]}, "Asia/Makassar"), "id").endswith("16.00 WITA")


def test_a_day_that_ends_at_midnight_closes_with_the_next_day():
    late = parse({"mon": ["20:00-24:00"]})
    assert closing(late, date(2026, 3, 9)) == wib("2026-03-10T00:00:00")
    assert state(late, wib("2026-03-09T23:59:59")) == OPEN


def test_every_fault_of_wrong_hours_is_named_at_once():
    with pytest.raises(ValueError) as caught:
        parse(
            {
                "mon-fry": ["08:00-16:00"],
                "tue": ["16:00-08:00"],
                "tuesday": ["08:00-09:00"],
                "wed": "08:00-16:00",
                "thu": ["08:00-12:00", "11:00-13:00"],
                "fri": ["8-16", "08:60-09:00"],
                "sat-sun": ["08:00-12:00"],
                "sun": ["08:00-12:00"],
                "closed_on": ["easter"],
                "closed": ["31-12-2026"],
                "open": {"2026-02-30": ["08:00-12:00"]},
                "ramadan": {"from": "2026-03-19", "until": "2026-02-18", "daily": ["08:00-15:00"]},
            },
            "Asia/Atlantis",
        )
    faults = str(caught.value).split("\n")
    for part in (
        "Asia/Atlantis", "'mon-fry'", "ends before it begins", "'tuesday'", "wed: '08:00-16:00' is no list",
        "thu: hours overlap", "'8-16' is no interval", "'08:60-09:00' is no time", 
        "sun has hours already", "'easter'",
        "'31-12-2026'", "'2026-02-30'", "from 2026-03-19 is after until",
    ):  # fmt: skip
        assert any(part in fault for fault in faults), f"{part} is missing in {faults}"
    assert len(faults) == 13


def test_hours_without_any_hours_are_refused():
    with pytest.raises(ValueError, match="no opening hours at all"):
        parse({"closed_on": ["national"]})


def test_a_holiday_is_told_apart_from_a_closed_evening():
    assert state(BI, wib("2026-12-25T10:00:00")) == HOLIDAY
