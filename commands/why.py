"""`python app.py why CONTACT`: every rule, every agent and why not, every deadline, what comes next."""

from __future__ import annotations

import argparse

from sessions.agents import staff


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "why",
        description="Explains where a contact stands: priority and place, the tiers that are asked, each agent and why not, "
        "each deadline. It is asked of the rules that decide, so it cannot differ from what is done. `queue` lists the "
        "contacts.",
        epilog="examples:\n  python app.py why CA0123456789abcdef0123456789abcdef\n"
        "  python app.py why cb:BI-20260311-0001 --language id",
    )
    parser.add_argument("contact", metavar="CONTACT", help="as `queue` shows it")
    parser.add_argument("--language", default="en", choices=("id", "en"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    print(staff.explain(gateway, arguments.contact, arguments.language))
    return 0 if arguments.contact in staff.look(gateway).contacts else 1
