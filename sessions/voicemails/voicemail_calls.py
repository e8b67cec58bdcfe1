"""An agent hears a message on the telephone and says what comes of it.

    pressed 1 -> the messages are played -> 1 again   2 the next tier   3 I will see to it   4 ring the caller   5 nothing to answer
                                            hung up: as 3, the case is this agent's

While it is heard the leg is on hold (legs.HOLD). Who rings the caller waits in the room, and from then on it is a callback.
"""

from typing import BinaryIO

from desk.caseload.needs import DEAF
from desk.routing import Contact
from desk.routing.contacts import DIALLING, TALKING, VOICEMAIL
from desk.routing.events import Ended, RingBack
from sessions.agents import agent_keys, ringing
from sessions.agents.agent_leg import Call, Told, next_tier, parted, taking
from sessions.calls import guarding
from sessions.cases import case_rows, records
from sessions.cases.records import Person, Refused
from sessions.gateway import Gateway
from store import cases, legs, voicemails
from store.times import text
from store.vault import VaultFault


def play(call: Call) -> str:
    """The messages are heard, or heard again."""
    call.move(legs.HOLD)
    return "message"


def listened(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """What was pressed while a message was heard, or after it."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or call.leg.state == legs.OVER:
            return parted(call)
        if held.kind != VOICEMAIL:
            return "room"  # its caller is rung already
        match digits:
            case "1":
                return play(call)
            case "2":
                return _pass_on(call, held)
            case "3":
                return end(call, "follow_up")
            case "4":
                return _ring_back(call, held)
            case "5":
                return end(call, "other")
            case _:
                return "message_menu"

    return taking(gateway, leg, sid, take)


def end(call: Call, disposition: str) -> str:
    """The agent is done: the case is the agent's (follow_up), or there was nothing to answer (other)."""
    call.move(legs.OVER)
    settle(call, disposition)
    return "message_kept" if disposition == "follow_up" else "bye"


def settle(call: Call, disposition: str) -> None:
    """The messages that this agent has in hand are seen to, wherever they were heard."""
    _seen_to(call)
    call.happen(Ended(call.leg.contact, disposition))
    call.dispose(disposition)


def _pass_on(call: Call, held: Contact) -> str:
    """The messages go to the next tier with their case; unlike a caller they may wait for it."""
    tier = next_tier(call, held)
    if not tier:
        return "message_nobody"
    agent_keys.pass_on(call, held, tier)
    return "passed_on"


def _ring_back(call: Call, held: Contact) -> str:
    """The caller's telephone rings, and the agent waits for it."""
    row = cases.load(call.db, ringing.ticket_of(call.db, held.id))
    deaf = row is not None and case_rows.case_of(row).accessibility == DEAF
    if deaf or not held.number or not guarding.may_ring(call.gateway, held.number):
        return "message_no_number"
    call.happen(RingBack(held.id, held.number))
    now = call.contact
    if now is None or now.state not in (DIALLING, TALKING) or now.kind == VOICEMAIL:
        return "message_no_number"
    _seen_to(call)
    call.move(legs.ROOM)
    return "room"


def _seen_to(call: Call) -> None:
    ticket = ringing.ticket_of(call.db, call.leg.contact)
    voicemails.seen_to(call.db, ticket, call.leg.agent, call.now)


def sound(gateway: Gateway, leg: str, recording: str) -> BinaryIO | None:
    """A message's sound, for the carrier that plays it; None when it is not this telephone's to hear.

    Only while the agent of this leg has the message in hand, and by the rule of the vault; what is sealed leaves an audit line.
    """
    db = gateway.store.read()
    row = legs.load(db, leg)
    call = Call(gateway, db, row, text(gateway.clock())) if row is not None else None
    held, agent = (call.contact, call.agent) if call is not None else (None, None)
    if held is None or agent is None or held.kind != VOICEMAIL or held.state != TALKING:
        return None
    ticket = ringing.ticket_of(db, held.id)
    if recording not in {message.recording for message in voicemails.unheard(db, ticket)}:
        return None
    try:
        return records.played(gateway, Person(agent.id, agent.asker), recording, f"offered as {ticket}")
    except (Refused, VaultFault):
        return None
