"""The router: (desk, event, now) -> (desk, effects). Pure: one call is one transaction of whoever keeps the desk.

After the event, time and people are settled in one order: leases that ran out, offers that cannot stand, exits,
contacts to agents, reminders; then every contact has its next deadline and the desk says when to come again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desk.agents import Agent, Post
from desk.routing import clock, deadlines, happenings, laws, order, settle
from desk.routing.contacts import OFFERED, Contact
from desk.routing.effects import Effect
from desk.routing.events import Event
from desk.routing.rules import Rules
from desk.routing.sheet import Sheet
from desk.routing.state import Desk


def stands(contact: Contact, offer: str) -> bool:
    """Is this offer the one that stands? An answer to an older one belongs to nobody any more."""
    return contact.state == OFFERED and contact.offer == offer


@dataclass(frozen=True)
class Laws:
    """All rules of the router in one place. The house has one set; tests take single rules away to see them missed."""

    able: tuple[laws.Able, ...] = laws.ABLE
    here: tuple[laws.Here, ...] = laws.HERE
    free: tuple[laws.Free, ...] = laws.FREE
    ready: tuple[laws.Ready, ...] = laws.READY
    reach: Callable[[int, tuple[int, ...]], int] = order.reach
    contact_key: Callable[[Contact, Rules, datetime], Any] = order.contact_key
    agent_key: Callable[[Agent, Post, int, Contact, Rules], Any] = order.agent_key
    stands: Callable[[Contact, str], bool] = stands
    keep_time: Callable[[Desk, datetime], tuple[Desk, datetime]] = clock.keep
    handlers: Mapping[type, Callable[[Sheet, Any], None]] = field(default_factory=lambda: happenings.HANDLERS)
    steps: tuple[Callable[[Sheet], None], ...] = settle.STEPS
    looks: tuple[deadlines.Look, ...] = deadlines.LOOKS


LAWS = Laws()


def decide(desk: Desk, event: Event, now: datetime, by: Laws = LAWS) -> tuple[Desk, tuple[Effect, ...]]:
    """The desk after the event, and what is owed. ``now`` is aware, best in UTC."""
    desk, at = by.keep_time(desk, now)
    sheet = Sheet(desk, at, by)
    by.handlers[type(event)](sheet, event)
    for step in by.steps:
        step(sheet)
    deadlines.date(sheet)
    decided = Desk(
        roster=sheet.roster,
        posts=sheet.posts,
        contacts=sheet.contacts,
        rules=sheet.rules,
        paces=sheet.paces,
        offers=sheet.offers,
        seen_at=at,
        wake=deadlines.wake(sheet),
    )
    return decided, tuple(sheet.effects)
