"""What an agent does for a contact at the desk: ticks a checklist, asks for an act. One way in for commands and the console.

    acts.tick(gateway, person, "KP-20260310-0001", "poro", ["npwp", "nama"], "en")
    acts.do(gateway, person, "KP-20260310-0001", "send_efin", "en")  ->  Asked(password=...) or Refused("One call, one request …")
    acts.told(gateway, person, "KP-20260310-0001", "en")  the contact knows the password: the talk is recorded again

What is owed is a row of the outbox in the same transaction (jobs/mails.py). The password of the file is in the answer and
nowhere else that anybody can read. Every refusal and every act leave a line in the audit, the subject as a keyed hash.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from desk import acts as rules
from desk.access import SEE, may
from desk.acts import Act, Checklist, Declared, Refusal, Standing
from desk.caseload.model import Case
from desk.routing.words import clock
from engine.flow import Flow
from engine.session import Session, from_json
from sessions.cases import act_pauses, case_rows
from sessions.cases.records import Person
from sessions.console import sealing
from sessions.desk import desk, desk_acts
from sessions.gateway import Gateway
from sessions.moments import zone_of
from store import agent_acts, audit, cases, outbox, timers
from store import flows as published
from store import sessions as rows
from store.agent_acts import ActRow
from store.cases import CaseRow
from store.ids import new_id
from store.library import Connection
from store.times import instant, plus, text

log = logging.getLogger("sambung.acts")

KIND = "email"
TIMER = "act"
PURPOSE = "files of acts"
Named = TypeVar("Named")


@dataclass(frozen=True)
class Refused:
    """Not done, and why, with the way out, in the asker's language. ``code``: of desk.acts.REFUSALS or desk.routing.words."""

    code: str
    why: str


@dataclass(frozen=True)
class Asked:
    """It is on its way. ``password`` opens the file: it is shown now and never again. ``recording`` of the talk: paused, failed (it
    will not be kept), or '' where nothing is recorded.
    """

    act: Act
    id: str
    password: str
    recording: str = ""


@dataclass(frozen=True)
class Offered:
    """An act at the desk. ``refused``: why this agent may not do it now, '' when it may be done. ``last``: the newest wish."""

    act: Act
    refused: str
    last: ActRow | None
    due: str


@dataclass(frozen=True)
class View:
    """The checklist that this contact was handed over with, what is ticked of it, and the acts that it is for.

    ``silent``: since when the talk is not recorded because a secret is being told, '' when none is.
    """

    checklist: Checklist
    ticked: frozenset[str]
    missing: tuple[str, ...]
    acts: tuple[Offered, ...]
    silent: str = ""


@dataclass(frozen=True)
class Place:
    """One case in one transaction, with what its contact was proved to be and what its service declares."""

    gateway: Gateway
    db: Connection
    row: CaseRow
    case: Case
    flow: Flow
    declared: Declared
    session: Session | None

    @property
    def contact(self) -> str:
        """What is ticked and done is of this contact."""
        return self.row.session_id or self.row.ticket

    def local(self, stored: str, language: str) -> str:
        return clock(instant(stored), zone_of(self.flow.timezone), language)


class NoAct(LookupError):
    """There is no such case, checklist or act. The text says which there are."""


def place(gateway: Gateway, db: Connection, ticket: str) -> Place:
    """The case as its acts need it. Raises NoAct without such a case or its service."""
    row = cases.load(db, ticket)
    session = rows.load(db, row.session_id) if row is not None and row.session_id else None
    flow = row and (gateway.flow_of(row.service, session.version if session else ""))
    if row is None or flow is None:
        raise NoAct(f"there is no case {ticket}")
    declared = desk_acts.declared(published.load(db, flow.version) or {}, flow)
    state = from_json(session.state) if session is not None else None
    return Place(gateway, db, row, case_rows.case_of(row), flow, declared, state)


# -- looking


def view(gateway: Gateway, person: Person, ticket: str, language: str) -> View | None:
    """What stands on the desk for this case; None when it was handed over with no checklist, or may not be seen."""
    here = place(gateway, gateway.store.read(), ticket)
    name = json.loads(here.row.fields).get("handover", "")
    checklist = here.declared.checklists.get(name)
    if checklist is None or not may(person.asker, here.case.matter, SEE).ok:
        return None
    ticked = agent_acts.ticked(here.db, here.contact, name)
    now = text(gateway.clock())
    offered = tuple(_offered(here, person, act, now, language) for act in here.declared.acts_of(name))
    silent = act_pauses.since(here.db, here.contact, here.session)
    return View(checklist, ticked, checklist.missing(ticked), offered, silent)


