"""`python app.py recordings`, and a recording's whole way: spoken on the telephone, fetched, sealed, given out for a reason."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

import settings
import store
from carrier.phone import World
from commands import doctor_recordings
from commands.doctor_finding import FAULT, OK, WARNING
from store import meta, recordings, times
from store.vault import vault_of
from tests.carrier.sounds import wav
from tests.house import House

ROOT = Path(__file__).resolve().parent.parent.parent
RE = "RE{:032x}"
NOW = "2026-03-11T02:00:00.000Z"


def command(house: House, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "app.py", "recordings", *words],
        cwd=ROOT,
        env=house.environ,
        capture_output=True,
        timeout=60,
    )


def leave_message(house: House, number: str, sound: bytes, ended_by: str = "#") -> str:
    """The Sid of the recording of a caller who leaves this."""
    call = house.phone(number).dial("131").press("1").press("0").press("2")
    call.record(sound, ended_by=ended_by)
    call.hang_up() if call.state != "ended" else None
    ((sid,),) = house.eventually(
        "SELECT sid FROM recordings WHERE session_id = ? AND step IS NOT NULL", call.sid
    )
    return sid


def trouble(house: House) -> World:
    """The emulator, to order trouble of, once nobody else's recording can meet it."""
    for _ in range(400):
        if not house.query("SELECT 1 FROM recordings WHERE state = 'waiting'"):
            break
        time.sleep(0.05)
    return World(house.emulator_url)


def state(house: House, sid: str, wanted: str, seconds: float = 20) -> tuple:
    rows = house.eventually(
        "SELECT file, bytes, tries, fault FROM recordings WHERE sid = ? AND state = ?",
        sid,
        wanted,
        seconds=seconds,
    )
    assert rows, house.query("SELECT * FROM recordings WHERE sid = ?", sid)
    return rows[0]


def test_what_a_caller_says_is_sealed_here_and_given_out_to_who_says_why(house):
    sound = wav(3 * 16_000 + 44)
    sid = leave_message(house, "+6281200077001", sound)
    file, size, tries, _ = state(house, sid, "fetched")
    assert (size, tries) == (len(sound), 1)
    sealed = (house.instance / "recordings" / file).read_bytes()
    assert sound[1_000:1_032] not in sealed and sid.encode() not in sealed
    key = house.instance.with_name("instance.key")
    assert key.stat().st_mode & 0o777 == 0o600

    for words in (("export", sid), ("export", sid, "--reason", "x")):
        refused = command(house, *words)
        assert refused.returncode == 2 and refused.stdout == b"" and b"reason" in refused.stderr
    assert house.query("SELECT COUNT(*) FROM audit WHERE subject = ?", sid) == [(0,)]
    given = command(house, "export", sid, "--reason", "complaint KP-1,\n asked for by its caller")
    assert (given.returncode, given.stdout) == (0, sound)
    ((who, action, detail),) = house.query("SELECT who, action, detail FROM audit WHERE subject = ?", sid)
    assert who.startswith("shell:") and action == "recording_exported"
    assert json.loads(detail)["reason"] == "complaint KP-1, asked for by its caller"
    shown = command(house, "show", sid).stdout.decode()
    assert "fetched" in shown and "recording_exported by shell:" in shown
    listed = command(house, "list", "--state", "fetched").stdout.decode()
    assert sid in listed and " fetched" in listed.splitlines()[-1]
    assert command(house, "retry", sid).returncode == 1
    assert b"ever heard of" in command(house, "show", RE.format(1)).stderr


def test_trouble_at_the_carrier_is_lived_through_and_a_hang_up_keeps_what_was_said(house):
    world = trouble(house)
    # Only the first requests: then the order is used up, and the recording comes.
    world.fault("media", "status", match=".wav", times=2, status=404)
    world.fault("media", "cut", match=".wav", times=1)
    world.fault("media", "page", match=".wav", times=1)
    sound = wav(4 * 16_000 + 44)
    sid = leave_message(house, "+6281200077002", sound, ended_by="hangup")
    _, size, tries, _ = state(house, sid, "fetched", seconds=40)
    world.no_faults()
    assert size == len(sound) and tries >= 2
    assert command(house, "export", sid, "--reason", "to compare it").stdout == sound


def test_a_redirect_inside_is_refused_and_a_person_may_try_again(house):
    world = trouble(house)
    world.fault("media", "redirect", match=".wav", times=1, to="https://169.254.169.254/latest/")
    sound = wav(3 * 16_000 + 44)
    sid = leave_message(house, "+6281200077003", sound)
    *_, fault = state(house, sid, "dead")
    assert "a place inside" in fault
    refused = command(house, "export", sid, "--reason", "to hear it")
    assert refused.returncode == 1 and b"is dead" in refused.stderr and refused.stdout == b""
    assert command(house, "retry", sid).returncode == 0
    state(house, sid, "fetched")


