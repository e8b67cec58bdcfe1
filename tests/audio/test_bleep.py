"""Where a secret was said, a tone is heard and nothing else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.bleep import LEVEL_DBFS, MARGIN, TONE_HZ, bleep, bleep_legs, merged

RATE = 8_000


@pytest.fixture
def speech():
    """Five seconds of loud noise, which has something of every frequency."""
    return np.random.default_rng(7).uniform(-0.9, 0.9, 5 * RATE).astype(np.float32)


def spectrum(samples):
    return np.abs(np.fft.rfft(samples * np.hanning(len(samples)))), np.fft.rfftfreq(len(samples), 1 / RATE)


def test_the_span_and_its_margin_are_the_tone_and_the_rest_is_untouched(speech):
    copy = bleep(speech, RATE, [(2.0, 2.5)])
    first, last = round((2.0 - MARGIN) * RATE), round((2.5 + MARGIN) * RATE)
    assert len(copy) == len(speech) and copy.dtype == speech.dtype
    assert (copy[: first - 1] == speech[: first - 1]).all() and (copy[last + 1 :] == speech[last + 1 :]).all()
    power, frequencies = spectrum(copy[first + 40 : last - 40])
    near = np.abs(frequencies - TONE_HZ) < 20
    assert abs(frequencies[power.argmax()] - TONE_HZ) < 2
    assert (power[~near] ** 2).sum() < 1e-6 * (power[near] ** 2).sum()  # of the noise nothing is left


def test_the_tone_is_as_loud_as_it_says_in_floats_and_in_whole_numbers(speech):
    for samples, full in ((speech, 1.0), ((speech * 32767).astype(np.int16), 32767.0)):
        tone = bleep(samples, RATE, [(1.0, 3.0)])[RATE + 400 : 3 * RATE - 400].astype(float) / full
        assert 20 * np.log10(np.sqrt(2 * (tone**2).mean())) == pytest.approx(LEVEL_DBFS, abs=0.1)


def test_the_tone_begins_and_ends_without_a_click():
    copy = bleep(np.zeros(RATE, np.float32), RATE, [(0.4, 0.6)])
    (heard,) = np.nonzero(copy)
    assert (
        np.abs(copy[heard[0] : heard[0] + 4]).max() < 0.02
        and np.abs(copy[heard[-1] - 3 : heard[-1] + 1]).max() < 0.02
    )
    assert np.abs(copy).max() > 0.09


def test_the_original_is_not_touched(speech):
    before = speech.copy()
    bleep(speech, RATE, [(0.0, 5.0)])
    assert (speech == before).all()


def test_spans_at_the_edges_keep_the_length(speech):
    copy = bleep(speech, RATE, [(0.0, 0.1), (4.95, 5.3)])
    assert len(copy) == len(speech) and copy[0] == 0.0 and abs(copy[-1]) <= 0.1
    assert (copy[RATE:-RATE] == speech[RATE:-RATE]).all()


def test_each_leg_has_its_own_spans(speech):
    officer, caller = bleep_legs((speech, speech), RATE, ([], [(1.0, 1.2)]))
    assert (officer == speech).all() and not (caller == speech).all()
    with pytest.raises(ValueError):
        bleep_legs((speech, speech), RATE, ([],))


@pytest.mark.parametrize("span", [(6.0, 7.0), (-2.0, -1.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_a_span_of_another_sound_is_refused_and_never_passed_over(speech, span):
    with pytest.raises(ValueError, match="span"):
        bleep(speech, RATE, [span])


def test_a_rate_that_carries_no_tone_is_refused(speech):
    with pytest.raises(ValueError, match="resample"):
        bleep(speech, 1_600, [(0.1, 0.2)])


TIMES = st.floats(0, 5, allow_nan=False)


@given(st.lists(st.tuples(TIMES, TIMES), max_size=8))
def test_merged_spans_cover_every_span_and_never_touch(spans):
    joined = merged(spans, 5.0)
    assert all(one[1] < two[0] for one, two in pairwise(joined))
    for span in spans:
        assert any(start <= min(span) and max(span) <= end for start, end in joined)
    copy = bleep(np.full(5 * RATE, 0.9, np.float32), RATE, spans)
    inside = np.zeros(5 * RATE, bool)
    for start, end in joined:
        inside[int(start * RATE) : int(np.ceil(end * RATE))] = True
    assert (np.abs(copy[inside]) < 0.11).all() and (copy[~inside] == np.float32(0.9)).all()
