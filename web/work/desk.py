"""One's own desk: the state one is in, what one has in hand, and the call one is in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from desk.routing.contacts import OFFERED
from desk.routing.events import Event, SignedIn, SignedOut, TookBreak, WrappedUp
from sessions.agents import agent_desk, agent_offers, ringing, staff
from sessions.gateway import Gateway
from web.accounts import visits
from web.addresses import safe_path
from web.tools import Tools
from web.work.inbox import fragment
from web.work.person import agent_of

STATES: dict[str, Callable[[str, str], Event]] = {
    "available": lambda agent, reason: SignedIn(agent),
    "break": TookBreak,
    "offline": lambda agent, reason: SignedOut(agent),
    "ready": lambda agent, reason: WrappedUp(agent),
}
LONGEST_REASON = 80


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work/desk, /work/state and /work/call."""

    @routes.get("/desk", endpoint="desk")
    def desk() -> Response:
        return fragment(render_template("work/desk.html"))

    @routes.context_processor
    def mine() -> dict[str, object]:
        return {"my_desk": lambda: standing(gateway)}

    @routes.post("/state/<state>", endpoint="state")
    def state(state: str) -> Response:
        agent = agent_of(gateway) or abort(404)
        if state not in STATES:
            abort(404)
        reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
        change(gateway, agent, state, reason)
        return _back(f"state_{state}")

    @routes.post("/call/<act>", endpoint="call")
    def call(act: str) -> Response:
        agent = agent_of(gateway) or abort(404)
        if act not in agent_desk.ACTS:
            abort(404)
        return _back(agent_desk.act(gateway, agent, act) or f"call_{act}")

    @routes.post("/offers/<act>/<path:contact>", endpoint="offer")
    def offer(act: str, contact: str) -> Response:
        agent = agent_of(gateway) or abort(404)
        if act not in agent_offers.ACTS:
            abort(404)
        return _back(agent_offers.act(gateway, agent, contact, act, request.form.get("why", "")))


def change(gateway: Gateway, agent: str, state: str, reason: str) -> None:
    """One of STATES, in the name of whoever is signed in."""
    staff.happen(gateway, [STATES[state](agent, reason)], visits.me().login)


def standing(gateway: Gateway) -> dict[str, object]:
    """What the bar of the desk shows; nothing for who takes no contacts."""
    agent = agent_of(gateway)
    if not agent:
        return {"standing": None, "held": (), "call": None, "offers": ()}
    db = gateway.store.read()
    mine = next(each for each in staff.standings(gateway) if each.agent.id == agent)
    now = gateway.clock()
    held = [
        (contact, ringing.ticket_of(db, contact.id), int((now - contact.arrived_at).total_seconds()) // 60)
        for contact in mine.contacts
        if contact.state != OFFERED
    ]
    return {
        "standing": mine,
        "held": held,
        "call": agent_desk.my_call(gateway, db, agent),
        "offers": agent_offers.offers(gateway, db, agent),
        "now": now,
    }


def _back(told: str) -> Response:
    """Where the button was pressed, with what came of it."""
    there = safe_path(request.form.get("then", url_for("work.inbox"))).partition("?")[0]
    return redirect(f"{there}?told={told}", 303)
