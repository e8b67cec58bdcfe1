"""One file that holds an installation: a consistent copy of the database, recordings, events that wait in the spool, and what
people spoke for callers.

    make(source, into, keys, ...)    the gateway runs on: SQLite's online backup, from one moment
    verify(file, keys)               every byte is what was put in
    unpack(file, keys, into)         a new folder, whole or not there

The file is sealed like a recording (store/vault.py) under the vault's key, and holds a tar: ``gateway.db``,
``recordings/NAME`` (which stay sealed by themselves), ``spool/NAME``, ``audio/prompts/…`` and ``audio/earlier/…`` (audio/shelf.py),
and at its end ``manifest.json`` with the size and SHA-256 of each.
No key is in it: who restores brings VAULT_KEY and SECRET_KEY.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from store import health, opening
from store.library import Connection, sqlite3
from store.vault import Keys, VaultFault, open_sealed, sealed_file, sync_folder

BOUND = "backup of an installation"  # into the file's key: no recording passes for a backup
FORMAT = 2
_READ = (1, FORMAT)  # 1 had no prompts
PAGES = 2_000  # of the database between two looks at the progress
BLOCK = 1 << 20
DATABASE, MANIFEST = "gateway.db", "manifest.json"
# What a backup may hold; anything else in it is not ours, and is written nowhere.
_MEMBER = re.compile(
    r"gateway\.db|recordings/[A-Za-z0-9][A-Za-z0-9_.-]{0,90}|spool/(poison/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,90}"
    r"|audio/(prompts|earlier)(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,90}){1,4}"
)

Step = Callable[[str, int], None]  # what is being done, and how many bytes of it are


class BackupFault(Exception):
    """A backup that cannot be made or used. The text says what, why and the way out."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. ``files``: name -> (bytes, SHA-256). ``counts``: rows of calls, texts, cases and so on;
    ``newest``: when the last call, text and case in it was. ``secret``: by what name to know the SECRET_KEY of then.
    """

    made_at: str
    secret: str
    counts: Mapping[str, int]
    newest: Mapping[str, str]
    recordings: bool = True
    format: int = FORMAT
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def make(
    source: Path, recordings: Path | None, spool: Path, audio: Path, into: Path, keys: Keys, *, now: str, secret: str, step: Step
) -> Manifest:  # fmt: skip
    """Writes a backup of the installation whose database is ``source`` to ``into``; gives what is in it.

    Without ``recordings`` those are left out. ``into`` is there whole and synced, or not at all. Raises BackupFault.
    """
    copy = source.with_name(f"{source.name}.backup-{os.getpid()}")
    try:
        _copy_database(source, copy, step)
        with _reading(copy) as db:
            if damages := health.damages(db):
                raise BackupFault(
                    f"the database {source} is damaged: {damages[0]}. No backup was made and none was removed. "
                    "Way out: stop everything and restore the newest backup (docs/runbook.md, Backup)"
                )
            manifest = Manifest(now, secret, counts(db), newest(db), recordings is not None)
        into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sealed_file(into, keys.current, BOUND) as sealed:
            files = _pack(_sources(copy, recordings, spool, audio), manifest, sealed, step)
    except (OSError, sqlite3.Error) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise BackupFault(
            f"the backup {into} was not made: {why}. Way out: name a place that this user may write to, with room "
            "for database and recordings"
        ) from fault
    finally:
        for left in (copy, *(copy.with_name(copy.name + end) for end in ("-journal", "-wal", "-shm"))):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return Manifest(**{**asdict(manifest), "files": files})


def verify(file: Path, keys: Keys, step: Step) -> Manifest:
    """What is in a backup, when every byte of it is what was put in. Writes nothing. Raises BackupFault."""
    return _read(file, keys, lambda name, sound: shutil.copyfileobj(sound, _Nowhere(), BLOCK), step)


def unpack(file: Path, keys: Keys, into: Path, step: Step, finish: Callable[[Path], None]) -> Manifest:
    """Writes a backup to the new folder ``into``, looks through its database, lets ``finish`` work on the folder that will
    be it, and puts it in its place. Whatever fails, ``into`` is as it was. Raises BackupFault.
    """
    verify(file, keys, step)
    part = into.with_name(f".{into.name}.part-{os.getpid()}")
    try:
        part.mkdir(mode=0o700, parents=True)
        manifest = _read(file, keys, lambda name, sound: _write(part / name, sound), step)
        with _reading(part / DATABASE) as db:
            damages = health.damages(db)
        if damages:
            raise BackupFault(f"{file}: its database is damaged: {damages[0]}. Way out: take another backup")
        finish(part)
        for folder in (path for path in part.rglob("*") if path.is_dir()):
            sync_folder(folder)
        os.replace(part, into)  # in place of an empty folder, or of none
        sync_folder(into.parent)
    except OSError as fault:
        raise BackupFault(
            f"{into} could not be written: {fault.strerror}. Way out: name a folder that this user may make, "
            "on a local disk with room"
        ) from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def counts(db: Connection) -> dict[str, int]:
    """How many calls, texts, cases and recordings a database has."""
    asked = {
        "calls": "SELECT COUNT(*) FROM sessions WHERE channel = 'voice'",
        "texts": "SELECT COUNT(*) FROM messages",
        "cases": "SELECT COUNT(*) FROM cases",
        "recordings": "SELECT COUNT(*) FROM recordings WHERE state = 'fetched'",
    }
    return {name: int(db.execute(sql).fetchone()[0]) for name, sql in asked.items()}


def newest(db: Connection) -> dict[str, str]:
    """When the last call, text and case was; '' when there was none."""
    asked = {
        "calls": "SELECT MAX(started_at) FROM sessions WHERE channel = 'voice'",
        "texts": "SELECT MAX(updated_at) FROM messages",
        "cases": "SELECT MAX(opened_at) FROM cases",
    }
    return {name: db.execute(sql).fetchone()[0] or "" for name, sql in asked.items()}


def newer_than(db: Connection, moment: Mapping[str, str]) -> dict[str, int]:
    """How many calls, texts and cases of a database came after those of a backup, which ``newest`` tells."""
    asked = {
        "calls": "SELECT COUNT(*) FROM sessions WHERE channel = 'voice' AND started_at > ?",
        "texts": "SELECT COUNT(*) FROM messages WHERE updated_at > ?",
        "cases": "SELECT COUNT(*) FROM cases WHERE opened_at > ?",
    }
    return {name: int(db.execute(sql, (moment.get(name, ""),)).fetchone()[0]) for name, sql in asked.items()}


@contextmanager
def _reading(database: Path) -> Iterator[Connection]:
    with closing(opening.open_connection(database, read_only=True)) as db:
        yield db


def _copy_database(source: Path, copy: Path, step: Step) -> None:
    """All pages as they were at one moment, while others go on writing."""
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _reading(source) as db, closing(sqlite3.connect(copy, isolation_level=None)) as target:
        if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            # A held snapshot: without it SQLite would begin anew whenever another process commits, perhaps for ever.
            db.execute("BEGIN")
            db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        ((size,),) = db.execute("PRAGMA page_size").fetchall()
        done = 0

        def tell(status: int, remaining: int, total: int) -> None:
            nonlocal done
            step("database", size * (total - remaining - done))
            done = total - remaining

        db.backup(target, pages=PAGES, progress=tell)
        target.execute("PRAGMA journal_mode=delete").fetchall()  # one file, without a log beside it


def _sources(copy: Path, recordings: Path | None, spool: Path, audio: Path) -> Iterator[tuple[str, Path]]:
    """Names in the backup and where they are read. Recordings after the database: so whatever that names is there."""
    yield DATABASE, copy
    for folder, name in ((recordings, "recordings"), (spool, "spool"), (spool / "poison", "spool/poison")):
        for path in sorted(folder.glob("*")) if folder else ():
            if path.is_file() and path.suffix != ".part" and _MEMBER.fullmatch(f"{name}/{path.name}"):
                yield f"{name}/{path.name}", path
    for folder in (audio / "prompts", audio / "earlier"):
        for path in sorted(folder.rglob("*")):
            name = f"audio/{path.relative_to(audio).as_posix()}"
            if path.is_file() and _MEMBER.fullmatch(name):
                yield name, path


def _pack(
    sources: Iterator[tuple[str, Path]], manifest: Manifest, into: Any, step: Step
) -> dict[str, tuple[int, str]]:
    files: dict[str, tuple[int, str]] = {}
    with tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in sources:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # handled, or erased, since it was listed
            with file:
                size = os.fstat(file.fileno()).st_size
                hashed = _Hashed(file, lambda count: step("files", count))
                _add(tar, name, size, hashed)
                files[name] = (size, hashed.sha256.hexdigest())
        told = json.dumps({**asdict(manifest), "files": files}, ensure_ascii=True).encode()
        _add(tar, MANIFEST, len(told), io.BytesIO(told))
    return files


def _add(tar: tarfile.TarFile, name: str, size: int, content: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, content)


def _read(file: Path, keys: Keys, take: Callable[[str, _Hashed], object], step: Step) -> Manifest:
    """Gives every member to ``take`` and compares it with the manifest at the end. Raises BackupFault."""
    try:
        with open_sealed(file, keys, BOUND) as opened:
            return _members(file, opened, take, step)
    except VaultFault as fault:
        way_out = {"WrongKey": "set VAULT_KEY, or VAULT_OLD_KEYS, to the key it was made with"}
        raise BackupFault(
            f"{fault.what}. Way out: {way_out.get(type(fault).__name__, 'take another backup, or fetch this one again')}"
        ) from fault
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as fault:
        raise BackupFault(f"{file} is no backup of ours ({fault}). Way out: take another backup") from fault


def _members(file: Path, opened: BinaryIO, take: Callable[[str, _Hashed], object], step: Step) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    with tarfile.open(fileobj=opened, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or manifest is not None:
                raise ValueError(f"{member.name[:80]!r} does not belong into it")
            if member.name == MANIFEST:
                manifest = _manifest(json.load(content))
                continue
            if not _MEMBER.fullmatch(member.name):
                raise ValueError(f"{member.name[:80]!r} does not belong into it")
            hashed = _Hashed(content, lambda count: step("verify", count))
            take(member.name, hashed)
            found[member.name] = (member.size, hashed.sha256.hexdigest())
    if manifest is None or dict(manifest.files) != found or DATABASE not in found:
        raise ValueError("it does not hold what its list says")
    return manifest


def _manifest(told: dict[str, Any]) -> Manifest:
    if told.get("format") not in _READ:
        raise ValueError(f"format {told.get('format')}: it was made by another version of Sambung")
    return Manifest(
        **{**told, "files": {name: (size, digest) for name, (size, digest) in told["files"].items()}}
    )


def _write(path: Path, content: _Hashed) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, BLOCK)
        file.flush()
        os.fsync(file.fileno())


class _Hashed:
    """A file that is read through a hash; ``tell`` hears how many bytes each reading gave."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file, self._tell, self.sha256 = file, tell, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sha256.update(piece)
        self._tell(len(piece))
        return piece


class _Nowhere(io.RawIOBase):
    def write(self, piece: Any) -> int:
        return len(piece)
