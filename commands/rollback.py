"""`python app.py rollback hello`: the version of before, at once, and kept until somebody publishes the service again."""

from __future__ import annotations

import argparse
import sys

from commands.publishing_acts import roll_back
from commands.publishing_words import SHORT, Place, Wrong, add_who, place, who
from engine.load import FlowFaults
from sessions.publishing import publishing
from store import flows as rows


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "rollback",
        description="Gives new calls and texts an old version of a service again, within two seconds: the one published before "
        "the current one, or the one named. It stays: neither a restart nor an edit publishes the folder over it until "
        "`python app.py publish SERVICE`. Calls and dialogues under way end on the version they began with. Exit code: 0 done, "
        "1 this program refuses that version, 2 there is none.",
        epilog='examples:\n  python app.py rollback hello --why "key 3 leads nowhere"\n'
        "  python app.py rollback hello 3fa2c1d0 --as budi",
    )
    parser.add_argument("service", metavar="SERVICE")
    parser.add_argument(
        "version", nargs="?", metavar="VERSION", help="as `versions` lists it, or its beginning"
    )
    add_who(parser, why="the reason, for whoever finds the service held")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        with place(arguments) as here:
            return _roll_back(here, arguments)
    except Wrong as error:
        print(error, file=sys.stderr)
        return 2
    except FlowFaults as faults:
        print(*faults.faults, sep="\n", file=sys.stderr)
        print("not rolled back: this program refuses that version", file=sys.stderr)
        return 1


def _roll_back(here: Place, arguments: argparse.Namespace) -> int:
    service = arguments.service
    version = _wanted(here, service, arguments.version)
    why = arguments.why or "no reason given"
    faults, told = roll_back(here, service, version, who=who(arguments), why=why)
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    print("\n".join(f"{service}: {line}" for line in told))
    print(f"{service}: back on {version[:SHORT]}, and held there until: python app.py publish {service}")
    return 0


def _wanted(here: Place, service: str, beginning: str | None) -> str:
    if not rows.versions(here.db, service):
        known = ", ".join(rows.all_current(here.db)) or "none"
        raise Wrong(f"{service}: no such service is published. There are: {known}")
    version = here.version(service, beginning) if beginning else publishing.previous(here.db, service)
    if version is None:
        raise Wrong(
            f"{service}: nothing was published before. `python app.py versions {service}` lists what there is"
        )
    if version == rows.current(here.db, service):
        print(f"{service}: {version[:SHORT]} is what callers get already; it is held from now on")
    return version
