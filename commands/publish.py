"""`python app.py publish hello`: checked, its tests played, told in words what callers will notice, and only then theirs."""

from __future__ import annotations

import argparse
import sys

from commands.progress import Bar
from commands.publishing_acts import noticed, offer, put
from commands.publishing_words import SHORT, Place, Wrong, place, who
from sessions import services
from sessions.publishing import publishing
from sessions.services import Folder
from store import flows as rows


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "publish",
        description="Checks services and plays their tests, tells in words what callers will notice and who is under way, and "
        "makes the folder's content what new calls and texts get, within two seconds and without a restart. Calls and "
        "dialogues under way end on the version they began with. Without names: every service whose folder differs and "
        "that is not held by a rollback. With one fault nothing is published. Exit code: 0 published, or nothing to publish, "
        "1 refused, 2 no such service.",
        epilog="examples:\n  python app.py publish --dry-run\n  python app.py publish hello --as budi\n"
        "  python app.py publish hello --withdraw      # new calls no longer reach it",
    )
    parser.add_argument(
        "services", nargs="*", metavar="SERVICE", help="only these (default: all that differ)"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything but the last step")
    parser.add_argument(
        "--withdraw", action="store_true", help="take the services away from new contacts instead"
    )
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="who you are, beside your account"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        with place(arguments) as here:
            if arguments.withdraw:
                return _withdraw(here, arguments)
            return _publish(here, arguments)
    except (OSError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2
    except publishing.Stale as late:
        print(late, file=sys.stderr)
        return 1


def _withdraw(here: Place, arguments: argparse.Namespace) -> int:
    if not arguments.services:
        raise Wrong("--withdraw needs the names of services")
    current = rows.all_current(here.db)
    for service in arguments.services:
        if service not in current:
            raise Wrong(f"{service}: not published. There are: {', '.join(current) or 'none'}")
    for service in arguments.services:
        if not arguments.dry_run:
            with here.store.write() as db:
                publishing.withdraw(db, service, who=who(arguments), now=here.stamp, held=True)
        done = "would take" if arguments.dry_run else "takes"
        print(f"{service}: {done} no new calls and texts; those under way go on")
    return 0


def _publish(here: Place, arguments: argparse.Namespace) -> int:
    chosen = _chosen(here, arguments.services)
    if not chosen:
        print("nothing to publish: every folder is what callers meet, or is held")
        return 0
    with Bar("check and tests", 2 * len(chosen)) as bar:
        offered = offer(here, chosen, bar.step)
    if offered.faults:
        print(*offered.faults, sep="\n")
        names = ", ".join(folder.id for folder in chosen)
        print(f"not published: {names}. Callers keep what they have until this is mended")
        return 1
    for folder, flow in zip(chosen, offered.flows, strict=True):
        print("\n".join(f"{folder.id}: {line}" for line in noticed(here, folder, flow)))
    if arguments.dry_run:
        print("nothing was published: --dry-run")
        return 0
    put(here, offered, who(arguments))
    for flow in offered.flows:
        print(f"{flow.id}: published {flow.version[:SHORT]}; back again: python app.py rollback {flow.id}")
    return 0


def _chosen(here: Place, names: list[str]) -> list[Folder]:
    """The folders of the services named; of all that differ and are not held without names."""
    if names:
        return [here.folder(name) for name in dict.fromkeys(names)]
    folders = services.read_folders(here.settings.flows)
    if not folders:
        raise Wrong(
            f"{here.settings.flows}: no service here. One is a folder with a flow.yaml: docs/flows.md"
        )
    waiting = services.unpublished(here.db, folders)
    for service, hold in rows.held(here.db).items():
        print(f"{service}: held by {hold.who} ({hold.why}); name it to publish it")
    return [folder for folder in folders if folder.id in waiting]
