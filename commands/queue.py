"""`python app.py queue`: who waits, for what, how long, and what happens next by itself."""

from __future__ import annotations

import argparse

from desk.agents import zone_of
from desk.routing.contacts import CALLBACK
from desk.routing.words import DEADLINES, clock, duration
from sessions.agents import staff


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "queue",
        description="Who is at the desk: those that wait in the order in which they are served, then those that are offered "
        "or talk. The last columns say what happens next by itself, and when.",
        epilog="examples:\n  python app.py queue\n  python app.py queue --service bicara131",
    )
    parser.add_argument("--service", default="", metavar="NAME", help="only this service")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    seen = staff.look(gateway)
    queued = staff.queue(gateway, arguments.service)
    for each in queued:
        print(_line(each, zone_of(seen.rules_of(each.contact.need.service).zone)))
    print(f"{len(queued)} at the desk" if queued else "nobody waits")
    return 0


def _line(queued: staff.Queued, zone) -> str:
    contact, need = queued.contact, queued.contact.need
    asks = f"{need.service} {need.skill} T{need.tier} {need.language}"
    state = f"{contact.state} {contact.agent}".strip()
    kind = contact.kind if contact.kind != CALLBACK else "callback"
    due = (
        f"{clock(contact.due, zone, 'en')} {DEADLINES[contact.due_for]['en']}"
        if contact.due
        else "no deadline"
    )
    waited = duration(queued.waited.total_seconds(), "en")
    return f"{contact.id:<34} {kind:<9} {asks:<32} P{queued.priority} {waited:<22} {state:<18} {due}"
