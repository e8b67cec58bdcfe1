"""`python app.py agents`: who answers. Import a roster, see where everybody stands, sign in, out or to a break."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from commands.recordings import who
from desk.agents import zone_of
from desk.roster import COLUMNS, RosterFaults
from desk.routing.events import Event, SignedIn, SignedOut, TookBreak, WrappedUp
from desk.routing.words import clock
from sessions.agents import staff


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "agents",
        description="Lists who answers, with state, since when and what they have in hand. `import` makes a CSV file the "
        "roster: all of it or, with any fault, nothing; whoever talks goes on talking. As soon as there is a roster, "
        "callers are put only to agents who are signed in and on shift, and hear 'nobody' when there are none.",
        epilog="examples:\n  python app.py agents\n  python app.py agents import petugas.csv\n"
        "  python app.py agents in a17 a18\n  python app.py agents break a17 --reason makan\n"
        f"columns of the file (id, name, tier and skills must be there):\n  {','.join(COLUMNS)}\n"
        "  a17,Siti Rahma,1,umum:2@2027-12-31;rupiah:1,id;en,PUBLIK,voice:1;text:3,+628115550117,,mon-fri 08:00-16:00,bicara131,,",
    )
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(metavar="ACTION")
    action = actions.add_parser("import", help="make a CSV file the roster")
    action.add_argument("file", type=Path, metavar="FILE.csv")
    action.set_defaults(run=import_)
    for name, event, words in (
        ("in", SignedIn, "sign in: contacts may come"),
        ("out", SignedOut, "sign out; what the agent has goes on"),
        ("ready", WrappedUp, "end the wrap-up time before it is over"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("ids", nargs="+", metavar="ID")
        action.set_defaults(run=lambda arguments, event=event: _happen(arguments, event))
    action = actions.add_parser("break", help="no more contacts for now")
    action.add_argument("ids", nargs="+", metavar="ID")
    action.add_argument("--reason", default="", help="shown in the list")
    action.set_defaults(run=lambda arguments: _happen(arguments, lambda id: TookBreak(id, arguments.reason)))


def import_(arguments: argparse.Namespace) -> int:
    """The whole file or nothing; every fault with its line."""
    try:
        content = arguments.file.read_bytes()
    except OSError as fault:
        print(f"{arguments.file}: cannot be read ({fault.strerror})", file=sys.stderr)
        return 2
    try:
        agents, gone = staff.import_roster(arguments.gateway(), content, who())
    except RosterFaults as faults:
        for fault in faults.faults:
            print(f"{arguments.file}: {fault}", file=sys.stderr)
        count = len(faults.faults)
        print(
            f"nothing was imported: {count} {'fault' if count == 1 else 'faults'}; the roster is as it was",
            file=sys.stderr,
        )
        return 1
    print(f"{len(agents)} agents in the roster" + (f", {gone} are not in it any more" if gone else ""))
    return 0


def _happen(arguments: argparse.Namespace, event) -> int:
    gateway = arguments.gateway()
    missing = staff.unknown_agents(gateway, arguments.ids)
    for id, way_out in missing.items():
        print(f"there is no agent {id!r}: {way_out}", file=sys.stderr)
    if missing:
        return 1
    events: list[Event] = [event(id) for id in arguments.ids]
    staff.happen(gateway, events, who())
    for standing in staff.standings(gateway):
        if standing.agent.id in arguments.ids:
            print(_line(standing))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """One line for each agent."""
    standings = staff.standings(arguments.gateway())
    for standing in standings:
        print(_line(standing))
    if not standings:
        print(
            "there is no roster: callers wait, and nobody is rung. Way out: python app.py agents import FILE.csv"
        )
    return 0


def _line(standing: staff.Standing) -> str:
    agent, post = standing.agent, standing.post
    since = _clock(standing.since, agent.zone)
    held = ", ".join(f"{contact.id} ({contact.state})" for contact in standing.contacts)
    reason = f" ({post.reason})" if post.reason else ""
    return f"{agent.id:<12} {agent.name:<24} tier {agent.tier}  {standing.state + reason:<22} {since:<13} {held}".rstrip()


def _clock(at: datetime | None, zone: str) -> str:
    return clock(at, zone_of(zone), "id") if at else "-"
