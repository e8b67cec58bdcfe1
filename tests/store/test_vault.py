"""Sealed files: what was put in comes out, and whoever alters, cuts, swaps or renames them gets nothing."""

from __future__ import annotations

import base64
import os
import random
import secrets
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.vault import HEADER, PIECE, TAG, Damaged, Key, Keys, Missing, Vault, WrongKey, key_of, keys_of

ROOT = Path(__file__).parents[2]
KEY = secrets.token_hex(32)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "recordings", keys_of(KEY))


def sound(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17])
def test_what_is_put_in_comes_out_and_cannot_be_read_on_the_disk(vault, size):
    with vault.write("one") as file:
        for start in range(0, size, 5_000):
            file.write(sound(size)[start : start + 5_000])
    assert file.size == size
    assert vault.read("one") == sound(size)
    sealed = (vault.folder / "one").read_bytes()
    assert len(sealed) == HEADER + size + max(1, -(-size // PIECE)) * TAG
    assert size < 16 or sound(size)[:16] not in sealed
    assert stat.S_IMODE((vault.folder / "one").stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


def test_any_place_can_be_read_without_the_rest(vault):
    whole = sound(5 * PIECE + 100)
    vault.put("one", whole)
    chance = random.Random(3)
    with vault.open("one") as file:
        assert file.seek(0, os.SEEK_END) == len(whole)
        for _ in range(50):
            start, length = chance.randrange(len(whole)), chance.randrange(2 * PIECE)
            file.seek(start)
            assert file.read(length) == whole[start : start + length]


def test_the_same_sound_never_looks_the_same_twice(vault):
    vault.put("one", b"x" * 1000)
    first = (vault.folder / "one").read_bytes()
    vault.put("one", b"x" * 1000)
    second = (vault.folder / "one").read_bytes()
    assert first[HEADER:] != second[HEADER:] and vault.read("one") == b"x" * 1000


def test_every_altered_byte_is_noticed(vault):
    vault.put("one", sound(PIECE + 500))
    whole = (vault.folder / "one").read_bytes()
    chance = random.Random(5)
    places = [*range(HEADER), len(whole) - 1, *(chance.randrange(HEADER, len(whole)) for _ in range(100))]
    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        (vault.folder / "one").write_bytes(altered)
        with pytest.raises((Damaged, WrongKey)):
            vault.read("one")


@pytest.mark.parametrize(
    "left", [0, 3, HEADER - 1, HEADER, HEADER + TAG - 1, HEADER + PIECE + TAG, HEADER + PIECE]
)
def test_a_file_that_lacks_its_end_is_not_even_opened(vault, left):
    vault.put("one", sound(2 * PIECE))
    whole = (vault.folder / "one").read_bytes()
    (vault.folder / "one").write_bytes(whole[:left])
    with pytest.raises(Damaged, match="restore it from a backup"):
        vault.open("one")


def test_pieces_cannot_change_places_nor_be_added(vault):
    vault.put("one", sound(4 * PIECE))
    whole = (vault.folder / "one").read_bytes()
    header, body = whole[:HEADER], whole[HEADER:]
    pieces = [body[start : start + PIECE + TAG] for start in range(0, len(body), PIECE + TAG)]
    for order in ([1, 0, 2, 3], [0, 1, 1, 3], [0, 1, 3], [0, 1, 2, 3, 3], [0, 1, 2]):
        (vault.folder / "one").write_bytes(header + b"".join(pieces[number] for number in order))
        with pytest.raises(Damaged):
            vault.read("one")


def test_one_recording_cannot_be_passed_off_as_another(vault):
    vault.put("one", b"a complaint")
    vault.put("two", b"praise")
    os.replace(vault.folder / "one", vault.folder / "two")
    with pytest.raises(Damaged, match="another's under this name"):
        vault.read("two")


def test_after_a_rotation_old_files_are_read_with_the_old_key_and_new_ones_are_not(vault):
    vault.put("old", b"of before")
    rotated = Vault(vault.folder, keys_of(secrets.token_hex(32), [KEY]))
    rotated.put("new", b"of after")
    assert (rotated.read("old"), rotated.read("new")) == (b"of before", b"of after")
    assert rotated.key_id("old") == vault.keys.current.id != rotated.key_id("new")
    with pytest.raises(WrongKey, match="VAULT_OLD_KEYS") as fault:
        vault.read("new")
    assert rotated.keys.current.id.hex() in str(fault.value)
    for key in (*rotated.keys.old, rotated.keys.current):
        assert key.secret.hex() not in str(fault.value) + repr(rotated.keys)


def test_a_key_is_written_as_hex_or_as_base64_and_nothing_else():
    secret = secrets.token_bytes(32)
    spellings = [
        secret.hex(), secret.hex().upper(), base64.b64encode(secret).decode(),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
    ]  # fmt: skip
    assert {key_of(spelling) for spelling in spellings} == {key_of(secret.hex())}
    assert isinstance(Keys(key_of(KEY)).find(key_of(KEY).id), Key)
    for wrong in (
        "",
        "x",
        secret.hex()[:62],
        secret.hex() + "00",
        "not a key at all, but long enough to be one....",
    ):
        with pytest.raises(ValueError) as fault:
            key_of(wrong)
        assert not wrong or len(wrong) < 2 or wrong not in str(fault.value)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../one", "a/b", "a\0", "one.part", "/etc/passwd", "é", "a" * 90, "-a"]
)
def test_a_name_that_we_do_not_make_is_refused(vault, name):
    for act in (vault.open, vault.remove, vault.has, lambda each: vault.put(each, b"x")):
        with pytest.raises(ValueError):
            act(name)
    assert not vault.folder.exists()


def test_what_is_cut_off_while_it_is_written_leaves_nothing(vault):
    with pytest.raises(KeyError), vault.write("one") as file:
        file.write(sound(3 * PIECE))
        raise KeyError("the carrier hung up")
    assert list(vault.folder.iterdir()) == []
    with pytest.raises(Missing):
        vault.open("one")
    assert not vault.has("one") and not vault.remove("one")


def test_what_a_killed_process_left_is_swept_and_files_are_not(vault):
    vault.put("one", b"whole")
    for name in ("two.part", "three.part"):
        (vault.folder / name).write_bytes(b"half")
    os.utime(vault.folder / "two.part", (0, time.time() - 4_000))
    assert vault.sweep(3_600) == 1
    assert sorted(path.name for path in vault.folder.iterdir()) == ["one", "three.part"]
    assert Vault(vault.folder / "never", vault.keys).sweep(0) == 0


def test_all_that_cut_off_attempts_left_goes_and_the_new_one_stays(vault):
    for name in ("A.1", "A.2.part", "A.3", "A.4.part", "AB.1", "B.1"):
        vault.folder.mkdir(exist_ok=True)
        (vault.folder / name).write_bytes(b"x")
    vault.remove_all("A", but="A.3")
    assert sorted(path.name for path in vault.folder.iterdir()) == ["A.3", "AB.1", "B.1"]


# Writes one file after the other, and says each name only when it was told that the file is safe.
_WRITER = """
import sys
from pathlib import Path
from store.vault import Vault, keys_of
vault = Vault(Path(sys.argv[1]), keys_of(sys.argv[2]))
for number in range(100_000):
    vault.put(f"file{number}", bytes([number % 251]) * (70_000 + number))
    print(number, flush=True)
"""


def test_killed_at_any_moment_a_file_is_whole_or_is_not_there(vault):
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(vault.folder), KEY],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(random.randrange(3, 40)):
            child.stdout.readline()
        child.kill()
        said = [int(line) for line in child.stdout.read().split()]
        child.communicate()
        names = [path.name for path in vault.folder.iterdir() if path.suffix != ".part"]
        assert len(names) >= 3 and all(vault.has(f"file{number}") for number in said)
        for name in names:
            number = int(name.removeprefix("file"))
            assert vault.read(name) == bytes([number % 251]) * (70_000 + number)


def test_an_hour_of_sound_is_never_in_memory(vault):
    piece = bytes(1_000_000)
    before = resident()
    with vault.write("hour") as file:
        for _ in range(58):
            file.write(piece)
    with vault.open("hour") as file:
        total = sum(len(part) for part in iter(lambda: file.read(100_000), b""))
    assert total == 58_000_000
    assert resident() - before < 20_000


def resident() -> int:
    """Kilobytes of this process in memory."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
