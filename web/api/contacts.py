"""Why a contact is where it is, as far as one may know."""

from __future__ import annotations

from typing import Any

from desk.redaction import mask
from sessions.console import explaining
from sessions.console.explaining import Found
from store.times import text as stamp
from web import words
from web.api.declaring import Asked, Noun, ref, text
from web.api.problems import Problem
from web.pages.explain import MOST_AGENTS, desk_word, who_asks

noun = Noun("contacts", "Calls and texts, and why each is where it is")
FOUND = {
    "contact": "CA0123", "service": "bicara131", "channel": "voice", "number": "…7890", "ticket": "BI-20260311-0001",
    "started_at": "2026-03-11T03:15:00.000Z", "here": True,
}  # fmt: skip
STORY = {
    "contact": FOUND, "now": ["waits for umum"], "agents": [{"able": False, "why": "Ani Lestari: busy"}],
    "deadlines": ["03:20: a call-back is offered"],
    "past": [{"at": "2026-03-11T03:15:00.000Z", "kind": "turn", "what": "menu", "who": "", "more": ""}],
    "coming": [{"at": "2026-03-13T09:00:00.000Z", "what": "answer", "owes": "T1"}],
}  # fmt: skip


@noun.ask(
    "/contacts", "contacts", "Contacts at the desk; with `q` those that a ticket, a SID or the end of a number means",
    query={"q": text(80)}, answer=ref("Contacts"), example={"contacts": [FOUND]},
)  # fmt: skip
def contacts(asked: Asked) -> Any:
    who, said = who_asks(asked.gateway), (asked.query["q"] or "").strip()
    found = explaining.find(asked.gateway, who, said) if said else explaining.at_desk(asked.gateway, who)
    return {"contacts": [_found(one) for one in found]}


@noun.ask(
    "/contacts/<id>",
    "contact",
    "Why it is where it is: what was, is, and comes next",
    parts={"id": text(80, 1)},
    answer=ref("Story"),
    example=STORY,
)
def contact(asked: Asked, id: str) -> Any:
    story = explaining.story(asked.gateway, who_asks(asked.gateway), id, words.language())
    if story is None:
        raise Problem("not_found")
    now = story.now
    return {
        "contact": _found(story.found),
        "now": [mask(line) for line in now.head] if now else [],
        "agents": [{"able": able, "why": why} for able, why in now.agents[:MOST_AGENTS]] if now else [],
        "deadlines": list(now.deadlines) if now else [],
        "past": [
            {**line.__dict__, "what": desk_word(line.what) if line.kind == "desk" else line.what} for line in story.past
        ],
        "coming": [{"at": stamp(at), "what": name, "owes": owes} for at, name, owes in story.coming],
    }  # fmt: skip


def _found(found: Found) -> dict[str, Any]:
    return dict(found.__dict__)
