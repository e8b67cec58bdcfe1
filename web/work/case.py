"""A case: what is known, what is due, what was said and written, and what this person may do with it now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from desk import redaction
from desk.access import ACTS, OPEN, may
from desk.caseload.model import Done
from sessions import case_desk, case_views, dialogues, staff
from sessions.case_desk import Changed
from sessions.case_rows import case_of
from sessions.gateway import Gateway
from sessions.records import Person, Refused
from store import dialogues as texts
from store import drafts, users
from store.cases import CaseRow
from store.dialogues import Line
from store.times import text
from web.accounts import visits
from web.tools import Tools
from web.work.facts import happened, owes
from web.work.inbox import fragment
from web.work.person import person_of, required
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


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work/cases/TICKET."""

    @routes.get("/cases/<ticket>", endpoint="case")
    def case(ticket: str) -> Page:
        person = person_of(gateway)
        if person is None:
            return render_template("work/nobody.html")
        return page(gateway, person, ticket)

    @routes.get("/cases/<ticket>/news", endpoint="news")
    def news(ticket: str) -> Response:
        return fragment(_news(gateway, required(gateway), ticket))

    @routes.post("/cases/<ticket>/open", endpoint="open")
    def open_(ticket: str) -> Page:
        person, reason = required(gateway), request.form.get("reason", "")
        try:
            return page(gateway, person, ticket, reason=reason, original=True)
        except Refused as refusal:
            return page(
                gateway, person, ticket, faults={"open": str(refusal)}, given=request.form.to_dict()
            ), 422

    @routes.post("/cases/<ticket>/acts/<act>", endpoint="act")
    def act(ticket: str, act: str) -> Page:
        return _act(gateway, required(gateway), ticket, act) if act in ACTS else abort(404)


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
        fields=FIELDS, keys=KEYS, acts_done=(*ACTS, "corrected"), targets=TARGETS.get(person.asker.role, ()),
        owes=owes(row), happened=happened, deadlines=[(one.name, text(one.at)) for one in shown.deadlines[:4]],
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
    }


def written(gateway: Gateway, row: CaseRow, opened: bool) -> list[Line]:
    """What was written, masked unless the case was opened."""
    lines = texts.all_of(gateway.store.read(), row.session_id) if row.session_id else []
    return lines if opened else [line._replace(body=redaction.mask(line.body)) for line in lines]


def _news(gateway: Gateway, person: Person, ticket: str) -> str:
    """Has somebody else worked on it since, and who is writing? Nothing of the case itself."""
    db = gateway.store.read()
    seen = request.args.get("seen", "")
    newest = case_desk.version(db, ticket)
    names = [
        user.name
        for id in case_desk.writing(db, ticket, visits.me().id, text(gateway.clock()))
        if (user := users.load(db, id)) is not None
    ]
    return render_template(
        "work/news.html", changed=bool(newest) and newest != seen, writing=names, ticket=ticket
    )


def _act(gateway: Gateway, person: Person, ticket: str, act: str) -> Page:
    form = request.form
    given: dict[str, Any] = {
        "text": form.get("text", "").strip(),
        "party": form.get("party", "").strip(),
        "spoken": form.get("spoken") == "yes",
    }
    if act == "escalate":
        tier = form.get("tier", "")
        given |= {
            "tier": int(tier) if tier in ("2", "3", "4") else 0,
            "unit": form.get("unit", "") if tier == "3" else "",
        }
    done = case_desk.act(
        gateway, person, visits.me().id, ticket, act, form.get("why", ""), form.get("seen", ""), **given
    )
    if isinstance(done, Done):
        return redirect(url_for("work.case", ticket=ticket, done=act), 303)
    if isinstance(done, Changed):
        return page(gateway, person, ticket, given={**form.to_dict(), "act": act}, changed=done), 409
    return page(gateway, person, ticket, given={**form.to_dict(), "act": act}, faults={act: done.why}), 422
