"""`python app.py dialogues`: texts that wait for people or are with them; take one and answer, as from a mobile phone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from commands.people import add_person, person_of
from desk.agents import Agent, zone_of
from desk.dialogue_words import say
from desk.routing.contacts import WAITING
from desk.routing.words import clock, duration
from sessions.agents import staff
from sessions.dialogues import dialogue_views, dialogues
from sessions.dialogues.dialogue_views import Listed, Shown
from sessions.dialogues.dialogues import Told
from sessions.gateway import Gateway
from store import times
from store.library import Connection

ACTIONS = (
    ("take", "what is offered to you is yours"),
    ("answer", "--text WORDS or on standard input: to the writer, from the service's number"),
    ("canned", "--key KEY: an answer of the service's desk.yaml"),
    ("release", "back into the queue with the place kept; an offer is declined"),
    ("escalate", "to the next tier, with the case"),
    ("robot", "the robot answers the writer's next text"),
    ("close", "over: an answered case is closed, one without an answer stays with you"),
)
Act = Callable[[Gateway, Connection, Agent, str, str, argparse.Namespace], Told]
_ACTS: Mapping[str, Act] = {
    "take": lambda gateway, db, agent, contact, now, _: dialogues.take(gateway, db, agent, contact, now),
    "answer": lambda gateway, db, agent, contact, now, given: dialogues.answer(
        gateway, db, agent, contact, given.text, now
    ),
    "canned": lambda gateway, db, agent, contact, now, given: dialogues.canned(
        gateway, db, agent, contact, given.key, now
    ),
    "release": lambda gateway, db, agent, contact, now, given: dialogues.release(
        gateway, db, agent, contact, now, given.why
    ),
    "escalate": lambda gateway, db, agent, contact, now, given: dialogues.escalate(
        gateway, db, agent, contact, now, given.why
    ),
    "robot": lambda gateway, db, agent, contact, now, given: dialogues.to_robot(
        gateway, db, agent, contact, now, given.why
    ),
    "close": lambda gateway, db, agent, contact, now, given: dialogues.close(
        gateway, db, agent, contact, now, given.why
    ),
}


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "dialogues",
        description="Text dialogues that wait for people or are with them. Who acts is an agent of the roster (--as), with "
        "the roster's tier and unit; --role and --unit say as whom to look. The agent's mobile phone does the same by texts "
        "(docs/flows.md, The desk).",
        epilog="examples:\n  python app.py dialogues\n"
        "  python app.py dialogues show BI-20260311-0001 --role T1\n"
        "  python app.py dialogues take BI-20260311-0001 --as siti\n"
        '  python app.py dialogues answer BI-20260311-0001 --as siti --text "Senin sampai Jumat, 08.00-15.30."\n'
        "  python app.py dialogues canned BI-20260311-0001 --as siti --key salam\n"
        '  python app.py dialogues escalate BI-20260311-0001 --as siti --why "beyond tier 1"',
    )
    parser.set_defaults(run=_list)
    add_person(parser)
    what = parser.add_subparsers(metavar="WHAT")
    listing = what.add_parser("list", help="all of them, those that wait first")
    listing.set_defaults(run=_list)
    add_person(listing)
    show = what.add_parser("show", help="one with its texts, masked")
    show.set_defaults(run=_show)
    show.add_argument("ticket", metavar="TICKET")
    add_person(show)
    for name, meaning in ACTIONS:
        _add_action(what.add_parser(name, help=meaning), name)


def _add_action(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(run=_act, action=name)
    parser.add_argument("ticket", metavar="TICKET")
    add_person(parser)
    parser.add_argument(
        "--as", dest="name", default="", metavar="AGENT", help="which agent of the roster (default: you)"
    )
    parser.add_argument("--why", default="", help="the reason; the history of the case keeps it")
    if name == "answer":
        parser.add_argument("--text", default="", metavar="WORDS")
    if name == "canned":
        parser.add_argument("--key", required=True, metavar="KEY")


def _list(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    found = dialogue_views.listed(gateway, person_of(arguments))
    for line in found:
        print(_line(gateway, line))
    waiting = sum(line.contact.state == WAITING for line in found)
    print(f"{len(found)} dialogues, {waiting} wait" if found else "no dialogues")
    return 0


def _line(gateway: Gateway, line: Listed) -> str:
    contact, need = line.contact, line.contact.need
    asks = f"{need.service} {need.skill} T{need.tier} {need.language}"
    state = " ".join(filter(None, (contact.state, contact.agent, f"as {line.number}" if line.number else "")))
    waited = duration(line.waited.total_seconds(), "en")
    zone = zone_of(staff.look(gateway).rules_of(need.service).zone)
    return f"{line.ticket or contact.id:<28} {asks:<32} {state:<24} since {clock(contact.arrived_at, zone, 'en')}, {waited}"


def _show(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    found = dialogue_views.shown(gateway, person_of(arguments), arguments.ticket)
    if found is None:
        print(f"{arguments.ticket}: no dialogue of it is at the desk", file=sys.stderr)
        return 1
    print("\n".join(_told(gateway, found)))
    return 0


def _told(gateway: Gateway, found: Shown) -> list[str]:
    lines = [_line(gateway, found.listed)]
    if found.instead:
        return [*lines, f"  {found.instead}"]
    zone = zone_of(staff.look(gateway).rules_of(found.listed.contact.need.service).zone)
    lines += [f"  note: {found.note}"] if found.note else []
    return [
        *lines,
        *(f"  {clock(times.instant(said.at), zone, 'en')}  {said.who}: {said.words}" for said in found.said),
    ]


def _act(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    name = arguments.name or person_of(arguments).name
    if arguments.action == "answer" and not arguments.text and not sys.stdin.isatty():
        arguments.text = sys.stdin.read().strip()
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        told = _in(gateway, db, name, now, arguments)
    if isinstance(told, str):
        print(told, file=sys.stderr)
        return 1
    print(say(told.code, "en", told.facts), file=sys.stdout if told.ok else sys.stderr)
    return 0 if told.ok else 1


def _in(gateway: Gateway, db: Connection, name: str, now: str, arguments: argparse.Namespace) -> Told | str:
    """What came of it, or why nothing could."""
    agent, held = dialogues.agent(gateway, db, name), dialogues.find(gateway, db, arguments.ticket)
    if agent is None:
        return f"{name} is no agent of the roster: say who answers with --as"
    if held is None:
        return f"{arguments.ticket}: no dialogue of it is at the desk"
    return _ACTS[arguments.action](gateway, db, agent, held.id, now, arguments)
