"""Why a contact is where it is, for pages: found by ticket, SID or the last digits of a number; what was, is and comes next.

What the desk says of it now are the words of `python app.py why`. Who may ask: see ``may_see``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk import redaction
from desk.access import SECRET, SEE, Asker, Matter, may
from desk.caseload.deadlines import deadlines
from desk.routing import why
from sessions.agents import staff
from sessions.cases import records
from sessions.cases.case_rows import case_of
from sessions.cases.case_rules import rules_for
from sessions.gateway import Gateway
from sessions.publishing import overrides
from store import cases, sessions
from store import desk as rows
from store.cases import CaseRow
from store.reports import CALLBACK_ID, VOICEMAIL_ID
from store.sessions import SessionRow
from store.times import instant, text

RECENT = timedelta(days=31)  # so far back numbers are looked for
LEAST_DIGITS, MOST_FOUND, MOST_LINES = 4, 30, 400
_CONTACT = re.compile(r"[A-Za-z0-9:_-]{1,80}")


@dataclass(frozen=True)
class Who:
    """Who asks: in which role of desk.access, None for one who sees no contact; ``agent``: only for contacts of this agent."""

    asker: Asker | None
    agent: str = ""


@dataclass(frozen=True)
class Found:
    """One contact of a search. ``number`` is masked; ``ticket`` '' without a case; ``here``: it is at the desk now."""

    contact: str
    service: str
    channel: str
    number: str
    ticket: str
    started_at: str
    here: bool


@dataclass(frozen=True)
class Line:
    """One thing that happened. ``kind``: turn, desk, case, override; ``what`` a step, the word of a history, a state."""

    at: str
    kind: str
    what: str
    who: str = ""
    more: str = ""


@dataclass
class Story:
    """Everything about one contact. ``now`` None when it is not at the desk; ``coming`` are the limits of its case."""

    found: Found
    now: why.Told | None
    past: list[Line] = field(default_factory=list)
    coming: list[tuple[datetime, str, str]] = field(default_factory=list)


def find(gateway: Gateway, who: Who, said: str) -> list[Found]:
    """Contacts that somebody means, newest first, as far as this person may see them; [] for nothing or what nobody can mean."""
    said = said.strip()
    found: dict[str, Found] = {}
    for contact in _meant(gateway, said):
        one = of(gateway, contact)
        if one is not None and may_see(gateway, who, contact):
            found.setdefault(one.contact, one)
    return sorted(found.values(), key=lambda one: one.started_at, reverse=True)[:MOST_FOUND]


def at_desk(gateway: Gateway, who: Who) -> list[Found]:
    """Who is at the desk now, as far as this person may see it."""
    contacts = [queued.contact.id for queued in staff.queue(gateway)][: 4 * MOST_FOUND]
    shown = (of(gateway, contact) for contact in contacts if may_see(gateway, who, contact))
    return [one for one in shown if one is not None][:MOST_FOUND]


def story(gateway: Gateway, who: Who, contact: str, language: str) -> Story | None:
    """What is known of a contact; None when there is none, or this person may not see it."""
    found = of(gateway, contact)
    if found is None or not may_see(gateway, who, contact):
        return None
    now = why.told(staff.look(gateway), contact, gateway.clock(), language)
    case = _case(gateway, contact)
    past = [*_past(gateway, contact, case)]
    past += _decided(gateway, found, max((line.at for line in past), default=found.started_at))
    lines = sorted(past, key=lambda line: line.at)[-MOST_LINES:]
    return Story(found, now, lines, list(_coming(gateway, case)) if case else [])


def may_see(gateway: Gateway, who: Who, contact: str) -> bool:
    """May this person read why? Supervisors as desk.access says; agents of what they had or have in hand, and as it says;
    administrators what is not RAHASIA: they read of rules and times, and no word of the contact."""
    matter = matter_of(gateway, contact)
    if who.agent and who.agent not in _agents_of(gateway, contact):
        return False
    if who.asker is None:
        return matter.classification != SECRET
    return may(who.asker, matter, SEE).ok


def matter_of(gateway: Gateway, contact: str) -> Matter:
    """Class and unit of the contact's case, of the contact itself while it has none."""
    db, case = gateway.store.read(), _case(gateway, contact)
    if case is not None:
        return records.matter_of(db, case.ticket, case.service)
    here = staff.look(gateway).contacts.get(contact)
    if here is not None:
        return Matter(here.need.service, here.need.classification, here.need.unit)
    session = sessions.load(db, contact)
    return Matter(session.service if session else "")


