"""`python app.py transcribe` from the outside, with the real model: files in, words out, faults told one by one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audio.packaged import BASE
from audio.sound import read, wav_bytes

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared")) / "speech"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder with a spoken sentence as FLAC and as a telephone's WAV, a text that calls itself WAV, and an instance."""
    folder = tmp_path_factory.mktemp("transcribe")
    clip = SHARED / "en" / "tests_jfk.flac"
    if not clip.exists():
        pytest.skip(f"{clip} is not here")
    (folder / "said.flac").write_bytes(clip.read_bytes())
    (folder / "telephone.wav").write_bytes(wav_bytes(read(clip), "mulaw"))
    (folder / "list.wav").write_text("#EXTM3U\nhttp://127.0.0.1/a.ts\n")
    return folder


def transcribe(house, *words):
    environment = {**os.environ, "INSTANCE": str(house / "instance"), "LOG_LEVEL": "INFO"}
    command = [sys.executable, "app.py", "transcribe", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)


def test_one_bad_file_is_named_and_the_others_are_written_down(house):
    ended = transcribe(
        house, house / "said.flac", house / "list.wav", house / "telephone.wav", "--language", "en", "--json"
    )
    assert ended.returncode == 1
    said, bad, telephone = json.loads(ended.stdout)
    assert "ask what you can do for your country" in said["text"] and said["confidence"] == "high"
    assert "country" in telephone["text"] and telephone["seconds"] == pytest.approx(11, abs=0.1)
    assert all(0 <= word["probability"] <= 1 for segment in said["segments"] for word in segment["words"])
    assert bad["fault"]["what"].startswith("not a sound file")
    assert ended.stderr == f"{house / 'list.wav'}: {bad['fault']['what']}: {bad['fault']['way_out']}\n"


def test_subtitles_are_put_into_a_folder_under_the_files_name(house):
    into = house / "subtitles"
    ended = transcribe(house, house / "telephone.wav", "--language", "en", "--srt", "--into", into)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert [path.name for path in into.iterdir()] == ["telephone.srt"]
    assert (into / "telephone.srt").read_text().startswith("1\n00:00:0")


def test_wrong_words_are_told_before_a_model_is_loaded(house):
    several = transcribe(house, "a.wav", "b.wav", "--language", "id", "--vtt")
    assert several.returncode == 2 and "--into FOLDER" in several.stderr
    service = transcribe(house, "a.wav", "--language", "id", "--service", "hola")
    assert service.returncode == 2 and "hola: no such service" in service.stderr


def test_a_damaged_model_is_told_with_the_way_out(house, tmp_path):
    # The size is looked at first: an empty one is damaged enough.
    (tmp_path / "instance" / "models" / BASE.name).mkdir(parents=True)
    (tmp_path / "instance" / "models" / BASE.name / "model.bin").touch()
    ended = transcribe(tmp_path, house / "said.flac", "--language", "en")
    assert ended.returncode == 2 and ended.stdout == ""
    assert "model.bin has 0 bytes instead of" in ended.stderr and "app.py models" in ended.stderr
