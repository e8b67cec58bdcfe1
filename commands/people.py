"""Who sits at this command, and in which role: for what a role may see (desk.access) and for the audit."""

from __future__ import annotations

import argparse

from commands.recordings import who
from desk.access import ROLES, Asker
from sessions.cases.records import Person


def add_person(parser: argparse.ArgumentParser) -> None:
    """--role, --unit, --service."""
    parser.add_argument("--role", choices=ROLES, default="T1", help="as whom to look (default: T1)")
    parser.add_argument("--unit", default="", help="the unit that a T3 belongs to")
    parser.add_argument(
        "--service", action="append", default=[], metavar="NAME", help="only this service; may be repeated"
    )


def person_of(arguments: argparse.Namespace) -> Person:
    """The account that runs the command, in the role that was given."""
    return Person(who(), Asker(arguments.role, arguments.unit, frozenset(arguments.service)))
