"""A caller speaks at a menu, everything real: telephone, emulator, webhooks, the speech process and its model."""

import fcntl
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from audio.sound import read, wav_bytes
from carrier.phone import PhoneError
from commands.call import act
from tests.audio.conftest import SPEECH
from tests.house import House, environment, words

SERVICES = Path(__file__).resolve().parent.parent / "services"
LONG = 300.0  # for a model to be joined and loaded on a machine that others use, too
TONE = "setelah nada"
LATE = "belum memahami"


def clip(name: str) -> bytes:
    path = SPEECH / "id" / name
    if not path.exists():
        pytest.skip(f"needs the speech samples: {path} is not there")
    return wav_bytes(read(path, rate=8000))


@pytest.fixture(scope="module")
def listening(tmp_path_factory, free_port):
    """An installation whose speech process hears choices."""
    folder = tmp_path_factory.mktemp("spoken")
    shutil.copytree(SERVICES / "uji", folder / "flows" / "uji")
    flow = folder / "flows" / "uji" / "flow.yaml"
    flow.write_text(flow.read_text().replace("KURS_PORT", "9"))
    wishes = {"FLOWS": str(folder / "flows"), "SPEECH": "yes", "MENU_SPEECH": "offline"}
    with House.running(environment(folder, free_port, **wishes)) as house:
        yield house


def mark(house) -> str:
    now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    return f"SELECT 1 FROM meta WHERE name = 'choices_heard' AND json_extract(value, '$.until') > {now}"


def heard_now(house) -> bool:
    return bool(house.query(f"{mark(house)} AND value LIKE '%\"id\"%'"))


def until(condition, seconds=LONG):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def at_menu(house, number: str, recorded: bool = True):
    """A caller at the menu that may be spoken to, with or without the notice."""
    call = house.phone(number).dial("100").press("5").press("1" if recorded else "2")
    assert "Untuk pajak" in words(call), words(call)
    return call


def at_tone(house, number: str):
    until(lambda: heard_now(house))
    call = at_menu(house, number)
    while TONE not in words(call):  # the mark ran out between two looks
        call.hang_up()
        until(lambda: heard_now(house))
        call = at_menu(house, number)
    return call


def answered(call) -> str:
    """What the caller hears after having spoken: polls, as a telephone does by itself, until there is an answer."""
    told = words(call)
    while call.state != "ended" and "Ini " not in told and LATE not in told:
        time.sleep(0.1)
        told += " " + words(call.silence())
    return told


def said(house, number: str, sound: bytes) -> tuple[object, str]:
    """Speaks until it was heard in time: on a busy machine a caller may be asked for a key instead."""
    while True:
        call = at_tone(house, number).speak(sound)
        told = answered(call)
        rows = house.eventually(
            "SELECT outcome FROM choices WHERE session_id = ? AND state = 'settled'", call.sid, seconds=60
        )
        assert rows, "nobody listened"
        if (rows[0][0] == "chosen") == ("Ini " in told):
            return call, told


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [("dig_FHD_1A.flac", "Ini pajak."), ("dig_MDM_2B.flac", "Ini bea cukai.")],
)
def test_a_spoken_choice_leads_where_its_key_does(listening, name, leads_to):
    call, told = said(listening, "+6281200007001", clip(name))
    assert leads_to in told and call.alerts == []
    # Nothing of the voice is kept: not here, and not at the carrier.
    ((sid, state, step, file),) = listening.query(
        "SELECT sid, state, step, file FROM recordings WHERE session_id = ?", call.sid
    )
    assert (state, step, file) == ("nothing", "(choice)", None)
    assert listening.eventually("SELECT 1 FROM recordings WHERE sid = ? AND deleted_at > ''", sid, seconds=60)
    assert listening.query("SELECT 1 FROM transcribings WHERE recording = ?", sid) == []
    kept = listening.instance / "emulator" / "recordings" / f"{sid}.wav"
    assert not kept.exists()
    assert listening.query("SELECT 1 FROM cases WHERE session_id = ?", call.sid) == []


