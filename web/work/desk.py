"""One's own desk: the state one is in, what one has in hand, and the call one is in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for

from desk.routing.contacts import DIALOGUE, OFFERED, VOICEMAIL
from desk.routing.events import Event, SignedIn, SignedOut, TookBreak, WrappedUp
from sessions.agents import agent_desk, agent_offers, ringing, staff
from sessions.gateway import Gateway
from web.accounts import visits
from web.addresses import safe_path
from web.policy import POLICY
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
        only_offers = request.args.get("only") == "offers"
        return fragment(render_template("work/elsewhere.html" if only_offers else "work/desk.html"))

    @routes.app_context_processor
    def mine() -> dict[str, object]:
        return {"my_desk": lambda: standing(gateway), "my_offers": lambda: offered(gateway)}

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
        there = next((_place(one) for one in _offers(gateway, agent) if one.held.id == contact), "")
        told = agent_offers.act(gateway, agent, contact, act, request.form.get("why", ""))
        return _back(told, there if told == agent_offers.TAKEN else "")


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


def offered(gateway: Gateway) -> dict[str, object] | None:
    """What is offered to whoever looks at a page that is no page of work; None for who takes no contacts."""
    visit = g.get("visit")
    if visit is None or visit.standing not in POLICY["work.desk"].may:
        return None
    agent = agent_of(gateway)
    return {"offers": _offers(gateway, agent), "now": gateway.clock()} if agent else None


def _offers(gateway: Gateway, agent: str) -> list[agent_offers.Offer]:
    return agent_offers.offers(gateway, gateway.store.read(), agent)


def _place(offer: agent_offers.Offer) -> str:
    """The page on which this is worked on once it was taken; '' for a call, which is on every page of work."""
    if offer.held.kind == DIALOGUE:
        return url_for("work.dialogue", id=offer.held.id)
    if offer.held.kind == VOICEMAIL and offer.ticket:
        return url_for("work.case", ticket=offer.ticket)
    return ""


def _back(told: str, there: str = "") -> Response:
    """``there``, or where the button was pressed, with what came of it."""
    there = there or safe_path(request.form.get("then", url_for("work.inbox"))).partition("?")[0]
    return redirect(f"{there}?told={told}", 303)
