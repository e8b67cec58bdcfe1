"""`python app.py diff hello`: what callers would notice between two versions of a service, in words."""

from __future__ import annotations

import argparse
import sys

from commands.publishing_words import Place, Wrong, compared, loaded, place
from engine.load import FlowFaults
from sessions import services
from sessions.services import Folder
from store import flows as rows


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "diff",
        description="Tells what contacts would notice between two versions of a service: ways, prompts by language, steps, "
        "keywords, numbers, hours, texts, tables, the desk's rules. Without versions: what is published against the folder. "
        "With one: that version against the folder. Exit code: 0 always when both can be read, 1 when one cannot, 2 when there "
        "is no such version.",
        epilog="examples:\n  python app.py diff hello\n  python app.py diff hello 3fa2c1d0\n"
        "  python app.py diff hello 3fa2c1d0 9b11e7aa",
    )
    parser.add_argument("service", metavar="SERVICE")
    parser.add_argument(
        "before", nargs="?", metavar="A", help="a version, or its beginning (default: published)"
    )
    parser.add_argument("after", nargs="?", metavar="B", help="another version (default: the folder)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        with place(arguments) as here:
            before = _version(here, arguments.service, arguments.before)
            if arguments.after:
                after = _version(here, arguments.service, arguments.after)
            else:
                after = here.folder(arguments.service)
            found = compared(loaded(before), loaded(after))
    except (OSError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2
    except FlowFaults as faults:
        print(*faults.faults, sep="\n", file=sys.stderr)
        return 1
    print("\n".join(found.lines) or "nothing that contacts would notice")
    return 0


def _version(here: Place, service: str, beginning: str | None) -> Folder:
    version = here.version(service, beginning) if beginning else rows.current(here.db, service)
    kept = services.kept_folder(here.db, service, version) if version else None
    if kept is None:
        raise Wrong(
            f"{service}: not published. python app.py publish {service} --dry-run tells what would be"
        )
    return kept