def test_a_sentence_that_is_no_choice_is_asked_for_by_keys(listening):
    call, told = said(listening, "+6281200007002", clip("bookbot_sample.flac"))
    assert LATE in told and "Untuk pajak" in told and TONE not in told.split(LATE)[1]
    assert "<Record" not in call.documents[-1]
    assert "Ini utang." in words(call.press("3"))


def test_a_key_works_before_the_tone_while_it_records_after_it_and_while_somebody_listens(listening):
    before = at_tone(listening, "+6281200007003")
    assert "Ini pajak." in words(before.press("1"))
    during = at_tone(listening, "+6281200007004").silence()
    assert during.state == "recording" and "Ini bea cukai." in words(during.press("2"))
    after = at_tone(listening, "+6281200007005").silence().silence()
    assert after.state == "asking" and "Ini utang." in words(after.press("3"))
    listened = at_tone(listening, "+6281200007006").speak(clip("bookbot_sample.flac"))
    if "Mohon tunggu" in words(listened) and LATE not in words(listened):
        assert "Ini utang." in words(listened.press("3"))
    # What was recorded before the key is not kept either.
    for call in (during, listened):
        assert listening.eventually(
            "SELECT 1 FROM recordings WHERE session_id = ? AND deleted_at > ''", call.sid, seconds=60
        )


def test_who_says_nothing_is_asked_again_with_the_tone(listening):
    call = at_tone(listening, "+6281200007007").silence().silence().silence()
    assert "Kami belum menerima pilihan Anda." in words(call) and TONE in words(call)


def test_without_the_notice_only_keys_are_offered(listening):
    until(lambda: heard_now(listening))
    call = at_menu(listening, "+6281200007008", recorded=False)
    assert TONE not in words(call) and "<Record" not in call.documents[-1]
    with pytest.raises(PhoneError, match="nobody listened"):
        call.speak(b"")
    assert "Ini pajak." in words(at_menu(listening, "+6281200007009", recorded=False).press("1"))


def test_a_caller_who_hangs_up_while_speaking_leaves_nothing(listening):
    call = at_tone(listening, "+6281200007010").silence()
    call.record(clip("dig_FHD_1A.flac"), ended_by="hangup")
    assert listening.eventually(
        "SELECT 1 FROM sessions WHERE id = ? AND outcome = 'hung_up'", call.sid, seconds=30
    )
    rows = listening.eventually(
        "SELECT state, step FROM recordings WHERE session_id = ? AND deleted_at > ''", call.sid, seconds=60
    )
    assert rows == [("nothing", "(choice)")]


def test_the_telephone_of_the_terminal_speaks_a_file(listening, tmp_path):
    file = tmp_path / "satu.wav"
    file.write_bytes(clip("dig_FHD_1A.flac"))
    call = at_tone(listening, "+6281200007011")
    act(call, f"say {file}")
    assert "Mohon tunggu" in words(call) or "Ini pajak." in words(call) or LATE in words(call)


def test_when_the_speech_process_is_killed_keys_are_offered_and_its_mark_runs_out(listening):
    until(lambda: heard_now(listening))
    call = at_tone(listening, "+6281200007012")
    hang(listening)  # the supervisor starts nothing in its place
    try:
        told = answered(call.speak(clip("dig_FHD_1A.flac")))
        assert LATE in told and "Ini pajak." in words(call.press("1"))
        until(lambda: not heard_now(listening), 30)
        assert TONE not in words(at_menu(listening, "+6281200007013"))
    finally:
        os.kill(speech_process(listening), signal.SIGKILL)
    assert TONE in words(at_tone(listening, "+6281200007014"))  # another one has taken its place


def hang(house) -> None:
    """Stops the speech process, between two of its writes: in one it would keep everybody from writing."""
    while True:
        os.kill(speech_process(house), signal.SIGSTOP)
        with (
            open(house.instance / "gateway.db-gate") as gate,
            open(house.instance / "gateway.db-lock") as lock,
        ):
            try:
                fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                os.kill(speech_process(house), signal.SIGCONT)
        time.sleep(0.01)


def speech_process(house) -> int:
    """The process id of this installation's `app.py speech`: a child of its `run`."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().split(b"\0")
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if line[-2:-1] == [b"speech"] and parent == house.process.pid:
            return int(path.name)
    raise AssertionError("no speech process")
