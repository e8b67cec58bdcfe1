"""The checklist of a case, and what may be done once it is ticked. The password of a file stands in one answer, and never again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from sessions.cases import acts
from sessions.cases.acts import NoAct, Refused, View
from sessions.cases.records import Person
from sessions.gateway import Gateway
from web.tools import Tools
from web.words import language
from web.work.inbox import fragment
from web.work.page import Page, checklist, page
from web.work.person import required

TICK, TOLD = "tick", "told"  # beside which form a refusal stands; that of an act has the act's name
DONE = {TICK: "ticked", TOLD: "told"}  # and what is said afterwards


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """Addresses below /work/cases/TICKET."""

    @routes.get("/cases/<ticket>/wishes", endpoint="wishes")
    def wishes(ticket: str) -> Response:
        """How the acts stand: what is on its way, sent, or not to be had."""
        return fragment(
            render_template(
                "work/wishes.html", ticket=ticket, **checklist(gateway, required(gateway), ticket)
            )
        )

    @routes.post("/cases/<ticket>/checklists/<name>", endpoint="tick")
    def tick(ticket: str, name: str) -> Page:
        person, items = required(gateway), request.form.getlist("item")
        return _noted(
            gateway, person, ticket, TICK, lambda: acts.tick(gateway, person, ticket, name, items, language())
        )

    @routes.post("/cases/<ticket>/wishes/<wish>", endpoint="do")
    def do(ticket: str, wish: str) -> Page:
        person = required(gateway)
        try:
            done = acts.do(gateway, person, ticket, wish, language())
        except NoAct:
            abort(404)
        if isinstance(done, Refused):
            return _refused(gateway, person, ticket, wish, done)
        # No redirect: whatever could show it again would have to keep it.
        return render_template("work/password.html", ticket=ticket, asked=done, tongue=language())

    @routes.post("/cases/<ticket>/told", endpoint="told")
    def told(ticket: str) -> Page:
        """The contact knows the password: the talk is recorded again."""
        person = required(gateway)
        return _noted(gateway, person, ticket, TOLD, lambda: acts.told(gateway, person, ticket, language()))


def _noted(
    gateway: Gateway, person: Person, ticket: str, where: str, take: Callable[[], View | Refused]
) -> Page:
    try:
        done = take()
    except NoAct:
        abort(404)
    if isinstance(done, Refused):
        return _refused(gateway, person, ticket, where, done)
    return redirect(url_for("work.case", ticket=ticket, done=DONE[where]), 303)


def _refused(gateway: Gateway, person: Person, ticket: str, where: str, refused: Refused) -> Page:
    return page(gateway, person, ticket, faults={where: f"{refused.why}."}), 422
