"""People of the desk as a supervisor sees them: the roster that is imported, who signs in and out, who waits and why."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import roster
from desk.agents import Agent, Post
from desk.routing import Contact, Desk, in_hand, state_of
from desk.routing.contacts import WAITING
from desk.routing.events import Event, RosterChanged
from desk.routing.order import priority_of
from desk.routing.why import why
from engine.flow import Callback, Flow, Queue
from sessions.desk import desk
from sessions.gateway import Gateway
from store import audit
from store.times import text


@dataclass(frozen=True)
class Standing:
    """One agent of the list. ``since`` is when the presence was chosen, None for who has never signed in."""

    agent: Agent
    post: Post
    state: str
    since: datetime | None
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Queued:
    """One contact of the queue, in the order of serving. ``due`` and ``due_for``: what happens next by itself."""

    contact: Contact
    priority: int
    waited: timedelta


def import_roster(gateway: Gateway, content: bytes, who: str) -> tuple[list[Agent], int]:
    """Make this file the roster: (its agents, how many are not in it any more). Raises desk.roster.RosterFaults.

    Who talks goes on talking, also an agent who is not in it; who is in it stands where he or she stood.
    """
    agents = roster.read(content, known(gateway.services.services()))
    with gateway.store.write() as db:
        now = text(gateway.clock())
        before = set(desk.look(gateway, db).roster.agents)
        desk.happen(gateway, db, RosterChanged(tuple(agents)), now)
        gone = len(before - {agent.id for agent in agents})
        audit.write(
            db,
            at=now,
            who=who,
            action="roster_imported",
            subject="agents",
            detail=json.dumps({"agents": len(agents), "gone": gone}),
        )
    return agents, gone


def known(flows: list[Flow]) -> roster.Known:
    """What names may occur: those of the services that are published."""
    steps = [step for flow in flows for step in flow.steps.values()]
    skills = [step.skill for step in steps if isinstance(step, Queue | Callback) and step.skill]
    units = [step.unit for step in steps if isinstance(step, Queue) and step.unit]
    units += [str(step.set["unit"]) for step in steps if step.set and "unit" in step.set]
    return roster.Known(
        skills=tuple(dict.fromkeys(skills)),
        units=tuple(dict.fromkeys(units)),
        languages=tuple(dict.fromkeys(language for flow in flows for language in flow.languages)),
        services=tuple(flow.id for flow in flows),
    )


def unknown_agents(gateway: Gateway, ids: list[str]) -> dict[str, str]:
    """Which of these are in no roster: id -> the way out."""
    agents = look(gateway).roster.agents
    return {
        id: roster.near(id, agents) if agents else "the roster is empty" for id in ids if id not in agents
    }


def happen(gateway: Gateway, events: list[Event], who: str) -> None:
    """What somebody at a desk or a terminal does: sign in, take a break. One transaction, with its lines of the audit."""
    with gateway.store.write() as db:
        now = text(gateway.clock())
        for event in events:
            desk.happen(gateway, db, event, now)
            subject = str(getattr(event, "agent", ""))
            audit.write(db, at=now, who=who, action=type(event).__name__, subject=subject)


def look(gateway: Gateway) -> Desk:
    """The desk as it stands."""
    return desk.look(gateway, gateway.store.read())


def standings(gateway: Gateway) -> list[Standing]:
    """Every agent in the order of the roster."""
    seen, now = look(gateway), gateway.clock()
    return [
        Standing(
            agent,
            seen.post(agent.id),
            state_of(seen, agent.id, now),
            seen.post(agent.id).since,
            tuple(in_hand(seen, agent.id)),
        )
        for agent in seen.roster.agents.values()
    ]


def queue(gateway: Gateway, service: str = "") -> list[Queued]:
    """Who is at the desk, those that wait first and in the order in which they are served."""
    seen, now = look(gateway), gateway.clock()
    found = [
        Queued(
            contact, priority_of(contact, seen.rules_of(contact.need.service), now), now - contact.arrived_at
        )
        for contact in seen.contacts.values()
        if not service or contact.need.service == service
    ]
    return sorted(
        found,
        key=lambda queued: (
            queued.contact.state != WAITING,
            queued.priority,
            queued.contact.arrived_at,
            queued.contact.id,
        ),
    )


def explain(gateway: Gateway, contact: str, language: str) -> str:
    """Why a contact is where it is."""
    return why(look(gateway), contact, gateway.clock(), language)
