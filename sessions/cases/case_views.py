"""Cases as people may see them: masked, and of what is RAHASIA only which unit it went to. Every door asks desk.access.

The words as they came are opened by the owning unit and T4 with a reason, and the audit keeps who, when and why.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from desk import redaction
from desk.access import OPEN, SEE, may
from desk.caseload.deadlines import Deadline, deadlines, owed
from desk.caseload.life import allowed
from desk.caseload.model import Actor
from sessions.cases.case_rows import case_of
from sessions.cases.case_rules import rules_for
from sessions.cases.records import LEAST_REASON, Person, Refused
from sessions.gateway import Gateway
from store import audit, cases
from store.cases import CaseEvent, CaseRow
from store.times import text


@dataclass(frozen=True)
class Listed:
    """One line of a list. ``row`` is None when this person may see no more than ``instead``."""

    ticket: str
    row: CaseRow | None
    owed: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Shown:
    """A case with its history, masked unless it was opened. ``allowed``: what this person may do with it now."""

    row: CaseRow
    note: str
    answer: str
    contact: str
    history: tuple[CaseEvent, ...]
    deadlines: tuple[Deadline, ...]
    owed: str
    allowed: tuple[str, ...]


def listed(
    gateway: Gateway, person: Person, *, statuses: Sequence[str] = (), service: str = "", unit: str = "", tier: int = 0,
    agent: str = "", due_before: str = "", limit: int = 50, skip: int = 0,
) -> list[Listed]:  # fmt: skip
    """Cases of this person's services, the most urgent first. With ``due_before`` only those that are open."""
    services = sorted(person.asker.services)
    if service:
        if services and service not in services:
            return []
        services = [service]
    rows = cases.among(
        gateway.store.read(),
        services=services,
        statuses=statuses,
        unit=unit,
        tier=tier,
        agent=agent,
        due_before=due_before,
        limit=limit,
        skip=skip,
    )
    return [line_of(person, row) for row in rows]


def line_of(person: Person, row: CaseRow) -> Listed:
    """A line of a list as this person may see it."""
    case = case_of(row)
    if may(person.asker, case.matter, SEE).ok:
        return Listed(row.ticket, row, owed(case))
    return Listed(row.ticket, None, instead=hidden(row))


def hidden(row: CaseRow) -> str:
    """All that a desk is shown of what it may not see (domain page 0.5)."""
    return f"eskalasi ke {row.unit or 'unit terkait'}"


def shown(
    gateway: Gateway, person: Person, ticket: str, *, original: bool = False, reason: str = ""
) -> Shown | str:
    """The case, or the words that stand instead of it. Raises Refused for an original, and LookupError without such a case."""
    db = gateway.store.read()
    row = cases.load(db, ticket)
    if row is None:
        raise LookupError(f"there is no case {ticket}")
    case = case_of(row)
    decision = may(person.asker, case.matter, SEE)
    if not decision.ok:
        _audited(gateway, person, ticket, "case_see_refused", decision.why)
        return hidden(row)
    if original:
        _require_open(gateway, person, row, reason)
    words = (lambda said: said) if original else redaction.mask
    rules = rules_for(gateway, row.service, row.function or "", row.topic or "")
    history = tuple(event._replace(why=words(event.why)) for event in cases.events(db, ticket))
    actor = Actor(person.name, person.asker)
    return Shown(
        row, words(row.note or ""), words(case.answer), words(row.contact or ""), history,
        tuple(deadlines(case, rules)), owed(case), allowed(case, actor),
    )  # fmt: skip


def _require_open(gateway: Gateway, person: Person, row: CaseRow, reason: str) -> None:
    decision = may(person.asker, case_of(row).matter, OPEN)
    reason = " ".join(reason.split())
    short = f"a reason of {LEAST_REASON} characters or more is needed: who reads it later must understand"
    fault = decision.why if not decision.ok else short if len(reason) < LEAST_REASON else ""
    _audited(gateway, person, row.ticket, "case_open_refused" if fault else "case_open", fault or reason)
    if fault:
        raise Refused(fault)


def _audited(gateway: Gateway, person: Person, ticket: str, action: str, why: str) -> None:
    told = {"role": person.asker.role, "unit": person.asker.unit, "why": why}
    detail = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
    with gateway.store.write() as db:
        audit.write(
            db, at=text(gateway.clock()), who=person.name, action=action, subject=ticket, detail=detail
        )
