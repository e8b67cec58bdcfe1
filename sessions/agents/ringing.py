"""Telephones for the desk: what is owed to the carrier so that an agent, a caller or who is called back hears the right thing.

Every row goes through the outbox. Each telephone that we ring is a leg (store/legs.py), whose id is in the addresses of its
webhooks; a caller who is already on the line is led by a redirect to the own next turn, and would find the way at the next
poll if that redirect were lost.
"""

import json

from desk.routing import Contact
from desk.routing import effects as owed
from desk.routing.contacts import CALL, consult_of, is_consult, subject_of
from desk.routing.events import FAILED, CallbackMissed, Missed
from sessions.desk.desk import Happening
from sessions.gateway import Gateway
from store import cases, legs, outbox
from store.ids import new_id
from store.library import Connection
from store.times import instant, text

MOST_RING_SECONDS = 60


def ring_agent(happening: Happening, effect: owed.Offer) -> None:
    """An agent without a telephone misses the offer at once: the break that follows says so."""
    agent = happening.desk.roster.agents.get(effect.agent)
    contact = happening.contact(effect.contact)
    if agent is None or contact is None or not agent.phone:
        happening.further.append(Missed(effect.offer, FAILED))
        return
    leg = _ring(
        happening,
        contact,
        role=legs.AGENT,
        agent=effect.agent,
        offer=effect.offer,
        to=agent.phone,
        until=text(effect.until),
    )
    if not leg:
        happening.further.append(Missed(effect.offer, FAILED))


def ring_contact(happening: Happening, effect: owed.CallContact) -> None:
    """An agent has taken it: the number that called, or the one that was keyed in and that the agent has heard."""
    contact = happening.contact(effect.contact)
    if contact is None:
        return
    leg = _ring(
        happening,
        contact,
        role=legs.CONTACT,
        agent=effect.agent,
        offer=f"{effect.contact}@{effect.attempt}",
        to=effect.number,
        until=text(effect.until),
    )
    if not leg:
        happening.further.append(CallbackMissed(effect.contact, FAILED))


def _ring(
    happening: Happening, contact: Contact, *, role: str, agent: str, offer: str, to: str, until: str
) -> str:
    """The id of the leg; '' when the service has no number to call from."""
    gateway, now = happening.gateway, happening.now
    flow = gateway.services.current(contact.need.service)
    sender = flow.voice_numbers[0].spelling if flow is not None and flow.voice_numbers else ""
    if not sender:
        return ""
    id = new_id()
    first, then = ("whisper", "after") if role == legs.AGENT else ("greeting", "listening")
    left = (instant(until) - instant(now)).total_seconds()
    payload = {
        "to": to,
        "from": sender,
        "url": address(gateway, id, first, role),
        "fallback": address(gateway, id, then, role),
        "status": path(id, "status", role),
        "timeout": max(5, min(round(left), MOST_RING_SECONDS)),
        "until": until,
        "leg": id,
        "agent": agent if role == legs.AGENT else "",
        "service": contact.need.service,
    }
    row = outbox.put(
        happening.db,
        kind="call",
        target=to,
        payload=json.dumps(payload, ensure_ascii=False),
        now=now,
        cause=contact.id,
    )
    legs.begin(
        happening.db,
        id=id,
        role=role,
        contact=contact.id,
        agent=agent,
        offer=offer,
        service=contact.need.service,
        outbox=row,
        at=now,
    )
    return id


def stop(happening: Happening, offer: str) -> None:
    """The agent's telephone is silent, also when the carrier has not yet told us what its call is called."""
    leg = legs.of_offer(happening.db, offer)
    if leg is not None and leg.state != legs.OVER:
        legs.stop(happening.db, leg, at=happening.now)


def stop_contact(happening: Happening, contact: str) -> None:
    """Whatever telephones we ring or hold for this contact are silent, its agent's too."""
    for role in (legs.CONTACT, legs.AGENT):
        for leg in legs.live(happening.db, contact, role):
            legs.stop(happening.db, leg, at=happening.now)


