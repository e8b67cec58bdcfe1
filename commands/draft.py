"""`python app.py draft hello --for +62812…`: try a change by telephone while everybody else keeps what is published."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time, timedelta

from commands.publishing_acts import contact_keys, open_draft
from commands.publishing_words import SHORT, Place, Wrong, place, who
from sessions.publishing import publishing
from store import times

DAYS = 7


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "draft",
        description="Serves the folder's content to calls and texts from the test numbers listed, within two seconds; everybody "
        "else stays on what is published. It must pass the check; its tests are for `publish`. A draft takes the place of the "
        "one before and ends by itself: when the service is published, or after seven days. Exit code: 0 done, 1 refused, "
        "2 wrong words.",
        epilog="examples:\n  python app.py draft hello --for +628115550117 --for +628115550118\n"
        "  python app.py draft hello --for +628115550117 --until 2026-12-01\n  python app.py draft hello --end",
    )
    parser.add_argument("service", metavar="SERVICE")
    parser.add_argument(
        "--for", dest="numbers", action="append", default=[], metavar="NUMBER", help="a test telephone"
    )
    parser.add_argument(
        "--until", metavar="DAY", help=f"the last day, or a time with its day (default: {DAYS} days)"
    )
    parser.add_argument("--end", action="store_true", help="end it now")
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="who you are, beside your account"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        with place(arguments) as here:
            return _end(here, arguments) if arguments.end else _open(here, arguments)
    except (OSError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2


def _end(here: Place, arguments: argparse.Namespace) -> int:
    with here.store.write() as db:
        ended = publishing.end_draft(
            db, arguments.service, who=who(arguments), now=here.stamp, why="by command"
        )
    print(f"{arguments.service}: " + ("the draft has ended" if ended else "there is no draft"))
    return 0


def _open(here: Place, arguments: argparse.Namespace) -> int:
    folder, numbers = here.folder(arguments.service), _keys(arguments.numbers)
    until = _until(here, arguments.service, arguments.until)
    faults, flow = open_draft(here, folder, numbers, until, who(arguments))
    if flow is None:
        print(*faults, sep="\n")
        print(f"no draft of {folder.id}: mend this first")
        return 1
    listed = ", ".join(sorted(numbers))
    print(
        f"{folder.id}: {listed} get {flow.version[:SHORT]} until {here.local(folder.id, until)}; all others stay"
    )
    return 0


def _keys(numbers: list[str]) -> set[str]:
    """Test telephones as the carrier's callers are known. Raises Wrong."""
    if not numbers:
        raise Wrong("--for is missing: which telephones hear the draft? --for +628115550117 (or --end)")
    try:
        return contact_keys(numbers)
    except Wrong as wrong:
        raise Wrong(f"--for {wrong}") from None


def _until(here: Place, service: str, given: str | None) -> str:
    """A day counts to its end, on the service's clock. Raises Wrong."""
    if given is None:
        return times.text(here.now + timedelta(days=DAYS))
    try:
        if len(given) == len("2026-12-01"):
            last = datetime.combine(date.fromisoformat(given) + timedelta(days=1), time())
        else:
            last = datetime.fromisoformat(given)
    except ValueError:
        raise Wrong(f"--until {given}: no day. Write 2026-12-01, or 2026-12-01T17:00") from None
    aware = last if last.tzinfo else last.replace(tzinfo=here.zone(service))
    if aware <= here.now:
        raise Wrong(f"--until {given}: that is over")
    return times.text(aware)
