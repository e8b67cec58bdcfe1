"""What the commands of publishing share: a store beside the running service, its clock, and how versions and times are said."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import store
from commands.recordings import who as account
from engine.differences import Differences, differences, tree_lines
from engine.flow import Flow
from engine.load import FlowFaults
from ivr.emergency import Emergency, write_files
from sessions import services
from sessions.desk import desk_rules
from sessions.gateway import clock_ahead
from sessions.services import Folder
from settings import Settings
from store import flows as rows
from store import times
from store.library import Connection

SHORT = 8  # hex digits of a version that people read and type


class Wrong(Exception):
    """What somebody asked for cannot be done. The text says why and what can be."""


@dataclass
class Place:
    """An installation's database and flows, as a command beside it sees them."""

    settings: Settings
    store: store.Store

    @property
    def db(self) -> Connection:
        return self.store.read()

    @property
    def now(self) -> datetime:
        return clock_ahead(self.settings.clock_offset)()

    @property
    def stamp(self) -> str:
        return times.text(self.now)

    def folder(self, service: str) -> Folder:
        """The service's folder. Raises Wrong when there is none."""
        found = services.read_folders(self.settings.flows)
        for folder in found:
            if folder.id == service:
                return folder
        names = ", ".join(folder.id for folder in found) or "none"
        raise Wrong(f"{service}: no such service in {self.settings.flows}. There are: {names}")

    def version(self, service: str, beginning: str) -> str:
        """The whole name of a version of the service. Raises Wrong when none or several begin so."""
        known = [row.version for row in rows.versions(self.db, service)]
        found = [version for version in known if version.startswith(beginning)]
        if len(found) != 1:
            what = "several versions begin" if found else "no version begins"
            raise Wrong(
                f"{service}: {what} with {beginning!r}. `python app.py versions {service}` lists them"
            )
        return found[0]

    def zone(self, service: str) -> ZoneInfo:
        """The service's time zone; Jakarta's where it cannot be known."""
        version = rows.current(self.db, service)
        try:
            flow = services.kept_flow(self.db, service, version) if version else None
        except FlowFaults:
            flow = None
        return ZoneInfo(flow.timezone if flow else "Asia/Jakarta")

    def local(self, service: str, stored: str) -> str:
        """A stored time on the service's clock."""
        return f"{times.instant(stored).astimezone(self.zone(service)):%Y-%m-%d %H:%M %Z}"


@contextmanager
def place(arguments: argparse.Namespace) -> Iterator[Place]:
    """The installation of these settings. Raises store.Unusable when `run` has never made its database."""
    settings = arguments.settings()
    opened = store.connect(settings.database, create=False)
    try:
        yield Place(settings, opened)
    finally:
        opened.close()


def add_who(parser: argparse.ArgumentParser, *, why: str) -> None:
    """--as and --why, which the audit keeps."""
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="who you are, beside your account"
    )
    parser.add_argument("--why", default="", help=why)


def who(arguments: argparse.Namespace) -> str:
    """The account at the terminal, and the name that was given: the first cannot be made up, the second says more."""
    return f"{arguments.name} ({account()})" if arguments.name else account()


def compared(before: tuple[Folder, Flow], after: tuple[Folder, Flow]) -> Differences:
    """What differs between two versions, the desk's rules too."""
    found = differences(before[1], after[1])
    desk = tree_lines("desk.yaml", _desk(before[0]), _desk(after[0]))
    return Differences((*found.lines, *desk), found.removed, found.changed, found.renamed)


def _desk(folder: Folder) -> object:
    return desk_rules.plain(folder.files)


def loaded(folder: Folder) -> tuple[Folder, Flow]:
    """The folder with its flow. Raises FlowFaults."""
    return folder, folder.load()


def write_emergency(settings: Settings, flows: list[Flow]) -> None:
    """What a second place can serve while we cannot: one file for each service and language.

    On a full disk the older ones stay: whoever starts again there answers callers all the same.
    """
    words = Emergency(settings.public_url, settings.emergency_agents, settings.dial_time_limit)
    folder = Path(settings.instance) / "fallback"
    try:
        write_files(words, flows, folder)
    except OSError as fault:
        print(
            f"{folder}: the emergency's files could not be renewed: {fault.strerror}. What stands there stays. "
            "Way out: make room for our user to write there, then start again",
            file=sys.stderr,
        )
