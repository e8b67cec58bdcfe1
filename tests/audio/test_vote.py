"""One text of several hearings: the word that most of them have, in its place and at its time."""

from __future__ import annotations

import pytest

from audio.engines.duet import agreed
from audio.engines.passes import Heard, Spoken
from audio.engines.vote import joined, vote
from audio.engines.windows import Window


def hearing(text: str, probability: float = 0.8) -> list[Spoken]:
    """A word every second."""
    return [
        Spoken(float(at), at + 0.5, f" {word}", probability) for at, word in enumerate(text.split(), start=1)
    ]


def said(words: tuple[Spoken, ...]) -> str:
    return "".join(word.text for word in words).strip()


@pytest.mark.parametrize(
    ("hearings", "text"),
    [
        (["user will join the com friends", "User will join the conference.", "user will join the conference"], "user will join the conference."),
        (["or pound the cancel", "or pound cancel", "Or pound to cancel"], "or pound the cancel"),
        (["to exit the menu", "Do you accept the menu", "to exit the menu"], "to exit the menu"),
        (["given use", "given use", "is in use"], "given use"),
        (["press star", "press star", "please press star"], "press star"),
        (["star", "press star", "Press star"], "press star"),
        (["", "hello world", "hello world"], "hello world"),
        (["hello", "", ""], ""),
        (["one", "two", "three"], "one"),
        (["one", "two"], "one"),
        (["alone"], "alone"),
    ],
)  # fmt: skip
def test_the_word_of_most_hearings_is_kept_and_the_first_hearing_breaks_ties(hearings, text):
    assert said(vote([hearing(each) for each in hearings])) == text


def test_words_count_as_one_in_either_case_and_with_their_points():
    assert said(vote([hearing("Press, One."), hearing("press one"), hearing("press won")])) == "Press, One."


def test_a_word_is_as_sure_as_all_hearings_together():
    (word,) = vote([hearing("yes", 0.9), hearing("yes", 0.6), hearing("no", 0.9)])
    assert word.probability == pytest.approx(0.5)


def test_times_go_forward_though_hearings_differ():
    early = [Spoken(0.2, 0.4, " please", 0.9), Spoken(0.5, 0.9, " wait", 0.9)]
    late = [Spoken(3.0, 3.3, " do", 0.9), Spoken(3.4, 3.6, " please", 0.9), Spoken(3.7, 4.0, " wait", 0.9)]
    found = vote([late, early, late])
    assert said(found) == "do please wait"
    assert [word.start for word in found] == sorted(word.start for word in found)
    assert all(word.end >= word.start for word in found)


def test_parts_of_a_word_are_one_word_and_a_point_goes_with_the_word_before_it():
    parts = [
        Spoken(0.0, 0.3, " re", 0.9),
        Spoken(0.3, 0.8, "-entered", 0.7),
        Spoken(0.8, 0.9, " …", 0.1),
        Spoken(1.0, 1.2, " it", 0.8),
    ]
    assert joined(parts) == [Spoken(0.0, 0.9, " re-entered …", 0.7), Spoken(1.0, 1.2, " it", 0.8)]


WINDOW = Window(((10.0, 14.0), (20.0, 24.0)))


def heard(window: Window, text: str, *, circling: bool = False, score: float = -0.3) -> Heard:
    return Heard(window, tuple(hearing(text)), score, circling)


def test_what_was_heard_in_halves_stands_where_it_was_said():
    first, second = WINDOW.halves()
    (whole,) = agreed(
        WINDOW, [[heard(first, "good"), heard(second, "morning")], [heard(WINDOW, "good morning")]]
    )
    assert [(word.text, word.start) for word in whole.words] == [(" good", 1.0), (" morning", 5.0)]
    assert whole.window == WINDOW and not whole.circling


def test_a_hearing_that_goes_in_circles_has_no_vote():
    circles = [heard(WINDOW, "", circling=True)]
    (found,) = agreed(WINDOW, [circles, circles, [heard(WINDOW, "good morning")]])
    assert said(found.words) == "good morning"
    assert agreed(WINDOW, [circles, circles]) == circles


def test_where_a_part_begins_in_its_window():
    assert WINDOW.offset(Window(((12.0, 14.0),))) == 2.0
    assert WINDOW.offset(Window(((20.5, 24.0),))) == 4.5
    assert WINDOW.offset(WINDOW) == 0.0
