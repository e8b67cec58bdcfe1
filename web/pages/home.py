"""The first page: how it stands now, and where to go from here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from desk.agents import AVAILABLE, OFFLINE
from desk.routing.contacts import WAITING
from engine.flow import Flow
from sessions.agents import staff
from sessions.gateway import Gateway
from web.tools import Tools
from web.words import language

# Nouns of the menu that the first page says a sentence about (web/words/home.yaml).
TOLD = ("work", "flows", "wallboard", "reports", "phone", "people", "audit", "explain", "operations")


@dataclass(frozen=True)
class Now:
    """Counts without anybody's name: they are shown to every role. ``longest`` is in whole minutes, None when nobody waits."""

    waiting: int
    longest: int | None
    available: int
    signed_in: int


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/ and the piece of it that is refreshed."""
    routes = Blueprint("home", __name__)

    @routes.get("/")
    def home() -> str:
        services = [(flow, _name(flow), _numbers(flow)) for flow in gateway.services.services()]
        return render_template("home/home.html", services=services, now=now(gateway), told=TOLD)

    @routes.get("/now", endpoint="now")
    def piece() -> str:
        return render_template("home/now.html", now=now(gateway))

    return routes


def now(gateway: Gateway) -> Now:
    """The desk in four figures."""
    waits = [queued.waited for queued in staff.queue(gateway) if queued.contact.state == WAITING]
    states = [standing.state for standing in staff.standings(gateway)]
    return Now(
        waiting=len(waits),
        longest=int(max(waits).total_seconds() // 60) if waits else None,
        available=states.count(AVAILABLE),
        signed_in=len(states) - states.count(OFFLINE),
    )


def _name(flow: Flow) -> str:
    """What a service is called in the language of the page, else in its own first one."""
    return flow.service.get(language()) or flow.service[flow.languages[0]]


def _numbers(flow: Flow) -> str:
    """The numbers of a service as its callers write them: those of the telephone, then those of texts."""
    spelled = [number.spelling for number in (*flow.voice_numbers, *flow.text_numbers)]
    return ", ".join(dict.fromkeys(spelled))
