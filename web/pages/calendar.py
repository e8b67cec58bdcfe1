"""The calendar of a service: 400 days as a heat map, what a caller hears at a moment, what people decide for a while instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from desk import holidays_id, hours_in_words
from desk.calendar import Day, Rule, Run, rule_at
from desk.hours import HOLIDAY, Hours
from desk.hours import state as state_at
from desk.overrides import AUTOMATIC, EMERGENCY, LONGEST, MOST_REASON, MOST_WORDS, STATES, Override, Wish
from engine.flow import Flow
from indonesia.names import MONTHS
from sessions.console.accounts import ADMINISTRATOR, SUPERVISOR
from sessions.gateway import Gateway
from sessions.moments import zone_of
from sessions.publishing import calendars, overrides
from sessions.publishing.calendars import Year
from store.times import text
from web import words
from web.accounts import visits
from web.flow_tools import Refused
from web.hearing_tools import Asked, Heard, HearingTools
from web.tools import Tools

Page = str | tuple[str, int] | AnyResponse
QUARTER, QUARTERS = 15, 96  # a row of the map is a day in quarters of an hour
DECIDE = (SUPERVISOR, ADMINISTRATOR)


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/flows/NAME/calendar, and the form of overrides there."""
    routes = Blueprint("calendar", __name__, url_prefix="/flows")

    @routes.get("/<service>/calendar", endpoint="calendar")
    def calendar(service: str) -> Page:
        return _page(gateway, tools.hearing, _flow(gateway, service))

    @routes.post("/<service>/calendar", endpoint="decide")
    def decide(service: str) -> Page:
        flow = _flow(gateway, service)
        try:
            overrides.decide(gateway, flow, _wish(flow), visits.me().login)
        except overrides.Refused as refused:
            return _page(gateway, tools.hearing, flow, faults=refused.faults), 422
        done = "ended" if request.form.get("state") == AUTOMATIC else "decided"
        return redirect(url_for("calendar.calendar", service=service, done=done, _anchor="overrides"), 303)

    return routes


def _flow(gateway: Gateway, service: str) -> Flow:
    return gateway.services.current(service) or abort(404)


def _wish(flow: Flow) -> Wish:
    form = request.form
    spoken = {language: form.get(f"words_{language}", "").strip() for language in flow.languages}
    return Wish(
        form.get("state", ""),
        form.get("hours", ""),
        form.get("reason", "").strip(),
        _moment(form.get("end", ""), flow),
        spoken if form.get("state") == EMERGENCY else {},
    )


def _moment(written: str, flow: Flow) -> datetime | None:
    """What a field of date and time gave, on the service's clock; None when it cannot be read."""
    try:
        at = datetime.fromisoformat(written)
        return at.replace(tzinfo=zone_of(flow.timezone)) if at.tzinfo is None else None
    except ValueError:
        return None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


# --- the page ---


def _page(gateway: Gateway, tools: HearingTools, flow: Flow, faults: Mapping[str, str] | None = None) -> str:
    name = request.args.get("hours", "")
    name = name if name in flow.hours else next(iter(flow.hours), "")
    first = calendars.today(gateway, flow)
    year = calendars.year(gateway, flow, name, first) if name else None
    chosen = _day(request.args.get("day", "")) or first
    found = next((day for day in year.days if day.day == chosen), None) if year else None
    now = gateway.clock().astimezone(zone_of(flow.timezone))
    return render_template(
        "calendar/calendar.html",
        flow=flow,
        name=name,
        year=year,
        months=_months(year) if year else [],
        chosen=found,
        told=_Words(year.hours) if year else None,
        held=overrides.of(gateway.store.read(), flow.id, text(gateway.clock())),
        may=visits.me().role in DECIDE,
        states=STATES[1:],
        faults=faults or {},
        given=request.form,
        limits={"reason": MOST_REASON, "words": MOST_WORDS, "days": LONGEST.days},
        least=now.strftime("%Y-%m-%dT%H:%M"),
        most=(now + LONGEST).strftime("%Y-%m-%dT%H:%M"),
        local=lambda at: f"{at.astimezone(zone_of(flow.timezone)):%Y-%m-%d %H:%M}",
        done=request.args.get("done", ""),
        **_hearing(gateway, tools, flow, now),
    )


@dataclass(frozen=True)
class Month:
    """``days``: each with its pieces as (quarters wide, what it is)."""

    name: str
    days: list[tuple[Day, list[tuple[int, str]]]]


def _months(year: Year) -> list[Month]:
    months: list[Month] = []
    for day in year.days:
        name = f"{MONTHS[words.language()][day.day.month - 1]} {day.day.year}"
        if not months or months[-1].name != name:
            months.append(Month(name, []))
        months[-1].days.append((day, _cells(day)))
    return months


