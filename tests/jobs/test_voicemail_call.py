"""One call, everything real: a person's voice into the telephone, and the words in the case, by Whisper."""

import subprocess
import sys
from datetime import timedelta

import pytest

from audio.sound import read, wav_bytes
from tests.conftest import NIGHT
from tests.house import ROOT, House, environment

# What a person of the bookbot project (Apache-2.0) says in the clip.
SAID = {"sepulang", "sekolah", "fitri", "sangat", "lapar"}
LONG = timedelta(minutes=10).total_seconds()  # a cold start of the model on a machine that others use, too


@pytest.fixture
def clip(shared) -> bytes:
    path = shared / "speech" / "id" / "bookbot_sample.flac"
    if not path.exists():
        pytest.skip(f"needs the speech samples: {path} is not there")
    return wav_bytes(read(path))


def command(house, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "app.py", *words], cwd=ROOT, env=house.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_a_caller_says_is_read_in_the_case_and_found_minutes_later(tmp_path, free_port, clip):
    with House.running(environment(tmp_path, free_port, CLOCK=NIGHT, SPEECH="yes")) as house:
        # Indonesian, an officer, who is not there at night, a message.
        call = house.phone("+6281200004711").dial("131").press("1").press("0").press("1")
        assert call.state == "recording", call.said
        call.record(clip, ended_by="#")
        ((sid, ticket),) = house.eventually(
            "SELECT r.sid, c.ticket FROM recordings AS r JOIN cases AS c ON c.session_id = r.session_id"
        )
        ((state, fault),) = house.eventually(
            "SELECT state, fault FROM transcribings WHERE recording = ? AND state <> 'waiting'",
            sid,
            seconds=LONG,
        ) or house.query("SELECT state, fault FROM transcribings")
        assert (state, fault) == ("done", "")
        history = [
            what
            for (what,) in house.query("SELECT what FROM case_events WHERE ticket = ? ORDER BY id", ticket)
        ]
        assert history.index("voicemail received") < history.index("written down")
        shown = command(house, "voicemails", "show", ticket)
        assert "machine-made (whisper d01c3014881c)" in shown
        heard = set("".join(c if c.isalpha() else " " for c in shown.casefold()).split())
        assert len(SAID & heard) >= 3, shown  # one machine hears "sangat lapar", another "sama plapar"
        assert sid in command(house, "search", "sekolah")
        assert "sekolah" not in house.log.read_text()
