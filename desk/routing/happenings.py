"""What each event does. An event that fits nothing any more (twice, late, of somebody unknown) does nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from desk import callbacks
from desk.agents import AVAILABLE, BREAK, OFFLINE
from desk.routing import events as heard
from desk.routing import moves
from desk.routing.contacts import (
    CALL,
    CALLBACK,
    DIALLING,
    OFFERED,
    TALKING,
    VOICEMAIL,
    WAITING,
    Contact,
    consult_of,
    contact_of,
)
from desk.routing.effects import CallbackKept, CallbackRefused, StopRinging
from desk.routing.sheet import Sheet
from desk.routing.state import Roster


def tick(sheet: Sheet, event: heard.Tick) -> None:
    """Time alone; see settle.py."""


def arrived(sheet: Sheet, event: heard.Arrived) -> None:
    """Somebody new, or new wishes of somebody who waits already: the time of arrival stays."""
    new, known = event.contact, sheet.contacts.get(event.contact.id)
    if known is not None:
        if known.state == WAITING and known.kind == new.kind:
            # A message that is written down now need not wait for that any more; a callback's pause is its own.
            early = new.not_before if known.kind == VOICEMAIL else known.not_before
            sheet.change(
                known, need=new.need, priority=new.priority, longest=new.longest, closes_at=new.closes_at,
                not_before=early,
            )  # fmt: skip
        return
    if new.kind == CALLBACK:
        existing = callbacks.of_number(sheet.contacts.values(), new.number, new.need.service)
        if existing:
            sheet.owe(CallbackRefused(new.id, existing))
            return
        sheet.owe(CallbackKept(new.id, new.number))
    sheet.put(callbacks.with_limits(new, sheet.rules_of(new.need.service), sheet.at))


def gone(sheet: Sheet, event: heard.Gone) -> None:
    """Whoever is rung for this contact must stop being rung; whoever talked to it is done."""
    contact = sheet.contacts.get(event.contact)
    if contact is None:
        return
    if contact.state == OFFERED:
        contact = moves.withdraw(sheet, contact, "gone")
    elif contact.state == DIALLING:
        moves.stop_calling(sheet, contact, "gone")
        moves.release(sheet, contact, "", wrap_up=False)
    elif contact.state == TALKING:
        moves.release(sheet, contact, "", wrap_up=True)
    sheet.drop(contact)


def _standing(sheet: Sheet, offer: str) -> Contact | None:
    """The contact whose offer this is, if it still stands."""
    contact = sheet.contacts.get(contact_of(offer))
    return contact if contact is not None and sheet.laws.stands(contact, offer) else None


def answered(sheet: Sheet, event: heard.Answered) -> None:
    """The whisper takes time: the lease lasts a little longer, once."""
    contact = _standing(sheet, event.offer)
    if contact is None or contact.since is None or contact.held_until is None:
        return
    rules = sheet.rules_of(contact.need.service)
    ring = rules.offer_seconds[contact.need.channel] + rules.whisper_seconds
    until = min(moves.later(sheet.at, rules.whisper_seconds), moves.later(contact.since, ring))
    sheet.change(contact, held_until=max(contact.held_until, until))


def accepted(sheet: Sheet, event: heard.Accepted) -> None:
    """The agent takes it, unless it is too late."""
    contact = _standing(sheet, event.offer)
    if contact is not None:
        moves.take(sheet, contact)
        return
    talking = sheet.contacts.get(contact_of(event.offer))
    if talking is None or talking.offer != event.offer or talking.state not in (TALKING, DIALLING):
        # Somebody holds a telephone to the ear for an offer that is off. Whose it is, the leg knows.
        sheet.owe(StopRinging(contact_of(event.offer), "", event.offer, "late"))


def missed(sheet: Sheet, event: heard.Missed) -> None:
    """Back into the queue, and a mark for the agent."""
    contact = _standing(sheet, event.offer)
    if contact is not None:
        moves.miss(sheet, contact, event.why)


def ended(sheet: Sheet, event: heard.Ended) -> None:
    """The talk is over: wrap-up for the agent, and the contact is done."""
    contact = sheet.contacts.get(event.contact)
    if contact is None:
        return
    if (
        contact.state == DIALLING
    ):  # the agent has left before the contact was reached: no try of the contact's
        returned(sheet, heard.Returned(contact.id, "left", wrap_up=False))
        return
    if contact.state == TALKING:
        moves.release(sheet, contact, event.disposition, wrap_up=True)
        sheet.drop(contact)


def returned(sheet: Sheet, event: heard.Returned) -> None:
    """Back into the queue with the place kept, perhaps with another need."""
    contact = sheet.contacts.get(event.contact)
    if contact is None:
        return
    need = contact.need._replace(**event.need)
    fields: dict[str, Any] = {"need": need, "missed_by": () if event.need else contact.missed_by}
    if contact.state == WAITING:
        sheet.change(contact, **fields)
        return
    if contact.state == OFFERED:
        contact = moves.withdraw(sheet, contact, event.why or "returned")
    elif contact.state == DIALLING:
        moves.stop_calling(sheet, contact, event.why or "returned")
        moves.release(sheet, contact, "", wrap_up=False)
    else:
        moves.release(sheet, contact, event.why, wrap_up=event.wrap_up)
        fields |= {"last_agent": contact.agent, "last_agent_at": sheet.at}
        if event.aside:
            fields |= {"missed_by": moves.put_aside(sheet, contact)}
    moves.requeue(sheet, contact, **fields)


def handed_over(sheet: Sheet, event: heard.HandedOver) -> None:
    """The colleague has the contact in place of the consult; the first agent is done."""
    contact, consult = sheet.contacts.get(event.contact), sheet.contacts.get(consult_of(event.contact))
    if contact is None or consult is None or contact.state != TALKING or consult.state != TALKING:
        return
    moves.release(sheet, contact, "handed_over", wrap_up=True)
    moves.take_over(sheet, contact, consult)


def callback_asked(sheet: Sheet, event: heard.CallbackAsked) -> None:
    """The caller becomes a callback with the same place. Once for each number."""
    contact = sheet.contacts.get(event.contact)
    if contact is None or contact.kind != CALL or contact.state not in (WAITING, OFFERED):
        return
    existing = callbacks.of_number(sheet.contacts.values(), event.number, contact.need.service)
    if existing:
        sheet.owe(CallbackRefused(contact.id, existing))
        return
    if contact.state == OFFERED:
        contact = moves.withdraw(sheet, contact, "callback")
    callback = replace(
        contact, kind=CALLBACK, number=event.number, not_before=event.not_before, expires_at=event.expires_at
    )
    sheet.put(callbacks.with_limits(callback, sheet.rules_of(contact.need.service), sheet.at))
    sheet.owe(CallbackKept(contact.id, event.number))


def ring_back(sheet: Sheet, event: heard.RingBack) -> None:
    """The voicemail becomes a callback in the hands of the agent who has heard it. Once for each number."""
    contact = sheet.contacts.get(event.contact)
    if contact is None or contact.kind != VOICEMAIL or contact.state != TALKING:
        return
    existing = callbacks.of_number(sheet.contacts.values(), event.number, contact.need.service)
    if existing:
        sheet.owe(CallbackRefused(contact.id, existing))
        return
    callback = replace(contact, kind=CALLBACK, number=event.number, expires_at=None)
    moves.dial(sheet, callbacks.with_limits(callback, sheet.rules_of(contact.need.service), sheet.at))


def callback_reached(sheet: Sheet, event: heard.CallbackReached) -> None:
    """Agent and contact talk."""
    contact = sheet.contacts.get(event.contact)
    if contact is not None and contact.state == DIALLING:
        moves.talk(sheet, contact)


def callback_missed(sheet: Sheet, event: heard.CallbackMissed) -> None:
    """Nobody answered."""
    contact = sheet.contacts.get(event.contact)
    if contact is not None and contact.state == DIALLING:
        moves.callback_missed(sheet, contact)


def signed_in(sheet: Sheet, event: heard.SignedIn) -> None:
    """There, and free of earlier misses. Who is there already keeps the idle time."""
    post = sheet.post(event.agent)
    if post.presence == AVAILABLE:
        return
    taken = 0 if post.presence == OFFLINE else post.taken
    sheet.set_post(
        event.agent,
        presence=AVAILABLE,
        reason="",
        since=sheet.at,
        idle_since=sheet.at,
        rest_until=None,
        misses=0,
        taken=taken,
    )


def took_break(sheet: Sheet, event: heard.TookBreak) -> None:
    """On a break: not present, whatever the agent still has in hand."""
    sheet.set_post(event.agent, presence=BREAK, reason=event.reason, since=sheet.at)


def signed_out(sheet: Sheet, event: heard.SignedOut) -> None:
    """Not there."""
    sheet.set_post(event.agent, presence=OFFLINE, reason="", since=sheet.at)


def wrapped_up(sheet: Sheet, event: heard.WrappedUp) -> None:
    """Free before the wrap-up time is over."""
    until = sheet.post(event.agent).wrap_up_until
    if until is not None and until > sheet.at:
        sheet.set_post(event.agent, wrap_up_until=None, idle_since=sheet.at)


def roster_changed(sheet: Sheet, event: heard.RosterChanged) -> None:
    """Another roster. Where those stand who remain in it, remains."""
    sheet.roster = Roster(event.agents)
    sheet.posts = {agent: post for agent, post in sheet.posts.items() if agent in sheet.roster.agents}
    sheet.look_again()


def rules_changed(sheet: Sheet, event: heard.RulesChanged) -> None:
    """Other rules: every deadline is worked out again."""
    sheet.rules = dict(event.rules)
    sheet.redate = True
    sheet.look_again()


HANDLERS: Mapping[type, Callable[[Sheet, Any], None]] = {
    heard.Tick: tick,
    heard.Arrived: arrived,
    heard.Gone: gone,
    heard.Answered: answered,
    heard.Accepted: accepted,
    heard.Missed: missed,
    heard.Ended: ended,
    heard.Returned: returned,
    heard.HandedOver: handed_over,
    heard.CallbackAsked: callback_asked,
    heard.RingBack: ring_back,
    heard.CallbackReached: callback_reached,
    heard.CallbackMissed: callback_missed,
    heard.SignedIn: signed_in,
    heard.TookBreak: took_break,
    heard.SignedOut: signed_out,
    heard.WrappedUp: wrapped_up,
    heard.RosterChanged: roster_changed,
    heard.RulesChanged: rules_changed,
}
