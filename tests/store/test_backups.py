"""Backups: one moment of a database that is being written, sealed; and nothing is believed that is not what was put in."""

from __future__ import annotations

import secrets
import tarfile
import time
from pathlib import Path

import pytest

import store
from store import backups, inbox
from store.backups import BackupFault
from store.library import sqlite3
from store.vault import keys_of, open_sealed, sealed_file

NOW = "2026-03-11T02:00:00.000Z"
KEYS = keys_of(secrets.token_hex(32))
# A writer that never rests: two rows a transaction, so that a copy with an odd number is of no moment at all.
WRITER = """
import sys, store
from store import inbox
opened = store.connect(sys.argv[1], create=False)
n = 0
while True:
    with opened.write() as db:
        for half in "ab":
            inbox.first_time(db, account="AC", key=f"{n}{half}", kind="sms", received_at="2026-03-11T02:00:00.000Z", fields="x" * 2000)
    n += 1
    if n == 40: print("going", flush=True)
"""


def quiet(what: str, count: int) -> None: ...


def make(instance: Path, into: Path, **more) -> backups.Manifest:
    wishes = {"now": NOW, "secret": "ab", "step": quiet, **more}
    return backups.make(
        instance / "gateway.db",
        instance / "recordings",
        instance / "spool",
        instance / "audio",
        into,
        KEYS,
        **wishes,
    )


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An installation with a database, a recording, an event that waits, and what a person spoke for callers."""
    folder = tmp_path / "instance"
    store.connect(folder / "gateway.db").close()
    (folder / "recordings").mkdir()
    (folder / "recordings" / "01ABC.1").write_bytes(b"sealed by itself" * 9_000)
    (folder / "recordings" / "01ABD.1.part").write_bytes(b"half")
    (folder / "spool" / "poison").mkdir(parents=True)
    (folder / "spool" / "01A.0.json").write_bytes(b"{}")
    (folder / "spool" / "poison" / "01B.4.json").write_bytes(b"{!")
    for name in ("prompts/hello/id/salam.wav", "earlier/hello/id/salam/0a1b.wav"):
        (folder / "audio" / name).parent.mkdir(parents=True)
        (folder / "audio" / name).write_bytes(b"RIFF")
    (folder / "audio" / "prompts" / "hello" / "id" / ".salam.wav.part").write_bytes(b"half")
    (folder / "development.json").write_bytes(b'{"SECRET_KEY": "shh"}')
    return folder


@pytest.fixture
def backup(instance: Path, tmp_path: Path) -> Path:
    make(instance, tmp_path / "one.backup")
    return tmp_path / "one.backup"


def test_a_copy_is_of_one_moment_while_others_write(instance, tmp_path, process):
    writers = [process(WRITER, instance / "gateway.db")]
    assert writers[0].stdout.readline() == "going\n"
    for n in range(3):
        make(instance, tmp_path / f"{n}.backup")
        backups.unpack(tmp_path / f"{n}.backup", KEYS, tmp_path / f"to{n}", quiet, lambda folder: None)
        copy = sqlite3.connect(tmp_path / f"to{n}" / "gateway.db")
        ((rows,),) = copy.execute("SELECT COUNT(*) FROM inbox").fetchall()
        copy.close()
        assert rows >= 80 and rows % 2 == 0
    assert writers[0].poll() is None


def test_what_is_put_in_comes_out_and_half_files_and_credentials_stay_behind(instance, backup, tmp_path):
    manifest = backups.unpack(backup, KEYS, tmp_path / "to", quiet, lambda folder: None)
    found = {
        str(path.relative_to(tmp_path / "to")) for path in (tmp_path / "to").rglob("*") if path.is_file()
    }
    assert found == set(manifest.files) == {
        "gateway.db", "recordings/01ABC.1", "spool/01A.0.json", "spool/poison/01B.4.json",
        "audio/prompts/hello/id/salam.wav", "audio/earlier/hello/id/salam/0a1b.wav",
    }  # fmt: skip
    for name in found - {"gateway.db"}:
        assert (tmp_path / "to" / name).read_bytes() == (instance / name).read_bytes()
    assert b"SQLite format" not in backup.read_bytes() and backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in instance.glob("gateway.db.backup*")] == []


def test_every_damage_is_refused_before_anything_is_written(backup, tmp_path):
    whole = backup.read_bytes()
    places = [0, 3, 8, 30, 60, len(whole) // 2, len(whole) - 1]
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places]
    cut = [whole[:size] for size in (0, 10, 44, len(whole) // 2, len(whole) - 1)] + [whole + b"x"]
    for content in damaged + cut:
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(BackupFault, match="Way out"):
            backups.unpack(tmp_path / "bad", KEYS, tmp_path / "to", quiet, lambda folder: None)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "instance", "one.backup"]


def test_another_key_is_refused_by_its_name(backup, tmp_path):
    with pytest.raises(BackupFault, match=r"sealed with the key .* VAULT_OLD_KEYS"):
        backups.verify(backup, keys_of(secrets.token_hex(32)), quiet)
    with pytest.raises(BackupFault, match="is not there"):
        backups.verify(tmp_path / "none", KEYS, quiet)


@pytest.mark.parametrize(
    "alien",
    [
        "../../evil",
        "/etc/evil",
        "recordings/../../evil",
        "audio/prompts/../../evil",
        "manifest.json",
        "run.lock",
    ],
)
def test_what_does_not_belong_into_a_backup_is_written_nowhere(backup, tmp_path, alien):
    forged = tmp_path / "forged"
    with (
        open_sealed(backup, KEYS, backups.BOUND) as opened,
        sealed_file(forged, KEYS.current, backups.BOUND) as into,
    ):
        with tarfile.open(fileobj=opened, mode="r|") as old, tarfile.open(fileobj=into, mode="w|") as new:
            for member in old:
                new.addfile(member, old.extractfile(member))
                if member.name == "gateway.db":
                    new.addfile(tarfile.TarInfo(alien))
    with pytest.raises(BackupFault, match="is no backup of ours"):
        backups.unpack(forged, KEYS, tmp_path / "to", quiet, lambda folder: None)
    assert not (tmp_path / "to").exists() and not (tmp_path.parent / "evil").exists()


def test_a_member_that_is_missing_is_noticed(backup, tmp_path):
    forged = tmp_path / "forged"
    with (
        open_sealed(backup, KEYS, backups.BOUND) as opened,
        sealed_file(forged, KEYS.current, backups.BOUND) as into,
    ):
        with tarfile.open(fileobj=opened, mode="r|") as old, tarfile.open(fileobj=into, mode="w|") as new:
            for member in old:
                if member.name != "recordings/01ABC.1":
                    new.addfile(member, old.extractfile(member))
    with pytest.raises(BackupFault, match="does not hold what its list says"):
        backups.verify(forged, KEYS, quiet)


def test_a_damaged_database_makes_no_backup(instance, tmp_path):
    opened = store.connect(instance / "gateway.db")
    with opened.write() as db:
        for n in range(200):
            inbox.first_time(db, account="AC", key=str(n), kind="sms", received_at=NOW, fields="x" * 3000)
    opened.close()
    with (instance / "gateway.db").open("r+b") as file:
        file.seek(instance.joinpath("gateway.db").stat().st_size - 40_000)
        file.write(secrets.token_bytes(20_000))
    with pytest.raises(BackupFault, match="damaged"):
        make(instance, tmp_path / "one.backup")
    assert not list(tmp_path.glob("one.backup*"))


def test_a_backup_that_fails_half_way_leaves_nothing(instance, tmp_path):
    def stop(what: str, count: int) -> None:
        if what == "files":
            raise OSError(28, "No space left on device")

    with pytest.raises(BackupFault, match="No space left"):
        make(instance, tmp_path / "one.backup", step=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance"]
    assert [path.name for path in instance.glob("gateway.db.*")] == []


def test_an_erased_recording_does_not_stop_a_backup(instance, tmp_path):
    def erase(what: str, count: int) -> None:
        (instance / "recordings" / "01ABC.1").unlink(missing_ok=True)

    assert "recordings/01ABC.1" not in make(instance, tmp_path / "one.backup", step=erase).files


def test_verify_writes_nothing_and_takes_a_second(backup, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    began = time.monotonic()
    assert backups.verify(backup, KEYS, quiet).made_at == NOW
    assert time.monotonic() - began < 5 and sorted(tmp_path.rglob("*")) == before
