"""`python app.py cases checklist, tick, do, told`: what a service lets its agents do besides answering (docs/flows.md)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from commands.people import add_person, person_of
from sessions.cases import acts
from sessions.cases.acts import NoAct, Offered, Refused, View
from sessions.cases.records import Person
from sessions.desk import desk
from sessions.gateway import Gateway
from store import times
from store.agent_acts import NO_ADDRESS

# How an act stands, for who looks at it.
_STATES = {
    "asked": "on its way",
    "sent": "sent to {address}",
    "no_address": "not sent: {reason}",
    "failed": "not sent: {reason}. It may be asked for again",
}


def register(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    look = what.add_parser(
        "checklist", help="what is asked of the contact, what is ticked, and what may be done then"
    )
    look.set_defaults(run=_look)
    tick = what.add_parser("tick", help="these items of the checklist are ticked, and no others")
    tick.set_defaults(run=_tick)
    done = what.add_parser(
        "do", help="an act of the service, such as send_efin; the password of its file is shown once"
    )
    done.set_defaults(run=_do)
    told = what.add_parser(
        "told", help="the contact knows the password that was shown: the talk is recorded again"
    )
    told.set_defaults(run=_tell)
    for parser in (look, tick, done, told):
        parser.add_argument("ticket", metavar="TICKET")
        add_person(parser)
        parser.add_argument(
            "--as", dest="name", default="", metavar="AGENT", help="who does it, by the id in the roster"
        )
        parser.add_argument("--language", choices=("id", "en"), default="en", help="of labels and refusals")
    tick.add_argument("items", nargs="*", metavar="ITEM")
    done.add_argument("act", metavar="ACT")
    done.add_argument(
        "--subject", default="", help="whose data, when it is said; only the proved one's are sent"
    )


def _person(gateway: Gateway, arguments: argparse.Namespace) -> Person:
    """Whoever is on the roster acts as the roster has them."""
    person = person_of(arguments)
    name = arguments.name or person.name
    agent = desk.look(gateway, gateway.store.read()).roster.agents.get(name)
    return Person(name, agent.asker if agent is not None else person.asker)


def _look(arguments: argparse.Namespace) -> int:
    gateway: Gateway = arguments.gateway()
    person = _person(gateway, arguments)
    try:
        view = acts.view(gateway, person, arguments.ticket, arguments.language)
    except NoAct as fault:
        return _failed(arguments, str(fault))
    if view is None:
        return _failed(arguments, "there is no checklist for this case, or it is not for you")
    print("\n".join(_shown(gateway, view, arguments.language)))
    return 0


def _tick(arguments: argparse.Namespace) -> int:
    gateway: Gateway = arguments.gateway()
    person = _person(gateway, arguments)
    try:
        view = acts.view(gateway, person, arguments.ticket, arguments.language)
        if view is None:
            return _failed(arguments, "there is no checklist for this case, or it is not for you")
        done = acts.tick(
            gateway, person, arguments.ticket, view.checklist.name, arguments.items, arguments.language
        )
    except NoAct as fault:
        return _failed(arguments, str(fault))
    if isinstance(done, Refused):
        return _failed(arguments, done.why)
    print("\n".join(_shown(gateway, done, arguments.language)))
    return 0


def _do(arguments: argparse.Namespace) -> int:
    gateway: Gateway = arguments.gateway()
    person = _person(gateway, arguments)
    try:
        done = acts.do(
            gateway, person, arguments.ticket, arguments.act, arguments.language, arguments.subject
        )
    except NoAct as fault:
        return _failed(arguments, str(fault))
    if isinstance(done, Refused):
        return _failed(arguments, done.why)
    print(f"{arguments.ticket}: {done.act.name} is on its way to the address on file")
    print(f"  the file opens with the password  {done.password}")
    print("  say it to the caller now: it is shown this once and kept nowhere")
    if done.recording == "paused":
        print("  the recording of the talk is paused; when it is said:")
    elif done.recording:
        print("  the recording of the talk could not be paused and will not be kept; when it is said:")
    if done.recording:
        print(f"  python app.py cases told {arguments.ticket} --as {person.name}   lets the recording go on")
    print(
        f"  python app.py cases checklist {arguments.ticket} --as {person.name}   tells whether it was sent"
    )
    return 0


def _tell(arguments: argparse.Namespace) -> int:
    gateway: Gateway = arguments.gateway()
    person = _person(gateway, arguments)
    try:
        done = acts.told(gateway, person, arguments.ticket, arguments.language)
    except NoAct as fault:
        return _failed(arguments, str(fault))
    if isinstance(done, Refused):
        return _failed(arguments, done.why)
    print(f"{arguments.ticket}: what the contact and the agent say is recorded again")
    return 0


def _failed(arguments: argparse.Namespace, why: str) -> int:
    print(f"{arguments.ticket}: {why}", file=sys.stderr)
    return 1


def _shown(gateway: Gateway, view: View, language: str) -> Iterator[str]:
    yield view.checklist.title.get(language, view.checklist.name)
    for name, label in view.checklist.items.items():
        yield f"  [{'x' if name in view.ticked else ' '}] {name:<12} {label.get(language, '')}".rstrip()
    if view.silent:
        yield "the talk is not recorded while a password is said; then: python app.py cases told TICKET"
    for offered in view.acts:
        yield f"{offered.act.name}: {offered.act.title.get(language, '')}"
        yield from _stands(gateway, offered, language)


def _stands(gateway: Gateway, offered: Offered, language: str) -> Iterator[str]:
    last = offered.last
    if last is not None:
        told = _STATES[last.state].format(address=last.address, reason=last.reason)
        waits = f" ({last.reason}; tried again by itself)" if last.state == "asked" and last.reason else ""
        yield f"  {told}{waits}"
        if last.state == NO_ADDRESS:
            yield f"  {offered.act.no_address.get(language, '')}"
    if offered.due:
        ahead = (times.instant(offered.due) - gateway.clock()).total_seconds() / 60
        yield f"  due in {ahead:.0f} minutes" if ahead >= 0 else f"  late by {-ahead:.0f} minutes"
    yield (
        f"  not now: {offered.refused}"
        if offered.refused
        else f"  python app.py cases do TICKET {offered.act.name}"
    )
