"""Who a token is, and the own desk of whoever it belongs to."""

from __future__ import annotations

from typing import Any

from flask import g

from sessions.agents import agent_desk, agent_offers
from store.times import text as stamp
from web.accounts import visits
from web.api.declaring import Asked, Noun, fields, one_of, ref, text
from web.api.problems import Problem
from web.words import t
from web.work.desk import LONGEST_REASON, STATES, change, standing
from web.work.person import agent_of

noun = Noun("me", "Whom the token belongs to, and that person's own desk")
ME = {
    "login": "ani", "name": "Ani Lestari", "role": "agent", "language": "id", "agent": "ani", "scopes": ["read", "act"],
    "token": {"id": "01K0EXAMPLE", "name": "CRM", "until": "2027-03-11T03:15:00.000Z"},
}  # fmt: skip
DESK: dict[str, Any] = {
    "agent": "ani",
    "state": "busy",
    "presence": "available",
    "reason": "",
    "since": "2026-03-11T01:00:00.000Z",
    "contacts": [
        {
            "id": "CA0123",
            "ticket": "BI-20260311-0001",
            "kind": "call",
            "service": "bicara131",
            "skill": "umum",
            "minutes": 3,
        }
    ],
    "call": {
        "contact": "CA0123",
        "state": "room",
        "consult": "",
        "allowed": ["hold", "consult", "escalate", "answered"],
    },
    "offers": [
        {
            "contact": "CA0456",
            "ticket": "BI-20260311-0003",
            "kind": "call",
            "service": "bicara131",
            "skill": "umum",
            "number": "+6281****",
            "topic": "uang_rupiah",
            "waited_seconds": 65,
            "until": "2026-03-11T03:15:20.000Z",
            "ready": False,
        }
    ],
}


@noun.ask("/me", "me", "Whom this token belongs to, and what it opens", answer=ref("Me"), example=ME)
def me(asked: Asked) -> Any:
    user, token = visits.me(), g.token
    return {
        "login": user.login, "name": user.name, "role": user.role, "language": user.language, "agent": user.agent,
        "scopes": token.scopes.split(","), "token": {"id": token.id, "name": token.name, "until": token.until},
    }  # fmt: skip


@noun.ask(
    "/desk",
    "desk",
    "Your state, what you have in hand, and the call that you are in",
    answer=ref("Desk"),
    example=DESK,
    may_be=("no_roster",),
)
def desk(asked: Asked) -> Any:
    _agent(asked)
    return _desk(asked)


@noun.do(
    "/desk/state",
    "state",
    "Be available, on a break, ready after a contact, or away",
    body=fields({"state": one_of(*STATES)}, {"reason": text(LONGEST_REASON, description="of a break")}),
    sends={"state": "break", "reason": "makan"},
    answer=ref("Desk"),
    example={**DESK, "state": "break", "presence": "break", "call": None},
)
def state(asked: Asked) -> Any:
    change(asked.gateway, _agent(asked), asked.body["state"], asked.body.get("reason", ""))
    return _desk(asked)


@noun.do(
    "/desk/call", "call", "What the keys behind * do with the call you are in", body=fields({"act": one_of(*agent_desk.ACTS)}),
    sends={"act": "hold"}, answer=ref("Desk"), example={**DESK, "call": {**DESK["call"], "state": "hold", "allowed": ["resume"]}},
    may_be=("not_now",),
)  # fmt: skip
def call(asked: Asked) -> Any:
    fault = agent_desk.act(asked.gateway, _agent(asked), asked.body["act"])
    if fault:
        raise Problem("not_now", t(f"work.told_{fault}"), now=_desk(asked))
    return _desk(asked)


@noun.do(
    "/desk/offers",
    "offered",
    "Take what is offered to you, once your telephone was answered, or decline it, and say why",
    body=fields({"contact": text(80, 1), "act": one_of(*agent_offers.ACTS)}, {"why": text(200)}),
    sends={"contact": "CA0456", "act": "decline", "why": "suara saya hilang"},
    answer=ref("Desk"),
    example=DESK,
    may_be=("not_now",),
)
def offered(asked: Asked) -> Any:
    given = asked.body
    came = agent_offers.act(
        asked.gateway, _agent(asked), given["contact"], given["act"], given.get("why", "")
    )
    if came not in (agent_offers.TAKEN, agent_offers.DECLINED_IT):
        raise Problem("not_now", t(f"work.told_{came}"), now=_desk(asked))
    return _desk(asked)


def _agent(asked: Asked) -> str:
    agent = agent_of(asked.gateway)
    if not agent:
        raise Problem("no_roster")
    return agent


def _desk(asked: Asked) -> dict[str, Any]:
    mine: Any = standing(asked.gateway)
    one, talk = mine["standing"], mine["call"]
    return {
        "agent": one.agent.id,
        "state": one.state,
        "presence": one.post.presence,
        "reason": one.post.reason,
        "since": stamp(one.since) if one.since else None,
        "contacts": [
            {
                "id": held.id, "ticket": ticket, "kind": held.kind, "service": held.need.service, "skill": held.need.skill,
                "minutes": minutes,
            }
            for held, ticket, minutes in mine["held"]
        ],
        "offers": [
            {
                "contact": one.held.id, "ticket": one.ticket, "kind": one.held.kind, "service": one.held.need.service,
                "skill": one.held.need.skill, "number": one.number, "topic": one.topic, "waited_seconds": one.waited,
                "until": stamp(one.until) if one.until else None, "ready": one.ready,
            }
            for one in mine["offers"]
        ],
        "call": {
            "contact": talk.held.id, "state": talk.state, "consult": talk.consult, "allowed": list(talk.allowed),
        } if talk is not None else None,
    }  # fmt: skip
