"""`python app.py versions hello`: what was published when and by whom, what callers get, and who is still on which version."""

from __future__ import annotations

import argparse
import sys

from commands.publishing_words import SHORT, Place, Wrong, place
from sessions import services
from sessions.publishing.impact import UnderWay, counted, under_way
from store import flows as rows
from store.flows import VersionRow


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "versions",
        description="Lists the versions of a service, the newest first: when it was published, by whom, which one new contacts "
        "get (*), and how many calls and dialogues are on it. Says whether the service is held by a rollback, whether a "
        "draft is open, and whether the folder is something else. Without a name: all services.",
        epilog="examples:\n  python app.py versions\n  python app.py versions hello",
    )
    parser.add_argument("service", nargs="?", metavar="SERVICE", help="only this one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        with place(arguments) as here:
            known = sorted({folder.id for folder in services.read_folders(here.settings.flows)})
            names = [arguments.service] if arguments.service else sorted({*known, *rows.all_current(here.db)})
            for service in names:
                print("\n".join(_lines(here, service)))
    except (OSError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _lines(here: Place, service: str) -> list[str]:
    versions = rows.versions(here.db, service)
    if not versions:
        here.folder(service)  # tells which services there are
        return [f"{service}: never published. python app.py publish {service}"]
    sessions = under_way(here.db, service)
    return [
        service,
        *(_line(here, service, version, sessions) for version in versions),
        *(f"  {note}" for note in _notes(here, service)),
    ]


def _line(here: Place, service: str, row: VersionRow, sessions: list[UnderWay]) -> str:
    mark = "*" if rows.current(here.db, service) == row.version else " "
    when = here.local(service, row.published_at) if row.published_at else "never published (a draft)"
    on = [session for session in sessions if session.version == row.version]
    by = f"by {row.published_by}" if row.published_by else ""
    return f"{mark} {row.version[:SHORT]}  {when}  {by}{f'  {counted(on)} on it' if on else ''}".rstrip()


def _notes(here: Place, service: str) -> list[str]:
    notes = []
    hold = rows.held(here.db).get(service)
    if hold:
        since = here.local(service, hold.at)
        notes.append(f"held since {since} by {hold.who}: {hold.why}. python app.py publish {service} ends it")
    draft = rows.drafts(here.db, here.stamp).get(service)
    if draft:
        until, numbers = here.local(service, draft.until), ", ".join(sorted(draft.numbers))
        notes.append(f"draft {draft.version[:SHORT]} for {numbers} until {until}, opened by {draft.who}")
    if rows.current(here.db, service) is None:
        notes.append("withdrawn: new contacts do not reach it")
    folders = [one for one in services.read_folders(here.settings.flows) if one.id == service]
    if not folders:
        notes.append(f"there is no folder of it in {here.settings.flows}")
    elif services.differs(here.db, folders[0]):
        notes.append(f"the folder differs: python app.py diff {service}")
    return notes
