"""What Whisper is told and how it is made to listen again change words, never times, and no word is written twice."""

import math
from dataclasses import replace

import numpy as np
import pytest

from audio.band import is_narrow, mirrored
from audio.engines.passes import Heard, Listener, Spoken
from audio.engines.windows import Window
from audio.recipe import Recipe, recipe_for
from audio.samples import RATE
from audio.sound import Sound
from audio.transcript import LEFT_OUT, LOW
from audio.voice import earlier, speech_in
from bench.speech import wer
from bench.speech.telephone import at_level, noise, over_the_line, tone


@pytest.fixture(scope="module")
def message(speech):
    """Six short sentences of one speaker, 1.2 s apart: what was said, and the samples."""
    clips = [clip for clip in speech.clips("en", "ast_") if 3 < len(clip[0].split()) < 9][:6]
    rest = np.zeros(int(1.2 * RATE), np.float32)
    return " ".join(said for said, _ in clips), np.concatenate(
        [piece for _, sound in clips for piece in (rest, sound.legs[0])] + [rest]
    )


def test_a_message_that_is_shown_words_is_written_down_once_and_in_order(whisper, message):
    said, samples = message
    transcript = whisper.transcribe(Sound(RATE, (samples,)), "en", ("Coretax", "QRIS", "conference"))
    assert wer.errors(wer.words_of(said, "en"), wer.words_of(transcript.text, "en")) <= 4
    starts = [word.start for segment in transcript.segments for word in segment.words]
    assert starts == sorted(starts)


def test_a_segment_is_a_stretch_of_speech_and_its_words_lie_inside(whisper, message):
    _, samples = message
    recipe = recipe_for("en")
    stretches = earlier(speech_in(samples, recipe.pause), recipe.before, recipe.window)
    segments = whisper.transcribe(Sound(RATE, (samples,)), "en").segments
    assert 4 <= len(segments) <= len(stretches)
    for segment in segments:
        assert any(start - 0.01 <= segment.start and segment.end <= end + 0.01 for start, end in stretches), (
            segment
        )


def test_a_sentence_that_begins_softly_is_heard_from_its_beginning(whisper, speech):
    ((_, sound),) = speech.clips("en", "ast_confbridge-inc-talk-vol-in")
    line = over_the_line(at_level(sound.legs[0]))
    heard = whisper.transcribe(Sound(sound.rate, (line,)), "en").text
    assert heard.casefold().startswith("to increase your speaking volume")


class Circling(Listener):
    """Goes in circles wherever ``stuck`` says so; notes what it heard, and with what penalty."""

    def __init__(self, stuck) -> None:
        self.heard, self._stuck, self._recipe, self._told, self._untold = [], stuck, Recipe(), [1], [2]

    def _once(self, samples, window, asked, penalty=1.0):
        self.heard.append((window.stretches, penalty))
        word = Spoken(0.0, window.seconds, " ya", 0.9)
        return Heard(window, (word,), -0.3, self._stuck(window, penalty))


def test_what_goes_in_circles_is_heard_in_halves_then_with_a_penalty_and_then_left_out():
    one, two, three = (0.0, 2.0), (3.0, 5.0), (6.0, 8.0)
    # Only the middle one circles: the first time always, and with the penalty in the second run of this.
    for cured in (True, False):
        listener = Circling(
            lambda window, penalty, cured=cured: two in window.stretches and not (cured and penalty > 1)
        )
        heard = list(listener.hear(np.empty(0, np.float32), Window((one, two, three))))
        assert listener.heard == [
            ((one, two, three), 1.0), ((one,), 1.0), ((two, three), 1.0), ((two,), 1.0), ((two,), 1.2), ((three,), 1.0)
        ]  # fmt: skip
        assert [each.window.stretches for each in heard] == [(one,), (two,), (three,)]
        assert [bool(each.words) for each in heard] == [True, cured, True]


