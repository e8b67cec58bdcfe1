"""`python app.py restore FILE --into DIR`: a new INSTANCE from a backup, looked through before anything is written."""

from __future__ import annotations

import argparse
import fcntl
import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import store
from commands.backup import keys, recorded_prompts, secret_name, told
from commands.progress import Bar
from commands.recordings import who
from credentials import DEVELOPMENT_FILE, development_key_file
from settings import Settings
from store import api_tokens, audit, backups, outbox, times, wall_screens, web_sessions
from store.backups import BackupFault, Manifest

WHY_UNCERTAIN = "restored from a backup: it may have gone out since"


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "restore",
        description="Looks through a backup, byte for byte, and writes it to a new or empty folder, which is there whole or not "
        "at all. Texts and calls that waited then are looked up at the carrier before they go out, and everybody signs in "
        "again. VAULT_KEY (or VAULT_OLD_KEYS) must be the key of then. Exit code: 0 restored, 1 not.",
        epilog="examples:\n  python app.py restore sambung-20261124T020000Z.backup --check\n"
        "  python app.py restore sambung-20261124T020000Z.backup --into /var/lib/sambung",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--into", metavar="DIR", type=Path, help="the new INSTANCE: not there yet, or empty")
    what.add_argument("--check", action="store_true", help="only look whether it is whole; write nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = arguments.settings()
    try:
        manifest = _check(settings, arguments.file) if arguments.check else _restore(settings, arguments)
    except (BackupFault, store.Unusable) as fault:
        print(f"restore: {fault}", file=sys.stderr)
        return 1
    done = "whole" if arguments.check else f"restored into {arguments.into}"
    print(f"{arguments.file} is {done}: {told(manifest, arguments.file)}")
    for line in (*_newer(settings, manifest), *_next(settings, manifest, arguments.into)):
        print(line)
    return 0


def _check(settings: Settings, file: Path) -> Manifest:
    with Bar("verify", _size(file)) as bar:
        return backups.verify(file, keys(settings), bar.step)


def _restore(settings: Settings, arguments: argparse.Namespace) -> Manifest:
    into: Path = arguments.into.absolute()
    refuse_used(into)
    with Bar("restore", 2 * _size(arguments.file)) as bar:
        return backups.unpack(
            arguments.file,
            keys(settings),
            into,
            bar.step,
            lambda folder: _begin_anew(settings, folder, arguments.file),
        )


def refuse_used(into: Path) -> None:
    """Raises BackupFault when the folder holds anything, first of all a gateway that runs."""
    if not into.exists():
        return
    lock = into / "run.lock"
    if lock.exists() and _held(lock):
        raise BackupFault(
            f"{into} is served by {lock.read_text().strip() or 'a process'}. Way out: stop that one, and name a new folder"
        )
    if not into.is_dir() or any(into.iterdir()):
        raise BackupFault(
            f"{into} is not empty, and nothing is written over. Way out: name a new folder, or move this one aside: "
            f"mv {into} {into}.before"
        )


def _held(lock: Path) -> bool:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _size(file: Path) -> float:
    return float(file.stat().st_size) if file.exists() else 0.0


def _begin_anew(settings: Settings, folder: Path, file: Path) -> None:
    """What the old installation may have done since: nothing goes out twice, and nobody stays signed in."""
    now = times.text(datetime.now(UTC))
    key = audit.key_of(settings.secret_key)
    with closing(store.connect(folder / backups.DATABASE, audit_key=key)) as opened, opened.write() as db:
        unsure = outbox.doubt(db, now=now, kinds=("sms", "call", "email"), why=WHY_UNCERTAIN)
        web_sessions.purge(db, "9999")  # whenever they would have ended
        api_tokens.purge(db, "9999")  # one that was revoked since the backup must not open anything again
        wall_screens.purge(db, "9999")  # likewise
        detail = json.dumps({"looked_up_first": unsure})
        audit.write(db, at=now, who=who(), action="restored", subject=file.name, detail=detail)


def _newer(settings: Settings, manifest: Manifest) -> list[str]:
    """What the present INSTANCE has and the backup has not, as far as it can be read."""
    if not settings.database.exists():
        last = ", ".join(f"{what} {at}" for what, at in manifest.newest.items() if at)
        return [f"the last in it: {last}" if last else "nothing had happened before it was made"]
    try:
        with closing(store.connect(settings.database, create=False)) as opened:
            newer = backups.newer_than(opened.read(), manifest.newest)
    except (store.Unusable, store.NotStored) as fault:
        return [f"what came after it cannot be counted: {fault}"]
    counted = ", ".join(f"{count} {what}" for what, count in newer.items())
    return [f"{settings.instance} has newer ones, which are not in it: {counted} (texts: or newer receipts)"]


def _next(settings: Settings, manifest: Manifest, into: Path | None) -> list[str]:
    lines = []
    if settings.secret_key and manifest.secret != secret_name(settings):
        lines.append(
            "SECRET_KEY is another than then: lock-outs and limits of numbers begin anew, and the audit cannot be verified. "
            "Way out: set the SECRET_KEY of then"
        )
    if into is not None and recorded_prompts(manifest):
        # AUDIO is no part of INSTANCE: somebody's present takes are not written over.
        audio = into.absolute() / "audio"
        lines.append(f"recorded prompts: cp -a {audio}/. {settings.audio}/, or AUDIO={audio} from now on")
    if into is not None and not settings.production and settings.emulated:
        # Development keeps its keys where a restored folder would not find them.
        key = development_key_file(settings.instance)
        lines.append(f"next: cp -p {settings.instance / DEVELOPMENT_FILE} {into}/ && cp -p {key} {into}.key")
    elif into is not None:
        lines.append(f"next: INSTANCE={into} python app.py run, then python app.py doctor")
    return lines
