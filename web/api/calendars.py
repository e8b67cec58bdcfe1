"""What people decide otherwise than a service's calendar, for a while: open, closed, an emergency, or the calendar again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desk.overrides import EMERGENCY, LONGEST, MOST_REASON, MOST_WORDS, STATES, Override, Wish
from engine.flow import Flow
from sessions.publishing import overrides as kept
from store.times import instant
from store.times import text as stamp
from web.accounts import visits
from web.api.declaring import AT, Asked, Schema, fields, maybe, one_of, ref, text
from web.api.problems import Field, Problem
from web.api.services import NAME, noun
from web.words import t

EXAMPLE = {
    "service": "hello",
    "hours": "",
    "state": "closed",
    "begin": "2026-03-11T03:15:00.000Z",
    "end": "2026-03-11T09:00:00.000Z",
    "reason": "listrik gedung padam",
    "who": "sinta",
    "words": {},
}
OVERRIDES: Schema = {"type": "array", "items": ref("Override")}
_WORDS: Schema = {
    "type": "object",
    "description": "of an emergency: the announcement in every language of the service",
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": text(MOST_WORDS, 1),
    "maxProperties": 10,
}


@noun.ask(
    "/services/<service>/overrides",
    "overrides",
    "What holds now in place of its calendar",
    parts={"service": NAME},
    answer=fields({"overrides": OVERRIDES}),
    example={"overrides": [EXAMPLE]},
)
def overrides(asked: Asked, service: str) -> Any:
    _flow(asked, service)
    return {"overrides": held(asked, service)}


@noun.do(
    "/services/<service>/overrides",
    "override",
    "Decide otherwise than its calendar until a moment, or (automatic) let the calendar hold again",
    parts={"service": NAME},
    body=fields(
        {"state": one_of(*STATES), "reason": text(MOST_REASON, 1)},
        {
            "hours": text(60, description="an entry of hours:; '' for all of them"),
            "end": {**AT, "description": "UTC, needed unless automatic"},
            "words": _WORDS,
        },
    ),
    sends={"state": "closed", "reason": "listrik gedung padam", "end": "2026-03-11T09:00:00.000Z"},
    answer=fields({"override": maybe(ref("Override"))}),
    example={"override": EXAMPLE},
)
def override(asked: Asked, service: str) -> Any:
    flow, given = _flow(asked, service), asked.body
    words = given.get("words", {}) if given["state"] == EMERGENCY else {}
    wish = Wish(given["state"], given.get("hours", ""), given["reason"], _moment(given.get("end")), words)
    try:
        made = kept.decide(asked.gateway, flow, wish, visits.me().login)
    except kept.Refused as refused:
        raise Problem(
            "invalid", fields=[_fault(field, word) for field, word in refused.faults.items()]
        ) from refused
    return {"override": told(made) if made is not None else None}


def held(asked: Asked, service: str = "") -> list[dict[str, Any]]:
    """What holds now; '' for all services."""
    return [told(one) for one in kept.of(asked.gateway.store.read(), service, stamp(asked.gateway.clock()))]


def told(one: Override) -> dict[str, Any]:
    """An override as JSON."""
    same = ("service", "hours", "state", "reason", "who")
    return {
        **{name: getattr(one, name) for name in same}, "begin": stamp(one.begin), "end": stamp(one.end), "words": dict(one.words),
    }  # fmt: skip


def _flow(asked: Asked, service: str) -> Flow:
    flow = asked.gateway.services.current(service)
    if flow is None:
        raise Problem("not_found")
    return flow


def _moment(written: str | None) -> datetime | None:
    try:
        return instant(written) if written else None
    except ValueError:  # a thirtieth of February
        return None


def _fault(field: str, word: str) -> Field:
    """A field of desk.overrides.faults, in the words of the page."""
    if field == "state":
        return Field("/state", word.replace(" ", "_"), t("calendar.fault_automatic"))
    name = field.replace("words_", "words/")
    key = f"calendar.fault_end_{word}" if field == "end" else f"calendar.fault_{word}"
    most = {"end": LONGEST.days, "reason": MOST_REASON}.get(field, MOST_WORDS)
    return Field(f"/{name}", word, t(key, n=most))