def of(gateway: Gateway, contact: str) -> Found | None:
    """A contact by its id; None when nobody knows it."""
    if not _CONTACT.fullmatch(contact):
        return None
    session, case = sessions.load(gateway.store.read(), contact), _case(gateway, contact)
    here = staff.look(gateway).contacts.get(contact)
    ticket = case.ticket if case else ""
    if session is not None:
        return Found(
            contact,
            session.service,
            session.channel,
            _masked(session),
            ticket,
            session.started_at,
            here is not None,
        )
    if here is not None:
        at = text(here.arrived_at)
        return Found(
            contact, here.need.service, here.need.channel, redaction.mask(here.number), ticket, at, True
        )
    events = rows.contact_events(gateway.store.read(), contact)
    if not events:
        return None
    return Found(contact, events[0].service, events[0].channel, "", ticket, events[0].at, False)


# -- who is meant


def _meant(gateway: Gateway, said: str) -> Iterator[str]:
    db = gateway.store.read()
    if _CONTACT.fullmatch(said):
        yield said
    for flow in gateway.services.services():
        case = cases.find(db, flow.id, said)
        if case is not None:
            yield from filter(None, (case.session_id, CALLBACK_ID + case.ticket, VOICEMAIL_ID + case.ticket))
    digits = re.sub(r"[\s.+-]", "", said)
    if digits.isascii() and digits.isdigit() and LEAST_DIGITS <= len(digits) <= 15:
        tail = digits.removeprefix("0") if len(digits) > 8 else digits
        since = text(gateway.clock() - RECENT)
        yield from (row.id for row in sessions.ending_with(db, tail, since, MOST_FOUND))


def _case(gateway: Gateway, contact: str) -> CaseRow | None:
    db = gateway.store.read()
    for prefix in (CALLBACK_ID, VOICEMAIL_ID):
        if contact.startswith(prefix):
            return cases.load(db, contact.removeprefix(prefix))
    found = cases.of_session(db, contact)
    return found[-1] if found else None


def _agents_of(gateway: Gateway, contact: str) -> set[str]:
    """Who was offered it, has had it or has it."""
    events = rows.contact_events(gateway.store.read(), contact)
    agents = {str(json.loads(event.detail).get("agent", "")) for event in events}
    here = staff.look(gateway).contacts.get(contact)
    return (agents | {here.agent if here else ""}) - {""}


def _masked(session: SessionRow) -> str:
    return f"…{session.contact[-4:]}" if len(session.contact) > 6 else "…"


# -- what was, and what comes


def _past(gateway: Gateway, contact: str, case: CaseRow | None) -> Iterator[Line]:
    """Steps of the flow, the desk's lines and those of the case. What somebody keyed, said or wrote is in none of them."""
    db = gateway.store.read()
    before = ""
    for turn in sessions.turns(db, contact):
        if turn.step != before:
            yield Line(turn.at, "turn", turn.step)
        before = turn.step
    for event in rows.contact_events(db, contact):
        detail = json.loads(event.detail)
        more = ", ".join(
            f"{detail[name]}" for name in ("why", "reason", "disposition", "until") if detail.get(name)
        )
        yield Line(event.at, "desk", event.what, str(detail.get("agent", "")), redaction.mask(more))
    for told in cases.events(db, case.ticket) if case else ():
        yield Line(told.at, "case", told.what, told.who)


def _decided(gateway: Gateway, found: Found, last: str) -> Iterator[Line]:
    """What people had decided otherwise than the calendar while this contact was on its way."""
    begin, end = instant(found.started_at), instant(last) + timedelta(seconds=1)
    for one in overrides.between(gateway.store.read(), begin, end, found.service):
        more = ", ".join(filter(None, (one.hours, redaction.mask(one.reason))))
        yield Line(max(found.started_at, text(one.begin)), "override", one.state, one.who, more)


def _coming(gateway: Gateway, case: CaseRow) -> Iterator[tuple[datetime, str, str]]:
    """(when, what, who owes something before) of the case's limits."""
    rules = rules_for(gateway, case.service, case.function or "", case.topic or "")
    for deadline in deadlines(case_of(case), rules):
        yield deadline.at, deadline.name, deadline.owes
