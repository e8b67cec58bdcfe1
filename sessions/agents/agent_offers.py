"""What is offered to an agent at a screen: who rings, taken or declined there.

The telephone carries the voice and stays the proof that somebody is there. To take a caller at the screen is the key 1 of a
telephone that was answered, and nothing before: what has picked up may be the agent's own voicemail. Of a message nobody waits at
the other end, and its case plays it: it is taken without a telephone, which stops ringing. To decline needs none either.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from desk import redaction
from desk.agents import Agent
from desk.routing import Contact
from desk.routing.contacts import DIALOGUE, OFFERED, TALKING, VOICEMAIL, is_consult
from desk.routing.events import DECLINED, Accepted, Missed
from sessions.agents import agent_calls, ringing
from sessions.agents.agent_leg import Call, topic_for
from sessions.desk import desk
from sessions.dialogues import dialogues
from sessions.gateway import Gateway
from sessions.voicemails import voicemail_calls
from store import audit, cases, legs
from store.legs import LegRow
from store.library import Connection
from store.times import text

TAKE, DECLINE = ACTS = ("take", "decline")
TAKEN, DECLINED_IT, OVER, ANSWER_FIRST, SAY_WHY = TOLD = (
    "offer_taken", "offer_declined", "offer_over", "offer_answer_first", "offer_say_why",
)  # fmt: skip
LEAST_REASON = 3  # letters


@dataclass(frozen=True)
class Offer:
    """One offer. ``number`` is masked; ``waited`` seconds; ``until``: then the next is asked. ``ready``: may it be taken now?"""

    held: Contact
    ticket: str
    number: str
    topic: str
    waited: int
    until: datetime | None
    ready: bool


def offers(gateway: Gateway, db: Connection, agent: str) -> list[Offer]:
    """Everything that is offered to this agent, what ends first at the top."""
    seen, now = desk.look(gateway, db), gateway.clock()
    who = seen.roster.agents.get(agent)
    held = [one for one in seen.contacts.values() if one.agent == agent and one.state == OFFERED]
    found = [_offer(db, one, who, now) for one in held]
    return sorted(found, key=lambda offer: offer.until or now)


def _offer(db: Connection, held: Contact, agent: Agent | None, now: datetime) -> Offer:
    ticket = ringing.ticket_of(db, held.id)
    case = cases.load(db, ticket) if ticket else None
    ready = held.kind in (DIALOGUE, VOICEMAIL) or _answered(legs.of_offer(db, held.offer))
    number = redaction.mask(held.number) if held.number else ""
    waited = round((now - held.arrived_at).total_seconds())
    return Offer(held, ticket, number, topic_for(agent, case), waited, held.held_until, ready)


def _answered(leg: LegRow | None) -> bool:
    """Is somebody on the agent's telephone, asked to press 1?"""
    return leg is not None and leg.state == legs.ASKED and bool(leg.sid)


def act(gateway: Gateway, agent: str, contact: str, what: str, reason: str = "") -> str:
    """Takes or declines; one of TOLD."""
    with gateway.store.write() as db:
        held = desk.look(gateway, db).contacts.get(contact)
        if held is None or held.agent != agent or held.state != OFFERED:
            return OVER
        now = text(gateway.clock())
        return _take(gateway, db, held, now) if what == TAKE else _decline(gateway, db, held, reason, now)


def _take(gateway: Gateway, db: Connection, held: Contact, now: str) -> str:
    if held.kind == DIALOGUE:
        return TAKEN if _dialogue(gateway, db, held, now, TAKE) else OVER
    leg = legs.of_offer(db, held.offer)
    if leg is not None and held.kind == VOICEMAIL:
        return _message(Call(gateway, db, leg, now))
    if leg is None or not _answered(leg):
        return ANSWER_FIRST
    if agent_calls.accept(Call(gateway, db, leg, now)) == "over":
        return OVER
    # The words "press 1" are still being heard: the telephone is led to where the key would have led it.
    there = ringing.address(gateway, leg.id, "colleague" if is_consult(held.id) else "consulting")
    legs.owe(db, "redirect", str(leg.sid), {"url": there}, cause=held.id, at=now)
    return TAKEN


def _message(call: Call) -> str:
    """As who has heard it on the telephone and sees to it: the case is this agent's, whose wrap-up is the time to listen."""
    call.happen(Accepted(call.leg.offer))
    held = call.contact
    if held is None or held.state != TALKING:
        return OVER
    call.take_case()
    voicemail_calls.settle(call, "follow_up")
    legs.stop(call.db, call.leg, at=call.now)
    return TAKEN


def _decline(gateway: Gateway, db: Connection, held: Contact, reason: str, now: str) -> str:
    """The next agent is asked at once. Why is kept in the audit: three in a row are a break, and somebody will ask."""
    reason = " ".join(reason.split())[:200]
    if len(reason) < LEAST_REASON:
        return SAY_WHY
    if held.kind == DIALOGUE:
        if not _dialogue(gateway, db, held, now, DECLINE):
            return OVER
    else:
        desk.happen(gateway, db, Missed(held.offer, DECLINED), now)
        leg = legs.of_offer(db, held.offer)
        if leg is not None and leg.state != legs.OVER:
            legs.stop(db, leg, at=now)
    detail = {"contact": held.id, "reason": reason}
    audit.write(
        db, at=now, who=held.agent, action="offer_declined", subject=held.agent, detail=json.dumps(detail)
    )
    return DECLINED_IT


def _dialogue(gateway: Gateway, db: Connection, held: Contact, now: str, what: str) -> bool:
    who = dialogues.agent(gateway, db, held.agent)
    if who is None:
        return False
    does = dialogues.take if what == TAKE else dialogues.release
    return does(gateway, db, who, held.id, now).ok
