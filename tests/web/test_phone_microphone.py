"""A message for the office is spoken into a microphone on a page, written down by Whisper, and read in the case."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from app import ROOT, open_gateway
from audio.sound import read, write_wav
from carrier.phone import World
from settings import load
from tests.conftest import NIGHT
from tests.house import House, command, environment
from tests.services.test_kp_1 import LONG, SAID
from tests.web.browser import Console, Pages, chromium
from tests.web.test_phone_page import CALLER, SECONDS, card, do, heard, silent, stands
from web.words import told


@pytest.fixture
def clip(shared, tmp_path) -> Path:
    """The voice of a person, as a microphone gives it."""
    path = shared / "speech" / "id" / "bookbot_sample.flac"
    if not path.exists():
        pytest.skip(f"needs the speech samples: {path} is not there")
    write_wav(tmp_path / "clip.wav", read(path, rate=48_000), rate=48_000)
    return tmp_path / "clip.wav"


def test_what_is_spoken_into_the_microphone_is_read_in_the_case(tmp_path, free_port, clip):
    port = free_port()
    environ = environment(
        tmp_path, free_port, CLOCK=NIGHT, SPEECH="yes", CONSOLE="yes", CONSOLE_PORT=str(port)
    )
    with House.running(environ) as house, chromium(f"--use-file-for-fake-audio-capture={clip}%noloop") as one:
        World(house.emulator_url).pace(300)
        gateway = open_gateway(load(environ, ROOT))
        pages = Pages(Console(f"http://127.0.0.1:{port}", gateway, house=house), one)
        try:
            phone = silent(card(pages.of("supervisor", "/phone?dial=131"), CALLER))
            do(phone, "call")
            heard(phone, "bahasa Indonesia, tekan 1")
            phone.press("1")
            heard(phone, "Untuk uang Rupiah")
            phone.press("0")
            heard(phone, "pesan")
            phone.press("1")
            stands(phone, "recording")
            do(phone, "speak")
            finish = phone.get_by_role("button", name=told("phone.finish", "id"))
            expect(finish).to_be_visible(timeout=SECONDS)
            expect(finish).to_be_hidden(timeout=SECONDS)  # four seconds of silence: the message is over
            phone.press("Escape")
            stands(phone, "ended")
        finally:
            pages.close()
            gateway.close()
        ((sid, ticket, seconds),) = house.eventually(
            "SELECT r.sid, c.ticket, r.duration FROM recordings AS r JOIN cases AS c ON c.session_id = r.session_id"
        )
        assert 6 <= seconds <= 10, "3.7 s of speech and four of silence"
        ended = "SELECT state, fault FROM transcribings WHERE recording = ? AND state <> 'waiting'"
        assert house.eventually(ended, sid, seconds=LONG) == [("done", "")]
        shown = command(environ, "voicemails", "show", ticket)
        # A busy machine's microphone swallows a moment, and words run into one another: "stresangat".
        assert sum(word in shown.casefold() for word in SAID) >= 3, shown
