"""A case: what is known, what is due, what was said and written, and what this person may do with it now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from desk.access import ACTS
from desk.caseload.model import Done
from sessions.cases import case_desk
from sessions.cases.case_desk import Changed
from sessions.cases.records import Person, Refused
from sessions.gateway import Gateway
from store import users
from store.times import text
from web.accounts import visits
from web.tools import Tools
from web.work.inbox import fragment
from web.work.page import Page, page
from web.work.person import person_of, required


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
