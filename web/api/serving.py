"""The addresses of the API: each declared operation at its own, with the readable page and the OpenAPI document beside them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask import Response as Answer

from sessions.cases.records import Refused
from sessions.console import dead_letters
from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from web import flow_tools
from web.api import (
    audits,
    boards,
    calendars,
    case_acts,
    cases,
    contacts,
    dialogues,
    document,
    me,
    once,
    operations,
    people,
    prompts,
    reading,
    recordings,
    reports,
    screens,
    services,
    wishes,
)
from web.api.declaring import BASE, Asked, Noun, Operation
from web.api.problems import Field, Problem, answer
from web.tools import Tools
from web.words import t

log = logging.getLogger(__name__)
# In the order in which they are told. Some declare with the noun of another: acts and checklists with the cases.
_MODULES = (
    me,
    cases,
    case_acts,
    wishes,
    recordings,
    dialogues,
    boards,
    screens,
    contacts,
    reports,
    services,
    prompts,
    calendars,
    people,
    audits,
    operations,
)
NOUNS: tuple[Noun, ...] = tuple(dict.fromkeys(module.noun for module in _MODULES))
OPERATIONS: tuple[Operation, ...] = tuple(one for noun in NOUNS for one in noun.operations)


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/api/v1/ and what lies below."""
    routes = Blueprint("api", __name__, url_prefix=BASE)
    told = document.of(NOUNS)
    written = document.text(told)

    @routes.get("/", endpoint="page")
    def page() -> str:
        return render_template(
            "api/page.html",
            told=told,
            nouns=NOUNS,
            problems=document.problems(),
            base=BASE,
            pretty=document.pretty,
        )

    @routes.get("/openapi.json", endpoint="document")
    def openapi() -> Response:
        return Response(written, content_type="application/json")

    @routes.errorhandler(Problem)
    def problem(fault: Problem) -> Response:
        return answer(fault)

    for operation in OPERATIONS:
        view = _serve(gateway, tools, operation)
        routes.add_url_rule(operation.path, operation.name, view, methods=[operation.method])
    return routes


def _serve(gateway: Gateway, tools: Tools, operation: Operation) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        if not all(
            reading.fits(operation.parts[name], value)
            for name, value in parts.items()
            if name in operation.parts
        ):
            raise Problem("not_found")
        asked = Asked(gateway, tools, reading.query(operation), reading.body(operation))

        def act() -> Response:
            return _answered(operation, lambda: operation.view(asked, **parts))

        answer = once.around(gateway, asked.body, act) if operation.keyed else once.without_key(act)
        if operation.method == "POST":
            # The audit says which person; which of that person's programs it was stands here, by the token's id.
            told = {"row": g.token.id, "path": request.path, "http_status": answer.status_code}
            log.info("a program acted", extra=told)
        return answer

    return view


def _answered(operation: Operation, act: Callable[[], Any]) -> Response:
    """What it came to. What the floors below refuse is said as they say it."""
    try:
        found = act()
    except Faults as wrong:
        told = [Field(f"/{field}", word, t(f"people.{word}")) for field, word in wrong.fields.items()]
        raise Problem("invalid", fields=told) from wrong
    except (Refused, dead_letters.Refused) as refusal:
        raise Problem("refused", str(refusal)) from refusal
    except flow_tools.Refused as refusal:
        raise Problem("not_now", str(refusal)) from refusal
    if isinstance(found, Answer):
        return found
    if operation.answer is None:
        nothing = Response(status=204)
        del nothing.headers["Content-Type"]
        return nothing
    return Response(json.dumps(found, ensure_ascii=False), operation.status, content_type="application/json")
