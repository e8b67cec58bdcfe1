"""What is done to contacts and agents: the verbs of the desk, each whole, used by what happened and by time."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk.agents import BREAK
from desk.routing.contacts import CALL, CALLBACK, CONSULT, DIALLING, OFFERED, TALKING, WAITING, Contact
from desk.routing.effects import (
    ANSWERED_MEANWHILE,
    UNREACHED,
    CallContact,
    Connect,
    Exit,
    Offer,
    Paused,
    Released,
    StopCalling,
    StopRinging,
    TakenOver,
)
from desk.routing.sheet import Sheet

PACE_WEIGHT = 0.1  # of the newest contact in the moving average: some thirty contacts say how long one takes


def later(at: datetime, seconds: float) -> datetime:
    """So many seconds on."""
    return at + timedelta(seconds=seconds)


def offer(sheet: Sheet, contact: Contact, agent: str) -> None:
    """Puts the contact to the agent: both are claimed until the lease ends."""
    rules = sheet.rules_of(contact.need.service)
    until = later(sheet.at, rules.offer_seconds[contact.need.channel])
    sheet.offers += 1
    offered = sheet.change(
        contact, state=OFFERED, agent=agent, since=sheet.at, held_until=until, offers=contact.offers + 1
    )
    sheet.set_post(agent, last_offer=sheet.offers)
    sheet.owe(Offer(contact.id, agent, offered.offer, until))


def requeue(sheet: Sheet, contact: Contact, **fields: object) -> Contact:
    """Back into the queue. The time of arrival is kept, and with it the place."""
    return sheet.change(contact, state=WAITING, agent="", since=sheet.at, held_until=None, **fields)


def withdraw(sheet: Sheet, contact: Contact, why: str) -> Contact:
    """The offer is off, and nobody's fault: the telephone stops, the contact waits on."""
    sheet.owe(StopRinging(contact.id, contact.agent, contact.offer, why))
    return requeue(sheet, contact)


def miss(sheet: Sheet, contact: Contact, why: str) -> None:
    """The agent did not take it. So often in a row, and the agent is sent to a break."""
    agent, rules = contact.agent, sheet.rules_of(contact.need.service)
    sheet.owe(StopRinging(contact.id, agent, contact.offer, why))
    missed_by = (*(other for other in contact.missed_by if other != agent), agent)
    requeue(sheet, contact, missed_by=missed_by)
    misses = sheet.post(agent).misses + 1
    if misses < rules.misses or not rules.misses:
        # The miss ends the idle time: else who does not answer would be rung first again and again.
        rest = later(sheet.at, rules.rest_seconds)
        sheet.set_post(agent, misses=misses, idle_since=sheet.at, rest_until=rest)
        return
    sheet.set_post(agent, misses=0, presence=BREAK, reason=f"misses:{why}", since=sheet.at, rest_until=None)
    if agent in sheet.roster.agents:
        sheet.owe(Paused(agent, why, misses))


def put_aside(sheet: Sheet, contact: Contact) -> tuple[str, ...]:
    """Who has put the contact back, last of those that did not want it. It is no miss, but the pause is that of one."""
    rules = sheet.rules_of(contact.need.service)
    sheet.set_post(contact.agent, rest_until=later(sheet.at, rules.rest_seconds))
    return (*(other for other in contact.missed_by if other != contact.agent), contact.agent)


def take(sheet: Sheet, contact: Contact) -> None:
    """The agent takes what was offered. A callback's telephone rings now, the rest are brought together."""
    agent = contact.agent
    post = sheet.post(agent)
    sheet.set_post(agent, misses=0, rest_until=None, taken=post.taken + 1)
    if contact.kind == CALLBACK:
        dial(sheet, contact)
        return
    talk(sheet, contact)
    sheet.owe(Connect(contact.id, agent, contact.offer))
    if contact.kind == CALL:
        _fulfil_callbacks(sheet, contact)


