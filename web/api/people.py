"""People of the console and their rights, for administrators. Nobody's password goes over the API: invitations are links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sessions.console import accounts
from sessions.console.accounts import LANGUAGES, LONGEST_NAME, ROLES
from store import users
from store.users import User
from web.accounts import visits
from web.api.declaring import Asked, Noun, fields, one_of, ref, text
from web.pages.people import BY_NAME, INVITE, known, link_of

noun = Noun("people", "Who may open the console, and as what")
ID = text(40, 1)
PERSON = {
    "id": "01K0EXAMPLE",
    "login": "sinta",
    "name": "Sinta Dewi",
    "role": "supervisor",
    "language": "id",
    "agent": "",
    "state": "active",
    "second_factor": True,
    "begun": True,
    "signed_in_at": "2026-03-11T03:00:00.000Z",
}
INVITED = {"person": PERSON, "link": "https://konsol.example.go.id/welcome#TOKEN"}
_RIGHTS = {
    "name": text(LONGEST_NAME, 1),
    "role": one_of(*ROLES),
    "agent": text(40, description="id in the roster; '' for who takes no contacts"),
    "language": one_of(*LANGUAGES),
}
SUMMARIES = {
    "lock": "Let this person in no more; sessions and tokens end",
    "unlock": "Let this person in again",
    "reset": "Forget a lost second factor; sessions and tokens end",
    "end": "End every session of this person",
}


@noun.ask("/people", "people", "Everybody", answer=ref("People"), example={"people": [PERSON]})
def people(asked: Asked) -> Any:
    return {"people": [_told(user) for user in users.everybody(asked.gateway.store.read())]}


@noun.ask("/people/<id>", "person", "One person", parts={"id": ID}, answer=ref("Person"), example=PERSON)
def person(asked: Asked, id: str) -> Any:
    return _told(known(asked.gateway, id))


@noun.do(
    "/people", "add_person", "Add somebody; the link is theirs to choose a password with, once, within a day",
    body=fields({"login": text(40, 1), "name": _RIGHTS["name"], "role": _RIGHTS["role"]},
                {"agent": _RIGHTS["agent"], "language": _RIGHTS["language"]}),
    sends={"login": "sinta", "name": "Sinta Dewi", "role": "supervisor"}, kept=False,
    answer=ref("Invited"), example=INVITED, status=201,
)  # fmt: skip
def add(asked: Asked) -> Any:
    user, token = accounts.add(asked.gateway, visits.me().login, **asked.body)
    return {"person": _told(user), "link": link_of(asked.gateway, token)}


@noun.do(
    "/people/<id>",
    "change_person",
    "Another name, role, language or agent; a change of rights ends sessions and tokens",
    parts={"id": ID},
    body={**fields({}, _RIGHTS), "minProperties": 1},
    sends={"role": "auditor"},
    answer=ref("Person"),
    example=PERSON,
)
def change(asked: Asked, id: str) -> Any:
    return _told(accounts.change(asked.gateway, visits.me().login, known(asked.gateway, id).id, **asked.body))


@noun.do(
    "/people/<id>/invite", "person_invite", "A link to choose a new password with; sessions and tokens end", parts={"id": ID},
    kept=False,
    answer=ref("Invited"), example=INVITED,
)  # fmt: skip
def invite(asked: Asked, id: str) -> Any:
    user = known(asked.gateway, id)
    return {
        "person": _told(user),
        "link": link_of(asked.gateway, accounts.invite(asked.gateway, visits.me().login, user.id)),
    }


def _view(act: str) -> Callable[..., Any]:
    def view(asked: Asked, id: str) -> Any:
        user = known(asked.gateway, id)
        BY_NAME[act](asked.gateway, visits.me().login, user.id)
        return _told(known(asked.gateway, id))

    return view


def _declare(act: str) -> None:
    noun.do(
        f"/people/<id>/{act}", f"person_{act}", SUMMARIES[act], parts={"id": ID}, answer=ref("Person"), example=PERSON
    )(_view(act))  # fmt: skip


for _act in BY_NAME:
    if _act != INVITE:
        _declare(_act)


def _told(user: User) -> dict[str, Any]:
    same = ("id", "login", "name", "role", "language", "agent", "state", "signed_in_at")
    return {
        **{name: getattr(user, name) for name in same}, "second_factor": bool(user.totp_key), "begun": bool(user.password),
    }  # fmt: skip
