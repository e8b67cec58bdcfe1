"""A text dialogue with a writer: what was written, and the answer, from the service's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from desk.agents import Agent
from desk.dialogue_words import say
from desk.routing.contacts import DIALOGUE, OFFERED, TALKING
from sessions.cases import case_desk
from sessions.dialogues import dialogue_views, dialogues
from sessions.dialogues.dialogue_views import Shown
from sessions.dialogues.dialogues import Told
from sessions.gateway import Gateway
from store import drafts, users
from store.library import Connection
from store.times import text
from web.accounts import visits
from web.tools import Tools
from web.words import language
from web.work.inbox import fragment
from web.work.person import agent_of, person_of, required

Page = str | tuple[str, int] | Response
Act = Callable[[Gateway, Connection, Agent, str, str, str, str], Told]
# What is done with gateway, transaction, agent, contact, now, the words of an answer, and why.
ACTS: Mapping[str, Act] = {
    "take": lambda gateway, db, agent, contact, now, _, __: dialogues.take(gateway, db, agent, contact, now),
    "answer": lambda gateway, db, agent, contact, now, words, _: dialogues.answer(
        gateway, db, agent, contact, words, now
    ),
    "release": lambda gateway, db, agent, contact, now, _, why: dialogues.release(
        gateway, db, agent, contact, now, why
    ),
    "escalate": lambda gateway, db, agent, contact, now, _, why: dialogues.escalate(
        gateway, db, agent, contact, now, why
    ),
    "to_robot": lambda gateway, db, agent, contact, now, _, why: dialogues.to_robot(
        gateway, db, agent, contact, now, why
    ),
    "close": lambda gateway, db, agent, contact, now, _, why: dialogues.close(
        gateway, db, agent, contact, now, why
    ),
}
LONGEST_WHY = 400
STAYS = ("take", "answer")  # after these the dialogue is still here


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work/dialogues/ID"""

    @routes.get("/dialogues/<id>", endpoint="dialogue")
    def dialogue(id: str) -> Page:
        person = person_of(gateway)
        if person is None:
            return render_template("work/nobody.html")
        return _page(gateway, id)

    @routes.get("/dialogues/<id>/said", endpoint="said")
    def said(id: str) -> Response:
        shown = dialogue_views.shown(gateway, required(gateway), id)
        if shown is None:
            return fragment(render_template("work/said.html", shown=None, writing=()))
        return fragment(render_template("work/said.html", shown=shown, writing=_writing(gateway, shown)))

    @routes.post("/dialogues/<id>/<act>", endpoint="dialogue_act")
    def act(id: str, act: str) -> Page:
        return _act(gateway, id, act) if act in ACTS else abort(404)


def _page(gateway: Gateway, id: str, fault: str = "", given: str = "") -> str:
    shown = dialogue_views.shown(gateway, required(gateway), id)
    if shown is None:
        return render_template("work/dialogue_over.html", id=id)
    db, held = gateway.store.read(), shown.listed.contact
    mine = held.agent == agent_of(gateway) and bool(held.agent)
    own = [draft.body for draft in drafts.of_subject(db, held.id) if draft.user == visits.me().id]
    return render_template(
        "work/dialogue.html", shown=shown, held=held, mine=mine, offered=held.state == OFFERED, talking=held.state == TALKING,
        draft=given or (own[0] if own else ""), fault=fault, told=request.args.get("told", ""), writing=_writing(gateway, shown),
        canned=dialogues.canned_answers(gateway, db, held.need.service, held.need.language, shown.listed.ticket),
    )  # fmt: skip


def _writing(gateway: Gateway, shown: Shown) -> list[str]:
    db, id = gateway.store.read(), shown.listed.contact.id
    found = (
        users.load(db, user) for user in case_desk.writing(db, id, visits.me().id, text(gateway.clock()))
    )
    return [user.name for user in found if user is not None]


def _act(gateway: Gateway, id: str, act: str) -> Page:
    me = agent_of(gateway) or abort(403)
    told = done(gateway, me, id, act, request.form.get("text", ""), request.form.get("why", ""))
    if told is None:
        abort(404)
    words = say(told.code, language(), told.facts)
    if not told.ok:
        return _page(gateway, id, words, request.form.get("text", "")), 422
    there = (
        url_for("work.dialogue", id=id, told=told.code)
        if act in STAYS
        else url_for("work.inbox", kind="dialogues")
    )
    return redirect(there, 303)


def done(gateway: Gateway, me: str, id: str, act: str, words: str, why: str) -> Told | None:
    """What came of an act of ACTS by this agent of the roster; None when there is no such dialogue."""
    why = " ".join(why.split())[:LONGEST_WHY]
    with gateway.store.write() as db:
        agent, held = dialogues.agent(gateway, db, me), dialogues.find(gateway, db, id)
        if agent is None or held is None or held.kind != DIALOGUE:
            return None
        told = ACTS[act](gateway, db, agent, held.id, text(gateway.clock()), words, why)
        if told.ok and act == "answer":
            drafts.forget(db, visits.me().id, held.id)
        return told
