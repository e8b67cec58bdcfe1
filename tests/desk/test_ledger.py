"""One contact counts once, whatever was written down of it, how often and in which order."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import reduce
from operator import add
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.measures import Sums
from desk.measures.ledger import (
    ARRIVED,
    ASKED,
    CLOSED,
    ENDED,
    GONE,
    HELD,
    LEFT,
    REACHED,
    RESUMED,
    RETURNED,
    TAKEN,
    WAITING,
    WHATS,
    Told,
    by_agent,
    passage,
    sums_of,
)  # fmt: skip
from desk.measures.periods import EVERY, after, begin, begin_of, between, label
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
)  # fmt: skip
from desk.measures.presence import WHATS as DONE_BY_AGENTS
from desk.measures.sums import ABANDONED, ANSWERED, CALLBACK, OUTCOMES, VOICEMAIL

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
IN = Told(100, ARRIVED, service="bicara131", skill="umum", tier=1)


def of(*story: Told, recorded: bool = False):
    found = passage((IN, *story), recorded=recorded)
    assert found is not None
    return found


# -- contacts


def test_a_wait_begins_at_the_queue_and_ends_with_the_answer():
    call = of(Told(120, TAKEN, "ani", 1), Told(300, ENDED, "ani"))
    assert (call.outcome, call.wait, call.handlings[0].talk, call.tier, call.agent) == (
        ANSWERED, 20, 180, 1, "ani",
    )  # fmt: skip
    assert (call.service, call.skill, call.entered_at) == ("bicara131", "umum", 100)


def test_hold_is_no_talk_and_ends_with_the_talk_at_the_latest():
    call = of(
        Told(104, TAKEN, "ani"), Told(110, HELD), Told(112, HELD), Told(130, RESUMED), Told(160, HELD), Told(170, ENDED)
    )  # fmt: skip
    assert (call.handlings[0].talk, call.handlings[0].hold) == (36, 30)


def test_who_is_sent_on_is_answered_once_and_belongs_to_the_tier_in_the_end():
    call = of(Told(110, TAKEN, "ani", 1), Told(150, RETURNED), Told(190, TAKEN, "budi", 2), Told(250, ENDED))
    assert (call.wait, call.transferred, call.tier, call.agent) == (10, True, 2, "budi")
    assert [(part.agent, part.talk) for part in call.handlings] == [("ani", 40), ("budi", 60)]
    sums = sums_of(call, after_work=15)
    assert (sums.answered, sums.transferred, sums.escalated, sums.talk, sums.after_work) == (1, 1, 1, 100, 15)


def test_an_agent_whose_line_broke_and_who_takes_the_same_caller_again_has_sent_nobody_on():
    call = of(Told(110, TAKEN, "ani"), Told(150, RETURNED), Told(160, TAKEN, "ani"), Told(200, ENDED))
    assert (call.transferred, sum(part.talk for part in call.handlings)) == (False, 80)


@pytest.mark.parametrize(
    ("story", "recorded", "outcome", "wait"),
    [
        ([Told(148, GONE)], False, ABANDONED, 48),
        ([Told(148, LEFT, why="too_long")], False, ABANDONED, 48),  # sent away is not served
        ([Told(140, LEFT, why="message")], True, VOICEMAIL, 40),
        ([Told(140, LEFT, why="message")], False, ABANDONED, 40),  # said nothing after the tone
        ([Told(160, ASKED)], False, CALLBACK, 60),
        ([Told(160, ASKED), Told(161, GONE)], False, CALLBACK, 60),
        ([Told(100.2, LEFT, why="closed")], False, CLOSED, 0.2),
        ([Told(100.2, LEFT, why="nobody")], False, CLOSED, 0.2),
        ([Told(400, LEFT, why="closed")], False, ABANDONED, 300),  # the doors shut behind somebody who waited
        ([], False, WAITING, 0),
    ],
)
def test_each_way_out_of_a_queue_is_one_outcome(story, recorded, outcome, wait):
    call = of(*story, recorded=recorded)
    assert (call.outcome, call.wait) == (outcome, pytest.approx(wait))


def test_who_meets_a_closed_queue_was_not_offered_and_who_waits_still_counts_nowhere_yet():
    assert sums_of(of(Told(100, LEFT, why="closed"))) == Sums(entered=1, closed=1)
    assert sums_of(of()) == Sums()


def test_a_second_queue_of_the_same_call_adds_to_its_wait_and_not_to_the_offered():
    call = of(
        Told(110, LEFT, why="key"),
        IN._replace(at=200, skill="kup"),
        Told(215, TAKEN, "ani"),
        Told(300, ENDED),
    )
    assert (call.wait, call.skill, sums_of(call).offered) == (25, "umum", 1)


@pytest.mark.parametrize(("reached_at", "kept"), [(500, True), (600, True), (601, False)])
def test_a_call_back_is_kept_until_the_end_of_its_promise(reached_at, kept):
    call = of(Told(160, ASKED, until=600), Told(reached_at, REACHED, "ani"), Told(reached_at + 90, ENDED))
    sums = sums_of(call, after_work=10)
    assert (sums.callbacks, sums.callbacks_kept, sums.answered) == (1, int(kept), 0)
    # Work, but no handling time of an answered call.
    assert (sums.handled, sums.worked) == (0, 100)


def test_a_crash_in_the_middle_of_a_talk_leaves_what_is_known():
    call = of(Told(110, TAKEN, "ani"), Told(140, HELD))
    assert (call.outcome, call.unfinished, call.handlings[0].talk) == (ANSWERED, True, 30)


def test_an_end_without_a_beginning_counts_nothing():
    assert passage([Told(5, ENDED), Told(6, GONE)]) is None


def test_each_agent_has_a_talk_of_its_own_and_the_first_has_the_wait():
    call = of(Told(110, TAKEN, "ani", 1), Told(150, RETURNED), Told(190, TAKEN, "budi", 2), Told(250, ENDED))
    (ani, _, first), (budi, tier, second) = by_agent(call, {"ani": 5, "budi": 7})
    assert (ani, budi, tier) == ("ani", "budi", 2)
    assert (first.wait_answered, first.talk, first.after_work, first.transferred) == (10, 40, 5, 1)
    assert (second.wait_answered, second.talk, second.after_work, second.transferred) == (0, 60, 7, 0)


tellings = st.builds(
    Told,
    at=st.integers(0, 50).map(float),
    what=st.sampled_from(WHATS),
    agent=st.sampled_from(["", "ani", "budi"]),
    tier=st.integers(0, 3),
    service=st.just("s"),
    skill=st.just("k"),
    why=st.sampled_from(["", "closed", "too_long", "message"]),
    until=st.sampled_from([0.0, 30.0]),
)


@given(st.lists(tellings, max_size=12), st.booleans(), st.randoms())
def test_no_story_gives_a_time_below_nothing_or_a_contact_twice(story, recorded, dice):
    first = passage(story, recorded=recorded)
    again = [*story, *dice.sample(story, len(story) // 2)]
    dice.shuffle(again)
    second = passage(again, recorded=recorded)
    if first is None or second is None:
        assert first is second
        return
    # Events of the very same moment have no order but the house's.
    assert (first.outcome, first.wait) == (second.outcome, second.wait)
    assert first.wait >= 0 and all(part.talk >= 0 and part.hold >= 0 for part in first.handlings)
    assert sums_of(first).offered == int(first.outcome in OUTCOMES)
    assert sums_of(first).entered == int(first.outcome != WAITING)
    assert sum(part.talk + part.hold for part in first.handlings) <= 50


# -- agents


def test_available_is_there_with_nothing_in_hand():
    day = day_of(
        [
            Did(0, SIGNED_IN), Did(60, TOOK, "CA1"), Did(100, DONE, "CA1", until=130), Did(200, BREAK), Did(260, SIGNED_IN),
            Did(300, SIGNED_OUT),
        ],
        1000,
    )  # fmt: skip
    assert day.free == [Span(0, 60), Span(130, 200), Span(260, 300)]
    assert day.after_work == {"CA1": 30}


def test_work_after_a_contact_ends_when_the_agent_says_so_or_takes_the_next_one():
    early = day_of([Did(0, TOOK, "CA1"), Did(10, DONE, "CA1", until=40), Did(25, WRAPPED_UP)], 100)
    assert (early.after_work, early.free) == ({"CA1": 15}, [Span(25, 100)])
    next_one = day_of([Did(0, TOOK, "CA1"), Did(10, DONE, "CA1", until=40), Did(30, TOOK, "CA2")], 100)
    assert (next_one.after_work, next_one.free) == ({"CA1": 20}, [])


def test_an_end_that_is_told_again_a_little_later_begins_no_second_work():
    day = day_of([Did(0, TOOK, "CA1"), Did(10, DONE, "CA1", until=40), Did(45, DONE, "CA1", until=75)], 100)
    assert (day.after_work, day.free) == ({"CA1": 30}, [Span(40, 100)])


def test_a_call_whose_end_is_missing_ends_with_the_next_call():
    day = day_of([Did(0, TOOK, "CA1"), Did(50, TOOK, "CA2"), Did(60, DONE, "CA2")], 100)
    assert day.free == [Span(60, 100)]


def test_three_dialogues_are_in_hand_until_the_last_has_ended():
    texts = [Did(at, TOOK, f"T{at}", channel="text") for at in (0, 5, 8)]
    day = day_of([*texts, Did(20, DONE, "T0"), Did(30, DONE, "T5"), Did(40, DONE, "T8")], 50)
    assert day.free == [Span(40, 50)]


def test_who_forgot_to_sign_out_is_not_available_all_night():
    day = day_of([Did(0, SIGNED_IN)], 3 * LONGEST_SILENCE)
    assert day.free == [Span(0, LONGEST_SILENCE)]


doings = st.builds(
    Did,
    at=st.integers(0, 60).map(float),
    what=st.sampled_from(DONE_BY_AGENTS),
    contact=st.sampled_from(["CA1", "CA2", "T1"]),
    until=st.sampled_from([0.0, 20.0, 70.0]),
    channel=st.sampled_from(["voice", "text"]),
)


@given(st.lists(doings, max_size=14), st.randoms())
def test_no_day_of_an_agent_has_a_moment_twice(story, dice):
    again = [*story, *dice.sample(story, len(story) // 2)]
    dice.shuffle(again)
    day = day_of(again, 60)
    assert day == day_of(story, 60)
    assert all(0 <= span.begin < span.end <= 60 for span in day.free)
    assert all(one.end <= other.begin for one, other in zip(day.free, day.free[1:], strict=False))
    spent = sum(span.end - span.begin for span in day.free) + sum(day.after_work.values())
    assert 0 <= spent <= 60 and all(seconds >= 0 for seconds in day.after_work.values())


def test_nobody_is_available_outside_the_shift():
    assert within([Span(0, 10), Span(20, 30), Span(50, 60)], [Span(5, 25), Span(28, 55)]) == [
        Span(5, 10), Span(20, 25), Span(28, 30), Span(50, 55),
    ]  # fmt: skip
    assert within([Span(0, 10)], []) == []


# -- periods


def test_a_day_begins_at_midnight_of_the_zone_and_not_of_the_server():
    late = datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)
    assert begin(late, "day", JAKARTA).date() == date(2026, 3, 31)
    assert begin(late, "month", JAKARTA).date() == date(2026, 3, 1)
    assert begin(late.replace(hour=17), "month", JAKARTA).date() == date(2026, 4, 1)
    assert begin_of(late.timestamp(), "30m", JAKARTA).strftime("%H:%M") == "23:30"


@pytest.mark.parametrize(
    ("every", "count"), [("15m", 2976), ("30m", 1488), ("hour", 744), ("day", 31), ("week", 6), ("month", 1)]
)
def test_march_has_so_many_periods(every, count):
    found = list(between(date(2026, 3, 1), date(2026, 3, 31), every, JAKARTA))
    assert len(found) == count and sorted(set(found)) == found


def test_every_hour_of_a_day_on_which_clocks_change_is_there_once():
    spring = list(between(date(2026, 3, 29), date(2026, 3, 29), "hour", BERLIN))
    autumn = list(between(date(2026, 10, 25), date(2026, 10, 25), "hour", BERLIN))
    assert (len(spring), len(autumn)) == (23, 25)
    assert len({start.astimezone(UTC) for start in autumn}) == 25


@given(
    st.integers(1_577_836_800, 1_893_456_000),
    st.sampled_from(EVERY),
    st.sampled_from([JAKARTA, BERLIN]),
)
def test_every_moment_is_in_exactly_one_period(moment, every, zone):
    at = datetime.fromtimestamp(moment, UTC)
    start = begin(at, every, zone)
    assert start.astimezone(UTC) <= at < after(start, every).astimezone(UTC)
    assert begin(start, every, zone) == start


def test_periods_are_labelled_as_clocks_and_calendars_here_show_them():
    start = datetime(2026, 3, 9, 9, 30, tzinfo=JAKARTA)
    assert [label(start, every) for every in ("30m", "day", "week", "month")] == [
        "2026-03-09 09.30", "2026-03-09", "2026-03-09 W11", "2026-03",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 200)), max_size=30))
def test_the_periods_of_a_range_add_up_to_the_range(calls):
    def sums(at: int, wait: int) -> Sums:
        story = [IN._replace(at=float(at)), Told(at + wait, TAKEN, "ani"), Told(at + wait + 60, ENDED)]
        found = passage(story)
        assert found is not None
        return sums_of(found)

    cells: dict[object, Sums] = {}
    for at, wait in calls:
        key = begin_of(at, "30m", JAKARTA)
        cells[key] = cells.get(key, Sums()) + sums(at, wait)
    assert reduce(add, cells.values(), Sums()) == reduce(add, (sums(*call) for call in calls), Sums())
    assert Counter(begin_of(at, "day", JAKARTA) for at, _ in calls).total() == len(calls)