def test_a_message_of_which_no_callback_ever_came_is_found_and_becomes_a_case(house):
    world, number = trouble(house), "+6281200077004"
    world.fault("webhook", "drop", match="/ivr/recordings", times=1)
    world.fault("webhook", "drop", match="heard=recording", times=1)
    call = house.phone(number).dial("131").press("1").press("0").press("2")
    call.record(wav(4 * 16_000 + 44), ended_by="hangup")
    assert house.eventually("SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NOT NULL", call.sid)
    world.no_faults()
    assert house.query("SELECT 1 FROM recordings WHERE call_sid = ?", call.sid) == []
    # The sweep runs every five minutes; here it is due now.
    opened = store.connect(house.instance / "gateway.db", create=False)
    with opened.write() as db:
        meta.put(db, "sweep_untold", "{}")
    opened.close()
    rows = house.eventually(
        "SELECT step, consent, duration FROM recordings WHERE session_id = ? AND state = 'fetched'",
        call.sid,
        seconds=20,
    )
    assert [row[1:] for row in rows] == [("id", 4)] and rows[0][0]
    assert house.eventually("SELECT ticket FROM cases WHERE contact = ?", number)


# -- doctor


@pytest.fixture
def installed(tmp_path):
    """Settings of an installation that was prepared and never started, with its database and vault."""
    found = settings.load({"INSTANCE": str(tmp_path / "instance")}, ROOT, make_credentials=True)
    opened = store.connect(found.database)
    yield found, opened, vault_of(found.recordings, found.vault_key)
    opened.close()


def fetched(opened, vault, number: int) -> str:
    """A recording that was fetched; the name of its file."""
    with opened.write() as db:
        recordings.note(db, RE.format(number), at=NOW, status="completed")
        ((row, _),) = recordings.claim(db, now=NOW, owner="a")
        vault.put(row.file, b"sound")
        recordings.keep(db, row.sid, owner="a", now=NOW, file=row.file, size=5, sha256="x", format="wav")
    return row.file


def told(installed) -> list[tuple[str, str]]:
    return [(finding.level, finding.text) for finding in doctor_recordings.check(installed)]


def test_doctor_is_content_with_recordings_that_are_here_or_new(installed):
    ours, opened, vault = installed
    assert told(ours) == [(OK, "none yet")]
    fetched(opened, vault, 1)
    with opened.write() as db:
        recordings.note(db, RE.format(2), at="2999-01-01T00:00:00.000Z", status="completed")
    assert told(ours) == [(OK, "1 fetched, 1 waiting")]


def test_doctor_names_recordings_without_file_and_those_given_up(installed):
    ours, opened, _ = installed
    with opened.write() as db:
        recordings.note(db, RE.format(1), at=NOW, status="completed")
        recordings.claim(db, now=NOW, owner="a")
        recordings.retry_later(db, RE.format(1), owner="a", now=NOW, at=times.plus(NOW, 9), fault="no answer")
        recordings.note(db, RE.format(2), at=NOW, status="completed")
        recordings.claim(db, now=NOW, owner="a")
        recordings.bury(db, RE.format(2), owner="a", now=NOW, fault="a web page")
    (late, dead) = told(ours)
    assert late[0] == FAULT and "1 recordings without file" in late[1] and "no answer" in late[1]
    assert dead == (WARNING, "1 were given up")


def test_doctor_names_files_that_are_gone_damaged_or_sealed_with_a_key_that_is_missing(installed, tmp_path):
    ours, opened, vault = installed
    names = [fetched(opened, vault, number) for number in (1, 2)]
    other = settings.load({"INSTANCE": str(ours.instance), "VAULT_KEY": "ab" * 32}, ROOT)
    ((level, text),) = told(other)
    assert level == FAULT and "2 of 2 cannot be opened" in text and vault.keys.current.id.hex() in text
    rotated = settings.load(
        {"INSTANCE": str(ours.instance), "VAULT_KEY": "ab" * 32, "VAULT_OLD_KEYS": ours.vault_key}, ROOT
    )
    assert told(rotated) == [(OK, "2 fetched")]
    (vault.folder / names[0]).write_bytes(b"no sealed file")
    assert told(ours)[0][0] == FAULT and "is no sealed file" in told(ours)[0][1]
    vault.remove(names[0])
    assert "is not there" in told(ours)[0][1]
