"""Who did what to what, in order, and whether the chain of the lines is whole."""

from __future__ import annotations

from typing import Any

from sessions.console import auditing
from store import audit as rows
from store.audit import Wanted
from web.accounts import visits
from web.api.declaring import Asked, Noun, number, ref, text

noun = Noun("audit", "Who did what to what")
_PART = text(200, description="a part of it")
_DAY = text(30, description="2026-03-11")
LINE = {
    "n": 41,
    "at": "2026-03-11T03:15:00.000Z",
    "who": "sinta",
    "action": "case_open",
    "subject": "BI-20260311-0001",
    "detail": "{}",
}
QUERY = {
    "who": _PART, "action": _PART, "subject": _PART, "since": _DAY, "until": _DAY,
    "limit": {**number(1, 500), "default": 100},
    "page": {**number(0, 10**12, "`next` of the answer before"), "default": 0},
}  # fmt: skip


@noun.ask(
    "/audit",
    "audit",
    "Lines of the audit, newest first",
    query=QUERY,
    answer=ref("Audit"),
    example={"lines": [LINE], "next": "41"},
)
def audit(asked: Asked) -> Any:
    query = asked.query
    wanted = Wanted(
        **{name: (query[name] or "").strip() for name in ("who", "action", "subject", "since", "until")}, before=query["page"]
    )  # fmt: skip
    lines = rows.search(asked.gateway.store.read(), wanted, query["limit"])
    last = lines[-1].n if len(lines) == query["limit"] else None
    same = ("n", "at", "who", "action", "subject", "detail")
    return {
        "lines": [{name: getattr(line, name) for name in same} for line in lines],
        "next": None if last is None else str(last),
    }


@noun.do(
    "/audit/verify", "verify", "Follow the chain from its first line, and hold every anchor against it", answer=ref("Verified"),
    example={"lines": 4100, "anchors": 12, "faults": [], "whole": True},
)  # fmt: skip
def verify(asked: Asked) -> Any:
    found = auditing.verify(asked.gateway, visits.me().login)
    return {
        "lines": found.lines,
        "anchors": found.anchors,
        "faults": list(found.faults),
        "whole": not found.faults,
    }
