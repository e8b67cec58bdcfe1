"""Sound at rest: files that only the program can read, each sealed with AES-256-GCM.

    vault = Vault(instance / "recordings", keys_of(key, old_keys))
    with vault.write(name) as file:       # NAME.part; nothing is kept when the block raises
        file.write(piece)
    # here NAME is on the disk, whole
    with vault.open(name) as sound:       # a binary file of the plain bytes: read(), seek(), iteration
        sound.read()

A file is a header and pieces of 64 kB, so that an hour of sound is never in memory:

    header   SBV1 | id of the key, 8 bytes | salt, 32 bytes
    piece    ciphertext | tag, 16 bytes            nonce = the piece's number | 1 for the last piece, else 0

Its own key is HKDF-SHA256 of the vault's key, with the salt, and with the file's name: a piece that was cut off,
moved, or put into another file, and a file under another's name, cannot be opened. The header goes into every
tag. The scheme is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar: Online authenticated encryption, 2015).
"""

import base64
import binascii
import io
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"SBV1"
PIECE = 65_536
TAG = 16
HEADER = len(MAGIC) + 8 + 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}(\.[a-z0-9]{1,8})?")
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class VaultFault(Exception):
    """A file that cannot be sealed or opened. ``what`` and ``way_out`` are for an operator."""

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(f"{what}. Way out: {way_out}")
        self.what, self.way_out = what, way_out


class WrongKey(VaultFault):
    """The file was sealed with a key that we do not have."""


class Damaged(VaultFault):
    """The file is not as it was sealed: cut off, altered, or another's under its name."""


class Missing(VaultFault):
    """There is no such file."""


class Key(NamedTuple):
    """32 bytes, and the name by which a file remembers them. Never logged: repr shows the name only."""

    secret: bytes
    id: bytes

    def __repr__(self) -> str:
        return f"Key({self.id.hex()})"


class Keys(NamedTuple):
    """``current`` seals and opens, ``old`` only open."""

    current: Key
    old: tuple[Key, ...] = ()

    def find(self, id: bytes) -> Key | None:
        return next((key for key in (self.current, *self.old) if key.id == id), None)


def key_of(text: str) -> Key:
    """A key from 64 hexadecimal digits or from the base64 of 32 bytes. Raises ValueError without its value."""
    if _HEX.fullmatch(text):
        secret = bytes.fromhex(text)
    else:
        try:
            secret = base64.b64decode(
                text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True
            )
        except (binascii.Error, ValueError):
            raise ValueError("a vault key is 32 bytes as base64 or as 64 hexadecimal digits") from None
    if len(secret) != 32:
        raise ValueError(f"a vault key has 32 bytes, not {len(secret)}")
    digest = Hash(SHA256())
    digest.update(b"sambung vault key\0" + secret)
    return Key(secret, digest.finalize()[:8])


def keys_of(current: str, old: Iterable[str] = ()) -> Keys:
    """Keys from the texts of the settings. Raises ValueError."""
    return Keys(key_of(current), tuple(map(key_of, old)))


def vault_of(folder: Path, current: str, old: Iterable[str] = ()) -> "Vault":
    """The vault of an installation. Raises VaultFault when it has no key."""
    if not current:
        raise VaultFault("there is no key for recordings", "start once with `make run`, or set VAULT_KEY")
    return Vault(folder, keys_of(current, old))


