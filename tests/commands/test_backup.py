"""`backup` and `restore` as an operator meets them: a gateway that works, one file, and a gateway that goes on elsewhere."""

from __future__ import annotations

import json
import re
import shutil
import threading
from pathlib import Path

import pytest

import app
import credentials
import settings
import store
from sessions.console import accounts, api_tokens, wall_screens
from store import outbox, transcripts, users
from store.transcripts import TranscriptRow
from tests.carrier.sounds import wav
from tests.commands.test_recordings import leave_message, state
from tests.conftest import OFFICE_HOURS
from tests.house import ROOT, House, command, environment
from web.accounts import visits

WORDS = "kartu saya tertelan di ATM"


def written_down(house: House, sid: str) -> str:
    """The message as the speech worker would have written it down; its ticket."""
    ((ticket,),) = house.eventually(
        "SELECT ticket FROM cases WHERE session_id = (SELECT session_id FROM recordings WHERE sid = ?)", sid
    )
    gateway = app.open_gateway(settings.load(house.environ, ROOT))
    gateway.vault.put(f"{sid}-1.json", json.dumps({"text": WORDS, "reading": WORDS}).encode())
    line = {"start": 0.0, "end": 2.0, "leg": 0, "label": "", "text": WORDS}
    row = TranscriptRow(
        sid, ticket, "bicara131", "id", "whisper", "f" * 64, 3.0, 2.0, "high", WORDS, json.dumps([line]), "{}",
        f"{sid}-1.json", None, None, None, "2026-03-11T03:15:00.000Z",
    )  # fmt: skip
    with gateway.store.write() as db:
        transcripts.keep(db, row)
    gateway.close()
    return ticket


def test_case_transcript_and_recording_are_there_after_a_restore_of_a_gateway_that_was_at_work(
    house, tmp_path, free_port
):
    sound = wav(2 * 16_000 + 44)
    sid = leave_message(house, "+6281200370001", sound)
    state(house, sid, "fetched")
    ticket = written_down(house, sid)
    backup, stop = tmp_path / "all.backup", threading.Event()

    def calls_go_on() -> None:
        while not stop.is_set():
            house.phone("+6281200370002").dial("131").press("1").hang_up()

    caller = threading.Thread(target=calls_go_on)
    caller.start()
    try:
        said = command(house.environ, "backup", "--out", str(backup))
        said_again = command(house.environ, "backup", "--out", str(tmp_path / "second.backup"))
    finally:
        stop.set()
        caller.join()
    assert re.search(r"calls, \d+ texts, \d+ cases, \d+ recordings", said) and "MB" in said_again
    assert sound[1_000:1_032] not in backup.read_bytes() and b"tertelan" not in backup.read_bytes()
    house.phone("+6281200370003").dial("131").press("1").hang_up()

    # The house keeps its keys beside INSTANCE, and what restore says next is how the new one gets them.
    into = tmp_path / "elsewhere" / "instance"
    told = command(house.environ, "restore", str(backup), "--into", str(into))
    newer = re.search(r"has newer ones, which are not in it: (\d+) calls", told)
    assert newer and int(newer[1]) >= 1, told
    shutil.copy2(house.instance / "development.json", into)
    shutil.copy2(credentials.development_key_file(house.instance), credentials.development_key_file(into))
    assert f"cp -p {credentials.development_key_file(house.instance)} {into}.key" in told

    wishes = {"CLOCK": OFFICE_HOURS, "INSTANCE": str(into), "WORKERS": "1"}
    with House.running(environment(tmp_path / "elsewhere", free_port, **wishes)) as restored:
        assert restored.health()["status"] == "ok"
        assert ticket in command(restored.environ, "cases", "show", ticket)
        assert WORDS in command(restored.environ, "voicemails", "show", ticket)
        gateway = app.open_gateway(settings.load(restored.environ, ROOT))
        ((file,),) = restored.query("SELECT file FROM recordings WHERE sid = ?", sid)
        assert gateway.vault.read(file) == sound
        gateway.close()
        call = restored.phone("+6281200370004").dial("131")
        assert call.state == "asking"
        call.hang_up()


@pytest.fixture
def small(installation):
    """The environment of an installation that never ran, with a database and keys."""
    made = settings.load(installation, ROOT, make_credentials=True)
    store.connect(made.database).close()
    return installation


