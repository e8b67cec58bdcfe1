"""Recordings that callers hear: which ones a service wants, drafts, takes, and what is wrong with them."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

import app
from audio.levels import measure
from audio.shelf import Shelf
from audio.sound import Sound, read, wav_bytes
from audio.takes import LEVEL, edited
from audio.wanted import wanted
from engine.explore import explore
from engine.turn import Speak
from sessions.services import read_folders

ROOT = Path(__file__).resolve().parents[2]
FLOW = """
format: 1
service: Halo
prefix: HALO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["100"], text: ["100"]}
start: salam
steps:
  salam:
    menu: {id: "Selamat datang. Untuk NPWP, tekan 1. Untuk selesai, tekan 2."}
    keys: {"1": jam, "2": selesai}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  jam: {say: "Kami melayani setiap hari pukul 08.00-16.00 WIB.", then: salam}
  selesai: {end: "Terima kasih telah menghubungi {layanan}."}
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A service of three steps in a folder of its own; gives that folder."""
    (tmp_path / "flows" / "halo").mkdir(parents=True)
    (tmp_path / "flows" / "halo" / "flow.yaml").write_text(FLOW)
    for name, folder in {"FLOWS": "flows", "AUDIO": "audio", "INSTANCE": "instance"}.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    return tmp_path


def prompts(*words):
    return app.main(["prompts", *words])


def recordings(capsys, *words):
    """What `prompts --json` tells: (LANGUAGE/STEP -> recording), everything."""
    capsys.readouterr()
    prompts(*words, "--json")
    told = json.loads(capsys.readouterr().out)
    return {f"{one['language']}/{one['step']}": one for one in told["recordings"]}, told


def speech(seconds=2.0, rate=44_100, level=0.1):
    """Something like a voice: tones that come and go four times a second."""
    at = np.arange(int(seconds * rate)) / rate
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)
    tone = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220, 440, 1300)) / 3
    return (level * swell * tone).astype(np.float32)


def take(path, samples, rate=44_100, legs=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(Sound(rate, (samples,) * legs), rate=rate))
    return path


@pytest.mark.parametrize("service", ["hello", "bicara131"])
def test_whatever_the_engine_says_under_a_name_can_be_recorded_with_those_words(service):
    flow = next(folder for folder in read_folders(ROOT / "flows") if folder.id == service).load()
    listed = {(one.language, one.step): one.spoken for one in wanted(flow)}
    calls = [seen for seen in explore(flow).situations if seen.session.channel == "voice"]
    said = {
        (prompt.language, prompt.step): prompt.text
        for seen in calls
        for prompt in seen.turn.prompts
        if isinstance(prompt, Speak) and prompt.step
    }
    assert said
    assert said.items() <= listed.items()


def test_a_wording_with_a_value_in_it_is_left_to_the_voice(house, capsys):
    listed, _ = recordings(capsys)
    assert "id/jam" in listed and "id/selesai" not in listed
    assert "en-pe-we-pe" in listed["id/salam"]["spoken"]


def test_drafts_are_made_of_what_is_missing_and_sound_as_they_should(house, capsys):
    assert prompts("--draft") == 0
    listed, _ = recordings(capsys)
    assert {one["state"] for one in listed.values()} == {"draft"}
    for key, one in listed.items():
        assert one["findings"] == []
        with wave.open(str(house / "audio/prompts/halo" / f"{key}.wav")) as file:
            assert file.getparams()[:3] == (1, 2, 8000)
            assert file.getnframes() / 8000 == pytest.approx(one["seconds"], abs=0.02)


def test_the_voice_library_never_comes_into_our_process(house):
    # In a process of its own: another test's import must not speak for this one.
    program = (
        "import app; app.main(['prompts', '--draft']); exit('libespeak' in open('/proc/self/maps').read())"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120)
    assert ended.returncode == 0
    assert (house / "audio/prompts/halo/id/salam.wav").exists()


def test_a_draft_of_words_that_have_changed_is_named_and_made_again(house, capsys):
    prompts("--draft")
    path = house / "flows/halo/flow.yaml"
    path.write_text(FLOW.replace("setiap hari", "setiap hari kerja"))
    assert prompts() == 1
    assert "outdated" in capsys.readouterr().out
    assert prompts("--draft") == 0
    listed, _ = recordings(capsys)
    assert not listed["id/jam"]["outdated"]


def test_a_persons_recording_is_never_overwritten_by_a_draft(house, capsys):
    mine = take(house / "audio/prompts/halo/id/jam.wav", speech(3.0, 8000, level=0.3), 8000)
    kept = mine.read_bytes()
    prompts("--draft")
    listed, _ = recordings(capsys)
    assert mine.read_bytes() == kept
    assert listed["id/jam"]["state"] == "take" and listed["id/salam"]["state"] == "draft"
    assert prompts("--remove-drafts") == 0
    listed, _ = recordings(capsys)
    assert listed["id/jam"]["state"] == "take" and listed["id/salam"]["state"] == "missing"


def test_an_edited_draft_is_a_persons_recording_from_then_on(house, capsys):
    prompts("--draft")
    path = house / "audio/prompts/halo/id/jam.wav"
    sound = read(path, rate=8000)
    path.write_bytes(wav_bytes(Sound(8000, (sound.legs[0] * np.float32(0.9),))))
    listed, _ = recordings(capsys)
    assert listed["id/jam"]["state"] == "take"


def test_a_take_is_trimmed_levelled_and_made_fit_for_the_telephone(house, capsys):
    quiet = np.concatenate([np.zeros(66_150), speech(3.0, level=0.02), np.zeros(88_200)]).astype(np.float32)
    take(house / "takes/jam.wav", quiet, legs=2)
    assert prompts("--import", str(house / "takes")) == 0
    listed, _ = recordings(capsys)
    assert listed["id/jam"]["state"] == "take"
    sound = read(house / "audio/prompts/halo/id/jam.wav", rate=8000)
    heard = measure(sound.legs[0], 8000)
    assert heard.level == pytest.approx(LEVEL, abs=1.0) and heard.peak <= -2.9
    assert 3.0 < heard.seconds < 3.6 and heard.lead < 0.3


def test_takes_lie_in_folders_of_service_and_language_or_bear_the_steps_name(house, capsys):
    take(house / "takes/halo/id/salam.wav", speech(5.0))
    take(house / "more/phrase-silence.flac.wav", speech(2.0))
    assert prompts("--import", str(house / "takes")) == 0
    assert prompts("--import", str(house / "more")) == 1
    told = capsys.readouterr().out
    assert "no step plays 'phrase-silence.flac'" in told and "did you mean phrase-silence?" in told


def test_another_take_needs_a_word_before_it_replaces_the_first(house, capsys):
    take(house / "takes/jam.wav", speech(3.0))
    prompts("--import", str(house / "takes"))
    path = house / "audio/prompts/halo/id/jam.wav"
    first = path.read_bytes()
    take(house / "takes/jam.wav", speech(3.4))
    assert prompts("--import", str(house / "takes")) == 1
    assert "--replace" in capsys.readouterr().out and path.read_bytes() == first
    assert prompts("--import", str(house / "takes"), "--replace") == 0
    assert path.read_bytes() != first


def test_a_take_that_cannot_be_used_stays_outside_and_the_others_go_in(house, capsys):
    take(house / "takes/salam.wav", np.clip(speech(5.0, level=3.0), -1, 1))
    take(house / "takes/phrase-silence.wav", np.zeros(44_100, dtype=np.float32))
    (house / "takes/phrase-no_match.wav").write_text("#EXTM3U\nhttp://example.net/a.ts\n")
    take(house / "takes/jam.wav", speech(3.0))
    assert prompts("--import", str(house / "takes")) == 1
    told = capsys.readouterr().out
    assert "salam.wav: clipped" in told and "phrase-silence.wav: silent" in told
    assert "phrase-no_match.wav: not a sound file" in told
    listed, _ = recordings(capsys)
    assert [key for key, one in listed.items() if one["state"] != "missing"] == ["id/jam"]


def test_what_was_put_there_by_hand_is_looked_at_too(house, capsys):
    folder = house / "audio/prompts/halo/id"
    take(folder / "jam.wav", speech(3.0, level=0.01), 44_100)
    take(folder / "salam.wav", speech(0.3, 8000), 8000)
    take(folder / "jadwal.wav", speech(2.0, 8000), 8000)
    assert prompts() == 1
    told = capsys.readouterr().out
    for finding in ("format: not 8,000 Hz", "quiet: ", "short-for-words: ", "jadwal.wav: no step plays this"):
        assert finding in told


def test_a_tone_that_no_telephone_carries_does_not_come_back_as_a_false_one():
    at = np.arange(48_000 * 2) / 48_000
    hiss = (0.3 * np.sin(2 * np.pi * 6000 * at)).astype(np.float32)
    heard = edited(Sound(48_000, (speech(2.0, 48_000) + hiss,))).legs[0]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    hertz = np.fft.rfftfreq(len(heard), 1 / 8000)
    assert spectrum[(hertz > 1900) & (hertz < 2100)].max() < spectrum.max() / 1000


def test_a_service_or_language_that_is_none_is_named(house, capsys):
    assert prompts("hola") == 2
    assert "There are: halo" in capsys.readouterr().err
    assert prompts("--language", "jv") == 2
    assert "There are: id" in capsys.readouterr().err


def test_the_last_five_takes_can_be_brought_back_and_the_oldest_makes_room(tmp_path):
    flow = next(folder for folder in read_folders(ROOT / "flows") if folder.id == "hello").load()
    one, shelf = wanted(flow)[0], Shelf(tmp_path / "prompts", "hello")
    sounds = [wav_bytes(Sound(8000, (speech(1.0 + n / 10, 8000),))) for n in range(7)]
    for n, sound in enumerate(sounds):
        shelf.put(one, sound, "take")
        for before in shelf.earlier(one):  # a minute between two takes
            path = shelf.earlier_path(one, before.digest)
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 60))
        assert len(shelf.earlier(one)) == min(n, 5)
    kept = [shelf.earlier_path(one, before.digest).read_bytes() for before in shelf.earlier(one)]
    assert kept == sounds[5:0:-1]
    shelf.bring_back(one, shelf.earlier(one)[-1].digest)
    assert shelf.path(one).read_bytes() == sounds[1] and len(shelf.earlier(one)) == 5
    assert shelf.state(one).made == "take" and sounds[6] in [
        shelf.earlier_path(one, each.digest).read_bytes() for each in shelf.earlier(one)
    ]
    with pytest.raises(LookupError):
        shelf.bring_back(one, "0" * 64)
