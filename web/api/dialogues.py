"""Text dialogues at the desk: what was written, and the answer, from the service's number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desk.dialogue_words import say
from sessions.dialogues import dialogue_views, dialogues
from sessions.dialogues.dialogue_views import Listed
from web.api.cases import NARROWED, filters
from web.api.declaring import Asked, Noun, Schema, fields, ref, text
from web.api.problems import Problem
from web.words import language
from web.work import inbox
from web.work.dialogue import ACTS, done
from web.work.inbox import DIALOGUES
from web.work.person import agent_of, required
from web.work.typing import LONGEST, measured

noun = Noun("dialogues", "Texts that wait for a person or are with one")
ID = text(80, 1)
LINE = {
    "id": "01K0EXAMPLE", "ticket": "BI-20260311-0002", "service": "bicara131", "skill": "umum", "tier": 1, "language": "id",
    "state": "talking", "agent": "ani", "number": 1, "waited_seconds": 95,
}  # fmt: skip
DIALOGUE = {
    "line": LINE, "note": "", "instead": "", "mine": True, "canned": {"jam": "Kami buka pukul 08.00."},
    "said": [{"at": "2026-03-11T03:15:00.000Z", "who": "contact", "words": "apakah besok buka?"}],
}  # fmt: skip
_WHY: Schema = fields({}, {"why": text(400)})
SUMMARIES = {
    "take": "Take what is offered to you",
    "answer": "Send an answer",
    "release": "Give it back to the queue, or decline the offer",
    "escalate": "Pass it on to the next tier",
    "to_robot": "Give the writer back to the robot",
    "close": "It is over",
}


@noun.ask(
    "/dialogues", "dialogues", "Dialogues, those that wait first",
    query=NARROWED, answer=ref("Dialogues"), example={"dialogues": [LINE]},
)  # fmt: skip
def listed(asked: Asked) -> Any:
    found = inbox.dialogues_listed(asked.gateway, required(asked.gateway), filters(DIALOGUES, asked.query))
    return {"dialogues": [_line(one) for one in found]}


@noun.ask(
    "/dialogues/<id>",
    "dialogue",
    "One dialogue, masked, by its id or its ticket",
    parts={"id": ID},
    answer=ref("Dialogue"),
    example=DIALOGUE,
)
def dialogue(asked: Asked, id: str) -> Any:
    return _told(asked, id)


def _told(asked: Asked, id: str) -> dict[str, Any]:
    gateway = asked.gateway
    shown = dialogue_views.shown(gateway, required(gateway), id)
    if shown is None:
        raise Problem("not_found")
    held = shown.listed.contact
    return {
        "line": _line(shown.listed),
        "note": shown.note,
        "instead": shown.instead,
        "mine": bool(held.agent) and held.agent == agent_of(gateway),
        "said": [said.__dict__ for said in shown.said],
        "canned": dialogues.canned_answers(
            gateway, gateway.store.read(), held.need.service, held.need.language, shown.listed.ticket
        ),
    }


def _line(one: Listed) -> dict[str, Any]:
    held, need = one.contact, one.contact.need
    return {
        "id": held.id,
        "ticket": one.ticket,
        "service": need.service,
        "skill": need.skill,
        "tier": need.tier,
        "language": need.language,
        "state": held.state,
        "agent": held.agent,
        "number": one.number,
        "waited_seconds": int(one.waited.total_seconds()),
    }


def _view(act: str) -> Callable[..., Any]:
    def view(asked: Asked, id: str) -> Any:
        agent = agent_of(asked.gateway)
        if not agent:
            raise Problem("no_roster")
        told = done(asked.gateway, agent, id, act, asked.body.get("text", ""), asked.body.get("why", ""))
        if told is None:
            raise Problem("not_found")
        words = say(told.code, language(), told.facts)
        if not told.ok:
            raise Problem("refused", words)
        return {"done": told.code, "words": words}

    return view


def _declare(act: str) -> None:
    answers = act == "answer"
    noun.do(
        f"/dialogues/<id>/{act}", f"dialogue_{act}", SUMMARIES[act], parts={"id": ID},
        body=fields({"text": text(LONGEST, 1)}) if answers else _WHY,
        sends={"text": "Ya, buka pukul 08.00."} if answers else {"why": "bukan keahlian saya"},
        answer=ref("Said"), example={"done": "answered", "words": "Sent (BI-20260311-0002)."},
    )(_view(act))  # fmt: skip


for _act in ACTS:
    _declare(_act)


@noun.do(
    "/measure", "measure", "How a text would go out: parts, encoding, and whether it may",
    body=fields({"text": text(LONGEST)}), sends={"text": "Ya, buka pukul 08.00."}, answer=ref("Size"),
    example={"characters": 21, "parts": 1, "room": 139, "encoding": "GSM-7", "fits": True},
)  # fmt: skip
def measure(asked: Asked) -> Any:
    return measured(asked.gateway, asked.tools, asked.body["text"])
