"""`python app.py audit`: who did what to what; is the chain of its lines whole?"""

from __future__ import annotations

import argparse
import sys

from commands.recordings import who
from sessions.console import auditing
from store import audit
from store.audit import Wanted
from store.times import instant
from web.moments import in_words


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "audit",
        description="Lists who did what to what, newest first. `verify` follows the whole chain and holds the anchors outside "
        "against it; its exit code is 1 when any line was changed, put in or taken out. `anchor` writes an anchor now; the "
        "worker writes one every hour to AUDIT_ANCHORS.",
        epilog="examples:\n  python app.py audit --who sinta --since 2026-03-01\n  python app.py audit --action publish\n"
        "  python app.py audit verify",
    )
    parser.set_defaults(run=show)
    for name in ("who", "action", "subject"):
        parser.add_argument(f"--{name}", default="", help="lines with this in it")
    parser.add_argument("--since", default="", metavar="DAY", help="from this day on (UTC), 2026-03-11")
    parser.add_argument("--until", default="", metavar="DAY", help="up to this day (UTC), included")
    parser.add_argument(
        "--limit", type=int, default=50, metavar="N", help="at most so many lines (default: 50)"
    )
    actions = parser.add_subparsers(metavar="ACTION")
    actions.add_parser("verify", help="is every line as it was written?").set_defaults(run=verify)
    actions.add_parser("anchor", help="write down outside where the chain stands").set_defaults(run=anchor)


def show(arguments: argparse.Namespace) -> int:
    """The lines that fit."""
    wanted = Wanted(arguments.who, arguments.action, arguments.subject, arguments.since, arguments.until)
    for row in audit.search(arguments.gateway().store.read(), wanted, arguments.limit):
        detail = "" if row.detail == "{}" else f"  {row.detail}"
        print(
            f"{row.n or '?':>7}  {in_words(instant(row.at), 'en'):<26} {row.who:<14} {row.action:<24} {row.subject}{detail}"
        )
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """0 when the chain is whole, 1 with every fault when it is not."""
    found = auditing.verify(arguments.gateway(), who())
    for fault in found.faults:
        print(fault, file=sys.stderr)
    if found.faults:
        told = f"{len(found.faults)} faults in {found.lines} lines and {found.anchors} anchors"
        print(f"{told}: what to do is in docs/runbook.md, Audit", file=sys.stderr)
        return 1
    print(f"whole: {found.lines} lines, {found.anchors} anchors")
    return 0


def anchor(arguments: argparse.Namespace) -> int:
    """An anchor of this moment, beside the hourly ones."""
    gateway = arguments.gateway()
    try:
        made = auditing.anchor(gateway)
    except OSError as fault:
        print(
            f"{gateway.settings.audit_anchors}: cannot be written ({fault.strerror}). Set AUDIT_ANCHORS",
            file=sys.stderr,
        )
        return 1
    print(
        f"line {made.n} anchored in {gateway.settings.audit_anchors}"
        if made
        else "nothing to anchor: no line yet"
    )
    return 0
