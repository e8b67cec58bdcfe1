"""The desk at one glance: the wallboard, its queues and agents. Counts and names of agents, nothing of what contacts said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desk.measures.figures import FORMULAS, Figure
from desk.measures.sums import Sums
from sessions.agents.staff import Standing
from sessions.desk import board
from sessions.desk.board import Line, Now
from store.times import text as stamp
from web.api.calendars import told
from web.api.declaring import Asked, Noun, ref, text
from web.pages import wallboard

noun = Noun("desk", "The line: who is on it, who waits, who answers")
SERVICE = {"service": text(80, description="of this service only")}
QUEUE = {"service": "bicara131", "skill": "umum", "waiting": 2, "texts": 1, "talking": 3, "owed": 0,
         "oldest": "2026-03-11T03:14:20.000Z", "service_level": 83.3}  # fmt: skip
AGENT = {"agent": "ani", "name": "Ani Lestari", "tier": 1, "unit": "", "state": "available", "reason": "",
         "since": "2026-03-11T03:00:00.000Z", "contacts": 0}  # fmt: skip
BOARD = {
    "at": "2026-03-11T03:15:00.000Z",
    "waiting": 2,
    "texts_waiting": 1,
    "oldest": "2026-03-11T03:14:20.000Z",
    "on_line": 5,
    "talking": 3,
    "service_level": 83.3,
    "asa_seconds": 12.5,
    "abandonment": 4.0,
    "states": {"available": 2, "busy": 3},
    "alarms": [],
    "services": ["bicara131"],
    "overrides": [],
}


@noun.ask(
    "/wallboard",
    "wallboard",
    "The line now, and the figures of today so far",
    query=SERVICE,
    answer=ref("Board"),
    example=BOARD,
)
def whole(asked: Asked) -> Any:
    service = wallboard.known(asked.gateway, asked.query["service"] or "")
    now, day = board.now(asked.gateway, service), wallboard.day_of(asked.gateway, service)
    return {
        "at": stamp(asked.gateway.clock()),
        "waiting": now.total("waiting"),
        "texts_waiting": now.total("texts"),
        "oldest": stamp(now.oldest) if now.oldest else None,
        "on_line": now.on_line("voice"),
        "talking": now.total("talking"),
        "service_level": share(FORMULAS["service_level"].of(day.total)),
        "asa_seconds": share(FORMULAS["asa"].of(day.total)),
        "abandonment": share(FORMULAS["abandonment"].of(day.total)),
        "states": dict(now.states()),
        "alarms": now.alarms,
        "services": list(now.services),
        "overrides": [told(one) for one in now.overrides],
    }


@noun.ask(
    "/queues",
    "queues",
    "Each queue now, and its service level today",
    query=SERVICE,
    answer=ref("Queues"),
    example={"queues": [QUEUE]},
)
def queues(asked: Asked) -> Any:
    service = wallboard.known(asked.gateway, asked.query["service"] or "")
    now, day = board.now(asked.gateway, service), wallboard.day_of(asked.gateway, service)
    return {"queues": [_queue(line, day) for line in wallboard.lines_of(now, day)]}


@noun.ask(
    "/agents",
    "agents",
    "Where every agent stands",
    query=SERVICE,
    answer=ref("Agents"),
    example={"agents": [AGENT]},
)
def agents(asked: Asked) -> Any:
    now: Now = board.now(asked.gateway, wallboard.known(asked.gateway, asked.query["service"] or ""))
    return {"agents": [_agent(one) for one in now.agents]}


def share(figure: Figure) -> float | None:
    """The figure as a number, to a tenth."""
    return None if figure.value is None else round(figure.value, 1)


def _queue(line: Line, day: board.Day) -> dict[str, Any]:
    told = asdict(line)
    told["oldest"] = stamp(line.oldest) if line.oldest else None
    level = FORMULAS["service_level"].of(day.queues.get((line.service, line.skill), Sums()))
    return {**told, "service_level": share(level)}


def _agent(one: Standing) -> dict[str, Any]:
    since = board.since(one)
    return {
        "agent": one.agent.id, "name": one.agent.name, "tier": one.agent.tier, "unit": one.agent.unit, "state": one.state,
        "reason": one.post.reason, "since": stamp(since) if since else None, "contacts": len(one.contacts),
    }  # fmt: skip
