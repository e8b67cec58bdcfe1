"""The checklist of a case, and what may be done once it is ticked: a secret, sealed, to the address on file."""

from __future__ import annotations

from typing import Any

from sessions.cases import acts
from sessions.cases.acts import NoAct, Offered, Refused, View
from web.api.cases import TICKET, noun
from web.api.declaring import Asked, Schema, fields, many, maybe, one_of, ref, text
from web.api.problems import Problem
from web.words import language
from web.work.person import required

_NAME = text(80, 1)
PARTS = {"ticket": TICKET, "name": _NAME}
CHECKLIST = {
    "name": "pemilik",
    "title": "Owner",
    "items": [{"name": "nik", "label": "Identity number", "ticked": True, "must": True}],
    "missing": [],
    "silent": None,
    "acts": [
        {"name": "kirim", "title": "Send the code", "refused": "", "due": None, "state": None, "address": ""}
    ],
}
_ITEMS: Schema = fields({"items": {**many(_NAME, 100), "uniqueItems": True}})


@noun.ask(
    "/cases/<ticket>/checklist",
    "checklist",
    "The checklist that it was handed over with, and the acts that it is for; null without one",
    parts={"ticket": TICKET},
    answer=fields({"checklist": maybe(ref("Checklist"))}),
    example={"checklist": CHECKLIST},
)
def checklist(asked: Asked, ticket: str) -> Any:
    try:
        view = acts.view(asked.gateway, required(asked.gateway), ticket, language())
    except NoAct:
        raise Problem("not_found") from None
    return {"checklist": _told(view) if view is not None else None}


@noun.do(
    "/cases/<ticket>/checklists/<name>",
    "tick",
    "These items are ticked, and no others",
    parts=PARTS,
    body=_ITEMS,
    sends={"items": ["nik"]},
    answer=fields({"checklist": ref("Checklist")}),
    example={"checklist": CHECKLIST},
)
def tick(asked: Asked, ticket: str, name: str) -> Any:
    person = required(asked.gateway)
    try:
        done = acts.tick(asked.gateway, person, ticket, name, asked.body["items"], language())
    except NoAct:
        raise Problem("not_found") from None
    if isinstance(done, Refused):
        raise Problem("refused", f"{done.why}.")
    return {"checklist": _told(done)}


@noun.do(
    "/cases/<ticket>/wishes/<name>",
    "wish",
    "Do an act of the checklist, once a contact; the password of the file is told now and never again",
    parts=PARTS,
    answer=fields(
        {
            "id": {"type": "string"},
            "password": {"type": "string"},
            "recording": one_of("", "paused", "failed"),
        }
    ),
    example={"id": "01K0EXAMPLE", "password": "sawah-kuda-biru-tujuh", "recording": "paused"},
    kept=False,
)
def wish(asked: Asked, ticket: str, name: str) -> Any:
    try:
        done = acts.do(asked.gateway, required(asked.gateway), ticket, name, language())
    except NoAct:
        raise Problem("not_found") from None
    if isinstance(done, Refused):
        raise Problem("refused", f"{done.why}.")
    return {"id": done.id, "password": done.password, "recording": done.recording}


@noun.do(
    "/cases/<ticket>/told",
    "told",
    "The contact knows the password that an act has shown: the talk is recorded again",
    parts={"ticket": TICKET},
    answer=fields({"checklist": ref("Checklist")}),
    example={"checklist": CHECKLIST},
)
def told(asked: Asked, ticket: str) -> Any:
    try:
        done = acts.told(asked.gateway, required(asked.gateway), ticket, language())
    except NoAct:
        raise Problem("not_found") from None
    if isinstance(done, Refused):
        raise Problem("refused", f"{done.why}.")
    return {"checklist": _told(done)}


def _told(view: View) -> dict[str, Any]:
    listed, tongue = view.checklist, language()
    return {
        "name": listed.name,
        "title": listed.title.get(tongue, listed.name),
        "items": [
            {
                "name": name,
                "label": words.get(tongue, name),
                "ticked": name in view.ticked,
                "must": name in listed.must,
            }
            for name, words in listed.items.items()
        ],
        "missing": list(view.missing),
        "silent": view.silent or None,
        "acts": [_offered(one, tongue) for one in view.acts],
    }


def _offered(one: Offered, tongue: str) -> dict[str, Any]:
    last = one.last
    return {
        "name": one.act.name,
        "title": one.act.title.get(tongue, one.act.name),
        "refused": one.refused,
        "due": one.due or None,
        "state": last.state if last else None,
        "address": last.address if last and last.state == "sent" else "",
    }