def _cells(day: Day) -> list[tuple[int, str]]:
    """The runs of a day as cells of a table: quarters of an hour wide, and a class."""
    edges = [0, *(round(run.end / QUARTER) for run in day.runs)]
    edges[-1] = QUARTERS
    widths = [after - before for before, after in pairwise(edges)]
    return [(width, _kind(run)) for width, run in zip(widths, day.runs, strict=True) if width > 0]


def _kind(run: Run) -> str:
    kind = run.state if run.staffed else "unstaffed"
    return f"{kind} forced" if run.forced else kind


class _Words:
    """What is said of days and rules, in the language of whoever looks."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours

    @property
    def zone(self) -> str:
        """WIB, WITA, WIT."""
        return self._hours.label

    def usual(self) -> str:
        """The usual week."""
        return hours_in_words.describe(self._hours, words.language())

    def day(self, day: Day) -> str:
        """ "Rabu 11 Maret 2026: buka pukul 08.00-16.00 WIB"."""
        told = hours_in_words.day_in_words(day.day, words.language())
        return f"{told}: {self.openings(day)}"

    def short(self, day: date) -> str:
        return hours_in_words.day_in_words(day, words.language())[:3] + f" {day.day}"

    def openings(self, day: Day) -> str:
        """When it is open, and what is unusual."""
        times = hours_in_words.times(day.open, words.language())
        told = [
            words.t("calendar.open_at", times=f"{times} {self._hours.label}")
            if times
            else words.t("calendar.closed_all_day")
        ]
        if day.rule.kind != "week":
            told.append(self.rule(day.rule, day.day))
        for holds, word in ((day.short, "short"), (day.forced, "forced"), (day.unstaffed, "unstaffed")):
            if holds:
                told.append(words.t(f"calendar.{word}"))
        return "; ".join(told)

    def rule(self, rule: Rule, day: date) -> str:
        """Which line of the calendar it is."""
        holiday = holidays_id.name_of(day, words.language())
        return words.t(f"calendar.rule_{rule.kind}", name=rule.name or holiday)

    def marks(self, day: Day) -> list[str]:
        """What is unusual, as names of marks."""
        found = {
            "override": day.forced,
            "holiday": any(run.state == HOLIDAY for run in day.runs),
            "opened": day.rule.kind == "open_day",
            "short": day.short,
            "nobody": day.unstaffed,
        }
        return [name for name, holds in found.items() if holds]


# --- what will a caller hear at …? ---


def _hearing(gateway: Gateway, tools: HearingTools, flow: Flow, now: datetime) -> dict[str, Any]:
    """What was asked for, and what is heard: as it is published, and by the files as they stand."""
    numbers = [number.spelling for number in flow.voice_numbers]
    asked, language = request.args.get("number", ""), request.args.get("language", "")
    found: dict[str, Any] = {
        "numbers": numbers,
        "number": asked if asked in numbers else next(iter(numbers), ""),
        "language_asked": language if language in flow.languages else flow.language,
        "at": request.args.get("at", "") or now.strftime("%Y-%m-%dT%H:%M"),
        "heard": [],
        "at_fault": "",
    }
    if "at" not in request.args or not numbers:
        return found
    at = _moment(found["at"], flow)
    if at is None or abs(at - now) > timedelta(days=calendars.DAYS):
        return {**found, "at_fault": words.t("calendar.at_fault", days=calendars.DAYS)}
    for edited in (False, True):
        wish = Asked(flow.id, found["number"], found["language_asked"], at, edited)
        try:
            heard = tools.hear(wish)
        except Refused as why:
            heard = Heard(None, faults=[str(why)])
        found["heard"].append((edited, heard, _rules(gateway, heard.flow, at)))
    first, second = found["heard"]
    found["alike"] = first[1].parts == second[1].parts and first[2] == second[2] and not second[1].faults
    return found


def _rules(gateway: Gateway, flow: Flow | None, at: datetime) -> list[tuple[str, str, str, str]]:
    """Every entry of `hours:` at a moment: its name, its state, the rule in words, and why people decided so."""
    found = []
    db = gateway.store.read()
    held = overrides.between(db, at, at + timedelta(minutes=1), flow.id) if flow else []
    for name in flow.hours if flow else ():
        assert flow is not None
        hours = overrides.hours_with(flow, name, held)
        rule = rule_at(hours, at)
        why = _reason(held, name, at) if rule.forced else ""
        told = _Words(hours).rule(rule, at.astimezone(hours.tz).date())
        found.append((name, state_at(hours, at), told, why))
    return found


def _reason(held: list[Override], name: str, at: datetime) -> str:
    """Who decided what holds for an entry, and why."""
    mine = [one for one in held if one.hours in ("", name) and one.holds(at)]
    one = min(mine, key=lambda one: one.hours == "")
    return f"{one.who}: {one.reason}"
