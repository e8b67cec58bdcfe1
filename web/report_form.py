"""What somebody asks of a report on the page: the words of its forms, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from desk.measures.periods import DAY, EVERY, between
from sessions.gateway import Gateway
from sessions.reports import reports
from sessions.reports.report_making import PARTS
from sessions.reports.reports import BY, INTERVAL, Wish

MOST_DAYS = 92  # a page is answered while somebody waits; longer ones are counted by `python app.py report`
MOST_PERIODS = 400
CHANNELS = ("voice", "text")
EVERIES = ("", *EVERY)
WEEK = timedelta(days=6)


@dataclass
class Asked:
    """The form as it was filled in, its wish, and for each field that is wrong the word that says why."""

    typed: Mapping[str, str]
    wish: Wish
    faults: dict[str, str] = field(default_factory=dict)


def read(gateway: Gateway, given: Mapping[str, str], services: tuple[str, ...]) -> Asked:
    """The interval form. ``services`` are those whose figures this person may see; none chosen means all of them.

    Wrong fields have their fault, and what they are replaced by: the page shows something.
    """
    today = reports.today(gateway, services)
    names = ("first", "last", "service", "by", "every", "channel")
    typed = {name: given.get(name, "").strip()[:40] for name in names}
    asked = Asked(typed, Wish(today, today))
    last = _day(asked, "last", today)
    first = _day(asked, "first", last - WEEK)
    if not asked.faults and first > last:
        asked.faults["first"] = "order"
    elif not asked.faults and (last - first).days >= MOST_DAYS:
        asked.faults["first"] = "long"
    service = _one_of(asked, "service", ("", *services))
    by = _one_of(asked, "by", BY)
    every = _one_of(asked, "every", EVERIES)
    if not typed["by"] and not given:
        every = DAY
    by = by or (INTERVAL if every else BY[0])
    every = every or (DAY if by == INTERVAL else "")
    channel = _one_of(asked, "channel", CHANNELS) or CHANNELS[0]
    if asked.faults:
        first = last = today
    chosen = (service,) if service else services
    asked.wish = Wish(first, last, chosen, by, every, channel)
    if (
        every
        and sum(1 for _ in between(first, last, every, reports.zone_for(gateway, chosen))) > MOST_PERIODS
    ):
        asked.faults["every"] = "many"
        asked.wish = Wish(last, last, chosen, by, every, channel)
    asked.typed = {**typed, "first": typed["first"] or f"{first}", "last": typed["last"] or f"{last}",
                   "by": by, "every": every, "channel": channel}  # fmt: skip
    return asked


def read_month(gateway: Gateway, given: Mapping[str, str], services: tuple[str, ...]) -> Asked:
    """The month form, ``month`` like 2026-03; without one, or with a wrong one, the month of today."""
    today = reports.today(gateway, services)
    typed = {name: given.get(name, "").strip()[:40] for name in ("month", "service")}
    asked = Asked(typed, Wish(today, today))
    first = today.replace(day=1)
    if typed["month"]:
        try:
            first = date.fromisoformat(typed["month"] + "-01")
        except ValueError:
            asked.faults["month"] = "month"
    service = _one_of(asked, "service", ("", *services))
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    asked.wish = Wish(first, last, (service,) if service else services, INTERVAL, DAY)
    asked.typed = {**typed, "month": typed["month"] or f"{first:%Y-%m}"}
    return asked


def part_of(given: Mapping[str, str]) -> str:
    """The part that is taken away; '' for all of them."""
    part = given.get("part", "")
    return part if part in PARTS else ""


def _day(asked: Asked, name: str, otherwise: date) -> date:
    written = asked.typed[name]
    if not written:
        return otherwise
    try:
        found = date.fromisoformat(written)
    except ValueError:
        asked.faults[name] = "day"
        return otherwise
    if not 2000 <= found.year <= 2100:
        asked.faults[name] = "day"
        return otherwise
    return found


def _one_of(asked: Asked, name: str, known: tuple[str, ...]) -> str:
    value = asked.typed.get(name, "")
    if value and value not in known:
        asked.faults[name] = "choice"
    return value if value in known else ""
