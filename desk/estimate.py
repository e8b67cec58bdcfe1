"""How long somebody will wait, as an honest guess from what is at the desk now.

Those ahead and the contact itself are work for the same people. With n people who can take it, all busy, one of them becomes free
every pace/n seconds on average; each contact ahead takes one of those moments, as far as its own people are mine. How wrong
the guess is: ``python -m bench router``.
"""

from __future__ import annotations

from datetime import datetime

from desk.routing.contacts import CALL, CALLBACK, Contact
from desk.routing.decide import LAWS
from desk.routing.order import contact_key
from desk.routing.sheet import Sheet
from desk.routing.state import Desk
from desk.routing.why import position as place_of


def place(desk: Desk, contact: str, now: datetime) -> int:
    """1 for who is next of the service and skill; 0 for who is not waiting."""
    desk, at = LAWS.keep_time(desk, now)
    sheet = Sheet(desk, at, LAWS)
    held = sheet.contacts.get(contact)
    return place_of(sheet, held) if held is not None and not held.agent else 0


def wait_seconds(desk: Desk, contact: str, now: datetime) -> float:
    """Seconds until somebody is free for this contact; 0 for who is not waiting, or when there is nobody to wait for."""
    desk, at = LAWS.keep_time(desk, now)
    sheet = Sheet(desk, at, LAWS)
    held = sheet.contacts.get(contact)
    if held is None or held.agent:
        return 0.0
    mine = _people(sheet, held)
    if not mine:
        return 0.0
    share = _ahead(sheet, held, mine)
    return desk.pace(held.need) * (share + 1) / len(mine)


def wait_minutes(desk: Desk, contact: str, now: datetime) -> int:
    """What is said: whole minutes, rounded up, at least one."""
    return max(1, -int(-wait_seconds(desk, contact, now) // 60))


def _people(sheet: Sheet, contact: Contact) -> frozenset[str]:
    """Who is here and may take it, in the tiers asked now."""
    reached = sheet.reached(contact)
    able = [agents for tier, agents in sheet.able(contact.need).items() if tier <= reached]
    return frozenset().union(*able) & sheet.here


def _ahead(sheet: Sheet, contact: Contact, mine: frozenset[str]) -> float:
    """Contacts ahead, each counted as far as its work falls on my people."""
    at = sheet.at
    my_key = contact_key(contact, sheet.rules_of(contact.need.service), at)
    shares: dict[object, float] = {}
    ahead = 0.0
    for other in sheet.waiting():
        if other.id == contact.id or other.need.channel != contact.need.channel:
            continue
        if (
            other.kind not in (CALL, CALLBACK)
            or contact_key(other, sheet.rules_of(other.need.service), at) > my_key
        ):
            continue
        if other.not_before is not None and other.not_before > at:
            continue
        key = other.need, sheet.reached(other)
        if key not in shares:
            theirs = _people(sheet, other)
            shares[key] = len(theirs & mine) / len(theirs) if theirs else 0.0
        ahead += shares[key]
    return ahead
