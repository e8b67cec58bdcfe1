"""`python app.py search WORDS`: in transcripts, texts and notes, as far as a role may see them."""

from __future__ import annotations

import argparse

from commands.people import add_person, person_of
from sessions.cases import records


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "search",
        description="Looks for messages, texts and notes that hold all the words, best first. Numbers and other "
        "secrets are masked before they are indexed, so nobody finds a person by them. What the role may not "
        "see is not shown and not counted. A word may end in * for any ending.",
        epilog="examples:\n  python app.py search kartu hilang\n"
        "  python app.py search 'tukar*' --role T3 --unit DPU --service bicara131",
    )
    parser.add_argument("words", nargs="+", metavar="WORD")
    parser.add_argument("--limit", type=int, default=20, metavar="N")
    add_person(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    hits = records.find(gateway, person_of(arguments), " ".join(arguments.words), arguments.limit)
    for hit in hits:
        print(f"{hit.at[:10]}  {hit.ticket or 'no case':<18} {hit.kind:<10} {hit.subject}  {hit.snippet}")
    print(f"{len(hits)} found" if hits else "nothing found")
    return 0 if hits else 1
