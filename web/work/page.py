"""The page of a case as one person may see it: put together for every way that leads to it."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template

from desk import redaction
from desk.access import ACTS, OPEN, may
from sessions.agents import staff
from sessions.cases import acts, case_desk, case_views
from sessions.cases.acts import NoAct
from sessions.cases.case_desk import Changed
from sessions.cases.case_rows import case_of
from sessions.cases.records import Person
from sessions.dialogues import dialogues
from sessions.gateway import Gateway
from store import dialogues as texts
from store import drafts
from store.cases import CaseRow
from store.dialogues import Line
from store.times import text
from web.accounts import visits
from web.words import language
from web.work.facts import happened, owes, short
from web.work.recordings import of_case

Page = str | tuple[str, int] | Response
# What an act asks for besides the case, in the order of its form.
FIELDS: dict[str, tuple[str, ...]] = {
    "escalate": ("tier", "unit", "why"),
    "ask_documents": ("text",),
    "wait": ("party",),
    "answer": ("text", "spoken"),
    "confirm": ("spoken",),
    **dict.fromkeys(("send_back", "reopen", "extend", "cancel", "refuse"), ("why",)),
}
KEYS = {"take": "t", "escalate": "e", "close": "c", "validate": "v"}
# Whom a role may pass a case on to (desk/caseload/needs.py says so again, and decides).
TARGETS = {"T1": (2, 3), "T2": (3, 4), "T3": (2, 3, 4), "T4": (2, 3), "supervisor": (2, 3, 4)}


def page(
    gateway: Gateway, person: Person, ticket: str, *, original: bool = False, reason: str = "",
    given: dict[str, str] | None = None, faults: dict[str, str] | None = None, changed: Changed | None = None,
) -> str:  # fmt: skip
    """The page of a case as this person may see it. Raises Refused for an original."""
    try:
        shown = case_views.shown(gateway, person, ticket, original=original, reason=reason)
    except LookupError:
        abort(404)
    if isinstance(shown, str):
        return render_template("work/hidden.html", ticket=ticket, instead=shown)
    row, matter = shown.row, case_of(shown.row).matter
    return render_template(
        "work/case.html", shown=shown, row=row, opened=original, given=given or {}, faults=faults or {}, changed=changed,
        fields=FIELDS, keys=KEYS, acts_done=(*ACTS, "corrected", "ticked", "told"), targets=TARGETS.get(person.asker.role, ()),
        owes=owes(row), happened=happened, short=short, deadlines=[(one.name, text(one.at)) for one in shown.deadlines[:4]],
        may_open=not original and may(person.asker, matter, OPEN).ok, **_around(gateway, person, row, original),
    )  # fmt: skip


def _around(gateway: Gateway, person: Person, row: CaseRow, opened: bool) -> dict[str, Any]:
    """What else stands on the page."""
    db = gateway.store.read()
    mine = [draft.body for draft in drafts.of_subject(db, row.ticket) if draft.user == visits.me().id]
    return {
        "seen": case_desk.version(db, row.ticket),
        "draft": mine[0] if mine else "",
        "canned": dialogues.canned_answers(gateway, db, row.service, row.language or "id", row.ticket),
        "units": staff.known(gateway.services.services()).units,
        "recordings": of_case(gateway, person, row),
        "texts": written(gateway, row, opened),
        "dialogue": dialogues.find(gateway, db, row.ticket),
        **checklist(gateway, person, row.ticket),
    }


def written(gateway: Gateway, row: CaseRow, opened: bool) -> list[Line]:
    """What was written, masked unless the case was opened."""
    lines = texts.all_of(gateway.store.read(), row.session_id) if row.session_id else []
    return lines if opened else [line._replace(body=redaction.mask(line.body)) for line in lines]


def checklist(gateway: Gateway, person: Person, ticket: str) -> dict[str, Any]:
    """What the pieces of checklist and acts need; ``view`` is None where there is none."""
    try:
        view = acts.view(gateway, person, ticket, language())
    except NoAct:
        view = None
    return {"view": view, "tongue": language()}
