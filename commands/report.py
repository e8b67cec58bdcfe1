"""`python app.py report`: the figures that supervisors and those who make policy ask for, as a table, CSV or workbook."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from commands.progress import Bar
from commands.recordings import who
from desk.measures.periods import EVERY, between
from sessions.gateway import Gateway
from sessions.reports import report_files, report_making, report_themes, reports
from sessions.reports.report_making import FORMATS, PARTS
from sessions.reports.report_sheets import Sheet
from sessions.reports.report_words import LANGUAGES
from sessions.reports.reports import BY, Wish

MOST_DAYS = 5 * 366
MOST_ROWS = 20_000
LONG_DAYS = 7  # from so many days on there is a bar


class Wrong(Exception):
    """The words of the command do not fit together; the text says what to write."""


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "report",
        description="Figures of an interval, each with its two numbers: service level, waiting, handling, containment, limits "
        "kept, satisfaction; cases by function, topic, segment and unit. Nothing measured is shown as –, never as 0 or 100 %. "
        "Days are those of the service's zone; today's are counted as far as they have come.",
        epilog="examples:\n  python app.py report --from 2026-03-01 --to 2026-03-31\n"
        "  python app.py report --from 2026-03-11 --to 2026-03-11 --service bicara131 --by queue --every 30m\n"
        "  python app.py report --from 2026-03-01 --to 2026-03-31 --format xlsx --anonymous --out maret.xlsx\n"
        "  python app.py report --themes --from 2026-03-01 --to 2026-03-31 --day 2026-03-18",
    )
    parser.add_argument(
        "--from",
        dest="first",
        default="",
        metavar="DAY",
        help="2026-03-01 (default: the first of this month)",
    )
    parser.add_argument("--to", dest="last", default="", metavar="DAY", help="its last day (default: today)")
    parser.add_argument(
        "--service", action="append", default=[], metavar="NAME", help="only this service; may be repeated"
    )
    parser.add_argument(
        "--by", choices=BY, default="", help="what a row is (default: service, with --every interval)"
    )
    parser.add_argument("--every", choices=EVERY, default="", help="a row for each of these")
    parser.add_argument(
        "--channel", choices=("voice", "text"), default="voice", help="calls or dialogues (default: voice)"
    )
    parser.add_argument(
        "--part", choices=PARTS, default="", help="only this table (a CSV has one: calls unless told)"
    )
    parser.add_argument(
        "--themes", action="store_true", help="topics over time, new terms, questions, suggestions, gaps"
    )
    parser.add_argument(
        "--day", default="", metavar="DAY", help="with --themes: the day that is compared (default: the last)"
    )
    parser.add_argument("--format", choices=FORMATS, default="table", dest="form")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of showing")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="id", help="of headings and notes (default: id)"
    )
    parser.add_argument(
        "--anonymous", action="store_true", help="hide rows of fewer than five persons, and who is meant"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    gateway = arguments.gateway()
    try:
        wish = wish_of(arguments, gateway)
        sheets = _themes(arguments, gateway, wish) if arguments.themes else _sheets(arguments, gateway, wish)
        _give(arguments, sheets)
    except (Wrong, OSError) as fault:
        print(f"report: {fault}", file=sys.stderr)
        return 2
    if arguments.out:
        reports.told(gateway, who(), wish, arguments.form, arguments.out.name, anonymous=arguments.anonymous)
    return 0


# -- what was asked for


def wish_of(arguments: argparse.Namespace, gateway: Gateway) -> Wish:
    """The wish, checked. Raises Wrong."""
    services = tuple(arguments.service)
    known = [flow.id for flow in gateway.services.services()]
    if unknown := sorted(set(services) - set(known)):
        raise Wrong(f"there is no service {', '.join(unknown)}. Way out: one of {', '.join(known)}")
    today = reports.today(gateway, services)
    last = day_of(arguments.last, "--to") if arguments.last else today
    first = day_of(arguments.first, "--from") if arguments.first else last.replace(day=1)
    if first > last:
        raise Wrong(f"--from {first} is after --to {last}. Way out: exchange them")
    if (last - first).days >= MOST_DAYS:
        raise Wrong(f"{first} to {last} are more than {MOST_DAYS} days. Way out: a shorter interval")
    by = arguments.by or ("interval" if arguments.every else "service")
    if by == "interval" and not arguments.every:
        raise Wrong("--by interval needs its length. Way out: --every day")
    if arguments.form == "xlsx" and not arguments.out:
        raise Wrong("a workbook needs a file. Way out: --out report.xlsx")
    return Wish(first, last, services, by, arguments.every, arguments.channel)


def day_of(written: str, option: str) -> date:
    """A day as one writes it. Raises Wrong."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Wrong(f"{option} {written} is no day. Way out: write it like 2026-03-31") from None


# -- counting


def _sheets(arguments: argparse.Namespace, gateway: Gateway, wish: Wish) -> list[Sheet]:
    made = report_making.makers(
        gateway,
        wish,
        arguments.language,
        anonymous=arguments.anonymous,
        count=lambda: _counted(gateway, wish),
    )
    return report_making.chosen(made, arguments.form, arguments.part)


def _counted(gateway: Gateway, wish: Wish) -> reports.Report:
    if wish.every:
        periods = sum(
            1 for _ in between(wish.first, wish.last, wish.every, reports.zone_for(gateway, wish.services))
        )
        if periods > MOST_ROWS:
            raise Wrong(f"{periods} rows are more than {MOST_ROWS}. Way out: a longer --every, or fewer days")
    days = (wish.last - wish.first).days + 1
    if days < LONG_DAYS:
        return reports.count(gateway, wish)
    with Bar("days", days) as bar:
        return reports.count(gateway, wish, lambda day: bar.step(day.isoformat()))


def _themes(arguments: argparse.Namespace, gateway: Gateway, wish: Wish) -> list[Sheet]:
    today = reports.today(gateway, wish.services)
    day = day_of(arguments.day, "--day") if arguments.day else min(wish.last, today)
    if day > today:
        raise Wrong(f"--day {day} has not come yet. Way out: a day that is over")
    return report_themes.sheets(gateway, wish, day, arguments.language, anonymous=arguments.anonymous)


# -- giving it out


def _give(arguments: argparse.Namespace, sheets: list[Sheet]) -> None:
    content = report_making.content(sheets, arguments.form, arguments.language)
    if arguments.out:
        report_files.replace_file(arguments.out, content)
        print(f"{arguments.out}: {len(content):,} bytes")
    else:
        sys.stdout.write(content.decode())
