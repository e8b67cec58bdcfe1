"""Work on a case: one way in for telephones, commands and the console. Asked, decided by desk/caseload, kept in one transaction.

    done = case_work.act(gateway, db, ticket, "escalate", person, "beyond tier 1", now, tier=3, unit="bi.dpu")

The history has a line for everything that was done, the audit for everything that was refused.
"""

import json
import logging
from typing import Any, Protocol

from desk.access import ROBOT, Asker
from desk.caseload.clocks import begin
from desk.caseload.life import act as lived
from desk.caseload.model import ANSWERED, ENDED, Actor, Done, Event, Refusal, Wish
from desk.caseload.rules import Rules
from sessions.cases import case_rows, case_tells
from sessions.cases.case_rules import rules_for
from sessions.gateway import Gateway
from sessions.voicemails import voicemail_work
from store import audit, cases
from store.cases import CaseRow
from store.library import Connection
from store.times import instant

log = logging.getLogger("sambung.cases")

ROBOTS = Actor("robot", Asker(ROBOT))


class Acting(Protocol):
    """Whoever acts: sessions.records.Person, desk.caseload.model.Actor."""

    @property
    def name(self) -> str: ...
    @property
    def asker(self) -> Asker: ...


def act(
    gateway: Gateway, db: Connection, ticket: str, action: str, actor: Acting, why: str, now: str, **given: Any
) -> Done | Refusal:  # fmt: skip
    """Does it, inside the caller's write() block, or says why not and what is allowed instead.

    ``action`` is one of desk.access.ACTS; ``given`` are the other fields of desk.caseload.model.Wish: tier and unit to escalate
    to, text of an answer, party that is waited for, spoken=True when the caller heard it on the telephone.
    """
    row = cases.load(db, ticket)
    if row is None:
        return _refused(db, ticket, action, actor, Refusal(f"there is no case {ticket}"), now)
    rules = rules_for(gateway, row.service, row.function or "", row.topic or "")
    wish = Wish(action, " ".join(why.split()), **given)
    done = lived(case_rows.case_of(row), wish, Actor(actor.name, actor.asker), instant(now), rules)
    if isinstance(done, Refusal):
        return _refused(db, ticket, action, actor, done, now)
    words = done.case.answer if done.tell == "answered" else wish.text or wish.why
    keep(gateway, db, row, done, rules, now, who=actor.name, words=words)
    voicemail_work.case_moved(gateway, db, ticket, action, actor.name, now)
    return done


def keep(
    gateway: Gateway, db: Connection, row: CaseRow, done: Done, rules: Rules, now: str, *, who: str, words: str = ""
) -> None:  # fmt: skip
    """Writes what became of a case: row, timer, history, the text to its owner, the alarm."""
    case_rows.save(db, done.case, rules, now)
    # What ran out by itself was nobody's doing.
    for event in done.events:
        case_rows.note(db, row.ticket, (event,), "clock" if "deadline" in event.detail else who, now)
    if done.tell:
        _tell(gateway, db, row.ticket, done, words, now)
    for whom in done.alarms:
        about = {"case": row.ticket, "service": row.service, "reason": done.events[-1].why, "kind": whom}
        log.error("ALARM: a case is late", extra=about)


def started(gateway: Gateway, db: Connection, ticket: str, now: str) -> None:
    """A case was opened: its clocks begin."""
    row = cases.load(db, ticket)
    if row is None:
        return
    rules = rules_for(gateway, row.service, row.function or "", row.topic or "")
    case_rows.save(db, begin(case_rows.case_of(row), instant(now), rules), rules, now)


def come_back(gateway: Gateway, db: Connection, ticket: str, now: str) -> None:
    """Something new came from the owner of a case that has ended: it is opened again. Nothing for one that is open."""
    row = cases.load(db, ticket)
    if row is not None and row.status in (ANSWERED, *ENDED):
        act(gateway, db, ticket, "reopen", ROBOTS, f"was {row.status}", now)


def _tell(gateway: Gateway, db: Connection, ticket: str, done: Done, words: str, now: str) -> None:
    """The owner is told by text; when that cannot be, the history says that somebody has to do it."""
    row = cases.load(db, ticket)
    if row is None:
        return
    flow = gateway.services.current(row.service)
    fault = case_tells.tell(gateway, db, flow, row, done.case, done.tell, words, now)
    what = "owner to be told by telephone" if fault else "owner told by text"
    event = Event(what, fault or done.tell, {"tell": done.tell})
    case_rows.note(db, ticket, (event,), "robot", now)


def _refused(db: Connection, ticket: str, action: str, actor: Acting, refusal: Refusal, now: str) -> Refusal:
    """Logged and audited: who tried what, in which role."""
    asker = actor.asker
    told = {"role": asker.role, "unit": asker.unit, "refused": refusal.why}
    detail = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
    audit.write(db, at=now, who=actor.name, action=f"case_{action}_refused", subject=ticket, detail=detail)
    log.warning(
        "an action on a case was refused", extra={"case": ticket, "kind": action, "reason": refusal.why}
    )
    return refusal
