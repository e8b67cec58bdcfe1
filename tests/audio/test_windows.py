"""Speech is heard in half minutes that are cut at pauses, and every word keeps its time in the recording."""

import numpy as np

from audio.engines.windows import Window, windows
from audio.samples import RATE

PAUSED = Window(((2.0, 5.0), (10.0, 12.0), (20.0, 21.0)))


def test_stretches_fill_windows_in_turn_and_none_is_cut_or_lost():
    stretches = [(0.0, 10.0), (11.0, 21.0), (22.0, 31.0), (32.0, 33.5), (40.0, 80.0), (90.0, 91.0)]
    found = windows(stretches, 29)
    assert [len(window.stretches) for window in found] == [3, 1, 1, 1]
    assert [stretch for window in found for stretch in window.stretches] == stretches
    assert windows([], 29) == []


def test_a_window_holds_its_stretches_and_no_pause():
    samples = np.arange(30 * RATE, dtype=np.float32)
    heard = PAUSED.of(samples)
    assert len(heard) == 6 * RATE == PAUSED.seconds * RATE
    assert heard[0] == 2 * RATE and heard[3 * RATE] == 10 * RATE and heard[-1] == 21 * RATE - 1


def test_a_word_is_placed_where_it_was_said():
    assert [PAUSED.stretch_at(seconds) for seconds in (0, 2.9, 3.0, 4.9, 5.0, 6.5)] == [0, 0, 1, 1, 2, 2]
    assert PAUSED.time_at(1.0, 0) == 3.0
    assert PAUSED.time_at(3.5, 1) == 10.5


def test_a_word_that_reaches_into_the_next_stretch_ends_with_its_own():
    assert PAUSED.time_at(3.5, 0) == 5.0
    assert PAUSED.time_at(2.9, 1) == 10.0
    assert PAUSED.time_at(60, 2) == 21.0


def test_what_comes_after_a_word_starts_where_it_ended():
    assert PAUSED.after(4.0).stretches == ((11.0, 12.0), (20.0, 21.0))
    assert PAUSED.after(3.0).stretches == ((10.0, 12.0), (20.0, 21.0))
    assert PAUSED.after(0.0) == PAUSED
    assert PAUSED.after(6.0).seconds == PAUSED.after(9).seconds == 0


def test_a_window_is_halved_between_stretches():
    assert [half.stretches for half in PAUSED.halves()] == [((2.0, 5.0),), ((10.0, 12.0), (20.0, 21.0))]
    assert Window(((2.0, 5.0),)).halves() == (Window(((2.0, 5.0),)),)