def test_where_a_stretch_was_left_out_the_transcript_says_so(whisper, message, monkeypatch):
    sound = Sound(RATE, (message[1],))
    stuck = {"from": 1.0}  # seconds: what begins later goes in circles, whatever is done about it

    def once(self, samples, window, asked, penalty=1.0):
        circling = len(window.stretches) > 1 or window.stretches[0][0] > stuck["from"]
        return Heard(window, (Spoken(0.0, window.seconds, " ya", 0.9),), -0.3, circling)

    monkeypatch.setattr(Listener, "_once", once)
    partly = whisper.transcribe(sound, "en")
    assert partly.text == " ".join(["ya"] + [LEFT_OUT] * (len(partly.segments) - 1))
    assert len(partly.segments) > 3 and partly.confidence == LOW
    stuck["from"] = -1.0
    assert whisper.transcribe(sound, "en").segments == (), "of a message of nothing else nothing is shown"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((-0.5, False), (-0.4, False), "second"),
        ((-0.5, False), (-0.6, False), "first"),
        ((-0.5, False), (-0.1, True), "first"),  # what goes in circles is very sure of itself
        ((-0.2, False), (-0.1, False), "first"),  # sure enough: not heard a second time
    ],
)
def test_an_unsure_window_is_heard_again_with_a_mirrored_band_and_the_surer_text_is_kept(first, second, kept):
    line = over_the_line(noise(np.random.default_rng(1), 2.0, -30))
    heard: list[bool] = []

    class Twice(Circling):
        def _once(self, samples, window, asked, penalty=1.0):
            heard.append(not is_narrow(samples))
            score, circling = second if heard[-1] else first
            return Heard(
                window, (Spoken(0.0, 1.0, " " + ("second" if heard[-1] else "first"), 0.9),), score, circling
            )

    listener = Twice(lambda *_: False)
    listener._recipe = replace(recipe_for("id"), least_rest=9.0)
    texts = [word.text for each in listener.hear(line, Window(((0.0, 2.0),))) for word in each.words]
    assert texts == [f" {kept}"]
    assert heard == ([False] if first[0] > -0.25 else [False, True])


def test_a_recording_with_highs_of_its_own_is_heard_once():
    listener = Circling(lambda *_: False)
    listener._recipe = replace(recipe_for("id"), sure=0.0, least_rest=9.0)
    for sound, times in ((noise(np.random.default_rng(1), 2.0, -30), 1), (tone(2.0, 1000), 2)):
        listener.heard.clear()
        list(listener.hear(sound, Window(((0.0, 2.0),))))
        assert len(listener.heard) == times


def test_a_mirrored_band_is_the_lower_half_turned_over_and_thirty_decibels_softer():
    line = tone(1.0, 1000)
    power = np.abs(np.fft.rfft(mirrored(line)))
    assert is_narrow(line) and not is_narrow(mirrored(line))
    assert int(power[4001:].argmax()) + 4001 == 7000
    assert 20 * np.log10(power[7000] / power[1000]) == pytest.approx(-30.5, abs=0.5)


@pytest.mark.parametrize(
    ("recipe", "circling"),
    [
        (replace(recipe_for("en"), tokens_a_second=0.1, tokens_more=15), False),
        (replace(recipe_for("en"), tokens_a_second=0.1, tokens_more=3), True),
        (replace(recipe_for("ta"), circles=0.01), True),
    ],
)
def test_a_text_that_says_the_same_again_or_is_longer_than_any_speech_goes_in_circles(
    whisper, message, recipe, circling
):
    _, samples = message
    window = Window(tuple(speech_in(samples, recipe.pause)[:1]))
    listener = Listener(whisper.inner, "en", recipe, None)
    heard = listener._once(samples, window, listener._told)
    assert heard.circling is circling
    if not circling:
        assert "followed by pound" in "".join(word.text for word in heard.words).lower(), (
            "and nothing shorter is cut"
        )


def test_the_longest_text_is_bounded_only_where_it_was_measured():
    assert recipe_for("id").most_tokens(1.0) == recipe_for("en").most_tokens(1.0) == 20
    assert recipe_for("ta").most_tokens(1.0) == math.inf


def test_a_prompt_holds_the_first_words_of_the_service_and_nothing_else():
    assert Recipe(most_words=2).prompt(("QRIS", "BI-Rate", "kliring")) == "QRIS, BI-Rate."
    assert Recipe(most_words=2).prompt(()) is None
    assert recipe_for("id").prompt(("QRIS",)) is None, (
        "measured: names in capitals before a message make its words wrong"
    )
