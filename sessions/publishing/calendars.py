"""A service's calendar as people look at it: 400 days with holidays, seasons, overrides, and when nobody is on shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desk.agents import VOICE, Agent, shift_hours
from desk.calendar import Day, calendar
from desk.hours import Hours
from desk.overrides import Override, forced
from desk.spans import Span, merged, midnight, open_spans
from engine.flow import Flow
from sessions.desk import desk
from sessions.gateway import Gateway
from sessions.moments import hours_of, zone_of
from sessions.publishing import overrides

DAYS = 400


@dataclass(frozen=True)
class Year:
    """One entry of `hours:` from a day on. ``overrides`` are those that touch these days; ``roster``: somebody is in it."""

    hours: Hours
    days: list[Day]
    overrides: list[Override]
    roster: bool


def today(gateway: Gateway, flow: Flow) -> date:
    """The date where the service is."""
    return gateway.clock().astimezone(zone_of(flow.timezone)).date()


def year(gateway: Gateway, flow: Flow, name: str, first: date, length: int = DAYS) -> Year:
    """So many days of one of the flow's opening hours."""
    plain = hours_of(flow, name)
    window = Span(midnight(first, plain), midnight(first + timedelta(days=length), plain))
    held = overrides.between(gateway.store.read(), window.begin, window.end, flow.id)
    mine = [one for one in held if one.hours in ("", name)]
    hours = replace(plain, forced=forced(mine, name))
    agents = _who_answers(gateway, flow.id)
    staffed = on_duty(agents, window) if agents else None
    return Year(hours, calendar(hours, first, length, staffed), mine, bool(agents))


def _who_answers(gateway: Gateway, service: str) -> list[Agent]:
    """Everybody of the roster who takes calls of this service."""
    agents = desk.look(gateway, gateway.store.read()).roster.agents.values()
    return [
        one for one in agents if one.channels.get(VOICE) and (not one.services or service in one.services)
    ]


def on_duty(agents: Sequence[Agent], window: Span) -> list[Span]:
    """When at least one of them is on shift."""
    spans: list[Span] = []
    for shift, zone in {(agent.shift, agent.zone) for agent in agents}:
        hours = shift_hours(shift, zone)
        spans += [window] if hours is None else open_spans(hours, window)
    return merged(spans)
