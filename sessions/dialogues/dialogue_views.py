"""Text dialogues as people may see them: which there are, and what was written in one, masked. Every door asks desk.access.

No telephone number is shown: whoever answers does so through the service.
"""

from dataclasses import dataclass
from datetime import timedelta

from desk import redaction
from desk.access import SECRET, SEE, Decision, Matter, may
from desk.routing import Contact
from desk.routing.contacts import DIALOGUE
from sessions.agents import ringing, staff
from sessions.cases.records import Person
from sessions.dialogues import dialogues
from sessions.gateway import Gateway
from store import cases
from store import dialogues as rows
from store.library import Connection
from store.times import text


@dataclass(frozen=True)
class Listed:
    """One line of a list. ``number``: what its agent calls it, 0 while nobody has it."""

    contact: Contact
    ticket: str
    waited: timedelta
    number: int = 0


@dataclass(frozen=True)
class Said:
    """One text: ``who`` is contact, or the service for what people answered; ``words`` of the contact are masked."""

    at: str
    who: str
    words: str


@dataclass(frozen=True)
class Shown:
    """A dialogue as this person may see it. ``instead`` is said in place of its texts when they may not be seen."""

    listed: Listed
    note: str
    said: tuple[Said, ...]
    instead: str = ""


def listed(gateway: Gateway, person: Person) -> list[Listed]:
    """Dialogues of this person's services, those that wait first and in the order in which they are served."""
    db, services = gateway.store.read(), person.asker.services
    return [
        _listed(db, queued.contact, queued.waited)
        for queued in staff.queue(gateway)
        if queued.contact.kind == DIALOGUE and (not services or queued.contact.need.service in services)
    ]


def _listed(db: Connection, held: Contact, waited: timedelta) -> Listed:
    number = rows.number(db, held.agent, held.id) if held.agent else 0
    return Listed(held, ringing.ticket_of(db, held.id), waited, number)


def shown(gateway: Gateway, person: Person, named: str) -> Shown | None:
    """The dialogue of this ticket or id; None when none is at the desk. RAHASIA is shown to whom desk.access lets see it."""
    db = gateway.store.read()
    held = dialogues.find(gateway, db, named)
    if held is None:
        return None
    line = _listed(db, held, gateway.clock() - held.arrived_at)
    case = cases.load(db, line.ticket)
    decision = _may_see(person, held, case)
    if not decision.ok:
        return Shown(line, "", (), decision.why)
    note = redaction.mask(case.note) if case is not None and case.note else ""
    return Shown(line, note, tuple(_said(db, held)))


def _may_see(person: Person, held: Contact, case: cases.CaseRow | None) -> Decision:
    need = held.need
    secret = SECRET in (need.classification, case.classification if case is not None else "")
    classification = (
        SECRET if secret else (case.classification if case is not None else "") or need.classification
    )
    unit = (case.unit if case is not None else "") or need.unit
    return may(person.asker, Matter(need.service, classification, unit), SEE)


def _said(db: Connection, held: Contact) -> list[Said]:
    came = [
        Said(line.at, "contact", redaction.mask(line.body))
        for line in rows.came_in(db, held.id, text(held.arrived_at))
    ]
    went = [
        Said(line.at, held.need.service, line.body)
        for line in rows.went_out(db, held.id, held.number, dialogues.ANSWER)
    ]
    return sorted([*came, *went], key=lambda said: said.at)