def dial(sheet: Sheet, contact: Contact) -> None:
    """The telephone of who is called back rings; its agent waits on the line."""
    until = later(sheet.at, sheet.rules_of(contact.need.service).dial_seconds)
    sheet.change(contact, state=DIALLING, since=sheet.at, held_until=until)
    sheet.owe(CallContact(contact.id, contact.agent, contact.number, contact.tries + 1, until))


def talk(sheet: Sheet, contact: Contact) -> None:
    """Contact and agent talk."""
    limit = sheet.rules_of(contact.need.service).talk_seconds[contact.need.channel]
    sheet.change(contact, state=TALKING, since=sheet.at, held_until=later(sheet.at, limit))


def take_over(sheet: Sheet, contact: Contact, consult: Contact) -> None:
    """Who was consulted talks to the contact from now on, and holds it in place of the consult."""
    sheet.drop(consult)
    taken = sheet.change(
        contact,
        agent=consult.agent,
        offers=contact.offers + 1,
        last_agent=contact.agent,
        last_agent_at=sheet.at,
    )
    talk(sheet, taken)
    sheet.owe(TakenOver(contact.id, consult.agent, consult.offer, taken.offer))


def _fulfil_callbacks(sheet: Sheet, call: Contact) -> None:
    """Who has called again and talks needs no callback any more."""
    for other in list(sheet.contacts.values()) if call.number else ():
        same = other.number == call.number and other.need.service == call.need.service
        if other.kind != CALLBACK or not same or other.state == TALKING:
            continue
        if other.state == OFFERED:
            other = withdraw(sheet, other, ANSWERED_MEANWHILE)
        elif other.state == DIALLING:
            stop_calling(sheet, other, ANSWERED_MEANWHILE)
            release(sheet, other, "", wrap_up=False)
        leave(sheet, other, ANSWERED_MEANWHILE)


def release(sheet: Sheet, contact: Contact, disposition: str, *, wrap_up: bool) -> None:
    """The agent is done with the contact (which the caller of this drops or puts back)."""
    rules, agent = sheet.rules_of(contact.need.service), contact.agent
    seconds = rules.wrap_up_seconds[contact.need.channel] if wrap_up else 0
    # A dialogue that ends must not cut short the wrap-up of a call that ended before it.
    ends = [
        moment
        for moment in (sheet.post(agent).wrap_up_until, later(sheet.at, seconds) if seconds else None)
        if moment is not None and moment > sheet.at
    ]
    until = max(ends, default=None)
    sheet.set_post(agent, wrap_up_until=until, idle_since=until or sheet.at)
    if contact.state == TALKING and contact.since is not None and contact.kind != CONSULT:
        _learn_pace(sheet, contact, (sheet.at - contact.since).total_seconds() + seconds)
    sheet.owe(Released(contact.id, agent, disposition, until))


def _learn_pace(sheet: Sheet, contact: Contact, seconds: float) -> None:
    need = contact.need
    key = need.service, need.skill, need.channel
    before = sheet.paces.get(key, float(sheet.rules_of(need.service).handling_seconds))
    sheet.paces[key] = before + PACE_WEIGHT * (max(0.0, seconds) - before)


def callback_missed(sheet: Sheet, contact: Contact) -> None:
    """Nobody was reached: once more after a gap, with the place kept; after the last try the callback is given up."""
    rules = sheet.rules_of(contact.need.service)
    release(sheet, contact, "", wrap_up=False)
    tries = contact.tries + 1
    if tries >= rules.callback_tries:
        leave(sheet, contact, UNREACHED)
        return
    requeue(sheet, contact, tries=tries, not_before=later(sheet.at, rules.callback_gap_seconds))


def leave(sheet: Sheet, contact: Contact, exit: str) -> None:
    """The contact leaves the desk by an exit."""
    sheet.drop(contact)
    sheet.owe(Exit(contact.id, exit))


def stop_calling(sheet: Sheet, contact: Contact, why: str) -> None:
    """The callback's telephone must be silent."""
    sheet.owe(StopCalling(contact.id, contact.agent, why))
