"""Cases: listed as the inbox does, shown as the page does, worked on by the same acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desk.caseload.model import STATES
from sessions.cases import case_desk, case_views
from sessions.cases.case_views import Listed, Shown
from sessions.cases.records import Person
from sessions.dialogues import dialogues
from sessions.gateway import Gateway
from store.cases import CaseRow
from store.times import text as stamp
from web.api.declaring import Asked, Noun, Schema, flag, number, one_of, ref, text
from web.api.problems import Problem
from web.work import inbox
from web.work.facts import happened, owes
from web.work.inbox import CASES, WHOSE, Filters
from web.work.page import written
from web.work.person import required
from web.work.recordings import of_case

noun = Noun("cases", "What people owe to callers and writers")
TICKET = text(40, 1)
MOST_SKIPPED = 100_000
LINE = {
    "ticket": "BI-20260311-0001", "instead": "", "service": "bicara131", "status": "antre", "function": "uang_rupiah",
    "topic": "rusak", "subtopic": None, "channel": "telepon", "language": "id", "classification": None, "tier": 1, "unit": None,
    "agent": None, "priority": 3, "opened_at": "2026-03-11T03:15:00.000Z", "due_answer": "2026-03-13T09:00:00.000Z", "late": False,
    "owes": "T1 has to answer",
}  # fmt: skip
CASE = {
    "line": LINE, "seen": "01K0EXAMPLE", "contact": "+62812…", "note": "uang robek dua", "answer": "", "opened": False,
    "history": [{"at": "2026-03-11T03:15:00.000Z", "who": "robot", "what": "opened", "why": ""}],
    "deadlines": [{"name": "answer", "at": "2026-03-13T09:00:00.000Z"}], "allowed": ["take", "escalate"], "texts": [],
    "recordings": [], "canned": {"jam": "Kami buka pukul 08.00."}, "dialogue": None,
}  # fmt: skip
# What every list of the inbox can be narrowed to.
NARROWED: Mapping[str, Schema] = {"tier": one_of(1, 2, 3, 4), "unit": text(80), "service": text(80)}
QUERY = {
    "whose": one_of(*WHOSE, description="of your tier (what you get without this), taken by you, or all"),
    "status": one_of(*STATES, description="without it: those that are not over"),
    **NARROWED,
    "late": flag("only those whose limit has passed"),
    "limit": {**number(1, 100), "default": 50},
    "page": {**number(0, MOST_SKIPPED, "`next` of the answer before"), "default": 0},
}


@noun.ask(
    "/cases", "cases", "Cases, the most urgent first", query=QUERY, answer=ref("Cases"), example={"cases": [LINE], "next": None}
)  # fmt: skip
def cases(asked: Asked) -> Any:
    person, query = required(asked.gateway), asked.query
    wanted = filters(CASES, query, query["whose"] or inbox.own_list(person))
    skip, limit = query["page"], query["limit"]
    found = inbox.cases_listed(asked.gateway, person, wanted, limit=limit + 1, skip=skip)
    further = skip + limit if len(found) > limit and skip + limit <= MOST_SKIPPED else None
    return {"cases": [line(one) for one in found[:limit]], "next": None if further is None else str(further)}


@noun.ask(
    "/cases/<ticket>", "case", "One case, masked, with its history and what you may do with it now", parts={"ticket": TICKET},
    answer=ref("Case"), example=CASE, may_be=("no_right",),
)  # fmt: skip
def case(asked: Asked, ticket: str) -> Any:
    return told(asked.gateway, required(asked.gateway), ticket)


def filters(kind: str, query: Mapping[str, Any], whose: str = "all") -> Filters:
    """What a list of this kind is asked for, as the inbox has it."""
    return Filters(
        kind=kind, whose=whose, tier=query["tier"] or 0, unit=query["unit"] or "", service=query["service"] or "",
        status=query.get("status") or "", late=bool(query.get("late")), words="",
    )  # fmt: skip


def line(listed: Listed) -> dict[str, Any]:
    """A line of a list."""
    if listed.row is None:
        hidden = dict.fromkeys(LINE)
        return {**hidden, "ticket": listed.ticket, "instead": listed.instead, "late": False, "owes": ""}
    return of_row(listed.row)


def of_row(row: CaseRow) -> dict[str, Any]:
    """A case that may be seen."""
    same = (
        "service", "status", "function", "topic", "subtopic", "channel", "language", "classification", "unit", "agent", "opened_at",
    )  # fmt: skip
    return {
        "ticket": row.ticket, "instead": "", **{name: getattr(row, name) for name in same}, "tier": row.tier or 1,
        "priority": row.priority or 3, "due_answer": row.due_answer or row.due_at, "late": row.breached_at is not None,
        "owes": owes(row),
    }  # fmt: skip


def told(
    gateway: Gateway, person: Person, ticket: str, *, original: bool = False, reason: str = ""
) -> dict[str, Any]:
    """The case as this person may see it. Raises Problem, and Refused for an original."""
    try:
        shown = case_views.shown(gateway, person, ticket, original=original, reason=reason)
    except LookupError:
        raise Problem("not_found") from None
    if isinstance(shown, str):
        raise Problem("no_right", shown)
    return _case(gateway, person, shown, original)


def _case(gateway: Gateway, person: Person, shown: Shown, original: bool) -> dict[str, Any]:
    db, row = gateway.store.read(), shown.row
    at_desk = dialogues.find(gateway, db, row.ticket)
    return {
        "line": of_row(row),
        "seen": case_desk.version(db, row.ticket),
        "contact": shown.contact,
        "note": shown.note,
        "answer": shown.answer,
        "opened": original,
        "history": [
            {"at": event.at, "who": event.who, "what": happened(event), "why": event.why} for event in shown.history
        ],
        "deadlines": [{"name": one.name, "at": stamp(one.at)} for one in shown.deadlines],
        "allowed": list(shown.allowed),
        "texts": [
            {"at": one.at, "direction": one.direction, "words": one.body} for one in written(gateway, row, original)
        ],
        "recordings": [
            {
                "id": one.sid, "at": one.at, "seconds": one.seconds, "state": one.state, "sound": one.sound, "words": one.text,
                "confidence": one.confidence, "corrected_by": one.corrected_by,
            }
            for one in of_case(gateway, person, row)
        ],
        "canned": dialogues.canned_answers(gateway, db, row.service, row.language or "id", row.ticket),
        "dialogue": at_desk.id if at_desk is not None else None,
    }  # fmt: skip
