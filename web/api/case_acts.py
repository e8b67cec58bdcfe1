"""What is done with a case: one operation for each act of desk/access.py, with what that act asks for besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desk.access import ACTS
from desk.caseload.model import Done
from sessions.cases import case_desk, case_views
from sessions.cases.case_desk import Changed
from sessions.cases.records import LEAST_REASON, Person
from sessions.gateway import Gateway
from store import cases as rows
from web.accounts import visits
from web.api.cases import CASE, LINE, TICKET, line, noun, told
from web.api.declaring import Asked, Schema, fields, flag, one_of, ref, text
from web.api.problems import Problem
from web.work.facts import happened
from web.work.page import FIELDS
from web.work.person import required
from web.work.typing import LONGEST

WHY = text(400, description="for the history; some acts are refused without one")
_FIELDS: Mapping[str, Schema] = {
    "tier": one_of(2, 3, 4),
    "unit": text(80, description="of tier 3"),
    "text": text(LONGEST, 1),
    "party": text(80, 1, "who is waited for"),
    "spoken": flag("the caller heard it on the telephone: no text goes out"),
}
_NEEDED = ("tier", "text", "party")
_EXAMPLES: Mapping[str, Any] = {
    "tier": 3, "unit": "bi.dpu", "text": "Uang robek diganti penuh.", "party": "Bank Contoh", "spoken": False,
}  # fmt: skip
SUMMARIES: Mapping[str, str] = {
    "take": "Take it",
    "escalate": "Pass it on to a higher tier",
    "ask_documents": "Ask its owner for documents, by text",
    "documents_came": "The documents have come",
    "wait": "Wait for another party",
    "party_answered": "The other party has answered",
    "answer": "Answer its owner, by text unless it was spoken",
    "validate": "Approve the answer, which goes out",
    "send_back": "Send the answer back to who wrote it",
    "confirm": "Its owner is content",
    "close": "Close it",
    "reopen": "Open it again",
    "extend": "Give it more time, once",
    "cancel": "Cancel it",
    "refuse": "Refuse it as exempt",
}
DONE = {"done": "take", "line": {**LINE, "status": "ditangani", "agent": "ani"}, "seen": "01K1EXAMPLE"}


def name_of(act: str) -> str:
    """Its operation: ``case_take``."""
    return f"case_{act}"


def _sends(act: str) -> tuple[Schema, dict[str, Any]]:
    """(what the act reads, an example)."""
    asked = [name for name in FIELDS.get(act, ()) if name in _FIELDS]
    needed = {name: _FIELDS[name] for name in asked if name in _NEEDED}
    optional = {name: _FIELDS[name] for name in asked if name not in _NEEDED}
    schema = fields(
        {"seen": text(40, description="`seen` of the case as you read it"), **needed},
        {**optional, "why": WHY},
    )
    return schema, {
        "seen": "01K0EXAMPLE",
        **{name: _EXAMPLES[name] for name in asked},
        "why": "butuh unit pemilik",
    }


def _view(act: str) -> Callable[..., Any]:
    def view(asked: Asked, ticket: str) -> Any:
        gateway, person = asked.gateway, required(asked.gateway)
        given = dict(asked.body)
        seen, why = given.pop("seen"), given.pop("why", "")
        if rows.load(gateway.store.read(), ticket) is None:
            raise Problem("not_found")
        done = case_desk.act(gateway, person, visits.me().id, ticket, act, why, seen, **given)
        if isinstance(done, Changed):
            by = {"who": done.event.who, "what": happened(done.event)}
            raise Problem("changed", now={**_stands(gateway, person, ticket), "by": by})
        if not isinstance(done, Done):
            raise Problem("refused", done.why, now={"allowed": list(done.allowed)})
        return {"done": act, **_stands(gateway, person, ticket)}

    return view


def _stands(gateway: Gateway, person: Person, ticket: str) -> dict[str, Any]:
    """The case now, as this person may see it: after it was passed on perhaps not at all."""
    db = gateway.store.read()
    row = rows.load(db, ticket)
    assert row is not None, "no case is ever taken away"
    return {"line": line(case_views.line_of(person, row)), "seen": case_desk.version(db, ticket)}


def _declare(act: str) -> None:
    body, sends = _sends(act)
    summary = SUMMARIES.get(act, act.replace("_", " ").capitalize())
    noun.do(
        f"/cases/<ticket>/{act}", name_of(act), summary, parts={"ticket": TICKET}, body=body, sends=sends, answer=ref("Done"),
        example={**DONE, "done": act}, may_be=("changed",),
    )(_view(act))  # fmt: skip


for _act in ACTS:
    _declare(_act)


@noun.do(
    "/cases/<ticket>/open",
    "case_open",
    "Show it as it came, and not masked: the audit keeps who and why",
    parts={"ticket": TICKET},
    body=fields({"reason": text(400, LEAST_REASON)}),
    sends={"reason": "pelapor bertanya lagi tentang nomornya"},
    kept=False,
    answer=ref("Case"),
    example={**CASE, "opened": True, "contact": "+6281234567890"},
    may_be=("no_right",),
)
def open_(asked: Asked, ticket: str) -> Any:
    return told(asked.gateway, required(asked.gateway), ticket, original=True, reason=asked.body["reason"])
