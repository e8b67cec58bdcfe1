"""`python app.py recordings`: what became of the sound that callers left, and the one way to take it out."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import sys
from typing import BinaryIO

from desk.access import HEAR, ROLES, Asker, may
from sessions.cases import records
from sessions.gateway import Gateway
from store import audit, recordings, times
from store.recordings import RecordingRow
from store.vault import VaultFault

STATES = ("held", "waiting", "fetched", "dead", "nothing")
LEAST_REASON = 8  # characters: "tes" tells nobody anything a year later


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "recordings",
        description="Lists what callers recorded and what became of fetching it, shows one, tries a dead one "
        "again, and gives out the sound of one, which is written into the audit with who, when and why.",
        epilog="examples:\n  python app.py recordings list --state dead\n"
        "  python app.py recordings show RE0123456789abcdef0123456789abcdef\n"
        '  python app.py recordings export RE0123456789abcdef0123456789abcdef --reason "complaint KP-1" > one.wav',
    )
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    listing = what.add_parser("list", help="the last recordings, newest first")
    listing.add_argument("--state", choices=STATES, help="only those in this state")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    for name, meaning in (
        ("show", "all that is known of one, and who took it out"),
        ("retry", "try a dead one again, from the first attempt"),
        ("export", "write the sound of one to standard output; the audit keeps who, when and why"),
    ):
        one = what.add_parser(name, help=meaning)
        one.add_argument("sid", metavar="SID")
    one.add_argument("--reason", required=True, help="why; it stands in the audit for good")
    one.add_argument("--role", choices=ROLES, default="T4", help="as whom to hear it (default: T4)")
    one.add_argument("--unit", default="", help="the unit that a T3 belongs to")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    if arguments.what == "list":
        return _list(gateway, arguments.state, arguments.limit)
    row = recordings.load(gateway.store.read(), arguments.sid)
    if row is None:
        print(f"no recording {arguments.sid} was ever heard of here", file=sys.stderr)
        return 1
    if arguments.what == "export":
        asker = Asker(arguments.role, arguments.unit)
        return export(gateway, row, arguments.reason, sys.stdout.buffer, asker)
    return _show(gateway, row) if arguments.what == "show" else _retry(gateway, row)


def _list(gateway: Gateway, state: str | None, limit: int) -> int:
    rows = recordings.latest(gateway.store.read(), limit, state)
    for row in rows:
        seconds = "-" if row.duration is None else f"{row.duration} s"
        print(f"{row.created_at}  {row.sid}  {row.state:<8} {seconds:>6}  {row.fault or ''}".rstrip())
    counts = recordings.counts(gateway.store.read())
    print(", ".join(f"{counts[each]} {each}" for each in STATES if each in counts) or "no recordings yet")
    return 0


def _show(gateway: Gateway, row: RecordingRow) -> int:
    for name, value in row._asdict().items():
        # The carrier's address is of no use to anybody: we make our own.
        if value is not None and name not in ("url", "lease_owner", "rank"):
            print(f"{name:<12} {value}")
    for line in audit.of_subject(gateway.store.read(), row.sid):
        print(f"{line.at}  {line.action} by {line.who}  {line.detail}")
    return 0


def _retry(gateway: Gateway, row: RecordingRow) -> int:
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        revived = recordings.revive(db, row.sid, now=now)
        if revived:
            audit.write(db, at=now, who=who(), action="recording_retried", subject=row.sid)
    if not revived:
        print(f"{row.sid} is {row.state}, not dead: there is nothing to try again", file=sys.stderr)
        return 1
    print(f"{row.sid} is tried again; the worker begins at once")
    return 0


def export(gateway: Gateway, row: RecordingRow, reason: str, into: BinaryIO, asker: Asker) -> int:
    """The sound, after the audit has it. Exit code 1 and a line on standard error when it cannot be had."""
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        print(
            f"--reason needs {LEAST_REASON} characters or more: who reads it later must understand",
            file=sys.stderr,
        )
        return 2
    if into.isatty():
        print("the sound would go to the terminal; write it to a file: ... > one.wav", file=sys.stderr)
        return 2
    if row.file is None or row.state != "fetched":
        print(
            f"{row.sid} is {row.state}, its sound is not here: {row.fault or 'not fetched yet'}",
            file=sys.stderr,
        )
        return 1
    if not _may_hear(gateway, row, asker):
        return 1
    try:
        with gateway.vault.open(row.file) as sound:
            now = times.text(gateway.clock())
            detail = json.dumps(
                {"reason": reason, "bytes": row.bytes, "role": asker.role, "unit": asker.unit},
                ensure_ascii=False,
            )
            with gateway.store.write() as db:
                audit.write(
                    db, at=now, who=who(), action="recording_exported", subject=row.sid, detail=detail
                )
            shutil.copyfileobj(sound, into)
            into.flush()
    except VaultFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _may_hear(gateway: Gateway, row: RecordingRow, asker: Asker) -> bool:
    """Is the sound as it was for this role? A refusal is in the audit."""
    with gateway.store.write() as db:
        decision = may(asker, records.matter_of_recording(gateway, db, row), HEAR)
        if not decision.ok:
            now = times.text(gateway.clock())
            detail = json.dumps({"refused": decision.why, "role": asker.role, "unit": asker.unit})
            audit.write(
                db, at=now, who=who(), action="recording_export_refused", subject=row.sid, detail=detail
            )
    if not decision.ok:
        print(f"{row.sid}: {decision.why}", file=sys.stderr)
    return decision.ok


def who() -> str:
    """Who sits there, by the system's account: a variable could say anything."""
    try:
        return f"shell:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"shell:{os.getuid()}"
