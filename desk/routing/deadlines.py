"""When each contact is to be looked at again. Whoever waits without a deadline is forgotten, so everybody has one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk.agents import next_midnight, shift_change
from desk.routing.contacts import CALL, CONSULT, VOICEMAIL, WAITING, Contact
from desk.routing.order import waited_seconds
from desk.routing.rules import DEFAULT, Rules

if TYPE_CHECKING:
    from desk.routing.sheet import Sheet

Deadline = tuple[datetime, str]  # when, and what happens then (a code of words.py)
Look = Callable[[Contact, Rules, datetime], Deadline | None]


def held(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """An offer, a callback's ringing and a talk are leases: each ends by itself."""
    return (contact.held_until, contact.state) if contact.held_until is not None else None


def next_tier(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """The time of the next tier."""
    if contact.state != WAITING:
        return None
    waited = waited_seconds(contact, at)
    later = [after for tier, after in rules.tiers.items() if tier > contact.need.tier and after > waited]
    return (contact.arrived_at + timedelta(seconds=min(later)), "tier") if later else None


def longest_wait(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """A caller's longest wait."""
    if contact.state != WAITING or contact.kind != CALL:
        return None
    return contact.arrived_at + timedelta(seconds=contact.longest or rules.longest_seconds), "too_long"


def closing(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """The end of the opening hours in which the caller waits."""
    if contact.state != WAITING or contact.kind != CALL or contact.closes_at is None:
        return None
    return contact.closes_at, "closed"


def callback_time(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """The time from which a callback may be made, or a voicemail is offered whether it is written down or not."""
    if contact.state != WAITING or contact.not_before is None or contact.not_before <= at:
        return None
    return contact.not_before, "written" if contact.kind == VOICEMAIL else "callback"


def callback_promise(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """The time by which a callback was promised, or after which no colleague is looked for any more."""
    if contact.state != WAITING or contact.kind == CALL or contact.expires_at is None:
        return None
    return contact.expires_at, "given_up" if contact.kind == CONSULT else "expired"


def reminder(contact: Contact, rules: Rules, at: datetime) -> Deadline | None:
    """Voicemails, dialogues and callbacks wait as long as it takes; somebody is told."""
    if contact.state != WAITING or contact.kind == CALL or contact.remind_at is None:
        return None
    return contact.remind_at, "remind"


LOOKS: tuple[Look, ...] = (
    held, next_tier, longest_wait, closing, callback_time, callback_promise, reminder,
)  # fmt: skip


def date(sheet: Sheet) -> None:
    """Gives every contact its next deadline, where it is not the old one."""
    at, looks = sheet.at, sheet.laws.looks
    for contact in list(sheet.contacts.values()):
        current = contact.due is not None and contact.due > at and contact.id not in sheet.touched
        if current and not sheet.redate:
            continue
        rules = sheet.rules_of(contact.need.service)
        dates = [found for look in looks if (found := look(contact, rules, at)) is not None]
        due, due_for = min(dates) if dates else (None, "")
        if (due, due_for) != (contact.due, contact.due_for):
            sheet.change(contact, due=due, due_for=due_for)


def wake(sheet: Sheet) -> datetime | None:
    """The next moment at which something changes by itself; None when nothing does."""
    moments = [contact.due for contact in sheet.contacts.values() if contact.due is not None]
    if any(contact.state == WAITING for contact in sheet.contacts.values()):
        moments += _of_people(sheet)
    return min(moments, default=None)


def _of_people(sheet: Sheet) -> list[datetime]:
    """When somebody may be free, come, go or lose a certificate, while others wait."""
    at = sheet.at
    zones = {DEFAULT.zone, *(rules.zone for rules in sheet.rules.values())}
    moments = [next_midnight(at, zone) for zone in zones]
    for shift, zone in sheet.roster.shifts:
        change = shift_change(shift, zone, at)
        if change is not None:
            moments.append(change)
    for post in sheet.posts.values():
        for moment in (post.wrap_up_until, post.rest_until):
            if moment is not None and moment > at:
                moments.append(moment)
    return moments
