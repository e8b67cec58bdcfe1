"""Real models write down real speech, stay silent where nobody speaks, and refuse what they do not know."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import jiwer
import numpy as np
import pytest

from audio.engines import load
from audio.faults import LanguageFault, ModelFault
from audio.models import Model, Models, Place
from audio.recipe import Recipe
from audio.samples import RATE
from audio.sound import Sound
from tests.audio.conftest import SPEECH, noises

# Whisper writes numbers now as words, now as figures: sentences with them measure a taste, not the ear.
NUMBERS = re.compile(
    "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|puluh|belas|ratus|ribu|juta"
)


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())


def voicemail(clips: list[tuple[str, Sound]]) -> tuple[str, Sound]:
    """Several clips after each other, as one message of up to half a minute: one window of the encoder."""
    rest, said, pieces = np.zeros(int(0.6 * RATE), np.float32), [], []
    for text, sound in clips:
        if sum(map(len, pieces)) + len(sound.legs[0]) < 28 * RATE:
            said.append(text)
            pieces += [sound.legs[0], rest]
    return " ".join(said), Sound(RATE, (np.concatenate(pieces),))


@pytest.mark.parametrize(("language", "prefix", "ceiling"), [("en", "ast_", 0.08), ("id", "tel_", 0.35)])
def test_telephone_speech_is_written_down_with_few_wrong_words(whisper, speech, language, prefix, ceiling):
    clips = [
        clip
        for clip in speech.clips(language, prefix)
        if len(clip[0].split()) > 3 and not NUMBERS.search(clip[0])
    ]
    told = [voicemail(clips[start::2]) for start in range(2)]
    written = [whisper.transcribe(sound, language) for _, sound in told]
    wrong = jiwer.wer([plain(text) for text, _ in told], [plain(each.text) for each in written])
    assert wrong <= ceiling
    for transcript, (_, sound) in zip(written, told, strict=True):
        assert (transcript.engine, transcript.language) == ("whisper", language)
        assert transcript.model_sha256.startswith("d01c3014") and transcript.confidence in (
            "high",
            "medium",
            "low",
        )
        words = [word for segment in transcript.segments for word in segment.words]
        assert plain(" ".join(word.text for word in words)) == plain(transcript.text)
        assert all(
            0 <= word.start <= word.end <= sound.seconds + 0.5 and 0 <= word.probability <= 1
            for word in words
        )
        assert 0.5 * sound.seconds < transcript.speech_seconds <= sound.seconds + 1
        assert type(words[0].start) is type(words[0].probability) is float


def test_english_is_heard_by_two_models_and_each_word_stands_where_it_was_said(english, speech):
    """How many words are wrong is measured by bench/speech: too few here to tell two models from one."""
    clips = [clip for clip in speech.clips("en", "ast_vm") if len(clip[0].split()) > 3]
    said, sound = voicemail([clip for clip in clips if not NUMBERS.search(clip[0])])
    heard = english.transcribe(sound, "en")
    assert jiwer.wer(plain(said), plain(heard.text)) <= 0.05
    words = [word for segment in heard.segments for word in segment.words]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(0 <= word.start <= word.end <= sound.seconds and 0 < word.probability <= 1 for word in words)
    assert len(heard.segments) > 3 and heard.confidence in ("high", "medium")


def test_the_two_models_know_no_other_language_and_say_nothing_of_silence(english):
    with pytest.raises(LanguageFault, match="'id'"):
        english.transcribe(Sound(RATE, (np.zeros(RATE, np.float32),)), "id")
    heard = english.transcribe(Sound(RATE, (np.zeros(3 * RATE, np.float32),)), "en")
    assert (heard.segments, heard.engine, heard.text) == ((), "whisper+", "")


def test_both_legs_are_written_down_apart_and_in_the_order_of_time(whisper, speech):
    said, sound = (
        "sepulang sekolah fitri sangat lapar",
        speech.by_telephone(SPEECH / "id" / "bookbot_sample.flac"),
    )
    leg = sound.legs[0]
    first, later = np.pad(leg, (0, len(leg) + RATE)), np.pad(leg, (len(leg) + RATE, 0))
    transcript = whisper.transcribe(Sound(RATE, (later, first)), "id")
    assert [segment.leg for segment in transcript.segments] == [1, 0]
    assert all(jiwer.wer(said, plain(line)) <= 0.4 for line in transcript.text.splitlines())
    assert transcript.segments[1].start > len(leg) / RATE


@pytest.mark.parametrize("name", noises())
def test_where_nobody_speaks_nothing_is_written_down(whisper, korean, name):
    sound = Sound(RATE, (noises()[name],))
    for engine, language in ((whisper, "id"), (whisper, "en"), (korean, "ko")):
        transcript = engine.transcribe(sound, language)
        assert (transcript.text, transcript.segments, transcript.speech_seconds) == ("", (), 0.0)
        assert transcript.confidence == "none" and transcript.seconds == pytest.approx(
            sound.seconds, abs=0.01
        )


def test_a_sound_without_samples_is_written_down_as_nothing(whisper, korean):
    for engine, language in ((whisper, "id"), (korean, "ko")):
        assert engine.transcribe(Sound(RATE, (np.empty(0, np.float32),)), language).text == ""


def test_korean_is_written_down_by_vosk_with_times_and_confidence(korean, speech):
    # Spoken by a machine, so that only plumbing is judged: Korean words, in order, inside the sound.
    for _, sound in speech.clips("ko", "syn_espeak_ko"):
        transcript = korean.transcribe(sound, "ko")
        words = [word for segment in transcript.segments for word in segment.words]
        assert (transcript.engine, transcript.language) == ("vosk", "ko") and len(
            transcript.model_sha256
        ) == 64
        assert re.search("[가-힣]", transcript.text) and transcript.text == " ".join(
            word.text for word in words
        )
        starts = [word.start for word in words]
        assert starts == sorted(starts) and words[-1].end <= sound.seconds + 0.5
        assert all(0 < word.probability <= 1 for word in words)
        assert transcript.segments[0].label in ("high", "medium", "low")


def test_a_second_leg_of_vosk_keeps_its_number_and_its_time(korean, speech):
    _, sound = next(speech.clips("ko", "syn_espeak_ko_00"))
    quiet = np.zeros(5 * RATE, np.float32)
    later = np.concatenate([quiet, sound.legs[0]])
    transcript = korean.transcribe(Sound(RATE, (np.zeros_like(later), later)), "ko")
    assert {segment.leg for segment in transcript.segments} == {1}
    assert transcript.segments[0].start >= 4.5


def test_a_language_that_an_engine_does_not_have_is_refused(whisper, korean):
    sound = Sound(RATE, (np.zeros(RATE, np.float32),))
    with pytest.raises(LanguageFault, match=r"Whisper does not know the language 'xx'.* en, .*id, "):
        whisper.transcribe(sound, "xx")
    with pytest.raises(LanguageFault, match="knows 'ko', not 'id'"):
        korean.transcribe(sound, "id")


def test_words_of_the_service_change_nothing_unless_the_recipe_shows_them(whisper, speech, monkeypatch):
    _, sound = voicemail(list(speech.clips("id", "bookbot")))
    assert "fitri" in whisper.transcribe(sound, "id", ["Vitri"]).text.lower()
    monkeypatch.setattr("audio.engines.whisper.recipe_for", lambda _: Recipe(most_words=1))
    assert "vitri" in whisper.transcribe(sound, "id", ["Vitri"]).text.lower()


def test_nothing_is_fetched_for_a_model_that_is_not_there(models, tmp_path, monkeypatch):
    def no_internet(*_: object, **__: object) -> None:
        raise AssertionError("a model was asked for on the internet")

    monkeypatch.setattr(socket, "getaddrinfo", no_internet)
    for folder in (tmp_path / "absent", models.place("id").folder.relative_to("/"), tmp_path):
        with pytest.raises(ModelFault):
            load(Model(Place("whisper", "*", folder, "a test"), "", False))
    for folder in (tmp_path / "absent", tmp_path):
        with pytest.raises(ModelFault, match="cannot be loaded"):
            load(Model(Place("vosk", "ko", folder, "a test"), "", False))


def test_one_model_may_be_used_by_several_threads(models, speech):
    both = load(Models(models.folder).verified(models.place("id")), workers=2)
    sound = speech.by_telephone(SPEECH / "id" / "bookbot_sample.flac")
    with ThreadPoolExecutor(2) as pool:
        texts = [each.text for each in pool.map(lambda _: both.transcribe(sound, "id"), range(2))]
    assert texts[0] == texts[1] and "sekolah" in texts[0]
