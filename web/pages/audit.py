"""Who did what to what, in order, and whether the chain of the lines is whole."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from sessions.console import auditing
from sessions.gateway import Gateway
from store import audit
from store.audit import Wanted
from web.accounts import visits
from web.tools import Tools

Page = str | tuple[str, int] | Response
PAGE_LINES = 100


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/audit: lines with a search; the chain is followed when somebody asks for it."""
    routes = Blueprint("audit", __name__, url_prefix="/audit")

    @routes.get("", endpoint="audit")
    def lines() -> Page:
        return _page(gateway)

    @routes.post("/verify")
    def verify() -> Page:
        return _page(gateway, auditing.verify(gateway, visits.me().login))

    return routes


def _page(gateway: Gateway, verified: auditing.Verified | None = None) -> str:
    given = {
        name: request.args.get(name, "").strip()[:200]
        for name in ("who", "action", "subject", "since", "until")
    }
    before = request.args.get("before", "")
    wanted = Wanted(**given, before=int(before) if before.isdigit() else 0)
    lines = audit.search(gateway.store.read(), wanted, PAGE_LINES)
    return render_template(
        "audit/audit.html",
        lines=lines,
        given=given,
        more=lines[-1].n if len(lines) == PAGE_LINES else 0,
        verified=verified,
        anchor=auditing.last_anchor(gateway),
    )
