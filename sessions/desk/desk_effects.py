"""One function for each effect of the desk: rows in the transaction of the decision, done by the job worker after its commit."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from desk.routing import effects as owed
from desk.routing.contacts import CALL, CALLBACK, CONSULT, DIALOGUE, VOICEMAIL, is_consult
from desk.routing.events import Gone
from sessions.agents import ringing
from sessions.desk.desk import Happening
from sessions.dialogues import dialogue_phones
from store import audit
from store import cases as stored_cases

log = logging.getLogger("sambung.desk")


def offer(happening: Happening, effect: owed.Offer) -> None:
    """The agent's telephone rings, or has a text."""
    if _is_dialogue(happening, effect.contact):
        dialogue_phones.offer(happening, effect)
    else:
        ringing.ring_agent(happening, effect)


def stop_ringing(happening: Happening, effect: owed.StopRinging) -> None:
    """The agent's telephone is silent. Who pressed 1 too late is told so on the line, and then it ends by itself."""
    if _is_dialogue(happening, effect.contact):
        dialogue_phones.is_over(happening, effect.agent, effect.contact)
    elif effect.why != "late":
        ringing.stop(happening, effect.offer)


def connect(happening: Happening, effect: owed.Connect) -> None:
    """The caller goes to the room where the agent waits; a writer's words go to the agent."""
    if is_consult(effect.contact):
        _history(happening, effect.contact, effect.agent, "consulted")
        ringing.lead_asker(happening.gateway, happening.db, effect.contact, happening.now)
        return
    held = happening.contact(effect.contact)
    heard = held is not None and held.kind == VOICEMAIL
    _history(happening, effect.contact, effect.agent, "message taken" if heard else "answered")
    if _is_dialogue(happening, effect.contact):
        dialogue_phones.taken(happening, effect)
    ringing.lead_caller(happening, effect.contact)


def taken_over(happening: Happening, effect: owed.TakenOver) -> None:
    """The colleague who was consulted meets the caller."""
    _history(happening, effect.contact, effect.agent, "taken over")
    ringing.take_over(happening, effect)


def call_contact(happening: Happening, effect: owed.CallContact) -> None:
    """The telephone of who is called back rings; the agent waits in the room."""
    ringing.ring_contact(happening, effect)


def stop_calling(happening: Happening, effect: owed.StopCalling) -> None:
    """The callback's telephone is silent."""
    ringing.stop_contact(happening, effect.contact)


def end_talk(happening: Happening, effect: owed.EndTalk) -> None:
    """Nothing was heard of this talk for its longest time: whatever is still connected ends."""
    ringing.stop_contact(happening, effect.contact)
    if _is_dialogue(happening, effect.contact):
        dialogue_phones.ran_out(happening, effect)
    log.warning(
        "a talk of which nothing was heard is ended", extra={"contact": effect.contact, "agent": effect.agent}
    )


def exit_(happening: Happening, effect: owed.Exit) -> None:
    """A caller hears the exit at once; a callback that ends without a talk is told to its case."""
    contact = happening.contact(effect.contact)
    if contact is None:
        return
    if contact.kind == CALL:
        ringing.lead_caller(happening, effect.contact)
    elif contact.kind == CALLBACK:
        _history(happening, effect.contact, "robot", f"callback {effect.exit}")
    elif contact.kind == CONSULT:
        ringing.lead_asker(happening.gateway, happening.db, effect.contact, happening.now)


def released(happening: Happening, effect: owed.Released) -> None:
    """The agent's telephone is free of this talk, and a caller who is still there hears how it goes on."""
    ringing.free_agent(happening, effect.contact, effect.agent)
    dialogue_phones.is_over(happening, effect.agent, effect.contact)
    contact = happening.contact(effect.contact)
    if contact is not None and contact.kind == CALL and not isinstance(happening.event, Gone):
        ringing.lead_caller(happening, effect.contact)
    if effect.disposition:
        _history(happening, effect.contact, effect.agent, f"talk ended: {effect.disposition}")


def paused(happening: Happening, effect: owed.Paused) -> None:
    """Said aloud in the log: somebody's telephone does not answer."""
    log.warning("an agent was sent to a break", extra={"agent": effect.agent, "reason": effect.reason})


def callback_kept(happening: Happening, effect: owed.CallbackKept) -> None:
    """The history of its case has the wish already (sessions/desk/waiting.py)."""


def callback_refused(happening: Happening, effect: owed.CallbackRefused) -> None:
    """The number has a callback already, and that one holds."""
    audit.write(happening.db, at=happening.now, who="desk", action="callback_again", subject=effect.contact)


def remind(happening: Happening, effect: owed.Remind) -> None:
    """Somebody must be told that this contact still waits."""
    log.warning(
        "a contact waits for somebody", extra={"contact": effect.contact, "seconds": effect.waited_seconds}
    )


def _is_dialogue(happening: Happening, contact: str) -> bool:
    held = happening.contact(contact)
    return held is not None and held.kind == DIALOGUE


def _history(happening: Happening, contact: str, who: str, what: str) -> None:
    """A line in the history of the contact's case."""
    ticket = ringing.ticket_of(happening.db, contact)
    if ticket:
        stored_cases.add_event(happening.db, ticket, at=happening.now, who=who, what=what)


HANDLERS: Mapping[type, Callable[[Happening, Any], None]] = {
    owed.Offer: offer,
    owed.StopRinging: stop_ringing,
    owed.Connect: connect,
    owed.TakenOver: taken_over,
    owed.CallContact: call_contact,
    owed.StopCalling: stop_calling,
    owed.EndTalk: end_talk,
    owed.Exit: exit_,
    owed.Released: released,
    owed.Paused: paused,
    owed.CallbackKept: callback_kept,
    owed.CallbackRefused: callback_refused,
    owed.Remind: remind,
}
