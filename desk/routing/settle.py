"""What follows from time and from what just happened, in this order, until nothing follows any more."""

from __future__ import annotations

from typing import Any

from desk.routing import moves
from desk.routing.contacts import (
    CALL,
    CALLBACK,
    CONSULT,
    DIALLING,
    OFFERED,
    TALKING,
    Contact,
    Need,
    subject_of,
)
from desk.routing.deadlines import closing, longest_wait
from desk.routing.effects import CLOSED, EXPIRED, NOBODY, TALK_OVER, TOO_LONG, EndTalk, Remind
from desk.routing.events import UNANSWERED
from desk.routing.order import prefers_last_agent, waited_seconds
from desk.routing.sheet import Sheet


def expire(sheet: Sheet) -> None:
    """Leases that have run out: offers, ringing callbacks, talks of which nothing was heard any more."""
    over = [c for c in sheet.contacts.values() if c.held_until is not None and c.held_until <= sheet.at]
    for contact in sorted(over, key=lambda c: (c.held_until, c.id)):
        if contact.state == OFFERED:
            moves.miss(sheet, contact, UNANSWERED)
        elif contact.state == DIALLING:
            moves.stop_calling(sheet, contact, UNANSWERED)
            moves.callback_missed(sheet, contact)
        else:
            sheet.owe(EndTalk(contact.id, contact.agent))
            moves.release(sheet, contact, "", wrap_up=False)
            sheet.drop(contact)


def withdraw(sheet: Sheet) -> None:
    """Offers to agents who have gone, or may not take them any more."""
    for contact in _offered(sheet):
        able = sheet.able(contact.need).values()
        if contact.agent not in sheet.here or not any(contact.agent in agents for agents in able):
            moves.withdraw(sheet, contact, "withdrawn")


def part(sheet: Sheet) -> None:
    """Consults about what is no talk any more: the colleague's telephone stops, or is released."""
    for contact in [contact for contact in sheet.contacts.values() if contact.kind == CONSULT]:
        about = sheet.contacts.get(subject_of(contact.id))
        if about is not None and about.state == TALKING:
            continue
        if contact.state == OFFERED:
            contact = moves.withdraw(sheet, contact, TALK_OVER)
        elif contact.state == TALKING:
            moves.release(sheet, contact, "", wrap_up=False)
        moves.leave(sheet, contact, TALK_OVER)


def step_aside(sheet: Sheet) -> None:
    """Callbacks of who is just calling. After the exits: who has left by one is not calling any more."""
    for contact in _offered(sheet):
        if contact.kind == CALLBACK and sheet.is_calling(contact):
            _leave_if_over(sheet, moves.withdraw(sheet, contact, "calling"))


def _offered(sheet: Sheet) -> list[Contact]:
    return [contact for contact in sheet.contacts.values() if contact.state == OFFERED]


def match(sheet: Sheet) -> None:
    """Contacts in their order, each to the agent who is asked first. What finds nobody is passed over, never waited for."""
    at, laws = sheet.at, sheet.laws
    nobody: set[Need] = set()
    ready = [
        contact
        for contact in sheet.waiting()
        if _somebody(sheet, contact.need, nobody)
        and not any(law(contact, at, sheet.is_calling(contact)) for law in laws.ready)
    ]
    ready.sort(key=lambda contact: laws.contact_key(contact, sheet.rules_of(contact.need.service), at))
    in_vain: set[tuple[Need, int]] = set()
    for contact in ready:
        reached = sheet.reached(contact)
        if (contact.need, reached) in in_vain:
            continue
        agent = choose(sheet, contact, reached)
        if agent:
            moves.offer(sheet, contact, agent)
        else:
            in_vain.add((contact.need, reached))


def _somebody(sheet: Sheet, need: Need, nobody: set[Need]) -> bool:
    """Is anybody of any tier free for this need? ``nobody`` remembers the needs for which there is none."""
    if need in nobody:
        return False
    free = sheet.free(need.channel)
    if not free or all(free.isdisjoint(agents) for agents in sheet.able(need).values()):
        nobody.add(need)
        return False
    return True


def choose(sheet: Sheet, contact: Contact, reached: int) -> str:
    """The agent who is asked first: the last one within the grace time, then tier by tier; '' when nobody is free."""
    rules, free = sheet.rules_of(contact.need.service), sheet.free(contact.need.channel)
    tiers = [agents for tier, agents in sheet.able(contact.need).items() if tier <= reached]
    if prefers_last_agent(contact, rules, sheet.at) and contact.last_agent in free:
        if any(contact.last_agent in agents for agents in tiers):
            return contact.last_agent
    for agents in tiers:
        asked = agents & free
        if asked:
            return min(asked, key=lambda agent: _agent_key(sheet, contact, agent))
    return ""


def _agent_key(sheet: Sheet, contact: Contact, agent: str) -> Any:
    load = sum(sheet.load[agent, channel] for channel in ("voice", "text"))
    rules = sheet.rules_of(contact.need.service)
    return sheet.laws.agent_key(sheet.roster.agents[agent], sheet.post(agent), load, contact, rules)


def leave(sheet: Sheet) -> None:
    """Those whose waiting has come to its end take their exit at once."""
    at = sheet.at
    for contact in sheet.waiting():
        # Most have time left, and people to wait for: a thousand of them are passed at a glance.
        early = contact.due is not None and contact.due > at and contact.id not in sheet.touched
        if (
            early
            and not sheet.redate
            and (contact.kind not in (CALL, CONSULT) or sheet.tiers_here(contact.need))
        ):
            continue
        _leave_if_over(sheet, contact)


def _leave_if_over(sheet: Sheet, contact: Contact) -> None:
    exit = _exit(sheet, contact)
    if exit:
        moves.leave(sheet, contact, exit)


def _exit(sheet: Sheet, contact: Contact) -> str:
    at, rules = sheet.at, sheet.rules_of(contact.need.service)
    if contact.kind == CONSULT and not sheet.tiers_here(contact.need):
        return NOBODY
    if contact.kind != CALL:
        return EXPIRED if contact.expires_at is not None and contact.expires_at <= at else ""
    for look, exit in ((closing, CLOSED), (longest_wait, TOO_LONG)):
        deadline = look(contact, rules, at)
        if deadline is not None and deadline[0] <= at:
            return exit
    return "" if sheet.tiers_here(contact.need) else NOBODY


def remind(sheet: Sheet) -> None:
    """Tells of what waits without a caller on the line, again and again until somebody takes it."""
    for contact in sheet.waiting():
        if contact.kind == CALL or contact.remind_at is None or contact.remind_at > sheet.at:
            continue
        rules = sheet.rules_of(contact.need.service)
        sheet.change(contact, remind_at=moves.later(sheet.at, max(60, rules.remind_seconds)))
        sheet.owe(Remind(contact.id, int(waited_seconds(contact, sheet.at))))


# Exits before matching: whoever leaves must not stand in anybody's way.
STEPS = (expire, part, withdraw, leave, step_aside, match, remind)
