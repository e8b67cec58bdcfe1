"""An act that is sent twice is done once (the Idempotency-Key header, draft-ietf-httpapi-idempotency-key-header-07).

The key is taken before the act and the answer kept after it. When the process dies in between, nobody knows whether it was done:
the same key is then refused, and whoever sent it looks first. What was refused has changed nothing, and may be sent again.
Operations whose answers may lie nowhere (passwords, links, words as they came) take no key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from sessions.gateway import Gateway
from store import inbox
from store.times import text
from web.api.problems import Field, Problem
from web.words import t

HEADER = "Idempotency-Key"
FORM = "[A-Za-z0-9._:-]{8,80}"


def around(gateway: Gateway, body: Any, act: Callable[[], Response]) -> Response:
    """The answer of ``act``, or the one of before when this key has been here. Raises Problem."""
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not re.fullmatch(FORM, key):
        raise Problem("invalid", fields=[Field(HEADER, "pattern", t("api.field_other"))])
    what = hashlib.sha256(json.dumps([request.path, body], sort_keys=True).encode()).hexdigest()
    account = f"api:{g.token.user}"
    with gateway.store.write() as db:
        now = text(gateway.clock())
        before = inbox.first_time(db, account=account, key=key, kind="api", received_at=now, fields=what)
        sent = inbox.fields(db, account=account, key=key)
    if before is not None:
        return _again(before, sent == what)
    try:
        answer = act()
    except Exception as fault:
        if (isinstance(fault, Problem) and fault.status < 500) or isinstance(fault, HTTPException):
            _forget(gateway, account, key)
        raise
    kept = json.dumps([answer.status_code, answer.content_type, answer.get_data(as_text=True)])
    with gateway.store.write() as db:
        inbox.set_answer(db, account=account, key=key, answer=kept)
    return answer


def without_key(act: Callable[[], Response]) -> Response:
    """The same for an operation that takes no key. Who brings one believes in something that is not so: raises Problem."""
    if HEADER in request.headers:
        raise Problem(
            "invalid", fields=[Field(HEADER, "additionalProperties", t("api.field_additionalproperties"))]
        )
    return act()


def _again(before: str, same: bool) -> Response:
    if not same:
        raise Problem("reused_key")
    if not before:
        raise Problem("unfinished")
    status, kind, body = json.loads(before)
    return Response(body, status, content_type=kind, headers={"Idempotent-Replayed": "true"})


def _forget(gateway: Gateway, account: str, key: str) -> None:
    with gateway.store.write() as db:
        inbox.forget(db, account=account, key=key)
