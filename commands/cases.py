"""`python app.py cases`: what people owe to callers; show a case, and work on it, as a role may."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, timedelta

from commands import case_acts
from commands.people import add_person, person_of
from desk.caseload.model import ENDED, STATES, Done
from sessions.cases import case_views, case_work
from sessions.cases.case_rows import case_of
from sessions.cases.case_rules import NEVER_CLOSED, hours_for
from sessions.cases.case_views import Listed, Shown
from sessions.cases.records import Person, Refused
from sessions.gateway import Gateway
from store import times
from store.cases import CaseEvent

ACTIONS = (
    ("take", "I have it from now on"),
    ("escalate", "pass it on: --to T2, or --to T3 --to-unit UNIT"),
    ("ask-documents", "the caller owes documents (--text names them): the clock stands still"),
    ("documents-came", "they are here: the clock goes on"),
    ("wait", "somebody outside has to answer first: --party NAME"),
    ("party-answered", "they did"),
    ("answer", "the answer, --text WORDS or on standard input; --spoken when the caller has heard it"),
    ("validate", "another person's answer is right and goes out"),
    ("send-back", "it is not: back to whoever wrote it"),
    ("confirm", "the caller is content"),
    ("close", "after that"),
    ("reopen", "the caller is not"),
    ("extend", "more time, once, with a reason and a text to the caller"),
    ("cancel", "the caller wants it no more"),
    ("refuse", "the information is exempt: for its unit and T4"),
)


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "cases",
        description="Lists cases, the most urgent first; shows one as a role may see it; does with it what a role may "
        "do. What is refused says why and what is allowed instead, and stands in the audit.",
        epilog="examples:\n  python app.py cases --service bicara131 --due now\n"
        "  python app.py cases --role T3 --unit bi.dpu\n"
        "  python app.py cases show BI-20260311-0001 --role T1\n"
        "  python app.py cases take BI-20260311-0001 --as ani --role T1\n"
        '  python app.py cases escalate BI-20260311-0001 --as ani --role T1 --to T3 --to-unit bi.dpu --why "prices in '
        'dollars and Rupiah"\n'
        '  python app.py cases answer BI-20260311-0001 --as s1 --role T3 --unit bi.dpu --text "Harga hanya dalam Rupiah."\n'
        "  python app.py cases validate BI-20260311-0001 --as budi --role T2\n"
        "  python app.py cases tick KP-20260310-0001 npwp nama alamat ponsel surel --as a2\n"
        "  python app.py cases do KP-20260310-0001 send_efin --as a2\n"
        '  python app.py cases extend BI-20260311-0001 --as s1 --role T3 --unit bi.dpu --why "menunggu telaah hukum"',
    )
    parser.set_defaults(run=_list)
    _add_list(parser)
    what = parser.add_subparsers(metavar="WHAT")
    listing = what.add_parser("list", help="cases, the most urgent first")
    listing.set_defaults(run=_list)
    _add_list(listing)
    show = what.add_parser("show", help="one case with its history")
    show.set_defaults(run=_show)
    show.add_argument("ticket", metavar="TICKET")
    show.add_argument("--original", action="store_true", help="words and number as they came, unmasked")
    show.add_argument("--reason", default="", help="why the original is opened; the audit keeps it")
    add_person(show)
    for name, meaning in ACTIONS:
        _add_action(what.add_parser(name, help=meaning), name)
    case_acts.register(what)


def _add_list(parser: argparse.ArgumentParser) -> None:
    add_person(parser)
    parser.add_argument(
        "--status", action="append", default=[], choices=STATES, metavar="STATE", help="may be repeated"
    )
    parser.add_argument(
        "--due", type=_due, default="", metavar="WHEN", help="open and due before: now, today or 2026-12-31"
    )
    parser.add_argument("--all", action="store_true", help="those that have ended, too")
    parser.add_argument("--limit", type=int, default=50, metavar="N")


def _due(text: str) -> str:
    if text in ("", "now", "today"):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: now, today or 2026-12-31") from None


def _add_action(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(run=_act, action=name.replace("-", "_"))
    parser.add_argument("ticket", metavar="TICKET")
    add_person(parser)
    parser.add_argument("--as", dest="name", default="", metavar="AGENT", help="who does it (default: you)")
    parser.add_argument("--why", default="", help="the reason; the history keeps it")
    if name == "escalate":
        parser.add_argument("--to", choices=("T2", "T3", "T4"), required=True)
        parser.add_argument("--to-unit", default="", metavar="UNIT")
    if name in ("answer", "ask-documents"):
        parser.add_argument("--text", default="", metavar="WORDS")
    if name in ("answer", "confirm"):
        parser.add_argument("--spoken", action="store_true", help="on the telephone")
    if name == "wait":
        parser.add_argument("--party", default="", metavar="NAME")


# -- looking


def _list(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    statuses = arguments.status or ([] if arguments.all else [s for s in STATES if s not in ENDED])
    found = case_views.listed(
        gateway, person, statuses=statuses, unit=arguments.unit, due_before=_until(gateway, arguments.due),
        limit=arguments.limit,
    )  # fmt: skip
    for line in found:
        print(_line(gateway, line))
    late = sum(line.row is not None and line.row.breached_at is not None for line in found)
    print(f"{len(found)} cases, {late} past their limit" if found else "no such cases")
    return 0


def _until(gateway: Gateway, due: str) -> str:
    """The moment that --due means, '' without it. A day ends at midnight in Jakarta, where all services count."""
    if due in ("", "now"):
        return times.text(gateway.clock()) if due else ""
    zone = NEVER_CLOSED.tz
    day = gateway.clock().astimezone(zone) if due == "today" else datetime.fromisoformat(due)
    return times.text(datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1))


def _line(gateway: Gateway, line: Listed) -> str:
    row = line.row
    if row is None:
        return f"{line.ticket:<18} {line.instead}"
    late = "LATE" if row.breached_at else ""
    about = "/".join(filter(None, (row.function, row.topic, row.subtopic)))
    due = _local(gateway, row.service, row.due_answer or row.due_at)
    return f"{line.ticket:<18} P{row.priority or 3} {late:<4} {row.status:<20} due {due:<20} {line.owed}  {about}".rstrip()


def _local(gateway: Gateway, service: str, stored: str | None) -> str:
    if not stored:
        return "-"
    flow = gateway.services.current(service)
    hours = hours_for(flow) if flow is not None else NEVER_CLOSED
    return f"{times.instant(stored).astimezone(hours.tz):%Y-%m-%d %H:%M} {hours.label}"


def _show(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    try:
        found = case_views.shown(
            gateway, person, arguments.ticket, original=arguments.original, reason=arguments.reason
        )
    except (LookupError, Refused) as fault:
        print(f"{arguments.ticket}: {fault}", file=sys.stderr)
        return 1
    if isinstance(found, str):
        print(f"{arguments.ticket}: {found}")
        return 0
    print("\n".join(_told(gateway, found)))
    return 0


def _told(gateway: Gateway, shown: Shown) -> list[str]:
    row = shown.row

    def at(stored: str | None) -> str:
        return _local(gateway, row.service, stored)

    lines = [
        f"{row.ticket}  {row.service}  {row.channel or '-'} {shown.contact}  opened {at(row.opened_at)}",
        f"  {row.status}, P{row.priority or 3}, {row.classification or 'no class yet'}; "
        f"{'/'.join(filter(None, (row.function, row.topic, row.subtopic))) or 'no topic yet'}",
        f"  first answer due {at(row.due_first)}, given {at(row.first_at)}; answer due {at(row.due_answer)}, "
        f"given {at(row.answered_at)}" + (f"; LATE since {at(row.breached_at)}" if row.breached_at else ""),
    ]
    if row.paused_since:
        lines.append(f"  the clock stands still since {at(row.paused_since)}")
    lines += [
        f"  {name}: {words}" for name, words in (("note", shown.note), ("answer", shown.answer)) if words
    ]
    lines += [f"  {_event(gateway, row.service, event)}" for event in shown.history]
    if shown.owed:
        lines.append(f"  now: {shown.owed}")
    for deadline in shown.deadlines[:1]:
        lines.append(f"  next: {deadline.name} {at(times.text(deadline.at))}, {deadline.owes}")
    allowed = ", ".join(act.replace("_", "-") for act in shown.allowed)
    return [*lines, f"  you may: {allowed or 'nothing'}"]


def _event(gateway: Gateway, service: str, event: CaseEvent) -> str:
    return f"{_local(gateway, service, event.at)}  {event.who}: {event.what}" + (
        f" ({event.why})" if event.why else ""
    )


# -- working


def _act(arguments: argparse.Namespace) -> int:
    gateway, person = arguments.gateway(), person_of(arguments)
    person = Person(arguments.name or person.name, person.asker)
    given = {"spoken": getattr(arguments, "spoken", False), "party": getattr(arguments, "party", "")}
    given["text"] = getattr(arguments, "text", "")
    if arguments.action == "answer" and not given["text"] and not sys.stdin.isatty():
        given["text"] = sys.stdin.read()
    if arguments.action == "escalate":
        given |= {"tier": int(arguments.to[1]), "unit": arguments.to_unit}
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        done = case_work.act(
            gateway, db, arguments.ticket, arguments.action, person, arguments.why, now, **given
        )
    if not isinstance(done, Done):
        print(f"{arguments.ticket}: {done}", file=sys.stderr)
        return 1
    print("\n".join(_outcome(gateway, person, arguments.ticket)))
    return 0


def _outcome(gateway: Gateway, person: Person, ticket: str) -> list[str]:
    """How the case stands now, as far as this person may see it."""
    found = case_views.shown(gateway, person, ticket)
    if isinstance(found, str):
        return [f"{ticket}: {found}"]
    last = found.history[-1]
    lines = [f"{ticket}: {found.row.status}" + (f"; {found.owed}" if found.owed else "")]
    if case_of(found.row).open:
        lines[0] += f"; due {_local(gateway, found.row.service, found.row.due_at)}"
    return [*lines, f"  {last.what}" + (f" ({last.why})" if last.why else "")]
