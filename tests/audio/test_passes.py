"""What Whisper is told and how it is made to listen again change words, never times, and no word is written twice."""

from dataclasses import replace

import numpy as np
import pytest

from audio.engines.passes import Listener
from audio.engines.windows import windows
from audio.recipe import RECIPE, Recipe
from audio.samples import RATE
from audio.sound import Sound
from audio.voice import speech_in
from bench.speech import wer


@pytest.fixture(scope="module")
def message(speech):
    """Six short sentences of one speaker, 1.2 s apart: what was said, and the samples."""
    clips = [clip for clip in speech.clips("en", "ast_") if 3 < len(clip[0].split()) < 9][:6]
    rest = np.zeros(int(1.2 * RATE), np.float32)
    return " ".join(said for said, _ in clips), np.concatenate(
        [piece for _, sound in clips for piece in (rest, sound.legs[0])] + [rest]
    )


def listened(whisper, samples, recipe: Recipe, prompt: str | None = None):
    listener = Listener(whisper.inner, "en", recipe, prompt)
    found = windows(speech_in(samples, recipe.pause, recipe.window), recipe.window)
    return [heard for window in found for heard in listener.hear(samples, window)]


def test_a_message_that_is_shown_words_is_written_down_once_and_in_order(whisper, message):
    said, samples = message
    transcript = whisper.transcribe(Sound(RATE, (samples,)), "en", ("Coretax", "QRIS", "conference"))
    assert wer.errors(wer.words_of(said, "en"), wer.words_of(transcript.text, "en")) <= 4
    starts = [word.start for segment in transcript.segments for word in segment.words]
    assert starts == sorted(starts)


def test_a_segment_is_a_stretch_of_speech_and_its_words_lie_inside(whisper, message):
    _, samples = message
    stretches = speech_in(samples, RECIPE.pause)
    segments = whisper.transcribe(Sound(RATE, (samples,)), "en").segments
    assert 4 <= len(segments) <= len(stretches)
    for segment in segments:
        assert any(start - 0.01 <= segment.start and segment.end <= end + 0.01 for start, end in stretches), (
            segment
        )


def test_what_goes_in_circles_is_heard_again_in_ever_smaller_parts(whisper, message):
    said, samples = message
    # Everything counts as a circle here, so that all is parted down to single stretches.
    heard = listened(whisper, samples, replace(Recipe(), circles=0.01, temperatures=(0.0,)), "Coretax.")
    assert len(heard) >= 5 and all(len(each.window.stretches) == 1 for each in heard)
    assert [each.window for each in heard] == sorted(
        (each.window for each in heard), key=lambda window: window.stretches
    )
    text = " ".join(word.text for each in heard for word in each.words)
    assert wer.errors(wer.words_of(said, "en"), wer.words_of(text, "en")) <= 8


def test_a_prompt_holds_the_first_words_of_the_service_and_nothing_else():
    assert Recipe(most_words=2).prompt(("QRIS", "BI-Rate", "kliring")) == "QRIS, BI-Rate."
    assert Recipe(most_words=2).prompt(()) is None
    assert RECIPE.prompt(("QRIS",)) is None, (
        "measured: names in capitals before a message make its words wrong"
    )
