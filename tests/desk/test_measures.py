"""The formulas of the domain page, on its own worked example and at their edges."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.measures import Sums, figures, of_call
from desk.measures.figures import EMPTY, FORMULAS, on_target
from desk.measures.quality import Settled, first_contact, ikm
from desk.measures.staffing import agents_needed, service_level
from desk.measures.sums import OUTCOMES
from desk.measures.themes import baseline, emerging, new_pairs, publishable

# The worked example of domain section 3.2: twenty calls that were put to a queue.
WORKED = """\
answered,4,180,0,40,1
answered,12,240,20,60,1
answered,19,150,0,30,1
answered,20,300,60,90,2
answered,21,210,0,45,1
answered,28,120,0,30,1
answered,30,200,10,50,1
answered,31,260,0,60,1
answered,45,190,0,40,1
answered,75,420,90,120,3
answered,110,150,0,30,1
answered,9,90,0,20,1
abandoned,3,0,0,0,0
abandoned,5,0,0,0,0
abandoned,6,0,0,0,0
abandoned,48,0,0,0,0
abandoned,130,0,0,0,0
callback,60,0,0,0,1
callback,90,0,0,0,1
voicemail,40,0,0,0,1
"""


def worked() -> Sums:
    calls = [
        of_call(
            outcome, float(wait), talk=float(talk), hold=float(hold), after_work=float(acw), tier=int(tier)
        )
        for outcome, wait, talk, hold, acw, tier in csv.reader(io.StringIO(WORKED))
    ]
    return reduce(add, calls, Sums(entered=30, contained=26, left=4, available=1500))


def test_the_counts_of_the_worked_example():
    sums = worked()
    assert (sums.entered, sums.offered, sums.answered, sums.abandoned) == (50, 20, 12, 5)
    assert (sums.abandoned_short, sums.callbacks, sums.voicemails, sums.longest_wait) == (2, 2, 1, 130)


@pytest.mark.parametrize(
    ("name", "shown", "part", "whole"),
    [
        ("service_level", "25.0 %", 5, 20),
        ("service_level_net", "27.8 %", 5, 18),
        ("service_level_regulation", "44.4 %", 8, 18),
        ("asa", "33.7 s", 404, 12),
        ("abandonment", "25.0 %", 5, 20),
        ("abandonment_net", "16.7 %", 3, 18),
        ("answer_rate", "60.0 %", 12, 20),
        ("att", "209.2 s", 2510, 12),
        ("hold", "15.0 s", 180, 12),
        ("acw", "51.2 s", 615, 12),
        ("aht", "275.4 s", 3305, 12),
        ("occupancy", "68.8 %", 3305, 4805),
        ("escalation", "16.7 %", 2, 12),
        ("containment", "52.0 %", 26, 50),
        ("menu_loss", "8.0 %", 4, 50),
        ("callback_kept", "0.0 %", 0, 2),
    ],
)
def test_each_figure_of_the_worked_example_with_its_denominator(name, shown, part, whole):
    figure = figures(worked())[name]
    assert (figure.shown(), figure.part, figure.whole) == (shown, part, whole)


def test_nothing_happened_is_a_dash_everywhere():
    assert {figure.shown() for figure in figures(Sums()).values()} == {EMPTY}
    assert {on_target(name, figure) for name, figure in figures(Sums()).items()} == {None}


calls = st.builds(
    of_call,
    st.sampled_from(OUTCOMES),
    st.integers(0, 400),
    talk=st.integers(0, 900),
    hold=st.integers(0, 90),
    after_work=st.integers(0, 90),
    tier=st.integers(1, 4),
)


@given(st.lists(st.lists(calls, max_size=6), min_size=1, max_size=6))
def test_intervals_add_up_to_the_day(intervals):
    parts = [reduce(add, interval, Sums()) for interval in intervals]
    assert reduce(add, parts, Sums()) == reduce(add, list(chain(*intervals)), Sums())


@given(st.lists(calls, max_size=20))
def test_no_share_is_below_nothing_or_above_everything(rows):
    for name, figure in figures(reduce(add, rows, Sums())).items():
        if figure.unit == "%" and figure.value is not None:
            assert 0 <= figure.value <= 100, name


@pytest.mark.parametrize("wait", [19.9, 20, 20.1])
def test_exactly_twenty_seconds_are_within_twenty(wait):
    assert of_call("answered", wait).answered_in_level == (wait <= 20)


def test_a_wrong_outcome_and_a_negative_time_are_refused():
    with pytest.raises(ValueError, match="none of answered"):
        of_call("lost", 1)
    with pytest.raises(ValueError, match="out of order"):
        of_call("answered", -1)


def test_targets_are_met_and_missed():
    found = figures(worked())
    assert on_target("service_level", found["service_level"]) is False
    assert on_target("occupancy", found["occupancy"]) is False  # too little is as wrong as too much
    assert on_target("asa", figures(of_call("answered", 8))["asa"]) is True
    assert on_target("containment", found["containment"]) is None
    assert all(formula.id and formula.en for formula in FORMULAS.values())


def test_the_index_of_satisfaction_is_a_ninth_of_each_element():
    assert ikm([3.40, 3.25, 3.10, 3.90, 3.35, 3.50, 3.55, 3.20, 3.30]) == (84.86, "B", "baik")
    assert [ikm([mean] * 9)[1] for mean in (1.0, 2.6, 3.07, 3.6)] == ["D", "C", "B", "A"]
    for wrong in ([3.0] * 8, [0.5] * 9, [4.1] * 9):
        with pytest.raises(ValueError, match="9 elements"):
            ikm(wrong)


def test_grades_have_no_gap_between_them():
    """76.605 rounds to 76.61 on the scale of the regulation: every index has a grade."""
    for hundredth in range(2500, 10_001, 7):
        ikm([hundredth / 2500] * 9)


def test_erlang_c_of_the_worked_example():
    assert round(service_level(120, 270, 12) * 100, 1) == 78.7
    assert round(service_level(120, 270, 13) * 100, 1) == 88.3
    assert agents_needed(120, 270) == 13
    assert service_level(120, 270, 9) == 0 and service_level(0, 270, 1) == 1
    with pytest.raises(ValueError, match="not even"):
        agents_needed(10_000_000, 270)


MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def case(days: float, person: str = "p", topic: str = "efin", **more) -> Settled:
    at = MORNING + timedelta(days=days)
    return Settled(
        person, topic, at, more.pop("closed", at + timedelta(hours=1)), more.pop("tier", 1), **more
    )


@pytest.mark.parametrize(
    ("cases", "part", "whole"),
    [
        ([case(0)], 1, 1),
        ([case(0), case(3)], 1, 2),  # came back on the same topic: the first was not settled
        ([case(0), case(3, topic="spt")], 2, 2),
        ([case(0), case(3, person="q")], 2, 2),
        ([case(0), case(9)], 2, 2),
        ([case(0), case(3, closed=None)], 0, 1),  # also a case that is still open is a new contact
        ([case(0, tier=2)], 0, 1),
        ([case(0, reopened=True)], 0, 1),
        ([case(0, person=""), case(1, person="")], 2, 2),
        ([], 0, 0),
    ],
)
def test_settled_at_the_first_contact(cases, part, whole):
    figure = first_contact(cases)
    assert (figure.part, figure.whole) == (part, whole)


@pytest.mark.parametrize(
    ("x", "usual", "z", "alert"),
    [
        (19, [4, 6, 5, 5], 6.26, True),
        (20, [9, 12, 10, 13], 2.71, False),
        (9, [0, 0, 0, 0], 9.0, False),
        (12, [], 12.0, True),
    ],
)
def test_an_emerging_topic(x, usual, z, alert):
    found = emerging("t", x, usual)
    assert (round(found.z, 2), found.alert) == (z, alert)


def test_the_usual_days_are_the_same_weekday_without_holidays():
    day = date(2026, 3, 26)
    counts = {day - timedelta(weeks=n): n for n in range(1, 6)}
    assert baseline(counts, day) == [1, 2, 3, 4]
    assert baseline(counts, day, {date(2026, 3, 19)}) == [2, 3, 4]
    assert baseline({}, day) == [0, 0, 0, 0]


def test_new_pairs_of_words_count_cases_not_repetitions():
    week = ["Kode otorisasi gagal, kode otorisasi gagal"] * 9
    assert new_pairs(week, []) == []
    week.append("kode otorisasi hilang")
    assert new_pairs(week, []) == ["kode otorisasi"]
    assert new_pairs(week, ["kode otorisasi"] * 2) == []


def test_small_cells_are_not_published_nor_given_away_by_the_total():
    assert publishable({"a": 4, "b": 3, "c": 50}) == {"a": None, "b": None, "c": 50}
    assert publishable({"a": 4, "b": 60, "c": 50}) == {"a": None, "b": 60, "c": None}
    assert publishable({"a": 0, "b": 5}) == {"a": 0, "b": 5}
