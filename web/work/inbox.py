"""The inbox: what is owed to callers and writers, the most urgent first, with filters; and search in all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from desk.access import SEE, Matter, may
from desk.caseload.model import ENDED, STATES
from sessions.agents import staff
from sessions.cases import case_views, records
from sessions.cases.case_rows import case_of
from sessions.cases.records import Person
from sessions.dialogues import dialogue_views
from sessions.gateway import Gateway
from sessions.voicemails import voicemails
from store import cases, recordings, times, transcripts
from store.transcripts import Transcribing
from web.tools import Tools
from web.work.facts import owes
from web.work.person import agent_of, person_of

KINDS = CASES, VOICEMAILS, DIALOGUES = ("cases", "voicemails", "dialogues")
WHOSE = ("tier", "mine", "all")
MOST = 100
LEAST_WORDS = 2  # characters that are searched for


@dataclass(frozen=True)
class Filters:
    """What the inbox shows, as it stands in the address."""

    kind: str
    whose: str
    tier: int
    unit: str
    service: str
    status: str
    late: bool
    words: str

    def address(self, **changed: str) -> dict[str, str]:
        """The same as parameters of an address, with these changed and without what is empty."""
        told = {
            "kind": self.kind, "whose": self.whose, "tier": str(self.tier or ""), "unit": self.unit, "service": self.service,
            "status": self.status, "late": "yes" if self.late else "",
        }  # fmt: skip
        return {name: value for name, value in {**told, **changed}.items() if value}


@dataclass(frozen=True)
class Message:
    """One line of the voicemails: masked words, or what stands instead of them."""

    work: Transcribing
    ticket: str
    words: str


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work and the list in it that keeps itself fresh."""

    @routes.get("", endpoint="inbox")
    def inbox() -> str:
        person = person_of(gateway)
        if person is None:
            return render_template("work/nobody.html")
        wanted = filters(person)
        hits = records.find(gateway, person, wanted.words, MOST) if len(wanted.words) >= LEAST_WORDS else None
        flows = gateway.services.services()
        return render_template(
            "work/inbox.html",
            wanted=wanted, hits=hits, agent=agent_of(gateway), kinds=KINDS, whose=WHOSE, statuses=STATES,
            units=staff.known(flows).units, services=_services(gateway, person), **_listed(gateway, person, wanted),
        )  # fmt: skip

    @routes.get("/list", endpoint="list")
    def list_() -> Response | str:
        person = person_of(gateway)
        if person is None:
            return render_template("work/nobody.html")
        wanted = filters(person)
        return fragment(render_template("work/list.html", wanted=wanted, **_listed(gateway, person, wanted)))


def fragment(html: str) -> Response:
    """A piece of a page that is asked for again and again: 304 while it is the same."""
    answer = make_response(html)
    answer.add_etag()
    return answer.make_conditional(request)


def filters(person: Person) -> Filters:
    """What the address asks for; a fresh inbox shows what the own tier has to do."""
    asked = request.args
    kind, whose = asked.get("kind", CASES), asked.get("whose", own_list(person))
    tier = asked.get("tier", "")
    return Filters(
        kind=kind if kind in KINDS else CASES,
        whose=whose if whose in WHOSE else "tier",
        tier=int(tier) if tier in ("1", "2", "3", "4") else 0,
        unit=asked.get("unit", "")[:80],
        service=asked.get("service", "")[:80],
        status=asked.get("status", "") if asked.get("status", "") in STATES else "",
        late=asked.get("late") == "yes",
        words=" ".join(asked.get("words", "").split())[:200],
    )


def own_list(person: Person) -> str:
    """Whose cases somebody sees first: those of the own tier, for who has one."""
    return "tier" if person.asker.role.startswith("T") else "all"


def _services(gateway: Gateway, person: Person) -> list[str]:
    allowed = person.asker.services
    return [flow.id for flow in gateway.services.services() if not allowed or flow.id in allowed]


def _listed(gateway: Gateway, person: Person, wanted: Filters) -> dict[str, Any]:
    if wanted.kind == DIALOGUES:
        return {"dialogues": dialogues_listed(gateway, person, wanted)}
    if wanted.kind == VOICEMAILS:
        return {"messages": messages_listed(gateway, person, wanted)}
    return {"cases": cases_listed(gateway, person, wanted), "owes": owes}


def cases_listed(
    gateway: Gateway, person: Person, wanted: Filters, *, limit: int = MOST, skip: int = 0
) -> list[case_views.Listed]:
    """An own tier 3 is its unit; the filters of the form go before what the role would see by itself."""
    role, unit, tier = person.asker.role, wanted.unit, wanted.tier
    if wanted.whose == "tier" and role.startswith("T") and not tier:
        tier = int(role[1])
        unit = unit or (person.asker.unit if tier == 3 else "")
    return case_views.listed(
        gateway, person,
        statuses=[wanted.status] if wanted.status else [one for one in STATES if one not in ENDED],
        service=wanted.service, unit=unit, tier=0 if wanted.whose == "mine" else tier,
        agent=person.name if wanted.whose == "mine" else "",
        due_before=times.text(gateway.clock()) if wanted.late else "", limit=limit, skip=skip,
    )  # fmt: skip


def messages_listed(gateway: Gateway, person: Person, wanted: Filters) -> list[Message]:
    """The newest messages of this person's services, as far as they may be seen. Looking leaves no line in the audit."""
    db, found = gateway.store.read(), []
    for work in transcripts.newest(db, MOST):
        row, recording = transcripts.load(db, work.recording), recordings.load(db, work.recording)
        told = row or (voicemails.origin(gateway, db, recording) if recording is not None else None)
        ticket, service = (told.ticket, told.service) if told is not None else (None, "")
        case = cases.load(db, ticket) if ticket else None
        matter = case_of(case).matter if case is not None else Matter(service)
        if _wanted(wanted, person, matter.service, matter.unit, matter.tier):
            allowed = may(person.asker, matter, SEE).ok
            words = row.masked if row is not None and allowed else ""
            hidden = case_views.hidden(case) if case is not None and not allowed else ""
            found.append(Message(work, ticket or "", words or hidden))
    return found


def dialogues_listed(gateway: Gateway, person: Person, wanted: Filters) -> list[dialogue_views.Listed]:
    return [
        line
        for line in dialogue_views.listed(gateway, person)
        if _wanted(wanted, person, line.contact.need.service, line.contact.need.unit, line.contact.need.tier)
    ]


def _wanted(wanted: Filters, person: Person, service: str, unit: str, tier: int) -> bool:
    """Does this stand in the list that was asked for, and does this person serve it at all?"""
    return (
        (not person.asker.services or service in person.asker.services)
        and wanted.service in ("", service)
        and wanted.unit in ("", unit)
        and wanted.tier in (0, max(tier, 1))
    )