def test_nobody_no_program_and_no_screen_stays_signed_in_where_a_backup_was_restored(small, tmp_path):
    gateway = app.open_gateway(settings.load(small, ROOT))
    user, _ = accounts.add(gateway, "test", login="sinta", name="Sinta", role="supervisor")
    with gateway.store.write() as db:
        api_tokens.make(gateway, db, user, name="CRM", scopes=["read"], days="90", may=["read"])
        visits.begin(gateway, db, user, visits.FULL, "127.0.0.1", "a test")
    wall_screens.make(gateway, user, name="Lobi", service="", days="90")
    gateway.close()
    backup, into = tmp_path / "one.backup", tmp_path / "restored"
    command(small, "backup", "--out", str(backup))
    command(small, "restore", str(backup), "--into", str(into))
    restored = store.connect(into / "gateway.db")
    assert users.of_login(restored.read(), "sinta") is not None
    for table in ("api_tokens", "web_sessions", "wall_screens"):
        assert restored.read().execute(f"SELECT COUNT(*) FROM {table}").fetchall() == [(0,)], table
    restored.close()


def test_a_folder_that_is_used_is_not_written_into(small, house, tmp_path):
    backup = tmp_path / "one.backup"
    command(small, "backup", "--out", str(backup))
    for folder, why in ((house.instance, "is served by process"), (Path(small["INSTANCE"]), "is not empty")):
        before = sorted(path.name for path in folder.iterdir())
        said = command(small, "restore", str(backup), "--into", str(folder), code=1)
        assert why in said and "Way out" in said
        assert set(before) <= {path.name for path in folder.iterdir()}
    (tmp_path / "empty").mkdir()
    assert "restored into" in command(small, "restore", str(backup), "--into", str(tmp_path / "empty"))


def test_a_damaged_backup_and_another_key_are_refused_with_a_sentence(small, tmp_path):
    backup = tmp_path / "one.backup"
    command(small, "backup", "--out", str(backup))
    assert "is whole" in command(small, "restore", str(backup), "--check")
    other = {**small, "VAULT_KEY": "ab" * 32}
    said = command(other, "restore", str(backup), "--into", str(tmp_path / "to"), code=1)
    assert "was sealed with the key" in said and "VAULT_OLD_KEYS" in said
    whole = backup.read_bytes()
    backup.write_bytes(whole[:-20])
    said = command(small, "restore", str(backup), "--into", str(tmp_path / "to"), code=1)
    assert "not as it was sealed" in said and "take another backup" in said and "Traceback" not in said
    assert not (tmp_path / "to").exists()


def test_what_a_person_spoke_for_callers_comes_back_with_a_restore(small, tmp_path):
    spoken = {**small, "AUDIO": str(tmp_path / "audio")}
    take = tmp_path / "audio" / "prompts" / "hello" / "id" / "salam.wav"
    take.parent.mkdir(parents=True)
    take.write_bytes(wav(16_044))
    backup, into = tmp_path / "one.backup", tmp_path / "to"
    assert "1 recorded prompts" in command(spoken, "backup", "--out", str(backup), "--without-recordings")
    said = command(spoken, "restore", str(backup), "--into", str(into))
    assert (into / "audio" / "prompts" / "hello" / "id" / "salam.wav").read_bytes() == wav(16_044)
    assert f"AUDIO={into / 'audio'} from now on" in said


def test_only_old_backups_named_by_us_are_removed(small, tmp_path):
    names = [f"sambung-2026010{day}T020000Z.backup" for day in range(1, 6)]
    for name in [*names, "precious.backup", "sambung-mine.backup"]:
        (tmp_path / name).write_bytes(b"")
    said = command(small, "backup", "--out", f"{tmp_path}/", "--keep", "2")
    assert "4 older removed" in said
    left = sorted(path.name for path in tmp_path.glob("*.backup"))
    assert (
        len(left) == 4 and names[-1] in left and "precious.backup" in left and "sambung-mine.backup" in left
    )
    assert "is no number from 1 on" in command(small, "backup", "--keep", "0", code=2)


def test_what_waited_is_looked_up_before_it_goes_out(small, tmp_path):
    opened = store.connect(settings.load(small, ROOT).database)
    with opened.write() as db:
        for kind in ("sms", "call", "email", "redirect"):
            outbox.put(db, kind=kind, target="+62811", payload="{}", now="2026-03-11T03:15:00.000Z", id=kind)
    opened.close()
    command(small, "backup", "--out", str(tmp_path / "one.backup"))
    command(small, "restore", str(tmp_path / "one.backup"), "--into", str(tmp_path / "to"))
    opened = store.connect(settings.load({**small, "INSTANCE": str(tmp_path / "to")}, ROOT).database)
    states = {kind: outbox.load(opened.read(), kind).state for kind in ("sms", "call", "email", "redirect")}
    opened.close()
    assert states == {"sms": "uncertain", "call": "uncertain", "email": "uncertain", "redirect": "queued"}
