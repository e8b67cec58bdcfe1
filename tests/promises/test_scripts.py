"""A counter-example is a call that anybody can make: written by `check --scripts`, played by `call` over real HTTP."""

import json
import shutil
import subprocess
import sys
import wave
from datetime import date
from pathlib import Path

import pytest

from commands.promises import Lengths, moment_of
from desk.hours import state
from engine.turn import Speak
from sessions.moments import hours_of
from sessions.services import read_folders

ROOT = Path(__file__).resolve().parents[2]
BROKEN = "from everywhere a person or a message within 3 keys"  # a value is asked for two questions behind the menu


@pytest.fixture(scope="module")
def flows(tmp_path_factory) -> Path:
    """BICARA 131 with promises of which two are broken, one for callers and one for writers."""
    folder = tmp_path_factory.mktemp("flows")
    for name in ("bicara131", "common"):
        shutil.copytree(ROOT / "flows" / name, folder / name)
    sentences = (
        f"promises:\n  - {BROKEN}\n  - in texts never step adu_sudah\n  - no path ends without goodbye\n"
    )
    (folder / "bicara131" / "promises.yaml").write_text(sentences)
    return folder


@pytest.fixture(scope="module")
def written(flows: Path) -> Path:
    """The scripts of that service."""
    done = app("check", str(flows), "--no-cache", "--scripts", str(flows / "scripts"))
    assert done.returncode == 1, done.stderr
    assert "promises.yaml:2:5 broken-promise: the promise 'from everywhere" in done.stdout
    assert "How a caller gets there: 1 5 <ticket> * * (closed) 0 1" in done.stdout
    return flows / "scripts"


def app(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "app.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120)


def test_the_script_of_a_call_plays_where_it_breaks(written: Path, night_house) -> None:
    script = written / "bicara131-promises-2.call"
    lines = script.read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")][:-1] == [
        "1",
        "5",
        "202603110001#",
        "*#",
        "*#",
        "0",
        "1",
    ]
    played = app(
        "call", "131", "--script", str(script), "--from", "+6281277000001", environ=night_house.environ
    )
    assert played.returncode == 0, played.stdout
    *_, last, _, end = map(json.loads, played.stdout.splitlines())
    assert last["action"] == "1" and last["state"] == "recording", last
    assert end["failures"] == []


def test_the_script_of_a_text_plays_where_it_breaks(written: Path, night_house) -> None:
    script = written / "bicara131-promises-3.text"
    sent = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert len(sent) == 2 and sent[0].startswith("ADU")
    played = app(
        "text", "131", "--script", str(script), "--from", "+6281277000002", environ=night_house.environ
    )
    assert played.returncode == 0, played.stdout
    first, second, _ = map(json.loads, played.stdout.splitlines())
    assert "Sudahkah Anda mengadu" in first["replies"][0]["body"] and second["replies"], played.stdout


def test_a_script_says_when_the_house_is_as_it_must_be(written: Path, flows: Path) -> None:
    (clock,) = [
        line for line in (written / "bicara131-promises-2.call").read_text().splitlines() if "CLOCK=" in line
    ]
    assert "hours petugas: closed" in (written / "bicara131-promises-2.call").read_text()
    flow = read_folders(flows)[0].load()
    moment = moment_of(flow, ["hours petugas: holiday"], date(2026, 3, 11))
    assert moment is not None and state(hours_of(flow, "petugas"), moment) == "holiday"
    assert moment.isoformat()[:10] == "2026-03-18" and "make run" in clock


def test_seconds_are_those_of_the_recording_or_of_a_voice(tmp_path: Path) -> None:
    (tmp_path / "id").mkdir()
    with wave.open(str(tmp_path / "id" / "salam.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(2 * 8000 * 4))
    lengths = Lengths(tmp_path)
    assert lengths(Speak("kata " * 50, "id", "salam")) == 4.0
    assert lengths(Speak("x" * 115, "id", "tutup")) == pytest.approx(10.0)
    assert lengths(Speak("x" * 130, "en", "salam")) == pytest.approx(10.0)
    assert lengths(Speak("x" * 115, "id", "")) == pytest.approx(10.0)
