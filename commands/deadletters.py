"""`python app.py deadletters`: what was given up, and what a person decides about it."""

from __future__ import annotations

import argparse
import sys

from commands.recordings import who
from sessions.console import dead_letters
from sessions.console.dead_letters import Letter, Refused
from sessions.gateway import Gateway


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "deadletters",
        description="Lists texts, calls, timers and events that were given up, shows one with numbers and secrets masked, tries "
        "one again or lets it go. Who does that says why; the audit keeps it. Trying again twice is trying once. Recordings "
        "have a command of their own: recordings list --state dead. Exit code: 0 done, 1 not.",
        epilog="examples:\n  python app.py deadletters\n  python app.py deadletters show 01M85W1QQZEKWDMVZ3FXMWC0AZ\n"
        '  python app.py deadletters replay 01M85W1QQZEKWDMVZ3FXMWC0AZ --reason "the token was renewed"\n'
        '  python app.py deadletters replay all --reason "the carrier is back"\n'
        '  python app.py deadletters drop 01M85W1QQZEKWDMVZ3FXMWC0AZ --reason "rung back by hand"',
    )
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    what.add_parser("list", help="all of them (also without a word)")
    what.add_parser("show", help="one, with what is in it").add_argument("id", metavar="ID")
    for name, meaning in (("replay", "try one, or all, again"), ("drop", "let one go for good")):
        one = what.add_parser(name, help=meaning)
        one.add_argument("id", metavar="ID")
        one.add_argument("--reason", required=True, help="why; it stands in the audit for good")
        if name == "replay":
            one.add_argument(
                "--sure",
                action="store_true",
                help="what may have gone out, too: you have looked at the carrier",
            )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    try:
        return _do(gateway, arguments)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _do(gateway: Gateway, arguments: argparse.Namespace) -> int:
    if arguments.what == "show":
        return _show(gateway, dead_letters.find(gateway, arguments.id))
    if arguments.what == "replay" and arguments.id == "all":
        return _replay_all(gateway, arguments)
    if arguments.what == "replay":
        dead_letters.replay(gateway, arguments.id, who=who(), reason=arguments.reason, sure=arguments.sure)
        print(f"{arguments.id} is tried again; the worker begins at once")
        return 0
    if arguments.what == "drop":
        dead_letters.drop(gateway, arguments.id, who=who(), reason=arguments.reason)
        print(f"{arguments.id} is let go")
        return 0
    return _list(gateway)


def _list(gateway: Gateway) -> int:
    found = dead_letters.letters(gateway)
    for letter in found:
        print(_line(letter))
    print(f"{len(found)} dead letters" if len(found) != 1 else "1 dead letter")
    return 0


def _show(gateway: Gateway, letter: Letter) -> int:
    for name, value in letter._asdict().items():
        if value not in ("", False):
            print(f"{name:<12} {value}")
    for name, value in dead_letters.content(gateway, letter).items():
        print(f"  {name:<20} {value}")
    return 0


def _replay_all(gateway: Gateway, arguments: argparse.Namespace) -> int:
    """Each by itself: one that is refused does not keep the others."""
    refused = 0
    for letter in dead_letters.letters(gateway, 100_000):
        try:
            dead_letters.replay(gateway, letter.id, who=who(), reason=arguments.reason, sure=arguments.sure)
            print(f"again    {_line(letter)}")
        except Refused as refusal:
            refused += 1
            print(f"refused  {refusal}", file=sys.stderr)
    return 1 if refused else 0


def _line(letter: Letter) -> str:
    unsure = "  MAY HAVE GONE OUT" if letter.unsure else ""
    what = f"{letter.where:<6} {letter.kind:<9} {letter.to:<16} {letter.tries:>2}"
    return f"{letter.since}  {letter.id}  {what}  {letter.why}{unsure}"