def free_agent(happening: Happening, contact: str, agent: str) -> None:
    """The agent's telephone leaves the room: it hears that the talk is over. One that has said so itself is over already."""
    for leg in legs.live(happening.db, contact):
        if leg.agent == agent and leg.sid and leg.state in (legs.ROOM, legs.MENU, legs.HOLD):
            url = address(happening.gateway, leg.id, "after")
            legs.owe(happening.db, "redirect", leg.sid, {"url": url}, cause=contact, at=happening.now)
    for leg in legs.live(happening.db, contact, legs.CONTACT):
        if leg.sid:
            url = address(happening.gateway, leg.id, "listening", legs.CONTACT)
            legs.owe(happening.db, "redirect", leg.sid, {"url": url}, cause=contact, at=happening.now)


def lead_caller(happening: Happening, contact: str) -> None:
    """A caller on the line hears at once what the desk has decided."""
    held = happening.contact(contact)
    if held is not None and held.kind == CALL:
        url = caller_address(happening.gateway, contact)
        legs.owe(happening.db, "redirect", contact, {"url": url}, cause=contact, at=happening.now)


def lead_back(gateway: Gateway, db: Connection, contact: str, now: str) -> None:
    """The agent is back in the room: the caller, or who was called back, follows."""
    called = next(iter(legs.live(db, contact, legs.CONTACT)), None)
    if called is not None and called.sid:
        url = address(gateway, called.id, "listening", legs.CONTACT)
        legs.owe(db, "redirect", called.sid, {"url": url}, cause=contact, at=now)
    elif called is None:
        legs.owe(db, "redirect", contact, {"url": caller_address(gateway, contact)}, cause=contact, at=now)


def lead_asker(gateway: Gateway, db: Connection, consult: str, now: str) -> None:
    """Who asked a colleague hears at once what has become of it."""
    for leg in legs.live(db, subject_of(consult)):
        if leg.sid and leg.state in (legs.HOLD, legs.MENU):
            url = address(gateway, leg.id, "consulting")
            legs.owe(db, "redirect", leg.sid, {"url": url}, cause=consult, at=now)


def take_over(happening: Happening, effect: owed.TakenOver) -> None:
    """The colleague's telephone is the contact's from now on, and goes to its room."""
    legs.with_agent(happening.db, effect.contact, effect.agent)
    leg = legs.of_offer(happening.db, effect.consult)
    if leg is None or leg.state == legs.OVER:
        return
    legs.adopt(happening.db, leg.id, contact=effect.contact, offer=effect.offer, at=happening.now)
    if leg.sid:
        url = address(happening.gateway, leg.id, "colleague")
        legs.owe(happening.db, "redirect", leg.sid, {"url": url}, cause=effect.contact, at=happening.now)


def caller_address(gateway: Gateway, call: str) -> str:
    """Where a waiting or talking caller finds what the desk says, whatever turn the call is at."""
    base = gateway.settings.public_url.rstrip("/")
    return f"{base}/ivr/calls/{call}/turns/0?heard=person&k={gateway.turn_key(call, 0)}"


def address(gateway: Gateway, leg: str, what: str, role: str = legs.AGENT) -> str:
    """A webhook of a leg, with the key that only we can make."""
    base = gateway.settings.public_url.rstrip("/")
    return f"{base}{path(leg, what, role)}?k={leg_key(gateway, leg)}"


def path(leg: str, what: str, role: str) -> str:
    """/ivr/agents/... for an agent's telephone, /ivr/callbacks/... for the one of who is called back."""
    return f"/ivr/{'agents' if role == legs.AGENT else 'callbacks'}/{leg}/{what}"


def leg_key(gateway: Gateway, leg: str) -> str:
    """16 hex digits, as for the turns of a call."""
    return gateway.keyed("leg", leg)[:16]


def ticket_of(db: Connection, contact: str) -> str:
    """The newest case of the contact: its call's, or the one that a callback or voicemail is named after; '' when it has none."""
    contact = subject_of(contact)
    if contact.startswith(("cb:", "vm:")):
        return contact[3:] if cases.load(db, contact[3:]) else ""
    found = cases.of_session(db, contact)
    return found[-1].ticket if found else ""


def room_of(db: Connection, contact: str) -> str:
    """The conference is named after the case; that of a consult has an ending."""
    name = ticket_of(db, contact) or subject_of(contact)
    return consult_of(name) if is_consult(contact) else name