def _offered(here: Place, person: Person, act: Act, now: str, language: str) -> Offered:
    refusal = _judged(here, person, act, "", now)
    told = (
        rules.told(_with_time(here, refusal, language), here.declared.checklists[act.checklist], language)
        if refusal
        else ""
    )
    last = agent_acts.of_contact(here.db, here.contact, act.name)
    timer = timers.load(here.db, kind=TIMER, subject=f"{here.row.ticket}/{act.name}")
    return Offered(act, told, last[-1] if last else None, timer.at if timer else "")


# -- ticking


def tick(
    gateway: Gateway, person: Person, ticket: str, name: str, items: Collection[str], language: str
) -> View | Refused:  # fmt: skip
    """These items are ticked, and no others. The clock of the list's acts starts when it is complete. Raises NoAct."""
    now = text(gateway.clock())
    with gateway.store.write() as db:
        here = place(gateway, db, ticket)
        checklist = _known(here.declared.checklists, name, "checklist")
        for item in items:
            _known(checklist.items, item, "item")
        refusal = _not_theirs(here, person)
        if refusal is not None:
            return _refused(here, person, f"tick_{name}", refusal, checklist, now, language)
        before = checklist.missing(agent_acts.ticked(db, here.contact, name))
        ticked = frozenset(items)
        agent_acts.tick(db, here.contact, name, ticked, who=person.name, at=now)
        missing = checklist.missing(ticked)
        done = f"{name}: {', '.join(sorted(ticked)) or '-'}"
        cases.add_event(db, ticket, at=now, who=person.name, what="checklist ticked", why=done)
        if before and not missing:
            _start_clocks(here, name, now)
    found = view(gateway, person, ticket, language)
    return found or View(checklist, ticked, missing, ())


def _not_theirs(here: Place, person: Person) -> Refusal | None:
    agent = desk.look(here.gateway, here.db).roster.agents.get(person.name)
    if agent is not None and here.case.agent == agent.id:
        return None
    facts = {"agent": here.case.agent or "-", "status": here.case.status}
    return Refusal("roster" if agent is None else "not_yours", facts)


def _start_clocks(here: Place, checklist: str, now: str) -> None:
    for act in here.declared.acts_of(checklist):
        if agent_acts.standing(here.db, here.contact, act.name) is None:
            until = plus(now, act.within_minutes * 60)
            timers.arm(here.db, kind=TIMER, subject=f"{here.row.ticket}/{act.name}", at=until)


# -- doing


def do(
    gateway: Gateway, person: Person, ticket: str, name: str, language: str, subject: str = ""
) -> Asked | Refused:  # fmt: skip
    """Asks for the act. ``subject``: whose data, when the agent names them; only the proved one's are sent. Raises NoAct.

    The recording of the talk is paused before the password is shown, which takes a moment; then all is judged again.
    """
    now = text(gateway.clock())
    with gateway.store.write() as db:
        here = place(gateway, db, ticket)
        found = _permitted(here, person, name, subject, now, language)
        if isinstance(found, Refused):
            return found
        pause = act_pauses.begin(db, here.contact, here.session, now)
    act_pauses.wait(gateway, pause)
    now = text(gateway.clock())
    with gateway.store.write() as db:
        here = place(gateway, db, ticket)
        found = _permitted(here, person, name, subject, now, language)
        if isinstance(found, Refused):
            act_pauses.let_go(db, pause, person.name, now)
            return found
        asked = _ask(here, person, found, now)
        return replace(asked, recording=act_pauses.show(db, pause, asked.id, ticket, now))


def told(gateway: Gateway, person: Person, ticket: str, language: str) -> View | Refused:
    """The contact knows what was shown: the talk is recorded again. Raises NoAct."""
    now = text(gateway.clock())
    with gateway.store.write() as db:
        here = place(gateway, db, ticket)
        name = json.loads(here.row.fields).get("handover", "")
        checklist = _known(here.declared.checklists, name, "checklist")
        refusal = _not_theirs(here, person)
        if refusal is not None:
            return _refused(here, person, "told", refusal, checklist, now, language)
        act_pauses.over(db, here.contact, person.name, now)
    ticked = agent_acts.ticked(gateway.store.read(), here.contact, name)
    return view(gateway, person, ticket, language) or View(checklist, ticked, checklist.missing(ticked), ())


