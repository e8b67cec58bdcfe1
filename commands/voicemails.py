"""`python app.py voicemails`: the messages that callers left, as they were written down; read, opened, corrected."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from commands.people import add_person, person_of
from sessions.cases import records
from sessions.cases.records import Person, Refused, Shown
from sessions.gateway import Gateway
from sessions.voicemails.voicemails import Understanding
from sms import grammar
from store import audit, cases, times, transcripts
from store.transcripts import Transcribing, TranscriptRow
from store.vault import VaultFault

LISTEN = "low"


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "voicemails",
        description="Lists recorded messages and what became of writing them down; shows one as a role may see "
        "it, opens the original words with a reason, takes a correction, has one tried again. ID is a "
        "recording or a case number.",
        epilog="examples:\n  python app.py voicemails\n"
        "  python app.py voicemails show BI-20260311-0001 --role T1\n"
        '  python app.py voicemails show BI-20260311-0001 --role T3 --unit DKSP --original --reason "call back"\n'
        "  python app.py voicemails correct RE0123456789abcdef0123456789abcdef < what-was-really-said.txt",
    )
    parser.set_defaults(run=_list, limit=20)
    add_person(parser)
    what = parser.add_subparsers(metavar="WHAT")
    listing = what.add_parser("list", help="the last messages, newest first")
    listing.add_argument("--limit", type=int, default=20, metavar="N")
    listing.set_defaults(run=_list)
    for name, meaning, run in (
        ("show", "one message, masked for this role", _show),
        ("sound", "the sound on standard output, with a tone for what is masked", _sound),
        ("correct", "the text on standard input is what was really said", _correct),
        ("again", "have one that could not be written down tried again", _again),
    ):
        one = what.add_parser(name, help=meaning)
        one.add_argument("id", metavar="ID", help="recording or case number")
        one.set_defaults(run=run)
        add_person(one)
        if name != "again":
            one.add_argument("--original", action="store_true", help="the words as they were heard, unmasked")
            one.add_argument("--reason", default="", help="why the original is opened; the audit keeps it")
    add_person(listing)


def _list(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    db = gateway.store.read()
    for work in transcripts.newest(db, arguments.limit):
        print(_line(gateway, person, work))
    counts = transcripts.counts(db)
    print(", ".join(f"{counts[state]} {state}" for state in sorted(counts)) or "no messages yet")
    return 0


def _line(gateway: Gateway, person: Person, work: Transcribing) -> str:
    """When, which, how it stands, and its first words as far as this person may see them."""
    row = transcripts.load(gateway.store.read(), work.recording)
    about = work.fault
    if row is not None:
        try:
            shown = records.show(gateway, person, row).row
            about = f"{shown.ticket or 'no case':<18} {shown.confidence:<6} {shown.masked[:60]}"
        except Refused as refusal:
            about = f"{row.ticket or 'no case':<18} {refusal}"
    return f"{work.created_at}  {work.recording}  {work.state:<7}  {about}".rstrip()


def _show(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    rows = records.of(gateway, arguments.id)
    for row in rows:
        try:
            shown = records.show(gateway, person, row, original=arguments.original, reason=arguments.reason)
        except (Refused, VaultFault) as fault:
            print(f"{row.recording}: {fault}", file=sys.stderr)
            return 1
        print("\n".join(_told(shown)))
    return 0 if rows else _none(gateway, arguments.id)


def _told(shown: Shown) -> list[str]:
    row = shown.row
    lines = [
        f"{row.recording}  {row.ticket or 'no case'}  {row.service}  {row.seconds:.0f} s, {row.language}"
    ]
    if row.corrected_by:
        lines.append(f"corrected by {row.corrected_by} on {row.corrected_at}")
    else:
        lines.append(f"machine-made ({row.engine} {row.model_sha256[:12]}), confidence {row.confidence}")
    hidden = json.loads(row.hidden)
    if hidden and shown.original is None:
        lines.append("hidden: " + ", ".join(f"{count} {kind}" for kind, count in hidden.items()))
    if shown.original is not None:
        return [*lines, *shown.original.splitlines()]
    several = len({line["leg"] for line in json.loads(row.lines)}) > 1
    return [*lines, *(_spoken(line, several) for line in json.loads(row.lines))]


def _spoken(line: dict, several: bool) -> str:
    minutes, seconds = divmod(int(line["start"]), 60)
    leg = f" leg {line['leg'] + 1}" if several else ""
    doubt = "  <- listen to the recording" if line["label"] == LISTEN else ""
    return f"  {minutes:02d}:{seconds:02d}{leg}  {line['label']:<9}  {line['text']}{doubt}"


def _sound(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    row = _one(gateway, arguments.id)
    if row is None:
        return _none(gateway, arguments.id)
    if sys.stdout.isatty():
        print("the sound would go to the terminal; write it to a file: ... > one.wav", file=sys.stderr)
        return 2
    try:
        with records.sound(
            gateway, person, row, original=arguments.original, reason=arguments.reason
        ) as sound:
            shutil.copyfileobj(sound, sys.stdout.buffer)
    except (Refused, VaultFault) as fault:
        print(f"{row.recording}: {fault}", file=sys.stderr)
        return 1
    return 0


def _correct(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    row = _one(gateway, arguments.id)
    if row is None:
        return _none(gateway, arguments.id)
    how = Understanding(grammar.topic, grammar.named)
    try:
        records.correct(
            gateway, person, row, sys.stdin.read(), how,
            original=arguments.original, reason=arguments.reason,
        )  # fmt: skip
    except (Refused, VaultFault, ValueError) as fault:
        print(f"{row.recording}: {fault}", file=sys.stderr)
        return 1
    print(f"{row.recording}: corrected; what the machine wrote is kept beside it")
    return 0


def _again(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        done = transcripts.once_more(db, arguments.id, now=now)
        if done:
            audit.write(db, at=now, who=person.name, action="transcript_again", subject=arguments.id)
    if not done:
        print(f"{arguments.id} did not end in 'listen': there is nothing to try again", file=sys.stderr)
        return 1
    print(f"{arguments.id} is tried again, from the first try")
    return 0


def _one(gateway: Gateway, subject: str) -> TranscriptRow | None:
    """The one transcript meant; of a case with several, the newest."""
    rows = records.of(gateway, subject)
    return rows[-1] if rows else None


def _none(gateway: Gateway, subject: str) -> int:
    work = transcripts.work(gateway.store.read(), subject)
    if work is not None:
        print(f"{subject} is {work.state}: {work.fault or 'nothing is written down of it'}")
        return 0
    known = cases.load(gateway.store.read(), subject) is not None
    print(
        f"{subject}: {'no message was written down for this case' if known else 'nothing of that name'}",
        file=sys.stderr,
    )
    return 1
