"""The router's invariants over random histories; and each rule, taken away, is seen to be missed.

The long run is ``python -m tests.desk.model --histories 100000`` (make desk).
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.routing import LAWS, events, happenings, laws, moves, settle
from desk.routing.contacts import OFFERED
from desk.routing.deadlines import LOOKS
from tests.desk.model import run

HISTORIES = 250  # of the short run


def test_no_invariant_is_broken_in_some_hundred_histories():
    assert run(range(HISTORIES)) == ""


# --- each rule taken away, and what the oracle says then ---


def without(part, rule):
    return replace(LAWS, **{part: tuple(other for other in getattr(LAWS, part) if other is not rule)})


def handling(kind, handler):
    return replace(LAWS, handlers={**LAWS.handlers, kind: handler})


def newest_first(contact, rules, at):
    return -contact.arrived_at.timestamp(), contact.id


def never_aging(contact, rules, at):
    return contact.priority, contact.arrived_at, contact.id


def only_by_time(by_time, here):
    return by_time


def any_offer_stands(contact, offer):
    return contact.state == OFFERED


def believing_every_clock(desk, now):
    return desk, now


def telephones_ring_on(sheet, event):
    """Gone, without a word to the agent's telephone."""
    contact = sheet.contacts.get(event.contact)
    if contact is not None and contact.state == OFFERED:
        sheet.drop(contact)
    else:
        happenings.gone(sheet, event)


def the_place_is_lost(sheet, event):
    """Back into the queue, behind everybody."""
    contact = sheet.contacts.get(event.offer.rpartition("#")[0])
    happenings.missed(sheet, event)
    if contact is not None and contact.id in sheet.contacts:
        sheet.change(sheet.contacts[contact.id], arrived_at=sheet.at)


def the_contact_is_lost(sheet, event):
    """A miss ends the contact."""
    contact = sheet.contacts.get(event.offer.rpartition("#")[0])
    happenings.missed(sheet, event)
    if contact is not None and contact.state == OFFERED and contact.offer == event.offer:
        sheet.drop(sheet.contacts[contact.id])


def callbacks_as_often_as_asked(sheet, event):
    contact = sheet.contacts.get(event.contact)
    if contact is not None and contact.kind == "call" and contact.state in ("waiting", "offered"):
        if contact.state == OFFERED:
            contact = moves.withdraw(sheet, contact, "callback")
        until = sheet.at + timedelta(seconds=600)
        sheet.put(replace(contact, kind="callback", number=event.number, expires_at=until, remind_at=until))


def the_agent_stays_busy(sheet, event):
    """A talk ends for the contact only."""
    contact = sheet.contacts.get(event.contact)
    if contact is not None and contact.state == "talking":
        sheet.owe(moves.Released(contact.id, contact.agent, "", None))
        sheet.change(contact, id=f"ghost of {contact.id}", kind="voicemail")
        sheet.drop(contact)


def handed_over_and_consulted_still(sheet, event):
    """The colleague has the contact, and the consult as well."""
    consult = sheet.contacts.get(f"{event.contact}+consult")
    happenings.handed_over(sheet, event)
    if consult is not None and consult.id not in sheet.contacts:
        sheet.put(consult)


def both_have_the_contact(sheet, event):
    """The first agent is not released."""
    contact, consult = sheet.contacts.get(event.contact), sheet.contacts.get(f"{event.contact}+consult")
    if contact is not None and consult is not None and contact.state == consult.state == "talking":
        moves.take_over(sheet, contact, consult)


OLDEST = "the oldest eligible contact is served first"
WAITS = "nothing waits while an eligible agent is free"
ELIGIBLE = "offers go to eligible agents"
DEADLINE = "every contact has a next deadline"
CASES = {
    "service": (without("able", laws.of_service), {ELIGIBLE, "nobody waits for nobody"}),
    "least tier": (without("able", laws.of_tier), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "unit": (without("able", laws.of_unit), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "skill and level": (without("able", laws.skilled), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "certificate": (without("able", laws.certified), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "language": (without("able", laws.speaks), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "class": (without("able", laws.cleared), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "channel": (without("able", laws.has_channel), {"nobody waits for nobody", WAITS}),
    "trainee": (without("able", laws.trained), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "break is not present": (without("here", laws.present), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "shift": (without("here", laws.in_shift), {ELIGIBLE, "nobody waits for nobody", WAITS}),
    "wrap-up": (without("free", laws.wrapped_up), {ELIGIBLE}),
    "rest after a miss": (without("free", laws.rested), {"no telephone rings without a pause"}),
    "capacity": (without("free", laws.has_room), {"nobody exceeds capacity"}),
    "not before its time": (without("ready", laws.in_its_time), {ELIGIBLE}),
    "not on the line": (without("ready", laws.not_on_the_line), {ELIGIBLE}),
    "oldest first": (replace(LAWS, contact_key=newest_first), {OLDEST}),
    "aging": (replace(LAWS, contact_key=never_aging), {OLDEST}),
    "empty tiers are not waited for": (replace(LAWS, reach=only_by_time), {WAITS, OLDEST}),
    "only the standing offer counts": (
        replace(LAWS, stands=any_offer_stands),
        {"only who accepts is connected", "telephones ring only for offers that stand"},
    ),
    "a clock that is set back": (
        replace(LAWS, keep_time=believing_every_clock),
        {"the time of arrival is kept", DEADLINE},
    ),
    "hanging up stops the telephone": (
        handling(events.Gone, telephones_ring_on),
        {"telephones ring only for offers that stand", "no contact is with two agents"},
    ),
    "the place is kept": (
        handling(events.Missed, the_place_is_lost),
        {"the time of arrival is kept", OLDEST},
    ),
    "a miss loses nobody": (handling(events.Missed, the_contact_is_lost), {"no contact is lost"}),
    "one callback for each number": (
        handling(events.CallbackAsked, callbacks_as_often_as_asked),
        {"one callback for each number"},
    ),
    "who is done is free": (handling(events.Ended, the_agent_stays_busy), {"no contact is lost"}),
    "consults end with the talk": (without("steps", settle.part), {"a consult ends with its talk"}),
    "who takes over is not consulted any more": (
        handling(events.HandedOver, handed_over_and_consulted_still),
        {"the desk knows who talks", "no contact is lost"},
    ),
    "who hands over is done": (
        handling(events.HandedOver, both_have_the_contact),
        {"no contact is with two agents"},
    ),
    "leases end": (without("steps", settle.expire), {"leases are freed", DEADLINE}),
    "offers to who has gone": (without("steps", settle.withdraw), {"offers stand only with who is there"}),
    "exits": (
        without("steps", settle.leave),
        {"nobody waits longer than the longest wait", "nobody waits after closing time", "nobody waits for nobody",
         "a callback's promise ends"},
    ),
    "matching": (without("steps", settle.match), {WAITS}),
    "reminders": (without("steps", settle.remind), {"somebody is told of what waits"}),
    **{f"deadline {look.__name__}": (without("looks", look), {DEADLINE, WAITS}) for look in LOOKS},
}  # fmt: skip


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_that_is_taken_away_is_missed(rule):
    by, told = CASES[rule]
    found = run(range(3000), by)
    assert found.partition(": ")[2].partition(":")[0] in told, found or "nobody missed it"
