"""The wallboard: the desk at one glance, kept fresh by itself. Beside the page there is one for a screen on the wall.

Whatever number of them is open, the desk is read once a second and the day counted every twenty seconds.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template, request

from desk.agents import AVAILABLE, BREAK, BUSY, OFFERED, OFFLINE, STATES, WRAP_UP
from desk.measures.figures import FORMULAS
from desk.measures.sums import LEVEL_SECONDS, Sums
from sessions.desk import board
from sessions.gateway import Gateway
from web import moments, words
from web.charts import Chart, Column, columns
from web.fresh import Fresh, fragment
from web.moments import ZONE
from web.report_charts import mark
from web.tools import Tools

SECONDS, DAY_SECONDS = 1.0, 20.0
SHOWN = (OFFERED, BUSY, WRAP_UP, AVAILABLE, BREAK)  # by name; who is not there is only counted
MOST_AGENTS = 60
KINDS = ("answered", "abandoned", "callbacks", "voicemails")


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/wallboard and /wallboard/wall, and the pieces that they ask for again and again."""
    routes, pieces = Blueprint("wallboard", __name__, url_prefix="/wallboard"), Pieces(gateway)

    def piece(template: str) -> str:
        return pieces.of(template, _service(gateway))

    @routes.get("", endpoint="board")
    def page() -> str:
        return render_template("wallboard/board.html", **_frame(gateway, piece("wallboard/part.html")))

    @routes.get("/wall")
    def wall() -> str:
        return render_template("wallboard/wall.html", **_frame(gateway, piece("wallboard/wall_part.html")))

    @routes.get("/part")
    def part() -> Response:
        return fragment(piece("wallboard/part.html"))

    @routes.get("/wall/part")
    def wall_part() -> Response:
        return fragment(piece("wallboard/wall_part.html"))

    return routes


def day_of(gateway: Gateway, service: str) -> board.Day:
    """Today so far, counted once for everybody who asks within DAY_SECONDS."""
    days: Fresh[board.Day] = gateway.kept.setdefault("wallboard_days", Fresh(DAY_SECONDS))
    return days.get(service, lambda: board.today(gateway, service))


def known(gateway: Gateway, service: str) -> str:
    """The service when there is one of that name; '' for all of them."""
    return service if gateway.services.current(service) else ""


class Pieces:
    """Pieces of the wallboard as they are now, worked out once for all who look."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._pieces: Fresh[str] = Fresh(SECONDS)
        self._days: Fresh[board.Day] = Fresh(DAY_SECONDS)

    def of(self, template: str, service: str) -> str:
        """In the language of whoever looks; ``service`` '' for all."""

        def make() -> str:
            day = self._days.get(service, lambda: board.today(self._gateway, service))
            return render_template(template, **_told(self._gateway, board.now(self._gateway, service), day))

        return self._pieces.get((template, words.language(), service), make)


def _service(gateway: Gateway) -> str:
    return known(gateway, request.args.get("service", ""))


def _frame(gateway: Gateway, piece: str) -> dict[str, object]:
    return {
        "piece": piece,
        "service": _service(gateway),
        "services": sorted(flow.id for flow in gateway.services.services()),
        "now": gateway.clock(),
    }


def _told(gateway: Gateway, now: board.Now, day: board.Day) -> dict[str, object]:
    states = now.states()
    return {
        "board": now,
        "day": day,
        "level": FORMULAS["service_level"].of(day.total),
        "asa": FORMULAS["asa"].of(day.total),
        "abandonment": FORMULAS["abandonment"].of(day.total),
        "level_of": lambda line: FORMULAS["service_level"].of(day.queues.get((line.service, line.skill), Sums())),
        "lines": lines_of(now, day),
        "mark": mark,
        "states": [(state, states.get(state, 0)) for state in STATES],
        "agents": sorted(
            (one for one in now.agents if one.state != OFFLINE), key=lambda one: (SHOWN.index(one.state), one.agent.name)
        )[:MOST_AGENTS],
        "further": max(0, sum(states[state] for state in SHOWN) - MOST_AGENTS),
        "since": board.since,
        "urgency": lambda since: urgency(since, gateway.clock()),
        "chart": chart(day),
        "halves": day.halves,
        "kinds": KINDS,
        "clock": clock,
        "until": lambda at: moments.in_words(at, words.language()),
    }  # fmt: skip


def lines_of(now: board.Now, day: board.Day) -> list[board.Line]:
    """The queues with somebody in them, and those that had calls today."""
    there = {(line.service, line.skill): line for line in now.lines}
    for key, sums in day.queues.items():
        if sums.offered and key not in there:
            there[key] = board.Line(*key)
    return [there[key] for key in sorted(there)]


def urgency(since: datetime | None, at: datetime) -> str:
    """How long somebody has waited, as a colour: good while the service level is kept."""
    if since is None:
        return ""
    waited = (at - since).total_seconds()
    return "good" if waited <= LEVEL_SECONDS else "warn" if waited <= board.LONG_SECONDS else "bad"


def chart(day: board.Day) -> Chart:
    """Calls of today by half hours, from the first one that had any."""
    had = next((place for place, (_, sums) in enumerate(day.halves) if sums.offered), len(day.halves))
    return columns(
        [Column(clock(at), [(kind, getattr(sums, kind)) for kind in KINDS]) for at, sums in day.halves[had:]]
    )


def clock(at: datetime | None, seconds: bool = False) -> str:
    """A time of day in the zone of the house."""
    if at is None:
        return "–"
    dot = ":" if words.language() == "en" else "."
    return at.astimezone(ZONE).strftime(f"%H{dot}%M{dot}%S" if seconds else f"%H{dot}%M")
