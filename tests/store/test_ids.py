"""Ids sort by the time they were made, and no two are alike, whatever clocks and processes do."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store import ids, times


def test_the_bits_are_where_the_ulid_specification_puts_them():
    # The example of the specification's reference implementation: 1469918176385 is 01ARYZ6S41.
    assert ids.ulid(1469918176385, 0) == "01ARYZ6S41" + "0" * 16
    assert ids.ulid((1 << 48) - 1, (1 << 80) - 1) == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
    assert ids.ulid(0, 33) == "0" * 24 + "11"


@pytest.mark.parametrize(("milliseconds", "chance"), [(-1, 0), (1 << 48, 0), (0, -1), (0, 1 << 80)])
def test_what_does_not_fit_is_refused(milliseconds, chance):
    with pytest.raises(ValueError, match="48 bits"):
        ids.ulid(milliseconds, chance)


def test_ids_made_one_after_the_other_sort_one_after_the_other():
    made = [ids.new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_ids_of_many_threads_are_all_different():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new_id(), range(20_000)))
    assert len(set(made)) == 20_000


def test_ids_of_given_moments_sort_by_them():
    start = datetime(2026, 3, 11, 2, tzinfo=UTC)
    moments = [start + timedelta(milliseconds=n) for n in range(100)]
    random.Random(1).shuffle(moments)
    made = {ids.new_id(moment): moment for moment in moments}
    assert [made[id] for id in sorted(made)] == sorted(moments)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_does_not_make_its_parents_ids():
    moment = datetime(2026, 3, 11, 2, tzinfo=UTC)
    ids.new_id(moment)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, ids.new_id(moment).encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 26).decode()
    os.close(reading)
    os.close(writing)
    assert len(theirs) == 26
    assert theirs != ids.new_id(moment)


def test_times_are_text_that_sorts_and_comes_back():
    moment = datetime(2026, 3, 11, 9, 5, 9, 120_999, tzinfo=times.instant("2026-03-11T09:05:09+07:00").tzinfo)
    assert times.text(moment) == "2026-03-11T02:05:09.120Z"
    assert times.instant("2026-03-11T02:05:09.120Z") == moment.replace(microsecond=120_000)
    assert times.plus("2026-03-11T23:59:59.900Z", 0.2) == "2026-03-12T00:00:00.100Z"
    with pytest.raises(ValueError, match="no time zone"):
        times.text(datetime(2026, 3, 11))  # noqa: DTZ001
