"""A case between its row (store/cases.py) and its life (desk/caseload)."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.caseload.deadlines import deadlines
from desk.caseload.model import DOCUMENTS, Case, Event
from desk.caseload.rules import Rules
from store import cases, timers
from store.cases import CaseRow, Value
from store.library import Connection
from store.times import instant, text

TIMER = "case"
_MOMENTS = ("due_first", "due_answer", "first_at", "answered_at", "confirmed_at", "closed_at", "breached_at")
_PLAIN = ("span", "by_days", "left", "back_to", "party", "answer", "answered_by", "extended")


def case_of(row: CaseRow) -> Case:
    """The case as its next step needs it. A row of before cases were worked on begins where it stands."""
    life: dict[str, Any] = json.loads(row.life)
    case = Case(
        ticket=row.ticket,
        service=row.service,
        status=row.status,
        opened=instant(row.opened_at),
        since=instant(life.get("since", row.opened_at)),
        tier=1 if row.tier is None else row.tier,
        unit=row.unit or "",
        agent=row.agent or "",
        channel=row.channel or "",
        function=row.function or "",
        topic=row.topic or "",
        classification=row.classification or "",
        accessibility=json.loads(row.fields).get("accessibility", ""),
        priority=row.priority or 3,
        complete_since=_moment(life.get("complete_since")),
        paused_since=_moment(row.paused_since),
        paused_seconds=row.paused_seconds,
        answer_source=row.answer_source or "",
        reached=frozenset(life.get("reached", (1,))),
        marks=frozenset(life.get("marks", ())),
    )
    more: dict[str, Any] = {name: _moment(getattr(row, name)) for name in _MOMENTS}
    return replace(case, **more, **{name: life[name] for name in _PLAIN if name in life})


def save(db: Connection, case: Case, rules: Rules, now: str) -> None:
    """The case as it is now, and the timer of what comes next."""
    cases.set_fields(db, case.ticket, now=now, **_columns(case, rules))
    next_ones = deadlines(case, rules)
    if next_ones:
        timers.arm(db, kind=TIMER, subject=case.ticket, at=text(next_ones[0].at))
    else:
        timers.cancel(db, kind=TIMER, subject=case.ticket)


def note(db: Connection, ticket: str, events: tuple[Event, ...], who: str, now: str) -> None:
    """The history has a line for each."""
    for event in events:
        detail = json.dumps(dict(event.detail), ensure_ascii=False)
        cases.add_event(db, ticket, at=now, who=who, what=event.what, why=event.why, detail=detail)


def _columns(case: Case, rules: Rules) -> dict[str, Value]:
    until = told(case, rules)
    return {
        "status": case.status,
        "tier": case.tier,
        "unit": case.unit or None,
        "agent": case.agent or None,
        # A case that nobody gave one has none of its own.
        **({"priority": case.priority} if case.priority != Case.priority else {}),
        "due_at": text(until) if until else None,
        **{name: _text(getattr(case, name)) for name in (*_MOMENTS, "paused_since")},
        "paused_seconds": round(case.paused_seconds),
        "answer_source": case.answer_source or None,
        "life": json.dumps(_life(case), ensure_ascii=False),
    }


def _life(case: Case) -> dict[str, object]:
    """What has no column, without what still is as it begins."""
    life: dict[str, object] = {name: getattr(case, name) for name in _PLAIN if getattr(case, name)}
    life["since"] = text(case.since)
    if case.complete_since:
        life["complete_since"] = text(case.complete_since)
    life["reached"], life["marks"] = sorted(case.reached), sorted(case.marks)
    return life


def told(case: Case, rules: Rules) -> datetime | None:
    """Until when somebody has to do something, as the case's owner is told: we, or, when documents are owed, the owner."""
    if case.status == DOCUMENTS:
        owed = [one.at for one in deadlines(case, rules) if one.name == "documents"]
        return owed[0] if owed else None
    return case.due_answer or case.due_first


def _moment(stored: str | None) -> datetime | None:
    return instant(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return text(moment) if moment else None
