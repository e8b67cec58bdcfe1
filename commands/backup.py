"""`python app.py backup`: one sealed file that holds the installation, made while it runs."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import store
from commands.progress import Bar
from commands.recordings import who
from sessions.condition import LAST_BACKUP
from settings import Settings, require_account
from store import audit, backups, meta, times
from store.backups import BackupFault, Manifest
from store.vault import Keys, keys_of

NAMED_BY_US = re.compile(r"sambung-[0-9]{8}T[0-9]{6}Z\.backup")


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "backup",
        description="Writes database, recordings, recorded prompts (AUDIO) and waiting events to one file, "
        "as they are at one moment, while calls go on. The file is sealed with VAULT_KEY; no key is in it: keep VAULT_KEY and "
        "SECRET_KEY somewhere else. It is there whole or not at all. Exit code: 0 made, 1 not.",
        epilog="examples:\n  python app.py backup\n"
        "  python app.py backup --out /mnt/elsewhere/ --keep 14\n"
        "  python app.py backup --without-recordings --out /mnt/elsewhere/ --keep 288",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="the file, or a folder for a file named after the moment (default: the folder INSTANCE-backups)",
    )
    parser.add_argument(
        "--keep",
        type=_at_least_one,
        metavar="N",
        help="afterwards remove all but the newest N of that folder",
    )
    parser.add_argument(
        "--without-recordings",
        action="store_true",
        help="all but what callers said, for every few minutes; copy INSTANCE/recordings by other means",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = require_account(arguments.settings())
    into = target(settings, arguments.out)
    recordings = None if arguments.without_recordings else settings.recordings
    try:
        with Bar("backup", _size(settings, recordings)) as bar:
            manifest = make(settings, into, recordings, who(), lambda what, count: bar.step(what, count))
    except BackupFault as fault:
        print(f"backup: {fault}", file=sys.stderr)
        return 1
    removed = prune(into.parent, arguments.keep, into) if arguments.keep else 0
    print(f"{into}  {told(manifest, into)}" + (f"; {removed} older removed" if removed else ""))
    return 0


def make(settings: Settings, into: Path, recordings: Path | None, who: str, step: backups.Step) -> Manifest:
    """Makes one and writes down that it was made, and by whom. Raises BackupFault."""
    now = times.text(datetime.now(UTC))
    manifest = backups.make(
        settings.database, recordings, settings.spool, settings.audio, into, keys(settings),
        now=now, secret=secret_name(settings), step=step,
    )  # fmt: skip
    _note(settings, into, now, who)
    return manifest


def made(settings: Settings) -> list[Path]:
    """Those that lie in our own folder, the newest first."""
    return sorted(_ours(_folder(settings)), reverse=True)


def keys(settings: Settings) -> Keys:
    """The keys that seal and open backups. Raises BackupFault when there is none."""
    if not settings.vault_key:
        raise BackupFault(
            "there is no key. Way out: set VAULT_KEY, or in development start once with `make run`"
        )
    return keys_of(settings.vault_key, settings.vault_old_keys)


def secret_name(settings: Settings) -> str:
    """By this a SECRET_KEY is known again; nothing of it can be told from that."""
    return hashlib.sha256(b"sambung secret key\0" + settings.secret_key.encode()).hexdigest()[:16]


def told(manifest: Manifest, file: Path) -> str:
    """In words what a backup holds."""
    counts = ", ".join(f"{count} {what}" for what, count in manifest.counts.items())
    without = "" if manifest.recordings else ", without recordings"
    prompts = f", {count} recorded prompts" if (count := recorded_prompts(manifest)) else ""
    return f"{file.stat().st_size / 1e6:.1f} MB of {manifest.made_at}: {counts}{prompts}{without}"


def recorded_prompts(manifest: Manifest) -> int:
    """How many files with words for callers a backup holds, without those that others took the place of."""
    return sum(name.startswith("audio/prompts/") and name.endswith(".wav") for name in manifest.files)


def prune(folder: Path, keep: int, newest: Path) -> int:
    """Removes all but the newest of the files that were named by us; how many. Others are not touched."""
    old = [path for path in sorted(_ours(folder))[:-keep] if path != newest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def target(settings: Settings, out: str | None = None) -> Path:
    """Where to: never a file that is there already, nor one inside what is backed up."""
    name = f"sambung-{re.sub('[-:]', '', times.text(datetime.now(UTC)))[:15]}Z.backup"
    into = _folder(settings) / name if out is None else Path(out)
    if out is not None and (into.is_dir() or out.endswith("/")):
        into = into / name
    return into.absolute()


def _folder(settings: Settings) -> Path:
    return settings.instance.with_name(f"{settings.instance.name}-backups")


def _ours(folder: Path) -> list[Path]:
    return [path for path in folder.glob("sambung-*.backup") if NAMED_BY_US.fullmatch(path.name)]


def _size(settings: Settings, recordings: Path | None) -> float:
    """Bytes to be gone through: the database twice, copied and sealed, and the rest once."""
    files = sum(path.stat().st_size for path in recordings.glob("*")) if recordings else 0
    return 2.0 * (settings.database.stat().st_size if settings.database.exists() else 0) + files


def _note(settings: Settings, into: Path, now: str, who: str) -> None:
    """Doctor and /metrics tell how old the last one is; the audit keeps who took a copy of everything."""
    key = audit.key_of(settings.secret_key)
    with (
        closing(store.connect(settings.database, create=False, audit_key=key)) as opened,
        opened.write() as db,
    ):
        meta.put(db, LAST_BACKUP, now)
        audit.write(
            db,
            at=now,
            who=who,
            action="backup_made",
            subject=into.name,
            detail=json.dumps({"folder": str(into.parent)}),
        )


def _at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)