class Vault:
    """A folder of sealed files. Safe for several threads and processes; names are made by the program."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder, self.keys = folder, keys

    @contextmanager
    def write(self, name: str) -> Iterator["Sealed"]:
        """A new file under ``name``, in place of an older one. On the disk when the block is left.

        What the block raises goes on to the caller, and then there is no file. Raises OSError.
        """
        path = self._path(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sealed_file(path, self.keys.current, name) as sealed:
            yield sealed

    def open(self, name: str) -> BinaryIO:
        """The plain bytes of a file, to be read and sought in. Close it.

        Its end is checked at once, each piece when it is read. Raises Missing, WrongKey, Damaged.
        """
        return open_sealed(self._path(name), self.keys, name)

    def read(self, name: str) -> bytes:
        """All plain bytes of a file. For what is known to be small; an hour of sound is 58 MB."""
        with self.open(name) as file:
            return file.read()

    def put(self, name: str, sound: bytes) -> None:
        """Seals these bytes under ``name``, as ``write`` does."""
        with self.write(name) as file:
            file.write(sound)

    def remove(self, name: str) -> bool:
        """Takes a file and its ``.part`` away. True when the file was there."""
        path = self._path(name)
        path.with_name(path.name + ".part").unlink(missing_ok=True)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(self.folder)
        return True

    def remove_all(self, base: str, *, but: str) -> None:
        """Takes away every file whose name is ``base`` and a number, finished or not, except one."""
        self._path(base)
        for path in self.folder.glob(f"{base}.*"):
            if path.name != but:
                path.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def key_id(self, name: str) -> bytes:
        """The name of the key that a file was sealed with. Raises Missing, Damaged."""
        path = self._path(name)
        try:
            with path.open("rb") as raw:
                return _header(raw.read(HEADER), path)[1]
        except FileNotFoundError:
            raise Missing(
                f"{path} is not there", "restore it from a backup of the recordings folder"
            ) from None

    def sweep(self, older_than: float) -> int:
        """Removes what attempts that were cut off left, after so many seconds without a byte; how many."""
        removed = 0
        with suppress(FileNotFoundError):
            for part in self.folder.glob("*.part"):
                with suppress(FileNotFoundError):
                    if time.time() - part.stat().st_mtime >= older_than:
                        part.unlink()
                        removed += 1
        return removed

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name.endswith(".part"):
            raise ValueError(f"{name[:90]!r} is no name of a file that we make")
        return self.folder / name


@contextmanager
def sealed_file(path: Path, key: Key, bound: str) -> Iterator["Sealed"]:
    """A new file at ``path``, sealed; on the disk and whole when the block is left, and not there when it raises.

    ``bound`` is what the file is, and goes into its key: the vault's files have their name, so that none passes for
    another; a backup, which people rename, has a word. Raises OSError.
    """
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            sealed = Sealed(file, key, bound)
            yield sealed
            sealed.finish()
            os.fsync(file.fileno())
        os.rename(part, path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def open_sealed(path: Path, keys: Keys, bound: str) -> BinaryIO:
    """The plain bytes of what ``sealed_file`` made. Close it. Raises Missing, WrongKey, Damaged."""
    try:
        raw = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise Missing(f"{path} is not there", "restore it from a backup of the recordings folder") from None
    try:
        return io.BufferedReader(Opened(raw, _key_for(raw, path, keys, bound), path), PIECE)
    except BaseException:
        raw.close()
        raise


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in it outlives a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key_for(raw: io.FileIO, path: Path, keys: Keys, bound: str) -> AESGCM:
    _, id, salt = _header(raw.read(HEADER) or b"", path)
    key = keys.find(id)
    if key is None:
        raise WrongKey(
            f"{path} was sealed with the key {id.hex()}, and we have "
            + ", ".join(each.id.hex() for each in (keys.current, *keys.old)),
            "add the key that was in use when it was made to VAULT_OLD_KEYS",
        )
    return _file_key(key, salt, bound)


class Sealed:
    """A file that is being sealed. ``size`` is the number of plain bytes so far."""

    def __init__(self, file: io.RawIOBase | BinaryIO, key: Key, name: str) -> None:
        salt = secrets.token_bytes(32)
        self._file, self._header = file, MAGIC + key.id + salt
        self._key = _file_key(key, salt, name)
        self._waiting, self._number = bytearray(), 0
        self.size = 0
        _write_all(file, self._header)

    def write(self, piece: bytes) -> None:
        """More plain bytes. Raises OSError, on a full disk for instance."""
        self.size += len(piece)
        self._waiting += piece
        # The last piece is another sort of piece, so one is always held back.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """The last piece. ``Vault.write`` calls it."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        _write_all(self._file, self._key.encrypt(_nonce(self._number, last), plain, self._header))
        self._number += 1


class Opened(io.RawIOBase):
    """A sealed file as its plain bytes. Raises Damaged where it is not what was sealed."""

    def __init__(self, raw: io.FileIO, key: AESGCM, path: Path) -> None:
        self._raw, self._key, self._path = raw, key, path
        body = os.fstat(raw.fileno()).st_size - HEADER
        self._pieces = -(-body // (PIECE + TAG))
        if body < TAG or body - (self._pieces - 1) * (PIECE + TAG) < TAG:
            raise self._damaged("is cut off")
        self.size = body - self._pieces * TAG
        raw.seek(0)
        self._header = raw.read(HEADER)
        self._at, self._number, self._plain = 0, -1, b""
        self._load(self._pieces - 1)  # a file that lacks its end is told before a byte is given away

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, into: "bytearray | memoryview") -> int:  # type: ignore[override]
        if self._at >= self.size:
            return 0
        self._load(self._at // PIECE)
        start = self._at % PIECE
        piece = self._plain[start : start + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._raw.seek(HEADER + number * (PIECE + TAG))
        sealed = self._raw.read(PIECE + TAG) or b""
        try:
            nonce = _nonce(number, number == self._pieces - 1)
            self._plain = self._key.decrypt(nonce, sealed, self._header)
        except InvalidTag:
            raise self._damaged(
                "is not as it was sealed: altered, cut off, or another's under this name"
            ) from None
        self._number = number

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f"{self._path} {what}", "restore it from a backup of the recordings folder")


def _header(header: bytes, path: Path) -> tuple[bytes, bytes, bytes]:
    """(the header, the key's id, the salt). Raises Damaged."""
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise Damaged(f"{path} is no sealed file", "restore it from a backup of the recordings folder")
    return header, header[4:12], header[12:HEADER]


def _file_key(key: Key, salt: bytes, name: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt, b"sambung vault file\0" + name.encode()).derive(key.secret)
    return AESGCM(derived)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _write_all(file: io.RawIOBase | BinaryIO, data: bytes) -> None:
    """An unbuffered write may take a part only."""
    view = memoryview(data)
    while view:
        written = file.write(view)
        view = view[written or 0 :]
