"""What is being typed: kept while it is, so that a page that is closed loses nothing, and measured as the carrier will count it."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, jsonify, request

from sessions.dialogues import texts
from sessions.gateway import Gateway
from store import drafts
from store.times import text
from web.accounts import visits
from web.tools import Tools
from web.work.person import required

LONGEST = 20_000  # characters
_SUBJECT = re.compile(r"[A-Za-z0-9:_-]{3,80}")


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work/drafts and /work/measure."""

    @routes.post("/drafts", endpoint="draft")
    def draft() -> Response:
        required(gateway)
        subject, body = request.form.get("subject", ""), request.form.get("body", "")
        if not _SUBJECT.fullmatch(subject) or len(body) > LONGEST:
            abort(400)
        with gateway.store.write() as db:
            drafts.keep(db, visits.me().id, subject, body, text(gateway.clock()))
        return Response(status=204)

    @routes.post("/measure", endpoint="measure")
    def measure() -> Response:
        body = request.form.get("text", "")[:LONGEST]
        return jsonify(measured(gateway, tools, body))


def measured(gateway: Gateway, tools: Tools, body: str) -> dict[str, object]:
    """A text as the carrier will count it."""
    size = tools.measure(body)
    return {
        "characters": len(body),
        "parts": size.parts,
        "room": size.room,
        "encoding": size.encoding,
        "fits": texts.whole(gateway, body),
    }
