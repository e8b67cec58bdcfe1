"""A transcript as subtitles that players take and people can read."""

import random
import re
from itertools import pairwise

from audio.subtitles import LINE, LONGEST, cues, srt, vtt
from audio.transcript import Segment, Transcript, Word


def transcript(*segments):
    return Transcript("id", "whisper", "0" * 64, 10.0, 12.0, segments)


def spoken(text, start=0.0, each=0.4, label="high", leg=0):
    """A segment whose words follow each other without a pause."""
    words = tuple(
        Word(round(start + each * at, 3), round(start + each * (at + 1), 3), word, 0.9)
        for at, word in enumerate(text.split())
    )
    return Segment(start, words[-1].end, text, label, words, leg)


LONG = (
    "Selamat pagi, saya ingin menanyakan uang kertas yang rusak karena terbakar minggu lalu, apakah masih dapat "
    "ditukarkan di kantor Bank Indonesia terdekat dan dokumen apa saja yang harus saya bawa ke sana besok pagi."
)


def test_a_long_sentence_is_cut_into_cues_that_one_can_read_in_their_time():
    made = cues(transcript(spoken(LONG)))
    assert len(made) > 2
    assert " ".join(cue.text.replace("\n", " ") for cue in made) == LONG
    for cue in made:
        assert cue.end - cue.start <= LONGEST + 0.001
        assert all(len(line) <= LINE for line in cue.text.split("\n")) and cue.text.count("\n") <= 1
    assert all(one.end <= next_one.start for one, next_one in pairwise(made))


def test_whatever_the_lengths_of_words_no_line_is_too_long():
    chance = random.Random(7)
    for _ in range(300):
        text = " ".join("m" * chance.randint(1, 20) for _ in range(40))
        made = cues(transcript(spoken(text, each=0.1, label=chance.choice(["high", "low"]))))
        assert " ".join(cue.text.replace("\n", " ").removeprefix("[?] ") for cue in made) == text
        assert max(len(line) for cue in made for line in cue.text.split("\n")) <= LINE


def test_a_pause_begins_a_new_cue():
    words = (Word(0, 0.5, "Halo.", 0.9), Word(4.0, 4.5, "Halo?", 0.9))
    assert [
        (cue.start, cue.text) for cue in cues(transcript(Segment(0, 4.5, "Halo. Halo?", "high", words)))
    ] == [
        (0, "Halo."),
        (4.0, "Halo?"),
    ]


def test_srt_numbers_its_cues_and_writes_a_comma():
    told = srt(transcript(spoken("Selamat pagi."), spoken("Terima kasih.", 3661.5)))
    assert told == (
        "1\n00:00:00,000 --> 00:00:00,800\nSelamat pagi.\n\n2\n01:01:01,500 --> 01:01:02,300\nTerima kasih.\n"
    )


def test_vtt_says_that_a_machine_made_it_and_lets_no_text_become_markup():
    told = vtt(transcript(spoken("Tarif <b>naik</b> --> 5 & 6", label="low")))
    assert told.startswith("WEBVTT\n\nNOTE machine-made by whisper, confidence low\n\n")
    assert "[?] Tarif &lt;b&gt;naik&lt;/b&gt; --&gt; 5 &amp; 6" in told
    assert len(re.findall("-->", told)) == 1


def test_of_two_channels_every_cue_tells_who_speaks():
    told = srt(transcript(spoken("Halo?"), spoken("Ya, selamat pagi.", 0.2, leg=1)))
    assert "1: Halo?" in told and "2: Ya, selamat pagi." in told


def test_silence_gives_no_cue():
    assert srt(transcript()) == ""
    assert vtt(transcript()).count("-->") == 0


def test_words_of_a_language_without_spaces_stay_together():
    words = (Word(0, 0.5, "お電話", 0.9), Word(0.5, 1.0, "ありがとう", 0.9))
    assert cues(transcript(Segment(0, 1, "お電話ありがとう", "high", words)))[0].text == "お電話ありがとう"
