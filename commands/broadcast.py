"""`python app.py broadcast`: one text to many, with all that the law asks of who sends it."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from commands.people import add_person, person_of
from sessions.dialogues import broadcasts
from sessions.dialogues.broadcasts import NotSent, Sent
from sessions.gateway import Gateway

MOST_NAMED = 20  # lines that are no number, one by one


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "broadcast",
        description="Sends one text to the numbers of a list, from the service's own number: once to each, never to who has "
        "answered STOP to this service, from 08.00 to 20.00 only, five a second. The text must name the word that ends such texts, "
        "the ground is recorded. Given again on the same day it goes on where it was interrupted. Exit code: 0 done, 1 not.",
        epilog="example:\n  python app.py broadcast --service kring_pajak --role supervisor --list wajib_pajak.csv \\\n"
        '      --text "Batas SPT Tahunan 31 Maret. Berhenti: balas STOP" --ground "agreed when they registered"',
    )
    parser.add_argument(
        "--list", required=True, type=Path, metavar="FILE", help="a number a line; more columns are left out"
    )
    parser.add_argument("--text", required=True, metavar="WORDS")
    parser.add_argument("--ground", required=True, metavar="WHY", help="who has agreed, or which law says so")
    add_person(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    name = arguments.service[0] if len(arguments.service) == 1 else ""
    flow = gateway.services.current(name) if name else None
    if flow is None:
        print(f"one service: --service {' or '.join(_services(gateway))}", file=sys.stderr)
        return 1
    try:
        numbers = _numbers(arguments.list)
        sent = broadcasts.send(gateway, flow, person_of(arguments), numbers, arguments.text, arguments.ground)
    except (NotSent, OSError, UnicodeDecodeError) as fault:
        print(f"nothing was sent: {fault}", file=sys.stderr)
        return 1
    print(_told(sent))
    return 0


def _services(gateway: Gateway) -> list[str]:
    return sorted(flow.id for flow in gateway.services.services())


def _numbers(path: Path) -> Iterator[str]:
    """The first column; a heading is left out. All is read before anything is sent."""
    rows = [
        row[0]
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        if row and row[0].strip()
    ]
    return iter(rows[1:] if rows and not any(letter.isdigit() for letter in rows[0]) else rows)


def _told(sent: Sent) -> str:
    lines = [f"{len(sent.owed)} texts go out" + (f" from {sent.first} on" if sent.first else "")]
    counted = (
        (sent.repeated, "stood in the list twice"),
        (sent.refused, "have refused such texts"),
        (sent.already, "had it already today"),
    )
    lines += [f"{count} {words}" for count, words in counted if count]
    lines += [f"no number to text: {written}" for written in sent.unusable[:MOST_NAMED]]
    if more := len(sent.unusable) - MOST_NAMED:
        lines += [f"and {more} more"] if more > 0 else []
    return "\n".join(lines)
