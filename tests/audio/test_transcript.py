"""A transcript is the same after JSON, reads as it was said, and is as sure as its least sure part."""

from __future__ import annotations

import json

import pytest

from audio.transcript import Segment, Transcript, Word


def transcript(*segments: Segment) -> Transcript:
    return Transcript("id", "whisper", "d01c", 3.2, 5.0, segments)


HALO = Segment(0.1, 1.0, "Halo.", "high", (Word(0.1, 0.9, "Halo.", 0.98),), 0, -0.21)
ANSWER = Segment(1.2, 2.0, "Ya, “selamat” pagi.", "medium", (), 1)
UNSURE = Segment(2.5, 3.0, "Nomor 08…", "low")


def test_a_transcript_is_the_same_after_json():
    whole = transcript(HALO, ANSWER, UNSURE)
    assert Transcript.from_json(whole.to_json()) == whole
    assert "“selamat”" in whole.to_json()


def test_the_text_breaks_where_the_other_leg_speaks():
    assert transcript(HALO, UNSURE, ANSWER).text == "Halo. Nomor 08…\nYa, “selamat” pagi."
    assert transcript().text == ""


def test_a_transcript_is_as_sure_as_its_least_sure_segment():
    assert [transcript(*each).confidence for each in ((), (HALO,), (HALO, ANSWER), (UNSURE, HALO))] == [
        "none",
        "high",
        "medium",
        "low",
    ]


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"segments": [{}]}, {"segments": 7}, {"language": None, "extra": 1}],
)
def test_what_is_no_transcript_is_refused_as_such(change):
    fields = json.loads(transcript(HALO).to_json()) | change
    for text in (json.dumps(fields), "[]", "{", '"text"', "{}"):
        with pytest.raises(ValueError):
            Transcript.from_json(text)


def test_a_label_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="label 'sure'"):
        Transcript.from_json(transcript(HALO).to_json().replace('"high"', '"sure"'))
