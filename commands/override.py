"""`python app.py override`: decide for a while what the calendar does not know: stay open, close, or say what has happened."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta

from commands.publishing_words import who
from desk.overrides import LONGEST, MOST_REASON, MOST_WORDS, STATES, Override, Wish
from engine.flow import Flow
from sessions.gateway import Gateway
from sessions.moments import zone_of
from sessions.publishing import overrides
from store.times import text

_FAULTS = {
    ("hours", "unknown"): "--hours: {service} has no such entry of 'hours:'. There are: {hours}",
    ("reason", "missing"): "--why is missing: the audit keeps the reason",
    ("reason", "long"): f"--why: at most {MOST_REASON} characters",
    ("end", "missing"): "--until or --for is missing: nothing is decided for ever",
    ("end", "over"): "--until: that is over",
    (
        "end",
        "far",
    ): f"--until: at most {LONGEST.days} days ahead. Decide again then, or publish another calendar",
    (
        "state",
        "no hours",
    ): "{service} has no 'hours:' and never closes. Write them into its flow; `emergency` announces without",
    ("state", "automatic already"): "the calendar holds already: there is nothing to end",
}


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "override",
        description="Decides for a while otherwise than the calendar of a service: open, closed, or emergency (closed, and every "
        "caller first hears your words); automatic ends it. It holds from the next call or text on, and ends by itself; who waits "
        "leaves by the exit `closed`. Without words it lists what holds. Exit code: 0 done, 1 refused, 2 wrong words.",
        epilog="examples:\n  python app.py override\n"
        "  python app.py override bicara131 closed --until '2026-11-25 12:00' --why 'the network is down'\n"
        "  python app.py override bravo_beacukai open --hours piket --for 3h --why 'a ship came late'\n"
        "  python app.py override bicara131 emergency --for 8h --why flood --say 'id=Kantor kami kebanjiran.' "
        "--say 'en=Our office is flooded.'\n"
        "  python app.py override bicara131 automatic --why 'the network is back'",
    )
    parser.add_argument("service", nargs="?", metavar="SERVICE")
    parser.add_argument("state", nargs="?", choices=STATES)
    parser.add_argument(
        "--hours", default="", metavar="NAME", help="one entry of `hours:` (default: all of the service)"
    )
    parser.add_argument("--until", metavar="TIME", help="'2026-11-25 12:00' on the service's clock")
    parser.add_argument("--for", dest="lasts", metavar="SPAN", help="instead: 30m, 8h, 2d")
    parser.add_argument("--why", default="", metavar="WORDS", help="the reason")
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        metavar="LANGUAGE=WORDS",
        help="the announcement of an emergency",
    )
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="who you are, beside your account"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    if not arguments.service or not arguments.state:
        return _list(gateway, arguments.service or "")
    flow = gateway.services.current(arguments.service)
    if flow is None:
        known = ", ".join(one.id for one in gateway.services.services()) or "none"
        print(f"{arguments.service}: no such service is published. There are: {known}", file=sys.stderr)
        return 2
    try:
        wish = Wish(
            arguments.state,
            arguments.hours,
            arguments.why,
            _end(gateway, flow, arguments),
            _words(arguments.say),
        )
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    try:
        made = overrides.decide(gateway, flow, wish, who(arguments))
    except overrides.Refused as refused:
        print(
            *(_told(flow, field, fault) for field, fault in refused.faults.items()), sep="\n", file=sys.stderr
        )
        return 1
    print(_line(gateway, made) if made else f"{flow.id}: the calendar holds again")
    return 0


def _list(gateway: Gateway, service: str) -> int:
    held = overrides.of(gateway.store.read(), service, text(gateway.clock()))
    print(*(_line(gateway, one) for one in held), sep="\n") if held else print(
        "no override: the calendar holds everywhere"
    )
    return 0


def _line(gateway: Gateway, one: Override) -> str:
    flow = gateway.services.current(one.service)
    end = one.end.astimezone(zone_of(flow.timezone if flow else "Asia/Jakarta"))
    of = f" ({one.hours})" if one.hours else ""
    return f"{one.service}{of}: {one.state} until {end:%Y-%m-%d %H:%M %Z}, by {one.who}: {one.reason}"


def _end(gateway: Gateway, flow: Flow, arguments: argparse.Namespace) -> datetime | None:
    """When it ends. Raises ValueError for what is no time."""
    if arguments.lasts:
        units = {"m": 60, "h": 3600, "d": 86400}
        number, unit = arguments.lasts[:-1], arguments.lasts[-1]
        if not (number.isascii() and number.isdecimal() and len(number) < 6 and unit in units):
            raise ValueError(f"--for {arguments.lasts}: no span. Write 30m, 8h or 2d")
        return gateway.clock() + timedelta(seconds=int(number) * units[unit])
    if not arguments.until:
        return None
    try:
        end = datetime.fromisoformat(arguments.until)
    except ValueError:
        raise ValueError(f"--until {arguments.until}: no time. Write '2026-11-25 12:00'") from None
    return end if end.tzinfo else end.replace(tzinfo=zone_of(flow.timezone))


def _words(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if any(not between for _, between, _ in pairs):
        raise ValueError("--say: write the language in front: --say 'id=Gedung kami kebanjiran.'")
    return {language.strip(): words.strip() for language, _, words in pairs}


def _told(flow: Flow, field: str, fault: str) -> str:
    if field.startswith("words_"):
        language = field.removeprefix("words_")
        return (
            f"--say '{language}=…' is {fault}: 1 to {MOST_WORDS} characters in each language of the service"
        )
    return _FAULTS.get((field, fault), f"{field}: {fault}").format(
        service=flow.id, hours=", ".join(flow.hours) or "none"
    )