def _permitted(
    here: Place, person: Person, name: str, subject: str, now: str, language: str
) -> Act | Refused:  # fmt: skip
    """The act, when this agent may do it now."""
    act = _known(here.declared.acts, name, "act")
    refusal = _judged(here, person, act, subject, now)
    if refusal is None:
        return act
    checklist = here.declared.checklists[act.checklist]
    return _refused(here, person, name, refusal, checklist, now, language, subject)


def _ask(here: Place, person: Person, act: Act, now: str) -> Asked:
    db, id, password = here.db, new_id(), sealing.password(3, 4)
    for earlier in agent_acts.of_contact(db, here.contact, act.name):
        # Given up: should somebody revive it, two mails with two passwords would go out.
        agent_acts.forget_password(db, earlier.id)
        outbox.let_go(db, earlier.outbox, now=now)
    row = ActRow(
        id, here.contact, here.row.ticket, act.name, person.name, agent_acts.ASKED,
        sealing.seal(here.gateway, PURPOSE, id, password), "", "", new_id(), now, now,
    )  # fmt: skip
    agent_acts.ask(db, row)
    payload = json.dumps({"act": id, "service": here.flow.id})
    outbox.put(
        db,
        kind=KIND,
        target=here.row.ticket,
        payload=payload,
        now=now,
        cause=here.row.session_id,
        id=row.outbox,
    )
    title = act.title.get(here.flow.language, act.name)
    cases.add_event(db, here.row.ticket, at=now, who=person.name, what="act asked for", why=title)
    _audited(here, person, f"act_{act.name}", "", {"act": id}, now)
    log.info("an act was asked for", extra={"case": here.row.ticket, "kind": act.name, "job": row.outbox})
    return Asked(act, id, password)


def _judged(here: Place, person: Person, act: Act, subject: str, now: str) -> Refusal | None:
    if not here.gateway.settings.mails:
        return Refusal("mail")
    done = agent_acts.standing(here.db, here.contact, act.name)
    standing = Standing(
        agent=desk.look(here.gateway, here.db).roster.agents.get(person.name),
        case=here.case,
        day=instant(now).astimezone(zone_of(here.flow.timezone)).date(),
        proved=dict(here.session.proved) if here.session else {},
        ticked=agent_acts.ticked(here.db, here.contact, act.checklist),
        wanted="".join(subject.split()),
        done=done.at if done else "",
    )
    return rules.judge(act, here.declared.checklists[act.checklist], standing)


def _refused(
    here: Place, person: Person, name: str, refusal: Refusal, checklist: Checklist, now: str, language: str,
    subject: str = "",
) -> Refused:  # fmt: skip
    _audited(here, person, f"act_{name}_refused", subject, {"refused": refusal.code}, now)
    log.warning("an act was refused", extra={"case": here.row.ticket, "kind": name, "reason": refusal.code})
    return Refused(refusal.code, rules.told(_with_time(here, refusal, language), checklist, language))


def _with_time(here: Place, refusal: Refusal, language: str) -> Refusal:
    """The moment of an earlier wish as it is said."""
    at = refusal.facts.get("at")
    return Refusal(refusal.code, {**refusal.facts, "at": here.local(str(at), language)}) if at else refusal


def _audited(
    here: Place, person: Person, action: str, subject: str, more: dict[str, str], now: str
) -> None:  # fmt: skip
    proved = rules.proved_at(here.session.proved, "L1") if here.session else ""
    about = here.gateway.keyed("subject", here.flow.id, subject or proved)
    told = {"case": here.row.ticket, "role": person.asker.role, **more}
    audit.write(here.db, at=now, who=person.name, action=action, subject=about, detail=json.dumps(told))


def _known(known: Mapping[str, Named], name: str, what: str) -> Named:
    if name not in known:
        raise NoAct(f"there is no {what} {name!r}; there are: {', '.join(known) or 'none'}")
    return known[name]


# -- what runs out


def late(gateway: Gateway, db: Connection, subject: str, now: datetime) -> None:
    """The list was complete so long ago, and what it is for has not been done: somebody has to know, once."""
    ticket, _, name = subject.partition("/")
    here = place(gateway, db, ticket)
    wishes = agent_acts.of_contact(db, here.contact, name)
    last = wishes[-1] if wishes else None
    if not here.case.open or (last is not None and last.state == agent_acts.SENT):
        return
    why = f"{name}: {last.reason or 'on its way'}" if last else f"{name}: not asked for"
    detail = json.dumps({"deadline": "act"})
    cases.add_event(db, ticket, at=text(now), who="clock", what="act is late", why=why, detail=detail)
    log.error("ALARM: an act is late", extra={"case": ticket, "service": here.flow.id, "kind": name})
